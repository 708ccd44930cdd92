"""Games and probes of one learning curve: do they agree, and what do they say together?

The style of a model is not that of the ladder's levels, so the mapping from regret to Elo errs, with variance sigma^2.
A part of it is an offset that all cells of a curve share, the other each cell's own: the style changes along the curve,
and so does the mapping's slope. Given the offset, games and probes of a cell are weighed by their information; what is
unknown of it moves the curve as a whole, so that it counts in absolute figures and cancels in contrasts. Errors of
games and of probes are taken as independent.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from quickstudy.scorers.probes import LARGEST_Z
from quickstudy.scorers.scale import FloatArray

OWN = 0.5
"""Share of sigma^2 that is each cell's own: of ten curves of embedded learners on two games, the scatter about their
offsets called for some 0.4 (docs/measurements.md)."""
LARGEST_MISFIT = 2.0
"""chi2 for each degree of freedom of the differences beyond which games and probes are not combined."""


class Agreement(NamedTuple):
    """What the games and probes of a curve say together.

    `offset` is the mean of Elo from probes minus Elo from games, weighed by information, `se_offset` its standard
    error, and `z` = offset / root(se_offset^2 + (1 - own) sigma^2). `chi2` on `df` degrees of freedom is the scatter of
    the differences about it. `combined` says whether they agree (|z| <= 2, chi2 <= 2 df); else `elo` and `se` (C,) are
    those of the games. `se_common` is the error that all cells share, in no `se`.
    """

    offset: float
    se_offset: float
    z: float
    chi2: float
    df: int
    combined: bool
    elo: FloatArray
    se: FloatArray
    se_common: float


def combine_curve(
    elo_games: ArrayLike,
    se_games: ArrayLike,
    elo_probes: ArrayLike,
    se_probes: ArrayLike,
    sigma: float,
    own: float = OWN,
) -> Agreement:
    """Combine the cells (C,) of one curve that have games and probes both; Elo, with errors greater than zero.

    `sigma` is the mapping's error, and `own` the share of its variance that is each cell's own. Raises `ValueError`
    where there is no cell, shapes disagree or an error is not positive.
    """
    games, v_games = np.asarray(elo_games, dtype=np.float64), np.square(np.asarray(se_games, dtype=np.float64))
    probes, v_probes = np.asarray(elo_probes, dtype=np.float64), np.square(np.asarray(se_probes, dtype=np.float64))
    if games.ndim != 1 or not games.size or not games.shape == v_games.shape == probes.shape == v_probes.shape:
        raise ValueError("give Elo and error of games and of probes for the same cells, at least one")
    if not (np.concatenate([v_games, v_probes]) > 0).all():
        raise ValueError("errors of games and probes are greater than zero")
    v_probes, v_common = v_probes + own * sigma**2, (1.0 - own) * sigma**2
    apart, weight = probes - games, 1.0 / (v_games + v_probes)
    v_offset = 1.0 / float(weight.sum())
    offset = v_offset * float((weight * apart).sum())
    chi2, df = float((weight * (apart - offset) ** 2).sum()), len(games) - 1
    z = offset / float(np.sqrt(v_offset + v_common))
    shown = (offset, float(np.sqrt(v_offset)), z, chi2, df)
    if abs(z) > LARGEST_Z or chi2 > LARGEST_MISFIT * df + 1e-9:
        return Agreement(*shown, False, games, np.sqrt(v_games), 0.0)
    shrink = v_common / (v_common + v_offset)
    v_left = shrink * v_offset  # of the offset, given its prior and the differences
    share = v_games * weight  # of the probes in a cell
    elo = (1.0 - share) * games + share * (probes - shrink * offset)
    common = float(share.mean())
    # a cell that leans on probes more than the others moves further with the offset: that does not cancel
    variance = share * v_probes + (share - common) ** 2 * v_left
    return Agreement(*shown, True, elo, np.sqrt(variance), common * float(np.sqrt(v_left)))
