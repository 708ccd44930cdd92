"""The simulation of ways to choose opponents."""

from __future__ import annotations

import numpy as np
import pytest

from quickstudy.benchmarks.validation.adaptive import (
    BATCHED,
    COLD,
    PHASED,
    SPREAD,
    UNIFORM,
    Scheme,
    count_matched,
    measure_games,
    measure_information,
    play_cell,
)

LADDER = np.arange(-800.0, 801.0, 200.0)


def test_a_game_against_an_equal_is_one_matched_game() -> None:
    assert count_matched(300.0, np.array([300.0, 300.0])).tolist() == [1.0, 2.0]
    assert count_matched(0.0, np.array([400.0]))[0] == pytest.approx(4 * 10 / 121)


@pytest.mark.parametrize("name", [PHASED, COLD, SPREAD, BATCHED, UNIFORM])
def test_all_games_are_against_levels_and_follow_from_the_seed(name: str) -> None:
    one, other = (play_cell(LADDER, 500.0, Scheme(name, 4), 30, np.random.default_rng(5), 60.0) for _ in range(2))
    assert one.tolist() == other.tolist() and len(one) == 30 and set(one) <= set(LADDER.tolist())


def test_phase_zero_tells_more_than_cold_matches_and_these_more_than_a_uniform_ladder() -> None:
    phased, cold, uniform = (
        measure_information(LADDER, 600.0, Scheme(n, 4), 64, 8, 1) for n in (PHASED, COLD, UNIFORM)
    )
    assert 64 > phased > cold + 5 and cold > uniform + 5


def test_phase_zero_needs_far_fewer_games_than_a_uniform_ladder() -> None:
    phased, uniform = measure_games(LADDER, Scheme(PHASED), 12, 5, 500), measure_games(LADDER, Scheme(UNIFORM), 40, 5)
    assert 186 <= phased <= 225 and uniform >= 2.3 * phased
