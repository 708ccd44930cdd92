"""Cells of one table of games, estimated together, with what each example set adds to the error of each.

Cells that share example sets share their luck. What a set contributes to the error of E50 (its influence, forfeits
included) is therefore kept set by set: a difference or a sum of cells adds up influences before it squares them.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import NamedTuple

import numpy as np
import pandas as pd

from quickstudy.scorers.firth import estimate_cells
from quickstudy.scorers.rating import estimate_strength
from quickstudy.scorers.scale import FloatArray


class Cells(NamedTuple):
    """Cells by `names`: E50 (C,) in Elo as it was fitted, and what each set adds to its error (C, S), in Elo.

    `independent` (C,) is the variance that independent games would have, in Elo squared, and `number` (C, S) the scored
    games of each set.
    """

    names: pd.Index
    elo: FloatArray
    influence: FloatArray
    independent: FloatArray
    number: FloatArray

    @property
    def games(self) -> FloatArray:
        """Scored games of each cell (C,)."""
        return np.asarray(self.number.sum(axis=-1))

    @property
    def sets(self) -> FloatArray:
        """Example sets of each cell (C,)."""
        return np.asarray((self.number > 0.0).sum(axis=-1), dtype=np.float64)

    @property
    def inflation(self) -> FloatArray:
        """The factor (C, 1) of influences whose sum of squares is a variance from so few sets; 1 where there is one."""
        return np.asarray(np.sqrt(self.sets / np.maximum(self.sets - 1.0, 1.0)))[:, None]

    def find(self, names: Iterable[Hashable]) -> list[int]:
        """The places of some of the cells, in the order given."""
        places: list[int] = self.names.get_indexer(pd.Index(list(names))).tolist()
        return places


def estimate_named(games: pd.DataFrame, wanted: Iterable[Hashable]) -> Cells:
    """Estimate the wanted cells of a table together, each once, in the order in which they are first wanted.

    `games` has the columns `cell_id`, `set`, `opponent_elo`, `result` (NaN where not scored) and `forfeit`, all of
    cells on one ladder. Raises ValueError for a cell without a row.
    """
    names = pd.Index(list(dict.fromkeys(wanted)))
    kept = games[games["cell_id"].isin(names)]
    missing = names.difference(pd.Index(kept["cell_id"].unique()))
    if len(missing):
        raise ValueError(f"no games of the cell {missing[0]!r}, which is to be compared")
    scored = kept[kept["result"].notna()]
    cell = names.get_indexer(pd.Index(scored["cell_id"]))
    column = np.unique(scored["set"].to_numpy(), return_inverse=True)[1]
    figures = (scored[name].to_numpy(dtype=np.float64) for name in ("opponent_elo", "result", "forfeit"))
    found, number = estimate_cells(len(names), cell, column, *figures)
    return Cells(names, found.elo, found.influence, found.independent, number)


def rate_named(games: pd.DataFrame, names: pd.Index) -> pd.DataFrame:
    """The strength of each cell as it is reported: `elo`, `low` and `high`, NaN where not defined, by `cell_id`."""
    kept = games[games["cell_id"].isin(names)]
    found = {name: estimate_strength(cell) for name, cell in kept.groupby("cell_id", sort=False)}
    ends = [(strength.elo, strength.low, strength.high) for strength in found.values()]
    return pd.DataFrame(ends, list(found), ["elo", "low", "high"], dtype=np.float64).loc[names]
