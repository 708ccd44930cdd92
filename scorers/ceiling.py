"""Where a learning curve stops, and why: the ceiling, its knee and its cause, from the posterior of the curve bank.

The cause is counterfactual. With d = 50 Elo: a gain below d is `no_learning`; where neither perfect recall of the same
examples (loss to recall) nor one more doubling of the window, perfectly recalled (loss to context) would add d, it is
`saturation`; else the larger of the two losses names it, `recall_failure` or `context_full`. A cause is published only
with a posterior of 0.7 or more and a fit whose chi2 per degree of freedom is at most 2, and only where padded layouts
were played: the shape of a curve alone does not tell saturation from a failure of recall.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from quickstudy.scorers.curve import (
    DISCREPANCY,
    GAIN_MEAN,
    GAIN_SD,
    SHAPES,
    Bank,
    CurvePosterior,
    build_bank,
    fit_curve,
)
from quickstudy.scorers.recall import KERNELS, PADDED, View
from quickstudy.scorers.scale import Z95, FloatArray

CAUSES = ("saturation", "context_full", "recall_failure", "no_learning")
PRIOR = (0.3, 0.3, 0.3, 0.1)
DELTA = 50.0
DECIDED, LARGEST_MISFIT = 0.7, 2.0
DRAWS = 1000
FARTHEST = 2.0
"""Windows' worth of examples beyond which no number is extrapolated."""
_NEGLIGIBLE = 1e-9  # of the whole posterior: some 40,000 rows below it make no difference that draws could show


@dataclass(frozen=True)
class Estimate:
    """A figure with its 95 % interval; None where the posterior has none (beyond what is extrapolated)."""

    value: float | None
    low: float | None
    high: float | None

    def widen(self, se: float) -> Estimate:
        """The estimate with one more independent error, a standard error, added to both sides in squares."""
        if self.value is None or self.low is None or self.high is None:
            return self
        down, up = (float(np.hypot(gap, Z95 * se)) for gap in (self.value - self.low, self.high - self.value))
        return Estimate(self.value, self.value - down, self.value + up)


@dataclass(frozen=True)
class Ceiling:
    """What a curve's cells say of its ceiling. Strengths, gains and losses in Elo, the rest in examples.

    The intervals of `start` and `ceiling`, which are strengths of the player and not of a row of the bank, allow for
    the discrepancy by which the player's own curve may miss every row.
    `shortfall` is the number of windows whose examples, perfectly recalled, would give nine tenths of what endless
    ones would. `window` is the longest window of which every place is recalled by half. `kernels` and `shapes` are
    posteriors.
    """

    start: Estimate
    ceiling: Estimate
    gain: Estimate
    n50: Estimate
    n_knee: Estimate
    loss_recall: Estimate
    loss_context: Estimate
    shortfall: Estimate
    window: Estimate
    posterior: dict[str, float]
    bayes_factors: dict[str, float]
    decision: str
    shapes: dict[str, float]
    kernels: dict[str, float]
    chi2: float
    df: int
    numbers: FloatArray
    curve: FloatArray
    """Strength (3, G) along `numbers`: the median and the ends of its 95 % interval."""
    rows: NDArray[np.intp]
    """Rows of the bank that were drawn from the posterior with a gain of 50 Elo or more."""


def find_ceiling(
    views: Sequence[View],
    elo: FloatArray,
    se: FloatArray,
    n_max: int,
    *,
    correlation: FloatArray | None = None,
    seed: int = 0,
) -> Ceiling:
    """Judge the cells of one curve: their views, strengths and standard errors, each (C,), as `fit_curve` takes them.

    Raises ValueError.
    """
    bank = build_bank(n_max)
    posterior = fit_curve(bank, views, elo, se, correlation)
    near, joint = _weigh_causes(posterior)
    causes = joint.sum(axis=0)
    names = dict(zip(CAUSES, map(float, causes), strict=True))
    draws = _draw(posterior, near, joint, np.random.default_rng(seed))
    best = max(names, key=lambda cause: names[cause])
    padded = any(view.layout in PADDED for view in views)
    estimates = draws.summary(bank)
    if best == "no_learning":  # of what is not learnt nothing is recalled
        estimates["window"] = Estimate(None, None, None)
    decided = padded and names[best] >= DECIDED and posterior.chi2 <= LARGEST_MISFIT * posterior.df
    rows = joint.sum(axis=1)
    odds = np.array(PRIOR) / (1.0 - np.array(PRIOR))
    factors = causes / np.maximum(1.0 - causes, 1e-300) / odds
    return Ceiling(
        **estimates,
        posterior=names,
        bayes_factors=dict(zip(CAUSES, map(float, factors), strict=True)),
        decision=best if decided else "undecided",
        shapes=_share_out(bank.shape[near], rows, SHAPES),
        kernels=_share_out(bank.kernel[near], rows, KERNELS),
        chi2=posterior.chi2,
        df=posterior.df,
        numbers=bank.numbers,
        curve=draws.curve(bank),
        rows=draws.row[draws.gain * bank.peak[draws.row] >= DELTA],
    )


