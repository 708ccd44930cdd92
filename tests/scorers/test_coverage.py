"""Coverage of the 95 % intervals by simulation; `pytest -s -k coverage tests/scorers` prints the table."""

from itertools import product
from typing import Any, NamedTuple

import numpy as np
import pytest
from scipy.special import stdtrit

from quickstudy.scorers.bradley_terry import fit_ladder
from quickstudy.scorers.firth import estimate_clusters, half_score_elo
from quickstudy.scorers.rating import estimate_strength
from quickstudy.scorers.scale import FloatArray, expected_score

LEVELS = np.arange(0.0, 1601.0, 200.0)
REPEATS = 2000  # Monte-Carlo error of a coverage of 0.95: 0.005


class Games(NamedTuple):
    """Simulated cells: true ratings (B,), and levels, results and forfeits (B, C, M) of M games in each of C
    sets.
    """

    truth: FloatArray
    level: np.ndarray
    result: FloatArray
    forfeit: FloatArray


def play(
    rng: np.random.Generator,
    sets: int,
    per_set: int,
    *,
    spread: float = 0.0,
    draws: float = 0.0,
    forfeit: float = 0.0,
    near: bool = True,
    repeats: int = REPEATS,
) -> Games:
    """Simulate players whose rating differs by set (sd `spread`) and whose draws follow Davidson's law with
    `draws`.

    Davidson's win and draw chances are taken at the gap whose expected score is that of the Elo scale, so
    that the true rating is the rating on the scale that is estimated.
    """
    truth = rng.uniform(300.0, 1300.0, repeats)
    shape = (repeats, sets, per_set)
    if near:  # the three nearest levels, as adaptive matching picks them
        nearest = np.argsort(np.abs(LEVELS - truth[:, None]), axis=1)[:, :3]
        level = nearest[np.arange(repeats)[:, None, None], rng.integers(0, 3, shape)]
    else:
        level = rng.integers(0, len(LEVELS), shape)
    by_set = truth[:, None] + spread * rng.standard_normal((repeats, sets))
    p = expected_score(by_set[:, :, None], LEVELS[level])
    b = draws * (0.5 - p)
    r = (np.sqrt(b**2 + 4.0 * p * (1.0 - p)) - b) / (2.0 * (1.0 - p))
    drawn = draws * r / (r**2 + draws * r + 1.0)
    luck = rng.random(shape)
    result = np.where(luck < p - 0.5 * drawn, 1.0, np.where(luck < p + 0.5 * drawn, 0.5, 0.0))
    lost = (rng.random(shape) < forfeit).astype(float)
    return Games(truth, level, result * (1.0 - lost), lost)


def estimate(games: Games) -> tuple[FloatArray, FloatArray]:
    """Return E50 (B,) and the half-width (B,) of its interval, by the same code as `estimate_strength`."""
    finished = 1.0 - games.forfeit
    played = np.stack([(finished * (games.level == j)).sum(axis=2) for j in range(len(LEVELS))], axis=-1)
    found = estimate_clusters(LEVELS, played, games.result.sum(axis=2), games.forfeit.sum(axis=2))
    return found.elo, float(stdtrit(found.df, 0.975)) * found.se


def test_the_batch_and_the_table_give_one_interval() -> None:
    games = play(np.random.default_rng(2), 8, 8, spread=40.0, draws=1.0, forfeit=0.1, repeats=5)
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
        games = play(np.random.default_rng(seed), sets, per_set, spread=spread, draws=draws, near=near)
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
        games = play(np.random.default_rng(seed), sets, per_set, spread=40.0, forfeit=0.15)
        elo, reach = estimate(games)
        error = elo - half_score_elo(games.truth, 0.15)
        assert 0.93 <= (np.abs(error) <= reach).mean() <= 0.98
        assert abs(error.mean()) < 10.0


def test_coverage_holds_with_few_games() -> None:
    games = play(np.random.default_rng(4), 8, 2, spread=40.0)
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
    games = play(np.random.default_rng(7), 1, 64, spread=80.0)
    alone = Games(*(a if a.ndim == 1 else a.reshape(REPEATS, 64, 1) for a in games))
    elo, reach = estimate(alone)
    assert (np.abs(elo - games.truth) <= reach).mean() < 0.75
