"""Ranks and tiers from pairwise differences."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quickstudy.scorers.ranks import Ranks, rank_players


def rank(elo: list[float], se: float = 20.0, df: float = np.inf, seed: int = 1) -> Ranks:
    values = np.array(elo)
    return rank_players(values[:, None] - values, np.full((len(elo), len(elo)), se), df, np.random.default_rng(seed))


def test_players_far_apart_have_one_rank_and_a_tier_each() -> None:
    ranks = rank([0.0, 1000.0, 500.0])
    assert ranks.marginal.tolist() == ranks.simultaneous.tolist() == [[3, 3], [1, 1], [2, 2]]
    assert ranks.tier.tolist() == [3, 1, 2]


def test_equal_players_share_all_ranks_and_the_first_tier() -> None:
    ranks = rank([300.0, 300.0, 300.0])
    assert ranks.marginal.tolist() == ranks.simultaneous.tolist() == [[1, 3]] * 3
    assert ranks.tier.tolist() == [1, 1, 1]


def test_a_difference_that_is_significant_alone_need_not_be_so_among_many() -> None:
    elo = [45.0, *[0.0] * 9]  # 2.25 standard errors
    assert rank(elo).marginal[0].tolist() == [1, 1]
    assert rank(elo).simultaneous[0].tolist() == [1, 10]
    assert rank([45.0, 0.0]).simultaneous[0].tolist() == [1, 1]


def test_few_example_sets_separate_less() -> None:
    assert rank([45.0, 0.0], df=7).marginal[0].tolist() == [1, 2]


def test_rejected_pairs_lower_the_bar_for_those_left() -> None:
    # 3.0 standard errors: under the bar of ten equal players (3.16), above that of the pairs which step one leaves
    assert rank([*[0.0] * 9, 60.0]).tier.tolist() == [1] * 10
    assert rank([*(1000.0 * i for i in range(9)), 8060.0]).tier.tolist() == list(range(10, 0, -1))


def test_an_unknown_difference_separates_nobody() -> None:
    elo = np.array([0.0, 1000.0, np.nan])
    ranks = rank_players(elo[:, None] - elo, np.full((3, 3), 20.0), 7.0, np.random.default_rng(1))
    assert ranks.marginal.tolist() == [[2, 3], [1, 2], [1, 3]]
    assert ranks.tier.tolist() == [2, 1, 1]


def test_one_player_is_first() -> None:
    assert rank([100.0]).marginal.tolist() == [[1, 1]]
    assert rank([100.0]).tier.tolist() == [1]


def test_an_error_that_is_not_positive_is_refused() -> None:
    with pytest.raises(ValueError, match="se must be positive"):
        rank([0.0, 100.0], se=0.0)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.floats(-500.0, 1500.0), min_size=2, max_size=8), st.integers(0, 9))
def test_simultaneous_intervals_hold_the_marginal_ones_and_follow_the_players_order(
    elo: list[float], seed: int
) -> None:
    ranks = rank(elo, seed=seed)
    assert (ranks.simultaneous[:, 0] <= ranks.marginal[:, 0]).all()
    assert (ranks.simultaneous[:, 1] >= ranks.marginal[:, 1]).all()
    order = np.argsort(elo)
    assert (np.diff(ranks.tier[order]) <= 0).all()
    assert rank(elo, seed=seed).above.tolist() == ranks.above.tolist()
