"""Recall efficiency: what m examples are worth in their place in a long window, as a share of what they are alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from quickstudy.scorers.recall import View
from quickstudy.scorers.scale import Z95


class Ratio(NamedTuple):
    """A ratio with its 95 % interval."""

    value: float
    low: float
    high: float


def divide(a: float, se_a: float, b: float, se_b: float, z: float = Z95, *, covariance: float = 0.0) -> Ratio | None:
    """The ratio a / b of two normal estimates, independent or with a covariance; None where b may be 0.

    Fieller's interval holds all r for which a - r b is within `z` of its standard errors from 0 (Fieller 1954). It is
    bounded only where b is further than `z` from 0; else nothing is said.
    """
    spread = z**2 * se_b**2
    if b**2 <= spread:
        return None
    middle, wide = a * b - z**2 * covariance, b**2 - spread
    root = max(middle**2 - wide * (a**2 - z**2 * se_a**2), 0.0) ** 0.5
    return Ratio(a / b, (middle - root) / wide, (middle + root) / wide)


def measure_recall(views: Sequence[View], elo: Sequence[float], se: Sequence[float]) -> dict[str, Ratio]:
    """The recall efficiency of each place (`early`, `middle`, `late`) whose cells there are.

    It is (S(m examples there) - S(filler alone)) / (S(m examples alone) - S(no examples)), each S a cell's strength in
    Elo with its standard error. Of several m or slots the largest count. A place is left out where a cell is missing
    or where m examples alone add nothing that is certain.
    """
    cells = {view: (y, error) for view, y, error in zip(views, elo, se, strict=True)}
    start, found = cells.get(View.plain(0)), dict[str, Ratio]()
    for view, (y, error) in sorted(cells.items(), key=lambda cell: (cell[0].slots, cell[0].m)):
        filler, alone = cells.get(View("filler", 0, view.slots)), cells.get(View.plain(view.m))
        if view.layout not in ("early", "middle", "late") or start is None or filler is None or alone is None:
            continue
        gained, se_gained = y - filler[0], (error**2 + filler[1] ** 2) ** 0.5
        worth, se_worth = alone[0] - start[0], (alone[1] ** 2 + start[1] ** 2) ** 0.5
        ratio = divide(gained, se_gained, worth, se_worth)
        if ratio is not None and worth > 0:
            found[view.layout] = ratio
    return found
