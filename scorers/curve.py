"""The curve bank: the exact posterior of a learning curve over shapes, rates and recall kernels.

Strength is modelled as `S0 + A g(n_eff / tau) + F [padded]`: a start, a gain, and what a full window of other examples
takes away. `g` is one of `SHAPES`, `n_eff` the effective n of a recall kernel (`recall`). Rows of the bank are all
combinations of shape, tau, kernel and its length. For each row S0, A and F are normal and are integrated in closed
form, so that the posterior is exact and needs no sampling.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from quickstudy.scorers.recall import KERNELS, PADDED, View, count_recalled, effective_window, kernel_lengths
from quickstudy.scorers.scale import FloatArray

SHAPES = ("exp", "hill1", "hill2", "hill4", "hill8", "pow0.5", "pow2")
TAUS = 52
START_SD = 700.0
GAIN_MEAN, GAIN_SD = 300.0, 300.0
FILLER_SD = 100.0
DISCREPANCY = 20.0
"""Elo by which a real curve may miss every row of the bank at each point."""
PER_DOUBLING = 12


def grow(shape: str, u: FloatArray) -> FloatArray:
    """The share of the gain that is reached at u = n_eff / tau, rising from 0 to 1.

    `exp` is 1 - exp(-u), `hillH` u^H / (1 + u^H), `powP` 1 - (1 + u)^-P.
    """
    if shape == "exp":
        return np.asarray(-np.expm1(-u))
    if shape.startswith("hill"):
        power = u ** float(shape.removeprefix("hill"))
        return np.asarray(power / (1.0 + power))
    return np.asarray(1.0 - (1.0 + u) ** -float(shape.removeprefix("pow")))


def invert_growth(shape: str, share: float) -> float:
    """The u at which `grow` reaches a share of the gain in (0, 1)."""
    if shape == "exp":
        return float(-np.log1p(-share))
    if shape.startswith("hill"):
        return float((share / (1.0 - share)) ** (1.0 / float(shape.removeprefix("hill"))))
    return float((1.0 - share) ** (-1.0 / float(shape.removeprefix("pow"))) - 1.0)


@dataclass(frozen=True, eq=False)
class Bank:
    """All rows for one `n_max`; R rows, each with its prior weight, and shares of the gain.

    `numbers` (G,) are the plain n of `curve` (R, G), the share reached with what is recalled of them. `full` and
    `doubled` (R,) are the shares that perfect recall of n_max and of twice as many examples reaches; `tau` (R,).
    """

    n_max: int
    shape: NDArray[np.intp]
    tau: FloatArray
    kernel: NDArray[np.intp]
    length: FloatArray
    prior: FloatArray
    numbers: FloatArray
    curve: FloatArray
    full: FloatArray
    doubled: FloatArray
    window: FloatArray

    peak: FloatArray
    """The largest share (R,) that any n up to n_max reaches."""
    half: FloatArray
    """The smallest n (R,) that reaches half of the peak; `knee` nine tenths of it."""
    knee: FloatArray
    required: FloatArray
    """Examples (R,) that, perfectly recalled, give nine tenths of what endless ones would."""


@lru_cache(maxsize=8)
def build_bank(n_max: int) -> Bank:
    """The bank of the curves up to `n_max` examples. Raises ValueError for fewer than 2."""
    if n_max < 2:
        raise ValueError(f"a curve needs at least 2 examples at the end of its axis, and n_max is {n_max}")
    kernels, lengths = _list_kernels(n_max)
    taus = list_taus(n_max)
    shape, tau, kernel = (
        part.reshape(-1)
        for part in np.meshgrid(np.arange(len(SHAPES)), np.arange(TAUS), np.arange(len(kernels)), indexing="ij")
    )
    numbers = np.unique(
        np.concatenate(
            [np.arange(min(n_max, 8) + 1), np.geomspace(1, n_max, int(PER_DOUBLING * np.log2(n_max)) + 2), [n_max]]
        )
    )
    curve = _spread(n_max, np.zeros(len(numbers)), numbers, numbers)
    width = np.array([effective_window(KERNELS[k], w, n_max) for k, w in zip(kernels, lengths, strict=True)])
    kind = kernels[kernel]
    peak = np.asarray(curve.max(axis=1))
    return Bank(
        n_max=n_max,
        shape=shape,
        tau=taus[tau],
        kernel=kind,
        length=lengths[kernel],
        prior=1.0 / np.bincount(kind)[kind] / len(KERNELS),
        numbers=numbers,
        curve=curve,
        full=_grow_rows(np.full(len(shape), float(n_max)), shape, taus[tau]),
        doubled=_grow_rows(np.full(len(shape), 2.0 * n_max), shape, taus[tau]),
        window=width[kernel],
        peak=peak,
        half=_reach(numbers, curve, 0.5 * peak),
        knee=_reach(numbers, curve, 0.9 * peak),
        required=np.array([invert_growth(name, 0.9) for name in SHAPES])[shape] * taus[tau],
    )


def _reach(numbers: FloatArray, curve: FloatArray, level: FloatArray) -> FloatArray:
    """The smallest n (R,) at which each curve (R, G) reaches its level, interpolated in log2(1 + n)."""
    x = np.log2(1.0 + numbers)
    place = np.argmax(curve >= level[:, None] - 1e-12, axis=1)
    before = np.maximum(place - 1, 0)
    each = np.arange(len(curve))
    low, high = curve[each, before], curve[each, place]
    share = np.where(high > low, (level - low) / np.where(high > low, high - low, 1.0), 1.0)
    return np.asarray(2.0 ** (x[before] + np.clip(share, 0.0, 1.0) * (x[place] - x[before])) - 1.0)


@lru_cache(maxsize=64)
def share_gain(n_max: int, views: tuple[View, ...]) -> FloatArray:
    """Shares of the gain (R, C) that the rows of a bank reach in C views, those of a view side by side in memory."""
    shares = _spread(
        n_max,
        np.array([view.start for view in views]),
        np.array([view.m for view in views]),
        np.array([view.slots for view in views]),
    )
    return np.asfortranarray(shares)


def list_taus(n_max: int) -> FloatArray:
    """The rates (T,) in examples, from less than one to six times the window."""
    return np.geomspace(0.7, 6.0 * n_max, TAUS)


def _list_kernels(n_max: int) -> tuple[NDArray[np.intp], FloatArray]:
    """Indices of `KERNELS` (K,) with their lengths (K,)."""
    lengths = kernel_lengths(n_max)
    pairs = [(0, np.inf), *((k, float(w)) for k in range(1, len(KERNELS)) for w in lengths)]
    return np.array([k for k, _ in pairs]), np.array([w for _, w in pairs])


def _spread(n_max: int, start: FloatArray, m: FloatArray, slots: FloatArray) -> FloatArray:
    """Shares of the gain (R, C) of all rows in C views."""
    recalled = np.stack(
        [count_recalled(KERNELS[k], w, start, m, slots) for k, w in zip(*_list_kernels(n_max), strict=True)]
    )
    taus = list_taus(n_max)
    whole = np.empty((len(SHAPES), TAUS, *recalled.shape))
    for i, name in enumerate(SHAPES):
        whole[i] = grow(name, recalled[None] / taus[:, None, None])
    return whole.reshape(-1, recalled.shape[1])


def _grow_rows(n: FloatArray, shape: NDArray[np.intp], tau: FloatArray) -> FloatArray:
    found = np.empty(len(n))
    for i, name in enumerate(SHAPES):
        rows = shape == i
        found[rows] = grow(name, n[rows] / tau[rows])
    return found


@dataclass(frozen=True, eq=False)
class CurvePosterior:
    """For each row of a bank: its log marginal likelihood and the normal posterior of gain A and start S0 given A.

    `evidence` (R,) is without the row's prior; `gain` and `gain_sd` (R,) are of A in Elo; given A, S0 is normal with
    mean `start + slope (A - gain)` and sd `start_sd`. `chi2` with `df` is the misfit of the best row.
    """

    bank: Bank
    evidence: FloatArray
    gain: FloatArray
    gain_sd: FloatArray
    start: FloatArray
    slope: FloatArray
    start_sd: FloatArray
    chi2: float
    df: int


def fit_curve(
    bank: Bank, views: Sequence[View], elo: FloatArray, se: FloatArray, correlation: FloatArray | None = None
) -> CurvePosterior:
    """The posterior of all rows, given the strengths `elo` (C,) with standard errors `se` (C,) of C cells.

    `correlation` (C, C) is that of the errors (see `correlation`), which are independent without it. Raises ValueError
    for fewer than two cells, or values that are not finite.
    """
    y, error = np.asarray(elo, dtype=np.float64), np.asarray(se, dtype=np.float64)
    if len(views) < 2 or y.shape != (len(views),) or error.shape != y.shape:
        raise ValueError(f"a curve needs two or more cells with a strength each, and there are {len(views)}")
    if not (np.isfinite(y).all() and (error > 0.0).all() and np.isfinite(error).all()):
        raise ValueError("a strength or its standard error is not finite")
    shares = share_gain(bank.n_max, tuple(views)).T  # (C, R): sums over cells add whole rows
    padded = np.array([float(view.layout in PADDED) for view in views])
    related = np.eye(len(y)) if correlation is None else correlation
    precision = np.linalg.inv(related * np.outer(error, error) + DISCREPANCY**2 * np.eye(len(y)))
    # what filler takes away is common to the padded cells (Sherman and Morrison)
    filled = precision @ padded
    common = FILLER_SD**2 / (1.0 + FILLER_SD**2 * float(padded @ filled))
    weight = precision - common * np.outer(filled, filled)
    centre = float(y.mean())
    rest = y - centre
    one = weight.sum(axis=1)
    ones, total = float(one.sum()), float(one @ rest)
    # one product gives what all rows need; its last two lines are their sums with the start and with the strengths
    products = np.concatenate([weight, [one, weight @ rest]]) @ shares
    cross, score = products[-2], products[-1] + GAIN_MEAN * GAIN_SD**-2
    m00, m11 = ones + START_SD**-2, np.einsum("cr,cr->r", products[:-2], shares) + GAIN_SD**-2
    determinant = m00 * m11 - cross**2
    start, gain = (m11 * total - cross * score) / determinant, (m00 * score - cross * total) / determinant
    evidence = -0.5 * np.log(determinant) + 0.5 * (total * start + score * gain)
    best = int(np.argmax(evidence + np.log(bank.prior)))
    model = start[best] + gain[best] * shares[:, best]
    missed = rest - model
    missed = missed - common * float(filled @ missed) * padded  # less the filler's mean, given the best row
    return CurvePosterior(
        bank=bank,
        evidence=evidence,
        gain=gain,
        gain_sd=np.sqrt(m00 / determinant),
        start=start + centre,
        slope=-cross / m00,
        start_sd=np.full(len(gain), m00**-0.5),
        chi2=float(missed @ precision @ missed),
        df=max(len(views) - 3, 1),
    )
