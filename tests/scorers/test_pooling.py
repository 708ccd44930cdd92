"""Tests of pooling n50 over games: curves that say little learn from the others, and those that say much keep it."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from quickstudy.benchmarks.validation.pooling import draw_learner, measure_pooling
from quickstudy.scorers.curve import build_bank
from quickstudy.scorers.pooling import LEAST, pool_halves
from quickstudy.scorers.recall import View
from quickstudy.tasks.seeds import new_generator

N_MAX = 64


def rows_near(half: float, octaves: float, count: int = 800) -> NDArray[np.intp]:
    """Rows of the bank as a posterior draws them that lets log2 n50 vary normally about a number."""
    bank, rng = build_bank(N_MAX), np.random.default_rng(3)
    numbers = np.log2(np.maximum(bank.half, 0.01))
    wanted = np.log2(half) + octaves * rng.standard_normal(count)
    order = np.argsort(numbers)
    return np.asarray(order[np.minimum(np.searchsorted(numbers[order], wanted), len(order) - 1)])


def values(*curves: NDArray[np.intp]) -> list[float]:
    return [float(found.value or 0.0) for found in pool_halves([(N_MAX, rows) for rows in curves]).values]


def test_a_curve_that_says_little_moves_towards_the_others_and_they_stay() -> None:
    sure = [rows_near(half, 0.15) for half in (7.0, 8.0, 9.0)]
    *kept, moved = values(*sure, rows_near(24.0, 1.5))
    assert kept == pytest.approx([7.0, 8.0, 9.0], rel=0.1) and 7.0 < moved < 14.0


def test_games_that_differ_much_are_left_as_they_are() -> None:
    alone = (2.0, 8.0, 32.0)
    assert values(*(rows_near(half, 0.2) for half in alone)) == pytest.approx(alone, rel=0.1)


def test_the_mean_is_geometric_and_its_interval_is_wider_where_games_differ() -> None:
    alike, apart = (
        pool_halves([(N_MAX, rows_near(half, 0.2)) for half in halves])
        for halves in ((7.0, 8.0, 9.0, 8.0), (2.0, 8.0, 32.0, 8.0))
    )
    assert (alike.mean.value, apart.mean.value) == pytest.approx((8.0, 8.0), rel=0.1)
    assert 0.1 <= alike.spread < 0.5 < apart.spread
    assert apart.mean.low is not None and alike.mean.low is not None and apart.mean.low < alike.mean.low < 8.0


def test_too_few_curves_are_not_pooled() -> None:
    with pytest.raises(ValueError, match=f"needs {LEAST} curves or more with a draw each, and there are 2"):
        pool_halves([(N_MAX, rows_near(8.0, 0.2))] * 2)
    with pytest.raises(ValueError, match="with a draw each"):
        pool_halves([(N_MAX, np.zeros(0, np.intp))] * 3)


def test_planted_learners_are_half_way_where_they_should_be() -> None:
    rng = np.random.default_rng(2)
    for half in (4.0, 30.0):
        player = draw_learner(rng, half)
        start, middle, end = (player.strength(View.plain(int(n))) for n in (0, half, 256))
        assert (middle - start) / (end - start) == pytest.approx(0.5, abs=0.01)


def test_pooling_lowers_the_error_and_its_intervals_hold() -> None:
    alone, pooled, held, _ = measure_pooling(new_generator("pooling test", 1), models=3, games=8)
    assert pooled < 0.9 * alone and held >= 0.8
