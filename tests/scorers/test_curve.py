"""The curve bank: exact marginal likelihoods, and shapes that rise from 0 to 1."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import multivariate_normal

from quickstudy.scorers.curve import (
    DISCREPANCY,
    FILLER_SD,
    GAIN_MEAN,
    GAIN_SD,
    SHAPES,
    START_SD,
    build_bank,
    fit_curve,
    grow,
    invert_growth,
    share_gain,
)
from quickstudy.scorers.recall import View
from tests.planted import list_views

VIEWS = list_views(4, 32)
ELO = np.array([90.0, 160.0, 240.0, 310.0, 330.0, 420.0, 400.0, 230.0, 190.0, 300.0, 80.0])
SE = np.linspace(30.0, 60.0, len(ELO))


@pytest.mark.parametrize("shape", SHAPES)
def test_shapes_rise_from_nothing_to_all_of_the_gain(shape: str) -> None:
    shares = grow(shape, np.geomspace(1e-3, 1e6, 50))
    assert grow(shape, np.zeros(1))[0] == 0.0 and (np.diff(shares) >= 0).all() and shares[-1] > 0.99
    for share in (0.1, 0.5, 0.9):
        assert grow(shape, np.array(invert_growth(shape, share))) == pytest.approx(share)


def test_marginal_likelihoods_and_posteriors_are_those_of_the_joint_normal() -> None:
    bank = build_bank(32)
    posterior = fit_curve(bank, VIEWS, ELO, SE)
    shares = share_gain(32, tuple(VIEWS))
    padded = np.array([view.layout != "plain" for view in VIEWS], dtype=float)
    rows = [0, 999, 20_000, 35_123, len(bank.tau) - 1]
    exact = []
    for row in rows:
        design = np.stack([np.ones(len(ELO)), shares[row], padded], axis=1)
        prior = np.diag([START_SD**2, GAIN_SD**2, FILLER_SD**2])
        mean = ELO.mean() + GAIN_MEAN * shares[row]
        covariance = design @ prior @ design.T + np.diag(SE**2 + DISCREPANCY**2)
        exact.append(float(multivariate_normal.logpdf(ELO, mean, covariance)))
        gain = prior @ design.T @ np.linalg.inv(covariance)
        after = np.array([ELO.mean(), GAIN_MEAN, 0.0]) + gain @ (ELO - mean)
        spread = prior - gain @ design @ prior
        assert posterior.gain[row] == pytest.approx(after[1], abs=1e-6)
        assert posterior.gain_sd[row] == pytest.approx(spread[1, 1] ** 0.5)
        assert posterior.start[row] == pytest.approx(after[0], abs=1e-6)
        assert posterior.slope[row] == pytest.approx(spread[0, 1] / spread[1, 1])
        assert posterior.start_sd[row] ** 2 == pytest.approx(spread[0, 0] - spread[0, 1] ** 2 / spread[1, 1])
    found = posterior.evidence[rows]
    assert found - found[0] == pytest.approx(np.array(exact) - exact[0], abs=1e-6)


def test_kernels_share_the_prior_evenly() -> None:
    bank = build_bank(32)
    assert bank.prior.sum() == pytest.approx(1.0)
    assert np.bincount(bank.kernel, weights=bank.prior) == pytest.approx(np.full(8, 1 / 8))
    assert len(bank.tau) == 7 * 52 * (1 + 7 * 16)


@pytest.mark.parametrize(("elo", "se"), [([1.0], [1.0]), ([1.0, np.nan], [1.0, 1.0]), ([1.0, 2.0], [1.0, 0.0])])
def test_what_is_no_curve_is_refused(elo: list[float], se: list[float]) -> None:
    with pytest.raises(ValueError, match=r"cells|finite"):
        fit_curve(build_bank(32), [View("plain", n, n) for n in range(len(elo))], np.array(elo), np.array(se))


def test_a_bank_needs_two_examples() -> None:
    with pytest.raises(ValueError, match="n_max is 1"):
        build_bank(1)
