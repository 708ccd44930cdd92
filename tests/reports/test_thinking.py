"""Tests of thinking told apart from learning: which cells are compared, and what is told of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from quickstudy.reports.differences import tabulate_differences
from quickstudy.reports.leaderboard import build_rows
from quickstudy.reports.report import write_report
from quickstudy.reports.thinking import EFFECTS, tabulate_effects, tabulate_thinking
from quickstudy.scorers.differences import compare_cells
from tests.reports.records import sets, tabulate, write

LEVELS = "random alphabeta-300-e75"
WEAK, MIDDLE, STRONG = (
    ["1000", "0100", "1010", "0000"],
    ["1010", "1100", "1001", "0110"],
    ["1101", "1110", "1011", "1101"],
)


def crossed(**conditions: Any) -> list[dict[str, Any]]:
    """Cells of two n, each at two levels of thinking."""
    return [
        *sets(WEAK, LEVELS, thinking="0", **conditions),
        *sets(MIDDLE, LEVELS, thinking="0", n=4, **conditions),
        *sets(MIDDLE, LEVELS, thinking="1024", **conditions),
        *sets(STRONG, LEVELS, thinking="1024", n=4, **conditions),
    ]


def test_effects_are_differences_from_the_cell_that_neither_thinks_nor_learns(tmp_path: Path) -> None:
    games = tabulate(tmp_path, *crossed())
    strengths = tabulate_thinking(games)
    assert strengths[["thinking", "n"]].to_numpy().tolist() == [["0", 0], ["0", 4], ["1024", 0], ["1024", 4]]
    assert strengths["thought"].tolist() == [1.5] * 4, "6 tokens a game and 4 answers"
    effects = tabulate_effects(games, strengths).set_index("effect")
    assert list(effects.index) == list(EFFECTS) and set(effects["thinking"]) == {"1024"} and set(effects["n"]) == {4}
    cells = strengths["cell_id"].tolist()
    alone = compare_cells(games, [(cells[2], cells[0]), (cells[1], cells[0]), (cells[3], cells[0])])
    assert effects["elo"].tolist()[:3] == pytest.approx(alone["elo"].tolist())
    thinking, learning, both, interaction = effects["elo"].tolist()
    assert interaction == pytest.approx(both - thinking - learning)


def test_levels_are_compared_only_where_all_else_is_equal(tmp_path: Path) -> None:
    apart = [*sets(WEAK, LEVELS, thinking="0"), *sets(WEAK, LEVELS, thinking="1024", wording=1)]
    assert tabulate_thinking(tabulate(tmp_path / "a", *apart)).empty
    (tmp_path / "b").mkdir()
    both = tabulate(tmp_path / "b", *crossed(), *crossed(wording=1))
    strengths = tabulate_thinking(both)
    assert strengths["settings"].unique().tolist() == ["wording=0", "wording=1"]
    assert len(tabulate_effects(both, strengths)) == 8


def test_a_level_without_its_corners_has_strengths_and_no_effects(tmp_path: Path) -> None:
    games = tabulate(tmp_path, *crossed()[:12])
    strengths = tabulate_thinking(games)
    assert len(strengths) == 3 and tabulate_effects(games, strengths).empty


def test_each_level_has_a_row_and_a_curve_of_its_own(tmp_path: Path) -> None:
    games = tabulate(tmp_path, *crossed(), *sets(WEAK, LEVELS))
    rows = build_rows(games)
    assert {row["settings"] for row in rows} == {"thinking=default", "thinking=0", "thinking=1024"}
    along = tabulate_differences(games)
    assert (along["settings"] == along["other_settings"]).all(), "levels are no rivals"


def test_the_report_tells_of_thinking_where_there_is_some_and_removes_what_it_told_before(tmp_path: Path) -> None:
    folder = write(tmp_path, *crossed())
    written = {path.name for path in write_report(folder)}
    assert {"thinking.csv", "thinking.md", "thinking.png", "thinking.svg", "thinking.data.json"} <= written
    page = (folder / "report" / "thinking.md").read_text()
    assert "| morvane | quickstudy/imitator | 1024 tokens | 2 |" in page and "Interaction" in page
    (folder / "direct.jsonl").unlink()
    assert not [path for path in write_report(write(tmp_path, *sets(WEAK, LEVELS))) if path.stem == "thinking"]
    assert not list((folder / "report").glob("thinking.*"))
