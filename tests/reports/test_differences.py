"""Differences in a report: along each curve, between models, and the ranks of the leaderboard that follow."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

from quickstudy.reports.differences import tabulate_differences
from quickstudy.reports.differences_page import write_differences, write_differences_page
from quickstudy.reports.leaderboard import build_rows, write_markdown, write_text
from tests.reports.records import TOP, sets, tabulate

LOW, EVEN, HIGH = ["10", "00", "01", "00"] * 2, ["10", "01", "1=", "=0"] * 2, ["11", "1=", "10", "11"] * 2


def test_each_n_is_compared_with_zero_and_with_the_n_before(tmp_path: Path) -> None:
    games = tabulate(tmp_path, *sets(EVEN), *sets(EVEN, n=4), *sets(HIGH, "mcts-100", n=16))
    table = tabulate_differences(games)
    found = table[["comparison", "n", "other_n"]].to_numpy().tolist()
    assert found == [["n = 0", 4, 0], ["n = 0", 16, 0], ["n before", 16, 4]]
    same = table.iloc[0]
    assert same["elo"] == 0.0 and same["shared_sets"] == 8 and same["detectable"] > 0.0
    assert table.iloc[1]["p"] < 0.05
    page = write_differences_page(table)
    smallest = f"smallest that would be: {same['detectable']:.0f} Elo"
    (first, second) = (line for line in page.splitlines() if line.startswith("| morvane"))
    assert "no difference found" in first and smallest in first and first.endswith("| the same |")
    assert "no difference" not in second and re.search(r"\| 16 \| \d+ \[\d+, \d+\] \| \d+ \[\d+, \d+\] \|", second)


def test_models_are_compared_at_one_n_and_under_the_same_settings_only(tmp_path: Path) -> None:
    games = tabulate(
        tmp_path,
        *sets(EVEN, model="a"),
        *sets(HIGH, model="b"),
        *sets(HIGH, model="c", wording=1),
        *sets(HIGH, model="b", n=4),
        *sets(HIGH, model="quickstudy/imitator"),
    )
    table = tabulate_differences(games)
    between = table[table["comparison"] == "model"]
    assert between[["model", "other_model", "n", "other_n"]].to_numpy().tolist() == [["b", "a", 0, 0]]


def test_ranks_are_those_at_the_largest_common_n_with_instruments_apart(tmp_path: Path) -> None:
    games = tabulate(
        tmp_path,
        *(match for model in ("a", "b", "c") for match in sets(EVEN, model=model)),
        *sets(LOW, model="a", n=4),
        *sets(EVEN, model="b", n=4),
        *sets(["11"] * 8, TOP, model="c", n=4),
        *sets(EVEN, model="c", n=16),
        *sets(EVEN, model="quickstudy/imitator", n=4),
    )
    rows = build_rows(games)
    ranks = {row["model"]: row["rank"] for row in rows}
    assert ranks["c"] == {"n": 4, "players": 3, "low": 1, "high": 1, "tier": 1}
    assert ranks["a"]["low"] == 2 and ranks["a"]["tier"] == ranks["b"]["tier"] == 2
    assert ranks["quickstudy/imitator"] is None
    page = write_markdown(rows, [])
    assert "1 of 3 at n = 4 | 1 |" in page and "2-3 of 3 at n = 4 | 2 |" in page
    assert page.index("## Models") < page.index("| c |") < page.index("## Instruments") < page.index("imitator")
    boards = write_text(rows).split("\n\n")
    assert [board.splitlines()[0] for board in boards] == ["Models", "Instruments"]
    assert ["imitator" in board for board in boards] == [False, True]
    assert build_rows(games) == rows


def test_each_game_has_ranks_of_its_own(tmp_path: Path) -> None:
    games = tabulate(
        tmp_path,
        *(
            match
            for skill in ("morvane", "velun")
            for model in ("a", "b")
            for match in sets(EVEN, model=model, skill=skill)
        ),
    )
    assert [row["rank"] for row in build_rows(games)] == [{"n": 0, "players": 2, "low": 1, "high": 2, "tier": 1}] * 4


def test_models_without_a_common_n_have_no_rank(tmp_path: Path) -> None:
    rows = build_rows(tabulate(tmp_path, *sets(EVEN, model="a"), *sets(EVEN, model="b", n=4)))
    assert [row["rank"] for row in rows] == [None, None]


@pytest.mark.parametrize(
    ("results", "level", "shown"),
    [
        (["11"] * 8, TOP, r"> \d+ (one-sided)"),
        (["00"] * 8, "random", r"< -?\d+ (one-sided)"),
        (["ff"] * 8, "random", "not defined"),
    ],
)
def test_a_cell_without_a_strength_shows_a_bound_or_says_so(
    results: list[str], level: str, shown: str, tmp_path: Path
) -> None:
    (tmp_path / "out").mkdir()
    games = tabulate(tmp_path, *sets(EVEN), *sets(results, level, n=4))
    csv, page = write_differences(games, tmp_path / "out")
    pattern = shown.replace("(", r"\(").replace(")", r"\)")
    assert re.search(pattern, page.read_text().replace("\\", ""))
    row = pd.read_csv(csv).iloc[0]
    assert pd.isna(row["elo"]) and pd.isna(row["p"]) and row["flag"] in ("one_sided", "undefined")


def test_nothing_to_compare_leaves_no_files(tmp_path: Path) -> None:
    assert write_differences(tabulate(tmp_path / "games", *sets(EVEN)), tmp_path) == []
    assert not (tmp_path / "differences.md").exists()
