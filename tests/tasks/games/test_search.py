"""The searches: exact values against plain minimax, reproducible choices, golden Monte Carlo trees."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quickstudy.tasks.games import kernel
from quickstudy.tasks.games.board import Board
from quickstudy.tasks.games.rules import Kind, Rules
from quickstudy.tasks.games.tables import build_tables
from tests.known_games import breakthrough, connect_four, hex_game, othello, tic_tac_toe
from tests.random_rules import random_rules

ROOT = Path(__file__).parents[3]
WORKSPACE = kernel.new_workspace()
ENGINES = {
    "random": (kernel.RANDOM, 0, 0),
    "mcts": (kernel.MCTS, 200, 0),
    "mixed": (kernel.MCTS, 50, 500),
    "alphabeta": (kernel.ALPHABETA, 3000, 0),
    "greedy": (kernel.GREEDY, 0, 100),
}
DOUBLE = Rules("Double", Board("rhombus", 4, 4), place="touch", double=True, shape="rhombus", cap=14)
CHIEFS = Rules(
    "Chiefs",
    Board("hexagon", 3, 3),
    (Kind("man", step=("NE", "E", "W", "NW"), jump=("NE", "NW")), Kind("chief", step=("E", "W"), royal=True)),
    (("d1", "b2", "a3"), ("c1",)),
    (("e3", "d4", "b5"), ("c5",)),
    stalemate="lose",
)


def position(rules: Rules, plies: int, seed: int) -> kernel.State:
    """The state after random plies (fewer when the game ends)."""
    g = build_tables(rules)
    state = kernel.start_state(g)
    for ply in range(plies):
        if not kernel.is_over(state):
            kernel.apply(g, state, kernel.choose(g, state, kernel.RANDOM, 0, 0, kernel.mix(seed, ply), WORKSPACE))
    return state


def minimax(g: Any, state: kernel.State, budget: list[int]) -> int | None:
    """Value for X (1, 0, -1), or None when the budget of positions is used up."""
    budget[0] -= 1
    if kernel.is_over(state):
        return {1: 1, 2: -1, 3: 0}[kernel.result_of(state)]
    values = []
    for move in kernel.legal_moves(g, state):
        if budget[0] < 0:
            return None
        after = state.copy()
        kernel.apply(g, after, int(move))
        values.append(minimax(g, after, budget))
    if None in values:
        return None
    return (max if state[5] == 0 else min)(value for value in values if value is not None)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_proven_values_are_those_of_minimax(seed: int) -> None:
    generator = np.random.default_rng(seed)
    rules = replace(random_rules(generator), cap=int(generator.integers(3, 7)))
    g = build_tables(rules)
    state = position(rules, int(generator.integers(0, 4)), seed)
    value = minimax(g, state, [1500])
    if value is None or kernel.is_over(state):
        return
    own = value if state[5] == 0 else -value
    move, score, _, _, exact = kernel.alphabeta(g, state, 10**7, WORKSPACE)
    assert exact
    assert np.sign(score) == own
    assert abs(score) > kernel.WIN // 2 or score == 0
    best = [move]
    move, estimate, _ = kernel.mcts(g, state, 20_000, kernel.new_rng(seed), WORKSPACE)
    best.append(move)
    if WORKSPACE[2][5][0]:
        assert estimate == (own + 1) / 2
        for choice in best:
            after = state.copy()
            kernel.apply(g, after, choice)
            assert minimax(g, after, [10**6]) == value


def test_tic_tac_toe_is_a_draw() -> None:
    g = build_tables(tic_tac_toe())
    _, score, _, _, exact = kernel.alphabeta(g, kernel.start_state(g), 10**6, WORKSPACE)
    assert (score, exact) == (0, True)
    _, value, _ = kernel.mcts(g, kernel.start_state(g), 50_000, kernel.new_rng(1), WORKSPACE)
    assert abs(value - 0.5) < 0.06


def test_connect_four_on_five_by_four_is_a_draw() -> None:
    g = build_tables(connect_four(5, 4))
    _, score, _, _, exact = kernel.alphabeta(g, kernel.start_state(g), 10**8, WORKSPACE)
    assert (score, exact) == (0, True)


def test_the_first_player_wins_hex_on_four_by_four() -> None:
    g = build_tables(hex_game(4))
    _, score, _, _, exact = kernel.alphabeta(g, kernel.start_state(g), 10**8, WORKSPACE)
    assert exact
    assert score > kernel.WIN // 2


@pytest.mark.parametrize("rules", [connect_four(), breakthrough(6), DOUBLE, CHIEFS], ids=lambda rules: rules.name)
def test_more_search_wins_more_games(rules: Rules) -> None:
    g, log = build_tables(rules), np.zeros(200, np.int32)
    strong, weak = ENGINES["mcts"], ENGINES["random"]
    won = 0
    for game in range(20):
        won += kernel.play_game(g, *strong, *weak, 0, game, WORKSPACE, log)[0] == 1
        won += kernel.play_game(g, *weak, *strong, 0, game, WORKSPACE, log)[0] == 2
    assert won >= 30


def test_a_full_tree_keeps_simulating(monkeypatch: pytest.MonkeyPatch) -> None:
    g, small = build_tables(connect_four()), list(kernel.new_workspace())
    small[2] = tuple(array[:50].copy() for array in small[2][:6]) + small[2][6:]
    _, _, nodes = kernel.mcts(g, kernel.start_state(g), 500, kernel.new_rng(3), tuple(small))
    assert nodes <= 50
    assert int(small[2][0][0]) == 500


def choices(order: list[int]) -> dict[str, int]:
    """Moves of all engines in several positions, asked for in a given order, with one workspace."""
    games = [connect_four(), breakthrough(6), hex_game(5), othello(6), DOUBLE, CHIEFS]
    tasks = [(rules, plies, name) for rules in games for plies in (0, 5) for name in ENGINES]
    found = {}
    for i in order:
        rules, plies, name = tasks[i % len(tasks)]
        state = position(rules, plies, 7)
        seed = kernel.mix(99, plies)
        found[f"{rules.name}/{plies}/{name}"] = kernel.choose(
            build_tables(rules), state, *ENGINES[name], seed, WORKSPACE
        )
    return dict(sorted(found.items()))


def test_choices_do_not_depend_on_earlier_calls() -> None:
    first = choices(list(range(60)))
    assert len(set(first.values())) > 20
    shuffled = np.random.default_rng(1).permutation(60).tolist()
    assert choices(shuffled) == first
    assert choices(shuffled[::-1]) == first


def test_choices_are_the_same_in_another_process() -> None:
    code = "import json; from tests.tasks.games.test_search import choices;print(json.dumps(choices(list(range(60)))))"
    output = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert json.loads(output.stdout.splitlines()[-1]) == choices(list(range(60)))


def test_different_seeds_choose_differently() -> None:
    g = build_tables(breakthrough(6))
    state = kernel.start_state(g)
    for name in ("random", "mcts", "mixed", "greedy"):
        assert len({kernel.choose(g, state, *ENGINES[name], seed, WORKSPACE) for seed in range(30)}) > 1


def test_epsilon_is_the_share_of_random_moves() -> None:
    g = build_tables(connect_four())
    state = kernel.start_state(g)
    best = kernel.choose(g, state, kernel.ALPHABETA, 2000, 0, 1, WORKSPACE)
    others = [kernel.choose(g, state, kernel.ALPHABETA, 2000, 700, seed, WORKSPACE) != best for seed in range(400)]
    assert abs(np.mean(others) - 0.7 * 6 / 7) < 0.12
    assert not any(kernel.choose(g, state, kernel.ALPHABETA, 2000, 0, seed, WORKSPACE) != best for seed in range(5))


@pytest.mark.parametrize("rules", [othello(6), DOUBLE, CHIEFS], ids=lambda rules: rules.name)
def test_a_played_game_is_made_of_single_choices(rules: Rules) -> None:
    g, log, seed = build_tables(rules), np.zeros(200, np.int32), 2**63 + 5
    result, plies = kernel.play_game(g, *ENGINES["mixed"], *ENGINES["greedy"], 3, seed, WORKSPACE, log)
    state = kernel.start_state(g)
    for ply in range(plies):
        engine = ENGINES["random"] if ply < 3 else ENGINES["mixed"] if state[5] == 0 else ENGINES["greedy"]
        move = kernel.choose(g, state, *engine, kernel.mix(seed, ply), kernel.new_workspace())
        assert move == log[ply]
        kernel.apply(g, state, move)
    assert kernel.result_of(state) == result > 0


def tree_digest(rules: Rules) -> str:
    """Hash of the root moves and visit counts of searches of three positions with two seeds each."""
    digest = hashlib.sha256()
    visits, _, moves, first, size = WORKSPACE[2][:5]
    for plies in (0, 4, 9):
        for seed in (1, 2):
            state = position(rules, plies, 11)
            kernel.mcts(build_tables(rules), state, 1000, kernel.new_rng(seed), WORKSPACE)
            children = slice(int(first[0]), int(first[0]) + int(size[0]))
            digest.update(moves[children].tobytes() + visits[children].tobytes())
    return digest.hexdigest()[:16]


@pytest.mark.parametrize(
    ("rules", "golden"),
    [
        (connect_four(), "2ec1869a711cfe27"),
        (breakthrough(6), "e06ba6111b1af408"),
        (hex_game(5), "31fd196014305c4f"),
        (othello(6), "7ef4284f3c2c0431"),
        (DOUBLE, "67618bd585ea44d4"),
        (CHIEFS, "8760c92554fcb962"),
    ],
    ids=lambda value: value.name if isinstance(value, Rules) else "",
)
def test_search_trees_are_the_same_on_every_machine(rules: Rules, golden: str) -> None:
    assert tree_digest(rules) == golden


def test_mix_is_splitmix64() -> None:
    # First outputs of splitmix64 from state 0 (Vigna's reference code).
    assert [kernel.mix(0, ply) for ply in range(2)] == [0xE220A8397B1DCDAF, 0x6E789E6AA1B965F4]


@pytest.mark.parametrize("moves", [(), (0,), (0, 4), (0, 4, 1), (4, 0, 8, 2)])
def test_move_values_of_a_small_game_are_proven_and_right(moves: tuple[int, ...]) -> None:
    def solve(state: Any) -> float:
        """Value for X by full search, independent of the engine's own searches."""
        if state[7]:
            return {1: 1.0, 2: 0.0, 3: 0.5}[int(state[7])]
        best = max if state[5] == 0 else min
        key = tuple(int(state[i]) for i in (0, 1, 5))
        if key not in solved:
            solved[key] = best(solve(after) for after in kernel.successors(tables, state)[1])
        return solved[key]

    solved: dict[tuple[int, ...], float] = {}
    tables = build_tables(tic_tac_toe())
    state = kernel.start_state(tables)
    for cell in moves:
        kernel.apply(
            tables, state, next(int(m) for m in kernel.legal_moves(tables, state) if (int(m) >> 6) & 63 == cell)
        )
    found, values, exact = kernel.move_values(tables, state, 10**6, 100, 1, kernel.new_workspace())
    assert found.tolist() == kernel.legal_moves(tables, state).tolist() and exact.all()
    expected = [solve(after) for after in kernel.successors(tables, state)[1]]
    assert values.tolist() == (expected if state[5] == 0 else [1.0 - value for value in expected])


def test_move_values_follow_from_their_seed_and_stay_within_bounds() -> None:
    tables = build_tables(breakthrough(6))
    state, workspace = kernel.start_state(tables), kernel.new_workspace()
    one: Any = kernel.move_values(tables, state, 2000, 4000, 1, workspace)
    again: Any = kernel.move_values(tables, state, 2000, 4000, 1, kernel.new_workspace())
    other = kernel.move_values(tables, state, 2000, 4000, 2, workspace)
    assert all(np.array_equal(a, b) for a, b in zip(one, again, strict=True))
    assert (one[1] != other[1]).any() and not one[2].any()
    assert ((one[1] > 0) & (one[1] < 1)).all()
    assert kernel.move_values(tables, state, 2000, 0, 1, workspace)[1].shape == one[1].shape
