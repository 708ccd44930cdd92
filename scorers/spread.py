"""The spread between repetitions: how much of what they differ in is more than the chance of the games."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import chi2

from quickstudy.scorers.scale import SCALE, FloatArray, expected_score


class Heterogeneity(NamedTuple):
    """A standard deviation with its 95 % interval, and the degrees of freedom that it was told from."""

    sd: float
    low: float
    high: float
    df: int


def deviate(rating: float, opponent_elo: ArrayLike, result: ArrayLike) -> tuple[float, float]:
    """How far some finished games lie from a rating, in Elo to first order, and the variance of that by chance.

    `opponent_elo` and `result` are (games,). Draws make the chance smaller than it is taken here.
    """
    expected = expected_score(rating, opponent_elo)
    information = float((expected * (1.0 - expected)).sum())
    return SCALE * float((np.asarray(result) - expected).sum()) / information, SCALE**2 / information


def estimate_spread(values: ArrayLike, variances: ArrayLike, groups: Sequence[Hashable]) -> Heterogeneity | None:
    """The standard deviation of repetitions within groups, beyond their own `variances`; None without a repetition.

    Each group has a mean of its own. The variance s^2 is that with which the weighted squares around the groups' means
    are as large as expected (Paule and Mandel 1982); its interval holds all s^2 with which they are no rare value of
    chi2 (Viechtbauer 2007). Values (k,) and `variances` (k,) are in one unit and its square.
    """
    y, v = np.asarray(values, dtype=np.float64), np.asarray(variances, dtype=np.float64)
    places = {name: place for place, name in enumerate(dict.fromkeys(groups))}
    group = np.array([places[name] for name in groups], dtype=np.intp)
    df = len(y) - len(places)
    if df < 1:
        return None
    ends = (float(df), float(chi2.ppf(0.975, df)), float(chi2.ppf(0.025, df)))
    value, low, high = (_solve(y, v, group, target) ** 0.5 for target in ends)
    return Heterogeneity(value, low, high, df)


def _solve(y: FloatArray, v: FloatArray, group: np.ndarray, target: float) -> float:
    """The s^2 from 0 with which the weighted squares, which fall with it, are `target`; 0 where they are less."""
    if _sum_squares(y, v, group) <= target:
        return 0.0
    low, high = 0.0, float(v.max())
    while _sum_squares(y, v + high, group) > target:
        low, high = high, 2.0 * high
    for _ in range(60):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if _sum_squares(y, v + middle, group) > target else (low, middle)
    return 0.5 * (low + high)


def _sum_squares(y: FloatArray, v: FloatArray, group: np.ndarray) -> float:
    means = np.bincount(group, y / v) / np.bincount(group, 1.0 / v)
    return float(((y - means[group]) ** 2 / v).sum())
