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
from tests.known_games import breakthrough, tic_tac_toe
from tests.random_rules import random_rules

SEEDS = range(60)


def game_of(rules: Rules) -> Game:
    return Game(rules.name, rules, Path())


def planes_of(rules: Rules, *moves: int, player: int = 0) -> dict[str, list[float]]:
    """Each plane by its name after some moves, its cells from the first rank on."""
    game = game_of(rules)
    state = game.start()
    for move in moves:
        apply(game.tables, state, move)
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
    [a1, _b1, c1, *_rest] = Actions(game_of(tic_tac_toe())).moves.tolist()
    as_x, as_o = (planes_of(tic_tac_toe(), a1, c1, player=player) for player in (0, 1))
    assert as_x["own stone"] == as_o["other stone"] == [1, 0, 0, 0, 0, 0, 0, 0, 0]
    assert as_x["other stone"] == as_o["own stone"] == [0, 0, 1, 0, 0, 0, 0, 0, 0]
    assert as_x["playing X"] == [1] * 9 and as_o["playing X"] == [0] * 9
    assert as_x["plies played, of the cap"] == pytest.approx([2 / 9] * 9)


def test_planes_are_empty_in_holes() -> None:
    planes = planes_of(Rules("Holed", Board("square", 3, 3, holes=("b2",)), place="any", line=3))
    assert planes["playing X"] == [1, 1, 1, 1, 0, 1, 1, 1, 1]


def test_a_game_without_pieces_to_place_has_no_plane_for_them() -> None:
    planes = list_planes(game_of(breakthrough()))
    assert planes == ("own man", "other man", "playing X", "plies played, of the cap")


def test_what_looks_the_same_goes_on_the_same() -> None:
    """Positions with one observation and mask have the same results and observations after each action."""
    met, again = dict[tuple[int, bytes], list[tuple[int, int, bytes]]](), 0
    for seed in SEEDS:
        rng = np.random.default_rng(seed)
        game = game_of(random_rules(rng))
        for _ in range(8):
            state = game.start()
            while not state[7] and state[6] < 12:
                legal, future = legal_moves(game.tables, state), []
                for move in legal.tolist():
                    after = state.copy()
                    apply(game.tables, after, move)
                    seen = observe(game, after, int(state[5])).tobytes()
                    future.append((move, int(after[5]) << 2 | int(after[7]), seen))
                key = seed, observe(game, state, int(state[5])).tobytes()
                again += key in met
                assert met.setdefault(key, future) == future, game.rules
                apply(game.tables, state, int(rng.choice(legal)))
    assert again > 500
