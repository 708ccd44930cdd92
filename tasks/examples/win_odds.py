"""The scale by which an engine's scores become win probabilities: fitted to the results of finished games."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import expit

Floats = NDArray[np.float64]

GAMES = 60
_STEEPEST = 20.0


def fit_scale_of(score_game: Callable[[int], tuple[Floats, Floats]], pool: Executor) -> float | None:
    """The score that is worth one nat of log odds; None where higher scores win no more often.

    Fitted by logistic regression without an intercept. `score_game` gives the scores (n,) of positions of a game by its
    number, for the player to move, and the points that this player got, 1, 0.5 or 0.
    """
    found = list(pool.map(score_game, range(GAMES)))
    scores, points = np.concatenate([score for score, _ in found]), np.concatenate([point for _, point in found])
    return fit_slope(scores, points)


def fit_slope(scores: Floats, points: Floats) -> float | None:
    """The scale of scores (n,) that explains points (n,), 1, 0.5 or 0, best: the likelihood's only maximum."""
    spread = float(scores.std()) if len(scores) else 0.0
    if spread == 0.0:
        return None
    x = scores / spread

    def rise(slope: float) -> float:
        return float((x * (points - expit(slope * x))).sum())

    if rise(0.0) <= 0.0:
        return None
    slope = _STEEPEST if rise(_STEEPEST) >= 0.0 else float(brentq(rise, 0.0, _STEEPEST))
    return round(spread / slope, 4)
