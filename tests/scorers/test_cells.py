"""Cells of one table: each once, in the order wanted, with what every example set adds to its error."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from quickstudy.scorers.cells import estimate_named, rate_named
from quickstudy.scorers.rating import estimate_strength

GAMES = pd.DataFrame(
    [
        ("a", 0, 0.0, 1.0, 0), ("a", 1, 200.0, 0.0, 0), ("a", 2, 200.0, 1.0, 0), ("b", 0, 0.0, 0.0, 0),
        ("b", 0, 200.0, 1.0, 0), ("b", 5, 0.0, np.nan, 0), ("c", 1, 0.0, 0.0, 1),
    ],
    columns=["cell_id", "set", "opponent_elo", "result", "forfeit"],
)  # fmt: skip


def test_cells_come_once_and_in_the_order_wanted() -> None:
    cells = estimate_named(GAMES, ["b", "a", "b"])
    assert list(cells.names) == ["b", "a"] and cells.find(["a", "b"]) == [1, 0]
    assert cells.number.tolist() == [[2.0, 0.0, 0.0], [1.0, 1.0, 1.0]], "games by set, without the one not scored"
    assert cells.sets.tolist() == [1.0, 3.0] and cells.games.tolist() == [2.0, 3.0]


def test_the_influences_of_a_cells_sets_are_its_error() -> None:
    cells, alone = estimate_named(GAMES, ["a", "b"]), estimate_strength(GAMES[GAMES["cell_id"] == "a"])
    assert cells.elo[0] == pytest.approx(alone.elo)
    se = float(((cells.influence * cells.inflation)[0] ** 2).sum() ** 0.5)
    assert alone.se_games == pytest.approx(max(se, (0.5 * float(cells.independent[0])) ** 0.5))


def test_a_strength_that_is_not_defined_is_not_a_number() -> None:
    rated = rate_named(GAMES, pd.Index(["c", "a"]))
    assert list(rated.index) == ["c", "a"] and rated["elo"].isna().tolist() == [True, False]


def test_a_cell_without_games_is_named() -> None:
    with pytest.raises(ValueError, match="no games of the cell 'x'"):
        estimate_named(GAMES, ["a", "x"])
