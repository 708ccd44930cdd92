"""Features of positions for any board: piece on a cell, 2x2 windows by rank, and lines of three.

Positions are seen by the player who has just acted, on a board turned so that both players look alike where the
game has such a symmetry. Indices of active features are returned, to be summed over a weight vector.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from quickstudy.tasks.games.board import Board, Coordinate
from quickstudy.tasks.games.rules import Rules

Indices = NDArray[np.int64]
Codes = NDArray[np.int64]
WINDOWS: dict[str, tuple[Coordinate, ...]] = {
    "square": ((0, 0), (1, 0), (0, 1), (1, 1)),
    "rhombus": ((0, 0), (1, 0), (0, 1), (1, 1)),
    "hexagon": ((0, 0), (1, 0), (0, 1), (1, 1)),
}


class Features:
    """Feature tables of one game.

    Codes of a cell: 0 empty, 1 + 2k own piece of kind k, 2 + 2k enemy piece of kind k, last burnt. Coarse codes (for
    windows and lines): 0 empty, 1 own, 2 enemy, 3 burnt. `size` counts features; index `size` stands for none.
    """

    def __init__(self, rules: Rules) -> None:
        board = rules.board
        self.cells = len(board.cells)
        self.kinds = len(rules.kinds)
        self.codes = 2 + 2 * self.kinds
        self.turned = _turn(rules)
        self.base = 4 if rules.burn else 3
        self.size = self.cells * (self.codes - 1)
        self._add_windows(board)
        self._add_lines(board)

    def _add_windows(self, board: Board) -> None:
        found = []
        for cell in range(self.cells):
            cells = [board.shift(cell, offset) for offset in WINDOWS[board.shape]]
            if min(cells) >= 0 and len(set(cells)) == 4:
                found.append((board.cells[cell][1], cells))
        self.windows = np.array([cells for _, cells in found], np.int64).reshape(-1, 4)
        self.window_offsets = self.size + np.array([rank for rank, _ in found], np.int64) * self.base**4
        self.size += board.ranks * self.base**4

    def _add_lines(self, board: Board) -> None:
        steps = list(board.steps.values())[: len(board.steps) // 2]
        found = []
        for axis, (x, y) in enumerate(steps):
            for cell in range(self.cells):
                cells = [board.shift(cell, (x * i, y * i)) for i in range(3)]
                if min(cells) >= 0 and len(set(cells)) == 3:
                    found.append((axis, cells))
        self.lines = np.array([cells for _, cells in found], np.int64).reshape(-1, 3)
        self.line_offsets = self.size + np.array([axis for axis, _ in found], np.int64) * self.base**3
        self.size += len(steps) * self.base**3

    def encode(self, states: NDArray[np.uint64], mover: int) -> Codes:
        """Codes (positions, cells) of states (positions, 12) as the player `mover` (0 X, 1 O) sees them."""
        bits = (states[:, [0, 1, 2, 3, 4], None] >> np.arange(self.cells, dtype=np.uint64)) & np.uint64(1)
        bits = bits.astype(np.int64)
        kind = bits[:, 2] + 2 * bits[:, 3] if self.kinds > 1 else 0
        codes = bits[:, mover] * (1 + 2 * kind) + bits[:, 1 - mover] * (2 + 2 * kind) + bits[:, 4] * (self.codes - 1)
        return np.asarray(codes[:, self.turned] if mover == 1 else codes, dtype=np.int64)

    def index(self, codes: Codes) -> Indices:
        """Indices (positions, active features) of codes (positions, cells), `size` where a cell is empty."""
        cells = np.where(codes > 0, np.arange(self.cells) * (self.codes - 1) + codes - 1, self.size)
        burnt = codes == self.codes - 1
        coarse = np.where(codes == 0, 0, np.where(burnt, self.base - 1, 2 - codes % 2))
        parts = [cells]
        for table, offsets in ((self.windows, self.window_offsets), (self.lines, self.line_offsets)):
            powers = self.base ** np.arange(table.shape[1])
            number = coarse[:, table] @ powers
            parts.append(np.where(number > 0, offsets + number, self.size))
        return np.hstack(parts)


@lru_cache(maxsize=128)
def build_features(rules: Rules) -> Features:
    """The features of a game."""
    return Features(rules)


def _turn(rules: Rules) -> Indices:
    """Where O looks for the cell that X sees at each index: the symmetry that makes both players alike."""
    board = rules.board
    files, ranks = board.files - 1, board.ranks - 1
    same = np.arange(len(board.cells))
    if rules.connect == "own_sides":
        images = [{place: (place[1], place[0]) for place in board.cells}]
    elif rules.setup_x or rules.setup_o or rules.far:
        images = [
            {(file, rank): (files - file, ranks - rank) for file, rank in board.cells},
            {(file, rank): (file, ranks - rank) for file, rank in board.cells},
        ]
    else:
        return same
    for image in images:
        targets = [board.places.get(image[place], -1) for place in board.cells]
        if min(targets) >= 0 and _swaps(rules, targets):
            return np.array(targets, np.int64)
    return same


def _swaps(rules: Rules, targets: list[int]) -> bool:
    index = rules.board.index
    for mine, theirs in zip(rules.setup_x, rules.setup_o, strict=False):
        if {targets[index[cell]] for cell in mine} != {index[cell] for cell in theirs}:
            return False
    return bool(rules.setup_x) == bool(rules.setup_o)
