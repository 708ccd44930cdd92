"""Tacit gaps and retention: planted ones are found, all gaps' intervals hold at once, and pairing helps."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.special import stdtrit

from quickstudy.scorers.tacit import find_critical, measure_gaps, measure_retention

LEVELS = np.array([0.0, 200.0, 400.0, 600.0])


def cell(name: str, elo: float, luck: np.ndarray, rng: np.random.Generator, games: int = 4) -> pd.DataFrame:
    """A cell of one match per example set, whose strength varies by set as `luck` (S,) says."""
    sets = np.repeat(np.arange(len(luck)), games)
    level = np.tile(LEVELS, len(luck))[: len(sets)]
    won = rng.random(len(sets)) < 1.0 / (1.0 + 10.0 ** ((level - elo - luck[sets]) / 400.0))
    return pd.DataFrame(
        {"cell_id": name, "set": sets, "opponent_elo": level, "result": won.astype(float), "forfeit": 0}
    )


def table(rng: np.random.Generator, strengths: dict[str, float], sets: int = 16, spread: float = 60.0) -> pd.DataFrame:
    luck = spread * rng.standard_normal(sets)
    return pd.concat([cell(name, elo, luck, rng) for name, elo in strengths.items()], ignore_index=True)


PLANTED = {"start": 100.0, "e1": 250.0, "n1": 250.0, "e2": 400.0, "n2": 250.0, "e3": 500.0, "n3": 500.0}
PAIRS = [("e1", "n1"), ("e2", "n2"), ("e3", "n3")]


@pytest.mark.slow
def test_intervals_hold_for_all_gaps_at_once_where_single_ones_do_not() -> None:
    together = single = 0
    for seed in range(300):
        rng = np.random.default_rng(seed)
        gaps = measure_gaps(table(rng, PLANTED), PAIRS, rng)
        true = (0.0, 150.0, 0.0)
        found = [(gap, wanted) for gap, wanted in zip(gaps, true, strict=True) if gap is not None]
        together += all(gap.all_low <= wanted <= gap.all_high for gap, wanted in found)
        single += all(gap.low <= wanted <= gap.high for gap, wanted in found)
    assert together / 300 > 0.93 > single / 300


def test_a_large_gap_is_found_and_none_is_not() -> None:
    rng = np.random.default_rng(5)
    none, large, _ = measure_gaps(table(rng, {**PLANTED, "e2": 550.0}, sets=48), PAIRS, rng)
    assert none is not None and large is not None
    assert large.all_low > 0.0 and large.all_low < large.low < large.elo < large.high < large.all_high
    assert none.all_low < 0.0 < none.all_high and none.detectable > none.all_high - none.elo


def test_the_critical_value_lies_between_that_of_one_and_that_of_independent_gaps() -> None:
    rng = np.random.default_rng(0)
    one = float(stdtrit(15, 0.975))
    assert find_critical(np.ones((1, 1)), 15, rng) == one
    assert find_critical(np.ones((4, 4)), 15, rng) == pytest.approx(one, abs=0.05)
    apart = find_critical(np.eye(4), 15, rng)
    half = find_critical(np.full((4, 4), 0.5) + 0.5 * np.eye(4), 15, rng)
    assert one < half < apart < float(stdtrit(15, 1 - 0.025 / 4))  # Bonferroni's


def test_retention_covers_the_planted_share() -> None:
    covered = known = 0
    for seed in range(200):
        rng = np.random.default_rng(seed)
        games = table(rng, {"start": 0.0, "e": 400.0, "n": 200.0})
        (found,) = measure_retention(games, "start", [("e", "n")])
        known += found is not None
        covered += found is not None and found.low <= 0.5 <= found.high
    assert known > 190 and covered / known > 0.92


def test_retention_needs_a_certain_gain_from_examples() -> None:
    rng = np.random.default_rng(1)
    assert measure_retention(table(rng, {"start": 200.0, "e": 200.0, "n": 200.0}), "start", [("e", "n")]) == [None]
    loss = table(rng, {"start": 500.0, "e": 100.0, "n": 200.0}, sets=48)
    assert measure_retention(loss, "start", [("e", "n")]) == [None], "no gain, however certain the loss is"
    assert measure_retention(pd.DataFrame(), "start", []) == []


def test_cells_that_have_no_strength_or_one_set_have_no_gap() -> None:
    rng = np.random.default_rng(2)
    games = table(rng, PLANTED)
    games.loc[games["cell_id"] == "n2", ["result", "forfeit"]] = [0.0, 1]
    gaps = measure_gaps(games, PAIRS, rng)
    assert gaps[1] is None and gaps[0] is not None and gaps[2] is not None
    assert measure_retention(games, "start", [("e2", "n2")]) == [None]
    assert measure_gaps(games[games["set"] == 0], PAIRS, rng) == [None, None, None]
    with pytest.raises(ValueError, match="no games of the cell 'other'"):
        measure_gaps(games, [("e1", "other")], rng)
