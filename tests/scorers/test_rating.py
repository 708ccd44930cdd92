"""Ratings: the fit against an independent oracle, and the strength that is reported in each case."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quickstudy.scorers.firth import estimate_cells, fit_rating, half_score_elo
from quickstudy.scorers.rating import Strength, estimate_strength, forfeit_interval
from quickstudy.scorers.scale import SCALE, expected_score

LADDER = [0.0, 200.0, 400.0, 600.0]


def games(elo: list[float], result: list[float], forfeit: list[int] | None = None, sets: int = 4) -> dict[str, Any]:
    """Build a table of games, dealt to `sets` example sets in turn."""
    number = len(elo)
    return {
        "opponent_elo": elo,
        "result": result,
        "forfeit": forfeit or [0] * number,
        "set": [i % sets for i in range(number)],
    }


def glm_rating(elo: np.ndarray, score: np.ndarray) -> float:
    """Fit the same rating with statsmodels: a binomial regression of a constant, with offset -R/s."""
    statsmodels = pytest.importorskip("statsmodels.api")
    family = statsmodels.families.Binomial()
    fit = statsmodels.GLM(score, np.ones((len(score), 1)), family=family, offset=-elo / SCALE).fit(tol=1e-12)
    return float(fit.params[0]) * SCALE


def test_without_penalty_the_fit_is_that_of_statsmodels(capsys: pytest.CaptureFixture[str]) -> None:
    rng = np.random.default_rng(1)
    worst = 0.0
    for theta in (-300.0, 37.0, 537.0, 900.0):
        for _ in range(10):
            elo = rng.choice(LADDER, 64)
            score = np.round(2.0 * rng.beta(2, 2, 64)) / 2.0
            score = np.where(rng.random(64) < expected_score(theta, elo), 1.0, score * (rng.random(64) < 0.3))
            score[:2] = 1.0, 0.5  # never perfect or zero: those have no maximum likelihood
            worst = max(worst, abs(fit_rating(elo, score, penalty=False) - glm_rating(elo, score)))
    with capsys.disabled():
        print(f"\nlargest difference from statsmodels GLM over 40 tables of 64 games: {worst:.1e} Elo")
    assert worst < 0.1


def test_cells_estimated_together_are_as_each_alone() -> None:
    rng = np.random.default_rng(4)
    cells: list[dict[str, Any]] = []
    for i in range(6):
        elo = rng.choice(LADDER[i % 3 :], 24)
        forfeit = (rng.random(24) < 0.1).astype(int)
        result = (rng.random(24) < expected_score(100.0 * i, elo)) * (1.0 - forfeit)
        sets = rng.integers(3 * (i % 2), 5, 24)  # not all cells have all sets
        cells.append({"opponent_elo": elo, "result": result, "forfeit": forfeit, "set": sets})
    columns = [np.concatenate([cell[name] for cell in cells]) for name in ("set", "opponent_elo", "result", "forfeit")]
    together, sizes = estimate_cells(len(cells), np.repeat(np.arange(6), 24), *columns)
    for number, cell in enumerate(cells):
        one = estimate_strength(cell)
        other = estimate_strength(cell, estimate=together.pick(number, sizes[number]))
        for name, value in vars(one).items():
            assert getattr(other, name) == pytest.approx(value, abs=1e-6), name


def test_perfect_and_zero_scores_are_finite_and_ordered_with_the_penalty() -> None:
    elo = [400.0] * 8
    zero, half, perfect = (fit_rating(elo, [y] * 8) for y in (0.0, 0.5, 1.0))
    # against one level the penalised fit is known in closed form: p = (points + 1/2) / (games + 1)
    assert perfect == pytest.approx(400.0 + SCALE * np.log(17.0), abs=1e-6)
    assert zero == pytest.approx(400.0 - SCALE * np.log(17.0), abs=1e-6)
    assert half == pytest.approx(400.0, abs=1e-6)


def test_without_the_penalty_perfect_scores_are_infinite() -> None:
    assert fit_rating([0.0, 200.0], [1.0, 1.0], penalty=False) == np.inf
    assert fit_rating([0.0, 200.0], [0.0, 0.0], penalty=False) == -np.inf


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(-10, 30), st.sampled_from([0.0, 0.5, 1.0])), min_size=1, max_size=40),
    st.integers(0, 39),
)
def test_one_better_result_never_lowers_the_rating(table: list[tuple[int, float]], which: int) -> None:
    elo = [100.0 * level for level, _ in table]
    score = [points for _, points in table]
    better = list(score)
    better[which % len(score)] = min(1.0, better[which % len(score)] + 0.5)
    before, after = fit_rating(elo, score), fit_rating(elo, better)
    assert np.isfinite([before, after]).all()
    assert after > before - 1e-6 if better == score else after > before


@settings(max_examples=30, deadline=None)
@given(st.permutations(range(12)), st.lists(st.sampled_from([0.0, 0.5, 1.0]), min_size=12, max_size=12))
def test_the_order_of_games_does_not_matter(order: list[int], score: list[float]) -> None:
    frame = pd.DataFrame(games(LADDER * 3, score))
    one, other = estimate_strength(frame), estimate_strength(frame.iloc[order])
    for field in ("elo", "low", "high", "theta", "chi2"):
        assert getattr(one, field) == pytest.approx(getattr(other, field), abs=1e-6), field
    assert one.flag == other.flag


def test_shifting_all_opponents_shifts_the_rating() -> None:
    elo, score = np.array(LADDER * 4), [1.0, 0.5, 0.0, 0.0] * 4
    assert fit_rating(elo + 137.0, score) == pytest.approx(fit_rating(elo, score) + 137.0, abs=1e-6)


def test_weights_stand_for_repeated_games() -> None:
    repeated = fit_rating([0.0] * 3 + [400.0] * 2, [1.0] * 3 + [0.5] * 2)
    assert fit_rating([0.0, 400.0], [1.0, 0.5], [3.0, 2.0]) == pytest.approx(repeated, abs=1e-9)


def test_games_with_an_error_are_not_scored() -> None:
    table = games([200.0] * 9, [1.0, 0.0] * 4 + [np.nan])
    assert estimate_strength(table).games == 8
    assert estimate_strength(table).elo == pytest.approx(200.0, abs=1e-6)


def test_half_score_elo_is_the_opponent_scored_half_against() -> None:
    elo = float(half_score_elo(500.0, 0.2))
    assert 0.8 * expected_score(500.0, elo) == pytest.approx(0.5)
    assert np.isnan(half_score_elo(500.0, 0.5))


def test_the_half_score_elo_of_a_forfeiting_player_is_found() -> None:
    rng = np.random.default_rng(5)
    truth = 450.0 + SCALE * np.log(1.0 - 2.0 * 0.15)
    found = []
    for _ in range(200):
        elo = rng.choice(LADDER, 256)
        forfeit = (rng.random(256) < 0.15).astype(int)
        result = ((rng.random(256) < expected_score(450.0, elo)) & (forfeit == 0)).astype(float)
        found.append(estimate_strength(games(elo.tolist(), result.tolist(), forfeit.tolist(), 16)).elo)
    assert abs(np.mean([value for value in found if value is not None]) - truth) < 10.0
    # the one-part alternative, forfeits as plain losses, is what this model exists to avoid
    assert None not in found


def test_sets_that_differ_only_in_forfeits_widen_the_interval_by_the_delta_method() -> None:
    # eight sets of four wins and four losses; every second one has four forfeits too, so f = 16 / 80
    table: dict[str, list[float]] = {"opponent_elo": [], "result": [], "forfeit": [], "set": []}
    for column in range(8):
        lost = 4 * (column % 2)
        table["opponent_elo"] += [400.0] * (8 + lost)
        table["result"] += [1.0, 0.0] * 4 + [0.0] * lost
        table["forfeit"] += [0.0] * 8 + [1.0] * lost
        table["set"] += [float(column)] * (8 + lost)
    strength = estimate_strength(table)
    assert strength.theta == pytest.approx(400.0)
    assert strength.elo == pytest.approx(400.0 + SCALE * np.log(0.6))
    # each set's forfeits are 1.6 games off, of 80; E50 falls by 2 s / 0.6 per unit of f
    assert strength.se == pytest.approx(2.0 * SCALE / 0.6 * np.sqrt(8 * 0.02**2 * 8 / 7))


@pytest.mark.parametrize(("forfeits", "number"), [(0, 8), (3, 8), (8, 8)])
def test_the_forfeit_interval_holds_the_rate(forfeits: int, number: int) -> None:
    low, high = forfeit_interval(forfeits, number)
    assert 0.0 <= low <= forfeits / number <= high <= 1.0
    assert high - low < 0.7


def flags(strength: Strength) -> tuple[str, bool, bool, bool]:
    """Return the flag, and which of elo, low and high are given."""
    return strength.flag, strength.elo is not None, strength.low is not None, strength.high is not None


@pytest.mark.parametrize(
    ("elo", "result", "forfeit", "expected"),
    [
        ([0.0, 200.0, 400.0, 600.0], [0.0] * 4, None, ("below_floor", False, False, True)),
        ([200.0, 400.0] * 2, [0.0] * 4, None, ("one_sided", False, False, True)),
        ([0.0, 200.0, 400.0, 600.0], [1.0] * 4, None, ("above_top", False, True, False)),
        ([200.0, 400.0] * 2, [1.0] * 4, None, ("one_sided", False, True, False)),
        ([200.0] * 4, [1.0, 1.0, 0.0, 0.0], [0, 0, 1, 1], ("below_floor", False, False, False)),
        ([200.0] * 4, [0.0] * 4, [1] * 4, ("below_floor", False, False, False)),
        ([0.0] * 64, [0.0] * 56 + [1.0] * 8, None, ("below_floor", False, False, True)),
        ([600.0] * 64, [1.0] * 56 + [0.0] * 8, None, ("", True, True, True)),
        ([0.0] * 8, [1.0, 0.0] * 4, None, ("", True, True, True)),
        ([], [], None, ("", False, False, False)),
    ],
)
def test_each_case_has_its_flag(
    elo: list[float], result: list[float], forfeit: list[int] | None, expected: tuple[str, bool, bool, bool]
) -> None:
    assert flags(estimate_strength(games(elo, result, forfeit), ladder_ratings=LADDER)) == expected


def test_without_a_ladder_the_top_is_unknown_and_the_floor_is_the_random_mover() -> None:
    assert estimate_strength(games([600.0] * 4, [1.0] * 4)).flag == "one_sided"
    assert estimate_strength(games([0.0] * 4, [0.0] * 4)).flag == "below_floor"


def test_a_player_equal_to_random_is_measured_as_nought() -> None:
    rng = np.random.default_rng(3)
    found = []
    for _ in range(200):
        elo = rng.choice([0.0, 150.0, 300.0], 64, p=[0.6, 0.3, 0.1])
        result = (rng.random(64) < expected_score(0.0, elo)).astype(float)
        found.append(estimate_strength(games(elo.tolist(), result.tolist(), sets=16), ladder_ratings=LADDER))
    measured = [strength for strength in found if strength.elo is not None]
    # an interval misses 0 from below in 2.5 % of the cells, whatever is done
    assert len(measured) >= 0.94 * len(found)
    assert abs(np.median([strength.elo for strength in measured if strength.elo is not None])) < 15.0
    covered = [s for s in measured if s.low is not None and s.high is not None and s.low <= 0.0 <= s.high]
    assert len(covered) >= 0.92 * len(found)


def test_one_sided_bounds_are_the_rating_of_one_chance_in_twenty() -> None:
    high = estimate_strength(games([300.0] * 8, [0.0] * 8)).high
    low = estimate_strength(games([300.0] * 8, [1.0] * 8)).low
    assert high is not None and low is not None
    assert (1.0 - expected_score(high, 300.0)) ** 8 == pytest.approx(0.05, abs=1e-6)
    assert expected_score(low, 300.0) ** 8 == pytest.approx(0.05, abs=1e-6)


def test_ladder_error_is_added_by_share_of_information() -> None:
    table = games([0.0, 400.0] * 8, [1.0, 0.0] * 8)
    table["opponent"] = ["random", "strong"] * 8
    covariance = [[0.0, 0.0], [0.0, 900.0]]
    strength = estimate_strength(table, ladder_levels=["random", "strong"], ladder_covariance=covariance)
    # the player stands in the middle, so each level gives half: sqrt(900) / 2
    assert strength.se_ladder == pytest.approx(15.0, abs=1e-6)
    assert strength.se_games is not None and strength.se is not None
    assert strength.se == pytest.approx(np.hypot(strength.se_games, 15.0))


def test_one_set_falls_back_to_independent_games() -> None:
    table = games([200.0] * 32, [1.0, 0.0] * 16, sets=1)
    strength = estimate_strength(table)
    assert strength.clusters == 1
    assert strength.se == pytest.approx(SCALE / np.sqrt(8.0) * np.sqrt(32 / 31), rel=1e-6)


def test_sets_that_disagree_widen_the_interval() -> None:
    agree = games([200.0] * 32, [1.0, 0.0] * 16)
    agree["set"] = [i // 8 for i in range(32)]
    differ = games([200.0] * 32, [1.0] * 16 + [0.0] * 16)
    differ["set"] = agree["set"]
    narrow, wide = estimate_strength(agree).se, estimate_strength(differ).se
    assert narrow is not None and wide is not None
    assert wide > 3.0 * narrow


def test_drawing_every_game_still_leaves_an_interval() -> None:
    strength = estimate_strength(games([200.0] * 64, [0.5] * 64, sets=16))
    assert strength.low is not None and strength.high is not None
    assert strength.high - strength.low > 20.0


def test_misfit_over_opponents_is_seen() -> None:
    upside_down = estimate_strength(games([0.0, 600.0] * 16, [0.0, 1.0] * 16))
    regular = estimate_strength(games([0.0] * 16 + [600.0] * 16, ([1.0] * 7 + [0.0]) * 2 + ([0.0] * 7 + [1.0]) * 2))
    assert upside_down.df == regular.df == 1
    assert upside_down.chi2 > 100.0 > 1.0 > regular.chi2


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"result": [2.0, 0.0]}, r"outside \[0, 1\]"),
        ({"forfeit": [1, 0]}, "forfeited game must have result 0"),
        ({"opponent_elo": [np.nan, 0.0]}, "opponent_elo is not finite"),
        ({"set": [0]}, "different lengths"),
    ],
)
def test_bad_tables_are_refused(change: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        estimate_strength({**games([0.0, 0.0], [1.0, 0.0]), **change})


def test_missing_columns_and_unknown_opponents_are_named() -> None:
    with pytest.raises(ValueError, match="lacks the columns set"):
        estimate_strength({"opponent_elo": [0.0], "result": [1.0], "forfeit": [0]})
    table = {**games([0.0, 0.0], [1.0, 0.0]), "opponent": ["random", "stranger"]}
    with pytest.raises(ValueError, match="not on the ladder: stranger"):
        estimate_strength(table, ladder_levels=["random"], ladder_covariance=[[0.0]])
    with pytest.raises(ValueError, match="not all zero"):
        fit_rating([], [])
