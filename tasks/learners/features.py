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
        self.turned = _turn(rules)
        self._lay_out(rules.board, len(rules.kinds), rules.burn)

    @property
    def placed(self) -> int:
        """How many of the features are of places: all of a board game."""
        return self.size

    def _lay_out(self, board: Board, kinds: int, burn: bool) -> None:
        """The tables of a board with so many kinds of piece."""
        self.cells = len(board.cells)
        self.shifts = np.arange(self.cells, dtype=np.uint64)
        self.kinds = kinds
        self.codes = 2 + 2 * self.kinds
        self.base = 4 if burn else 3
        self.size = self.cells * (self.codes - 1)
        cell_offsets = np.arange(self.cells) * (self.codes - 1) - 1
        self._add_windows(board)
        self._add_lines(board)
        self.offsets = np.concatenate([cell_offsets, self.window_offsets, self.line_offsets])
        self.powers = np.hstack([self._powers(self.windows), self._powers(self.lines)])
        self.coarse = np.array([0, *(2 - code % 2 for code in range(1, self.codes - 1)), self.base - 1], np.float64)

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

    def _powers(self, table: Indices) -> NDArray[np.float64]:
        """What each cell's coarse code counts for in the number of each window or line: (cells, windows or lines)."""
        powers = np.zeros((self.cells, len(table)))
        np.put_along_axis(powers, table.T, self.base ** np.arange(table.shape[1])[:, None], axis=0)
        return powers

    def encode(self, states: NDArray[np.uint64], mover: int) -> Codes:
        """Codes (positions, cells) of states (positions, 12) as the player `mover` (0 X, 1 O) sees them."""
        planes = [mover, 1 - mover, 4, 2, 3] if self.kinds > 1 else [mover, 1 - mover, 4]
        bits = (states.T[planes, :, None] >> self.shifts & np.uint64(1)).view(np.int64)
        kind = bits[3] + 2 * bits[4] if self.kinds > 1 else 0
        codes = bits[0] * (1 + 2 * kind) + bits[1] * (2 + 2 * kind) + bits[2] * (self.codes - 1)
        return np.asarray(codes[:, self.turned] if mover == 1 else codes, dtype=np.int64)

    def index(self, codes: Codes) -> Indices:
        """Indices (positions, active features) of codes (positions, cells), `size` where a cell is empty."""
        # whole numbers, exact as floats, whose product is much faster than that of integers
        patterns = (self.coarse[codes] @ self.powers).astype(np.int64)
        numbers = np.hstack([codes, patterns])
        return np.where(numbers > 0, self.offsets + numbers, self.size)

    def index_pieces(self, codes: Codes) -> Indices:
        """The same of pieces alone (positions, cells), without windows and lines."""
        return np.where(codes > 0, self.offsets[: self.cells] + codes, self.size)


@lru_cache(maxsize=128)
def build_features(rules: Rules) -> Features:
    """The features of a game."""
    return Features(rules)


def _turn(rules: Rules) -> Indices:
    """Where O looks for the cell that X sees at each index: the symmetry that makes both players alike.

    There is none where the players have different goals.
    """
    board = rules.board
    files, ranks = board.files - 1, board.ranks - 1
    same = np.arange(len(board.cells))
    if rules.only_x or rules.only_o:
        return same
    if rules.connect == "own_sides":
        images = [{place: (place[1], place[0]) for place in board.cells}]
    elif rules.setup_x or rules.setup_o or rules.far or any(kind.promotes for kind in rules.kinds):
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
