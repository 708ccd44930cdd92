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

from quickstudy.scorers.curve import GAIN_MEAN, GAIN_SD, SHAPES, Bank, Posterior, build_bank, fit_curve, invert_growth
from quickstudy.scorers.recall import KERNELS, PADDED, View
from quickstudy.scorers.scale import FloatArray

CAUSES = ("saturation", "context_full", "recall_failure", "no_learning")
PRIOR = (0.3, 0.3, 0.3, 0.1)
DELTA = 50.0
DECIDED, LARGEST_MISFIT = 0.7, 2.0
DRAWS = 2000
FARTHEST = 2.0
"""Windows' worth of examples beyond which no number is extrapolated."""
_NEGLIGIBLE = 20.0  # nats below the best row


@dataclass(frozen=True)
class Estimate:
    """A figure with its 95 % interval; None where the posterior has none (beyond what is extrapolated)."""

    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Ceiling:
    """What a curve's cells say of its ceiling. Strengths, gains and losses in Elo, the rest in examples.

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


def choose_m(ceiling: Ceiling | None, played: Sequence[int], n_max: int) -> int:
    """How many informative examples the padded layouts should show: of the plain n that were played the one near n60.

    n60 is where the fitted curve of the plain cells has reached 0.6 of its gain: the layouts tell most where it is
    steep (0.89 of planted causes are found so, against 0.72 at a fixed m of 16). The choice is from 2 to n_max/4 where
    an n there was played, and nearest on a logarithmic axis. Without a ceiling it is the largest. Raises ValueError
    where no n above 0 was played.
    """
    positive = sorted({n for n in played if 0 < n <= n_max})
    within = [n for n in positive if 2 <= n <= max(n_max // 4, 2)] or positive
    if ceiling is None:
        return max(within)
    curve = ceiling.curve[0]
    n60 = max(float(ceiling.numbers[np.argmax(curve >= curve[0] + 0.6 * (curve.max() - curve[0]))]), 1.0)
    return min(within, key=lambda n: abs(np.log2(n / n60)))


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
    joint = _weigh_causes(posterior)
    causes = joint.sum(axis=0)
    names = dict(zip(CAUSES, map(float, causes), strict=True))
    draws = _draw(bank, posterior, joint, np.random.default_rng(seed))
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
        shapes=_share_out(bank.shape, rows, SHAPES),
        kernels=_share_out(bank.kernel, rows, KERNELS),
        chi2=posterior.chi2,
        df=posterior.df,
        numbers=bank.numbers,
        curve=draws.curve(bank),
        rows=draws.row[draws.gain * bank.peak[draws.row] >= DELTA],
    )


def _share_out(index: NDArray[np.intp], rows: FloatArray, names: Sequence[str]) -> dict[str, float]:
    return dict(zip(names, map(float, np.bincount(index, weights=rows, minlength=len(names))), strict=True))


def cause_limits(bank: Bank) -> tuple[FloatArray, FloatArray]:
    """Lower and upper ends (R, 4) of the gains A with which each row has each of `CAUSES`; empty where not lower."""
    peak = bank.peak
    recall, context = bank.full - peak, bank.doubled - bank.full
    with np.errstate(divide="ignore"):
        learns = DELTA / np.maximum(peak, 1e-12)
        loses = np.maximum(learns, DELTA / np.maximum(np.maximum(recall, context), 1e-12))
    low = np.stack([learns, loses, loses, np.full_like(learns, -np.inf)], axis=1)
    high = np.stack([loses, np.full_like(loses, np.inf), np.full_like(loses, np.inf), learns], axis=1)
    forgets = recall > context
    high[forgets, 1], high[~forgets, 2] = -np.inf, -np.inf
    return low, high


def _between(low: FloatArray, high: FloatArray, mean: FloatArray, sd: FloatArray) -> FloatArray:
    """Probability (R, 4) that a normal variable lies between the limits."""
    a, b = (low - mean[:, None]) / sd[:, None], (high - mean[:, None]) / sd[:, None]
    # in the upper tail both are close to 1: there their complements are subtracted, which are those of -b and -a
    flip = a > 0
    left, right = np.where(flip, -b, a), np.where(flip, -a, b)
    return np.where(b <= a, 0.0, ndtr(right) - ndtr(left))


@lru_cache(maxsize=8)
def _prepare(n_max: int) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Limits of the gains of each row's causes (R, 4) twice, and what makes the prior of the causes `PRIOR` (4,)."""
    bank = build_bank(n_max)
    low, high = cause_limits(bank)
    flat = np.ones(len(bank.prior))
    before = bank.prior @ _between(low, high, GAIN_MEAN * flat, GAIN_SD * flat)
    return low, high, np.array(PRIOR) / before


