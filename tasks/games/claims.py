"""Claims: a small closed language of what can be true of a move or a position, decided by the rules alone.

A claim is data, never code. Nothing here values a position: what a claim says follows from legal moves, from what a
move does, and from how a game can end on the very next move.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

State = NDArray[np.uint64]

OF_MOVES = ("legal", "wins", "draws", "ends", "captures", "loses_in_one")
OF_POSITIONS = ("turn", "options", "can_win")
CONNECTIVES = ("not", "all", "any")
COUNTED = ("captures", "options")
CLAIMS = (*OF_MOVES, *OF_POSITIONS, *CONNECTIVES)
MOST_PARTS = 8
DEEPEST = 3
MOST_COUNTED = 999
ILLEGAL = -1
"""Stands for a move that is not legal."""
_KEYS = {**dict.fromkeys(COUNTED, "count"), "turn": "side", **dict.fromkeys(CONNECTIVES, "of")}


class ClaimError(ValueError):
    """What is no claim of the language."""


@dataclass(frozen=True)
class Claim:
    """One claim by its `name`, one of `CLAIMS`, with its number, its side (0 X, 1 O) or the claims that it joins."""

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


class Situation:
    """A position with its legal moves, of which claims are true or false.

    `tables` are the kernel's record of the rules. A game that is over has no legal moves.
    """

    def __init__(self, tables: Any, state: State) -> None:
        from quickstudy.tasks.games.kernel import successors

        self.state = state
        self._tables = tables
        legal, after = successors(tables, state)
        self.options = {int(move): after[i] for i, move in enumerate(legal)}

    @property
    def mover(self) -> int:
        """Who is to act: 0 X, 1 O."""
        return int(self.state[5])

    @cached_property
    def _wins(self) -> bool:
        return any(_winner(after) == self.mover for after in self.options.values())

    def holds(self, claim: Claim, move: int | None = None) -> bool:
        """Whether a claim is true, of a packed move where it is about one; nothing of `OF_MOVES` is true of `ILLEGAL`.

        Raises ClaimError for a claim about a move without one.
        """
        if claim.name in CONNECTIVES:
            found = [self.holds(part, move) for part in claim.parts]
            return not found[0] if claim.name == "not" else all(found) if claim.name == "all" else any(found)
        if claim.name in OF_POSITIONS:
            return self._check_position(claim)
        if move is None:
            raise ClaimError(f"{claim.name} is a claim about a move")
        after = self.options.get(move)
        return after is not None and _OF_MOVES[claim.name](self, after, claim)

    def find_moves(self, claim: Claim) -> list[int]:
        """The legal moves for which a claim is true."""
        return [move for move in self.options if self.holds(claim, move)]

    def _check_position(self, claim: Claim) -> bool:
        if claim.name == "turn":
            return bool(self.options) and self.mover == claim.side
        return len(self.options) == claim.count if claim.name == "options" else self._wins

    def _captured(self, after: State) -> int:
        """How many pieces fewer the opponent has."""
        other = 1 - self.mover
        return int(self.state[other]).bit_count() - int(after[other]).bit_count()

    def _loses(self, after: State) -> bool:
        """Whether the opponent is to act and can win at once."""
        if after[7] or int(after[5]) == self.mover:
            return False
        return Situation(self._tables, after)._wins


def _winner(state: State) -> int | None:
    result = int(state[7])
    return result - 1 if result in (1, 2) else None


_OF_MOVES: dict[str, Callable[[Situation, State, Claim], bool]] = {
    "legal": lambda situation, after, claim: True,
    "wins": lambda situation, after, claim: _winner(after) == situation.mover,
    "draws": lambda situation, after, claim: int(after[7]) == 3,
    "ends": lambda situation, after, claim: bool(after[7]),
    "captures": lambda situation, after, claim: situation._captured(after) == claim.count,
    "loses_in_one": lambda situation, after, claim: situation._loses(after),
}
