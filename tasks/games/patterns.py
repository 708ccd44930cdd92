"""Leaps, shapes and lines by name: what they are on a board of squares and on one of hexagons."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from quickstudy.tasks.games.board import Board, Coordinate, placements

if TYPE_CHECKING:
    from quickstudy.tasks.games.rules import Rules

LEAPS: dict[str, tuple[Coordinate, ...]] = {
    "knight": tuple((x, y) for x in (-2, -1, 1, 2) for y in (-2, -1, 1, 2) if abs(x) != abs(y)),
    "camel": tuple((x, y) for x in (-3, -1, 1, 3) for y in (-3, -1, 1, 3) if abs(x) != abs(y)),
    "ring": tuple((x, y) for x in range(-2, 3) for y in range(-2, 3) if max(abs(x), abs(y)) == 2),
}
HEX_RING = tuple((x, y) for x in range(-2, 3) for y in range(-2, 3) if max(abs(x), abs(y), abs(x + y)) == 2)
SQUARE_SHAPES: dict[str, tuple[Coordinate, ...]] = {
    "square": ((0, 0), (1, 0), (0, 1), (1, 1)),
    "ell": ((0, 0), (1, 0), (2, 0), (0, 1)),
    "tee": ((0, 0), (1, 0), (2, 0), (1, 1)),
    "cross": ((0, 1), (1, 0), (1, 1), (1, 2), (2, 1)),
}
HEX_SHAPES: dict[str, tuple[Coordinate, ...]] = {
    "triangle": ((0, 0), (1, 0), (0, 1)),
    "rhombus": ((0, 0), (1, 0), (0, 1), (1, 1)),
    "propeller": ((1, 1), (2, 1), (0, 2), (1, 0)),
}


def leap_offsets(board: Board, leap: str) -> tuple[Coordinate, ...]:
    """Offsets of a named leap on a board (`ring` is the cells exactly two steps away)."""
    return HEX_RING if board.shape != "square" else LEAPS[leap]


def shape_offsets(board: Board, shape: str) -> tuple[Coordinate, ...]:
    """Offsets of a named shape on a board."""
    return SQUARE_SHAPES[shape] if board.shape == "square" else HEX_SHAPES[shape]


@lru_cache(maxsize=1024)
def patterns(rules: Rules) -> tuple[tuple[int, ...], ...]:
    """The sets of cells that complete the `line` or `shape` goal, each sorted, in a fixed order."""
    board = rules.board
    if rules.shape:
        return placements(board, shape_offsets(board, rules.shape))
    names = {"all": list(board.steps), "orthogonal": ["N", "E"], "diagonal": ["NE", "SE"]}[rules.axes]
    lines = [tuple((x * i, y * i) for i in range(rules.line)) for x, y in (board.steps[name] for name in names)]
    return tuple(sorted({cells for line in lines for cells in placements(board, line, turned=False)}))
