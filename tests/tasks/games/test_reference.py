"""Tests of the reference interpreter: one tiny position per sentence of the English rules."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from quickstudy.tasks.games.board import Board
from quickstudy.tasks.games.reference import Position, legal_moves, play, start
from quickstudy.tasks.games.reference_geometry import orientations
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


# --- the board ---


def test_hexagon_has_the_ranks_of_the_text_less_its_holes() -> None:
    rules = placing(Board("hexagon", 3, 3, holes=("c3",)), line=3)
    assert " ".join(legal_moves(rules, start(rules))) == "a3 a4 a5 b2 b3 b4 b5 c1 c2 c4 c5 d1 d2 d3 d4 e1 e2 e3"


@pytest.mark.parametrize(
    ("board", "cell", "around"),
    [
        (SQUARE, "a1", "a2 b1 b2"),
        (SQUARE, "c3", "b2 b3 b4 c2 c4 d2 d3 d4"),
        (Board("square", 5, 5, holes=("b2",)), "a1", "a2 b1"),
        (CYLINDER, "a1", "a2 b1 b2 e1 e2"),
        (TORUS, "a1", "a2 a5 b1 b2 b5 e1 e2 e5"),
        (RHOMBUS, "c3", "b3 b4 c2 c4 d2 d3"),
        (RHOMBUS, "a1", "a2 b1"),
        (Board("rhombus", 6, 5, "torus"), "b1", "a1 a2 b2 b5 c1 c5"),
        (HEXAGON, "c1", "b2 c2 d1"),
    ],
)
def test_adjacent_cells(board: Board, cell: str, around: str) -> None:
    rules = placing(board, line=3, place="touch")
    assert " ".join(legal_moves(rules, at(o=cell))) == around


# --- placements ---


def test_any_empty_cell_takes_a_placement_unless_burnt() -> None:
    moves = legal_moves(placing(), at("a1", "b1", burnt=frozenset({"c1"})))
    assert len(moves) == 22
    assert not {"a1", "b1", "c1"} & set(moves)


def test_drop_needs_a_neighbour_below_that_is_not_empty() -> None:
    rules = placing(Board("square", 5, 5, holes=("c2",)), place="drop")
    assert legal_moves(rules, start(rules)) == ["a1", "b1", "c1", "c3", "d1", "e1"]
    assert "a2" in legal_moves(rules, at(o="a1"))
    assert "b2" in legal_moves(rules, at(burnt=frozenset({"b1"})))


def test_drop_is_southward_for_both_players() -> None:
    rules = placing(place="drop")
    assert legal_moves(rules, at("a1", to_act="o")) == ["a2", "b1", "c1", "d1", "e1"]


def test_drop_is_to_the_southwest_on_hexagonal_cells() -> None:
    rules = placing(Board("rhombus", 5, 5, holes=("b2",)), place="drop", line=4)
    assert legal_moves(rules, start(rules)) == ["a1", "b1", "b3", "c1", "d1", "e1"]
    assert legal_moves(rules, at("c1", burnt=frozenset({"d1"}), to_act="o")) == ["a1", "b1", "b3", "c2", "d2", "e1"]
    rules = placing(HEXAGON, place="drop", line=4)
    assert legal_moves(rules, start(rules)) == ["a3", "b2", "c1", "d1", "e1"]
    assert legal_moves(rules, at("b2")) == ["a3", "b3", "c1", "d1", "e1"]


def test_touch_takes_any_cell_only_while_the_board_has_no_pieces() -> None:
    rules = placing(place="touch")
    assert len(legal_moves(rules, start(rules))) == 25
    assert legal_moves(rules, at("a1", to_act="o")) == ["a2", "b1", "b2"]


def test_touch_own_takes_any_cell_while_the_player_has_no_pieces() -> None:
    rules = placing(place="touch_own")
    assert len(legal_moves(rules, at("a1", to_act="o"))) == 24
    assert legal_moves(rules, at("a1", "b1")) == ["a2", "b2"]


def test_apart_own_keeps_from_own_pieces_alone() -> None:
    rules = placing(RHOMBUS, place="apart_own", line=3)
    moves = legal_moves(rules, at("c3", "a1"))
    assert not {"b3", "b4", "c2", "c4", "d2", "d3"} & set(moves)
    assert {"a2", "b1", "b2", "d4"} <= set(moves)


def test_flank_placements() -> None:
    rules = placing(place="flank", effect="flank_flip", flank_length=2, setup_x=(("a1",),), setup_o=(("b1",),))
    assert legal_moves(rules, at("a1 a5", "b1 b2 b5 c5 d5")) == ["c1", "c3"]


def test_kind_placed_is_the_first() -> None:
    rules = moving(stepper(name="token"), Kind("wall"), place="any", hand=2, stalemate="lose")
    assert play(rules, at("a1", "e5", kind="wall"), "c3").cells["c3"] == ("x", "token")


# --- contact ---


def test_contact_ban_keeps_from_the_previous_action() -> None:
    rules = placing(contact="ban")
    assert len(legal_moves(rules, start(rules))) == 25
    moves = legal_moves(rules, play(rules, start(rules), "a1"))
    assert len(moves) == 21
    assert not {"a2", "b1", "b2"} & set(moves)


def test_contact_ban_yields_when_it_would_leave_no_placement() -> None:
    rules = placing(place="touch", contact="ban")
    assert legal_moves(rules, play(rules, start(rules), "a1")) == ["a2", "b1", "b2"]


def test_contact_must_yields_when_no_allowed_placement_is_near() -> None:
    rules = placing(place="touch_own", contact="must")
    assert legal_moves(rules, at("d5", "a1", last="a1")) == ["c4", "c5", "d4", "e4", "e5"]
    assert legal_moves(rules, at("c1", "a1", last="a1")) == ["b1", "b2"]


def test_contact_does_not_apply_after_a_pass() -> None:
    x, o = stuck_cells()
    rules = replace(APART, contact="ban")
    assert legal_moves(rules, at(x, o, last="b1")) == ["a5"]
    assert legal_moves(rules, play(rules, at(x, o, to_act="o", last="b1"), "pass")) == ["a1", "a5"]


# --- hand and mixed ---


def test_hand_is_placed_before_anything_moves() -> None:
    rules = moving(stepper(), place="any", hand=1, setup_x=(), setup_o=(), stalemate="lose")
    position = play(rules, play(rules, start(rules), "a1"), "e5")
    assert position.placed == (1, 1)
    assert not any("-" in move for move in legal_moves(rules, replace(position, placed=(0, 1))))
    assert legal_moves(rules, position) == ["a1-a2", "a1-b1"]


def test_mixed_players_place_or_move_while_the_hand_lasts() -> None:
    rules = moving(stepper(), place="touch_own", hand=2, mixed=True, setup_x=(), setup_o=())
    position = play(rules, play(rules, start(rules), "a1"), "e5")
    assert legal_moves(rules, position) == ["a1-a2", "a1-b1", "a2", "b1", "b2"]
    assert legal_moves(rules, replace(position, placed=(2, 1))) == ["a1-a2", "a1-b1"]


# --- moves ---


def test_directions_are_turned_for_o() -> None:
    rules = moving(stepper("N", "NE"))
    assert targets(rules, at("c3", "e5"), "c3") == "-c4 -d4"
    assert targets(rules, at("e5", "c3", to_act="o"), "c3") == "-b2 -c2"
    rules = moving(stepper("E", "NW"), board=RHOMBUS)
    assert targets(rules, at("c3", "e5"), "c3") == "-b4 -d3"
    assert targets(rules, at("e5", "c3", to_act="o"), "c3") == "-b3 -d2"


def test_steps_need_empty_cells() -> None:
    rules = moving(stepper(), board=Board("square", 5, 5, holes=("d3",)))
    assert targets(rules, at("c3 c4", "c2", burnt=frozenset({"b3"})), "c3") == ""
    assert targets(rules, at("c3", "e5"), "c3") == "-b3 -c2 -c4"


def test_capture_takes_the_cell_of_an_adjacent_enemy() -> None:
    rules = moving(Kind(step=("N",), capture=("NE", "NW")))
    position = at("c3 b4", "d4 c4")
    assert targets(rules, position, "c3") == "xd4"
    after = play(rules, position, "c3xd4")
    assert (of(after, "x"), of(after, "o"), after.captured) == ("b4 d4", "c4", (1, 0))


def test_slides_stop_before_any_piece_and_rider_captures_take_the_first() -> None:
    rules = moving(Kind(slide=("N", "E"), slide_capture=("E", "W")))
    assert targets(rules, at("b2 b5", "d2 e2 a2"), "b2") == "-b3 -b4 -c2 xa2 xd2"
    assert targets(rules, at("b2 c2", "d2"), "b2") == "-b3 -b4 -b5"


def test_slide_around_a_cylinder_ends_before_its_own_cell() -> None:
    rules = moving(Kind(slide=("E",), slide_capture=("E",)), board=CYLINDER)
    assert targets(rules, at("b2", "a5"), "b2") == "-a2 -c2 -d2 -e2"
    assert targets(rules, at("b2", "a2"), "b2") == "-c2 -d2 -e2 xa2"


def test_jump_captures_the_enemy_jumped_over() -> None:
    rules = moving(Kind(step=("N",), jump=ORTHOGONAL))
    position = at("c3 b3", "d3 c2 c1")
    assert targets(rules, position, "c3") == "-c4 xe3"
    after = play(rules, position, "c3xe3")
    assert (of(after, "x"), of(after, "o"), after.captured) == ("b3 e3", "c1 c2", (1, 0))


def test_vault_crosses_either_player_and_captures_nothing() -> None:
    rules = moving(Kind(step=("NE",), vault=("N", "E", "W")))
    position = at("c3 b3", "d3")
    assert targets(rules, position, "c3") == "-a3 -d4 -e3"
    assert of(play(rules, position, "c3-e3"), "o") == "d3"


def test_ring_leap_is_two_steps_with_holes_counted() -> None:
    rules = moving(Kind(step=("N",), leap="ring"), board=Board("square", 5, 5, holes=("b2",)))
    assert targets(rules, at("a1", "b1 c1"), "a1") == "-a2 -a3 -b3 -c2 -c3"
    rules = Rules("T", HEXAGON, (Kind(leap="ring"),), (("c1",),), (("c5",),), score="most")
    assert targets(rules, at("c1", "a5"), "c1") == "-a3 -b3 -c3 -d2 -e1"


def test_knight_and_camel_leaps() -> None:
    rules = moving(Kind(leap="camel", leap_capture="knight"))
    position = at("a1", "b3 c2 d2")
    assert targets(rules, position, "a1") == "-b4 xb3 xc2"
    assert targets(moving(Kind(leap="knight"), board=CYLINDER), at("a1", "e5"), "a1") == "-b3 -c2 -d2 -e3"


def test_clone_stays_when_it_steps_but_not_when_it_leaps() -> None:
    rules = moving(Kind(step=ORTHOGONAL, leap="ring", clone=True))
    assert of(play(rules, at("a1", "e5"), "a1-a2"), "x") == "a1 a2"
    assert of(play(rules, at("a1", "e5"), "a1-a3"), "x") == "a3"


def test_capture_is_forced_and_bars_placements_too() -> None:
    kind = Kind(step=("N",), capture=("N",))
    rules = moving(kind, must_capture=True)
    assert legal_moves(rules, at("a1 c1", "a2")) == ["a1xa2"]
    assert legal_moves(rules, at("a1 c1", "b2")) == ["a1-a2", "c1-c2"]
    rules = moving(kind, must_capture=True, place="any", mixed=True, hand=3)
    assert legal_moves(rules, at("a1 c1", "a2")) == ["a1xa2"]


def test_only_cells_that_pieces_move_from_burn() -> None:
    rules = moving(Kind(step=ORTHOGONAL, jump=("E",)), burn=True)
    after = play(rules, at("a1", "b1 e5"), "a1xc1")
    assert after.burnt == {"a1"}
    after = play(rules, play(rules, after, "e5-e4"), "c1-b1")
    assert after.burnt == {"a1", "c1", "e5"}
    assert targets(rules, replace(after, to_act="x"), "b1") == "-b2"


def test_a_clone_burns_nothing_when_it_steps() -> None:
    rules = moving(Kind(step=ORTHOGONAL, leap="ring", clone=True), burn=True)
    assert play(rules, at("a1", "e5"), "a1-a2").burnt == frozenset()
    assert play(rules, at("a1", "e5"), "a1-a3").burnt == {"a1"}


# --- effects ---


def flanking(board: Board = SQUARE, effect: str = "flank_remove", length: int = 2) -> Rules:
    return placing(board, effect=effect, flank_length=length, line=5)


def test_flanked_pieces_are_removed_in_every_direction() -> None:
    after = play(flanking(), at("c1 e3 a5", "c2 d3 b4 b3"), "c3")
    assert (of(after, "x"), of(after, "o"), after.captured) == ("a5 c1 c3 e3", "b3", (3, 0))


@pytest.mark.parametrize("enemies", ["c1", "b1", "b1 d1"])
def test_flanks_need_an_unbroken_line(enemies: str) -> None:
    assert play(flanking(length=3), at("e1", enemies), "a1").captured == (0, 0)


def test_flanks_do_not_cross_holes_or_burnt_cells_or_exceed_their_length() -> None:
    holed = flanking(Board("square", 5, 5, holes=("c1",)))
    assert play(holed, at("d1", "b1"), "a1").captured == (0, 0)
    assert play(flanking(), at("d1", "b1", burnt=frozenset({"c1"})), "a1").captured == (0, 0)
    assert play(flanking(length=2), at("d1", "b1 c1"), "a1").captured == (2, 0)
    assert play(flanking(length=1), at("d1", "b1 c1"), "a1").captured == (0, 0)


def test_a_stone_flanks_around_a_torus_but_not_with_itself() -> None:
    rules = flanking(TORUS, length=4)
    assert of(play(rules, at("d1", "a1 e1"), "b1"), "o") == ""
    assert of(play(rules, at("", "a1 c1 d1 e1"), "b1"), "o") == "a1 c1 d1 e1"


def test_flanked_pieces_change_owner_and_keep_their_kind() -> None:
    rules = moving(stepper(), Kind("wall"), effect="flank_flip", flank_length=2)
    position = Position({"a1": ("x", "stone"), "c2": ("o", "wall"), "c3": ("x", "stone"), "b1": ("x", "stone")})
    after = play(rules, position, "b1-c1")
    assert after.cells["c2"] == ("x", "wall")
    assert after.captured == (0, 0)


def test_infection_turns_adjacent_enemies_only() -> None:
    after = play(placing(effect="infect"), at("", "b2 c3 e5 a3"), "a2")
    assert (of(after, "x"), of(after, "o")) == ("a2 a3 b2", "c3 e5")


def test_one_stone_surrounds_two_groups_at_once() -> None:
    rules = placing(effect="surround")
    after = play(rules, at("a2 b2 d2 e2", "a1 b1 d1 e1 d5"), "c1")
    assert after.captured == (0, 0), "c2 is empty but touches b1 and d1"
    after = play(rules, at("a2 b2 c2 d2 e2", "a1 b1 d1 e1 d5"), "c1")
    assert (of(after, "o"), after.captured) == ("d5", (4, 0))


def test_surround_judges_groups_before_removing_any_and_spares_own_stones() -> None:
    rules = placing(RHOMBUS, effect="surround", line=5)
    after = play(rules, at("", "a2 b1 e5"), "a1")
    assert (of(after, "x"), after.captured) == ("a1", (0, 0))
    after = play(rules, at("a2", "a3 b1 b2 e5"), "a1")
    assert (of(after, "x"), after.captured) == ("a1 a2", (0, 0))
    after = play(rules, at("b1", "a1 e5"), "a2")
    assert (of(after, "o"), after.captured) == ("e5", (1, 0))


def test_burnt_cells_and_holes_are_no_room_for_a_group() -> None:
    rules = placing(Board("rhombus", 5, 5, holes=("a2",)), effect="surround", line=3)
    assert play(rules, at("", "a1 e5"), "b1").captured == (1, 0)
    rules = placing(RHOMBUS, effect="surround", line=3)
    assert play(rules, at("", "a1 e5", burnt=frozenset({"a2"})), "b1").captured == (1, 0)


def test_surround_leaves_groups_away_from_the_action() -> None:
    rules = placing(RHOMBUS, effect="surround", line=5)
    assert play(rules, at("a2 b1", "a1"), "e5").captured == (0, 0)


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


# --- turns, passes and the end ---


def test_double_turns_come_after_one_single_action() -> None:
    rules = placing(double=True)
    position, order = start(rules), ""
    for move in ("a1", "c2", "e3", "b4", "d5", "a3"):
        order += position.to_act
        position = play(rules, position, move)
    assert order + position.to_act == "xooxxoo"
    assert position.plies == 6


def test_a_goal_ends_the_game_within_a_double_turn() -> None:
    rules = placing(double=True, line=3)
    after = play(rules, at("a1 c1", actions_left=2), "b1")
    assert after.result == "x"
    assert legal_moves(rules, after) == []


def test_a_player_without_actions_passes_and_two_passes_end_the_game() -> None:
    x, o = stuck_cells()
    position = at(x, o, to_act="o")
    assert legal_moves(APART, position) == ["pass"]
    passed = play(APART, position, "pass")
    assert (passed.to_act, passed.plies, passed.result) == ("x", 1, None)
    assert legal_moves(APART, passed) == ["a1", "a5"]
    full = at(f"{x} a1 a5", o)
    once = play(APART, full, "pass")
    assert (once.result, legal_moves(APART, once)) == (None, ["pass"])
    twice = play(APART, once, "pass")
    assert (twice.result, twice.plies, legal_moves(APART, twice)) == ("x", 2, [])


def test_an_action_between_passes_keeps_the_game_going() -> None:
    x, o = stuck_cells()
    position = play(APART, play(APART, at(x, o, to_act="o"), "pass"), "a1")
    assert legal_moves(APART, position) == ["pass"]
    assert play(APART, position, "pass").result is None


def test_a_pass_ends_a_double_turn() -> None:
    x, o = stuck_cells()
    after = play(replace(APART, double=True), at(x, o, to_act="o", actions_left=2), "pass")
    assert (after.to_act, after.actions_left) == ("x", 2)


def test_nobody_passes_while_an_action_is_legal() -> None:
    with pytest.raises(ValueError, match="pass"):
        play(APART, start(APART), "pass")


@pytest.mark.parametrize(
    ("stalemate", "result"), [("lose", "x"), ("win", "o"), ("draw", "draw"), ("count", "o"), ("pass", None)]
)
def test_a_player_to_act_without_actions(stalemate: str, result: str | None) -> None:
    rules = moving(stepper("N"), stalemate=stalemate, score="most")
    after = play(rules, at("c2", "a1 b1"), "c2-c3")
    assert after.result == result
    assert legal_moves(rules, after) == (["pass"] if result is None else [])


@pytest.mark.parametrize(("score", "result"), [("most", "o"), ("fewest", "x"), ("draw", "draw")])
def test_the_cap_ends_and_scores_the_game(score: str, result: str) -> None:
    rules = moving(stepper(), score=score, stalemate="lose", cap=50)
    position = at("a1", "e5 e4", plies=48)
    before = play(rules, position, "a1-a2")
    assert before.result is None
    assert play(rules, before, "e5-d5").result == result


def test_equal_numbers_are_a_draw() -> None:
    rules = moving(stepper(), score="most", cap=50)
    assert play(rules, at("a1", "e5", plies=49), "a1-a2").result == "draw"


def test_a_goal_counts_before_the_cap_and_the_cap_before_a_lack_of_actions() -> None:
    rules = moving(stepper("N"), far=True, line=0, stalemate="lose", cap=50)
    assert play(rules, at("a4", "e3", plies=49), "a4-a5").result == "x"
    assert play(rules, at("a2", "e1", plies=49), "a2-a3").result == "draw"
    assert play(rules, at("a2", "e1", plies=48), "a2-a3").result == "x"


def test_a_full_board_is_a_draw() -> None:
    x = "a1 c1 d1 b2 e2 a3 c3 d3 b4 e4 a5 c5"
    o = "b1 e1 a2 c2 d2 b3 e3 a4 c4 d4 b5 d5"
    after = play(placing(), at(x, o), "e5")
    assert after.result == "draw"


def test_illegal_moves_are_refused_and_positions_never_change() -> None:
    rules = placing()
    first = start(rules)
    second = play(rules, first, "c3")
    assert (first.cells, second.to_act, second.cells) == ({}, "o", {"c3": ("x", "stone")})
    for move in ("c3", "f1", "a1-a2", ""):
        with pytest.raises(ValueError, match="not legal"):
            play(rules, second, move)
    with pytest.raises(ValueError, match="over"):
        play(rules, replace(second, result="x"), "a1")


def test_start_sets_up_each_kind() -> None:
    position = start(moving(stepper(), Kind("wall")))
    assert position.cells["a1"] == ("x", "stone")
    assert position.cells["c5"] == ("o", "wall")
    assert position.to_act == "x"


# --- promotion, goals of one side, points, swap and rhythm ---


def promoting(**fields: Any) -> Rules:
    """Men that become kings; X has a man on a4, O one on b2."""
    man = stepper("N", "E", capture=("N",), promotes="king", **fields)
    return moving(replace(man, name="man"), stepper(name="king"), setup_x=(("a4",), ()), setup_o=(("b2",), ("e5",)))


def test_promotion_where_a_move_ends_on_the_far_rank() -> None:
    after = play(promoting(), start(promoting()), "a4-a5")
    assert after.cells["a5"] == ("x", "king")
    after = play(promoting(), after, "b2-b1")
    assert after.cells["b1"] == ("o", "king"), "O's far rank is the first"
    assert targets(promoting(), after, "a5") == "-a4 -b5", "it moves as a king from then on"


def test_promotion_along_the_far_rank_and_by_capture_but_not_elsewhere() -> None:
    rules = promoting()
    assert play(rules, at("c5", "b1", kind="man"), "c5-d5").cells["d5"] == ("x", "king")
    assert play(rules, at("c4", "c5", kind="man"), "c4xc5").cells == {"c5": ("x", "king")}
    assert play(rules, at("c3", "b2", kind="man"), "c3-c4").cells["c4"] == ("x", "man")
    assert play(rules, at("a1", "c5", to_act="o", kind="man"), "c5-b5").cells["b5"] == ("o", "man")


def test_promotion_leaves_copies_flipped_and_placed_pieces_as_they_are() -> None:
    after = play(promoting(clone=True), start(promoting(clone=True)), "a4-a5")
    assert (after.cells["a4"], after.cells["a5"]) == (("x", "man"), ("x", "king"))
    rules = replace(promoting(), place="any", mixed=True, effect="infect")
    after = play(rules, at("", "d5", kind="man"), "e5")
    assert (after.cells["d5"], after.cells["e5"]) == (("x", "man"), ("x", "man"))


def test_goals_of_one_side_are_not_judged_for_the_other() -> None:
    x, o = at("a1 c1", "a5 c5"), at("a1 c1", "a5 c5", to_act="o")
    for atom, results in (("only_x", ("x", None)), ("only_o", (None, "o"))):
        rules = replace(placing(line=3, score="most"), **{atom: ("line",)})  # type: ignore[arg-type]
        assert (play(rules, x, "b1").result, play(rules, o, "b5").result) == results


def test_a_goal_of_the_other_side_does_not_hide_a_later_one() -> None:
    rules = moving(stepper(capture=("N",)), far=True, misere=True, eliminate=1, score="draw", line=0)
    assert play(rules, at("a4", "a5"), "a4xa5").result == "o"
    assert play(replace(rules, only_o=("far",)), at("a4", "a5"), "a4xa5").result == "x"


def test_an_action_scores_one_point_and_the_last_one_wins() -> None:
    rules = placing(line=3, points=2)
    crossing = play(rules, at("a1 b1 c2 c3", "e5"), "c1")
    assert (crossing.points, crossing.result) == ((1, 0), None)
    assert play(rules, at("a1 b1 c1", "e5", points=(1, 1)), "e1").points == (1, 1), "no line of which a cell is new"
    won = play(rules, at("a1 b1 c1", "e5", points=(1, 0)), "d1")
    assert (won.points, won.result) == ((2, 0), "x")
    other = play(rules, at("a1", "d5 e5", to_act="o", points=(1, 1)), "c5")
    assert (other.points, other.result) == ((1, 2), "o")


def test_a_point_lets_later_goals_be_judged() -> None:
    rules = placing(RHOMBUS, line=3, points=3, connect="own_sides")
    after = play(rules, at("c1 c2 c4 c5"), "c3")
    assert (after.points, after.result) == ((1, 0), "x")
    assert play(replace(rules, only_o=("line",)), at("c1 c2"), "c3").points == (0, 0)


@pytest.mark.parametrize(("points", "result"), [((1, 0), "x"), ((0, 1), "o"), ((1, 1), "draw")])
def test_points_and_captures_decide_a_scored_game(points: tuple[int, int], result: str) -> None:
    rules = placing(line=3, points=3, score="points", cap=50)
    assert play(rules, at("a1", "d5 e5", plies=49, points=points), "c2").result == result
    rules = moving(stepper(capture=("N",)), score="captures", cap=50)
    assert play(rules, at("a1", "d5 e5", plies=49, captured=points), "a1-b1").result == result


def test_a_swap_gives_the_first_piece_away() -> None:
    rules = placing(swap=True, hand=5)
    first = play(rules, start(rules), "c3")
    assert "swap" in legal_moves(rules, first) and len(legal_moves(rules, first)) == 25
    after = play(rules, first, "swap")
    assert (after.cells, after.placed, after.plies, after.to_act) == ({"c3": ("o", "stone")}, (0, 1), 2, "x")
    for position in (start(rules), after, play(rules, first, "a1")):
        assert "swap" not in legal_moves(rules, position)
        with pytest.raises(ValueError, match="not legal"):
            play(rules, position, "swap")


def test_contact_does_not_apply_after_a_swap_and_the_cap_does() -> None:
    rules = placing(swap=True, contact="must", score="most", cap=2)
    first = play(rules, start(rules), "c3")
    assert play(rules, first, "swap").result == "o"
    assert len(legal_moves(replace(rules, cap=50), play(replace(rules, cap=50), first, "swap"))) == 24


def test_a_swap_is_an_action_where_nothing_can_be_placed() -> None:
    rules = placing(Board("square", 5, 5, holes=("a2", "b1", "b2")), place="touch", line=3, swap=True, stalemate="lose")
    first = play(rules, start(rules), "a1")
    assert (first.result, legal_moves(rules, first)) == (None, ["swap"])
    with pytest.raises(ValueError, match="not legal"):
        play(rules, first, "pass")


def test_every_nth_ply_is_a_move() -> None:
    rules = placing(kinds=(stepper(),), rhythm=3, stalemate="lose")
    assert len(legal_moves(rules, at("a1", "e5", plies=0))) == len(legal_moves(rules, at("a1", "e5", plies=3))) == 23
    assert legal_moves(rules, at("a1", "e5", plies=2)) == ["a1-a2", "a1-b1"]
    assert legal_moves(rules, at("a1", "e5", plies=5, to_act="o")) == ["e5-d5", "e5-e4"]
    assert play(rules, at("a1 a2 b1", "", to_act="o", plies=1), "e5").result is None
    assert play(rules, at("", "", to_act="o", plies=1), "e5").result == "o", "X has nothing to move at the third ply"


def test_with_the_hand_used_up_every_ply_is_a_move_and_captures_bind_at_plies_for_moving_only() -> None:
    rules = placing(kinds=(stepper(capture=ORTHOGONAL),), rhythm=3, hand=5, must_capture=True)
    assert len(legal_moves(rules, at("a1", "a2", plies=0, placed=(1, 1)))) == 23
    assert legal_moves(rules, at("a1", "a2", plies=2, placed=(1, 1))) == ["a1xa2"]
    assert legal_moves(rules, at("a1", "c3", plies=0, placed=(5, 1))) == ["a1-a2", "a1-b1"]
