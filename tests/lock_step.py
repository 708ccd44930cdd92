"""Kernel and reference interpreter in lock-step: one random game on both, compared at each ply."""

from __future__ import annotations

import numpy as np

from quickstudy.tasks.games import reference
from quickstudy.tasks.games.kernel import State, apply, legal_moves
from quickstudy.tasks.games.notation import cell_symbols, format_move, symbols
from quickstudy.tasks.games.rules import Rules
from quickstudy.tasks.games.tables import build_tables

RESULTS = {0: None, 1: "x", 2: "o", 3: "draw"}


def counts_of(state: State) -> tuple[int, tuple[int, int], tuple[int, int], tuple[int, int]]:
    """Plies, and both players' captures, placements and points."""
    packed = int(state[10])
    placed, points = (packed >> 16 & 0xFFFF, packed >> 32 & 0xFFFF), (packed >> 48 & 0xFF, packed >> 56)
    return int(state[6]), (int(state[8]), int(state[9])), placed, points


def play_in_step(rules: Rules, rng: np.random.Generator) -> list[str]:
    """Play one random game on both; returns its moves. Fails at the first difference."""
    tables = build_tables(rules)
    state, position = np.array(tables["start"], dtype=np.uint64), reference.start(rules)
    shown = symbols(rules)
    kinds = [kind.name for kind in rules.kinds]
    history: list[str] = []
    while True:
        moves = legal_moves(tables, state)
        texts = {format_move(rules, int(move)): int(move) for move in moves}
        assert len(texts) == len(moves), (rules, history, "two moves have one text")
        assert sorted(texts) == reference.legal_moves(rules, position), (rules, history)
        assert RESULTS[int(state[7])] == position.result, (rules, history)
        expected = ["."] * len(rules.board.cells)
        for name, (player, kind) in position.cells.items():
            expected[rules.board.index[name]] = shown["xo".index(player), kinds.index(kind)]
        for name in position.burnt:
            expected[rules.board.index[name]] = "#"
        assert cell_symbols(rules, state) == expected, (rules, history)
        if position.result is not None:
            return history
        assert "xo"[int(state[5])] == position.to_act, (rules, history)
        assert counts_of(state) == (position.plies, position.captured, position.placed, position.points), (
            rules,
            history,
        )
        text = sorted(texts)[rng.integers(len(texts))]
        history.append(text)
        apply(tables, state, texts[text])
        position = reference.play(rules, position, text)
