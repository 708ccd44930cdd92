"""Arms side by side: evidence, bytes, differences at equal ones, and what stands beside examples."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quickstudy.reports.arms import Curve, compare_beside, compare_kinds, count_evidence, tabulate_arms
from quickstudy.reports.arms_page import write_arms, write_page
from quickstudy.reports.memory import judge_arms
from quickstudy.tasks.opponents.ladder import load_ladder
from tests.reports.records import sets, tabulate

LEVEL = load_ladder("morvane").levels[2]
# of four games of each of four sets against one level
WEAK, EVEN, STRONG = (
    ["0010", "0001", "1000", "0010"],
    ["1010", "0110", "1000", "1011"],
    ["1110", "1011", "1101", "0111"],
)
NOTES: dict[str, Any] = {"regime": "notes", "generation": 1, "studied": 4, "budget": 288}


def cells(results: list[str], carried: float | None = None, **conditions: Any) -> list[dict[str, Any]]:
    """The records of one cell, a match for each set."""
    made = sets(results, LEVEL, **conditions)
    return [record if carried is None else {**record, "carried": carried} for record in made]


def curve() -> list[dict[str, Any]]:
    return [*cells(WEAK, 0), *cells(EVEN, 400, n=1), *cells(STRONG, 1600, n=4)]


def find(table: pd.DataFrame, arm: str) -> pd.Series:
    (row,) = [row for _, row in table.iterrows() if row["arm"] == arm]
    return row


def test_an_arm_with_the_games_of_a_cell_differs_from_it_by_nothing(tmp_path: Path) -> None:
    table = tabulate_arms(tabulate(tmp_path, *curve(), *cells(EVEN, 1600, **{**NOTES, "studied": 1})))
    row, same = find(table, "notes"), table[(table["regime"] == "examples") & (table["n"] == 1)].iloc[0]
    assert row["evidence"] == 1 and row["elo"] == pytest.approx(same["elo"])
    assert row["evidence_elo"] == pytest.approx(0.0, abs=1e-6)
    assert row["evidence_low"] <= 0.0 <= row["evidence_high"]
    assert row["worth_elo"] == pytest.approx(1.0, abs=1e-6) and row["worth_low"] <= 1.0 <= row["worth_high"]
    stronger = table[(table["regime"] == "examples") & (table["n"] == 4)].iloc[0]
    assert row["bytes_elo"] == pytest.approx(same["elo"] - stronger["elo"]), "1,600 bytes hold four examples"
    assert table["evidence"].tolist() == [0, 1, 1, 4]


def test_between_two_numbers_of_examples_the_curve_is_linear_in_their_logarithm() -> None:
    found = Curve((0, 1, 4), (0.0, 400.0, 1600.0), ("a", "b", "c"))
    assert found.weigh(1) == {"b": 1.0} and found.weigh(5) is None and Curve((), (), ()).weigh(0) is None
    weights = found.weigh(2)
    assert weights is not None and weights["c"] == pytest.approx(np.log2(3 / 2) / np.log2(5 / 2))
    assert found.count(800) == pytest.approx(2.0) and np.isnan(found.count(1601))
    assert np.isnan(Curve((0, 1), (0.0, float("nan")), ("a", "b")).count(10))


@given(st.lists(st.integers(0, 500), min_size=2, unique=True), st.floats(0, 1))
def test_weights_add_up_to_one_and_stand_for_the_number(numbers: list[int], place: float) -> None:
    known = tuple(sorted(numbers))
    n = known[0] + place * (known[-1] - known[0])
    weights = Curve(known, (), tuple(map(str, known))).weigh(n)
    assert weights is not None and sum(weights.values()) == pytest.approx(1.0) and min(weights.values()) >= 0.0
    mean = sum(weight * np.log2(1.0 + int(cell)) for cell, weight in weights.items())
    assert mean == pytest.approx(np.log2(1.0 + n), abs=1e-9)


@pytest.mark.parametrize(
    ("arm", "studied", "evidence"),
    [
        ({}, 16, 16),
        ({"n": 4}, 16, 20),
        ({"n": 4, "regime": "distil"}, 16, 16),
        ({"n": 32, "regime": "state"}, 16, 32),
        ({"n": 4, "control": "oracle"}, 512, 512),
        ({"studied_game": "velun"}, 48, 0),
        ({"n": 2, "control": "matched"}, 0, 2),
    ],
)
def test_evidence_counts_each_game_of_the_game_itself_once(arm: dict[str, Any], studied: int, evidence: int) -> None:
    usual = {"regime": "notes", "control": "", "n": 0, "studied_game": ""}
    assert count_evidence(usual | arm, studied) == evidence


def test_generations_with_as_much_evidence_as_examples_and_the_last_are_listed(tmp_path: Path) -> None:
    chain = [
        record
        for g, studied in enumerate((0, 1, 2, 3))
        for record in cells(EVEN, 300 * (g > 0), **{**NOTES, "generation": g, "studied": studied})
    ]
    table = tabulate_arms(tabulate(tmp_path, *curve(), *chain))
    assert table.loc[table["arm"] == "notes", "generation"].tolist() == [1, 3]


def test_logs_without_bytes_have_no_difference_at_equal_bytes(tmp_path: Path) -> None:
    games = tabulate(tmp_path, *cells(WEAK), *cells(STRONG, n=4), *cells(EVEN, **NOTES))
    row = find(tabulate_arms(games), "notes")
    assert np.isnan(row["carried"]) and np.isnan(row["bytes_elo"]) and row["evidence_elo"] < 0.0
    page = write_arms(games, tmp_path)[0].read_text()
    line = next(line for line in page.split("\n") if "| notes, generation 1 |" in line)
    assert line.endswith(" | - |") and " | 4 | - | " in line


def test_notes_that_hurt_beside_examples_are_said_to(tmp_path: Path) -> None:
    firm = [
        *cells(["1110"] * 4, 1600, n=4),
        *cells(["0010"] * 4, 1900, **NOTES, n=4),
        *cells(["1010"] * 4, 300, **NOTES),
    ]
    row = compare_beside(tabulate(tmp_path, *curve()[:8], *firm)).iloc[0]
    assert row["verdict"] == "notes hurt" and row["examples_high"] < 0.0 and row["notes_elo"] < 0.0
    games = tabulate(tmp_path / "other", *curve(), *cells(STRONG, 1900, **NOTES, n=4))
    undecided = compare_beside(games).iloc[0]
    assert undecided["verdict"] == "undecided" and undecided["examples_elo"] == pytest.approx(0.0, abs=1e-6)
    assert np.isnan(undecided["notes_elo"]), "there are no such notes alone"


def test_without_the_same_number_of_examples_alone_there_is_no_verdict(tmp_path: Path) -> None:
    games = tabulate(tmp_path, *curve(), *cells(STRONG, 1900, **NOTES, n=3))
    assert compare_beside(games)["verdict"].tolist() == ["-"]


def test_kinds_are_compared_with_the_fewest(tmp_path: Path) -> None:
    kinds = {"mistake": WEAK, "mistake,reason": EVEN, "": STRONG}
    chains = [record for name, results in kinds.items() for record in cells(results, 300, **NOTES, note_kinds=name)]
    table = compare_kinds(tabulate(tmp_path, *curve(), *chains))
    assert table["note_kinds"].tolist() == list(kinds)
    assert np.isnan(table["gain_elo"].iloc[0]) and 0.0 < table["gain_elo"].iloc[1] < table["gain_elo"].iloc[2]
    page = write_page(tabulate_arms(tabulate(tmp_path, *curve(), *chains)), pd.DataFrame(), table)
    assert "## Kinds of notes" in page and "| mistake,reason,advice |" in page and "## Notes beside" not in page
    assert compare_kinds(tabulate(tmp_path / "one", *cells(EVEN, 300, **NOTES))).empty


def test_without_chains_there_is_nothing(tmp_path: Path) -> None:
    games = tabulate(tmp_path, *curve())
    assert tabulate_arms(games).empty and write_arms(games, tmp_path) == []


def test_chains_that_study_other_numbers_of_games_are_told_apart(tmp_path: Path) -> None:
    once = {**NOTES, "regime": "distil"}
    few, many = (cells(results, 300, **{**once, "studied": n}) for n, results in ((1, WEAK), (4, STRONG)))
    start = cells(WEAK, 0, **{**once, "generation": 0, "studied": 0})
    games = tabulate(tmp_path, *curve(), *start, *few, *many, *cells(EVEN, 1900, **once, n=4))
    table = tabulate_arms(games)
    rows = [find(table, f"distil, {n} games each") for n in (1, 4)]
    assert [row["evidence"] for row in rows] == [1, 4] and rows[0]["elo"] < rows[1]["elo"]
    verdicts = {arm["settings"]: arm["last"] for arm in judge_arms(games) if not arm["n"]}
    assert set(verdicts) == {"1 games each", "4 games each"}
    assert verdicts["1 games each"][0] == pytest.approx(rows[0]["elo"], abs=0.1)
    beside = compare_beside(games).iloc[0]
    assert beside["notes_elo"] == pytest.approx(beside["elo"] - rows[1]["elo"]), "of notes of as many games"
