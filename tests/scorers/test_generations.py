"""Slopes of notes chains."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import ttest_1samp

from quickstudy.scorers.generations import fit_slopes


def test_the_mean_slope_is_tested_over_chains() -> None:
    elo = np.random.default_rng(3).normal(0.0, 30.0, (6, 5)) + 25.0 * np.arange(5)
    slopes = [float(np.polyfit(np.arange(5), chain, 1)[0]) for chain in elo]
    oracle = ttest_1samp(slopes, 0.0, alternative="greater")
    found = fit_slopes(elo)
    assert found.slope == pytest.approx(np.mean(slopes)) and found.p == pytest.approx(oracle.pvalue)
    assert found.low < found.slope < found.high


def test_a_rise_that_has_ended_has_no_late_slope() -> None:
    found = fit_slopes(np.array([[0.0, 90.0, 100.0, 101.0, 99.0], [5.0, 80.0, 100.0, 98.0, 102.0]]))
    assert found.slope > 15.0 and found.late == pytest.approx(0.25) and found.late_low < 0.0


@pytest.mark.parametrize(("elo", "named"), [([[1.0, 2.0, 3.0]], "2 chains"), ([[1, 2, np.nan]] * 2, "not finite")])
def test_too_few_or_missing_strengths_are_refused(elo: list[list[float]], named: str) -> None:
    with pytest.raises(ValueError, match=named):
        fit_slopes(elo)
