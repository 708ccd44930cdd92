"""Likeness of games: what notes of one could still say of another, in words that both use.

Readers of notes go by names of cells and of pieces, and by what wins and what moves. So likeness has three parts of
equal weight: the board (its shape, its edges and the names of its cells), the names of the pieces, and the atoms of
the rules.
"""

from __future__ import annotations

from collections.abc import Iterable

from quickstudy.tasks.games.game import Game
from quickstudy.tasks.games.rules import Rules

_NAMED = {"name", "board", "kinds", "setup_x", "setup_o", "cap"}
_ALWAYS = ("place", "stalemate", "score")


def measure_likeness(rules: Rules, other: Rules) -> float:
    """How much of two games is the same, from 0 (nothing) to 1: the mean over board, names of pieces and atoms."""
    mine, theirs = rules.board, other.board
    board = (
        float(mine.shape == theirs.shape) + float(mine.edges == theirs.edges) + _overlap(mine.names, theirs.names)
    ) / 3.0
    pieces = _overlap((kind.name for kind in rules.kinds), (kind.name for kind in other.kinds))
    return (board + pieces + _overlap(_list_atoms(rules), _list_atoms(other))) / 3.0


def find_unlike(rules: Rules, games: Iterable[Game]) -> Game:
    """The game least like these rules; of equally unlike ones the first by its name.

    Raises ValueError where no game has other rules.
    """
    others = [game for game in games if game.rules.hash != rules.hash]
    if not others:
        raise ValueError(f"no game has other rules than {rules.name}")
    return min(others, key=lambda game: (measure_likeness(rules, game.rules), game.name))


def _list_atoms(rules: Rules) -> set[str]:
    """What a game has of the language of rules: each atom that differs from its default, and how its pieces move."""
    spec = rules.to_json()
    shown = {**{name: getattr(rules, name) for name in _ALWAYS}, **spec}
    found = {f"{name} {value}" for name, value in shown.items() if name not in _NAMED}
    return found | {f"a piece has {name}" for kind in spec["kinds"] for name in kind if name != "name"}


def _overlap(first: Iterable[str], second: Iterable[str]) -> float:
    """The share of all things of two collections that both have (Jaccard)."""
    a, b = set(first), set(second)
    return len(a & b) / len(a | b) if a | b else 1.0
