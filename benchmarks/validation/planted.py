"""Planted learners: players whose curve, recall and cause are known, some of shapes that the curve bank lacks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit

from quickstudy.scorers.ceiling import CAUSES
from quickstudy.scorers.curve import grow
from quickstudy.scorers.recall import KERNELS, View, count_recalled
from quickstudy.scorers.scale import FloatArray

N_MAX = 256
PLAIN = (0, 1, 2, 4, 8, 16, 32, 64, 128, 256)
INSIDE = ("exp", "hill1", "hill2", "hill4", "pow0.5", "pow2")
OUTSIDE = ("hill3", "step", "logit")
OUTSIDE_KERNELS = ("soft window", "recency and dilution")


@dataclass(frozen=True)
class Planted:
    """Strength `start + gain g(n_eff / tau)`, less `filler` in a padded window."""

    start: float = 200.0
    gain: float = 600.0
    shape: str = "exp"
    tau: float = 8.0
    kernel: str = "none"
    length: float = np.inf
    filler: float = 0.0

    def strength(self, view: View) -> float:
        """Elo with the examples of a view."""
        recalled = recall(self.kernel, self.length, view.start, view.m, view.slots)
        return (
            self.start
            + self.gain * float(grow_any(self.shape, recalled / self.tau))
            - self.filler * (view.layout != "plain")
        )


def grow_any(shape: str, u: FloatArray) -> FloatArray:
    """`grow`, and two shapes more: `step` rises from u = 0.8 to 1.25 only, `logit` is logistic in u."""
    if shape == "step":
        return np.asarray(np.clip((u - 0.8) / 0.45, 0.0, 1.0))
    if shape == "logit":
        return np.asarray((expit(3.0 * (u - 1.0)) - expit(-3.0)) / expit(3.0))
    return grow(shape, u)


def recall(kernel: str, length: float, start: float, m: ArrayLike, slots: ArrayLike) -> FloatArray:
    """`count_recalled`, and two kernels more, W their `length`.

    `soft window` weighs an example at distance d by a logistic function of (W - d) / (W / 4); `recency and dilution`
    counts the last W and divides them by 1 + slots / (2 W).
    """
    if kernel == "soft window":
        near = np.asarray(slots, dtype=np.float64) - start - np.asarray(m, dtype=np.float64)
        far, width = np.asarray(slots, dtype=np.float64) - start, length / 4.0
        return np.asarray(
            width * (np.logaddexp(0.0, (length - near) / width) - np.logaddexp(0.0, (length - far) / width))
        )
    if kernel == "recency and dilution":
        last = count_recalled("recency", length, start, m, slots)
        return np.asarray(last / (1.0 + np.asarray(slots) / (2.0 * length)))
    return count_recalled(kernel, length, start, m, slots)


def list_views(m: int | None = 8, n_max: int = N_MAX) -> list[View]:
    """The views of the whole experiment; with `m` None of the plain cells only."""
    plain = [View("plain", n, n) for n in PLAIN if n <= n_max]
    if m is None:
        return plain
    return [*plain, *(View(layout, m, n_max) for layout in ("early", "middle", "late")), View("filler", 0, n_max)]


def draw_clear(
    rng: np.random.Generator, filler: float, outside: bool = False, n_max: int = N_MAX
) -> tuple[str, Planted, dict[str, float]]:
    """A learner whose cause is clear: its losses are far from the limits. Also returns the truth of each figure.

    With `outside` shape and kernel are such as the curve bank has not.
    """
    cause = str(rng.choice(CAUSES))
    while True:
        gain = rng.uniform(0.0, 20.0) if cause == "no_learning" else rng.uniform(250.0, 700.0)
        shape = str(rng.choice(OUTSIDE if outside else INSIDE))
        tau = float(np.exp(rng.uniform(np.log(1.5), np.log(4 * n_max))))
        forgets = cause == "recall_failure" or rng.random() < 0.3
        kernel = str(rng.choice(OUTSIDE_KERNELS if outside else KERNELS[1:])) if forgets else "none"
        length = float(np.exp(rng.uniform(np.log(n_max / 96), np.log(0.95 * n_max))))
        start = rng.normal(-300.0, 100.0)
        numbers = np.geomspace(0.25, n_max, 1500)  # steps of half a per cent, so that n50 is no grid's
        curve = gain * grow_any(shape, recall(kernel, length, 0.0, numbers, numbers) / tau)
        peak, (full, doubled) = curve.max(), gain * grow_any(shape, np.array([n_max, 2 * n_max]) / tau)
        lost, context = full - peak, doubled - full
        clear = {
            "saturation": peak >= 200 and max(lost, context) <= 20,
            "context_full": peak >= 200 and context >= 100 and lost <= 25,
            "recall_failure": peak >= 200 and lost >= 120 and lost >= 1.5 * context,
            "no_learning": True,
        }
        if clear[cause]:
            n50, n_knee = (float(numbers[np.argmax(curve >= share * peak)]) for share in (0.5, 0.9))
            truth = {"n50": n50, "n_knee": n_knee, "ceiling": start + peak, "loss_recall": lost}
            return cause, Planted(start, gain, shape, tau, kernel, length, filler), truth
