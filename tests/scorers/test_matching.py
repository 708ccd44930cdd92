"""Matching: the posterior, the choice of the next opponent, and the games that calibrate a ladder."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quickstudy.scorers.bradley_terry import fit_ladder
from quickstudy.scorers.matching import BETWEEN_SETS, Posterior, allot_games, choose_level, freeze_prior
from quickstudy.scorers.scale import SCALE, expected_score

LADDER = np.arange(0.0, 1601.0, 200.0)


def test_a_normal_prior_has_its_mean_and_sd() -> None:
    prior = Posterior.normal(350.0, 120.0)
    assert prior.mean == pytest.approx(350.0)
    assert prior.sd == pytest.approx(120.0, rel=1e-3)
    assert sum(prior.weights) == pytest.approx(1.0)


def test_the_wide_prior_is_centred_on_the_ladder() -> None:
    prior = Posterior.wide(LADDER)
    assert prior.mean == pytest.approx(800.0)
    assert prior.sd == pytest.approx(500.0, rel=1e-3)


def test_results_move_the_posterior_and_sharpen_it() -> None:
    prior = Posterior.wide(LADDER)
    won, drawn, lost = (prior.update(800.0, score) for score in (1.0, 0.5, 0.0))
    assert lost.mean < drawn.mean < won.mean
    assert drawn.mean == pytest.approx(800.0)
    assert max(lost.sd, drawn.sd, won.sd) < prior.sd


def test_the_order_of_results_does_not_matter() -> None:
    prior = Posterior.wide(LADDER)
    one = prior.update(200.0, 1.0).update(900.0, 0.0)
    other = prior.update(900.0, 0.0).update(200.0, 1.0)
    assert one.weights == pytest.approx(other.weights)


def test_two_draws_are_a_win_and_a_loss() -> None:
    prior = Posterior.wide(LADDER)
    draws = prior.update(600.0, 0.5).update(600.0, 0.5)
    assert draws.weights == pytest.approx(prior.update(600.0, 1.0).update(600.0, 0.0).weights)


@given(st.lists(st.tuples(st.sampled_from(LADDER.tolist()), st.sampled_from([0.0, 0.5, 1.0])), max_size=8))
def test_the_prior_of_further_matches_is_the_widened_posterior_of_the_first(games: list[tuple[float, float]]) -> None:
    posterior = Posterior.wide(LADDER)
    for elo, score in games:
        posterior = posterior.update(elo, score)
    prior = freeze_prior(LADDER, games)
    assert prior.sd == pytest.approx(np.hypot(posterior.sd, BETWEEN_SETS), rel=0.05)
    assert prior.mean == pytest.approx(posterior.mean, abs=15.0)
    assert prior.digest() == Posterior.from_dict(prior.to_dict()).digest() == freeze_prior(LADDER, games[::-1]).digest()


def test_widening_adds_variances() -> None:
    assert Posterior.normal(0.0, 80.0).widen(60.0).sd == pytest.approx(100.0, rel=0.01)


def test_a_frozen_posterior_has_one_spelling_and_one_hash() -> None:
    posterior = Posterior.wide(LADDER).update(600.0, 1.0).update(1000.0, 0.0)
    stored = json.loads(json.dumps(posterior.to_dict()))
    again = Posterior.from_dict(stored)
    assert all(isinstance(weight, int) and weight > 0 for weight in stored["weights"])
    assert again.mean == pytest.approx(posterior.mean, abs=0.5)
    assert again.sd == pytest.approx(posterior.sd, abs=2.0)
    noisy = Posterior(posterior.low, posterior.step, tuple(w * (1.0 + 1e-12) for w in posterior.weights))
    assert noisy.digest() == posterior.digest() != posterior.update(600.0, 1.0).digest()


@given(st.floats(0.0, 1600.0), st.floats(20.0, 400.0))
def test_the_chosen_level_is_the_nearest(mean: float, sd: float) -> None:
    chosen = choose_level(Posterior.normal(mean, sd), LADDER)
    assert abs(LADDER[chosen] - mean) <= np.abs(LADDER - mean).min() + 1e-3 * sd + 1e-6


@pytest.mark.parametrize("ratings", [[300.0, 500.0], [500.0, 300.0], [300.0, 500.0, 300.0]])
def test_ties_go_to_the_lower_level(ratings: list[float]) -> None:
    chosen = choose_level(Posterior.normal(400.0, 150.0), ratings)
    assert ratings[chosen] == 300.0
    assert chosen == ratings.index(300.0)


def test_a_difference_too_small_to_trust_is_a_tie() -> None:
    assert choose_level(Posterior.normal(400.0, 150.0), [300.0 - 1e-7, 500.0]) == 0
    assert choose_level(Posterior.normal(400.0, 150.0), [290.0, 500.0]) == 1


def games_to_width(theta: float, rng: np.random.Generator, batch: int = 8) -> int:
    """Count the games until a player's interval is ±50 Elo, its level chosen anew for every batch."""
    posterior, played = Posterior.wide(LADDER), np.zeros(len(LADDER))
    while played.sum() < 1000:
        level = choose_level(posterior, LADDER)
        for _ in range(batch):
            posterior = posterior.update(LADDER[level], float(rng.random() < expected_score(theta, LADDER[level])))
            played[level] += 1
        p = expected_score(posterior.mean, LADDER)
        if 1.96 * SCALE / np.sqrt((played * p * (1.0 - p)).sum()) <= 50.0:
            break
    return int(played.sum())


