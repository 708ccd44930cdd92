"""What a calibration must know of a game: how two levels play it, and what decides how such games end."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol, TypeVar

import numpy as np

from quickstudy.tasks.examples.openings import opening_plies
from quickstudy.tasks.games.game import Game
from quickstudy.tasks.opponents.levels import Level, workspace

VERSION = "2"
"""Version of the method by which ladders of board games are made."""


class Rated(Protocol):
    """A level, as a calibration sees it."""

    @property
    def name(self) -> str:
        """The level's name."""

    @property
    def engine(self) -> str:
        """What kind of player it is; `random` is the anchor."""

    @property
    def work(self) -> float:
        """Expected cost of a move in simulations, equal on every machine."""


AnyLevel = TypeVar("AnyLevel", bound=Rated)
LevelOf = TypeVar("LevelOf", bound=Rated, contravariant=True)


class Contest(Protocol[LevelOf]):
    """A game that levels play against each other from random openings."""

    @property
    def name(self) -> str:
        """The game's name."""

    @property
    def rules_hash(self) -> str:
        """The hash of its rules."""

    @property
    def version(self) -> str:
        """Version of the method of its ladder."""

    @property
    def ply_cost(self) -> float:
        """Cost of a ply beside the levels' work, in simulations."""

    def play(self, first: LevelOf, second: LevelOf, seed: int) -> tuple[int, int]:
        """Play a game: 1 where the first to move won, 2 the second, 3 for a draw; and its plies.

        It follows from the arguments alone.
        """

    def list_causes(self) -> Sequence[str | bytes]:
        """All that decides how games end beside levels and seed: rules, openings, and the engine's sources."""

    def describe(self) -> Mapping[str, Any]:
        """What the file of its ladder says beside the ratings."""


class BoardContest:
    """A board game of the kernel as a contest."""

    version = VERSION
    ply_cost = 5.0

    def __init__(self, game: Game) -> None:
        self.game, self.name, self.rules_hash = game, game.name, game.rules.hash

    def play(self, first: Level, second: Level, seed: int) -> tuple[int, int]:
        """Play a game in the kernel."""
        from quickstudy.tasks.games.kernel import play_game

        log = np.zeros(self.game.rules.cap + 2, np.int32)
        opening = opening_plies(self.game)
        result, plies = play_game(self.game.tables, *first.setting, *second.setting, opening, seed, workspace(), log)
        return int(result), int(plies)

    def list_causes(self) -> list[str | bytes]:
        """The rules, the length of openings, and the sources of the kernel and its tables."""
        from quickstudy.tasks.games import kernel, tables

        sources = [Path(str(module.__file__)).read_bytes() for module in (kernel, tables)]
        return [self.rules_hash, str(opening_plies(self.game)), *sources]

    def describe(self) -> dict[str, Any]:
        """Nothing."""
        return {}


def hash_causes(contest: Contest[AnyLevel], levels: Sequence[AnyLevel], seed: int) -> str:
    """SHA-256 (hexadecimal) of all that decides how the games of a calibration end."""
    digest = hashlib.sha256(f"{contest.version} {seed} {levels}".encode())
    for cause in contest.list_causes():
        digest.update(b"\0" + (cause.encode() if isinstance(cause, str) else cause))
    return digest.hexdigest()
