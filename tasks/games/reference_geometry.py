"""Which cells lie where, for the reference interpreter; written from the English rules alone, as that is.

It knows the board's fields, but neither its neighbour functions nor its patterns.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from quickstudy.tasks.games.board import Board

Offset = tuple[int, int]
"""How many files and ranks one cell lies beyond another."""

SQUARE_DIRECTIONS: dict[str, Offset] = {
    "N": (0, 1),
    "NE": (1, 1),
    "E": (1, 0),
    "SE": (1, -1),
    "S": (0, -1),
    "SW": (-1, -1),
    "W": (-1, 0),
    "NW": (-1, 1),
}
HEX_DIRECTIONS: dict[str, Offset] = {
    "NE": (0, 1),
    "E": (1, 0),
    "SE": (1, -1),
    "SW": (0, -1),
    "W": (-1, 0),
    "NW": (-1, 1),
}
OPPOSITE = {"N": "S", "S": "N", "E": "W", "W": "E", "NE": "SW", "SW": "NE", "NW": "SE", "SE": "NW"}

SQUARE_AXES = {"orthogonal": ("N", "E"), "diagonal": ("NE", "NW"), "all": ("N", "E", "NE", "NW")}
HEX_AXES = {"all": ("E", "NE", "NW")}

# The example that the English gives of each shape.
SQUARE_SHAPES = {"square": "a1 b1 a2 b2", "ell": "a1 b1 c1 a2", "tee": "a1 b1 c1 b2", "cross": "b1 a2 b2 c2 b3"}
HEX_SHAPES = {"triangle": "a1 b1 a2", "rhombus": "a1 b1 a2 b2", "propeller": "b1 b2 c2 a3"}

# How far along, and how far to the side; `ring` is told by distance instead.
SIDEWAYS_LEAPS: dict[str, Offset] = {"knight": (2, 1), "camel": (3, 1)}


class Geometry:
    """Which cells a board has and which lie where from which."""

    def __init__(self, board: Board) -> None:
        """Lay the board out; `whole` still has the cells that holes take away."""
        self.hexagonal = board.shape != "square"
        self.directions = HEX_DIRECTIONS if self.hexagonal else SQUARE_DIRECTIONS
        self.axes = HEX_AXES if self.hexagonal else SQUARE_AXES
        self.down = "SW" if self.hexagonal else "S"
        if board.shape == "hexagon":
            side = board.width - 1
            self.files = self.ranks = 2 * side + 1
        else:
            self.files, self.ranks = board.width, board.height
        self.joined_files = board.edges in ("cylinder", "torus")
        self.joined_ranks = board.edges == "torus"
        self.coordinates: dict[str, Offset] = {}
        for rank in range(self.ranks):
            for file in range(self.files):
                if board.shape != "hexagon" or side <= file + rank <= 3 * side:
                    self.coordinates[_name(file, rank)] = (file, rank)
        self.whole = set(self.coordinates)
        self.cells = self.whole - set(board.holes)
        self.adjacent = {cell: self._around(cell) & self.cells for cell in self.whole}
        self._next = {
            (cell, direction): self.shifted(cell, offset)
            for cell in self.cells
            for direction, offset in self.directions.items()
        }

    def shifted(self, cell: str, offset: Offset) -> str | None:
        """The cell some files and ranks away, None if there is none or it is a hole."""
        target = self._shifted_on_whole(cell, offset)
        return target if target in self.cells else None

    def next(self, cell: str, direction: str) -> str | None:
        """The cell one step away in a direction."""
        return self._next[cell, direction]

    def line(self, cell: str, direction: str) -> Iterator[str]:
        """The cells beyond one in a direction; on joined edges this goes round for ever."""
        ahead = self.next(cell, direction)
        while ahead is not None:
            yield ahead
            ahead = self.next(ahead, direction)

    def leap(self, cell: str, leap: str) -> set[str]:
        """The cells a leap away; none for the empty name."""
        if not leap:
            return set()
        if leap == "ring":
            return self._ring(cell)
        along, aside = SIDEWAYS_LEAPS[leap]
        offsets = [(x, y) for x in (-along, along) for y in (-aside, aside)]
        offsets += [(y, x) for x, y in offsets]
        return {target for offset in offsets if (target := self.shifted(cell, offset)) is not None}

    def rank(self, number: int) -> set[str]:
        """The cells of a rank, the first being 0."""
        return {cell for cell in self.cells if self.coordinates[cell][1] == number}

    def far_rank(self, player: str) -> set[str]:
        """The rank that is far for a player, the last for x and the first for o."""
        return self.rank(self.ranks - 1 if player == "x" else 0)

    def group(self, cells: set[str], first: str) -> set[str]:
        """Those of some cells that are joined to the first through adjacent ones."""
        group, fresh = {first}, [first]
        while fresh:
            found = (self.adjacent[fresh.pop()] & cells) - group
            group |= found
            fresh += found
        return group

    def sides(self, across: bool) -> tuple[set[str], set[str]]:
        """Two opposite sides: the outermost files if `across`, else the outermost ranks."""
        if across:
            outer = [{cell for cell in self.cells if self.coordinates[cell][0] == n} for n in (0, self.files - 1)]
            return outer[0], outer[1]
        return self.rank(0), self.rank(self.ranks - 1)

    def covers(self, shape: str) -> Iterator[set[str]]:
        """Every set of cells that a shape covers, turned and mirrored in every way."""
        example = (HEX_SHAPES if self.hexagonal else SQUARE_SHAPES)[shape]
        for offsets in orientations(offsets_of(example), self.hexagonal):
            for first in self.cells:
                covered = {target for offset in offsets if (target := self.shifted(first, offset)) is not None}
                if len(covered) == len(offsets):
                    yield covered

    def _ring(self, cell: str) -> set[str]:
        """The cells exactly two steps away, where steps may also cross holes."""
        near = self._around(cell)
        return ({far for middle in near for far in self._around(middle)} - near - {cell}) & self.cells

    def _shifted_on_whole(self, cell: str, offset: Offset) -> str | None:
        file, rank = self.coordinates[cell]
        file, rank = file + offset[0], rank + offset[1]
        if self.joined_files:
            file %= self.files
        if self.joined_ranks:
            rank %= self.ranks
        target = _name(file, rank)
        return target if target in self.coordinates else None

    def _around(self, cell: str) -> set[str]:
        reached = {self._shifted_on_whole(cell, offset) for offset in self.directions.values()}
        return {other for other in reached if other is not None and other != cell}


@lru_cache(maxsize=256)
def geometry_of(board: Board) -> Geometry:
    """The geometry of a board, worked out once."""
    return Geometry(board)


def offsets_of(example: str) -> tuple[Offset, ...]:
    """Where the cells of an example like "a1 b1 a2" lie from its first."""
    places = [(ord(cell[0]), int(cell[1:])) for cell in example.split()]
    return tuple((file - places[0][0], rank - places[0][1]) for file, rank in places)


def orientations(shape: tuple[Offset, ...], hexagonal: bool) -> set[tuple[Offset, ...]]:
    """A shape turned and mirrored in every way."""
    found = set()
    for turned in (shape, tuple((y, x) for x, y in shape)):
        for _ in range(6 if hexagonal else 4):
            turned = tuple((-y, x + y) if hexagonal else (-y, x) for x, y in turned)
            found.add(turned)
    return found


def _name(file: int, rank: int) -> str:
    return f"{chr(ord('a') + file)}{rank + 1}"
