"""Recall: the share of reproduced moves, its interval by example set, and chance."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import beta

from quickstudy.scorers.replays import Recall, bound_share, estimate_recall


def test_share_and_chance_are_means_over_the_asked_moves() -> None:
    found = estimate_recall([1, 0, 1, 1], [2, 4, 4, 8], [0, 0, 1, 1])
    assert found.share == 0.75 and found.chance == pytest.approx((1 / 2 + 1 / 4 + 1 / 4 + 1 / 8) / 4)
    assert (found.moves, found.clusters) == (4, 2)
    assert found.low is not None and found.high is not None and 0.0 <= found.low < 0.75 < found.high <= 1.0


def test_one_set_has_no_interval_and_no_moves_have_no_share() -> None:
    assert estimate_recall([1, 0], [4, 4], ["a", "a"]) == Recall(0.5, None, None, 0.25, 2, 1)
    assert estimate_recall([], [], []) == Recall(None, None, None, None, 0, 0)


def test_equal_answers_count_each_set_once() -> None:
    # of 16 sets that are whole, one in k is lost with p: the exact bounds of 16 of 16
    every = estimate_recall([1] * 128, [5] * 128, [k // 8 for k in range(128)])
    assert (every.share, every.high) == (1.0, 1.0) and every.low == pytest.approx(0.025 ** (1 / 16))
    none = estimate_recall([0] * 128, [5] * 128, [k // 8 for k in range(128)])
    assert (none.share, none.low) == (0.0, 0.0) and none.high == pytest.approx(1 - 0.025 ** (1 / 16))


def test_games_lost_as_a_whole_count_as_one_answer_and_independent_moves_as_many() -> None:
    sets = [k // 8 for k in range(128)]
    whole = estimate_recall([int(k // 8 < 8) for k in range(128)], [5] * 128, sets)
    apart = estimate_recall([k % 2 for k in range(128)], [5] * 128, sets)
    assert whole.share == apart.share == 0.5
    # each set has half of its moves: as 128 independent answers at most
    assert (apart.low, apart.high) == pytest.approx((beta.ppf(0.025, 64, 65), beta.ppf(0.975, 65, 64)))
    assert whole.low is not None and whole.high is not None
    assert whole.high - whole.low > beta.ppf(0.975, 9, 8) - beta.ppf(0.025, 8, 9)


@pytest.mark.parametrize("likeness", [0.05, 0.9])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.97])
def test_intervals_hold_the_true_share(share: float, likeness: float) -> None:
    """Beta-binomial sets of 8 moves whose answers are correlated by `likeness`."""
    rng = np.random.default_rng(7)
    sets, held = [k // 8 for k in range(128)], 0
    scale = (1 - likeness) / likeness
    for _ in range(400):
        rates = rng.beta(share * scale, (1 - share) * scale, 16)
        found = estimate_recall(rng.random(128) < np.repeat(rates, 8), [5] * 128, sets)
        assert found.low is not None and found.high is not None
        held += found.low <= share <= found.high
    assert held / 400 >= 0.93


def test_bounds_treat_hits_and_misses_alike() -> None:
    for share in (0.0, 0.03, 0.4, 0.5):
        low, high = bound_share(share, 0.05, 128, 16)
        mirrored = bound_share(1.0 - share, 0.05, 128, 16)
        assert (1.0 - high, 1.0 - low) == pytest.approx(mirrored) and low <= share < high


@pytest.mark.parametrize(
    ("hits", "options", "sets", "named"),
    [([1], [2, 2], [0], "do not belong"), ([1, 0], [2, 2], [0], "do not belong"), ([1], [0], [0], "at least one")],
)
def test_what_does_not_belong_together_is_refused(
    hits: list[int], options: list[int], sets: list[int], named: str
) -> None:
    with pytest.raises(ValueError, match=named):
        estimate_recall(hits, options, sets)
