"""Cells that share their luck: equal games are one observation, independent ones stay independent."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quickstudy.scorers.correlation import correlate_cells
from quickstudy.scorers.curve import build_bank, fit_curve
from quickstudy.scorers.recall import View


def test_cells_with_the_same_games_are_one_observation() -> None:
    one, other = np.random.default_rng(1).normal(0.0, 10.0, (2, 16))
    found = correlate_cells([one, other, one])
    assert found[0, 2] == 1.0 and found[0, 1] == found[2, 1] != 1.0


def test_independent_cells_are_hardly_correlated_and_common_luck_is_found() -> None:
    rng = np.random.default_rng(2)
    luck, own = rng.normal(0.0, 10.0, (1, 16)), rng.normal(0.0, 5.0, (8, 16))
    apart = ~np.eye(8, dtype=bool)
    assert np.abs(correlate_cells(own)[apart]).max() < 0.25
    assert 0.6 < correlate_cells(luck + own)[apart].mean() < 0.85  # 0.8 is true


def test_a_cell_whose_sets_agree_is_taken_as_independent() -> None:
    found = correlate_cells([[0.0, 0.0, 0.0], [1.0, -2.0, 1.0], [0.0, 0.0, 0.0]])
    np.testing.assert_array_equal(found, np.eye(3))


def test_equal_patterns_of_different_games_and_of_few_sets_are_no_shared_luck() -> None:
    one, other = np.random.default_rng(3).normal(0.0, 10.0, (2, 16))
    assert correlate_cells([one, one, other], [100.0, 400.0, 0.0])[0, 1] != 1.0
    assert correlate_cells([one, one, other], [100.0, 100.0, 0.0])[0, 1] == 1.0
    few = correlate_cells([one[:4], one[:4], 2.0 * one[:4]], [100.0, 100.0, 400.0])
    np.testing.assert_array_equal(few, [[1, 1, 0], [1, 1, 0], [0, 0, 1]])


@settings(deadline=None)
@given(st.integers(0, 1000), st.integers(1, 8), st.integers(2, 12))
def test_a_correlation_has_no_negative_variance(seed: int, cells: int, sets: int) -> None:
    rng = np.random.default_rng(seed)
    influence = rng.normal(0.0, 1.0, (cells, sets))[rng.integers(cells, size=cells)]
    found = correlate_cells(influence)
    assert np.allclose(found, found.T) and np.linalg.eigvalsh(found).min() > -1e-9
    assert np.allclose(np.diag(found), 1.0) and np.abs(found).max() <= 1.0 + 1e-9


@pytest.mark.parametrize("given", [[1.0, 2.0], [[np.nan, 0.0]]])
def test_what_is_no_table_of_influences_is_refused(given: list[float]) -> None:
    with pytest.raises(ValueError, match="influences must be a table"):
        correlate_cells(given)


def test_a_copied_cell_tells_the_curve_no_more_than_itself() -> None:
    bank, plain = build_bank(16), [View.plain(n) for n in (0, 4, 16)]
    elo, se = np.array([0.0, 300.0, 400.0]), np.array([60.0, 60.0, 60.0])
    alone = fit_curve(bank, plain, elo, se)
    copied, shared = [0, 1, 2, 2, 2, 2], np.eye(6)
    shared[2:, 2:] = 1.0
    views = [plain[i] for i in copied]
    together = fit_curve(bank, views, elo[copied], se[copied], shared)
    apart = fit_curve(bank, views, elo[copied], se[copied])
    row = int(np.argmax(alone.evidence))
    assert together.gain_sd[row] == pytest.approx(alone.gain_sd[row], rel=0.05)  # but for the discrepancy of each copy
    assert apart.gain_sd[row] < 0.9 * alone.gain_sd[row]
