"""The slow interpreter on actions: placements, moves and their effects, as the English says."""

from __future__ import annotations

from dataclasses import replace

import pytest

from quickstudy.tasks.games.board import Board
from quickstudy.tasks.games.reference import Position, legal_moves, play, start
from quickstudy.tasks.games.rules import Kind, Rules
from tests.reference_positions import (
    APART,
    CYLINDER,
    HEXAGON,
    ORTHOGONAL,
    RHOMBUS,
    SQUARE,
    TORUS,
    at,
    moving,
    of,
    placing,
    stepper,
    stuck_cells,
    targets,
)

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
