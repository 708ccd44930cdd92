"""The simulated check of rank intervals (statistics.md, test 20), at few repetitions."""

from __future__ import annotations

import numpy as np

from quickstudy.benchmarks.validation.ranks import check_ranks


def test_ranks_of_fifty_players_are_held_at_once_by_the_simultaneous_intervals_only() -> None:
    found = check_ranks(np.random.default_rng(20), 20)
    assert found.simultaneous_coverage >= 0.95
    assert found.marginal_coverage >= 0.95 > found.marginal_at_once
    assert 11.0 < found.marginal_width < 14.0
    assert 21.0 < found.simultaneous_width < 26.0


def test_equal_players_are_rarely_separated() -> None:
    found = check_ranks(np.random.default_rng(21), 150, models=8, sd=0.0)
    assert 0.0 < found.false_separations <= 0.1
