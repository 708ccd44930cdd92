"""`quickstudy run` where its surroundings fail: a closed terminal, a talkative model, two runs at once, no signals."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from inspect_ai.log import read_eval_log

from quickstudy.benchmarks.suite import Job, Suite, list_jobs
from tests.benchmarks.commands import (
    BIN,
    SLOW_MATCHES,
    SLOW_SUITE,
    count_paid,
    environment,
    install_paid_model,
    list_matches,
    run,
    start,
)

TINY_SUITE = """
version: 1-A
title: Tiny
games: [morvane]
models: [quickstudy/random]
conditions:
  - examples: [0]
    sets: 2
    games_per_match: 2
"""


def wait_until(condition: Callable[[], bool]) -> None:
    """Wait for something that other processes do; the test fails where they never do it."""
    deadline = time.monotonic() + 150
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@contextmanager
def started(home: Path, *prefix: str) -> Iterator[subprocess.Popen[str]]:
    """A run of the slow suite in a folder, killed in the end if it still runs."""
    (home / "slow.yaml").write_text(SLOW_SUITE)
    command = [*prefix, str(BIN / "quickstudy"), "run", "slow.yaml", "--out", "out", "--workers", "2"]
    with start(home, command) as process:
        try:
            yield process
        finally:
            process.kill()


def list_workers(home: Path) -> list[int]:
    """Worker processes that live in a folder."""
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        try:
            if "quickstudy.benchmarks.worker" in (path / "cmdline").read_text() and (path / "cwd").readlink() == home:
                found.append(int(path.name))
        except OSError:
            continue
    return found


@pytest.mark.slow
@pytest.mark.parametrize("standard_error", ["2>&-", "2> >(head -c 1)"])
def test_run_goes_on_when_nobody_reads_its_progress(standard_error: str, tmp_path: Path) -> None:
    (tmp_path / "tiny.yaml").write_text(TINY_SUITE)
    done = run(tmp_path, "/bin/bash", "-c", f"{BIN}/quickstudy run tiny.yaml --out out {standard_error}")
    assert done.returncode == 0, done.stdout
    assert len(list_matches(tmp_path / "out")) == 2
    assert "quickstudy/random" in done.stdout


def test_what_a_model_prints_is_no_message_to_the_run(tmp_path: Path) -> None:
    install_paid_model(tmp_path)
    (tmp_path / "tiny.yaml").write_text(TINY_SUITE.replace("quickstudy/random", "paid/a"))
    done = run(tmp_path, "quickstudy", "run", "tiny.yaml", "--out", "out")
    assert done.returncode == 0, done.stderr
    assert len(list_matches(tmp_path / "out")) == 2
    assert count_paid(tmp_path) == 2 * 2 * 3  # sets, games, attempts


def test_task_without_a_finished_log_fails_the_run(tmp_path: Path) -> None:
    # the worker's end is not all: here something takes its log away, and it reports that all is well
    (tmp_path / "tiny.yaml").write_text(TINY_SUITE)
    (tmp_path / "plugins").mkdir()
    (tmp_path / "plugins" / "sitecustomize.py").write_text(
        "import sys\nfrom pathlib import Path\n"
        "if 'quickstudy.benchmarks.worker' in sys.orig_argv:\n    Path.replace = lambda self, target: self\n"
    )
    done = run(tmp_path, "quickstudy", "run", "tiny.yaml", "--out", "out")
    assert done.returncode == 3
    assert "1 of 1 tasks did not finish: quickstudy/random morvane: it left no finished log" in done.stderr
    assert done.stdout == ""


@pytest.mark.slow
def test_killed_worker_fails_its_task_alone_and_the_same_command_goes_on(tmp_path: Path) -> None:
    with started(tmp_path) as process:
        wait_until(lambda: bool(list_matches(tmp_path / "out")))
        for worker in list_workers(tmp_path):
            os.kill(worker, signal.SIGKILL)
        shown, told = process.communicate(timeout=120)
    assert (process.returncode, shown) == (3, "")
    assert (
        "1 of 1 tasks did not finish: quickstudy/random morvane: its worker process ended (killed by signal 9)" in told
    )
    again = run(tmp_path, "quickstudy", "run", "slow.yaml", "--out", "out")
    assert again.returncode == 0, again.stderr
    assert len(list_matches(tmp_path / "out")) == SLOW_MATCHES


@pytest.mark.slow
def test_full_disk_is_a_sentence_and_the_run_goes_on_when_there_is_room(tmp_path: Path) -> None:
    (tmp_path / "tiny.yaml").write_text(TINY_SUITE.replace("sets: 2", "sets: 6"))
    # no file grows beyond some KiB; Inspect's own trace, which is none of the run's, is switched off
    limited = f"ulimit -f 12; INSPECT_LOG_LEVEL=critical exec {BIN}/quickstudy run tiny.yaml --out out"
    done = run(tmp_path, "/bin/bash", "-c", limited)
    assert done.returncode == 3 and done.stdout == ""
    assert "1 of 1 tasks did not finish: quickstudy/random morvane: " in done.stderr
    again = run(tmp_path, "quickstudy", "run", "tiny.yaml", "--out", "out")
    assert again.returncode == 0, again.stderr
    assert len(list_matches(tmp_path / "out")) == 6


def test_second_run_into_a_folder_is_refused_and_harms_nothing(tmp_path: Path) -> None:
    with started(tmp_path) as first:
        wait_until(lambda: bool(list_matches(tmp_path / "out")))
        first.send_signal(signal.SIGSTOP)  # it does not end before the second one has begun
        second = run(tmp_path, "quickstudy", "run", "slow.yaml", "--out", "out")
        first.send_signal(signal.SIGCONT)
        assert second.returncode == 3
        assert second.stderr.splitlines()[-1] == (
            f"Error: another run is writing to out (process {first.pid}): wait for it, or choose another folder with "
            "--out"
        )
        assert first.wait(60) == 0
    assert len(list_matches(tmp_path / "out")) == SLOW_MATCHES


@pytest.mark.slow
def test_run_waits_for_the_workers_that_a_killed_one_left(tmp_path: Path) -> None:
    with started(tmp_path) as first:
        wait_until(lambda: bool(list_matches(tmp_path / "out")))
        workers = list_workers(tmp_path)
        assert workers
        for worker in workers:
            os.kill(worker, signal.SIGSTOP)
        first.kill()
    again = subprocess.Popen(
        [str(BIN / "quickstudy"), "run", "slow.yaml", "--out", "out"], cwd=tmp_path, env=environment(tmp_path)
    )
    try:
        time.sleep(3)
        assert again.poll() is None
        assert set(list_workers(tmp_path)) == set(workers)  # it has started none of its own
        for worker in workers:
            os.kill(worker, signal.SIGCONT)
        assert again.wait(60) == 0
    finally:
        for worker in set(list_workers(tmp_path)) & set(workers):
            os.kill(worker, signal.SIGKILL)
        again.kill()
    assert len(list_matches(tmp_path / "out")) == SLOW_MATCHES


def test_interruption_reaches_workers_where_sigint_is_ignored(tmp_path: Path) -> None:
    with started(tmp_path, "sh", "-c", "trap '' INT; exec \"$@\"", "sh") as process:
        wait_until(lambda: bool(list_matches(tmp_path / "out")))
        process.kill()
    wait_until(lambda: not list_workers(tmp_path))
    logs = list((tmp_path / "out" / "logs" / "unfinished").rglob("*.eval"))
    assert logs
    assert {read_eval_log(str(path), header_only=True).status for path in logs} == {"cancelled"}


def test_what_is_listed_twice_is_one_task() -> None:
    once = Suite("s", "1", "S", ("morvane", "tarsk"), ("a/b", "c/d"), ({"evidence": "other"},))
    twice = Suite("s", "1", "S", ("morvane", "morvane", "tarsk"), ("a/b", "c/d", "a/b"), ({"evidence": "other"},) * 2)
    assert list_jobs(twice) == list_jobs(once)
    assert Job("a/b", {"examples": [0, 1, 4, 16], "sets": 8, "evidence": "tarsk", "game": "morvane"}) in list_jobs(once)


def test_examples_of_another_game_are_never_its_own(tmp_path: Path) -> None:
    (tmp_path / "tiny.yaml").write_text(
        TINY_SUITE.replace("[morvane]", "[morvane, morvane]").replace("sets: 2", "sets: 2\n    evidence: other")
    )
    done = run(tmp_path, "quickstudy", "run", "tiny.yaml", "--out", "out")
    assert done.returncode == 1
    assert "evidence: other needs at least two games" in done.stderr
    assert not (tmp_path / "out").exists()
