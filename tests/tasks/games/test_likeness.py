"""Likeness: what two games share of board, names and atoms, and which game of many shares least."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quickstudy.tasks.games.game import Game, list_games, load_game
from quickstudy.tasks.games.likeness import find_unlike, measure_likeness
from tests.known_games import breakthrough

games = st.sampled_from(list_games()).map(load_game)


@given(games, games)
def test_likeness_is_symmetric_within_bounds_and_whole_for_the_game_itself(a: Game, b: Game) -> None:
    assert 0.0 <= measure_likeness(a.rules, b.rules) == measure_likeness(b.rules, a.rules) <= 1.0
    assert measure_likeness(a.rules, a.rules) == 1.0


def test_board_names_and_atoms_each_count_a_third() -> None:
    rules = breakthrough(5)
    renamed = replace(rules, kinds=(replace(rules.kinds[0], name="vlor"),))
    assert measure_likeness(rules, renamed) == pytest.approx(2 / 3)
    joined = replace(rules, board=replace(rules.board, edges="cylinder"))
    assert measure_likeness(rules, joined) == pytest.approx(1 - 1 / 9)
    larger = breakthrough(6)
    assert measure_likeness(rules, larger) == pytest.approx(1 - (1 - 25 / 36) / 9)


def test_the_least_alike_is_found_whatever_the_order_and_never_the_game_itself() -> None:
    found = [load_game(name) for name in ("velun", "tvafindil", "gvutalkil", "lattic")]
    rules = load_game("tvafindil").rules
    assert find_unlike(rules, found).name == find_unlike(rules, found[::-1]).name == "gvutalkil"
    with pytest.raises(ValueError, match="no game has other rules"):
        find_unlike(rules, [load_game("tvafindil")])
