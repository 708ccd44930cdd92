"""Strength from probes: a monotone mapping, honest errors, and no combination of what disagrees."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quickstudy.scorers.probes import (
    SIGMA_MAP,
    disagreement,
    estimate_mean,
    estimate_probe_strength,
    exchange_rate,
    fit_mapping,
    leave_one_out,
)
from quickstudy.scorers.scale import SCALE

RATINGS = np.array([0.0, 300.0, 600.0, 900.0, 1200.0])
REGRETS = 0.3 * np.exp(-RATINGS / 500.0)


def test_levels_are_mapped_to_their_own_ratings() -> None:
    mapping = fit_mapping(REGRETS, RATINGS)
    assert [mapping.elo(regret) for regret in REGRETS] == pytest.approx(RATINGS.tolist())
    assert [mapping.flag(regret) for regret in (0.31, 0.3, 0.1, 0.02)] == ["below_floor", "", "", "above_top"]
    assert mapping.slope(0.1) == pytest.approx(-500.0 / 0.1, rel=1e-3)
    assert mapping.elo(0.33) < 0.0 and mapping.elo(0.0) > 1200.0


def test_where_the_levels_lie_on_a_line_none_is_missed() -> None:
    assert leave_one_out(REGRETS, RATINGS) == pytest.approx([0.0, 0.0, 0.0], abs=1e-6)
    assert fit_mapping(REGRETS, RATINGS).sigma == pytest.approx(0.0, abs=1e-6)


def test_a_level_of_another_style_widens_the_error_of_the_mapping() -> None:
    odd = REGRETS * [1.0, 1.0, 1.2, 1.0, 1.0]
    off = leave_one_out(odd, RATINGS)
    assert off[1] == pytest.approx(-500.0 * np.log(1.2))
    assert fit_mapping(odd, RATINGS).sigma > 50.0


def test_few_levels_have_the_error_of_simulation() -> None:
    assert fit_mapping([0.3, 0.1], [0.0, 300.0]).sigma == SIGMA_MAP


@given(st.lists(st.floats(0.001, 0.5), min_size=3, max_size=9), st.floats(0.0005, 0.6), st.floats(0.0005, 0.6))
def test_less_regret_is_never_less_elo(regrets: list[float], one: float, two: float) -> None:
    try:
        mapping = fit_mapping(
            [*sorted(regrets[:2], reverse=True), *regrets[2:], 1e-3], 100.0 * np.arange(len(regrets) + 1)
        )
    except ValueError:
        return
    low, high = sorted((one, two))
    assert mapping.elo(low) >= mapping.elo(high) - 1e-9


@pytest.mark.parametrize(
    ("regrets", "ratings", "named"),
    [
        ([0.1, 0.3], [0.0, 300.0], "measure no strength"),
        ([0.1], [0.0, 300.0], "same levels"),
        ([0.1, -0.1], [0.0, 300.0], "not negative"),
        ([np.nan, 0.1], [0.0, 300.0], "finite"),
    ],
)
def test_points_that_make_no_mapping_are_refused(regrets: list[float], ratings: list[float], named: str) -> None:
    with pytest.raises(ValueError, match=named):
        fit_mapping(regrets, ratings)


def test_errors_follow_the_spread_between_sets() -> None:
    mean, se, sets = estimate_mean([0.1, 0.1, 0.3, 0.3], ["a", "a", "b", "b"])
    assert mean == pytest.approx(0.2) and sets == 2
    assert se == pytest.approx(0.1)  # of two means, 0.1 and 0.3
    assert estimate_mean([0.1, 0.1, 0.3, 0.3], [0, 0, 0, 0])[1] == pytest.approx(0.2 / np.sqrt(12))
    with pytest.raises(ValueError, match="at least two"):
        estimate_mean([0.1], [0])


def test_strength_has_an_interval_inside_the_ladder_and_a_flag_outside() -> None:
    mapping = fit_mapping(REGRETS, RATINGS)
    rng = np.random.default_rng(1)
    regrets, sets = np.abs(rng.normal(0.1, 0.05, 80)), np.arange(80) % 8
    inside = estimate_probe_strength(regrets, sets.tolist(), mapping)
    assert inside.low is not None and inside.high is not None and inside.elo is not None
    assert inside.low < inside.elo < inside.high and inside.clusters == 8 and inside.flag == ""
    weak = estimate_probe_strength([0.4, 0.5, 0.6], [0, 1, 2], mapping)
    assert (weak.flag, weak.elo, weak.low) == ("below_floor", None, None) and weak.high is not None
    best = estimate_probe_strength([0.0, 0.0, 0.0], [0, 1, 2], mapping)
    assert (best.flag, best.elo, best.high) == ("above_top", None, None) and best.low is not None
    # a little worse than the lowest level, as it is itself half of the time: only a whole interval below is beyond
    near = estimate_probe_strength([0.2, 0.41, 0.31], [0, 1, 2], mapping)
    assert near.flag == "" and near.elo is not None and near.elo < 0.0 and near.high is not None and near.high > 0.0
    assert estimate_probe_strength([], [], mapping).regret is None
    assert estimate_probe_strength([0.2, 0.2], [0, 1], None).elo is None


def test_regret_has_an_interval_and_answers_are_worth_games() -> None:
    mapping = fit_mapping(REGRETS, RATINGS)
    found = estimate_probe_strength([0.1, 0.1, 0.3, 0.3], ["a", "a", "b", "b"], mapping)
    # Student's t with one degree of freedom is 12.7, and no regret is below 0 or above 1
    assert (found.low_regret, found.high_regret) == (0.0, 1.0)
    closer = estimate_probe_strength([0.1, 0.2] * 8, [k // 2 % 8 for k in range(16)], mapping)
    assert closer.regret == pytest.approx(0.15)
    # sets that agree are taken for luck: half of the variance of independent answers is left
    assert closer.se_regret == pytest.approx((0.5 * 0.05**2 / 15) ** 0.5)
    assert closer.per_game == pytest.approx(exchange_rate(mapping.slope(0.15), 0.05**2 * 16 / 15))


def test_the_sign_of_a_disagreement_tells_which_elo_is_higher() -> None:
    assert disagreement(0.0, 30.0, 300.0, 40.0, 0.0) == pytest.approx(-6.0)


def test_an_answer_that_tells_little_is_worth_a_small_part_of_a_game() -> None:
    # one answer that tells regret 1 or 0 alike, on a scale of 2 s Elo for each unit, is half as good as a coin's flip
    assert exchange_rate(-2.0 * SCALE, 0.25) == pytest.approx(0.25)


# A noisy-rational player on positions of 12 moves, as in Regan and Haworth's model: softmax of the loss in log odds.
BETAS = np.array([0.0, 0.4, 0.7, 1.1, 1.6, 2.3, 3.2, 4.5, 6.5])


def play(beta: float, lapse: float, losses: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    weights = np.exp(-beta * 10.0 * losses)
    weights = (1.0 - lapse) * weights / weights.sum(axis=1, keepdims=True) + lapse / losses.shape[1]
    picked = (rng.random((len(losses), 1)) > weights.cumsum(axis=1)).sum(axis=1).clip(max=losses.shape[1] - 1)
    return np.asarray(losses[np.arange(len(losses)), picked])


@pytest.mark.parametrize("skill", [0.9, 1.9, 2.7])
def test_400_probes_measure_a_level_of_the_ladder_without_bias(skill: float) -> None:
    rng = np.random.default_rng(3)
    losses = rng.beta(0.7, 2.5, (400, 12))
    losses -= losses.min(axis=1, keepdims=True)
    ratings = 300.0 * np.log1p(BETAS)  # any rating that rises with beta serves
    regrets = [np.mean([play(beta, 0.0, losses, rng).mean() for _ in range(20)]) for beta in BETAS]
    mapping = fit_mapping(regrets, ratings)
    found = [estimate_probe_strength(play(skill, 0.0, losses, rng), [0] * 400, mapping) for _ in range(200)]
    elos = np.array([strength.elo for strength in found], dtype=float)
    assert abs(elos.mean() - 300.0 * np.log1p(skill)) <= 20.0
    assert elos.std() <= 40.0
    covered = [s.low <= 300.0 * np.log1p(skill) <= s.high for s in found if s.low is not None and s.high is not None]
    assert np.mean(covered) >= 0.93
