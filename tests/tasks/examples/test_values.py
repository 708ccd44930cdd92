"""Values of moves: proven ones stay, others follow both families of engines, and the scale follows results."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import expit

from quickstudy.tasks.examples.openings import opening_plies
from quickstudy.tasks.examples.probes import load_probes, reach
from quickstudy.tasks.examples.values import WEIGHT, fit_scale, mix, play_levels, value_moves
from quickstudy.tasks.examples.win_odds import fit_slope
from quickstudy.tasks.games.game import load_game
from quickstudy.tasks.opponents.ladder import read_ladder
from quickstudy.tasks.opponents.levels import find_level
from quickstudy.tasks.seeds import new_generator


def test_agreement_is_kept_and_disagreement_mixed_in_log_odds() -> None:
    odds = np.array([-2.0, 0.0, 1.0])
    assert mix(expit(odds), odds) == pytest.approx(expit(odds))
    assert mix(np.array([0.5]), np.array([2.0]))[0] == pytest.approx(expit(WEIGHT * 2.0))
    # a search that is sure without a proof does not silence the other
    assert 0.0 < mix(np.array([0.0]), np.array([0.0]))[0] < 0.5 < mix(np.array([1.0]), np.array([0.0]))[0] < 1.0


@given(st.floats(0.0, 1.0), st.floats(0.0, 1.0), st.floats(-30.0, 30.0), st.floats(-30.0, 30.0))
def test_more_of_either_is_never_less(one: float, two: float, low: float, high: float) -> None:
    (one, two), (low, high) = sorted((one, two)), sorted((low, high))
    worse, better = mix(np.array([one, two]), np.array([low, high]))
    assert 0.0 <= worse <= better <= 1.0


def test_scale_is_that_of_the_logistic_law_the_results_follow() -> None:
    rng = np.random.default_rng(2)
    scores = rng.normal(0.0, 60.0, 20_000)
    points = (rng.random(len(scores)) < expit(scores / 25.0)).astype(np.float64)
    assert fit_slope(scores, points) == pytest.approx(25.0, rel=0.05)
    assert fit_slope(scores * 10.0, points) == pytest.approx(250.0, rel=0.05)


@pytest.mark.parametrize(
    ("scores", "points"),
    [([], []), ([3.0, 3.0], [1.0, 0.0]), ([1.0, -1.0], [0.0, 1.0]), ([1.0, -1.0], [0.5, 0.5])],
)
def test_scores_that_tell_nothing_have_no_scale(scores: list[float], points: list[float]) -> None:
    assert fit_slope(np.array(scores), np.array(points)) is None


def test_scores_that_tell_all_have_a_finite_scale() -> None:
    assert fit_slope(np.array([2.0, -2.0]), np.array([1.0, 0.0])) == pytest.approx(0.1)


def test_scale_of_a_game_is_the_same_each_time() -> None:
    game = load_game("morvane")
    with ThreadPoolExecutor(2) as pool:
        found = fit_scale(game, read_ladder(game), 0, pool)
    assert found is not None and found > 0.0
    assert load_probes(game).scale == found, "the committed file holds it"


def test_proven_values_do_not_depend_on_the_scale_and_others_do() -> None:
    game = load_game("morvane")
    changed = 0
    for probe in load_probes(game).probes[:6]:
        state = reach(game, probe)
        alone, proven = value_moves(game, state, 5, None)
        both, same = value_moves(game, state, 5, load_probes(game).scale)
        assert proven == same and list(alone) == list(both)
        assert all(both[move] == alone[move] in (0.0, 0.5, 1.0) for move in proven)
        changed += sum(both[move] != alone[move] for move in both if move not in proven)
    assert changed > 0


def test_a_game_between_levels_starts_at_random_and_ends() -> None:
    game, pair = load_game("morvane"), [find_level("greedy"), find_level("random")]
    moves, states = play_levels(game, pair, new_generator("test", 1))
    assert len(moves) == len(states) > opening_plies(game) and not states[-1][7]
    assert play_levels(game, pair, new_generator("test", 1))[0] == moves
    assert play_levels(game, pair, new_generator("test", 2))[0] != moves
