"""Actions and observations: every legal move has a number, and planes tell all that the rules make of a position."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from quickstudy.tasks.environments.actions import Actions
from quickstudy.tasks.environments.observations import list_planes, observe
from quickstudy.tasks.games.board import Board
from quickstudy.tasks.games.game import Game
from quickstudy.tasks.games.kernel import apply, legal_moves
from quickstudy.tasks.games.notation import PASS
from quickstudy.tasks.games.rules import Kind, Rules
from tests.kernel_positions import play, war
from tests.known_games import breakthrough, tic_tac_toe
from tests.random_rules import random_rules

SEEDS = range(30)


def game_of(rules: Rules) -> Game:
    return Game(rules.name, rules, Path())


def planes_of(rules: Rules, *moves: str, player: int = 0) -> dict[str, list[float]]:
    """Each plane by its name after some moves, its cells from the first rank on."""
    game, state = game_of(rules), play(rules, *moves)
    seen = observe(game, state, player)
    return {name: seen[:, :, i].ravel().tolist() for i, name in enumerate(list_planes(game))}


def test_placements_are_numbered_as_the_cells() -> None:
    assert Actions(game_of(tic_tac_toe())).names == ("a1", "b1", "c1", "a2", "b2", "c2", "a3", "b3", "c3")


def test_both_players_have_the_same_actions() -> None:
    rules = Rules(
        "Rooks",
        Board("square", 3, 2),
        (Kind("rook", slide=("E",), slide_capture=("N",)), Kind("man", jump=("E",))),
        (("a1",), ("a2",)),
        (("c2",), ()),
        eliminate=1,
    )
    quiet = {f"{a}{rank}-{b}{rank}" for a, b in ("ab", "ac", "bc", "ba", "ca", "cb") for rank in (1, 2)}
    captures = {f"{file}1x{file}2" for file in "abc"} | {f"{file}2x{file}1" for file in "abc"}
    jumps = {f"{a}{rank}x{b}{rank}" for a, b in ("ac", "ca") for rank in (1, 2)}
    actions = Actions(game_of(rules))
    assert len(actions) == len(set(actions.names))
    assert set(actions.names) == quiet | captures | jumps


def test_the_swap_is_an_action_and_the_pass_is_none() -> None:
    board = Board("square", 4, 4)
    names = Actions(game_of(Rules("Four", board, place="any", line=3, swap=True, stalemate="pass"))).names
    assert len(names) == 17 and "swap" in names and "pass" not in names


@pytest.mark.parametrize("seed", SEEDS)
def test_every_legal_move_is_an_action(seed: int) -> None:
    rng = np.random.default_rng(seed)
    game = game_of(random_rules(rng))
    actions = Actions(game)
    for _ in range(3):
        state = game.start()
        while not state[7]:
            legal = legal_moves(game.tables, state)
            if legal[0] >> 12 & 7 != PASS:
                assert set(actions.moves[actions.mask(legal) == 1]) == set(legal.tolist()), game.rules
            apply(game.tables, state, int(rng.choice(legal)))


def test_pieces_are_seen_from_the_player_and_the_board_from_the_first_rank() -> None:
    as_x, as_o = (planes_of(tic_tac_toe(), "a1", "c2", player=player) for player in (0, 1))
    assert as_x["own stone"] == as_o["other stone"] == [1, 0, 0, 0, 0, 0, 0, 0, 0]
    assert as_x["other stone"] == as_o["own stone"] == [0, 0, 0, 0, 0, 1, 0, 0, 0]
    assert as_x["playing X"] == [1] * 9 and as_o["playing X"] == [0] * 9
    assert as_x["plies played, of the cap"] == pytest.approx([2 / 9] * 9)


def test_each_kind_of_piece_has_its_planes() -> None:
    kinds = Kind("man", step=("E",), capture=("E",)), Kind("rook", slide=("W",))
    rules = Rules("Two", ROW, kinds, (("a1",), ("b1",)), (("d1",), ()), eliminate=1)
    planes = planes_of(rules, player=1)
    assert (planes["other man"], planes["other rook"]) == ([1, 0, 0, 0], [0, 1, 0, 0])
    assert (planes["own man"], planes["own rook"]) == ([0, 0, 0, 1], [0, 0, 0, 0])


def test_planes_are_empty_in_holes() -> None:
    planes = planes_of(Rules("Holed", Board("square", 3, 3, holes=("b2",)), place="any", line=3))
    assert planes["playing X"] == [1, 1, 1, 1, 0, 1, 1, 1, 1]


def test_a_game_has_no_planes_for_what_its_rules_do_not_count() -> None:
    planes = list_planes(game_of(breakthrough()))
    assert planes == ("own man", "other man", "playing X", "plies played, of the cap")


ROW, SMALL = Board("square", 4, 1), Board("square", 3, 3)
WALK = Kind("man", step=("E", "W"), capture=("E", "W"))
COUNTED: dict[str, tuple[Rules, str, float, float, str]] = {
    # rules, moves, the value on a1 and on b1 after them, and the plane, seen by X
    "burnt": (war("a1", "d1", WALK, ROW, burn=True), "a1-b1", 1, 0, "burnt"),
    "contact": (
        Rules("T", SMALL, place="any", line=3, contact="ban"),
        "a3 b1",
        0,
        1,
        "where the previous action ended",
    ),
    "double": (Rules("T", SMALL, place="any", line=3, double=True), "a3", 1, 1, "another action follows in this turn"),
    "double again": (
        Rules("T", SMALL, place="any", line=3, double=True),
        "a3 b3",
        0,
        0,
        "another action follows in this turn",
    ),
    "rhythm": (
        Rules("T", SMALL, (WALK,), place="any", line=3, rhythm=3),
        "a3 b3",
        1,
        1,
        "this ply is a move",
    ),
    "pass": (
        war("a1 b1", "d1", Kind("man", step=("W",), jump=("W",)), ROW, stalemate="pass"),
        "pass",
        1,
        1,
        "the previous turn was a pass",
    ),
    "own hand": (
        Rules("T", SMALL, (WALK,), place="any", line=3, hand=4),
        "a3 b3 c2",
        0.5,
        0.5,
        "own pieces placed, of the hand",
    ),
    "other hand": (
        Rules("T", SMALL, (WALK,), place="any", line=3, hand=4),
        "a3 b3 c2",
        0.25,
        0.25,
        "other pieces placed, of the hand",
    ),
    "captures": (war("a1", "b1 d1", WALK, ROW, captures=2), "a1xb1", 0.5, 0.5, "pieces removed by own"),
    "points": (
        Rules("T", SMALL, place="any", line=3, points=4),
        "a1 a3 b1 b3 c1",
        0.25,
        0.25,
        "points of own",
    ),
}


@pytest.mark.parametrize("count", COUNTED)
def test_what_the_rules_count_is_seen(count: str) -> None:
    rules, moves, a1, b1, name = COUNTED[count]
    plane = planes_of(rules, *moves.split())[name]
    assert (plane[0], plane[1]) == (a1, b1)
