"""The slow interpreter on turns, passes and the end, and on promotion, points, swap and rhythm, as the English says."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from quickstudy.tasks.games.board import Board
from quickstudy.tasks.games.reference import legal_moves, play, start
from quickstudy.tasks.games.rules import Kind, Rules
from tests.reference_positions import APART, ORTHOGONAL, RHOMBUS, at, moving, placing, stepper, stuck_cells, targets

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
        goal: dict[str, Any] = {atom: ("line",)}
        rules = placing(line=3, score="most", **goal)
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
