"""Topology: cells, names, neighbours, joined edges and shapes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quickstudy.tasks.games.board import OPPOSITE, Board, neighbours, placements, rotations
from tests.random_rules import random_board

LINE3 = ((0, 0), (1, 0), (2, 0))
ELL = ((0, 0), (1, 0), (2, 0), (0, 1))


def near(board: Board, cell: str) -> set[str]:
    return {board.names[other] for other in neighbours(board)[board.index[cell]]}


def test_cells_are_named_rank_by_rank() -> None:
    assert Board("square", 3, 2).names == ("a1", "b1", "c1", "a2", "b2", "c2")
    assert Board("hexagon", 2, 2).names == ("b1", "c1", "a2", "b2", "c2", "a3", "b3")
    assert Board("square", 2, 2, holes=("b1",)).names == ("a1", "a2", "b2")


@pytest.mark.parametrize(
    ("board", "cell", "expected"),
    [
        (Board("square", 5, 5), "c3", "b2 c2 d2 b3 d3 b4 c4 d4"),
        (Board("square", 5, 5), "a1", "a2 b1 b2"),
        (Board("square", 5, 5, holes=("b2",)), "a1", "a2 b1"),
        (Board("square", 5, 5, "cylinder"), "a1", "b1 e1 a2 b2 e2"),
        (Board("square", 5, 5, "torus"), "a1", "b1 e1 a2 b2 e2 a5 b5 e5"),
        (Board("rhombus", 5, 5), "c3", "b3 d3 c4 b4 c2 d2"),
        (Board("rhombus", 5, 5), "a1", "b1 a2"),
        (Board("rhombus", 5, 5, "cylinder"), "a1", "b1 e1 a2 e2"),
        (Board("rhombus", 5, 5, "torus"), "a1", "b1 e1 a2 e2 a5 b5"),
        (Board("hexagon", 3, 3), "c3", "b3 d3 c4 b4 c2 d2"),
        (Board("hexagon", 3, 3), "c1", "d1 b2 c2"),
    ],
)
def test_neighbours_follow_shape_edges_and_holes(board: Board, cell: str, expected: str) -> None:
    assert near(board, cell) == set(expected.split())


@given(st.integers(0, 10_000))
def test_a_step_and_its_opposite_return(seed: int) -> None:
    board = random_board(np.random.default_rng(seed))
    table = neighbours(board)
    for cell in range(len(board.cells)):
        assert len(set(table[cell])) == len(table[cell]) and cell not in table[cell]
        for other in table[cell]:
            assert cell in table[other]
        for name, step in board.steps.items():
            other = board.shift(cell, step)
            assert other < 0 or board.shift(other, board.steps[OPPOSITE[name]]) == cell


def test_directions_are_clockwise_and_hexagons_lack_north() -> None:
    assert list(Board("square", 5, 5).steps) == ["N", "NE", "E", "SE", "S", "SW", "W", "NW"]
    assert list(Board("rhombus", 5, 5).steps) == list(Board("hexagon", 3, 3).steps)
    assert list(Board("hexagon", 3, 3).steps) == ["NE", "E", "SE", "SW", "W", "NW"]


def test_a_hexagon_has_its_number_of_cells() -> None:
    assert [len(Board("hexagon", side, side).cells) for side in (2, 3, 4, 5)] == [7, 19, 37, 61]


def test_sides_are_the_outer_ranks_and_files() -> None:
    sides = Board("rhombus", 3, 3).sides
    assert {side: [Board("rhombus", 3, 3).names[cell] for cell in cells] for side, cells in sides.items()} == {
        "bottom": ["a1", "b1", "c1"],
        "top": ["a3", "b3", "c3"],
        "left": ["a1", "a2", "a3"],
        "right": ["c1", "c2", "c3"],
    }
    holed = Board("square", 2, 3, holes=("a1", "b1"))
    assert holed.sides["bottom"] == () and holed.sides["left"] == (0, 2)


def test_shapes_turn_and_mirror() -> None:
    square, hexagon = Board("square", 5, 5), Board("hexagon", 3, 3)
    assert len(rotations(square, ((0, 0), (1, 0), (0, 1), (1, 1)))) == 1
    assert len(rotations(square, ELL)) == 8
    assert len(rotations(square, LINE3)) == 2
    assert len(rotations(hexagon, LINE3)) == 3
    assert len(rotations(hexagon, ((0, 0), (1, 0), (0, 1)))) == 2


def test_placements_stay_on_the_board_and_cross_joined_edges() -> None:
    assert len(placements(Board("square", 3, 3), LINE3)) == 6
    assert len(placements(Board("square", 3, 3), LINE3, turned=False)) == 3
    assert len(placements(Board("square", 3, 3, holes=("b2",)), LINE3)) == 4
    assert len(placements(Board("square", 5, 5, "cylinder"), LINE3)) == 25 + 15
    assert len(placements(Board("square", 5, 5, "torus"), LINE3)) == 50
    round_the_world = tuple((i, 0) for i in range(6))
    assert placements(Board("square", 5, 5, "torus"), round_the_world, turned=False) == ()
