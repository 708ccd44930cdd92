"""Claims: a small closed language of what can be true of a move or a position, decided by the rules alone.

A claim is data, never code. Nothing here values a position: what a claim says follows from legal moves, from what a
move does, and from how a game can end on the very next move.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, TypeVar

Move = TypeVar("Move")

OF_MOVES = ("legal", "wins", "draws", "ends", "captures", "loses_in_one")
OF_POSITIONS = ("turn", "options", "can_win")
CONNECTIVES = ("not", "all", "any")
COUNTED = ("captures", "options")
CLAIMS = (*OF_MOVES, *OF_POSITIONS, *CONNECTIVES)
MOST_PARTS = 8
DEEPEST = 3
MOST_COUNTED = 999
ILLEGAL: Any = -1
"""Stands for a move that is not legal, on every track."""
DRAWN = 2
"""The result of a game that nobody won."""
_KEYS = {**dict.fromkeys(COUNTED, "count"), "turn": "side", **dict.fromkeys(CONNECTIVES, "of")}


class ClaimError(ValueError):
    """What is no claim of the language."""


@dataclass(frozen=True)
class Claim:
    """One claim by its `name`, one of `CLAIMS`, with its number, its side or the claims that it joins.

    A side is 0 who began, 1 the other.
    """

    name: str
    count: int = 0
    side: int = 0
    parts: tuple[Claim, ...] = ()

    @property
    def of_move(self) -> bool:
        """Whether it is about a move, not about the position alone."""
        return self.name in OF_MOVES or any(part.of_move for part in self.parts)

    def leaves(self) -> Iterator[str]:
        """The names of the claims that it is made of, connectives left out."""
        if self.name not in CONNECTIVES:
            yield self.name
        for part in self.parts:
            yield from part.leaves()

    def to_json(self, sides: tuple[str, str] = ("X", "O")) -> dict[str, Any]:
        """The claim as `read_claim` reads it."""
        given: dict[str, Any] = {"claim": self.name}
        key = _KEYS.get(self.name)
        if key == "count":
            given["count"] = self.count
        elif key == "side":
            given["side"] = sides[self.side]
        elif key == "of":
            given["of"] = [part.to_json(sides) for part in self.parts]
        return given


def read_claim(given: Any, sides: tuple[str, str] = ("X", "O"), depth: int = DEEPEST) -> Claim:
    """The claim that a JSON object names. Raises ClaimError, one sentence, for what is none.

    Keys that the claim does not know are left to the caller. `sides` are the names of the two sides.
    """
    name = given.get("claim") if isinstance(given, dict) else None
    if not isinstance(name, str) or name not in CLAIMS:
        raise ClaimError(f"a claim is one of {', '.join(CLAIMS)}")
    key = _KEYS.get(name)
    value = given.get(key) if key else None
    if key == "count":
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= MOST_COUNTED:
            raise ClaimError(f"{name} needs a count from 0 to {MOST_COUNTED}")
        return Claim(name, count=value)
    if key == "side":
        if value not in sides:
            raise ClaimError(f"{name} needs a side, {' or '.join(sides)}")
        return Claim(name, side=sides.index(value))
    if key == "of":
        most = 1 if name == "not" else MOST_PARTS
        if not isinstance(value, list) or not 1 <= len(value) <= most:
            raise ClaimError(f"{name} joins a list of 1 to {most} claims")
        if depth <= 1:
            raise ClaimError(f"claims are nested deeper than {DEEPEST}")
        return Claim(name, parts=tuple(read_claim(part, sides, depth - 1) for part in value))
    return Claim(name)


class Situation(ABC, Generic[Move]):
    """A position with its legal moves, of which claims are true or false.

    `options` are the legal moves as the track has them; a game that is over has none.
    """

    options: Sequence[Move]

    @property
    @abstractmethod
    def mover(self) -> int:
        """Who is to act: 0 who began, 1 the other."""

    @abstractmethod
    def read_move(self, text: str) -> Move | None:
        """The legal move that a text names in the game's own notation, or None."""

    @abstractmethod
    def write_move(self, move: Move) -> str:
        """A legal move in the game's own notation."""

    @abstractmethod
    def find_result(self, move: Move) -> int | None:
        """How a legal move ends the game: 0 or 1 for who wins, `DRAWN`; None where it goes on."""

    @abstractmethod
    def count_captured(self, move: Move) -> int:
        """How many pieces fewer the opponent has on the board after a legal move."""

    @abstractmethod
    def follow(self, move: Move) -> Situation[Move]:
        """The situation after a legal move."""

    def wins(self, move: Move) -> bool:
        """Whether a legal move wins at once for whoever makes it."""
        return self.find_result(move) == self.mover

    @cached_property
    def can_win(self) -> bool:
        """Whether the side to act has a move that wins at once."""
        return any(map(self.wins, self.options))

    def holds(self, claim: Claim, move: Move | None = None) -> bool:
        """Whether a claim is true, of a move where it is about one; nothing of `OF_MOVES` is true of `ILLEGAL`.

        Raises ClaimError for a claim about a move without one.
        """
        if claim.name in CONNECTIVES:
            found = [self.holds(part, move) for part in claim.parts]
            return not found[0] if claim.name == "not" else all(found) if claim.name == "all" else any(found)
        if claim.name in OF_POSITIONS:
            return self._check_position(claim)
        if move is None:
            raise ClaimError(f"{claim.name} is a claim about a move")
        return move in self.options and self._check_move(claim, move)

    def find_moves(self, claim: Claim) -> list[Move]:
        """The legal moves for which a claim is true."""
        return [move for move in self.options if self.holds(claim, move)]

    def _check_position(self, claim: Claim) -> bool:
        if claim.name == "turn":
            return len(self.options) > 0 and self.mover == claim.side
        return len(self.options) == claim.count if claim.name == "options" else self.can_win

    def _check_move(self, claim: Claim, move: Move) -> bool:
        if claim.name == "legal":
            return True
        if claim.name == "wins":
            return self.wins(move)
        if claim.name == "captures":
            return self.count_captured(move) == claim.count
        if claim.name == "loses_in_one":
            after = self.follow(move)
            return after.mover != self.mover and after.can_win
        result = self.find_result(move)
        return result == DRAWN if claim.name == "draws" else result is not None
