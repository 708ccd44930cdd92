"""Differences in strength between cells: paired by set, honest in coverage, and flagged where there is no number."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from quickstudy.scorers.differences import compare_cells, contrast_cells
from quickstudy.scorers.rating import estimate_strength
from quickstudy.scorers.scale import expected_score

LEVELS = np.array([0.0, 200.0, 400.0])


def play(cells: dict[str, list[str]], first_set: dict[str, int] | None = None) -> pd.DataFrame:
    """A letter for each game (`f` a forfeit) and a text for each set; opponents by turns from `LEVELS`."""
    rows = []
    for name, sets in cells.items():
        for number, text in enumerate(sets, start=(first_set or {}).get(name, 0)):
            for i, letter in enumerate(text):
                result = {"1": 1.0, "=": 0.5, "0": 0.0, "f": 0.0}.get(letter, math.nan)
                rows.append((name, number, LEVELS[i % 3], result, int(letter == "f")))
    return pd.DataFrame(rows, columns=["cell_id", "set", "opponent_elo", "result", "forfeit"])


MIXED = ["110", "100", "1=0", "111", "010", "000", "110", "101"]
BETTER = ["111", "110", "111", "111", "110", "1=0", "111", "111"]


def test_a_difference_is_that_of_the_strengths_and_changes_sign_with_the_order() -> None:
    games = play({"a": MIXED, "b": BETTER})
    table = compare_cells(games, [("b", "a"), ("a", "b")])
    up, down = table.to_dict("records")
    a, b = (estimate_strength(games[games["cell_id"] == name]).elo for name in "ab")
    assert a is not None and b is not None and up["elo"] == pytest.approx(b - a, abs=1e-6)
    assert (down["elo"], down["low"], down["high"]) == pytest.approx((-up["elo"], -up["high"], -up["low"]))
    assert (up["p"], up["df"], up["shared_sets"], up["flag"]) == (pytest.approx(down["p"]), 7, 8, "")


def test_sets_that_vary_together_narrow_a_paired_difference() -> None:
    cells = {"a": MIXED, "b": [text.replace("0", "=", 1) for text in MIXED]}
    paired = compare_cells(play(cells), [("a", "b")]).iloc[0]
    unpaired = compare_cells(play(cells, {"b": 8}), [("a", "b")]).iloc[0]
    assert paired["elo"] == pytest.approx(unpaired["elo"])
    assert paired["se"] < unpaired["se"] and (paired["shared_sets"], unpaired["shared_sets"]) == (8, 0)
    assert 7 <= unpaired["df"] <= 14


def test_the_cell_with_fewer_sets_decides_how_sure_a_paired_difference_is() -> None:
    row = compare_cells(play({"a": MIXED[:5], "b": BETTER[:4]}, {"b": 4}), [("a", "b")]).iloc[0]
    assert (row["shared_sets"], row["df"]) == (1, 3)


def test_unpaired_errors_are_those_of_the_strengths() -> None:
    games = play({"a": MIXED * 2, "b": BETTER * 2}, {"b": 16})
    a, b = (estimate_strength(games[games["cell_id"] == name]).se_games for name in "ab")
    assert a is not None and b is not None
    assert compare_cells(games, [("a", "b")]).iloc[0]["se"] == pytest.approx(math.hypot(a, b), rel=1e-6)


def test_equal_games_differ_by_nothing_and_still_have_an_error() -> None:
    row = compare_cells(play({"a": MIXED, "b": MIXED}), [("a", "b")]).iloc[0]
    assert row["elo"] == 0.0 and row["se"] > 0.0 and row["detectable"] > 0.0 and row["p"] == 1.0


def test_forfeits_count_as_in_strength() -> None:
    games = play({"a": MIXED, "b": [text.replace("0", "f", 1) for text in MIXED]})
    a, b = (estimate_strength(games[games["cell_id"] == name]).elo for name in "ab")
    assert a is not None and b is not None
    assert compare_cells(games, [("a", "b")]).iloc[0]["elo"] == pytest.approx(a - b, abs=1e-6)


@pytest.mark.parametrize(
    ("other", "flag", "bounds"),
    [
        (["111"] * 8, "one_sided", (True, False)),
        (["000"] * 8, "one_sided", (False, True)),
        (["fff"] * 8, "undefined", (False, False)),
        (["eee"] * 8, "undefined", (False, False)),
        (["110"], "one_set", (False, False)),
    ],
)
def test_a_cell_without_a_strength_gives_a_bound_or_nothing(
    other: list[str], flag: str, bounds: tuple[bool, bool]
) -> None:
    row = compare_cells(play({"a": MIXED, "b": other}), [("b", "a")]).iloc[0]
    assert row["flag"] == flag and math.isnan(row["elo"]) == (flag != "one_set")
    assert (not math.isnan(row["low"]), not math.isnan(row["high"])) == bounds
    assert math.isnan(row["p"]) and math.isnan(row["detectable"])


def test_a_bound_is_the_distance_of_the_nearer_ends() -> None:
    games = play({"a": MIXED, "b": ["111"] * 8})
    a, b = (estimate_strength(games[games["cell_id"] == name]) for name in "ab")
    assert b.low is not None and a.high is not None
    assert compare_cells(games, [("b", "a")]).iloc[0]["low"] == pytest.approx(b.low - a.high)
    both = compare_cells(play({"a": ["111"] * 8, "b": ["111"] * 8}), [("b", "a")]).iloc[0]
    assert both["flag"] == "undefined"


def test_the_smallest_difference_that_would_be_found_is_that_of_the_design() -> None:
    """Two cells of 64 games against equal opponents: 176 Elo (statistics.md, 7), more by Student's t of 16 sets."""
    games = play({"a": ["1001"] * 32, "b": ["0110"] * 32}, {"b": 32}).assign(opponent_elo=0.0)
    rng = np.random.default_rng(3)
    games["result"] = (rng.random(len(games)) < 0.5).astype(float)
    large = compare_cells(games[games["set"] % 32 < 16], [("a", "b")]).iloc[0]
    assert large["detectable"] == pytest.approx(176 * 2.9 / 2.8, rel=0.3)
    more = compare_cells(games, [("a", "b")]).iloc[0]
    assert more["detectable"] < large["detectable"]


