"""Tests of how intervals narrow with games: widths of the first sets, their medians, and the law beside them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from quickstudy.reports.convergence import (
    bound_width,
    summarise_convergence,
    tabulate_convergence,
    write_convergence,
)
from quickstudy.reports.tables import rate_games
from tests.reports.records import record, sets, tabulate

LEVELS = "random alphabeta-300-e75"


def results(count: int, seed: int = 0) -> list[str]:
    """Eight even games in each set."""
    rng = np.random.default_rng(seed)
    return ["".join(rng.permutation(list("11110000"))) for _ in range(count)]


def test_a_width_is_that_of_the_first_sets_alone(tmp_path: Path) -> None:
    games = tabulate(tmp_path, *sets(results(9), LEVELS), record("ee", LEVELS, column=9))
    table = tabulate_convergence(games)
    assert table["sets"].tolist() == [4, 6, 8, 9] and table["games"].tolist() == [32, 48, 64, 72]
    found = rate_games(games[games["set"] < 6], "morvane")
    assert found.low is not None and found.high is not None
    assert table["width"].iloc[1] == pytest.approx(found.high - found.low)


def test_widths_follow_the_law_from_games_alone_and_needed_games_from_widths(tmp_path: Path) -> None:
    table = summarise_convergence(tabulate_convergence(tabulate(tmp_path, *sets(results(32), LEVELS))))
    widths = dict(zip(table["sets"], table["width"], strict=True))
    assert widths[4] > widths[8] > widths[16] > widths[32]
    assert widths[32] / widths[8] == pytest.approx(0.5, abs=0.25)
    assert table["needed"].unique().tolist() == pytest.approx([256 * (widths[32] / 100.0) ** 2])
    assert bound_width(np.array([4.0, 16.0])).tolist() == pytest.approx([680.98, 340.49], abs=0.1)


def test_cells_without_an_interval_at_some_number_of_sets_are_in_no_median(tmp_path: Path) -> None:
    lost = sets(["0000"] * 8, "alphabeta-10000", n=4)
    games = tabulate(tmp_path, *sets(results(8), LEVELS), *lost)
    assert tabulate_convergence(games)["width"].isna().sum() == 3
    assert set(summarise_convergence(tabulate_convergence(games))["cells"]) == {1}
    assert summarise_convergence(tabulate_convergence(games[games["n"] == 4])).empty


def test_the_figure_is_drawn_where_there_are_sets_enough(tmp_path: Path) -> None:
    games = tabulate(tmp_path, *sets(results(8), LEVELS), *sets(results(8, 1), LEVELS, n=4))
    names = sorted(path.name for path in write_convergence(games, tmp_path))
    assert names == ["convergence.data.json", "convergence.md", "convergence.png", "convergence.svg"]
    assert "| morvane | quickstudy/imitator | 2 |" in (tmp_path / "convergence.md").read_text()
    assert write_convergence(games[games["set"] < 5], tmp_path) == []
