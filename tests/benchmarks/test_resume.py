"""A run into a folder that holds logs plays what is missing, and nothing twice."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from inspect_ai.log import read_eval_log, write_eval_log

from quickstudy.benchmarks.resume import list_rest
from quickstudy.benchmarks.suite import list_jobs, load_suite
from quickstudy.reports.records import read_records
from quickstudy.reports.tables import read_games
from quickstudy.scorers.matching import freeze_prior
from quickstudy.scorers.recall import View
from quickstudy.tasks.learners.learner import count_tokens
from quickstudy.tasks.match import PhaseZero
from quickstudy.tasks.opponents.ladder import load_ladder
from quickstudy.tasks.study import Study
from quickstudy.tasks.window import reserve_position
from tests.benchmarks.commands import (
    BIN,
    SLOW_SUITE,
    count_paid,
    install_paid_model,
    list_matches,
    run,
    start,
    wait_for_matches,
)

SUITE = """
version: 1-A
title: Tiny
games: [morvane]
models: [paid/a]
conditions:
  - games_per_match: 2
"""
CALLS = 2 * 3  # games, attempts


def play(home: Path, *words: str, suite: str = SUITE) -> set[tuple[int, int]]:
    """Run the suite with some words; returns n and set of all finished matches, which no log holds twice."""
    (home / "tiny.yaml").write_text(suite)
    done = run(home, "quickstudy", "run", "tiny.yaml", "--out", "out", *words)
    assert done.returncode == 0, done.stderr
    table = read_games(home / "out" / "logs")
    matches = {(int(n), int(number)) for n, number in zip(table["n"], table["set"], strict=True)}
    assert len(list_matches(home / "out")) == len(table[["layout", "n", "set"]].drop_duplicates())
    return matches


@pytest.mark.slow
def test_wider_suite_plays_only_what_is_new_and_a_narrower_one_nothing(tmp_path: Path) -> None:
    install_paid_model(tmp_path)
    assert play(tmp_path, "--n", "0", "--sets", "1") == {(0, 0)}
    assert count_paid(tmp_path) == CALLS
    assert play(tmp_path, "--n", "0,1", "--sets", "1") == {(0, 0), (1, 0)}
    assert count_paid(tmp_path) == 2 * CALLS
    whole = {(n, number) for n in (0, 1) for number in (0, 1, 2)}
    assert play(tmp_path, "--n", "1,0", "--sets", "3") == whole
    assert count_paid(tmp_path) == 6 * CALLS
    assert play(tmp_path, "--n", "1", "--sets", "2") == whole
    assert count_paid(tmp_path) == 6 * CALLS
    suite, logs = load_suite(str(tmp_path / "tiny.yaml")), tmp_path / "out" / "logs"
    for examples, sets, left in (([0, 1], 3, 0), ([1], 3, 0), ([0, 1], 2, 0), ([0], 1, 0), ([0, 4], 3, 3), ([1], 5, 2)):
        rest = list_rest(list_jobs(suite.narrow(examples=examples, sets=sets)), logs)
        assert sum(job.matches for job in rest) == left
    names = sorted(path.stem for path in (tmp_path / "out" / "logs").iterdir() if path.suffix == ".eval")
    assert names[0].startswith("morvane-paid-a-")
    assert names == [names[0], f"{names[0]}-2", f"{names[0]}-3"]


def check_priors(logs: Path) -> None:
    """Every set but the first of a cell begins from what the first tells, whatever log that is in."""
    records = {(r["cell"]["n"], r["set"]): r for _, r in read_records(logs)}
    for (n, number), record in records.items():
        told = PhaseZero.of_record(records[n, 0])
        if number:
            digest = freeze_prior(load_ladder("morvane").ratings, told.games).digest()
            assert record["prior"] == {"phase_0": record["cell"]["cell_id"], "digest": digest}


@pytest.mark.slow
def test_sets_that_are_added_to_a_finished_cell_begin_from_its_first_match(tmp_path: Path) -> None:
    suite, logs = SUITE.replace("paid/a", "quickstudy/greedy"), tmp_path / "out" / "logs"
    play(tmp_path, "--n", "0", "--sets", "1", suite=suite)
    assert play(tmp_path, "--n", "0,1", "--sets", "2", suite=suite) == {(n, k) for n in (0, 1) for k in (0, 1)}
    check_priors(logs)
    wide = list_jobs(load_suite(str(tmp_path / "tiny.yaml")).narrow(examples=[0], sets=3))
    (job,) = list_rest(wide, logs)
    first = next(r for _, r in read_records(logs) if r["cell"]["n"] == 0 and r["set"] == 0)
    assert job.arguments["phase_0"] == {"n0": PhaseZero.of_record(first).to_dict()}
    assert job.stem == wide[0].stem


@pytest.mark.slow
def test_what_an_older_version_left_unfinished_is_kept_and_not_gone_on_with(tmp_path: Path) -> None:
    suite, logs = SUITE.replace("paid/a", "quickstudy/greedy"), tmp_path / "out" / "logs"
    play(tmp_path, "--n", "0", "--sets", "2", suite=suite)
    (path,) = logs.glob("*.eval")
    log = read_eval_log(str(path))
    log.eval.metadata = {}
    log.samples = [sample for sample in log.samples or [] if sample.metadata["set"] == 0]
    path.unlink()
    old = logs / "unfinished" / path.stem / "old.eval"
    old.parent.mkdir(parents=True)
    write_eval_log(log, str(old))
    assert play(tmp_path, "--n", "0", "--sets", "2", suite=suite) == {(0, 0), (0, 1)}
    assert old.is_file()
    check_priors(logs)


@pytest.mark.slow
def test_conditions_that_overlap_share_their_matches(tmp_path: Path) -> None:
    install_paid_model(tmp_path)
    conditions = [f"{{games_per_match: 2, examples: {n}, sets: {sets}}}" for n, sets in (("[0, 1]", 1), ("[1, 2]", 2))]
    suite = SUITE.replace("  - games_per_match: 2", "\n".join(f"  - {condition}" for condition in conditions))
    assert play(tmp_path, suite=suite) == {(0, 0), (1, 0), (1, 1), (2, 0), (2, 1)}
    assert count_paid(tmp_path) == 5 * CALLS


@pytest.mark.slow
def test_padded_cells_are_played_once_each(tmp_path: Path) -> None:
    install_paid_model(tmp_path)
    padded = "examples: [1], m: 1, slots: 3, sets: 1"
    conditions = ["{games_per_match: 2, examples: [1], sets: 1}"]
    conditions += [f"{{games_per_match: 2, layouts: '{names}', {padded}}}" for names in ("late,filler", "late")]
    suite = SUITE.replace("  - games_per_match: 2", "\n".join(f"  - {condition}" for condition in conditions))
    assert play(tmp_path, suite=suite) == {(1, 0), (0, 0)}
    table = read_games(tmp_path / "out" / "logs")
    assert sorted(set(table["layout"])) == ["filler", "late", "plain"]
    assert play(tmp_path, suite=suite) == {(1, 0), (0, 0)}
    assert count_paid(tmp_path) == 3 * CALLS


def find_window() -> tuple[int, int, int]:
    """An n, a seed and a window that holds n examples of the first set and one fewer of the second."""
    for seed in range(9):
        study = Study("morvane", examples=(9,), sets=2, seed=seed)
        for n in range(2, 9):
            shown = [(View.plain(n), 1), (View.plain(n), 0), (View.plain(n - 1), 1)]
            longer, first, fewer = (count_tokens(study.write_system(view, number)) for view, number in shown)
            if fewer <= first < longer:
                return n, seed, reserve_position(study) + study.reply_tokens + first
    raise AssertionError("no window tells the sets apart")


@pytest.mark.slow
def test_an_n_that_a_full_window_makes_equal_to_an_earlier_one_is_not_played_again(tmp_path: Path) -> None:
    _, seed, window = find_window()
    suite = SUITE.replace("paid/a", "quickstudy/random") + f"    window: {window}\n    seed: {seed}\n    sets: 1\n"
    logs = tmp_path / "out" / "logs"
    play(tmp_path, "--n", "1,16", suite=suite)
    assert len(list(read_records(logs))) == 2
    (tmp_path / "tiny.yaml").write_text(suite)
    done = run(tmp_path, "quickstudy", "run", "tiny.yaml", "--out", "out", "--n", "1,16,32")
    assert done.returncode == 0, done.stderr
    assert len(list(read_records(logs))) == 2, "n = 32 is known to be what n = 16 is"
    asked = list_jobs(load_suite(str(tmp_path / "tiny.yaml")).narrow(examples=[1, 16, 32]))
    assert list_rest(asked, logs) == []


def test_logs_from_before_there_were_layouts_are_gone_on_with(tmp_path: Path) -> None:
    (tmp_path / "tiny.yaml").write_text(SUITE.replace("paid/a", "quickstudy/random"))
    done = run(tmp_path, "quickstudy", "run", "tiny.yaml", "--out", "out", "--n", "1", "--sets", "1")
    assert done.returncode == 0, done.stderr
    (path,) = (tmp_path / "out" / "logs").glob("*.eval")
    log = read_eval_log(str(path))
    for sample in log.samples or []:
        for name in ("m", "slots", "slots_requested"):
            del sample.metadata[name]
    write_eval_log(log, str(path))
    suite = load_suite(str(tmp_path / "tiny.yaml"))
    assert list_rest(list_jobs(suite.narrow(examples=[1], sets=1)), path.parent) == []


@pytest.mark.slow
def test_more_sets_that_leave_room_for_fewer_examples_all_show_as_many(tmp_path: Path) -> None:
    n, seed, window = find_window()
    suite = (
        SUITE.replace("paid/a", "quickstudy/random") + f"    window: {window}\n    seed: {seed}\n    examples: [{n}]\n"
    )
    assert play(tmp_path, "--sets", "1", suite=suite) == {(n, 0)}
    held = n - 1
    assert play(tmp_path, "--sets", "2", suite=suite) == {(n, 0), (held, 0), (held, 1)}
    logs = len(list((tmp_path / "out").rglob("*.eval")))
    assert play(tmp_path, "--sets", "2", suite=suite) == {(n, 0), (held, 0), (held, 1)}
    assert len(list((tmp_path / "out").rglob("*.eval"))) == logs


def interrupt(home: Path, how: signal.Signals, matches: int, *words: str) -> None:
    """Start a run of the slow suite and stop it after so many matches."""
    (home / "tiny.yaml").write_text(SLOW_SUITE)
    command = [str(BIN / "quickstudy"), "run", "tiny.yaml", "--out", "out", *words]
    process = start(home, command)
    wait_for_matches(process, home / "out", matches)
    os.kill(process.pid, how)
    process.communicate(timeout=30)
    assert process.returncode != 0


@pytest.mark.slow
def test_interrupted_run_is_widened_and_narrowed_without_a_second_copy(tmp_path: Path) -> None:
    interrupt(tmp_path, signal.SIGINT, 2, "--sets", "3")
    narrow = play(tmp_path, "--n", "0", "--sets", "2", suite=SLOW_SUITE)
    assert {(0, 0), (0, 1)} <= narrow < {(n, number) for n in (0, 1) for number in range(3)}
    wide = play(tmp_path, "--n", "0,1,2", "--sets", "4", suite=SLOW_SUITE)
    assert wide == {(n, number) for n in (0, 1, 2) for number in range(4)}


@pytest.mark.slow
def test_interrupted_extension_goes_on(tmp_path: Path) -> None:
    play(tmp_path, "--n", "0", "--sets", "1", suite=SLOW_SUITE)
    interrupt(tmp_path, signal.SIGKILL, 3, "--sets", "4")
    assert len(list((tmp_path / "out" / "logs" / "unfinished").iterdir())) == 1
    assert play(tmp_path, "--sets", "4", suite=SLOW_SUITE) == {(n, number) for n in (0, 1) for number in range(4)}
    assert not list((tmp_path / "out" / "logs" / "unfinished").iterdir())
    assert len(list((tmp_path / "out" / "logs").glob("*.eval"))) == 2


def test_damaged_log_is_a_sentence_and_its_matches_are_not_paid_again(tmp_path: Path) -> None:
    install_paid_model(tmp_path)
    play(tmp_path, "--n", "0", "--sets", "1")
    log = next((tmp_path / "out").rglob("*.eval"))
    log.write_bytes(log.read_bytes()[:100])
    done = run(tmp_path, "quickstudy", "run", "tiny.yaml", "--out", "out", "--n", "0", "--sets", "1")
    assert done.returncode == 1 and done.stdout == ""
    assert f"cannot read the log {log.relative_to(tmp_path)}" in done.stderr and "Traceback" not in done.stderr
    assert count_paid(tmp_path) == CALLS
