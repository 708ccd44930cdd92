"""The engine in lock-step with OpenSpiel: legal moves, boards and returns of random games."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from quickstudy.tasks.games import kernel
from quickstudy.tasks.games.notation import format_move
from quickstudy.tasks.games.rules import Rules
from quickstudy.tasks.games.tables import build_tables
from tests.known_games import breakthrough, connect_four, hex_game, othello

pyspiel = pytest.importorskip("pyspiel")


def same_cell(name: str, size: int) -> str:
    return name


def upside_down(move: str, size: int) -> str:
    """A move such as e7d6 (or e7d6*) on a board counted from the other side, with our signs left out."""
    move = move.rstrip("*")
    return "".join(str(size + 1 - int(c)) if c.isdigit() else c for c in move)


def by_column(move: str, size: int) -> str:
    return "abcdefg"[int(move[1:])]


def column_of(move: str) -> str:
    return move[:1]


def unsigned(move: str) -> str:
    return move.replace("-", "").replace("x", "")


# OpenSpiel's othello has no parameter of size: test_kernel.py checks the one on 6x6 in other ways.
GAMES: list[tuple[Rules, str, int, Callable[[str, int], str], Callable[[str], str]]] = [
    (connect_four(), "connect_four", 7, by_column, column_of),
    (breakthrough(8), "breakthrough", 8, upside_down, unsigned),
    (breakthrough(6), "breakthrough(rows=6,columns=6)", 6, upside_down, unsigned),
    (hex_game(7), "hex(board_size=7)", 7, same_cell, str),
    (othello(8), "othello", 8, same_cell, str),
]


def theirs(state: Any, translate: Callable[[str, int], str], size: int) -> dict[str, int]:
    player = state.current_player()
    return {translate(state.action_to_string(player, a), size): a for a in state.legal_actions()}


@pytest.mark.parametrize(("rules", "name", "size", "translate", "shorten"), GAMES, ids=[game[1] for game in GAMES])
def test_random_games_agree(
    rules: Rules, name: str, size: int, translate: Callable[[str, int], str], shorten: Callable[[str], str]
) -> None:
    g, game = build_tables(rules), pyspiel.load_game(name)
    generator = np.random.default_rng(size)
    for _ in range(100):
        state, other = kernel.start_state(g), game.new_initial_state()
        while not other.is_terminal():
            moves = {shorten(format_move(rules, int(move))): int(move) for move in kernel.legal_moves(g, state)}
            others = theirs(other, translate, size)
            assert sorted(moves) == sorted(others)
            assert int(state[5]) == other.current_player()
            chosen = sorted(moves)[generator.integers(len(moves))]
            kernel.apply(g, state, moves[chosen])
            other.apply_action(others[chosen])
            assert board_of(rules, state, name) == board_in(str(other), name)
        # OpenSpiel ends Othello at once where our players pass, one after the other.
        while not kernel.is_over(state):
            (move,) = kernel.legal_moves(g, state)
            assert format_move(rules, int(move)) == "pass"
            kernel.apply(g, state, int(move))
        assert other.returns() == {1: [1, -1], 2: [-1, 1], 3: [0, 0]}[kernel.result_of(state)]


@pytest.mark.parametrize(
    ("rules", "name", "depth"),
    [
        (connect_four(), "connect_four", 5),
        (breakthrough(8), "breakthrough", 3),
        (breakthrough(6), "breakthrough(rows=6,columns=6)", 3),
        (hex_game(7), "hex(board_size=7)", 2),
        (othello(8), "othello", 5),
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


def board_of(rules: Rules, state: kernel.State, name: str) -> str:
    """Our pieces as OpenSpiel's letters, in its order of rows (nothing for hex, which marks groups)."""
    if name.startswith("hex"):
        return ""
    letters = "bw" if name.startswith("breakthrough") else "xo"
    ranks = range(rules.board.ranks)
    rows = [
        "".join(letters[0] if int(state[0]) >> c & 1 else letters[1] if int(state[1]) >> c & 1 else "." for c in cells)
        for cells in (rules.board.rank_cells(rank) for rank in ranks)
    ]
    return "/".join(reversed(rows) if name == "connect_four" else rows)


def board_in(text: str, name: str) -> str:
    if name.startswith("hex"):
        return ""
    if name == "othello":
        lines = [line for line in text.splitlines() if line[:1].isdigit()]
        return "/".join("".join(line.split()[1:-1]).replace("-", ".") for line in lines)
    if name == "connect_four":
        return "/".join(text.split())
    return "/".join(line[1:] for line in text.splitlines() if line[:1].isdigit())
