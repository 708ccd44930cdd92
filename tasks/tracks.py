"""Tracks: families of games with tasks of their own, board games and chess, and which one a game belongs to."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from quickstudy.tasks.strict_json import name_missing, read_object

if TYPE_CHECKING:
    from quickstudy.tasks.challenge import RecordedSkill
    from quickstudy.tasks.conditions import Conditions
    from quickstudy.tasks.examples.probe_sets import ProbeSet
    from quickstudy.tasks.opponents.ladder import Ladder


class Known(NamedTuple):
    """A game by its name in records, and the hash of its rules."""

    name: str
    rules_hash: str


class Track(ABC):
    """How the games of a track are found by a name or the path of a spec.

    Its tasks are named `prefix` and what is done, as in `board_game`, and are told their game by `parameter`.
    """

    prefix: str
    parameter: str

    @abstractmethod
    def identify(self, game: str) -> Known:
        """A game of the track. Raises ValueError for one that is unknown."""

    @abstractmethod
    def read_ladder(self, game: str) -> Ladder:
        """The ladder of a game. Raises LadderError where it has none, EngineFault where there is no engine for it."""

    @abstractmethod
    def find_ladder(self, game: str, version: str) -> Ladder:
        """The ladder of a game by which games of a ladder's version are rated. Needs no engine. Raises LadderError."""

    @abstractmethod
    def load_probes(self, game: str) -> ProbeSet:
        """The probes of a game. Raises ProbeError where it has none of its ladder, EngineFault as `read_ladder`."""

    @abstractmethod
    def find_study(self) -> type[Conditions]:
        """The kind of study of the track."""

    @abstractmethod
    def build_skill(self, game: str, cell: Mapping[str, Any]) -> RecordedSkill:
        """A game as it is played under the conditions of a cell."""

    @abstractmethod
    def list_rings(self, game: str) -> tuple[str, ...]:
        """The rings in which notes on a game can be read."""

    def find_unfit(self, game: str, conditions: Mapping[str, Any]) -> str:
        """Why a game cannot be played under task parameters that other games can have; "" where it can."""
        return ""


class _Boards(Track):
    prefix, parameter = "board_", "game"

    def identify(self, game: str) -> Known:
        from quickstudy.tasks.games.game import load_game

        loaded = load_game(game)
        return Known(loaded.name, loaded.rules.hash)

    def read_ladder(self, game: str) -> Ladder:
        from quickstudy.tasks.opponents.ladder import load_ladder

        return load_ladder(game)

    def find_ladder(self, game: str, version: str) -> Ladder:
        return self.read_ladder(game)

    def load_probes(self, game: str) -> ProbeSet:
        from quickstudy.tasks.examples.probes import load_probes
        from quickstudy.tasks.games.game import load_game

        return load_probes(load_game(game))

    def find_study(self) -> type[Conditions]:
        from quickstudy.tasks.study import Study

        return Study

    def list_rings(self, game: str) -> tuple[str, ...]:
        from quickstudy.tasks.study import Study

        return Study.rings

    def build_skill(self, game: str, cell: Mapping[str, Any]) -> RecordedSkill:
        from quickstudy.tasks.game_challenge import GameSkill
        from quickstudy.tasks.games.game import load_game

        return GameSkill(load_game(game), bool(cell["legal_moves"]), int(cell["wording"]), int(cell["skin"]))


class _Chess(Track):
    prefix, parameter = "chess_", "variant"

    def identify(self, game: str) -> Known:
        from quickstudy.tasks.chess_variants.variant import load_variant

        variant = load_variant(game)
        return Known(variant.name, variant.hash)

    def read_ladder(self, game: str) -> Ladder:
        from quickstudy.tasks.chess_variants.variant import load_variant
        from quickstudy.tasks.opponents.chess_ladder import read_chess_ladder

        return read_chess_ladder(load_variant(game))

    def find_ladder(self, game: str, version: str) -> Ladder:
        from quickstudy.tasks.chess_variants.variant import load_variant
        from quickstudy.tasks.opponents.chess_ladder import find_chess_ladder

        return find_chess_ladder(load_variant(game), version)

    def load_probes(self, game: str) -> ProbeSet:
        from quickstudy.tasks.chess_variants.variant import load_variant
        from quickstudy.tasks.examples.chess_probes import load_chess_probes

        return load_chess_probes(load_variant(game))

    def find_study(self) -> type[Conditions]:
        from quickstudy.tasks.chess_study import ChessStudy

        return ChessStudy

    def list_rings(self, game: str) -> tuple[str, ...]:
        from quickstudy.tasks.chess_study import list_chess_rings
        from quickstudy.tasks.chess_variants.variant import load_variant

        return list_chess_rings(load_variant(game))

    def build_skill(self, game: str, cell: Mapping[str, Any]) -> RecordedSkill:
        from quickstudy.tasks.chess_challenge import ChessSkill
        from quickstudy.tasks.chess_variants.variant import load_variant

        told = bool(cell["legal_moves"]), int(cell["wording"])
        return ChessSkill(load_variant(game), *told, skin_number=int(cell["skin"]))

    def find_unfit(self, game: str, conditions: Mapping[str, Any]) -> str:
        from quickstudy.tasks.chess_study import find_unfit
        from quickstudy.tasks.chess_variants.variant import load_variant

        variant = load_variant(game)
        found = ((name, find_unfit(variant, name, value)) for name, value in conditions.items())
        return next((f"{name}: {reason}" for name, reason in found if reason), "")


BOARDS, CHESS = _Boards(), _Chess()


def find_track(game: str) -> Track:
    """The track of a game's name, or of a spec's path by what the file holds.

    Raises ValueError, listing all games, for what is neither; a file that is no spec is left to board games to refuse.
    """
    from quickstudy.tasks.chess_variants.variant import list_variants
    from quickstudy.tasks.games.game import SIBLING, list_games

    name = game.removesuffix(SIBLING)
    if name in list_variants():
        return CHESS
    if name in list_games():
        return BOARDS
    path = Path(name)
    if path.suffix == ".json" and path.is_file():
        try:
            keys = set(read_object(path))
        except (OSError, ValueError):
            return BOARDS
        return CHESS if "board" not in keys and keys & {"pieces", "rows"} else BOARDS
    if path.suffix == ".json":
        raise ValueError(name_missing(path))
    raise ValueError(
        f"unknown game {game!r}: choose one of {', '.join(list_games())}, a variant of chess "
        f"({', '.join(list_variants())}), or give the path of a spec file (.json)"
    )


def split_task(task: str) -> tuple[Track | None, str]:
    """The track of a task, None for one of all tracks, and what is done, as in `game`, `probe`, `replay`, `memory`."""
    track = next((track for track in (BOARDS, CHESS) if task.startswith(track.prefix)), None)
    return track, task.removeprefix(track.prefix) if track else task


def name_parameter(task: str) -> str:
    """The parameter by which a task is told its game."""
    track, _ = split_task(task)
    return (track or BOARDS).parameter
