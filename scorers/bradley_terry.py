"""The joint rating of a ladder's levels from the games they played against one another."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from quickstudy.scorers.scale import SCALE, FloatArray, expected_score

RIDGE_ELO = 4000.0
"""Sd of the prior that keeps a level without a loss (or without a win) finite; its pull elsewhere is < 0.1
Elo."""


class LadderFit(NamedTuple):
    """Ratings (L,) in Elo, anchor at 0, with their covariance (L, L), Elo squared, and misfit over pairs."""

    ratings: FloatArray
    covariance: FloatArray
    chi2: float
    df: int


def fit_ladder(wins: ArrayLike, games: ArrayLike, anchor: int = 0, *, draws: ArrayLike | None = None) -> LadderFit:
    """Fit all levels of a ladder jointly, on expected scores, with the level `anchor` pinned at 0.

    `wins` (L, L) holds the points of the row's level against the column's (a draw adds half a point to both),
    `games` (L, L) the symmetric numbers of games, so that `wins + wins.T == games`. `draws` (L, L), symmetric
    and counted within `games`, lets the covariance use that drawn games scatter less; without it every game
    counts as decisive, which is too wide rather than too narrow.

    The covariance is a sandwich: the information of the fit outside, the scatter of the points around the fit
    inside. Its row and column of the anchor are 0. `chi2` sums the pairs' squared standardised surplus of
    points; it has pairs - (levels - 1) degrees of freedom and grows where styles are not transitive. Games of
    a pair count as independent. Raises `ValueError` where shapes or sums disagree or some level has no chain
    of games to the anchor.
    """
    points, number = np.asarray(wins, dtype=np.float64), np.asarray(games, dtype=np.float64)
    drawn = np.zeros_like(number) if draws is None else np.asarray(draws, dtype=np.float64)
    _check(points, number, drawn, anchor)
    size = len(number)
    free = np.array([level for level in range(size) if level != anchor], dtype=np.intp)
    ratings = np.zeros(size)
    ridge = (SCALE / RIDGE_ELO) ** 2 * np.eye(len(free))
    for _ in range(100):
        p = expected_score(ratings[:, None], ratings[None, :])
        gradient = (points - number * p).sum(axis=1)[free] - ridge @ ratings[free] / SCALE
        hessian = _laplacian(number * p * (1.0 - p))[np.ix_(free, free)] + ridge
        step = SCALE * np.linalg.solve(hessian, gradient)
        # a full step from afar can overshoot; 200 Elo at a time stays where Newton converges
        ratings[free] += step * min(1.0, 200.0 / max(float(np.abs(step).max(initial=0.0)), 1e-300))
        if np.abs(step).max(initial=0.0) < 1e-8:
            break
    p = expected_score(ratings[:, None], ratings[None, :])
    binomial = number * p * (1.0 - p)
    # the scatter of games around the fit, never under a tenth of the binomial (pairs may agree by luck)
    won, lost = points - 0.5 * drawn, number - points - 0.5 * drawn
    scatter = won * (1.0 - p) ** 2 + drawn * (0.5 - p) ** 2 + lost * p**2
    scatter = np.maximum(0.5 * (scatter + scatter.T), 0.1 * binomial) if draws is not None else binomial
    bread = np.linalg.inv(_laplacian(binomial)[np.ix_(free, free)] + ridge)
    covariance = np.zeros((size, size))
    meat = _laplacian(scatter)[np.ix_(free, free)] + ridge
    covariance[np.ix_(free, free)] = SCALE**2 * bread @ meat @ bread
    pairs = np.triu(number > 0.0, 1)
    chi2 = float((((points - number * p) ** 2)[pairs] / scatter[pairs]).sum())
    return LadderFit(ratings, 0.5 * (covariance + covariance.T), chi2, int(pairs.sum()) - len(free))


def _laplacian(weights: FloatArray) -> FloatArray:
    """Return the information matrix (L, L) of differences whose information is `weights` (L, L),
    symmetric.
    """
    return np.asarray(np.diag(weights.sum(axis=1)) - weights, dtype=np.float64)


def _check(points: FloatArray, number: FloatArray, drawn: FloatArray, anchor: int) -> None:
    size = len(number)
    if number.shape != (size, size) or points.shape != number.shape or drawn.shape != number.shape or size == 0:
        raise ValueError(f"wins, games and draws must be one square shape, got {points.shape} and {number.shape}")
    if not 0 <= anchor < size:
        raise ValueError(f"anchor {anchor} is not one of the {size} levels")
    if np.diag(number).any() or np.diag(points).any():
        raise ValueError("the diagonals of wins and games must be 0: a level does not play itself")
    if (points < 0.0).any() or not np.allclose(points + points.T, number):
        raise ValueError("wins + wins.T must equal games: each game gives one point in all")
    if not np.allclose(drawn, drawn.T) or (drawn < 0.0).any() or (0.5 * drawn > points + 1e-9).any():
        raise ValueError("draws must be symmetric and give each side half a point that wins counts")
    reached, frontier = {anchor}, [anchor]
    while frontier:
        new = set(np.flatnonzero(number[frontier.pop()] > 0.0).tolist()) - reached
        reached |= new
        frontier += sorted(new)
    if len(reached) < size:
        lonely = sorted(set(range(size)) - reached)
        raise ValueError(f"levels {lonely} have no chain of games to the anchor; let them play a neighbour")
