"""Games and positions in a few words, for the tests of the slow interpreter."""

from __future__ import annotations

from typing import Any

from quickstudy.tasks.games.board import Board
from quickstudy.tasks.games.reference import Position, legal_moves
from quickstudy.tasks.games.rules import Kind, Rules

SQUARE = Board("square", 5, 5)
CYLINDER = Board("square", 5, 5, "cylinder")
TORUS = Board("square", 5, 5, "torus")
RHOMBUS = Board("rhombus", 5, 5)
HEXAGON = Board("hexagon", 3, 3)
ORTHOGONAL = ("N", "E", "S", "W")


def placing(board: Board = SQUARE, **fields: Any) -> Rules:
    """A game of placing stones, by default to a line of five."""
    return Rules("T", board, **{"place": "any", "line": 5, **fields})


def moving(*kinds: Kind, board: Board = SQUARE, **fields: Any) -> Rules:
    """A game of moving pieces that is won by numbers at the end, unless fields say otherwise."""
    setup_x: tuple[tuple[str, ...], ...] = (("a1", "b1"),) + (("c1",),) * (len(kinds) - 1)
    setup_o: tuple[tuple[str, ...], ...] = (("a5", "b5"),) + (("c5",),) * (len(kinds) - 1)
    return Rules("T", board, kinds, **{"setup_x": setup_x, "setup_o": setup_o, "score": "most", **fields})


def at(x: str = "", o: str = "", to_act: str = "x", kind: str = "stone", **fields: Any) -> Position:
    """A position with these pieces, all of one kind."""
    cells = {cell: ("x", kind) for cell in x.split()} | {cell: ("o", kind) for cell in o.split()}
    return Position(cells, to_act=to_act, **fields)


APART = placing(RHOMBUS, place="apart_own", stalemate="pass", score="most", line=3)


def stuck_cells() -> tuple[str, str]:
    """Pieces of X and O on all cells but a1 and a5, which have only O's beside them."""
    o = {"a2", "b1", "a4", "b4", "b5"}
    x = {f"{file}{rank}" for file in "abcde" for rank in range(1, 6)} - {"a1", "a5"} - o
    return " ".join(sorted(x)), " ".join(sorted(o))


def of(position: Position, player: str) -> str:
    """The cells of a player, sorted."""
    return " ".join(sorted(cell for cell, (owner, _) in position.cells.items() if owner == player))


def targets(rules: Rules, position: Position, cell: str) -> str:
    """How the moves of one piece go on after its cell."""
    return " ".join(
        move[len(cell) :] for move in legal_moves(rules, position) if move.startswith(cell) and move != cell
    )


def stepper(*directions: str, **fields: Any) -> Kind:
    return Kind(step=directions or ORTHOGONAL, **fields)
