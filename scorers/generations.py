"""Whether notes get better from generation to generation: slopes of strength within independent chains."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import stdtr, stdtrit

from quickstudy.scorers.scale import FloatArray

LATE = 3
"""Generations at the end whose slope tells whether notes still get better."""


class Slope(NamedTuple):
    """Mean slope over chains in Elo per generation: 95 % interval, one-sided p of no rise, and the late slope.

    `late_low` is the lower 90 % bound of the slope of the last three generations.
    """

    slope: float
    low: float
    high: float
    p: float
    late: float
    late_low: float


def fit_slopes(strengths: ArrayLike) -> Slope:
    """Fit a line to each chain of `strengths` (chains, generations) in Elo and test the mean of the slopes.

    The chain is the unit: Student's t with chains - 1 degrees of freedom. Raises ValueError with fewer than two
    chains or three generations, or a strength that is not finite.
    """
    elo = np.asarray(strengths, dtype=np.float64)
    if elo.ndim != 2 or elo.shape[0] < 2 or elo.shape[1] < LATE:
        raise ValueError(f"slopes need at least 2 chains of {LATE} generations, got the shape {elo.shape}")
    if not np.isfinite(elo).all():
        raise ValueError("a strength is not finite; leave out chains with a generation that has none")
    df = elo.shape[0] - 1
    mean, se = _mean_slope(elo)
    late, late_se = _mean_slope(elo[:, -LATE:])
    reach = float(stdtrit(df, 0.975)) * se
    p = float(stdtr(df, -mean / se)) if se > 0.0 else float(mean <= 0.0)
    return Slope(mean, mean - reach, mean + reach, p, late, late - float(stdtrit(df, 0.9)) * late_se)


def _mean_slope(elo: FloatArray) -> tuple[float, float]:
    x = np.arange(elo.shape[1]) - (elo.shape[1] - 1) / 2.0
    slopes = elo @ x / (x @ x)
    return float(slopes.mean()), float(slopes.std(ddof=1) / len(slopes) ** 0.5)
