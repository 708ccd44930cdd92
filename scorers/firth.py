"""Ratings on the expected-score Elo scale, for a player against fixed opponents.

A player of rating theta scores `sigmoid((theta - R) / s)` on average against an opponent of rating R, with s
= 400 / ln 10. Draws are half points (quasi-likelihood), and theta maximises the likelihood times Jeffreys'
prior (Firth 1993), which keeps it finite at 0 % and at 100 %.

Forfeits are the second part of the model: theta is fitted to the games that were played to an end, f is the
share that was forfeited, and the headline is E50 = theta + s ln(1 - 2 f), the opponent the player scores half
against when forfeits count as losses. The number is two-part because a forfeit says nothing about the
opponent's strength.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit

from quickstudy.scorers.scale import SCALE, FloatArray, expected_score

_GRID_STEP = 50.0  # Elo; well below SCALE, so no mode of the penalised likelihood hides between two points
_TOLERANCE = 1e-9  # Elo


def fit_rating(
    opponent_elo: ArrayLike, score: ArrayLike, weights: ArrayLike | None = None, *, penalty: bool = True
) -> float:
    """Fit one player's rating in Elo to its scores against fixed opponents.

    `opponent_elo` and `score` have shape (games,); scores are in [0, 1]; `weights` (games,) defaults to 1.
    With `penalty` (Firth) the rating is always finite. Without it a perfect score gives +inf and a zero score
    -inf, and the result is the maximum likelihood of a binomial regression with offset -R/s. Raises
    `ValueError` on empty input, unequal lengths, or values out of range.
    """
    ratings = np.atleast_1d(np.asarray(opponent_elo, dtype=np.float64))
    points = np.atleast_1d(np.asarray(score, dtype=np.float64))
    counts = np.ones_like(points) if weights is None else np.atleast_1d(np.asarray(weights, dtype=np.float64))
    if ratings.ndim != 1 or ratings.shape != points.shape or ratings.shape != counts.shape:
        raise ValueError(
            f"opponent_elo, score and weights need one length, got {ratings.shape}, {points.shape} and {counts.shape}"
        )
    if not np.isfinite(ratings).all():
        raise ValueError("opponent_elo holds a value that is not finite; drop unrated opponents first")
    if not ((points >= 0.0) & (points <= 1.0)).all():
        raise ValueError("score holds a value outside [0, 1]; drop games that were not scored first")
    if not (np.isfinite(counts) & (counts >= 0.0)).all() or not counts.sum() > 0.0:
        raise ValueError("weights must be finite, not negative, and not all zero (is the table empty?)")
    levels, level = np.unique(ratings, return_inverse=True)
    games = np.asarray(np.bincount(level, weights=counts), dtype=np.float64)
    return float(fit_ratings(levels, games, float(counts @ points), penalty=penalty))


def fit_ratings(ratings: FloatArray, games: FloatArray, points: ArrayLike, *, penalty: bool = True) -> FloatArray:
    """Fit many players' ratings at once.

    `ratings` (L,) are the levels' Elo, `games` (..., L) the games of each player against each level, and
    `points` (...) each player's total. Only the total matters: the rating of a player with fixed opponents
    has it as its sufficient statistic. Returns (...) Elo; NaN where a player has no games.
    """
    counts = np.asarray(games, dtype=np.float64)
    shape = counts.shape[:-1]
    counts = counts.reshape(-1, counts.shape[-1])
    total = np.broadcast_to(np.asarray(points, dtype=np.float64), shape).reshape(-1)
    number = counts.sum(axis=-1)
    theta = np.full(len(counts), np.nan)
    perfect, zero = total >= number, total <= 0.0
    if penalty:
        todo = number > 0.0
    else:
        theta[zero], theta[perfect] = -np.inf, np.inf
        theta[number <= 0.0] = np.nan
        todo = (number > 0.0) & ~perfect & ~zero
    if todo.any():
        theta[todo] = _maximise(np.asarray(ratings, dtype=np.float64), counts[todo], total[todo], penalty)
    return theta.reshape(shape)


def information(ratings: FloatArray, games: FloatArray, theta: ArrayLike) -> FloatArray:
    """Return the Fisher information of each player's games, per nat squared: sum over levels of N p (1 -
    p).
    """
    p = expected_score(np.asarray(theta, dtype=np.float64)[..., None], ratings)
    return np.asarray((games * p * (1.0 - p)).sum(axis=-1), dtype=np.float64)


def half_score_elo(theta: ArrayLike, forfeit_rate: ArrayLike) -> FloatArray:
    """Return E50 in Elo, from (1 - f) sigmoid((E50's gap) / s) = 1/2; NaN where forfeits reach a half."""
    rate = np.asarray(forfeit_rate, dtype=np.float64)
    safe = np.where(rate < 0.5, 1.0 - 2.0 * rate, np.nan)
    return np.asarray(theta, dtype=np.float64) + SCALE * np.log(safe)


class ClusterEstimate(NamedTuple):
    """Estimates of one or many players with standard errors that are robust to example sets.

    `theta`, `elo` (E50) and `se` (of E50, games only) are in Elo; `forfeit_rate` is a share; `df` is sets -
    1. `influence` (..., C) is each set's part in the error of E50, in Elo, 0 of a set without games, and
    `independent` the variance that independent games would have, in Elo squared.
    """

    theta: FloatArray
    forfeit_rate: FloatArray
    elo: FloatArray
    se: FloatArray
    df: int
    influence: FloatArray
    independent: FloatArray

    def pick(self, cell: int, games: FloatArray) -> ClusterEstimate:
        """One of the cells (those of `estimate_cells`), whose sets are those of its `games` (C,) alone."""
        own = games > 0
        clusters = int(own.sum())
        influence, independent = self.influence[cell, own], self.independent[cell]
        se = _robust(influence, clusters, floor_share(games.sum()) * independent)
        return ClusterEstimate(
            self.theta[cell], self.forfeit_rate[cell], self.elo[cell], se, clusters - 1, influence, independent
        )


def _robust(influence: FloatArray, clusters: int, floor: FloatArray) -> FloatArray:
    """The standard error from each set's influence (..., C), at least the root of the floor (...)."""
    variance = (influence**2).sum(axis=-1) * clusters / max(clusters - 1, 1)
    return np.asarray(np.sqrt(np.maximum(variance, floor)))


def floor_share(games: FloatArray) -> FloatArray:
    """Return the least share of the variance of independent games that an estimate from so many games may have."""
    return np.asarray(np.where(games < 32, 0.5, 0.1), dtype=np.float64)


def estimate_clusters(
    ratings: FloatArray, games: FloatArray, points: FloatArray, forfeits: FloatArray
) -> ClusterEstimate:
    """Estimate E50 and its cluster-robust standard error for one or many players.

    `ratings` (L,) Elo; `games` (..., C, L) games that were played to an end, by example set and level;
    `points` (..., C) their points; `forfeits` (..., C) forfeited games. Each set's influence on theta and on
    f is added before squaring, so that a set on which the player both forfeits more and plays worse widens
    the interval, as it should.

    The variance is floored, because few sets can agree by luck: at half of what independent games would have
    when there are fewer than 32 games, and at a tenth otherwise (without this, a player that drew every game
    would get an interval of no width).
    """
    clusters = games.shape[-2]
    by_level = games.sum(axis=-2)
    total = by_level.sum(axis=-1) + forfeits.sum(axis=-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        theta = fit_ratings(ratings, by_level, points.sum(axis=-1))
        rate = forfeits.sum(axis=-1) / total
        elo = half_score_elo(theta, rate)
        info = information(ratings, by_level, theta)
        p = expected_score(theta[..., None], ratings)
        surplus = points - np.einsum("...cl,...l->...c", games, p)
        slope = np.where(rate < 0.5, -2.0 * SCALE / (1.0 - 2.0 * rate), np.nan)
        set_size = games.sum(axis=-1) + forfeits
        excess = (forfeits - rate[..., None] * set_size) / total[..., None]
        influence = SCALE * surplus / info[..., None] + slope[..., None] * excess
        independent = SCALE**2 / info + slope**2 * rate * (1.0 - rate) / total
        se = _robust(influence, clusters, floor_share(total) * independent)
    return ClusterEstimate(theta, rate, elo, se, clusters - 1, influence, independent)


def estimate_cells(
    cells: int,
    cell: NDArray[np.intp],
    sets: NDArray[np.intp],
    opponent_elo: FloatArray,
    result: FloatArray,
    forfeit: FloatArray,
) -> tuple[ClusterEstimate, FloatArray]:
    """Estimate so many `cells` of a table of scored games at once, and count the games (cells, sets) of each set.

    `cell` and `sets` (games,) number the cells and example sets of the games from 0.
    """
    levels, level = np.unique(opponent_elo, return_inverse=True)
    shape = (cells, int(sets.max(initial=0)) + 1)
    played = np.zeros((*shape, max(len(levels), 1)))
    points, forfeits = np.zeros(shape), np.zeros(shape)
    np.add.at(played, (cell, sets, level), 1.0 - forfeit)
    np.add.at(points, (cell, sets), result)
    np.add.at(forfeits, (cell, sets), forfeit)
    found = estimate_clusters(levels if len(levels) else np.zeros(1), played, points, forfeits)
    return found, np.asarray(played.sum(axis=-1) + forfeits)


def _maximise(ratings: FloatArray, games: FloatArray, points: FloatArray, penalty: bool) -> FloatArray:
    """Maximise the (penalised) log-likelihood: the best point of a grid, then Newton's method kept in a
    bracket.

    The grid comes first because Jeffreys' prior is the root of the information, which has one hump per
    opponent: with opponents far apart and few games the penalised likelihood can have several modes. The
    highest mode rises with the score; the one nearest to an arbitrary start need not.
    """
    number = games.sum(axis=-1)
    pad = np.log(2.0 * number.max() + 1.0)
    if not penalty:  # a maximum-likelihood rating can lie as far out as its odds
        pad += np.log((number / np.minimum(points, number - points)).max())
    low, high = ratings.min() - SCALE * pad - _GRID_STEP, ratings.max() + SCALE * pad + _GRID_STEP
    grid = np.linspace(low, high, int(np.ceil((high - low) / _GRID_STEP)) + 1)
    gap = (grid[:, None] - ratings) / SCALE
    share = expit(gap)
    height = np.outer(points, grid / SCALE) - games @ np.logaddexp(0.0, gap).T
    if penalty:
        height += 0.5 * np.log(games @ (share * (1.0 - share)).T)
    best = np.clip(height.argmax(axis=-1), 1, len(grid) - 2)
    theta, left, right = grid[best], grid[best - 1], grid[best + 1]
    for _ in range(60):
        p = expit((theta[:, None] - ratings) / SCALE)
        v = p * (1.0 - p)
        info = (games * v).sum(axis=-1)
        gradient = points - (games * p).sum(axis=-1)
        curvature = -info
        if penalty:
            lean = (games * v * (1.0 - 2.0 * p)).sum(axis=-1) / info
            bend = (games * v * (1.0 - 6.0 * v)).sum(axis=-1) / info
            gradient = gradient + 0.5 * lean
            curvature = curvature + 0.5 * (bend - lean**2)
        left = np.where(gradient > 0.0, theta, left)
        right = np.where(gradient > 0.0, right, theta)
        with np.errstate(divide="ignore", invalid="ignore"):
            step = theta - SCALE * gradient / curvature
        inside = (curvature < 0.0) & (step >= left) & (step <= right)
        following = np.where(inside, step, 0.5 * (left + right))
        moved = np.abs(following - theta).max()
        theta = following
        if moved < _TOLERANCE:
            break
    return np.asarray(theta, dtype=np.float64)
