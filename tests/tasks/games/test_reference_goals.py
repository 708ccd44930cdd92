"""The slow interpreter on goals: lines, shapes, connections and the other endings, as the English says."""

from __future__ import annotations

from dataclasses import replace

import pytest

from quickstudy.tasks.games.board import Board
from quickstudy.tasks.games.reference import Position, play
from quickstudy.tasks.games.reference_geometry import orientations
from quickstudy.tasks.games.rules import Kind
from tests.reference_positions import HEXAGON, ORTHOGONAL, RHOMBUS, SQUARE, TORUS, at, moving, placing, stepper

# --- goals ---


def test_line_wins_with_its_full_length_on_each_axis() -> None:
    rules = placing(line=3)
    for first, second, last in (("a1", "b1", "c1"), ("a1", "a2", "a3"), ("a1", "b2", "c3"), ("c1", "b2", "a3")):
        position = at(f"{first} {last}", "e5 e4")
        assert play(rules, position, second).result == "x"
    assert play(rules, at("a1 d1"), "b1").result is None


@pytest.mark.parametrize(("axes", "straight", "slanted"), [("orthogonal", "x", None), ("diagonal", None, "x")])
def test_line_axes(axes: str, straight: str | None, slanted: str | None) -> None:
    rules = placing(line=3, axes=axes)
    assert play(rules, at("a1 c1"), "b1").result == straight
    assert play(rules, at("a1 c3"), "b2").result == slanted


def test_line_around_a_torus_needs_different_cells() -> None:
    rules = placing(TORUS, line=3)
    assert play(rules, at("e5 a1"), "b2").result == "x"
    assert play(rules, at("e1 b1"), "a1").result == "x"
    assert play(placing(SQUARE, line=3), at("e1 b1"), "a1").result is None
    with_hole = placing(Board("square", 6, 5, "torus", holes=("c1",)), line=5)
    assert play(with_hole, at("d1 e1 f1 a1"), "b1").result == "x"


def test_line_longer_than_the_way_round_is_no_line() -> None:
    rules = placing(Board("square", 5, 6, "cylinder"), line=6)
    assert play(rules, at("a1 b1 c1 d1"), "e1").result is None
    assert play(rules, at("a1 a2 a3 a4 a5"), "a6").result == "x"


def test_holes_break_lines_and_hexagons_have_three_axes() -> None:
    assert play(placing(Board("square", 5, 5, holes=("b1",)), line=3), at("a1 c1"), "d1").result is None
    rules = placing(RHOMBUS, line=3)
    assert play(rules, at("a3 c1"), "b2").result == "x"
    assert play(rules, at("a1 c3"), "b2").result is None


def test_line_needs_a_cell_that_became_yours() -> None:
    rules = placing(line=3, effect="flank_flip", flank_length=2)
    assert play(rules, at("a1 b1 c1"), "e5").result is None
    assert play(rules, at("a2 c2 b4", "b2 b3"), "e4").result is None
    assert play(rules, at("a2 c2 b4", "b2 b3"), "b1").result == "x", "b2 turns over and joins a2 and c2"


def test_misere_line_loses() -> None:
    assert play(placing(line=3, misere=True), at("a1 c1"), "b1").result == "o"


def test_shapes_count_anywhere_turned_and_mirrored() -> None:
    rules = placing(line=0, shape="square")
    assert play(rules, at("c3 d3 c4"), "d4").result == "x"
    assert play(rules, at("c3 d3 c4"), "d2").result is None
    assert play(rules, at("c3 d3 c4 d4"), "a1").result is None
    assert play(rules, at("a1 e1 a5"), "e5").result is None
    assert play(placing(TORUS, line=0, shape="square"), at("a1 e1 a5"), "e5").result == "x"


