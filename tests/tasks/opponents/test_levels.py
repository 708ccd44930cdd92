"""Levels: an engine's move is a pure function of game, position, level and seed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from quickstudy.tasks.examples.openings import list_openings
from quickstudy.tasks.games.game import Game, list_games, load_game
from quickstudy.tasks.games.kernel import State, apply, legal_moves
from quickstudy.tasks.opponents.levels import ENGINES, LEVELS, Level, choose_move, find_level

CHEAP = ("random", "greedy", "mcts-30", "mcts-100", "alphabeta-300-e50", "alphabeta-1000")
Task = tuple[Game, State, Level, int]


def after_opening(game: Game, number: int) -> State:
    state = game.start()
    for move in list_openings(game)[number]:
        apply(game.tables, state, move)
    return state


def tasks(name: str) -> list[Task]:
    game = load_game(name)
    return [
        (game, after_opening(game, number), find_level(level), seed)
        for number in range(3)
        for level in CHEAP
        for seed in (1, 2)
    ]


@pytest.mark.parametrize("name", ["morvane", "velun", "tarsk"])
def test_moves_do_not_depend_on_what_was_searched_before_or_on_the_thread(name: str) -> None:
    work = tasks(name)
    moves = [choose_move(*task) for task in work]
    assert [choose_move(*task) for task in reversed(work)] == moves[::-1]
    with ThreadPoolExecutor(3) as pool:
        assert list(pool.map(lambda task: choose_move(*task), work)) == moves


@pytest.mark.parametrize("name", list_games())
def test_moves_are_legal_and_leave_the_position_alone(name: str) -> None:
    for game, state, level, seed in tasks(name):
        before = state.copy()
        assert choose_move(game, state, level, seed) in legal_moves(game.tables, state)
        assert (state == before).all()


@pytest.mark.parametrize("level", ["random", "mcts-30", "alphabeta-300-e50"])
def test_the_seed_and_the_ply_matter_to_levels_that_draw_lots(level: str) -> None:
    game = load_game("lattic")
    state = after_opening(game, 0)
    assert len({choose_move(game, state, find_level(level), seed) for seed in range(20)}) > 1
    later = state.copy()
    moves = []
    for ply in range(4, 24):
        later[6] = ply
        moves.append(choose_move(game, later, find_level(level), 1))
    assert len(set(moves)) > 1


def test_alpha_beta_draws_no_lots() -> None:
    game = load_game("velun")
    state = after_opening(game, 0)
    assert len({choose_move(game, state, find_level("alphabeta-1000"), seed) for seed in range(5)}) == 1


def test_an_unknown_level_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match=r"^unknown level 'god': choose one of random, .*alphabeta-10000$"):
        find_level("god")


def test_levels_are_named_by_their_setting() -> None:
    assert {find_level(name).name for name in LEVELS} == set(LEVELS)
    assert len({level.setting for level in LEVELS.values()}) == len(LEVELS)
    for name, level in LEVELS.items():
        engine, *numbers = name.split("-")
        assert engine == level.engine and set(ENGINES) >= {engine}
        expected = [str(level.budget)] * bool(level.budget) + [f"e{level.epsilon // 10}"] * bool(level.epsilon)
        assert numbers == expected


def test_work_grows_with_the_budget_and_falls_with_random_moves() -> None:
    order = ["random", "alphabeta-300-e75", "alphabeta-1000", "mcts-300", "alphabeta-10000"]
    works = [find_level(name).work for name in order]
    assert works == sorted(works) and len(set(works)) == len(works)
