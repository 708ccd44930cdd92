"""`quickstudy run`: a narrowed suite end to end, and what an interruption leaves."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from quickstudy.reports.ceilings import judge_curves
from quickstudy.reports.probes import read_answers
from quickstudy.reports.replays import read_replays
from quickstudy.reports.results import read_results
from quickstudy.reports.tables import load_games, read_games
from tests.benchmarks.commands import (
    BIN,
    SLOW_MATCHES,
    SLOW_SUITE,
    environment,
    list_matches,
    run,
    start,
    wait_for_matches,
)
from tests.same_tables import same_games

COMMAND = ("quickstudy", "run", "smoke", "--game", "morvane", "--n", "0,1", "--sets", "2")
MODELS = ("--model", "quickstudy/imitator", "--model", "quickstudy/random")


@dataclass
class Finished:
    """A run that ended: its folder and what it printed."""

    folder: Path
    printed: subprocess.CompletedProcess[str]


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Finished:
    # a blank and a percent sign: the paths of logs are also written as URLs
    home = tmp_path_factory.mktemp("a home 100%")
    return Finished(home / "out", run(home, *COMMAND, *MODELS, "--out", "out"))


def test_run_writes_logs_table_and_report(finished: Finished) -> None:
    assert finished.printed.returncode == 0, finished.printed.stderr
    assert len(list(finished.folder.glob("logs/*.eval"))) == 2
    table = load_games(finished.folder / "games.parquet")
    # 2 models x 2 n x 2 sets x 4 games
    assert len(table) == 32
    assert set(table["n"]) == {0, 1} and set(table["set"]) == {0, 1}
    for name in ("learning_curves.png", "learning_curves.svg", "leaderboard.md", "leaderboard.json"):
        assert (finished.folder / "report" / name).stat().st_size > 100, name
    rows = json.loads((finished.folder / "report" / "leaderboard.json").read_text())["rows"]
    assert {(row["model"], row["game"]) for row in rows} == {
        ("quickstudy/imitator", "morvane"),
        ("quickstudy/random", "morvane"),
    }
    assert set(rows[0]["strength_by_n"]) == {"0", "1"}


@pytest.mark.slow
def test_a_suite_of_games_and_probes_reports_both_and_plays_nothing_twice(tmp_path: Path) -> None:
    condition = "{examples: [0, 1], sets: 2"
    (tmp_path / "both.yaml").write_text(
        "version: 1-A\ntitle: Both\ngames: [morvane]\nmodels: [quickstudy/greedy]\n"
        f"conditions:\n  - {condition}, games_per_match: 2}}\n  - {condition}, task: board_probe, probes: 3}}\n"
    )
    done = run(tmp_path, "quickstudy", "run", "both.yaml", "--out", "out")
    assert done.returncode == 0, done.stderr
    assert "Best strength" in done.stdout and "Elo from probes" in done.stdout and "probes.parquet" in done.stdout
    answers, games = read_answers(tmp_path / "out" / "logs"), load_games(tmp_path / "out" / "games.parquet")
    assert len(answers) == 2 * 2 * 3 and len(games) == 2 * 2 * 2
    assert set(answers["cell_id"]) == set(games["cell_id"])
    again = run(tmp_path, "quickstudy", "run", "both.yaml", "--out", "out", "--sets", "3")
    assert again.returncode == 0, again.stderr
    assert len(read_answers(tmp_path / "out" / "logs")) == 2 * 3 * 3
    # 2 tasks x 2 n x 3 sets, each in one log
    assert len(list_matches(tmp_path / "out")) == 12


@pytest.mark.slow
def test_a_suite_of_replays_reports_recall_and_goes_on_where_it_stopped(tmp_path: Path) -> None:
    (tmp_path / "recall.yaml").write_text(
        "version: 1-A\ntitle: R\ngames: [morvane]\nmodels: ['quickstudy/copycat:capacity-1']\n"
        "conditions:\n  - {task: board_replay, examples: [2, 6], sets: 2, places: 3, moves: 4, teacher: random}\n"
    )
    command = ("quickstudy", "run", "recall.yaml", "--out", "out")
    done = run(tmp_path, *command)
    assert done.returncode == 0, done.stderr
    assert "Random moves" in done.stdout and "recall.png" in done.stdout and "replays.parquet" in done.stdout
    shares = read_replays(tmp_path / "out" / "logs").groupby("number")["reproduced"].mean()
    assert shares[1] == 1.0 and shares[6] < 0.7
    logs = {path.name: path.read_bytes() for path in tmp_path.rglob("*.eval")}
    again = run(tmp_path, *command, "--sets", "3")
    assert again.returncode == 0, again.stderr
    moves = read_replays(tmp_path / "out" / "logs")
    assert len(moves) == 3 * (2 + 3) * 4 and set(moves["set"]) == {0, 1, 2}
    assert logs.items() <= {path.name: path.read_bytes() for path in tmp_path.rglob("*.eval")}.items()


def test_standard_output_is_the_result_and_progress_is_not(finished: Finished) -> None:
    shown, told = finished.printed.stdout, finished.printed.stderr
    assert shown.splitlines()[0].split()[:2] == ["Game", "Model"]
    assert "quickstudy/imitator" in shown and "leaderboard.md" in shown and "games.parquet" in shown
    assert "preparing" not in shown and "matches," not in shown
    assert "preparing morvane" in told and "Traceback" not in told


def test_same_command_again_plays_nothing(finished: Finished) -> None:
    before = load_games(finished.folder / "games.parquet")
    logs = {path.name: path.read_bytes() for path in finished.folder.rglob("*.eval")}
    again = run(finished.folder.parent, *COMMAND, *MODELS, "--out", "out")
    assert again.returncode == 0, again.stderr
    assert again.stdout == finished.printed.stdout
    assert {path.name: path.read_bytes() for path in finished.folder.rglob("*.eval")} == logs
    assert same_games(load_games(finished.folder / "games.parquet"), before)


def test_leaderboard_json_is_free_of_nan(finished: Finished) -> None:
    def refuse(name: str) -> None:
        raise AssertionError(name)

    json.loads((finished.folder / "report" / "leaderboard.json").read_text(), parse_constant=refuse)


def test_the_table_of_a_run_can_be_analysed_as_it_is(finished: Finished) -> None:
    verdicts = judge_curves(read_results(finished.folder / "games.parquet"), n_max=64)
    assert [(verdict["skill"], verdict["model"]) for verdict in verdicts] == [
        ("morvane", "quickstudy/imitator"),
        ("morvane", "quickstudy/random"),
    ]
    assert all(verdict["decision"] == "undecided" and len(verdict["points"]) == 2 for verdict in verdicts)


@pytest.fixture(scope="module")
def uninterrupted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("whole")
    (home / "slow.yaml").write_text(SLOW_SUITE)
    done = run(home, "quickstudy", "run", "slow.yaml", "--out", "out")
    assert done.returncode == 0, done.stderr
    return home / "out"


def _live_processes(group_of: Path) -> list[str]:
    """Command lines of processes that name a folder; zombies, which nobody may reap here, have none."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = path.read_bytes().decode(errors="replace").split("\0")
        except OSError:
            continue
        if any(str(group_of) in word for word in words):
            found.append(" ".join(words))
    return found


