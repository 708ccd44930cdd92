"""Which skill a task of a suite is on: a board game, or chess and its variants."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from quickstudy.tasks.conditions import Conditions

CHESS_TASK, CHESS_PROBE_TASK = CHESS_TASKS = ("chess_game", "chess_probe")
BOARD_TASK, BOARD_PROBE_TASK = "board_game", "board_probe"
PROBES_OF = {BOARD_TASK: BOARD_PROBE_TASK, CHESS_TASK: CHESS_PROBE_TASK}
"""By the task of games of a track, that of its probes."""


class Known(NamedTuple):
    """A skill by its name in records, the hash of its rules, and the version of its ladder."""

    name: str
    rules_hash: str
    ladder: str


def hash_rules(task: str, game: str) -> str:
    """The hash of the rules of a task's game or variant. Raises ValueError for one that is unknown."""
    if task in CHESS_TASKS:
        from quickstudy.tasks.chess_variants.variant import load_variant

        return load_variant(game).hash
    from quickstudy.tasks.games.game import load_game

    return load_game(game).rules.hash


def identify(task: str, game: str) -> Known:
    """The skill of a task on a game or variant. Raises ValueError for one that is unknown or has no ladder."""
    if task in CHESS_TASKS:
        from quickstudy.tasks.chess_variants.variant import load_variant
        from quickstudy.tasks.opponents.chess_ladder import read_chess_ladder

        variant = load_variant(game)
        return Known(variant.name, variant.hash, read_chess_ladder(variant).version)
    from quickstudy.tasks.games.game import load_game
    from quickstudy.tasks.opponents.ladder import load_ladder

    loaded = load_game(game)
    return Known(loaded.name, loaded.rules.hash, load_ladder(game).version)


def name_parameter(task: str) -> str:
    """The parameter by which a task is told its game."""
    return "variant" if task in CHESS_TASKS else "game"


def find_games_task(task: str) -> str:
    """The task of games of the track that a task is of."""
    return CHESS_TASK if task in CHESS_TASKS else BOARD_TASK


def find_study(task: str) -> type[Conditions]:
    """The kind of study that a task carries out."""
    if task in CHESS_TASKS:
        from quickstudy.tasks.chess_study import ChessStudy

        return ChessStudy
    from quickstudy.tasks.study import Study

    return Study
