"""Test openings: a fixed pool for each game, with distinct positions from which there is still a game."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from quickstudy.tasks.examples.openings import (
    OPENING_PLIES,
    POOL_SIZE,
    held_out_positions,
    list_openings,
    position_key,
    write_opening,
)
from quickstudy.tasks.games.board import Board
from quickstudy.tasks.games.game import Game, list_games, load_game
from quickstudy.tasks.games.kernel import State, apply, legal_moves
from quickstudy.tasks.games.rules import Rules
from tests.known_games import othello, tic_tac_toe

TINY = Rules("Tiny", Board("square", 2, 3), place="any", line=3, score="most", cap=6)


def after(game: Game, opening: tuple[int, ...]) -> State:
    """The state after an opening, each move of which must be legal."""
    state = game.start()
    for move in opening:
        assert move in legal_moves(game.tables, state)
        apply(game.tables, state, move)
    return state


@pytest.mark.parametrize("name", list_games())
def test_pools_are_full_of_distinct_unfinished_positions(name: str) -> None:
    game = load_game(name)
    pool = list_openings(game)
    states = [after(game, opening) for opening in pool]
    assert len(pool) == POOL_SIZE and {len(opening) for opening in pool} == {OPENING_PLIES}
    assert len({position_key(state) for state in states}) == POOL_SIZE
    assert all(state[7] == 0 and len(legal_moves(game.tables, state)) for state in states)
    assert held_out_positions(game) == {position_key(state) for state in states}


def test_pools_depend_on_the_rules_alone(tmp_path: Path) -> None:
    game, again = (Game(name, tic_tac_toe(), tmp_path / name) for name in ("one", "two"))
    other = Game("one", replace(tic_tac_toe(), misere=True), tmp_path)
    list_openings.cache_clear()
    first = list_openings(game)
    list_openings.cache_clear()
    assert list_openings(game) == list_openings(again) == first != list_openings(other)


def test_a_small_game_has_as_many_openings_as_positions(tmp_path: Path) -> None:
    # Six cells, four pieces, two of each player: 15 * 6 positions, none with a line (a column takes three pieces).
    game = Game("tiny", TINY, tmp_path)
    assert len(list_openings(game)) == POOL_SIZE
    four = Game("four", replace(TINY, board=Board("square", 2, 3, holes=("a1",)), line=0), tmp_path)
    assert len(list_openings(four)) == 30  # 5 * 6


def test_a_game_without_openings_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="the game brief is over within 4 plies"):
        list_openings(Game("brief", replace(TINY, cap=4), tmp_path))


def test_positions_differ_by_pieces_side_and_burnt_cells_but_not_by_ply() -> None:
    state = load_game("morvane").start()
    for slot, differs in enumerate([True] * 6 + [False] * 5 + [True]):
        changed = state.copy()
        changed[slot] += 1
        assert (position_key(changed) != position_key(state)) == differs, slot


def test_openings_are_written_as_moves(tmp_path: Path) -> None:
    game = Game("othello", othello(), tmp_path)
    texts = [write_opening(game, opening) for opening in list_openings(game)]
    assert all(len(text.split()) == OPENING_PLIES for text in texts) and len(set(texts)) == POOL_SIZE
    assert set(texts[0].split()) <= set(game.rules.board.names)