def _weigh_causes(posterior: Posterior) -> FloatArray:
    """Joint posterior (R, 4) of rows and causes, with the prior of the causes made `PRIOR`."""
    low, high, factor = _prepare(posterior.bank.n_max)
    score = posterior.evidence + np.log(posterior.bank.prior)
    near = score > score.max() - _NEGLIGIBLE
    weight = np.exp(score[near] - score.max())
    joint = np.zeros(low.shape)
    joint[near] = weight[:, None] * factor
    joint[near] *= _between(low[near], high[near], posterior.gain[near], posterior.gain_sd[near])
    return np.asarray(joint / joint.sum())


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
        curve, peak = bank.curve[self.row], bank.peak[self.row]
        reached = np.maximum(self.gain * peak, 0.0)
        learns = reached >= DELTA
        required = np.array([invert_growth(name, 0.9) for name in SHAPES])[bank.shape] * bank.tau
        return {
            "start": _estimate(self.start),
            "ceiling": _estimate(self.start + reached),
            "gain": _estimate(reached),
            "n50": _estimate(_first(bank.numbers, curve, 0.5 * peak)[learns], len(learns)),
            "n_knee": _estimate(_first(bank.numbers, curve, 0.9 * peak)[learns], len(learns)),
            "loss_recall": _estimate(np.maximum(self.gain, 0.0) * (bank.full[self.row] - peak)),
            "loss_context": _estimate(np.maximum(self.gain, 0.0) * (bank.doubled - bank.full)[self.row]),
            "shortfall": _limit(_estimate((required[self.row] / bank.n_max)[learns], len(learns)), FARTHEST),
            "window": _estimate(bank.window[self.row][learns], len(learns)),
        }


def draw_posterior(posterior: Posterior, rng: np.random.Generator) -> Draws:
    """Draw from the posterior of a curve, with the prior of the causes made `PRIOR`."""
    return _draw(posterior.bank, posterior, _weigh_causes(posterior), rng)


def _draw(bank: Bank, posterior: Posterior, joint: FloatArray, rng: np.random.Generator) -> Draws:
    """Stratified draws from the posterior: row and cause, then A within the cause's limits, then the start."""
    cumulated = np.cumsum(joint.reshape(-1))
    places = (np.arange(DRAWS) + rng.random(DRAWS)) / DRAWS * cumulated[-1]
    chosen = np.minimum(np.searchsorted(cumulated, places), joint.size - 1)
    row, cause = np.divmod(chosen, len(CAUSES))
    low, high = (limit[row, cause] for limit in _prepare(bank.n_max)[:2])
    mean, sd = posterior.gain[row], posterior.gain_sd[row]
    a, b = (low - mean) / sd, (high - mean) / sd
    flip = a > 0  # in the upper tail the lower one is drawn from, and turned
    left, right = np.where(flip, ndtr(-b), ndtr(a)), np.where(flip, ndtr(-a), ndtr(b))
    z = ndtri(left + rng.permutation((np.arange(DRAWS) + rng.random(DRAWS)) / DRAWS) * (right - left))
    gain = np.clip(mean + sd * np.where(flip, -z, z), low, high)
    start = posterior.start[row] + posterior.slope[row] * (gain - mean)
    return Draws(row, cause, start + posterior.start_sd[row] * rng.standard_normal(DRAWS), gain)


def _first(numbers: FloatArray, curve: FloatArray, level: FloatArray) -> FloatArray:
    """The smallest n (D,) at which each curve (D, G) reaches its level, interpolated in log2(1 + n)."""
    x = np.log2(1.0 + numbers)
    place = np.argmax(curve >= level[:, None] - 1e-12, axis=1)
    before = np.maximum(place - 1, 0)
    each = np.arange(len(curve))
    low, high = curve[each, before], curve[each, place]
    share = np.where(high > low, (level - low) / np.where(high > low, high - low, 1.0), 1.0)
    return np.asarray(2.0 ** (x[before] + np.clip(share, 0.0, 1.0) * (x[place] - x[before])) - 1.0)


def half_numbers(bank: Bank) -> FloatArray:
    """The n (R,) at which each row of a bank has reached half of what it ever does."""
    return _first(bank.numbers, bank.curve, 0.5 * bank.peak)


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