def _share_out(index: NDArray[np.intp], rows: FloatArray, names: Sequence[str]) -> dict[str, float]:
    return dict(zip(names, map(float, np.bincount(index, weights=rows, minlength=len(names))), strict=True))


@lru_cache(maxsize=8)
def cause_limits(bank: Bank) -> tuple[FloatArray, FloatArray]:
    """Lower and upper ends (R, 4) of the gains A with which each row has each of `CAUSES`; empty where not lower."""
    learns, loses, forgets = _split_gains(bank)
    low = np.stack([learns, loses, loses, np.full_like(learns, -np.inf)], axis=1)
    high = np.stack([loses, np.full_like(loses, np.inf), np.full_like(loses, np.inf), learns], axis=1)
    high[forgets, 1], high[~forgets, 2] = -np.inf, -np.inf
    return low, high


@lru_cache(maxsize=8)
def _split_gains(bank: Bank) -> tuple[FloatArray, FloatArray, NDArray[np.bool_]]:
    """The gain (R,) from which each row learns, that from which it loses, and whether it then loses more to recall."""
    recall, context = bank.full - bank.peak, bank.doubled - bank.full
    with np.errstate(divide="ignore"):
        learns = DELTA / np.maximum(bank.peak, 1e-12)
        loses = np.maximum(learns, DELTA / np.maximum(np.maximum(recall, context), 1e-12))
    return learns, loses, recall > context


def _share_causes(
    learns: FloatArray, loses: FloatArray, forgets: NDArray[np.bool_], mean: FloatArray, sd: FloatArray
) -> FloatArray:
    """Probability (4, R) of each of `CAUSES` where the gain is normal, from the limits that `_split_gains` gives."""
    a, b = (learns - mean) / sd, (loses - mean) / sd
    # the smaller tail beyond each limit: differences of tails on one side keep their precision
    first, second = ndtr(-np.abs(a)), ndtr(-np.abs(b))
    none = np.where(a > 0.0, 1.0 - first, first)
    lost = np.where(b > 0.0, second, 1.0 - second)
    flat = np.where(a > 0.0, first - second, np.where(b > 0.0, 1.0 - first - second, second - first))
    return np.stack([flat, np.where(forgets, 0.0, lost), np.where(forgets, lost, 0.0), none])


@lru_cache(maxsize=8)
def _weigh_prior(bank: Bank) -> FloatArray:
    """What makes the prior of the causes `PRIOR` (4,)."""
    flat = np.ones(len(bank.prior))
    return np.array(PRIOR) / (_share_causes(*_split_gains(bank), GAIN_MEAN * flat, GAIN_SD * flat) @ bank.prior)


def _weigh_causes(posterior: CurvePosterior) -> tuple[NDArray[np.intp], FloatArray]:
    """The rows (N,) that count, and their joint posterior (N, 4) with the causes, whose prior is made `PRIOR`."""
    bank = posterior.bank
    weight = np.exp(posterior.evidence - posterior.evidence.max()) * bank.prior
    near = np.flatnonzero(weight > _NEGLIGIBLE * weight.sum())
    learns, loses, forgets = _split_gains(bank)
    shares = _share_causes(learns[near], loses[near], forgets[near], posterior.gain[near], posterior.gain_sd[near])
    joint = shares.T * weight[near, None] * _weigh_prior(bank)
    return near, np.asarray(joint / joint.sum())


