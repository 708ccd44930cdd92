"""The kernel on promotion, goals of one side, points, swap and rhythm."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from quickstudy.tasks.games import kernel
from quickstudy.tasks.games.board import Board
from quickstudy.tasks.games.rules import Kind, Rules
from tests.kernel_positions import ALL, SQUARE, cells, moves_of, play, war

SMALL = Board("square", 4, 3)
PROMOTING = Rules(
    "Race",
    SMALL,
    (Kind("man", step=("N", "E"), capture=("E",), promotes="king"), Kind("king", step=("N", "S"))),
    (("a2", "c3"), ()),
    (("b2",), ("d3",)),
    score="most",
)


def test_a_piece_whose_move_ends_on_its_far_rank_is_promoted() -> None:
    assert cells(PROMOTING, play(PROMOTING)[2]) == "d3"
    assert cells(PROMOTING, play(PROMOTING, "a2-a3")[2]) == "a3 d3"
    assert cells(PROMOTING, play(PROMOTING, "a2xb2")[2]) == "d3"
    assert cells(PROMOTING, play(PROMOTING, "a2-a3", "b2-b1")[2]) == "b1 a3 d3"
    assert "a3-a2" in moves_of(PROMOTING, play(PROMOTING, "a2-a3", "b2-b1"))
    # Its move may start on that rank as well, and a capture or a king's next move there changes nothing else.
    assert cells(PROMOTING, play(PROMOTING, "a2-a3", "b2-b1", "c3xd3")[2]) == "b1 a3 d3"


def test_the_copy_that_a_promoted_clone_leaves_is_not_promoted() -> None:
    kinds = (replace(PROMOTING.kinds[0], clone=True), PROMOTING.kinds[1])
    state = play(replace(PROMOTING, kinds=kinds), "a2-a3")
    assert (cells(PROMOTING, state[0]), cells(PROMOTING, state[2])) == ("a2 a3 c3", "a3 d3")


def test_a_placed_piece_is_not_promoted() -> None:
    rules = replace(PROMOTING, place="any", mixed=True)
    assert cells(rules, play(rules, "a3")[2]) == "d3"


def test_a_goal_of_one_player_does_not_end_the_game_for_the_other() -> None:
    lines = ["a1", "a3", "b1", "b3", "d1", "c3"]
    atoms: list[tuple[dict[str, Any], tuple[int, int]]] = [({}, (1, 2))]
    atoms += [({"only_x": ("line",)}, (1, 0)), ({"only_o": ("line",)}, (0, 2))]
    for only, results in atoms:
        rules = Rules("T", SMALL, place="any", line=3, score="most", **only)
        assert play(rules, "a1", "a3", "b1", "b3", "c1")[7] == results[0]
        assert play(rules, *lines)[7] == results[1]


def test_endings_of_one_player_leave_the_others_in_their_order() -> None:
    # X eliminates O with a piece on the far rank: a loss by misere, unless far is O's goal alone.
    rules = war("a4", "a5", Kind("man", capture=("N",)), far=True, eliminate=1, misere=True, only_o=("far",))
    assert play(rules, "a4xa5")[7] == 1


def points_of(state: kernel.State) -> tuple[int, int]:
    return int(state[10]) >> 48 & 0xFF, int(state[10]) >> 56


def test_a_line_gives_one_point_and_the_last_one_wins() -> None:
    rules = Rules("T", SQUARE, place="any", line=3, points=2)
    one = play(rules, "a1", "e1", "b1", "e2", "c1")
    assert (points_of(one), one[7]) == ((1, 0), 0)
    two = play(rules, "a1", "e1", "b1", "e2", "c1", "e4", "d1")  # b1 c1 d1 is new
    assert (points_of(two), two[7]) == ((2, 0), 1)
    crossing = play(rules, "a1", "e1", "b1", "e2", "c2", "e4", "c3", "b5", "c1")
    assert (points_of(crossing), crossing[7]) == ((1, 0), 0)
    both = play(rules, "a1", "e1", "b1", "e2", "c1", "e3")
    assert (points_of(both), both[7]) == ((1, 1), 0)


def test_a_point_lets_the_later_endings_be_judged() -> None:
    rules = Rules("T", Board("square", 3, 4), place="any", line=3, points=2, connect="own_sides")
    state = play(rules, "a1", "c1", "a2", "c2", "a3", "b1", "a4")
    assert (points_of(state), state[7]) == ((2, 0), 1)
    state = play(rules, "b1", "c1", "a2", "c2", "a4", "b3", "a3")
    assert (points_of(state), state[7]) == ((1, 0), 1)


@pytest.mark.parametrize(("score", "result"), [("points", 1), ("draw", 3), ("most", 2)])
def test_a_scored_game_goes_to_the_one_with_more_points(score: Any, result: int) -> None:
    rules = Rules("T", SMALL, setup_o=(("d1", "d3"),), place="any", line=3, points=2, score=score, cap=6)
    equal = play(rules, "a1", "a2", "b1", "b3", "c1", "d2")
    assert points_of(equal) == (1, 1) and equal[7] == (3 if score == "points" else result)
    assert play(rules, "a1", "a2", "b1", "b3", "c1", "b2")[7] == result


@pytest.mark.parametrize(("score", "result"), [("captures", 1), ("most", 2)])
def test_a_scored_game_goes_to_the_one_who_removed_more(score: Any, result: int) -> None:
    rules = war("a1", "a2 b5 c5", Kind("man", step=ALL, capture=("N",)), score=score, cap=2)
    assert play(rules, "a1xa2", "b5-b4")[7] == result


SWAPPING = Rules("T", Board("square", 3, 3), place="any", line=3, swap=True, score="most")


def test_a_swap_is_the_second_players_first_action_alone() -> None:
    assert "swap" not in moves_of(SWAPPING, play(SWAPPING))
    assert list(moves_of(SWAPPING, play(SWAPPING, "b2"))).count("swap") == 1
    assert len(moves_of(SWAPPING, play(SWAPPING, "b2"))) == 9
    assert "swap" not in moves_of(SWAPPING, play(SWAPPING, "b2", "a1"))
    assert "swap" not in moves_of(SWAPPING, play(SWAPPING, "b2", "swap"))


def test_a_swap_gives_away_the_piece_and_the_turn_and_is_a_ply() -> None:
    state = play(SWAPPING, "b2", "swap")
    assert (cells(SWAPPING, state[0]), cells(SWAPPING, state[1])) == ("", "b2")
    assert [int(state[i]) for i in (5, 6, 7)] == [0, 2, 0]
    capped = replace(SWAPPING, cap=2)
    assert play(capped, "b2", "swap")[7] == 2


def test_a_swapped_piece_counts_as_placed_by_its_new_owner() -> None:
    rules = replace(SWAPPING, kinds=(Kind("man", step=ALL),), line=0, hand=2)
    state = play(rules, "b2", "swap", "a1", "c1", "a3")
    assert list(moves_of(rules, state)) == ["c1-b1", "c1-c2", "b2-b1", "b2-a2", "b2-c2", "b2-b3", "b2-c3"]


def test_contact_does_not_bind_after_a_swap() -> None:
    rules = replace(SWAPPING, contact="ban")
    assert len(moves_of(rules, play(rules, "a1"))) == 6
    assert len(moves_of(rules, play(rules, "a1", "swap"))) == 8


def test_a_swap_is_possible_where_nothing_can_be_placed() -> None:
    rules = replace(SWAPPING, board=Board("square", 3, 3, holes=("a2", "b1", "b2")), place="touch", line=3)
    assert list(moves_of(rules, play(rules, "a1"))) == ["swap"]


def test_every_third_ply_is_a_move() -> None:
    rules = Rules("T", SQUARE, (Kind("man", step=ALL),), place="any", line=3, rhythm=3)
    assert len(moves_of(rules, play(rules, "a1"))) == 24
    assert list(moves_of(rules, play(rules, "a1", "e5"))) == ["a1-b1", "a1-a2", "a1-b2"]
    assert len(moves_of(rules, play(rules, "a1", "e5", "a1-b1"))) == 23
    state = play(rules, "a1", "e5", "a1-b1", "c3", "d1")
    assert set(moves_of(rules, state)) == {"e5-d5", "e5-d4", "e5-e4", *(f"c3-{c}{r}" for c in "bcd" for r in "234")} - {
        "c3-c3"
    }


def test_every_ply_is_a_move_once_the_hand_is_used_up() -> None:
    rules = Rules("T", SMALL, (Kind("man", step=ALL),), place="any", hand=1, rhythm=5, score="most", stalemate="lose")
    assert list(moves_of(rules, play(rules, "a1", "d3"))) == ["a1-b1", "a1-a2", "a1-b2"]


def test_a_player_without_a_move_at_a_ply_for_moving_has_no_action() -> None:
    rules = Rules("T", SMALL, (Kind("man", step=("N",)),), place="any", line=3, rhythm=3, stalemate="lose")
    assert play(rules, "a3", "b1")[7] == 2
    assert play(rules, "a2", "b1")[7] == 0
