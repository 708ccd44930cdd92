"""Kernel and reference interpreter play the same random games: positions, legal moves and results must be equal."""

import numpy as np
import pytest

from quickstudy.tasks.games import reference
from quickstudy.tasks.games.game import list_games, load_game
from quickstudy.tasks.games.kernel import apply, legal_moves
from quickstudy.tasks.games.notation import cell_symbols, format_move, symbols
from quickstudy.tasks.games.rules import Rules
from quickstudy.tasks.games.tables import build_tables
from quickstudy.tasks.seeds import new_generator
from tests.random_rules import random_rules

RESULTS = {0: None, 1: "x", 2: "o", 3: "draw"}
SPECS = 1200


def play_in_step(rules: Rules, rng: np.random.Generator) -> int:
    """Play one random game on both; returns its plies. Fails at the first difference."""
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
            return len(history)
        assert "xo"[int(state[5])] == position.to_act, (rules, history)
        text = sorted(texts)[rng.integers(len(texts))]
        history.append(text)
        apply(tables, state, texts[text])
        position = reference.play(rules, position, text)


def test_random_specs_play_alike_on_kernel_and_reference() -> None:
    plies = 0
    for number in range(SPECS):
        rng = new_generator("lockstep", number)
        rules = random_rules(rng)
        for _ in range(3):
            plies += play_in_step(rules, rng)
    assert plies > 10 * SPECS


@pytest.mark.parametrize("name", list_games())
def test_catalogue_games_play_alike_on_kernel_and_reference(name: str) -> None:
    rng = new_generator("lockstep", name)
    for _ in range(12):
        assert play_in_step(load_game(name).rules, rng) >= 5
