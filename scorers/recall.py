"""Recall kernels: how much of each example in a window counts, by its place and the window's length.

A learner that sees m informative examples may use fewer: those that it recalls. Their number, the effective n, is the
sum over the informative examples of a kernel's weight, which depends on the example's distance from the end, its place
or the length of the window. All lengths are in example slots.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from quickstudy.scorers.scale import FloatArray

Layout = Literal["plain", "early", "middle", "late", "filler", "duplicate"]
PADDED: tuple[Layout, ...] = ("early", "middle", "late", "filler")
LAYOUTS: tuple[Layout, ...] = ("plain", *PADDED, "duplicate")  # duplicates are a diagnostic, and no evidence on curves
KERNELS = ("none", "recency", "decay", "primacy", "dilution", "dilution2", "dilution4", "edges")
LENGTHS = 16
SHORTEST, LONGEST = 1 / 96, 0.95  # of n_max
_DROP = 0.95  # what `edges` loses in the middle of a long window


@dataclass(frozen=True)
class View:
    """What is in view: `m` informative examples at a place (`layout`) among `slots` examples in all.

    Of the layout `duplicate` they are repeated until all slots are filled.
    """

    layout: Layout
    m: int
    slots: int

    @classmethod
    def plain(cls, n: int) -> View:
        """The first n examples and nothing else."""
        return cls("plain", n, n)

    @property
    def name(self) -> str:
        """A name for files and samples: n16, middle-m8-slots64."""
        return f"n{self.m}" if self.layout == "plain" else f"{self.layout}-m{self.m}-slots{self.slots}"

    @property
    def start(self) -> float:
        """The slot in which the informative examples begin."""
        room = self.slots - self.m
        return {"early": 0.0, "middle": room / 2, "late": float(room)}.get(self.layout, 0.0)


def kernel_lengths(n_max: int) -> FloatArray:
    """The lengths (K,) that each kernel but `none` is tried with, from a hundredth of `n_max` to nearly all of it."""
    return np.geomspace(SHORTEST * n_max, LONGEST * n_max, LENGTHS)


def count_recalled(kernel: str, length: ArrayLike, start: ArrayLike, m: ArrayLike, slots: ArrayLike) -> FloatArray:
    """The effective n of `m` informative examples from slot `start` on, in a window of `slots` (arrays broadcast).

    With d the examples after one, p those before it, L the slots, x the place from 0 to 1 and W the kernel's `length`:
    `recency` counts examples with d < W, `decay` exp(-d/W), `primacy` those with p < W, `dilution` 1/(1 + (L/W)^k) with
    k = 1, 2, 4, and `edges` (lost in the middle) 1 - 0.95 min(1, L/W) (1 - |2x - 1|^3).
    """
    width, first, count, room = np.broadcast_arrays(
        *(np.asarray(value, dtype=np.float64) for value in (length, start, m, slots))
    )
    last = first + count
    if kernel == "none":
        return np.array(count)
    if kernel == "recency":
        return np.asarray(np.clip(last - np.maximum(first, room - width), 0.0, None))
    if kernel == "primacy":
        return np.asarray(np.clip(np.minimum(last, width) - first, 0.0, None))
    if kernel == "decay":
        return np.asarray(np.exp((last - room) / width) * np.expm1(-count / width) / np.expm1(-1.0 / width))
    if kernel.startswith("dilution"):
        return np.asarray(count / (1.0 + (room / width) ** float(kernel.removeprefix("dilution") or 1)))
    if kernel == "edges":
        safe = np.maximum(room, 1.0)
        kept = sum(sign * _fourth(2.0 * end / safe - 1.0) for sign, end in ((1.0, last), (-1.0, first))) * safe / 8.0
        return np.asarray(count - _DROP * np.minimum(1.0, room / width) * (count - kept))
    raise ValueError(f"unknown recall kernel {kernel!r}: choose one of {', '.join(KERNELS)}")


def _fourth(x: FloatArray) -> FloatArray:
    """The antiderivative of 4 |x|^3."""
    return np.asarray(np.sign(x) * x**4)


def effective_window(kernel: str, length: float, n_max: int, sizes: int = 64) -> float:
    """The longest window, up to `n_max` slots, of which every place is recalled at least by half (0: none is)."""
    if kernel == "none":
        return float(n_max)
    slots = np.geomspace(1.0, n_max, sizes)[:, None]
    starts = np.linspace(0.0, 1.0, 65)[None, :] * np.maximum(slots - 1.0, 0.0)
    recalled = count_recalled(kernel, length, starts, 1.0, slots).min(axis=1) >= 0.5
    return float(slots[recalled].max()) if recalled.any() else 0.0