@pytest.mark.parametrize(
    ("board", "shape", "cells", "result"),
    [
        (SQUARE, "ell", "a1 b1 c1 a2", "x"),
        (SQUARE, "ell", "c3 c4 c5 b3", "x"),
        (SQUARE, "ell", "a1 b1 c1 b2", None),
        (SQUARE, "ell", "a1 b1 a2 b3", None),
        (SQUARE, "tee", "c3 c4 c5 d4", "x"),
        (SQUARE, "tee", "c3 d3 e3 d2", "x"),
        (SQUARE, "tee", "c3 c4 c5 d5", None),
        (SQUARE, "cross", "b1 a2 b2 c2 b3", "x"),
        (SQUARE, "cross", "a1 c1 b2 a3 c3", None),
        (SQUARE, "cross", "a2 a3 a4 b3 e3", None),
        (TORUS, "cross", "a2 a3 a4 b3 e3", "x"),
        (RHOMBUS, "triangle", "a1 b1 a2", "x"),
        (RHOMBUS, "triangle", "a2 b1 b2", "x"),
        (RHOMBUS, "triangle", "a1 b1 b2", None),
        (RHOMBUS, "triangle", "a1 a2 a3", None),
        (HEXAGON, "triangle", "c1 c2 b2", "x"),
        (RHOMBUS, "rhombus", "a1 b1 a2 b2", "x"),
        (RHOMBUS, "rhombus", "c1 c2 b2 b3", "x"),
        (RHOMBUS, "rhombus", "c1 d1 c2 b2", "x"),
        (RHOMBUS, "rhombus", "c1 d1 e1 c2", None),
        (RHOMBUS, "rhombus", "c1 d1 d2 e2", None),
    ],
)
def test_each_shape(board: Board, shape: str, cells: str, result: str | None) -> None:
    for last in cells.split():
        others = " ".join(cell for cell in cells.split() if cell != last)
        assert play(placing(board, line=0, shape=shape), at(others), last).result == result, last


def test_holes_break_shapes() -> None:
    rules = placing(Board("square", 5, 5, holes=("b2",)), line=0, shape="cross")
    assert play(rules, at("b1 a2 c2"), "b3").result is None


def test_propeller_turns_around_its_centre() -> None:
    rules = placing(Board("rhombus", 6, 5, "torus"), line=0, shape="propeller", misere=True)
    assert play(rules, at("a1 b1 b2"), "c5").result == "o"
    assert play(rules, at("c3 d3 b4"), "c2").result == "o", "E, NW and SW of c3"
    assert play(rules, at("c3 d3 c4"), "b3").result is None


def test_orientations() -> None:
    hook = ((0, 0), (1, 0), (2, 0), (2, 1))
    assert len(orientations(hook, hexagonal=False)) == 8
    assert len(orientations(hook, hexagonal=True)) == 12
    assert orientations(((0, 0), (1, 0)), hexagonal=True) == {
        ((0, 0), step) for step in ((0, 1), (1, 0), (1, -1), (0, -1), (-1, 0), (-1, 1))
    }


def test_own_sides_differ_and_same_sides_do_not() -> None:
    column, row = "c1 c2 c4 c5", "a3 b3 d3 e3"
    for connect, by_row in (("own_sides", "o"), ("same_sides", None)):
        rules = placing(RHOMBUS, line=0, connect=connect)
        assert play(rules, at(column), "c3").result == "x"
        assert play(rules, at(row), "c3").result is None
        assert play(rules, at("", row, to_act="o"), "c3").result == by_row
    assert play(rules, at("", column, to_act="o"), "c3").result == "o"


def test_sides_of_a_hexagon_are_its_outermost_ranks_and_files() -> None:
    column, row = "c2 c3 c4 c5", "a3 b3 c3 d3"
    for connect, by_row in (("own_sides", "o"), ("same_sides", None)):
        rules = placing(HEXAGON, line=0, connect=connect)
        assert play(rules, at(column), "c1").result == "x"
        assert play(rules, at(row), "e3").result is None
        assert play(rules, at("", row, to_act="o"), "e3").result == by_row
        assert play(rules, at("", "a4 b4 c4", to_act="o"), "d4").result is None, "d4 is on no side"


def test_a_corner_of_a_hexagon_is_on_the_sides_of_both_players() -> None:
    rules = placing(HEXAGON, line=0, connect="own_sides")
    cells = "b4 c3 d2 e1"
    assert play(rules, at(cells), "a5").result == "x"
    assert play(rules, at("", cells, to_act="o"), "a5").result == "o"


