"""Reading a drawn board back, so that tests see what a model sees."""

from __future__ import annotations

import re
from collections.abc import Sequence

from quickstudy.tasks.games.board import Board
from quickstudy.tasks.games.rules import Rules


def read_board(rules: Rules, lines: Sequence[str]) -> list[str]:
    """The symbols of a drawn board in cell-index order (the inverse of `draw_board`). Raises ValueError."""
    board = rules.board
    found: dict[tuple[int, int], str] = {}
    for line in lines:
        label = re.match(r"^\s*(\d+) ", line)
        if label is None:
            continue
        rank = int(label.group(1)) - 1
        files = [file for file in range(board.files) if board.contains((file, rank))]
        indent = _indent(board, rank) + label.end()
        padded = line.ljust(indent + 2 * len(files))
        for i, file in enumerate(files):
            found[file, rank] = padded[indent + 2 * i]
    missing = [place for place in board.cells if found.get(place, " ") == " "]
    if missing:
        raise ValueError(f"the drawn board has no symbol for {board.names[board.places[missing[0]]]}")
    return [found[place] for place in board.cells]


def _indent(board: Board, rank: int) -> int:
    if board.shape == "square":
        return 0
    return rank if board.shape == "rhombus" else 4 + abs(rank - board.width + 1)
