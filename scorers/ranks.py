"""Ranks of players with their uncertainty: intervals from pairwise differences, and tiers that all hold at once.

One player is above another where the difference of their strengths is significant. A rank then lies between one more
than the players above and the number of players less those below. Two levels of caution are given. Taken one at a
time (marginal), each difference is tested at two-sided 5 %. Taken together (simultaneous), the chance that any of all
the separations is false is at most 5 %: the step-down max-T procedure of Romano and Wolf (2005) over all ordered pairs,
as Mogstad, Romano, Shaikh and Wilhelm (2024) use it for confidence sets of ranks.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri, stdtr

from quickstudy.scorers.scale import FloatArray

DRAWS = 2000
"""Draws of the largest difference under no difference: the 95 % point then has a Monte Carlo error of about 0.03."""
_ALPHA = 0.05


class Ranks(NamedTuple):
    """Ranks of M players, 1 the strongest.

    `marginal` and `simultaneous` (M, 2) are the lowest and highest rank. `above` (M, M) tells whether the row's player
    is certainly above the column's, all of these at once. `tier` (M,) is 1 where nobody is certainly above a player,
    and else one more than the last tier of those who are.
    """

    marginal: NDArray[np.int64]
    simultaneous: NDArray[np.int64]
    above: NDArray[np.bool_]
    tier: NDArray[np.int64]


def rank_players(difference: ArrayLike, se: ArrayLike, df: ArrayLike, rng: np.random.Generator) -> Ranks:
    """Rank M players by the differences of their strengths.

    `difference` (M, M) is row minus column in Elo, antisymmetric, NaN where it is not known (the pair is then never
    separated); `se` (M, M) are the standard errors, and `df` (a number or (M, M)) the degrees of freedom, infinity for
    a normal error. The diagonal is not read. Raises `ValueError` for shapes that do not fit, or an error that is not
    positive where the difference is known.
    """
    gap, error = np.array(difference, dtype=np.float64), np.array(se, dtype=np.float64)
    players = len(gap)
    if gap.shape != (players, players) or error.shape != gap.shape:
        raise ValueError(f"difference and se must be square and of one shape, got {gap.shape} and {error.shape}")
    known = np.isfinite(gap) & ~np.eye(players, dtype=bool)
    if not (np.isfinite(error[known]) & (error[known] > 0.0)).all():
        raise ValueError("se must be positive and finite wherever a difference is known")
    t = np.divide(gap, error, out=np.zeros_like(gap), where=known)
    # each pair has degrees of freedom of its own: what is compared is the normal deviate of the same probability
    z = np.where(known, -ndtri(stdtr(np.broadcast_to(np.asarray(df, dtype=np.float64), gap.shape), -t)), 0.0)
    certain = _step_down(z, known, _spread(error, known), rng)
    return Ranks(_bound_ranks(z > -ndtri(_ALPHA / 2)), _bound_ranks(certain), certain, _stack_tiers(certain))


def _spread(error: FloatArray, known: NDArray[np.bool_]) -> FloatArray:
    """Return (M,) variances of independent errors whose differences have the given errors, by least squares.

    What all players share, as the luck of an example set, cancels in every difference, so errors that are alike
    correlated are covered too. Covariances estimated from fewer example sets than players would be singular, and would
    make the largest difference look smaller than it is.
    """
    pairs = np.argwhere(np.triu(known))
    if not len(pairs):
        return np.ones(len(error))
    normal = known.astype(np.float64) + np.diag(known.sum(axis=1))
    variance = np.linalg.lstsq(normal, np.where(known, error**2, 0.0).sum(axis=1))[0]
    return np.asarray(np.maximum(variance, 0.01 * float(np.median(error[known])) ** 2), dtype=np.float64)


def _step_down(
    z: FloatArray, known: NDArray[np.bool_], variance: FloatArray, rng: np.random.Generator
) -> NDArray[np.bool_]:
    """Return (M, M) whether a row's player is certainly above a column's.

    Each step compares what is left with the 95 % point of its own largest draw, so a step after a rejection has a lower
    bar, and the error over all steps is still held.
    """
    errors = (np.sqrt(variance)[:, None] * rng.standard_normal((len(z), DRAWS))).astype(np.float32)
    scale = (1.0 / np.sqrt(variance[:, None] + variance)).astype(np.float32)
    above = np.zeros_like(known)
    while (left := known & ~above).any():
        largest = np.full(DRAWS, -np.inf, dtype=np.float32)
        for row, columns in enumerate(left):
            draws = scale[row, columns, None] * (errors[row] - errors[columns])
            largest = np.maximum(largest, draws.max(axis=0, initial=-np.inf))
        new = left & (z > np.quantile(largest, 1.0 - _ALPHA))
        if not new.any():
            break
        above |= new
    return above


def _bound_ranks(above: NDArray[np.bool_]) -> NDArray[np.int64]:
    lowest, highest = 1 + above.sum(axis=0), len(above) - above.sum(axis=1)
    return np.stack([lowest, highest], axis=1).astype(np.int64)


def _stack_tiers(above: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return (M,) tiers: the longest chain of players, each certainly above the next, that ends at a player."""
    tier = np.ones(len(above), dtype=np.int64)
    for _ in range(len(above)):
        tier = np.maximum(tier, 1 + np.where(above, tier[:, None], 0).max(axis=0, initial=0))
    return tier
