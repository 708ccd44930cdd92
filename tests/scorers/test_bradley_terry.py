"""The joint fit of a ladder: planted ratings, honest covariance, and refusals."""

import numpy as np
import pytest

from quickstudy.scorers.bradley_terry import fit_ladder
from quickstudy.scorers.scale import FloatArray, expected_score

RATINGS = np.array([0.0, 120.0, 260.0, 370.0, 500.0])


def band(number: int) -> FloatArray:
    """Number of games: `number` for each pair at most two levels apart."""
    gap = np.abs(np.arange(5)[:, None] - np.arange(5))
    return np.where((gap > 0) & (gap <= 2), float(number), 0.0)


def play(rng: np.random.Generator, games: FloatArray, draw: float = 0.0) -> tuple[FloatArray, FloatArray]:
    """Simulate points and draws; a share `draw` of the games is drawn where the expected score allows it."""
    points, drawn = np.zeros_like(games), np.zeros_like(games)
    for i in range(5):
        for j in range(i):
            p = float(expected_score(RATINGS[i], RATINGS[j]))
            share = min(draw, 2.0 * min(p, 1.0 - p))
            won, tied, _ = rng.multinomial(int(games[i, j]), [p - share / 2, share, 1.0 - p - share / 2])
            points[i, j], drawn[i, j] = won + tied / 2, tied
            points[j, i], drawn[j, i] = games[i, j] - points[i, j], tied
    return points, drawn


def test_planted_ratings_are_recovered_exactly_from_expected_points() -> None:
    games = band(100_000)
    points = games * expected_score(RATINGS[:, None], RATINGS[None, :])
    ratings, covariance, chi2, df = fit_ladder(points, games)
    assert ratings == pytest.approx(RATINGS, abs=0.01)
    assert (ratings[0], covariance[0, 0]) == (0.0, 0.0)
    assert chi2 < 1e-3
    assert df == 3


@pytest.mark.parametrize("draw", [0.0, 0.5])
def test_the_covariance_is_the_scatter_of_simulated_fits(draw: float) -> None:
    rng = np.random.default_rng(11)
    games = band(400)
    fits = []
    for _ in range(400):
        points, drawn = play(rng, games, draw)
        fits.append(fit_ladder(points, games, draws=drawn))
    ratings = np.array([fit.ratings for fit in fits])
    claimed = np.mean([fit.covariance for fit in fits], axis=0)
    assert ratings.mean(axis=0) == pytest.approx(RATINGS, abs=5.0)
    assert np.diag(claimed)[1:] == pytest.approx(ratings.var(axis=0)[1:], rel=0.25)
    assert claimed[4, 3] == pytest.approx(np.cov(ratings.T)[4, 3], rel=0.25)
    # the misfit is a chi2 of 3 degrees of freedom when the model holds: mean 3, and its mean's error 0.12
    assert np.mean([fit.chi2 for fit in fits]) == pytest.approx(3.0, abs=0.5)


def test_unknown_draws_only_make_the_covariance_wider() -> None:
    points, drawn = play(np.random.default_rng(2), band(400), draw=0.5)
    known, unknown = fit_ladder(points, band(400), draws=drawn), fit_ladder(points, band(400))
    assert known.ratings == pytest.approx(unknown.ratings)
    assert (np.diag(known.covariance)[1:] < 0.8 * np.diag(unknown.covariance)[1:]).all()


def test_any_level_can_be_the_anchor() -> None:
    points, _ = play(np.random.default_rng(3), band(400))
    first, third = fit_ladder(points, band(400)), fit_ladder(points, band(400), anchor=2)
    assert third.ratings[2] == 0.0
    assert third.ratings - third.ratings[0] == pytest.approx(first.ratings, abs=0.5)


def test_a_level_that_loses_every_game_stays_finite_and_uncertain() -> None:
    points, _ = play(np.random.default_rng(4), band(400))
    points[1:, 0], points[0, 1:] = band(400)[1:, 0], 0.0
    fit = fit_ladder(points, band(400))
    assert np.isfinite(fit.ratings).all()
    assert (fit.ratings[1:] > 500.0).all()
    assert (np.sqrt(np.diag(fit.covariance)[1:]) > 100.0).all()


def test_a_cycle_of_styles_shows_as_misfit() -> None:
    games = np.array([[0.0, 100, 100], [100, 0, 100], [100, 100, 0]])
    points = np.array([[0.0, 80, 20], [20, 0, 80], [80, 20, 0]])
    fit = fit_ladder(points, games)
    assert fit.ratings == pytest.approx([0.0, 0.0, 0.0], abs=1e-6)
    assert fit.df == 1
    assert fit.chi2 > 50.0


def test_levels_without_a_chain_to_the_anchor_are_named() -> None:
    games = np.array([[0.0, 10, 0, 0], [10, 0, 0, 0], [0, 0, 0, 10], [0, 0, 10, 0]])
    with pytest.raises(ValueError, match=r"levels \[2, 3\] have no chain"):
        fit_ladder(games / 2, games)


def test_points_that_do_not_add_up_are_refused() -> None:
    games = np.array([[0.0, 10], [10, 0]])
    with pytest.raises(ValueError, match=r"wins \+ wins\.T must equal games"):
        fit_ladder(games, games)
    with pytest.raises(ValueError, match="draws must be symmetric"):
        fit_ladder(games / 2, games, draws=2 * games)
