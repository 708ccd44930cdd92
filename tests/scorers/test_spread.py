"""The spread between repetitions: what is planted is found, chance alone is none, intervals hold the truth."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quickstudy.scorers.scale import SCALE, expected_score
from quickstudy.scorers.spread import deviate, estimate_spread


def test_equal_variances_give_the_variance_within_groups_less_that_of_chance() -> None:
    found = estimate_spread([0.0, 20.0, 100.0, 140.0], [25.0] * 4, ["a", "a", "b", "b"])
    assert found is not None and found.df == 2
    assert found.sd == pytest.approx(((200.0 + 800.0) / 2 - 25.0) ** 0.5)
    assert found.low < found.sd < found.high


def test_less_spread_than_chance_is_none() -> None:
    found = estimate_spread([0.0, 1.0, 100.0, 101.0], [400.0] * 4, [1, 1, 2, 2])
    assert found is not None and (found.sd, found.low) == (0.0, 0.0)


@pytest.mark.parametrize("groups", [[], [1, 2, 3]])
def test_without_repetitions_there_is_no_spread_to_tell(groups: list[int]) -> None:
    assert estimate_spread([1.0] * len(groups), [1.0] * len(groups), groups) is None


@given(st.floats(-1000, 1000), st.lists(st.floats(-500, 500), min_size=2, max_size=6))
def test_means_of_groups_are_not_spread(shift: float, values: list[float]) -> None:
    again = [value + shift for value in values]
    chance = [100.0 + 10.0 * i for i in range(len(values))]
    once, moved = (estimate_spread(y, chance, [0] * len(y)) for y in (values, again))
    assert once is not None and moved is not None
    assert moved.sd == pytest.approx(once.sd, abs=1e-3)
    assert 0.0 <= once.low <= once.sd <= once.high


def test_a_deviation_is_one_newton_step_with_the_error_of_the_games() -> None:
    value, variance = deviate(0.0, [0.0, 0.0], [1.0, 0.5])
    assert value == pytest.approx(SCALE) and variance == pytest.approx(2 * SCALE**2)


def play(sd: float, rng: np.random.Generator, sets: int = 16, orders: int = 4, games: int = 8) -> list[float]:
    """The spread, its ends and whether they hold the truth, of games whose strength is drawn for each set and order."""
    values, variances, groups = [], [], []
    for number in range(sets):
        level = rng.normal(0.0, 40.0)
        for _ in range(orders):
            strength, met = level + rng.normal(0.0, sd), rng.uniform(-150.0, 150.0, games)
            value, variance = deviate(0.0, met, (rng.random(games) < expected_score(strength, met)).astype(float))
            values.append(value)
            variances.append(variance)
            groups.append(number)
    found = estimate_spread(values, variances, groups)
    assert found is not None
    return [found.sd, float(found.low <= sd <= found.high)]


@pytest.mark.parametrize("planted", [0.0, 150.0])
def test_planted_spreads_are_found_in_games(planted: float) -> None:
    rng = np.random.default_rng(3)
    found = np.array([play(planted, rng) for _ in range(60)])
    # to first order only: great deviations are seen a little too small
    assert abs(np.median(found[:, 0]) - planted) < 35.0
    assert found[:, 1].mean() >= 0.85
