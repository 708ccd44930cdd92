"""Scores of reviews: by hand where that is possible, against chance, and intervals that cover."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quickstudy.scorers.understanding import (
    NAMING,
    REPAIRS,
    divide_sums,
    relate_players,
    score_naming,
    score_repairs,
)

COLUMNS = ["chain", "generation", "game", "regret", "rank", "better_regret"]


def game(regrets: list[float], ranks: list[int], number: int = 0, better: float = math.nan) -> pd.DataFrame:
    rows = [(0, 1, number, x, k, better if k else math.nan) for x, k in zip(regrets, ranks, strict=True)]
    return pd.DataFrame(rows, columns=COLUMNS)


def values(*games: pd.DataFrame) -> dict[str, float]:
    return {name: round(figure.value, 6) for name, figure in score_naming(pd.concat(games)).items()}


def test_figures_of_one_game_are_those_by_hand() -> None:
    found = values(game([0.0, 0.5, 0.2, 0.05, 0.25], [0, 1, 0, 2, 0], better=0.05))
    assert found["precision"] == 0.5 and found["precision_chance"] == 0.6
    assert found["found"] == 1.0 and found["found_chance"] == pytest.approx(0.4)
    assert found["recall"] == pytest.approx(1 / 3, abs=1e-6) and found["order"] == 1.0
    assert found["understanding"] == 1.0 and found["better"] == pytest.approx((0.45 + 0.0) / 2)


def test_naming_the_least_bad_first_is_worse_than_at_random_and_out_of_order() -> None:
    found = values(game([0.0, 0.5, 0.1], [1, 2, 0]))
    assert found["order"] == -1.0 and found["understanding"] == pytest.approx(-0.2 / 0.3)


def test_a_review_that_names_nothing_counts_as_naming_at_random() -> None:
    one, none = game([0.0, 0.5], [0, 1]), game([0.0, 0.5], [0, 0], number=1)
    assert values(none)["understanding"] == 0.0 and values(one, none)["understanding"] == 0.5
    assert values(one, none)["found"] == 0.5 and values(one, none)["recall"] == 0.5
    assert values(one, none)["precision"] == 1.0, "of what was named"


def test_equally_bad_worst_moves_are_equally_well_found() -> None:
    found = values(game([0.4, 0.4, 0.0, 0.0], [0, 1, 0, 0]))
    assert found["found"] == 1.0 and found["found_chance"] == 0.5


def test_games_without_a_mistake_are_no_chance_to_find_one() -> None:
    found = values(game([0.0, 0.05], [0, 1]), game([0.0, 0.3], [0, 1], number=1))
    assert found["found"] == 1.0 and found["precision"] == 0.5


@settings(max_examples=15)
@given(st.integers(1, 4), st.integers(0, 2**32 - 1))
def test_naming_at_random_scores_chance(named: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    regrets = rng.random(6) * 0.4
    total = [score_naming(game(regrets.tolist(), ranks)) for ranks in _all_namings(6, named)]
    for name, chance in (("precision", "precision_chance"), ("found", "found_chance")):
        wanted = total[0][chance].value
        assert math.isnan(wanted) or np.mean([t[name].value for t in total]) == pytest.approx(wanted)
    firsts = [score_naming(game(regrets.tolist(), [int(i == k) for i in range(6)])) for k in range(6)]
    assert np.mean([found["understanding"].value for found in firsts]) == pytest.approx(0.0, abs=1e-9)


def _all_namings(moves: int, named: int) -> list[list[int]]:
    from itertools import combinations

    return [[int(i in chosen) for i in range(moves)] for chosen in combinations(range(moves), named)]


def test_nothing_reviewed_is_unknown() -> None:
    found = score_naming(game([], []))
    assert tuple(found) == NAMING and all(math.isnan(figure.value) for figure in found.values())


def test_a_ratio_of_sums_covers_with_chains_as_the_unit() -> None:
    rng, covered = np.random.default_rng(1), 0
    for _ in range(400):
        chain = np.repeat(np.arange(8), 6)
        size = rng.integers(1, 4, 48)
        share = np.clip(0.4 + 0.1 * rng.standard_normal(8)[chain], 0.0, 1.0)
        found = divide_sums(rng.binomial(size, share), size, chain)
        covered += found.low <= 0.4 <= found.high
    assert 0.92 < covered / 400 < 0.98


def test_one_chain_or_no_variance_has_a_value_without_an_interval() -> None:
    assert divide_sums([1, 1], [2, 2], [0, 0]).value == 0.5 and math.isnan(divide_sums([1, 1], [2, 2], [0, 0]).low)
    assert math.isnan(divide_sums([1, 1], [1, 1], [0, 1]).low) and math.isnan(divide_sums([], [], []).value)
    assert divide_sums([3, 0], [3, 1], [0, 1], (0.0, 1.0)).high == 1.0
    with pytest.raises(ValueError, match="columns of one length"):
        divide_sums([1], [1, 2], [0, 0])


def test_repairs_are_of_mistakes_with_both_answers() -> None:
    rows = [(0, 0.5, 0.5, 0.0), (0, 0.3, 0.0, 0.0), (1, 0.2, 0.2, 0.3), (1, 0.05, 0.4, 0.0), (1, 0.4, math.nan, 0.0)]
    positions = pd.DataFrame(rows, columns=["chain", "regret", "before", "after"])
    found = score_repairs(positions)
    assert tuple(found) == REPAIRS
    assert found["before"].value == pytest.approx(1 / 3) and found["after"].value == pytest.approx(2 / 3)
    assert found["repaired"].value == pytest.approx(1 / 3) and found["spared"].value == pytest.approx(0.4 / 3)


def test_slopes_that_rise_with_understanding_are_found_with_their_interval() -> None:
    rng = np.random.default_rng(2)
    scores = {str(i): float(x) for i, x in enumerate(np.linspace(0.0, 0.6, 12))}
    slopes = {name: 100.0 * x + 5.0 * float(rng.standard_normal()) for name, x in scores.items()}
    found = relate_players(scores, slopes)
    assert found is not None and found.players == 12
    assert found.rise.low < 100.0 < found.rise.high and found.rise.low > 60.0
    assert 0.8 < found.correlation.low < found.correlation.value < found.correlation.high < 1.0


def test_the_line_covers_a_true_rise_over_players() -> None:
    rng, covered = np.random.default_rng(3), 0
    x = np.linspace(0.0, 0.5, 5)
    for _ in range(400):
        y = 40.0 * x + 10.0 * rng.standard_normal(5)
        found = relate_players({str(i): v for i, v in enumerate(x)}, {str(i): v for i, v in enumerate(y)})
        assert found is not None
        covered += found.rise.low <= 40.0 <= found.rise.high
    assert 0.92 < covered / 400 < 0.98


def test_too_few_or_equal_players_say_nothing() -> None:
    assert relate_players({"a": 0.1, "b": 0.2}, {"a": 1.0, "b": 2.0}) is None
    assert relate_players({"a": 0.1, "b": 0.1, "c": 0.1}, {"a": 1.0, "b": 2.0, "c": 3.0}) is None
    three = relate_players({"a": 0.1, "b": 0.2, "c": 0.4, "d": 0.3}, {"a": 1.0, "b": 2.0, "c": 3.5, "d": math.nan})
    assert three is not None and three.players == 3 and math.isnan(three.correlation.low)
