"""How many examples something is worth: the n at which the curve of examples is as strong."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

DRAWS = 4000


class Equivalent(NamedTuple):
    """The number of examples of equal strength with its 95 % interval; infinite beyond the most that were measured."""

    n: float
    low: float
    high: float


def find_equivalent(
    numbers: Sequence[int],
    elo: Sequence[float],
    se: Sequence[float],
    target: float,
    target_se: float,
    rng: np.random.Generator,
) -> Equivalent:
    """The n at which a curve of strengths `elo` (N,) at `numbers` (N,) with errors `se` (N,) reaches a `target` (Elo).

    The curve is the running maximum, linear in log2(1 + n); 0 where it begins above the target. The interval is of
    draws from the normal errors of curve and target. Raises ValueError with fewer than two numbers.
    """
    if len(numbers) < 2:
        raise ValueError("equivalent examples need strengths at two numbers of examples at least")
    x = np.log2(1.0 + np.asarray(numbers, dtype=np.float64))
    mean = np.asarray(elo, dtype=np.float64)
    drawn = mean + rng.standard_normal((DRAWS, len(x))) * np.asarray(se, dtype=np.float64)
    targets = target + target_se * rng.standard_normal(DRAWS)
    found = np.array([_reach(x, curve, wanted) for curve, wanted in zip(drawn, targets, strict=True)])
    low, high = np.quantile(found, [0.025, 0.975], method="closest_observation")
    return Equivalent(_reach(x, mean, target), float(low), float(high))


def _reach(x: np.ndarray, elo: np.ndarray, target: float) -> float:
    curve = np.maximum.accumulate(elo)
    if curve[-1] < target:
        return float("inf")
    if curve[0] >= target:
        return float(2.0 ** x[0] - 1.0)
    place = int(np.argmax(curve >= target))
    share = (target - curve[place - 1]) / (curve[place] - curve[place - 1])
    return float(2.0 ** (x[place - 1] + share * (x[place] - x[place - 1])) - 1.0)