def test_no_pairs_give_no_rows_and_an_unknown_cell_is_named() -> None:
    games = play({"a": MIXED})
    assert compare_cells(games, []).empty
    with pytest.raises(ValueError, match="'z'"):
        compare_cells(games, [("a", "z")])


def simulate(rng: np.random.Generator, cells: int, gap: float, spread: float) -> pd.DataFrame:
    """Pairs of cells `2i` and `2i + 1`, a gap apart, whose 16 sets of 4 games share their luck."""
    luck = rng.normal(0.0, spread, (cells // 2, 16)).repeat(2, axis=0)
    strength = 200.0 + luck + rng.normal(0.0, 20.0, luck.shape) + gap * (np.arange(cells) % 2)[:, None]
    opponent = np.broadcast_to(np.array([0.0, 200.0, 400.0, 200.0]), (cells, 16, 4))
    result = (rng.random(opponent.shape) < expected_score(strength[..., None], opponent)).astype(float)
    cell, column, _ = np.indices(opponent.shape)
    names = ["cell_id", "set", "opponent_elo", "result"]
    table = pd.DataFrame(dict(zip(names, (x.ravel() for x in (cell, column, opponent, result)), strict=True)))
    return table.assign(forfeit=0)


def test_intervals_cover_and_equal_cells_are_found_different_by_chance_only() -> None:
    games = simulate(np.random.default_rng(5), 1200, 60.0, 80.0)
    known = pd.DataFrame({"elo": 0.0, "low": -1.0, "high": 1.0}, index=np.arange(1200))
    pairs = [(i + 1, i) for i in range(0, 1200, 2)]
    table = compare_cells(games, pairs, known)
    assert 0.93 < ((table["low"] < 60.0) & (table["high"] > 60.0)).mean() < 0.98
    equal = compare_cells(simulate(np.random.default_rng(6), 1200, 0.0, 80.0), pairs, known)
    assert 0.02 < (equal["p"] < 0.05).mean() < 0.08
    # a difference as large as the smallest detectable one is found four times in five
    least = float(equal["detectable"].median())
    found = compare_cells(simulate(np.random.default_rng(7), 1200, least, 80.0), pairs, known)
    assert 0.72 < (found["p"] < 0.05).mean() < 0.88
    # taken as unpaired, the same cells would seem to differ more uncertainly than they do
    apart = games.assign(set=games["set"] + 16 * (games["cell_id"] % 2))
    assert compare_cells(apart, pairs, known)["se"].mean() > 1.05 * table["se"].mean()


WORSE = ["010", "000", "1=0", "100", "010", "000", "000", "110"]


def test_a_sum_of_two_is_their_difference() -> None:
    games = play({"a": MIXED, "b": BETTER})
    names = ["elo", "low", "high", "p", "se", "df", "shared_sets"]
    pair, total = compare_cells(games, [("b", "a")]), contrast_cells(games, [{"b": 1.0, "a": -1.0}])
    assert total[names].iloc[0].tolist() == pytest.approx(pair[names].iloc[0].tolist())


def test_an_interaction_is_what_is_left_of_the_sum_of_two_differences() -> None:
    games = play({"start": WORSE, "a": MIXED, "b": MIXED, "ab": BETTER})
    terms = [{"ab": 1.0, "b": -1.0}, {"a": 1.0, "start": -1.0}, {"ab": 1.0, "a": -1.0, "b": -1.0, "start": 1.0}]
    over_b, over_start, interaction = contrast_cells(games, terms).to_dict("records")
    assert interaction["elo"] == pytest.approx(over_b["elo"] - over_start["elo"])
    assert interaction["low"] < interaction["elo"] < interaction["high"] and interaction["df"] == 7


def test_intervals_of_interactions_hold_the_truth_as_often_as_they_say() -> None:
    rng = np.random.default_rng(5)
    held = []
    for _ in range(80):
        shared, rows = rng.normal(0.0, 80.0, 8), []
        for name, strength in {"start": 100.0, "a": 200.0, "b": 250.0, "ab": 450.0}.items():
            for number in range(8):
                won = rng.random(6) < expected_score(strength + shared[number], np.tile(LEVELS, 2))
                rows += [
                    (name, number, elo, float(point), 0) for elo, point in zip(np.tile(LEVELS, 2), won, strict=True)
                ]
        games = pd.DataFrame(rows, columns=["cell_id", "set", "opponent_elo", "result", "forfeit"])
        row = contrast_cells(games, [{"ab": 1.0, "a": -1.0, "b": -1.0, "start": 1.0}]).iloc[0]
        held.append(row["low"] <= 100.0 <= row["high"])
    assert 0.90 <= np.mean(held) <= 0.99


def test_a_sum_with_a_cell_without_strength_or_with_one_set_says_so() -> None:
    games = play({"a": MIXED, "won": ["111"] * 8, "one": ["110"]})
    table = contrast_cells(games, [{"a": 1.0, "won": -1.0}, {"a": 1.0, "one": -1.0}])
    assert table["flag"].tolist() == ["undefined", "one_set"] and table["elo"].isna().tolist() == [True, False]
    assert table["low"].isna().all() and contrast_cells(games, []).empty
    with pytest.raises(ValueError, match="no games of the cell 'c'"):
        contrast_cells(games, [{"a": 1.0, "c": -1.0}])
