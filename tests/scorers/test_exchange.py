"""Author x reader: the parts add up, chance is taken off the spreads, and pairs by chain are used."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from quickstudy.scorers.exchange import average, split_gains

WRITING, READING = np.array([30.0, -30.0]), np.array([5.0, 5.0, -10.0])


def test_additive_gains_have_no_remainder() -> None:
    base = np.array([[100.0, 200.0, 300.0], [90.0, 250.0, 310.0]])
    gains = 50.0 + WRITING[:, None] + READING
    split = split_gains(base[:, None, :] + gains, base)
    assert split.chains == 2 and float(split.total.mean) == pytest.approx(50.0)
    assert split.writing.mean == pytest.approx(WRITING) and split.reading.mean == pytest.approx(READING)
    assert split.gain.mean == pytest.approx(gains) and split.remainder.mean == pytest.approx(np.zeros((2, 3)))
    assert split.writing_spread is not None and split.writing_spread.sd == pytest.approx(np.sqrt(2 * 900.0))
    assert split.remainder_spread is not None and split.remainder_spread.sd == pytest.approx(0.0, abs=1e-6)


@given(st.integers(0, 2**32 - 1), st.integers(2, 6), st.integers(1, 4), st.integers(1, 4))
def test_the_parts_add_up_to_the_gain_and_sum_to_zero(seed: int, chains: int, authors: int, readers: int) -> None:
    rng = np.random.default_rng(seed)
    elo, base = rng.normal(0, 200, (chains, authors, readers)), rng.normal(0, 200, (chains, readers))
    split = split_gains(elo, base)
    parts = split.total.mean + split.writing.mean[:, None] + split.reading.mean + split.remainder.mean
    assert parts == pytest.approx(split.gain.mean) and split.gain.mean == pytest.approx((elo - base[:, None]).mean(0))
    for part, axis in ((split.writing, 0), (split.reading, 0), (split.remainder, 0), (split.remainder, 1)):
        assert part.mean.sum(axis=axis) == pytest.approx(np.zeros(part.mean.sum(axis=axis).shape), abs=1e-9)
    spreads = (split.writing_spread, split.reading_spread, split.remainder_spread)
    assert [s is None for s in spreads] == [authors == 1, readers == 1, authors == 1 or readers == 1]
    assert all(s is None or 0.0 <= s.low <= s.sd <= s.high for s in spreads)


def test_the_interval_is_students_over_chains() -> None:
    values = np.array([1.0, 4.0, 2.0, 9.0])
    low, high = stats.t.interval(0.95, 3, loc=values.mean(), scale=stats.sem(values))
    effect = average(values)
    assert (float(effect.mean), float(effect.low), float(effect.high)) == pytest.approx((4.0, low, high))


def test_what_cells_of_a_chain_share_does_not_widen_the_effects() -> None:
    rng = np.random.default_rng(1)
    base = rng.normal(0, 10, (8, 3))
    elo = base[:, None, :] + 100.0 + WRITING[:, None] + READING + rng.normal(0, 10, (8, 2, 3))
    calm = split_gains(elo, base)
    shaken = split_gains(elo + rng.normal(0, 500, (8, 1, 1)), base)
    assert shaken.writing.high == pytest.approx(calm.writing.high)
    assert shaken.reading.low == pytest.approx(calm.reading.low)
    assert np.all(shaken.gain.high - shaken.gain.low > calm.gain.high - calm.gain.low)


def test_chance_alone_leaves_spreads_near_zero_on_average() -> None:
    rng, kept, raw = np.random.default_rng(2), [], []
    for _ in range(400):
        split = split_gains(rng.normal(0, 100, (8, 3, 3)), rng.normal(0, 100, (8, 3)))
        assert split.writing_spread is not None
        kept.append(split.writing_spread.sd)
        raw.append(split.writing.mean.std(ddof=1))
    assert np.median(kept) <= 10.0 < np.median(raw)


@pytest.mark.parametrize(
    ("strengths", "empty"),
    [(np.zeros((1, 2, 2)), np.zeros((1, 2))), (np.zeros((3, 2, 2)), np.zeros((3, 3))), (np.zeros((3, 2)), np.zeros(3))],
)
def test_what_does_not_fit_is_a_sentence(strengths: np.ndarray, empty: np.ndarray) -> None:
    with pytest.raises(ValueError, match="gains need strengths"):
        split_gains(strengths, empty)


def test_a_strength_that_is_not_finite_is_refused() -> None:
    with pytest.raises(ValueError, match="not finite"):
        split_gains(np.full((2, 2, 2), np.nan), np.zeros((2, 2)))
    with pytest.raises(ValueError, match="at least 2, got 1"):
        average([[1.0]])
