"""Partial pooling of n50 over games: what one model's other curves say of where a curve is half way up.

The n50 of a model's games are taken as log-normal, log2 n50 ~ N(mean, spread^2), and mean and spread are fitted to the
curves' posteriors by a few steps of EM. Each posterior is then weighed anew, by the fitted density in place of the one
that the bank's prior gives to n50. A curve that says little of its own n50 learns it from the others, one that says
much keeps it. It is a second estimate beside the curve's own, not one in its place: it holds as far as the model's
games are alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, stdtrit

from quickstudy.scorers.ceiling import PRIOR, Estimate, cause_limits
from quickstudy.scorers.curve import GAIN_MEAN, GAIN_SD, build_bank
from quickstudy.scorers.scale import FloatArray

LEAST = 3
"""Games without which nothing is pooled."""
STEPS = 4
_NARROWEST = 0.1  # octaves
_BINS, _SMOOTH = 48, 2.0
_SMALLEST = 0.5  # examples: cells say nothing of a smaller n50


@dataclass(frozen=True)
class Pool:
    """The n50 of each curve with its 95 % interval, their geometric `mean`, and their `spread` in octaves.

    The interval of the mean is of all games such as these, by Student's t over the games (jackknife).
    """

    values: tuple[Estimate, ...]
    mean: Estimate
    spread: float


def pool_halves(curves: Sequence[tuple[int, NDArray[np.intp]]]) -> Pool:
    """Pool the curves of one model: for each its n_max, and rows (D,) of that bank drawn from its posterior.

    Rows are of draws that learn, as `Ceiling.rows` holds them. Raises ValueError for fewer than `LEAST` curves, or one
    without a row.
    """
    if len(curves) < LEAST or not all(len(rows) for _, rows in curves):
        raise ValueError(f"pooling needs {LEAST} curves or more with a draw each, and there are {len(curves)}")
    tables = [_list_halves(n_max) for n_max, _ in curves]
    halves, before = ([table[i][rows] for table, (_, rows) in zip(tables, curves, strict=True)] for i in (0, 1))
    mean, spread, weights = _fit(halves, before)
    left = np.array([_fit(_drop(halves, i), _drop(before, i))[0] for i in range(len(halves))])
    free = len(halves) - 1
    reach = float(stdtrit(free, 0.975) * np.sqrt(free / len(halves) * ((left - left.mean()) ** 2).sum()))
    values = tuple(_summarise(half, weight) for half, weight in zip(halves, weights, strict=True))
    return Pool(values, Estimate(*(float(2.0 ** (mean + shift)) for shift in (0.0, -reach, reach))), spread)


@lru_cache(maxsize=8)
def _list_halves(n_max: int) -> tuple[FloatArray, FloatArray]:
    """Of each row of a bank log2 n50 (R,), and the density (R,) that the prior of curves that learn has there."""
    bank = build_bank(n_max)
    half = np.log2(np.maximum(bank.half, _SMALLEST))
    low, high = cause_limits(bank)
    below, above = (np.asarray(ndtr((end - GAIN_MEAN) / GAIN_SD)) for end in (low, high))
    share = np.maximum(above - below, 0.0)
    weight = bank.prior * (share[:, :3] @ (np.array(PRIOR) / (bank.prior @ share))[:3])
    height, edges = np.histogram(half, _BINS, weights=weight, density=True)
    window = np.exp(-0.5 * (np.arange(-6, 7) / _SMOOTH) ** 2)
    smooth = np.convolve(np.pad(height, 6, mode="edge"), window / window.sum(), mode="valid")
    density = np.interp(half, 0.5 * (edges[1:] + edges[:-1]), smooth)
    return half, np.maximum(density, 1e-4)


def _fit(halves: Sequence[FloatArray], before: Sequence[FloatArray]) -> tuple[float, float, list[FloatArray]]:
    """Mean and spread of log2 n50 over curves, and the weights of the draws of each."""
    means, variances = (np.array([f(half) for half in halves]) for f in (np.mean, np.var))
    for step in range(STEPS + 1):
        centre, size = float(means.mean()), len(means) - 1
        variance = float((variances + (means - centre) ** 2).sum() / size)
        spread = max(variance**0.5, _NARROWEST)
        if step == STEPS:
            break
        weights = [_weigh(half, prior, centre, spread) for half, prior in zip(halves, before, strict=True)]
        means = np.array([weight @ half for weight, half in zip(weights, halves, strict=True)])
        variances = np.array(
            [weight @ (half - mean) ** 2 for weight, half, mean in zip(weights, halves, means, strict=True)]
        )
    return centre, spread, [_weigh(half, prior, centre, spread) for half, prior in zip(halves, before, strict=True)]


def _weigh(half: FloatArray, before: FloatArray, centre: float, spread: float) -> FloatArray:
    score = -0.5 * ((half - centre) / spread) ** 2 - np.log(before)
    weight = np.exp(score - score.max())
    return np.asarray(weight / weight.sum())


def _drop(parts: Sequence[FloatArray], i: int) -> list[FloatArray]:
    return [part for j, part in enumerate(parts) if j != i]


def _summarise(half: FloatArray, weight: FloatArray) -> Estimate:
    """The weighted median and 95 % interval, in examples."""
    order = np.argsort(half, kind="stable")
    cumulated = np.cumsum(weight[order])
    places = np.minimum(np.searchsorted(cumulated / cumulated[-1], (0.5, 0.025, 0.975)), len(half) - 1)
    return Estimate(*(float(2.0**value) for value in half[order][places]))
