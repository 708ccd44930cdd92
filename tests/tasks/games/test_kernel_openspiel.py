"""The engine in lock-step with OpenSpiel: legal moves, boards and returns of random games."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from quickstudy.tasks.games import kernel
from quickstudy.tasks.games.rules import Rules
from quickstudy.tasks.games.tables import build_tables
from tests.known_games import breakthrough, clobber, connect_four, hex_game, othello
from tests.openspiel_games import SHARED, Shared, our_board, play_with_openspiel, their_board

pyspiel = pytest.importorskip("pyspiel")


@pytest.mark.parametrize("shared", SHARED, ids=lambda shared: shared.name)
def test_random_games_agree(shared: Shared) -> None:
    generator = np.random.default_rng(len(shared.rules.board.cells))
    assert sum(play_with_openspiel(shared, generator) for _ in range(100)) > 500


@pytest.mark.parametrize("shared", SHARED, ids=lambda shared: shared.name)
def test_boards_that_are_compared_have_a_sign_for_every_cell(shared: Shared) -> None:
    state = pyspiel.load_game(shared.name).new_initial_state()
    board = their_board(shared, str(state))
    assert len(board) == len(shared.rules.board.cells)
    assert board == our_board(shared.rules, kernel.start_state(build_tables(shared.rules)))


@pytest.mark.parametrize(
    ("rules", "name", "depth"),
    [
        (connect_four(), "connect_four", 5),
        (breakthrough(8), "breakthrough", 3),
        (breakthrough(6), "breakthrough(rows=6,columns=6)", 3),
        (hex_game(7), "hex(board_size=7)", 2),
        (othello(8), "othello", 5),
        (clobber(), "clobber(rows=5,columns=6)", 3),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_move_counts_agree(rules: Rules, name: str, depth: int) -> None:
    g = build_tables(rules)
    assert kernel.perft(g, kernel.start_state(g), depth) == leaves(pyspiel.load_game(name).new_initial_state(), depth)


def leaves(state: Any, depth: int) -> int:
    if depth == 0 or state.is_terminal():
        return int(depth == 0)
    return sum(leaves(state.child(action), depth - 1) for action in state.legal_actions())
