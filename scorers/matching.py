"""Who plays whom next: the player's opponent in a match, and the pair of levels in a ladder's calibration.

Both rules take the game that tells most: a player's next opponent has the largest expected Fisher information
under a grid posterior of its rating, and a ladder's next batch lowers its most uncertain rating's variance
most per second. Both are deterministic: equal inputs give equal choices on every machine.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from quickstudy.scorers.scale import SCALE, FloatArray, expected_score

DEFAULT_SD = 500.0
"""Elo; the wide prior of a cell of which nothing is known (statistics.md section 3)."""

BETWEEN_SETS = 60.0
"""Elo; what a posterior of one example set is widened by before it is the prior of the others. Sets differ by
a standard deviation of 40 to 80. By simulation (benchmarks/validation/adaptive.py) 20 to 100 inform alike within
a tenth of a game in 64; 60 keeps a prior from being surer than one set allows where phase 0 has many games.
"""

_STEP = 20.0  # Elo
_REACH = 5.0  # the grid covers the prior's mean ± this many sd
_QUANTA = 1_000_000  # weights are stored as whole millionths
_DECIMALS = 9  # information is compared to this many decimals, so that rounding errors cannot break a tie


@dataclass(frozen=True)
class Posterior:
    """A player's rating as weights on an even grid: `low` + `step` i in Elo, `weights` (points,) summing to
    1.

    Immutable: `update` returns a new posterior. `to_dict` rounds to whole millionths, so that a frozen prior
    of a plan has one spelling and one hash; `from_dict(p.to_dict())` is the posterior that the plan means.
    """

    low: float
    step: float
    weights: tuple[float, ...]

    @classmethod
    def normal(cls, mean: float, sd: float = DEFAULT_SD) -> Posterior:
        """Build a normal prior with `mean` and `sd` in Elo; raises `ValueError` unless both are finite and sd
        > 0.
        """
        if not (np.isfinite(mean) and np.isfinite(sd) and sd > 0.0):
            raise ValueError(f"a prior needs a finite mean and a positive sd, got {mean} and {sd}")
        step = min(_STEP, sd / 5.0)
        half = int(np.ceil(_REACH * sd / step))
        offsets = np.arange(-half, half + 1) * step
        return cls._of(mean - half * step, step, np.asarray(-0.5 * (offsets / sd) ** 2, dtype=np.float64))

    @classmethod
    def wide(cls, ratings: ArrayLike, sd: float = DEFAULT_SD) -> Posterior:
        """Build the prior of an unknown player: centred on the middle of the ladder's span, `sd` Elo wide."""
        levels = _check_ratings(ratings)
        return cls.normal(0.5 * float(levels.min() + levels.max()), sd)

    @property
    def grid(self) -> FloatArray:
        """The ratings (points,) in Elo that carry the weights."""
        return self.low + self.step * np.arange(len(self.weights), dtype=np.float64)

    @property
    def mean(self) -> float:
        """The posterior mean in Elo."""
        return float(np.asarray(self.weights) @ self.grid)

    @property
    def sd(self) -> float:
        """The posterior standard deviation in Elo."""
        return float(np.sqrt(np.asarray(self.weights) @ (self.grid - self.mean) ** 2))

    def update(self, opponent_elo: float, score: float) -> Posterior:
        """Return the posterior after one game against `opponent_elo` (Elo) with `score` 1, 0.5 or 0.

        A draw counts as half a win and half a loss. Leave forfeits and errors out: they do not tell of play
        strength. Raises `ValueError` for a score outside [0, 1] or an opponent without a finite rating.
        """
        if not 0.0 <= score <= 1.0 or not np.isfinite(opponent_elo):
            raise ValueError(f"a game needs a score in [0, 1] and a rated opponent, got {score} and {opponent_elo}")
        gap = (self.grid - opponent_elo) / SCALE
        with np.errstate(divide="ignore"):
            return self._of(self.low, self.step, np.log(self.weights) + score * gap - np.logaddexp(0.0, gap))

    def widen(self, sd: float) -> Posterior:
        """Return the posterior of a rating that differs from this one by a normal error of `sd` Elo; raises
        `ValueError` unless sd > 0.
        """
        if not (np.isfinite(sd) and sd > 0.0):
            raise ValueError(f"a posterior is widened by a positive sd, got {sd}")
        offsets = self.grid - self.low
        kernel = np.exp(-0.5 * ((offsets[:, None] - offsets) / sd) ** 2)
        return self._of(self.low, self.step, np.log(kernel @ np.asarray(self.weights)))

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON-able form, weights in whole millionths and at least one each, so that no rating is
        ruled out.
        """
        quanta = np.maximum(np.rint(np.asarray(self.weights) * _QUANTA), 1.0).astype(np.int64)
        return {"low": round(self.low, 6), "step": round(self.step, 6), "weights": quanta.tolist()}

    @classmethod
    def from_dict(cls, stored: dict[str, Any]) -> Posterior:
        """Rebuild a posterior from `to_dict`; raises `ValueError` where weights are empty or not positive."""
        quanta = np.asarray(stored["weights"], dtype=np.float64)
        if quanta.ndim != 1 or len(quanta) == 0 or not (quanta > 0.0).all():
            raise ValueError("a stored posterior needs a list of positive weights")
        return cls(float(stored["low"]), float(stored["step"]), tuple((quanta / quanta.sum()).tolist()))

    def digest(self) -> str:
        """Return the SHA-256 of the stored form, in hexadecimal: what a plan records of its frozen prior."""
        text = json.dumps(self.to_dict(), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    @classmethod
    def _of(cls, low: float, step: float, log_weight: FloatArray) -> Posterior:
        weights = np.exp(log_weight - log_weight.max())
        return cls(float(low), float(step), tuple((weights / weights.sum()).tolist()))


def freeze_prior(ratings: ArrayLike, games: Iterable[tuple[float, float]]) -> Posterior:
    """Return the prior of a cell's other matches: what the games of its first match say of the player.

    `ratings` (L,) are the ladder's in Elo, `games` pairs of opponent's Elo and score, forfeits left out. The
    first match started from the wide prior; the result is widened by `BETWEEN_SETS` and as its stored form has
    it. Raises `ValueError` as `Posterior.update` does.
    """
    posterior = Posterior.wide(ratings)
    for opponent_elo, score in games:
        posterior = posterior.update(opponent_elo, score)
    return Posterior.from_dict(posterior.widen(BETWEEN_SETS).to_dict())


def choose_level(posterior: Posterior, ratings: ArrayLike) -> int:
    """Return the index of the level whose next game tells most of the player's rating.

    `ratings` (L,) in Elo, in any order. The measure is the Fisher information p (1 - p), averaged over the
    posterior and rounded to 9 decimals; among equals the lowest-rated level is taken, and then the first.
    Raises `ValueError` for an empty ladder or ratings that are not finite.
    """
    levels = _check_ratings(ratings)
    p = expected_score(posterior.grid[:, None], levels)
    gain = np.round(np.asarray(posterior.weights) @ (p * (1.0 - p)), _DECIMALS)
    best = np.flatnonzero(gain == gain.max())
    return int(best[np.argmin(levels[best])])


def allot_games(
    ratings: ArrayLike,
    games: ArrayLike,
    seconds: ArrayLike,
    *,
    batch: int = 100,
    anchor: int = 0,
    wanted: Sequence[int] | None = None,
) -> tuple[int, int]:
    """Return the pair (i, j), i < j, of levels that should play the next `batch` games of a ladder's
    calibration.

    `ratings` (L,) are the ratings so far in Elo, `games` (L, L) the symmetric numbers of games played,
    `seconds` (L, L) the cost of one game of each pair; a pair whose cost is not finite is never chosen (so a
    band is given by infinite costs outside it). The pair is the one whose batch lowers the largest variance
    of a rating (against the anchor) most per second, among the levels `wanted` (default: all). Ties go to the
    first pair in reading order. Raises `ValueError` where no pair is allowed.
    """
    levels = _check_ratings(ratings)
    number, cost = np.asarray(games, dtype=np.float64), np.asarray(seconds, dtype=np.float64)
    size = len(levels)
    if number.shape != (size, size) or cost.shape != (size, size):
        raise ValueError(f"games and seconds must have shape {(size, size)}, got {number.shape} and {cost.shape}")
    if batch < 1 or not 0 <= anchor < size:
        raise ValueError(f"batch must be positive and anchor a level, got {batch} and {anchor}")
    rows, columns = np.triu_indices(size, 1)
    allowed = np.isfinite(cost[rows, columns])
    rows, columns = rows[allowed], columns[allowed]
    if len(rows) == 0:
        raise ValueError("no pair may play: every cost is infinite; allow neighbours at least")
    price = cost[rows, columns]
    if (price <= 0.0).any():
        raise ValueError("seconds per game must be positive")
    p = expected_score(levels[:, None], levels[None, :])
    v = p * (1.0 - p)
    weight = number * v
    # a faint prior (sd 1000 Elo) makes levels that have not played yet merely very uncertain
    precision = np.diag(weight.sum(axis=1)) - weight + (SCALE / 1000.0) ** 2 * np.eye(size)
    precision[anchor, anchor] += 1e12
    covariance = np.linalg.inv(precision)
    asked = np.arange(size) if wanted is None else np.asarray(wanted, dtype=np.intp)
    worst = int(asked[np.argmax(np.round(np.diag(covariance)[asked], _DECIMALS))])
    reach = covariance[worst, rows] - covariance[worst, columns]
    spread = covariance[rows, rows] + covariance[columns, columns] - 2.0 * covariance[rows, columns]
    told = batch * v[rows, columns]
    fall = told * reach**2 / (1.0 + told * spread) / (batch * price)
    # relative rounding, since these falls shrink as games add up
    best = int(np.argmax(np.round(fall / max(float(fall.max()), 1e-300), _DECIMALS)))
    return int(rows[best]), int(columns[best])


def _check_ratings(ratings: ArrayLike) -> FloatArray:
    levels = np.asarray(ratings, dtype=np.float64)
    if levels.ndim != 1 or len(levels) == 0 or not np.isfinite(levels).all():
        raise ValueError("ratings must be a list of finite numbers, one per level")
    return levels
