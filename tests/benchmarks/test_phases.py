"""Runs in two phases: padded layouts are played at the m that the plain curve calls for."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from quickstudy.benchmarks.phases import check_phases, settle, try_out, waits
from quickstudy.benchmarks.run import run_suite
from quickstudy.benchmarks.suite import Job, Suite, SuiteError, list_jobs
from quickstudy.reports.probes import read_answers
from quickstudy.reports.tables import read_games
from tests.benchmarks.commands import list_matches, run

SUITE = """
version: 1-A
title: Tiny
games: [morvane]
models: [quickstudy/imitator]
conditions:
  - {examples: [0, 2, 8], sets: 2, games_per_match: 2, teacher: random}
  - {examples: [8], layouts: "early,filler", m: adaptive, slots: full, sets: 2, games_per_match: 2, teacher: random}
  - {task: board_probe, examples: [0, 2, 8], sets: 2, probes: 10, teacher: random}
  - {task: board_probe, examples: [8], layouts: "early,filler", m: adaptive, slots: full, sets: 2, probes: 10,
     teacher: random}
"""
SHOWN = {"game": "morvane", "examples": [8], "layouts": "late", "sets": 2, "games_per_match": 2, "teacher": "random"}


def job(**arguments: object) -> Job:
    return Job("quickstudy/random", {"game": "morvane", "examples": [0, 8], "sets": 2, **arguments})


def test_the_second_phase_follows_from_the_first_and_is_played_once(tmp_path: Path) -> None:
    (tmp_path / "tiny.yaml").write_text(SUITE)
    for _ in range(2):
        done = run(tmp_path, "quickstudy", "run", "tiny.yaml", "--out", "out")
        assert done.returncode == 0, done.stderr
        matches = list_matches(tmp_path / "out")
        assert len(matches) == 2 * len(set(matches)) == 2 * 5 * 2, "each once in games and once in probes"
    assert "morvane, quickstudy/imitator: from" in done.stdout and "posterior" in done.stdout
    games = read_games(tmp_path / "out" / "logs")
    padded = games[games["layout"] != "plain"]
    assert set(padded["slots"]) == {8} and set(padded["layout"]) == {"early", "filler"}
    assert set(padded.loc[padded["layout"] == "early", "m"]) == {2}, "from 2 to half of n_max"
    answers = read_answers(tmp_path / "out" / "logs")
    assert set(answers["cell_id"]) == set(games["cell_id"]), "probes are of the games' cells, m and slots included"
    (given,) = settle([Job("quickstudy/imitator", {**SHOWN, "m": "adaptive", "slots": 5})], tmp_path / "out" / "logs")
    assert (given.arguments["m"], given.arguments["slots"]) == (2, 5), "what the suite gives stays"
    (verdict,) = json.loads((tmp_path / "out" / "report" / "ceilings.json").read_text())["curves"]
    assert verdict["n_max"] == 8 and {point["layout"] for point in verdict["points"]} == {"plain", "early", "filler"}
    assert all(point["probes"] for point in verdict["points"])
    assert {path.suffix for path in (tmp_path / "out" / "report").glob("ceilings.*")} >= {".png", ".svg", ".md"}


@pytest.mark.parametrize(
    ("arguments", "waiting"), [({}, False), ({"m": 4, "slots": 8}, False), ({"m": "adaptive"}, True)]
)
def test_a_job_waits_for_the_plain_curve_where_it_asks_for_its_m(arguments: dict[str, object], waiting: bool) -> None:
    assert waits(job(**arguments)) == waiting
    assert (try_out(job(**arguments)).arguments.get("m") == 2) == waiting


@pytest.mark.parametrize(
    ("condition", "named"),
    [
        ({"layouts": "late", "m": "adaptive", "slots": "full"}, "need a condition with plain cells"),
        ({"layouts": "plain", "m": "adaptive"}, "need a condition with plain cells"),
        ({"layouts": "late", "m": 400, "slots": "full", "sets": 3}, "task parameter m"),
        ({"layouts": "late", "m": "abc", "slots": "full", "sets": 3}, "'abc'"),
        (
            {"layouts": "late", "m": "adaptive", "slots": "full", "teacher": "random", "task": "board_probe"},
            "need a condition with plain cells of games",
        ),
    ],
)
def test_a_second_phase_that_cannot_be_is_refused_before_the_first_is_played(
    condition: dict[str, object], named: str, tmp_path: Path
) -> None:
    plain: dict[str, object] = (
        {"examples": [0, 8], "sets": 3} if "sets" in condition else {"examples": [0], "wording": 1}
    )
    suite = Suite("s", "1", "S", ("morvane",), ("quickstudy/random",), (plain, {"examples": [0, 8], **condition}))
    with pytest.raises(SuiteError, match=named):
        run_suite(suite, tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.slow
def test_a_model_that_saw_fewer_than_two_examples_is_left_out_and_told(tmp_path: Path) -> None:
    (tmp_path / "tiny.yaml").write_text(SUITE.replace("[0, 2, 8]", "[0, 1]"))
    done = run(tmp_path, "quickstudy", "run", "tiny.yaml", "--out", "out")
    assert done.returncode == 0 and "is left out: there were at most 1 examples in view" in done.stderr
    assert not (tmp_path / "out" / "report" / "ceilings.json").exists()


def test_a_second_phase_without_plain_cells_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(SuiteError, match="no plain cells of the same conditions were played"):
        settle([job(m="adaptive", slots="full")], tmp_path)


def test_both_phases_of_one_model_share_a_name() -> None:
    conditions = ({"examples": [0, 8]}, {"examples": [8], "layouts": "late", "m": "adaptive", "slots": "full"})
    plain, padded = list_jobs(Suite("s", "1", "S", ("morvane",), ("m/n",), conditions))
    assert plain.stem == padded.stem and plain.label != padded.label
    check_phases([plain, padded])


def test_plain_and_padded_cells_of_one_condition_are_in_logs_of_their_own() -> None:
    condition = {"examples": [0, 8], "layouts": "plain, late,filler", "m": 2, "slots": 8, "filler": "lattic"}
    plain, padded = list_jobs(Suite("s", "1", "S", ("morvane",), ("m/n",), (condition,)))
    assert [view.name for view in plain.views] == ["n0", "n8"]
    assert [view.name for view in padded.views] == ["late-m2-slots8", "filler-m0-slots8"]
    assert padded.plain.stem == plain.stem != padded.stem, (
        "another filler is another padded cell and no other plain one"
    )
