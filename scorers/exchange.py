"""Author x reader: how much of what notes are worth lies in the writing, how much in the reading, how much in neither.

With S(a, r, c) the strength of reader r with the notes that author a wrote in chain c, and S0(r, c) its strength with
empty notes, the gain G = S - S0 is split, as in a two-way analysis of variance with equal weights, into

    G(a, r, c) = mean(c) + writing(a, c) + reading(r, c) + remainder(a, r, c)

where writing and reading sum to 0, and the remainder to 0 over authors and over readers. Each part is a linear
contrast within a chain; so its mean over chains has a Student t interval with chains - 1 degrees of freedom, in which
everything that a chain's cells share (openings, seeds, the same notes) is accounted for. Remainders are not noise: they
are what an author is worth to one reader beyond what it is worth to all.

The spread of a part is the root of its variance over authors (readers, cells) without what chance adds to it. With m(a)
the mean and e(a) the standard error of writing(a), over A authors, it is (sum of m(a)^2 - e(a)^2) / (A - 1); of the
remainder it is divided by (A - 1)(R - 1). Its interval is the delete-one-chain jackknife's (Efron and Stein 1981, The
jackknife estimate of variance, Annals of Statistics 9).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import stdtrit

from quickstudy.scorers.scale import FloatArray

LEAST_CHAINS = 2


class Effect(NamedTuple):
    """Means over chains in Elo with their 95 % intervals, arrays of one shape."""

    mean: FloatArray
    low: FloatArray
    high: FloatArray


class Spread(NamedTuple):
    """A standard deviation in Elo with its 95 % interval; 0 where no variance is left when chance is taken off."""

    sd: float
    low: float
    high: float


@dataclass(frozen=True)
class Split:
    """The parts of the gain: `gain` and `remainder` (A, R), `total` (), `writing` (A,), `reading` (R,); `chains`.

    A spread is None where its part has one member only.
    """

    chains: int
    gain: Effect
    total: Effect
    writing: Effect
    reading: Effect
    remainder: Effect
    writing_spread: Spread | None
    reading_spread: Spread | None
    remainder_spread: Spread | None


def split_gains(strengths: ArrayLike, empty: ArrayLike) -> Split:
    """Split the gains of `strengths` (chains, authors, readers) over `empty` (chains, readers), all in Elo.

    Raises ValueError for shapes that do not fit, fewer than two chains, or a strength that is not finite.
    """
    elo, base = np.asarray(strengths, dtype=np.float64), np.asarray(empty, dtype=np.float64)
    if elo.ndim != 3 or base.shape != (elo.shape[0], elo.shape[2]) or len(elo) < LEAST_CHAINS or elo.size == 0:
        raise ValueError(
            f"gains need strengths (chains, authors, readers) of at least {LEAST_CHAINS} chains and those with empty "
            f"notes (chains, readers), got the shapes {elo.shape} and {base.shape}"
        )
    if not (np.isfinite(elo).all() and np.isfinite(base).all()):
        raise ValueError("a strength is not finite; leave out chains with a cell that has none")
    gains = elo - base[:, None, :]
    total = gains.mean(axis=(1, 2))
    writing = gains.mean(axis=2) - total[:, None]
    reading = gains.mean(axis=1) - total[:, None]
    remainder = gains - total[:, None, None] - writing[:, :, None] - reading[:, None, :]
    authors, readers = elo.shape[1:]
    return Split(
        len(elo),
        average(gains),
        average(total),
        average(writing),
        average(reading),
        average(remainder),
        _measure_spread(writing, authors - 1),
        _measure_spread(reading, readers - 1),
        _measure_spread(remainder, (authors - 1) * (readers - 1)),
    )


def average(values: ArrayLike) -> Effect:
    """The mean over chains of `values` (chains, ...) with its t interval. Raises ValueError with fewer than two."""
    parts = np.asarray(values, dtype=np.float64)
    if len(parts) < LEAST_CHAINS:
        raise ValueError(f"an interval over chains needs at least {LEAST_CHAINS}, got {len(parts)}")
    mean = parts.mean(axis=0)
    reach = float(stdtrit(len(parts) - 1, 0.975)) * parts.std(axis=0, ddof=1) / len(parts) ** 0.5
    return Effect(mean, mean - reach, mean + reach)


def _measure_spread(parts: FloatArray, free: int) -> Spread | None:
    if free < 1:
        return None
    chains = len(parts)
    variance = _find_variance(parts, free)
    if chains <= LEAST_CHAINS:  # what is left without one has no error
        return Spread(_root(variance), 0.0, float("inf"))
    without = np.array([_find_variance(np.delete(parts, i, axis=0), free) for i in range(chains)])
    error = float(np.sqrt((chains - 1) / chains * ((without - without.mean()) ** 2).sum()))
    reach = float(stdtrit(chains - 1, 0.975)) * error
    return Spread(_root(variance), _root(variance - reach), _root(variance + reach))


def _find_variance(parts: FloatArray, free: int) -> float:
    errors = parts.var(axis=0, ddof=1) / len(parts)
    return float((parts.mean(axis=0) ** 2 - errors).sum() / free)


def _root(variance: float) -> float:
    return float(np.sqrt(max(variance, 0.0)))
