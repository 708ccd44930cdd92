"""Strength from probes: the mean regret of a player's answers, mapped to Elo by what a ladder's levels lose.

A probe is a position whose every legal move is valued; regret is the win probability that an answer loses against the
best move. Mean regret falls with strength, but in a way of its own for each game, so the mapping is fitted on the
levels that answered the same probes: a monotone interpolation (PCHIP) of Elo over the logarithm of mean regret. A level
of another style lies off the curve; how far, leaving out one level at a time, is the mapping's own error.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.interpolate import PchipInterpolator
from scipy.special import stdtrit

from quickstudy.scorers.scale import SCALE, Z95, FloatArray

SIGMA_MAP = 25.0
"""Elo; the mapping's error where a ladder has too few levels to measure it."""
LARGEST_Z = 2.0
ANSWERED = "answered"
"""Outcome of a probe that was answered with a legal move; all others are forfeits (see `outcome`)."""
_LEAST = 1e-4
_FLOOR = 0.5  # of the variance of independent answers


@dataclass(frozen=True)
class ProbeMapping:
    """From mean regret to Elo: `log_regret` (K,) falls where `ratings` (K,) rise; `sigma` is its own error in Elo."""

    log_regret: FloatArray
    ratings: FloatArray
    sigma: float

    def elo(self, regret: float) -> float:
        """Elo of a mean regret; beyond the ladder's ends the line through them and the next goes on."""
        return float(self._curve(np.log(max(regret, _LEAST))))

    def slope(self, regret: float) -> float:
        """Elo by which strength falls for each unit of mean regret; negative."""
        x = np.log(max(regret, _LEAST))
        return float((self._curve(x + 1e-4) - self._curve(x - 1e-4)) / 2e-4 / np.exp(x))

    def flag(self, regret: float) -> Literal["", "below_floor", "above_top"]:
        """Whether a mean regret is worse or better than that of all levels."""
        x = np.log(max(regret, _LEAST))
        return "below_floor" if x > self.log_regret[0] else "above_top" if x < self.log_regret[-1] else ""

    def _curve(self, x: float) -> float:
        xs, ys = self.log_regret, self.ratings
        if x > xs[0]:
            return float(ys[0] + (x - xs[0]) * (ys[1] - ys[0]) / (xs[1] - xs[0]))
        if x < xs[-1]:
            return float(ys[-1] + (x - xs[-1]) * (ys[-1] - ys[-2]) / (xs[-1] - xs[-2]))
        return float(PchipInterpolator(xs[::-1], ys[::-1])(x))


def fit_mapping(regrets: ArrayLike, ratings: ArrayLike) -> ProbeMapping:
    """Fit the mapping on the levels of a ladder.

    `regrets` (L,) are the mean regrets of the levels on the probes, `ratings` (L,) their Elo. Levels whose regret does
    not fall with their rating are pooled with their neighbours (isotonic regression), so the curve is monotone.
    Raises `ValueError` where fewer than two different points are left or shapes disagree.
    """
    loss, elo = np.asarray(regrets, dtype=np.float64), np.asarray(ratings, dtype=np.float64)
    if loss.shape != elo.shape or loss.ndim != 1:
        raise ValueError(f"{loss.shape} regrets and {elo.shape} ratings do not belong to the same levels")
    if (loss < 0).any() or not np.isfinite(loss).all() or not np.isfinite(elo).all():
        raise ValueError("regrets of levels are finite and not negative, ratings finite")
    points = _pool(np.log(np.maximum(loss, _LEAST)), elo)
    if len(points[0]) < 2:
        raise ValueError("mean regret does not fall with the rating of the levels: these probes measure no strength")
    off = leave_one_out(loss, elo)
    sigma = float(np.sqrt(np.mean(off**2))) if len(off) >= 2 else SIGMA_MAP
    return ProbeMapping(*points, sigma)


def leave_one_out(regrets: ArrayLike, ratings: ArrayLike) -> FloatArray:
    """Mapped minus true Elo of each level but the two at the ends, mapped by the others alone, in order of rating."""
    loss, elo = np.asarray(regrets, dtype=np.float64), np.asarray(ratings, dtype=np.float64)
    order = np.argsort(elo, kind="stable")
    x, y = np.log(np.maximum(loss[order], _LEAST)), elo[order]
    differences = []
    for i in range(1, len(y) - 1):
        others = _pool(np.delete(x, i), np.delete(y, i))
        if len(others[0]) >= 2:
            differences.append(ProbeMapping(*others, 0.0).elo(float(np.exp(x[i]))) - y[i])
    return np.array(differences)


