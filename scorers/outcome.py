"""The ways a game can end, and what each is worth to the player.

A game ends over the board (`win`, `draw`, `loss`), by the player's own forfeit (four kinds, all worth 0), or
by a fault of the infrastructure (`error`, not scored at all). The four forfeits have one price but are
counted apart, because an illegal move, a reply nobody can read, a reply that ran out of tokens and a refusal
ask for different remedies.
"""

from __future__ import annotations

import math
from enum import StrEnum


class Outcome(StrEnum):
    """How one game ended, seen from the player; each value is the string stored in records and tables."""

    WIN = "win"
    DRAW = "draw"
    LOSS = "loss"
    FORFEIT_ILLEGAL = "forfeit_illegal"
    FORFEIT_UNREADABLE = "forfeit_unreadable"
    FORFEIT_TRUNCATED = "forfeit_truncated"
    FORFEIT_REFUSED = "forfeit_refused"
    ERROR = "error"


class Reading(StrEnum):
    """How one answer of the player was read: a legal `move`, or one of the four failures."""

    MOVE = "move"
    ILLEGAL = "illegal"
    UNREADABLE = "unreadable"
    TRUNCATED = "truncated"
    REFUSED = "refused"


FORFEITS: frozenset[Outcome] = frozenset(
    {
        Outcome.FORFEIT_ILLEGAL,
        Outcome.FORFEIT_UNREADABLE,
        Outcome.FORFEIT_TRUNCATED,
        Outcome.FORFEIT_REFUSED,
    }
)

_FORFEIT_OF_READING = {
    Reading.ILLEGAL: Outcome.FORFEIT_ILLEGAL,
    Reading.UNREADABLE: Outcome.FORFEIT_UNREADABLE,
    Reading.TRUNCATED: Outcome.FORFEIT_TRUNCATED,
    Reading.REFUSED: Outcome.FORFEIT_REFUSED,
}
_OUTCOME_OF_POINTS = {1.0: Outcome.WIN, 0.5: Outcome.DRAW, 0.0: Outcome.LOSS}
_POINTS_OF_OUTCOME = {outcome: points for points, outcome in _OUTCOME_OF_POINTS.items()}


def parse_outcome(text: str) -> Outcome:
    """Read an outcome from its stored string; raises `ValueError` for any other string."""
    try:
        return Outcome(text)
    except ValueError:
        known = ", ".join(Outcome)
        raise ValueError(f"unknown outcome {text!r}; use one of {known}") from None


def is_forfeit(outcome: str) -> bool:
    """Tell whether the player lost by its own forfeit; raises `ValueError` for an unknown outcome."""
    return parse_outcome(outcome) in FORFEITS


def is_scored(outcome: str) -> bool:
    """Tell whether the game counts at all: every outcome does except `error`."""
    return parse_outcome(outcome) is not Outcome.ERROR


def score_outcome(outcome: str) -> float:
    """Return the player's points: 1, 0.5 or 0; forfeits 0; NaN for `error`, which is not scored."""
    parsed = parse_outcome(outcome)
    if parsed is Outcome.ERROR:
        return math.nan
    return _POINTS_OF_OUTCOME.get(parsed, 0.0)


def classify_points(points: float) -> Outcome:
    """Name a game that ended over the board from the player's points (1, 0.5, 0); else raises
    `ValueError`.
    """
    try:
        return _OUTCOME_OF_POINTS[float(points)]
    except KeyError:
        raise ValueError(f"points of a finished game must be 1, 0.5 or 0, not {points!r}") from None


def classify_forfeit(reading: str) -> Outcome:
    """Name the forfeit that follows from the last failed answer's reading.

    `reading` is "illegal", "unreadable", "truncated" or "refused": the retries are spent and the last
    answer's fault names the forfeit. Raises `ValueError` for "move" (a legal answer forfeits nothing) and for
    unknown readings.
    """
    try:
        return _FORFEIT_OF_READING[Reading(reading)]
    except (KeyError, ValueError):
        known = ", ".join(_FORFEIT_OF_READING)
        raise ValueError(f"reading {reading!r} is not a failed answer; use one of {known}") from None
