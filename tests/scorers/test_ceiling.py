"""Ceilings: planted causes are found from padded layouts, and not from a curve alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import norm

from quickstudy.scorers.ceiling import CAUSES, PRIOR, Ceiling, cause_limits, find_ceiling
from quickstudy.scorers.curve import DISCREPANCY, GAIN_MEAN, GAIN_SD, build_bank, fit_curve
from quickstudy.scorers.recall import View
from tests.planted import FORGETFUL, FULL, N_MAX, SATURATED, UNTAUGHT, Planted, list_views

SE = 22.0  # 256 games


def judge(player: Planted, m: int | None, noise: int | None = None) -> Ceiling:
    views = list_views(m)
    elo = np.array([player.strength(view) for view in views])
    if noise is not None:
        elo = elo + np.random.default_rng(noise).normal(0.0, SE, len(elo))
    return find_ceiling(views, elo, np.full(len(elo), SE), N_MAX)


@pytest.mark.parametrize(
    ("player", "m", "cause"),
    [
        (SATURATED, 8, "saturation"),
        (FULL, 64, "context_full"),
        (FORGETFUL, 16, "recall_failure"),
        (replace(FORGETFUL, kernel="primacy"), 16, "recall_failure"),
        (replace(FORGETFUL, kernel="dilution2", tau=20.0), 8, "recall_failure"),
        (UNTAUGHT, 8, "no_learning"),
        (replace(SATURATED, filler=150.0), 8, "saturation"),
    ],
)
def test_planted_causes_are_decided(player: Planted, m: int, cause: str) -> None:
    found = judge(player, m)
    assert found.decision == cause, found.posterior
    assert sum(found.posterior.values()) == pytest.approx(1.0)
    assert found.bayes_factors[cause] > 3.0


@pytest.mark.parametrize("noise", range(5))
def test_intervals_hold_what_was_planted(noise: int) -> None:
    found = judge(SATURATED, 8, noise)
    for estimate, truth in ((found.start, 200.0), (found.ceiling, 800.0), (found.gain, 600.0), (found.n50, 5.5)):
        assert estimate.low is not None and estimate.high is not None
        assert estimate.low < truth < estimate.high
    assert found.loss_recall.low is not None and found.loss_recall.low < 10.0


def test_strengths_allow_for_a_curve_that_no_row_of_the_bank_has() -> None:
    views = list_views(8)
    elo = np.array([SATURATED.strength(view) for view in views])
    exact = find_ceiling(views, elo, np.full(len(elo), 0.1), N_MAX)
    for estimate in (exact.start, exact.ceiling):
        assert estimate.low is not None and estimate.high is not None
        assert estimate.high - estimate.low > 2 * 1.96 * DISCREPANCY


def test_a_curve_alone_decides_nothing() -> None:
    assert [judge(player, None).decision for player in (SATURATED, FULL, FORGETFUL)] == ["undecided"] * 3


def test_a_flat_curve_alone_may_be_a_failure_of_recall() -> None:
    flat = replace(FORGETFUL, tau=4.0)  # what is recalled suffices for most of the gain
    assert judge(flat, None).posterior["recall_failure"] > 0.1
    assert judge(SATURATED, None).posterior["recall_failure"] > 10 * judge(SATURATED, 8).posterior["recall_failure"]


def test_a_bad_fit_decides_nothing() -> None:
    views = list_views(8)
    elo = np.array([SATURATED.strength(view) for view in views])
    elo[5] -= 400.0
    found = find_ceiling(views, elo, np.full(len(elo), SE), N_MAX)
    assert found.chi2 > 2 * found.df and found.decision == "undecided"


def test_every_gain_of_every_row_has_one_cause() -> None:
    low, high = cause_limits(build_bank(32))
    for gain in (-100.0, 10.0, 80.0, 300.0, 2000.0):
        assert ((low <= gain) & (gain < high)).sum(axis=1).tolist() == [1] * len(low)


def test_the_posterior_of_the_causes_is_the_sum_over_all_rows() -> None:
    player = replace(FORGETFUL, tau=30.0)
    views = list_views(16)
    elo = np.array([player.strength(view) for view in views])
    found, bank = find_ceiling(views, elo, np.full(len(elo), 45.0), N_MAX), build_bank(N_MAX)
    low, high = cause_limits(bank)
    low = np.minimum(low, high)

    def between(mean: np.ndarray, sd: np.ndarray) -> np.ndarray:
        share = norm.cdf(high, mean[:, None], sd[:, None]) - norm.cdf(low, mean[:, None], sd[:, None])
        upper = norm.sf(low, mean[:, None], sd[:, None]) - norm.sf(high, mean[:, None], sd[:, None])
        return np.asarray(np.where(low > mean[:, None], upper, share))

    rows = np.ones(len(bank.prior))
    before = bank.prior @ between(GAIN_MEAN * rows, GAIN_SD * rows)
    posterior = fit_curve(bank, views, elo, np.full(len(elo), 45.0))
    weight = bank.prior * np.exp(posterior.evidence - posterior.evidence.max())
    exact = weight @ between(posterior.gain, posterior.gain_sd) / before * PRIOR
    assert [found.posterior[cause] for cause in CAUSES] == pytest.approx(exact / exact.sum(), abs=1e-5)


def test_without_evidence_the_causes_have_their_prior() -> None:
    views = [View("plain", 0, 0), View("plain", 1, 1)]
    found = find_ceiling(views, np.zeros(2), np.full(2, 1e5), 64)
    assert [found.posterior[cause] for cause in CAUSES] == pytest.approx(PRIOR, abs=0.01)
    assert [found.bayes_factors[cause] for cause in CAUSES] == pytest.approx([1.0] * 4, abs=0.05)


def test_no_number_is_extrapolated_beyond_two_windows() -> None:
    assert judge(replace(FULL, tau=2000.0, gain=3000.0), 64).shortfall.value is None
    near = judge(SATURATED, 8).shortfall
    assert near.value == pytest.approx(8 * np.log(10) / N_MAX, rel=0.3)


def test_the_same_cells_give_the_same_figures() -> None:
    assert judge(FORGETFUL, 16, 3).ceiling == judge(FORGETFUL, 16, 3).ceiling
