"""Random games inside the engine: the choices and states of the slow way, and the same games for the same seed."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numba import njit

from quickstudy.tasks.games import kernel
from quickstudy.tasks.games.game import list_games, load_game
from quickstudy.tasks.games.rules import Rules
from quickstudy.tasks.games.tables import build_tables
from tests.known_games import breakthrough, connect_four, hex_game, othello
from tests.random_rules import random_rules

ROOT = Path(__file__).parents[3]
SCRATCH = np.empty(kernel.MAXMOVES, np.int32)
WORDS = {
    1: [0],
    1 << 63: [63],
    (1 << 64) - 1: list(range(64)),
    0x8421_0000_F00F_0002: [1, 16, 17, 18, 19, 28, 29, 30, 31, 48, 53, 58, 63],
}


def play_slowly(g: Any, s: kernel.State, rng: Any) -> int:
    """A random game, one pick and one applied move after the other."""
    plies = 0
    while not kernel.is_over(s):
        kernel.apply(g, s, int(kernel.pick(g, s, SCRATCH, rng)))
        plies += 1
    return plies


def check_playouts(g: Any, seed: int, games: int) -> None:
    rng, slow = kernel.new_rng(seed), kernel.new_rng(seed)
    for opening in range(games):
        state = kernel.start_state(g)
        for _ in range(opening):
            if not kernel.is_over(state):
                kernel.apply(g, state, int(kernel.legal_moves(g, state)[-1]))
        other = state.copy()
        assert kernel.playout(g, state, SCRATCH, rng) == play_slowly(g, other, slow)
        assert state.tolist() == other.tolist() and kernel.is_over(state)
        assert rng[0] == slow[0]


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_playouts_of_random_rules_are_picks_that_are_applied(seed: int) -> None:
    check_playouts(build_tables(random_rules(np.random.default_rng(seed))), seed, 4)


@pytest.mark.parametrize("name", list_games())
def test_playouts_of_the_catalogue_are_picks_that_are_applied(name: str) -> None:
    check_playouts(load_game(name).tables, 1, 6)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_a_pick_is_the_drawn_one_of_the_listed_moves(seed: int) -> None:
    g = build_tables(random_rules(np.random.default_rng(seed)))
    state, rng, drawn = kernel.start_state(g), kernel.new_rng(seed), kernel.new_rng(seed)
    while not kernel.is_over(state):
        moves, before = kernel.legal_moves(g, state).tolist(), rng.copy()
        move = int(kernel.pick(g, state, SCRATCH, rng))
        if g.P[kernel.PICK_BY_SHIFT] and g.P[kernel.MOVING]:
            assert move in moves
        elif rng[0] != before[0]:
            drawn[0] = before[0]
            assert move == moves[kernel.draw(drawn, len(moves))]
            assert rng[0] == drawn[0]
        else:
            assert [move] == moves == [kernel.PASS << 12]
        kernel.apply(g, state, move)


def list_set_bits(word: Any, n: Any) -> Any:
    return [kernel.select(word, k) for k in range(n)]


list_compiled: Any = njit(list_set_bits)


def selected() -> list[list[int]]:
    return [list(list_compiled(np.uint64(word), word.bit_count())) for word in WORDS]


def test_set_bits_are_selected_with_and_without_an_instruction_for_it() -> None:
    assert selected() == list(WORDS.values())
    code = "import json; from tests.tasks.games.test_playouts import selected; print(json.dumps(selected()))"
    environment = dict(os.environ, NUMBA_CPU_NAME="generic", NUMBA_CPU_FEATURES="")
    output = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    ).stdout
    assert json.loads(output) == list(WORDS.values())


def games_digest(rules: Rules) -> str:
    """Digest of the last positions of 50 random games of a seed."""
    g, rng, found = build_tables(rules), kernel.new_rng(20), hashlib.sha256()
    for _ in range(50):
        state = kernel.start_state(g)
        kernel.playout(g, state, SCRATCH, rng)
        found.update(state.astype("<u8").tobytes())
    return found.hexdigest()[:16]


@pytest.mark.parametrize(
    ("rules", "golden"),
    [
        (connect_four(), "3a42113aee43022a"),
        (breakthrough(8), "1a5788ac4b1b4639"),
        (hex_game(7), "85f239f472a02f69"),
        (othello(8), "68d88ee3e0b20d10"),
        (load_game("zralovuk").rules, "9e7bb77900455e5b"),
        (load_game("gdavastum").rules, "5a522c39f017fdf7"),
    ],
    ids=lambda value: value.name if isinstance(value, Rules) else "",
)
def test_a_seed_gives_the_same_games_for_ever(rules: Rules, golden: str) -> None:
    assert games_digest(rules) == golden
