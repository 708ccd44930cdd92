"""How the errors of cells hang together: cells that share example sets, openings and seeds share their luck.

A player that ignores what is added to its prompt plays the very same games in two cells: they are one observation, not
two. Others share a part of their luck, which cancels in contrasts. The correlation of two cells is that of what their
example sets contribute to each strength's error. Few sets tell little of it, so correlations are shrunk towards 0 by as
much as they are uncertain (Schäfer and Strimmer 2005), and to 0 where two cells share fewer than `LEAST_SETS`; cells
with the same games keep theirs of 1.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from quickstudy.scorers.scale import FloatArray

_SAME = 6  # decimals of an Elo to which the influences of equal games are equal


LEAST_SETS = 8
"""Example sets that two cells have to share before their correlation is believed."""


def correlate_cells(influence: ArrayLike, strengths: ArrayLike | None = None) -> FloatArray:
    """The correlation (C, C) of the errors of cells, from each set's influence on them (C, S), 0 of a set not played.

    Cells have the same games where their influences are equal, and their `strengths` (C,) where these are given: of
    few games the influences of different ones can be equal, too. Raises ValueError for an influence that is not finite,
    or no table of them.
    """
    given = np.asarray(influence, dtype=np.float64)
    if given.ndim != 2 or not np.isfinite(given).all():
        raise ValueError("influences must be a table of finite numbers, a row for each cell and a column for each set")
    level = np.zeros(len(given)) if strengths is None else np.asarray(strengths, dtype=np.float64)
    key = np.column_stack([given, level]).round(_SAME)
    _, first, copy = np.unique(key, axis=0, return_index=True, return_inverse=True)
    own = given[first]
    size = np.sqrt((own**2).sum(axis=1, keepdims=True))
    unit = own / np.where(size > 0.0, size, 1.0)
    products = unit[:, None] * unit[None]  # (U, U, S), whose sums are the correlations
    raw = products.sum(axis=2)
    sets = given.shape[1]
    spread = ((products - raw[..., None] / max(sets, 1)) ** 2).sum(axis=2) * sets / max(sets - 1, 1)
    apart = ~np.eye(len(own), dtype=bool)
    signal = float((raw[apart] ** 2).sum())
    shrink = min(float(spread[apart].sum()) / signal, 1.0) if signal > 0.0 else 1.0
    played = (own != 0.0).astype(np.float64)
    enough = played @ played.T >= LEAST_SETS
    shrunk = np.where(apart, np.where(enough, (1.0 - shrink) * raw, 0.0), 1.0)
    same = copy.reshape(-1)
    found = shrunk[np.ix_(same, same)]
    still = size[same, 0] == 0.0  # a cell whose sets all agree says nothing of what it shares
    found[still] = found[:, still] = 0.0
    np.fill_diagonal(found, 1.0)
    return np.asarray(found)
