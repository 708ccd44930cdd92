"""Games and positions in a few words, for the tests of the kernel."""

from __future__ import annotations

from typing import Any

from quickstudy.tasks.games import kernel
from quickstudy.tasks.games.board import Board
from quickstudy.tasks.games.notation import format_move
from quickstudy.tasks.games.rules import Kind, Rules
from quickstudy.tasks.games.tables import build_tables

SQUARE = Board("square", 5, 5)
TORUS = Board("square", 5, 5, "torus")


def moves_of(rules: Rules, state: kernel.State) -> dict[str, int]:
    return {format_move(rules, int(move)): int(move) for move in kernel.legal_moves(build_tables(rules), state)}


def play(rules: Rules, *texts: str) -> kernel.State:
    """The state after moves given as text, each of which must be legal."""
    g = build_tables(rules)
    state = kernel.start_state(g)
    for text in texts:
        kernel.apply(g, state, moves_of(rules, state)[text])
    return state


def cells(rules: Rules, mask: Any) -> str:
    return " ".join(name for i, name in enumerate(rules.board.names) if int(mask) >> i & 1)


def war(x: str, o: str, kind: Kind, board: Board = SQUARE, **atoms: Any) -> Rules:
    """A game of moving pieces of one kind that ends at the cap unless atoms say otherwise."""
    base: dict[str, Any] = {"score": "most", "cap": 50, **atoms}
    return Rules("War", board, (kind,), (tuple(x.split()),), (tuple(o.split()),), **base)


ALL = tuple(SQUARE.steps)
