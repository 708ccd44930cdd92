"""Coverage of the 95 % intervals by simulation; `pytest -s -k coverage tests/scorers` prints the table."""

from itertools import product
from typing import Any

import numpy as np
import pytest

from quickstudy.benchmarks.validation.rating import LEVELS, REPEATS, estimate, play, split_sets
from quickstudy.scorers.bradley_terry import fit_ladder
from quickstudy.scorers.firth import half_score_elo
from quickstudy.scorers.rating import estimate_strength
from quickstudy.scorers.scale import FloatArray, expected_score


def draw_players(rng: np.random.Generator, number: int = REPEATS) -> FloatArray:
    """True ratings well inside the ladder."""
    return rng.uniform(300.0, 1300.0, number)


def test_the_batch_and_the_table_give_one_interval() -> None:
    rng = np.random.default_rng(2)
    games = play(rng, draw_players(rng, 5), 8, 8, spread=40.0, draws=1.0, forfeit=0.1)
    elo, reach = estimate(games)
    for i in range(5):
        strength = estimate_strength(
            {
                "opponent_elo": LEVELS[games.level[i]].ravel(),
                "result": games.result[i].ravel(),
                "forfeit": games.forfeit[i].ravel(),
                "set": np.repeat(np.arange(8), 8),
            }
        )
        assert strength.elo == pytest.approx(elo[i], abs=1e-6)
        assert strength.high == pytest.approx(elo[i] + reach[i], abs=1e-6)


def test_coverage_is_95_percent_whatever_the_sets_and_draws(capsys: pytest.CaptureFixture[str]) -> None:
    rows, failures, all_coverage = [], [], []
    for seed, ((sets, per_set), spread, draws, near) in enumerate(
        product([(16, 4), (8, 8)], [0.0, 40.0, 80.0], [0.0, 1.0], [True, False])
    ):
        rng = np.random.default_rng(seed)
        games = play(rng, draw_players(rng), sets, per_set, spread=spread, draws=draws, near=near)
        elo, reach = estimate(games)
        error = elo - games.truth
        coverage = float((np.abs(error) <= reach).mean())
        all_coverage.append(coverage)
        row = (
            f"{sets:2d} x {per_set} {spread:7.0f} {draws:5.0f}  {'3 nearest' if near else 'uniform  '}"
            f" {coverage:8.3f} {error.mean():6.1f} {error.std():6.1f} {np.median(reach):10.1f}"
        )
        rows.append(row)
        if not 0.93 <= coverage <= 0.98 or abs(error.mean()) > 10.0:
            failures.append(row)
    with capsys.disabled():
        print(f"\n64 games, {REPEATS} players inside the ladder; Elo")
        print("sets   set sd  draws opponents  coverage   bias   rmse half-width")
        print("\n".join(rows))
        print(f"mean coverage {np.mean(all_coverage):.3f}")
    assert not failures
    assert 0.94 <= np.mean(all_coverage) <= 0.97


def test_coverage_holds_with_forfeits() -> None:
    for seed, (sets, per_set) in enumerate([(16, 4), (8, 8)]):
        rng = np.random.default_rng(seed)
        games = play(rng, draw_players(rng), sets, per_set, spread=40.0, forfeit=0.15)
        elo, reach = estimate(games)
        error = elo - half_score_elo(games.truth, 0.15)
        assert 0.93 <= (np.abs(error) <= reach).mean() <= 0.98
        assert abs(error.mean()) < 10.0


def test_coverage_holds_with_few_games() -> None:
    rng = np.random.default_rng(4)
    games = play(rng, draw_players(rng), 8, 2, spread=40.0)
    elo, reach = estimate(games)
    assert 0.93 <= (np.abs(elo - games.truth) <= reach).mean() <= 0.985


def test_coverage_needs_the_error_of_a_ladder_rated_from_few_games() -> None:
    rng = np.random.default_rng(6)
    gap = np.abs(np.arange(len(LEVELS))[:, None] - np.arange(len(LEVELS)))
    number = np.where((gap > 0) & (gap <= 2), 66.0, 0.0)  # 990 games in all
    sigma = fit_ladder(number * expected_score(LEVELS[:, None], LEVELS[None, :]), number).covariance
    names = [f"level-{i}" for i in range(len(LEVELS))]
    missed = missed_without = 0
    for _ in range(400):
        true_levels = LEVELS + rng.multivariate_normal(np.zeros(len(LEVELS)), sigma)
        theta = rng.uniform(600.0, 1300.0)
        level = np.argsort(np.abs(LEVELS - theta))[rng.integers(0, 3, 256)]
        table: dict[str, Any] = {
            "opponent_elo": LEVELS[level],
            "opponent": [names[i] for i in level],
            "result": (rng.random(256) < expected_score(theta, true_levels[level])).astype(float),
            "forfeit": np.zeros(256),
            "set": np.repeat(np.arange(16), 16),
        }
        full = estimate_strength(table, ladder_levels=names, ladder_covariance=sigma)
        bare = estimate_strength(table)
        assert full.elo is not None and full.high is not None and bare.high is not None
        missed += abs(full.elo - theta) > full.high - full.elo
        missed_without += abs(full.elo - theta) > bare.high - full.elo
    assert 0.92 <= 1.0 - missed / 400 <= 0.98
    assert 1.0 - missed_without / 400 < 0.85


def test_coverage_fails_when_one_set_is_taken_for_independent_games() -> None:
    # the negative control: nothing in the games of one set tells how far sets differ
    rng = np.random.default_rng(7)
    games = play(rng, draw_players(rng), 1, 64, spread=80.0)
    elo, reach = estimate(split_sets(games))
    assert (np.abs(elo - games.truth) <= reach).mean() < 0.75
