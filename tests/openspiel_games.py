"""Known games as OpenSpiel has them, and random games in lock-step with it: moves, boards and returns."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from quickstudy.tasks.games import kernel
from quickstudy.tasks.games.notation import format_move
from quickstudy.tasks.games.rules import Rules
from quickstudy.tasks.games.tables import build_tables
from tests.known_games import breakthrough, clobber, connect_four, hex_game, othello, tic_tac_toe


class Shared(NamedTuple):
    """A game in both: `translate` turns OpenSpiel's text of a move into ours without signs, which `shorten` gives.

    `letters` are OpenSpiel's signs for pieces of X and of O; `upright` tells that its boards begin with the last rank.
    """

    rules: Rules
    name: str
    translate: Callable[[str], str]
    shorten: Callable[[str], str] = str
    letters: tuple[str, str] = ("x", "o")
    upright: bool = False


def upside_down(size: int) -> Callable[[str], str]:
    """A move such as e7d6 (or e7d6*) on a board counted from the other side."""
    return lambda move: "".join(str(size + 1 - int(c)) if c.isdigit() else c for c in move.rstrip("*"))


def by_column(move: str) -> str:
    return "abcdefg"[int(move[1:])]


def by_row(move: str) -> str:
    """A mark such as x(0,1), rows counted from the first."""
    row, column = re.findall(r"\d+", move)
    return f"{'abcdefgh'[int(column)]}{int(row) + 1}"


def column_of(move: str) -> str:
    return move[:1]


def unsigned(move: str) -> str:
    return move.replace("-", "").replace("x", "")


# OpenSpiel's othello has no parameter of size: test_kernel.py checks the one on 6x6 in other ways.
# Its hex shows to which sides a group is joined.
SHARED = (
    Shared(connect_four(), "connect_four", by_column, column_of, upright=True),
    Shared(breakthrough(8), "breakthrough", upside_down(8), unsigned, ("b", "w")),
    Shared(breakthrough(6), "breakthrough(rows=6,columns=6)", upside_down(6), unsigned, ("b", "w")),
    Shared(hex_game(7), "hex(board_size=7)", str, str, ("xyzX", "opqO")),
    Shared(othello(8), "othello", str),
    Shared(tic_tac_toe(), "tic_tac_toe", by_row),
    Shared(clobber(), "clobber(rows=5,columns=6)", str, unsigned, ("o", "x"), upright=True),
)


def play_with_openspiel(shared: Shared, generator: np.random.Generator) -> int:
    """Play one random game on both; returns its plies (of OpenSpiel). Fails at the first difference."""
    import pyspiel

    rules, g = shared.rules, build_tables(shared.rules)
    state, other, plies = kernel.start_state(g), pyspiel.load_game(shared.name).new_initial_state(), 0
    while not other.is_terminal():
        moves = {shared.shorten(format_move(rules, int(move))): int(move) for move in kernel.legal_moves(g, state)}
        others = their_moves(shared, other)
        assert sorted(moves) == sorted(others), (shared.name, str(other))
        assert int(state[5]) == other.current_player(), (shared.name, str(other))
        chosen = sorted(moves)[generator.integers(len(moves))]
        kernel.apply(g, state, moves[chosen])
        other.apply_action(others[chosen])
        plies += 1
        assert our_board(rules, state) == their_board(shared, str(other)), (shared.name, str(other))
    # OpenSpiel ends Othello at once where our players pass, one after the other.
    while not kernel.is_over(state):
        (move,) = kernel.legal_moves(g, state)
        assert format_move(rules, int(move)) == "pass", (shared.name, str(other))
        kernel.apply(g, state, int(move))
    assert other.returns() == {1: [1, -1], 2: [-1, 1], 3: [0, 0]}[kernel.result_of(state)], (shared.name, str(other))
    return plies


def their_moves(shared: Shared, state: Any) -> dict[str, int]:
    player = state.current_player()
    return {shared.translate(state.action_to_string(player, a)): a for a in state.legal_actions()}


def our_board(rules: Rules, state: kernel.State) -> str:
    """Pieces in the order of our cells."""
    x, o = int(state[0]), int(state[1])
    return "".join("x" if x >> c & 1 else "o" if o >> c & 1 else "." for c in range(len(rules.board.cells)))


def their_board(shared: Shared, text: str) -> str:
    """OpenSpiel's pieces in the order of our cells."""
    rows = []
    for line in text.splitlines():
        signs = line.replace("-", ".").replace(" ", "").strip("0123456789")
        if signs and set(signs) <= set("." + "".join(shared.letters)):
            rows.append(
                "".join("x" if c in shared.letters[0] else "o" if c in shared.letters[1] else "." for c in signs)
            )
    return "".join(reversed(rows) if shared.upright else rows)
