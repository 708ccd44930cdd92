"""Chess and its variants as a contest: levels play each other from short random openings, and the rules end games."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

import chess

from quickstudy.tasks.opponents import chess_engine, chess_levels
from quickstudy.tasks.opponents.chess_engine import Variant
from quickstudy.tasks.opponents.chess_levels import CHESS_LEVELS, ChessLevel, choose_chess_move
from quickstudy.tasks.opponents.engine_choice import EngineChoice, choose_engine

VERSION = "chess-1"
"""Version of the method by which ladders of chess variants are made."""

OPENING = 4  # random plies; in chess 197,281 openings
RANDOM = CHESS_LEVELS["random"]


class Board(Protocol):
    """A position, as a contest sees it."""

    @property
    def moves(self) -> list[str]:
        """The moves so far in UCI."""

    @property
    def fen(self) -> str:
        """The position in Forsyth-Edwards notation."""

    @property
    def turn(self) -> int:
        """Who is to move: 0 White, 1 Black."""

    @property
    def result(self) -> int | None:
        """0 White won, 1 Black won, 2 a draw; None of a game in progress."""

    def list_moves(self) -> Sequence[str]:
        """The legal moves in UCI; none of a game that is over."""

    def push(self, move: str) -> None:
        """Make a legal move."""


class ChessVariant(Protocol):
    """A variant, as a contest sees it."""

    @property
    def name(self) -> str:
        """Its name in the catalogue."""

    @property
    def for_engine(self) -> Variant:
        """What the engine is told."""

    @property
    def starts(self) -> int:
        """The number of start positions."""

    def start(self, number: int = 0) -> Board:
        """A new game from the start position of that number."""


class ChessContest:
    """A chess variant as a contest, with the engine that plays it (by default the published one, or the user's)."""

    ply_cost = 40.0

    def __init__(self, variant: ChessVariant, choice: EngineChoice | None = None) -> None:
        self.variant, self.name, self.choice = variant, variant.name, choice or choose_engine()

    @property
    def version(self) -> str:
        """The method's version; ladders of other engines than the published one have versions of their own."""
        return self.choice.label + VERSION

    @cached_property
    def rules_hash(self) -> str:
        """The hash of the rules, as `hash_rules`."""
        return hash_rules(self.variant.for_engine)

    def play(self, first: ChessLevel, second: ChessLevel, seed: int) -> tuple[int, int]:
        """Play a game, `first` with White. Raises EngineFault, and then there is no result."""
        position = self.variant.start(seed // 2 % self.variant.starts)
        fen, players = position.fen, (first, second)
        while legal := position.list_moves():
            level = RANDOM if len(position.moves) < OPENING else players[position.turn]
            move = choose_chess_move(self.variant.for_engine, fen, position.moves, legal, level, seed, self.choice)
            position.push(move)
        result = position.result
        if result is None:
            raise AssertionError(f"{self.name}: no legal move and no result at {position.fen}")
        return result + 1, len(position.moves)

    def list_causes(self) -> list[str | bytes]:
        """Rules, openings, the engine's hash, and the sources and the release of what plays."""
        modules = (type(self.variant.start()).__module__, chess_engine.__name__, chess_levels.__name__, __name__)
        sources = [Path(str(sys.modules[name].__file__)).read_bytes() for name in modules]
        return [self.rules_hash, str(OPENING), self.choice.digest, chess.__version__, *sources]

    def describe(self) -> dict[str, Any]:
        """The engine and the length of openings."""
        return {"engine": self.choice.describe(), "opening_plies": OPENING}


def hash_rules(variant: Variant) -> str:
    """SHA-256 (hexadecimal) of a variant as the engine plays it; how its rules are worded does not count."""
    return hashlib.sha256("\n".join([variant.name, variant.start_fen, variant.ini]).encode()).hexdigest()