def test_a_side_of_a_hexagon_loses_its_holes_but_stays_where_it_was() -> None:
    rules = placing(Board("hexagon", 3, 3, holes=("a3", "a4")), line=0, connect="own_sides")
    assert play(rules, at("", "b4 c3 d2 e1", to_act="o"), "a5").result == "o"


def test_connection_goes_through_adjacent_cells_only() -> None:
    rules = placing(RHOMBUS, line=0, connect="own_sides")
    assert play(rules, at("c1 c2 d3 c4 c5"), "a1").result is None
    assert play(rules, at("c1 c2 b4 b5"), "b3").result == "x"


def test_far_rank_of_each_player() -> None:
    rules = moving(stepper(), far=True, line=0)
    assert play(rules, at("a4", "e3"), "a4-a5").result == "x"
    assert play(rules, at("a4", "e2", to_act="o"), "e2-e1").result == "o"
    assert play(rules, at("a2", "e3"), "a2-a1").result is None
    assert play(replace(rules, misere=True), at("a4", "e3"), "a4-a5").result == "o"


def test_elimination_counts_the_opponents_pieces() -> None:
    kind = Kind(step=("E",), capture=("N",))
    assert play(moving(kind, eliminate=1), at("a1", "a2"), "a1xa2").result == "x"
    assert play(moving(kind, eliminate=1), at("a1", "a2 e5"), "a1xa2").result is None
    assert play(moving(kind, eliminate=2), at("a1", "a2 e5"), "a1xa2").result == "x"
    assert play(moving(kind, eliminate=2), at("a1", "a2 e5 d5"), "a1xa2").result is None


def test_last_royal_piece() -> None:
    rules = moving(Kind(step=("E",), capture=("N",)), Kind("chief", step=ORTHOGONAL, royal=True), line=0)
    position = Position(
        {"a1": ("x", "stone"), "c1": ("x", "chief"), "a2": ("o", "chief"), "e5": ("o", "stone"), "b2": ("o", "stone")}
    )
    assert play(rules, position, "a1xa2").result == "x"
    assert play(rules, position, "a1-b1").result is None


def test_captures_count_removals_since_the_start_but_not_flips() -> None:
    rules = placing(effect="flank_remove", flank_length=2, captures=3)
    assert play(rules, at("d1", "b1 c1", captured=(1, 0)), "a1").result == "x"
    assert play(rules, at("d1", "b1 c1", captured=(0, 2)), "a1").result is None
    flips = placing(effect="flank_flip", flank_length=2)
    assert play(flips, at("d1", "b1 c1"), "a1").captured == (0, 0)


def test_misere_leaves_captures_a_win_but_asks_for_patterns_first() -> None:
    rules = moving(Kind(step=("E",), capture=("N",)), far=True, line=0, captures=1, misere=True)
    assert play(rules, at("a3", "a4 e3"), "a3xa4").result == "x"
    assert play(rules, at("a4", "a5 e3"), "a4xa5").result == "o"


def test_misere_asks_for_the_last_royal_piece_before_any_pattern() -> None:
    rules = moving(Kind(step=("E",), capture=("N",)), Kind("chief", royal=True), far=True, line=0, misere=True)
    position = Position({"a4": ("x", "stone"), "c1": ("x", "chief"), "a5": ("o", "chief"), "e4": ("o", "stone")})
    assert play(rules, position, "a4xa5").result == "x"
    position = replace(position, cells=position.cells | {"c5": ("o", "chief")})
    assert play(rules, position, "a4xa5").result == "o"


def test_unify_needs_one_group() -> None:
    rules = moving(stepper(), unify=True, line=0, setup_x=(("a1", "c1"),), setup_o=(("a5", "c5"),))
    assert play(rules, at("a1 c1", "a5 c5"), "a1-b1").result == "x"
    assert play(rules, at("a1 d1", "a5 c5"), "a1-b1").result is None
    assert play(rules, at("a1 d1", "a5 b5"), "d1-e1").result is None, "only the player who acted is looked at"