def test_adaptive_matching_needs_far_fewer_games_than_a_uniform_ladder() -> None:
    rng = np.random.default_rng(8)
    theta = rng.uniform(0.0, 1600.0, 100)
    adaptive = np.median([games_to_width(value, rng) for value in theta])
    p = expected_score(theta[:, None], LADDER)
    uniform = np.median((1.96 * SCALE / 50.0) ** 2 / (p * (1.0 - p)).mean(axis=1))
    assert adaptive <= 215
    assert uniform / adaptive >= 2.3


def test_a_level_that_has_not_played_gets_games_first() -> None:
    games = np.array([[0.0, 500, 0], [500, 0, 0], [0, 0, 0]])
    assert 2 in allot_games([0.0, 100.0, 200.0], games, np.ones((3, 3)))


def test_levels_that_are_not_wanted_are_left_as_uncertain_as_they_are() -> None:
    games = np.array([[0.0, 500, 0], [500, 0, 0], [0, 0, 0]])
    assert allot_games([0.0, 100.0, 200.0], games, np.ones((3, 3)), wanted=[0, 1]) == (0, 1)


def test_a_dear_pair_yields_to_one_that_tells_less_but_costs_less() -> None:
    dear = np.array([[1.0, 100, 1], [100, 1, 1], [1, 1, 1]])
    assert allot_games([0.0, 0.0, 0.0], np.zeros((3, 3)), np.ones((3, 3))) == (0, 1)
    assert allot_games([0.0, 0.0, 0.0], np.zeros((3, 3)), dear) == (1, 2)


def test_forbidden_pairs_are_never_chosen() -> None:
    ratings, games = [0.0, 100.0, 200.0], np.zeros((3, 3))
    band = np.array([[1.0, 1, np.inf], [1, 1, 1], [np.inf, 1, 1]])
    for state in (games, np.array([[0.0, 900, 0], [900, 0, 0], [0, 0, 0]])):
        assert allot_games(ratings, state, band) != (0, 2)
    with pytest.raises(ValueError, match="no pair may play"):
        allot_games(ratings, games, np.full((3, 3), np.inf))


def test_allotted_games_beat_an_even_round_robin() -> None:
    ratings = np.array([0.0, 130.0, 260.0, 390.0, 520.0, 650.0])
    gap = np.abs(np.arange(6)[:, None] - np.arange(6))
    seconds = np.where((gap > 0) & (gap <= 2), 0.01 * 2.0 ** np.maximum.outer(np.arange(6), np.arange(6)), np.inf)

    def worst(games: np.ndarray) -> float:
        points = games * expected_score(ratings[:, None], ratings[None, :])
        return float(np.sqrt(np.diag(fit_ladder(points, games).covariance).max()))

    games = np.where(np.isfinite(seconds), 20.0, 0.0)
    even = games.copy()
    while worst(games) > 15.0:
        i, j = allot_games(ratings, games, seconds, batch=50)
        games[i, j] += 50
        games[j, i] += 50
    while worst(even) > 15.0:
        even += np.where(np.isfinite(seconds), 10.0, 0.0)
    cost = np.where(np.isfinite(seconds), seconds, 0.0)
    assert (games * cost).sum() < 0.9 * (even * cost).sum()


@pytest.mark.parametrize("bad", [[], [0.0, np.nan]])
def test_ladders_without_ratings_are_refused(bad: list[float]) -> None:
    with pytest.raises(ValueError, match="finite numbers"):
        choose_level(Posterior.normal(0.0, 100.0), bad)