@dataclass(frozen=True, eq=False)
class Draws:
    """Rows (D,) of the bank and indices of `CAUSES` (D,), with start and gain A (D,) in Elo."""

    row: NDArray[np.intp]
    cause: NDArray[np.intp]
    start: FloatArray
    gain: FloatArray

    def curve(self, bank: Bank) -> FloatArray:
        """Strength (3, G) along the bank's numbers: the median and the ends of its 95 % interval."""
        # in single precision, which is exact to a thousandth of an Elo and much faster to sort
        drawn = np.ascontiguousarray(bank.curve[self.row].T, dtype=np.float32)
        drawn = drawn * self.gain.astype(np.float32) + self.start.astype(np.float32)
        return np.asarray(np.percentile(drawn, [50.0, 2.5, 97.5], axis=1, overwrite_input=True))

    def summary(self, bank: Bank) -> dict[str, Estimate]:
        """The figures of a `Ceiling`, each with its interval."""
        row = self.row
        reached, gain = np.maximum(self.gain * bank.peak[row], 0.0), np.maximum(self.gain, 0.0)
        learns = reached >= DELTA
        learnt, size = row[learns], len(row)
        return {
            "start": _estimate(self.start).widen(DISCREPANCY),
            "ceiling": _estimate(self.start + reached).widen(DISCREPANCY),
            "gain": _estimate(reached),
            "n50": _estimate(bank.half[learnt], size),
            "n_knee": _estimate(bank.knee[learnt], size),
            "loss_recall": _estimate(gain * (bank.full - bank.peak)[row]),
            "loss_context": _estimate(gain * (bank.doubled - bank.full)[row]),
            "shortfall": _limit(_estimate(bank.required[learnt] / bank.n_max, size), FARTHEST),
            "window": _estimate(bank.window[learnt], size),
        }


def draw_posterior(posterior: CurvePosterior, rng: np.random.Generator) -> Draws:
    """Draw from the posterior of a curve, with the prior of the causes made `PRIOR`."""
    return _draw(posterior, *_weigh_causes(posterior), rng)


def _draw(posterior: CurvePosterior, near: NDArray[np.intp], joint: FloatArray, rng: np.random.Generator) -> Draws:
    """Stratified draws from the posterior: row and cause, then A within the cause's limits, then the start."""
    cumulated = np.cumsum(joint.reshape(-1))
    places = (np.arange(DRAWS) + rng.random(DRAWS)) / DRAWS * cumulated[-1]
    chosen = np.minimum(np.searchsorted(cumulated, places), joint.size - 1)
    place, cause = np.divmod(chosen, len(CAUSES))
    row = near[place]
    low, high = (limit[row, cause] for limit in cause_limits(posterior.bank))
    mean, sd = posterior.gain[row], posterior.gain_sd[row]
    a, b = (low - mean) / sd, (high - mean) / sd
    flip = a > 0  # in the upper tail the lower one is drawn from, and turned
    left, right = np.where(flip, ndtr(-b), ndtr(a)), np.where(flip, ndtr(-a), ndtr(b))
    z = ndtri(left + rng.permutation((np.arange(DRAWS) + rng.random(DRAWS)) / DRAWS) * (right - left))
    gain = np.clip(mean + sd * np.where(flip, -z, z), low, high)
    start = posterior.start[row] + posterior.slope[row] * (gain - mean)
    return Draws(row, cause, start + posterior.start_sd[row] * rng.standard_normal(DRAWS), gain)


def _estimate(values: FloatArray, of: int | None = None) -> Estimate:
    """Median and 95 % interval; None where fewer than half `of` all draws have the figure."""
    if len(values) < 0.5 * (of or 1):
        return Estimate(None, None, None)
    middle, low, high = np.percentile(values, [50.0, 2.5, 97.5])
    return Estimate(float(middle), float(low), float(high))


def _limit(estimate: Estimate, most: float) -> Estimate:
    """The estimate with None for what is more than `most`."""
    return Estimate(
        *(None if value is None or value > most else value for value in (estimate.value, estimate.low, estimate.high))
    )
