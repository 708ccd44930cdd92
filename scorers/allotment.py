"""How to spread games over views: the allotment that is expected to tell most about the cause.

Every view's games tell of the causes by how far the strengths that they predict lie apart there. But the view that
tells most does not go on telling as much: its games make each other superfluous. So games are dealt in portions, each
to the view where the entropy of the cause, expected after all portions so far, falls most. The expectation is over
outcomes that are drawn from the posterior of the curve bank, and the posterior after each outcome is that of the same
draws.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import xlogy

from quickstudy.scorers.ceiling import CAUSES, draw_posterior
from quickstudy.scorers.curve import build_bank, fit_curve
from quickstudy.scorers.planning import (
    PLACED,
    draw_filler,
    error_of,
    expect_strength,
    list_informative,
    remaining_discrepancy,
)
from quickstudy.scorers.recall import View
from quickstudy.scorers.scale import FloatArray

OUTCOMES = 100
MOST = 600
"""Draws from the posterior that stand for it; with more the allotment is the same and takes longer."""


def list_candidates(numbers: Sequence[int], n_max: int) -> list[View]:
    """The views among which games are allotted: plain `numbers`, and in a full window padded layouts of some of them.

    These are from 2 to half of the window (`list_informative`); where there are none, the smallest above 0.
    """
    informative = list_informative(numbers, n_max) or sorted({n for n in numbers if 0 < n <= n_max})[:1]
    padded = [View(layout, m, n_max) for layout in PLACED for m in informative]
    return [*map(View.plain, sorted(set(numbers))), *padded, View("filler", 0, n_max)]


def allot_portions(
    views: Sequence[View],
    elo: FloatArray,
    se: FloatArray,
    n_max: int,
    candidates: Sequence[View],
    portions: int,
    games: ArrayLike,
    *,
    rng: np.random.Generator,
    correlation: FloatArray | None = None,
    most: ArrayLike | None = None,
) -> NDArray[np.intp]:
    """How many of the `portions`, each worth so many `games` (one number or (V,)), every candidate (V,) gets.

    `views`, `elo`, `se` (C,) and `correlation` are the cells so far, as `find_ceiling` takes them. No candidate gets
    more than `most` (V,) portions; where these are fewer than all, the rest is not dealt. Raises ValueError as
    `fit_curve`.
    """
    worth = np.broadcast_to(np.asarray(games, dtype=np.float64), (len(candidates),))
    limit = np.full(len(candidates), portions) if most is None else np.asarray(most)
    y, error = np.asarray(elo, dtype=np.float64), np.asarray(se, dtype=np.float64)
    posterior = fit_curve(build_bank(n_max), views, y, error, correlation)
    draws = draw_posterior(posterior, rng)
    filler = draw_filler(posterior, draws, views, y, error, rng)
    kept = rng.permutation(len(draws.row))[:MOST]
    expected = np.stack([expect_strength(posterior, draws, filler, view)[kept] for view in candidates])
    causes = np.eye(len(CAUSES), dtype=np.float32)[draws.cause[kept]]
    true = rng.integers(len(kept), size=OUTCOMES)
    luck = rng.standard_normal((len(candidates), OUTCOMES, 1))
    left = np.array([remaining_discrepancy(view, views, error)[0] for view in candidates])
    given = np.zeros(len(candidates), dtype=np.intp)
    total = np.zeros((OUTCOMES, len(kept)), dtype=np.float32)
    told: dict[int, NDArray[np.float32]] = {}
    open_, gain, after = _expect_entropy(total, causes), np.full(len(candidates), np.inf), dict(told)
    for _ in range(min(portions, int(limit.sum()))):
        gain[given >= limit] = -np.inf
        fresh = set[int]()
        # what one more portion tells only falls as others are dealt, but for chance: so the best of the gains that were
        # found earlier is looked at again, until it stays the best
        while (place := int(np.argmax(gain))) not in fresh:
            sd = float(np.sqrt(left[place] + error_of(float(worth[place]) * (given[place] + 1)) ** 2))
            mean = expected[place] / sd
            after[place] = (-0.5 * ((mean[true, None] - mean) + luck[place]) ** 2).astype(np.float32)
            gain[place] = open_ - _expect_entropy(total + (after[place] - told.get(place, 0.0)), causes)
            fresh.add(place)
        total += after[place] - told.get(place, 0.0)
        told[place] = after[place]
        open_ -= float(gain[place])
        given[place] += 1
    return given


def _expect_entropy(log_weight: NDArray[np.float32], causes: NDArray[np.float32]) -> float:
    """The mean over outcomes of the entropy of the cause, from log weights (O, D) of draws and their causes (D, 4)."""
    weight = np.exp(log_weight - log_weight.max(axis=1, keepdims=True)) @ causes
    shares = weight / weight.sum(axis=1, keepdims=True)
    return float(-xlogy(shares, shares).sum(axis=1).mean())