def _pool(x: FloatArray, y: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Points in order of y with x strictly falling: neighbours that violate it become their mean."""
    blocks: list[list[float]] = []
    for i in np.argsort(y, kind="stable"):
        blocks.append([float(x[i]), float(y[i]), 1.0])
        while len(blocks) > 1 and blocks[-1][0] >= blocks[-2][0]:
            one, two = blocks.pop(), blocks.pop()
            size = one[2] + two[2]
            blocks.append([(one[j] * one[2] + two[j] * two[2]) / size for j in (0, 1)] + [size])
    return np.array([block[0] for block in blocks]), np.array([block[1] for block in blocks])


class ProbeStrength(NamedTuple):
    """Strength from probes: mean regret with its standard error, Elo with its 95 % interval.

    `se` is the error of the answers alone, in Elo, and `per_game` the answers that tell as much as one game against an
    equal opponent. What cannot be said is `None`. `flag` says that the whole interval lies below the ladder
    (`below_floor`), or that no level loses as little (`above_top`): then `elo` is `None` too, and only the inner bound
    is given.
    """

    regret: float | None
    se_regret: float | None
    low_regret: float | None
    high_regret: float | None
    elo: float | None
    low: float | None
    high: float | None
    se: float | None
    flag: Literal["", "below_floor", "above_top"]
    probes: int
    clusters: int
    per_game: float | None


def estimate_mean(values: ArrayLike, sets: Sequence[Hashable]) -> tuple[float, float, int]:
    """The mean of answers' values (regrets, say), its standard error by example set and the number of sets.

    With one set the answers are taken as independent. The variance is at least half of what independent answers would
    have, because few sets can agree by luck. Raises `ValueError` where there are fewer than two answers.
    """
    found = np.asarray(values, dtype=np.float64)
    if len(found) < 2 or len(found) != len(sets):
        raise ValueError("give at least two answers, and the example set of each")
    mean, names = float(found.mean()), sorted({str(name) for name in sets})
    index = np.array([names.index(str(name)) for name in sets]) if len(names) > 1 else np.arange(len(found))
    surplus = np.bincount(index, weights=found - mean)
    size = len(surplus)
    variance = float((surplus**2).sum() * size / (size - 1)) / len(found) ** 2
    floor = _FLOOR * float(found.var(ddof=1)) / len(found)
    return mean, max(variance, floor) ** 0.5, len(names)


def estimate_probe_strength(
    regrets: ArrayLike, sets: Sequence[Hashable], mapping: ProbeMapping | None
) -> ProbeStrength:
    """Estimate strength from the regrets of legal answers.

    `regrets` (B,) of the answers, `sets` (B) their example sets. The interval is that of the mean regret (Student's t
    over the sets) carried through the mapping's slope, with the mapping's own error added in squares. Without a
    mapping, and with fewer than two answers, there is no Elo.
    """
    loss = np.asarray(regrets, dtype=np.float64)
    if len(loss) < 2:
        mean = float(loss[0]) if len(loss) else None
        return ProbeStrength(mean, None, None, None, None, None, None, None, "", len(loss), len(loss), None)
    regret, se_regret, clusters = estimate_mean(loss, sets)
    t = float(stdtrit((clusters if clusters > 1 else len(loss)) - 1, 0.975))
    known = (regret, se_regret, max(regret - t * se_regret, 0.0), min(regret + t * se_regret, 1.0))
    if mapping is None:
        return ProbeStrength(*known, None, None, None, None, "", len(loss), clusters, None)
    elo, slope = mapping.elo(regret), mapping.slope(regret)
    se = abs(slope) * se_regret
    reach = float(np.hypot(t * se, Z95 * mapping.sigma))
    low, high, flag = elo - reach, elo + reach, mapping.flag(regret)
    if flag == "below_floor" and high >= mapping.ratings[0]:
        flag = ""
    return ProbeStrength(
        *known,
        elo=None if flag else elo,
        low=None if flag == "below_floor" else low,
        high=None if flag == "above_top" else high,
        se=se,
        flag=flag,
        probes=len(loss),
        clusters=clusters,
        per_game=None if flag else exchange_rate(slope, float(loss.var(ddof=1))),
    )


def exchange_rate(slope: float, variance: float) -> float:
    """Probes that tell as much as one game against an equal opponent.

    `slope` is Elo per unit of regret, `variance` that of one answer's regret. A game's information is 1 / (4 s^2).
    """
    return variance * slope**2 / (4.0 * SCALE**2)


def disagreement(elo_probes: float, se_probes: float, elo_games: float, se_games: float, sigma: float) -> float:
    """z: how far the Elo from probes lies above the Elo from games, in standard errors (sigma is the mapping's)."""
    return float((elo_probes - elo_games) / np.sqrt(se_probes**2 + se_games**2 + sigma**2))
