"""The invented games of the catalogue as strong levels play them: neither short nor long, and seldom drawn."""

from __future__ import annotations

import numpy as np
import pytest

from quickstudy.tasks.examples.openings import list_openings
from quickstudy.tasks.games.game import load_game
from quickstudy.tasks.games.kernel import apply, is_over, result_of
from quickstudy.tasks.opponents.levels import choose_move, find_level

GAMES = 36
DRAW = 3


@pytest.mark.parametrize("name", ["lattic", "morvane", "tarsk", "velun"])
def test_games_of_strong_levels_have_8_to_60_plies_and_few_draws(name: str) -> None:
    game = load_game(name)
    openings = list_openings(game)
    lengths, draws = [], 0
    for number in range(GAMES):
        # Without random moves the level plays one game from each opening, and a small game has few openings.
        level = find_level("alphabeta-1000" if number < len(openings) else "alphabeta-300-e5")
        state = game.start()
        for move in openings[number % len(openings)]:
            apply(game.tables, state, move)
        while not is_over(state):
            apply(game.tables, state, choose_move(game, state, level, seed=number))
        lengths.append(int(state[6]))
        draws += result_of(state) == DRAW
    assert 8 <= np.median(lengths) <= 60 and 8 <= np.mean(lengths) <= 60
    assert sum(8 <= length <= 60 for length in lengths) >= 0.9 * GAMES
    assert draws < 0.3 * GAMES