def _interrupt(command: list[str], home: Path, how: signal.Signals, matches: int) -> tuple[int, str, str]:
    """Start a run, send a signal to its process group after so many matches, and return code and output."""
    process = start(home, command, start_new_session=True)
    wait_for_matches(process, home / "out", matches)
    os.killpg(process.pid, how)
    shown, told = process.communicate(timeout=120)
    return process.returncode, shown, told


def _times(out: Path) -> dict[str, float]:
    """Seconds that each finished match took: a match that is played again takes another time."""
    table = read_games(out / "logs")
    names = table["cell_id"] + " " + table["set"].astype(str)
    return {str(name): float(seconds) for name, seconds in table["seconds"].groupby(names).sum().items()}


def test_interrupted_run_goes_on_where_it_stopped(uninterrupted: Path, tmp_path: Path) -> None:
    (tmp_path / "slow.yaml").write_text(SLOW_SUITE)
    out = tmp_path / "out"
    command = [str(BIN / "quickstudy"), "run", "slow.yaml", "--out", str(out)]

    code, shown, told = _interrupt(command, tmp_path, signal.SIGKILL, 2)
    assert (code, shown) == (-signal.SIGKILL, "")
    assert "Traceback" not in told
    # the workers notice that their run is gone, close their logs and end
    deadline = time.monotonic() + 60
    while _live_processes(out) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _live_processes(out)
    first = _times(out)
    assert 2 <= len(first) < SLOW_MATCHES - 3

    code, shown, told = _interrupt(command, tmp_path, signal.SIGINT, len(first) + 2)
    assert (code, shown) == (130, "")
    assert "Traceback" not in told and "Exception" not in told
    assert told.splitlines()[-1].startswith("Interrupted. Finished matches are kept: run the same command again")
    assert not _live_processes(out)
    second = _times(out)
    assert len(first) + 2 <= len(second) < SLOW_MATCHES
    assert not (out / "games.parquet").exists()

    again = subprocess.run(
        command, cwd=tmp_path, env=environment(tmp_path), capture_output=True, text=True, timeout=240
    )
    assert again.returncode == 0, again.stderr
    assert same_games(load_games(out / "games.parquet"), load_games(uninterrupted / "games.parquet"))
    assert len(list_matches(out)) == SLOW_MATCHES  # no copies are left
    last = _times(out)
    for earlier in (first, second):
        assert {key: last[key] for key in earlier} == pytest.approx(earlier)  # sums over rows in another order
