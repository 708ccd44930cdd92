"""Topology of a board: cells, names, directions and neighbours, for every shape and kind of edge.

Cells are indexed 0..count-1 in rank order from rank 1 upwards, and within a rank from file `a` to the right.
A coordinate is (file, rank), both from 0. On boards of hexagons the six directions are E, W and the four
diagonals; the coordinate step of a direction is the same everywhere (axial coordinates).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Literal

Shape = Literal["square", "rhombus", "hexagon"]
Edges = Literal["plain", "cylinder", "torus"]
Coordinate = tuple[int, int]

FILES = "abcdefghijklmnop"
MAX_CELLS = 64
SQUARE_STEPS: dict[str, Coordinate] = {
    "N": (0, 1),
    "NE": (1, 1),
    "E": (1, 0),
    "SE": (1, -1),
    "S": (0, -1),
    "SW": (-1, -1),
    "W": (-1, 0),
    "NW": (-1, 1),
}
HEX_STEPS: dict[str, Coordinate] = {
    "NE": (0, 1),
    "E": (1, 0),
    "SE": (1, -1),
    "SW": (0, -1),
    "W": (-1, 0),
    "NW": (-1, 1),
}
OPPOSITE = {"N": "S", "NE": "SW", "E": "W", "SE": "NW", "S": "N", "SW": "NE", "W": "E", "NW": "SE"}


@dataclass(frozen=True)
class Board:
    """Shape, size, edges and holes of a board.

    `width` and `height` count files and ranks; for a `hexagon` both are the length of one side. A `cylinder`
    joins the left edge to the right edge, a `torus` also the bottom to the top. `holes` names missing cells.
    """

    shape: Shape = "square"
    width: int = 6
    height: int = 6
    edges: Edges = "plain"
    holes: tuple[str, ...] = ()

    @cached_property
    def steps(self) -> dict[str, Coordinate]:
        """Coordinate step of each direction, in clockwise order."""
        return SQUARE_STEPS if self.shape == "square" else HEX_STEPS

    @cached_property
    def files(self) -> int:
        """Number of files (columns of names)."""
        return 2 * self.width - 1 if self.shape == "hexagon" else self.width

    @cached_property
    def ranks(self) -> int:
        """Number of ranks."""
        return 2 * self.height - 1 if self.shape == "hexagon" else self.height

    def contains(self, place: Coordinate) -> bool:
        """Tell whether a coordinate lies in the outline of the board (a hole may still be there)."""
        file, rank = place
        if not (0 <= file < self.files and 0 <= rank < self.ranks):
            return False
        side = self.width - 1
        return self.shape != "hexagon" or side <= file + rank <= 3 * side

    @cached_property
    def outline(self) -> tuple[Coordinate, ...]:
        """Coordinates of all cells and holes, in rank order."""
        places = [(file, rank) for rank in range(self.ranks) for file in range(self.files)]
        return tuple(place for place in places if self.contains(place))

    @cached_property
    def cells(self) -> tuple[Coordinate, ...]:
        """Coordinates of the cells (holes left out), in index order."""
        holes = set(self.holes)
        return tuple(place for place in self.outline if name_of(place) not in holes)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Names of the cells, in index order."""
        return tuple(name_of(place) for place in self.cells)

    @cached_property
    def index(self) -> dict[str, int]:
        """Index of each cell name."""
        return {name: i for i, name in enumerate(self.names)}

    @cached_property
    def places(self) -> dict[Coordinate, int]:
        """Index of each cell's coordinate."""
        return {place: i for i, place in enumerate(self.cells)}

    def resolve(self, place: Coordinate) -> int:
        """Index of the cell at a coordinate after joining the edges, or -1 where there is none."""
        file, rank = place
        if self.edges != "plain":
            file %= self.width
        if self.edges == "torus":
            rank %= self.height
        return self.places.get((file, rank), -1)

    def shift(self, cell: int, step: Coordinate) -> int:
        """Index of the cell one coordinate step away, or -1."""
        file, rank = self.cells[cell]
        return self.resolve((file + step[0], rank + step[1]))

    def rank_cells(self, rank: int) -> tuple[int, ...]:
        """Cells of one rank (from 0)."""
        return tuple(i for i, place in enumerate(self.cells) if place[1] == rank)

    def file_cells(self, file: int) -> tuple[int, ...]:
        """Cells of one file (from 0)."""
        return tuple(i for i, place in enumerate(self.cells) if place[0] == file)

    @cached_property
    def sides(self) -> dict[str, tuple[int, ...]]:
        """Cells on the bottom, top, left and right sides (for hexagon boards: first/last rank and file)."""
        return {
            "bottom": self.rank_cells(0),
            "top": self.rank_cells(self.ranks - 1),
            "left": self.file_cells(0),
            "right": self.file_cells(self.files - 1),
        }


def name_of(place: Coordinate) -> str:
    """Name of a coordinate: file letter, then rank number from 1, as in `c3`."""
    return f"{FILES[place[0]]}{place[1] + 1}"


@lru_cache(maxsize=4096)
def neighbours(board: Board) -> tuple[tuple[int, ...], ...]:
    """Adjacent cells of every cell, without repeats, in direction order."""
    table = []
    for cell in range(len(board.cells)):
        found = [board.shift(cell, step) for step in board.steps.values()]
        table.append(tuple(dict.fromkeys(other for other in found if other >= 0 and other != cell)))
    return tuple(table)


def rotations(board: Board, offsets: tuple[Coordinate, ...]) -> tuple[tuple[Coordinate, ...], ...]:
    """All distinct turned and mirrored forms of a set of offsets.

    Eight forms at most on square cells, twelve on hexagons (turns by 60 degrees in axial coordinates).
    """
    forms = set()
    for mirrored in (False, True):
        shape = [(y, x) if mirrored else (x, y) for x, y in offsets]
        for _ in range(4 if board.shape == "square" else 6):
            shape = [(-y, x) if board.shape == "square" else (-y, x + y) for x, y in shape]
            low = min(shape)
            forms.add(tuple(sorted((x - low[0], y - low[1]) for x, y in shape)))
    return tuple(sorted(forms))


def placements(board: Board, offsets: tuple[Coordinate, ...], *, turned: bool = True) -> tuple[tuple[int, ...], ...]:
    """All sets of distinct cells that a shape covers on the board, each sorted, in a fixed order.

    `offsets` is the shape; with `turned` every turned and mirrored form counts. Forms that leave the board or,
    across joined edges, meet themselves are left out.
    """
    found = set()
    for form in rotations(board, offsets) if turned else (offsets,):
        for cell in range(len(board.cells)):
            cells = [board.shift(cell, offset) for offset in form]
            if min(cells) >= 0 and len(set(cells)) == len(cells):
                found.add(tuple(sorted(cells)))
    return tuple(sorted(found))
