"""Anybody's tables of games: read, refused in a sentence, and judged."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from quickstudy.reports.ceilings import format_verdict, judge_curves
from quickstudy.reports.records import TableError
from quickstudy.reports.results import list_curves, read_results
from tests.planted import FULL, N_MAX, SATURATED, UNTAUGHT, list_views, play

GAMES = play(SATURATED, list_views(8), np.random.default_rng(1))


def judge(frame: pd.DataFrame, **options: Any) -> dict[str, Any]:
    (verdict,) = judge_curves(frame, **options)
    return verdict


def save(frame: pd.DataFrame, folder: Path, name: str = "games.csv") -> Path:
    path = folder / name
    frame.to_csv(path, index=False) if path.suffix == ".csv" else frame.to_parquet(path)
    return path


def changed(row: int, **values: Any) -> pd.DataFrame:
    frame = GAMES.astype(dict.fromkeys(values, "object"))
    for name, value in values.items():
        frame.loc[row, name] = value
    return frame


def test_a_verdict_has_its_figures_with_intervals() -> None:
    verdict = judge(GAMES)
    assert verdict["decision"] == "saturation" and verdict["n_max"] == N_MAX
    for figure, truth in (("start", 200.0), ("ceiling", 800.0), ("gain", 600.0)):
        low, high = verdict[f"{figure}_interval"]
        assert low < truth < high and low < verdict[figure] < high
    assert len(verdict["points"]) == 14 and verdict["points"][0]["games"] == 64
    assert set(verdict["posterior"]) == {"saturation", "context_full", "recall_failure", "no_learning"}
    text = format_verdict(verdict)
    assert "more examples would not help" in text and "of n_max = 256" in text


@pytest.mark.parametrize("name", ["games.csv", "games.parquet"])
def test_files_are_read_as_they_were_written(name: str, tmp_path: Path) -> None:
    assert judge(read_results(save(GAMES, tmp_path, name))) == judge(GAMES)


@pytest.mark.parametrize(
    ("frame", "told"),
    [
        (GAMES.drop(columns=["slots", "set"]), "lacks the columns slots, set"),
        (GAMES[:0], "holds no game"),
        (changed(3, result=0.7), "row 4: result is 1, 0.5, 0 or empty"),
        (changed(3, result="won"), "row 4: result is 'won', and must be a number"),
        (changed(3, forfeit=2), "row 4: forfeit is 0 or 1"),
        (changed(3, forfeit=1, result=1.0), "row 4: a forfeited game has result 0"),
        (changed(3, layout="upside"), "row 4: layout is one of plain, early, middle, late, filler"),
        (changed(3, n=-1), "row 4: n is a whole number from 0 to 10,000,000"),
        (changed(3, n=1.5), "row 4: n is a whole number from 0 to 10,000,000"),
        (changed(3, opponent_elo=None), "row 4: opponent_elo is empty, and must be a number"),
        (changed(3, opponent_elo="inf"), "row 4: opponent_elo is"),
        (changed(3, model=None), "row 4: model, skill and set must not be empty"),
        (changed(len(GAMES) - 1, m=1), "filler has no informative example"),
        (changed(len(GAMES) - 65, m=999), "at most as many informative examples"),
    ],
)
def test_bad_tables_are_refused_in_a_sentence(frame: pd.DataFrame, told: str, tmp_path: Path) -> None:
    with pytest.raises(TableError) as error:
        read_results(save(frame, tmp_path))
    assert told in str(error.value)


@pytest.mark.parametrize(
    ("name", "told"), [("a.txt", "ends in .csv or .parquet"), ("a.parquet", "cannot read"), ("a.csv", "cannot read")]
)
def test_files_of_another_kind_are_refused(name: str, told: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(b"")
    with pytest.raises(TableError, match=told):
        read_results(tmp_path / name)


def test_examples_beyond_the_window_are_refused() -> None:
    with pytest.raises(TableError, match="n = 256 is beyond n_max = 128"):
        judge(GAMES, n_max=128)


def test_the_window_in_tokens_tells_how_many_examples_it_holds() -> None:
    counted = GAMES.assign(tokens=400 + 50 * GAMES["n"])
    assert judge(counted, window=400 + 50 * 300)["n_max"] == 300
    with pytest.raises(TableError, match="only with the column tokens"):
        judge(GAMES, window=9000)


def test_a_curve_without_padded_layouts_is_undecided_and_says_why() -> None:
    verdict = judge(GAMES[GAMES["layout"] == "plain"])
    assert verdict["decision"] == "undecided" and any("no padded layouts" in text for text in verdict["warnings"])
    assert "undecided (most likely" in format_verdict(verdict)


def test_one_example_set_is_a_warning() -> None:
    verdict = judge(GAMES.assign(set=0))
    assert sum("one example set only" in text for text in verdict["warnings"]) == 14


def test_a_player_that_wins_all_games_has_a_lower_bound_only() -> None:
    verdict = judge(GAMES.assign(result=1.0))
    assert verdict["decision"] == "undecided" and verdict["ceiling"] is None
    assert verdict["ceiling_interval"][0] > 0 and verdict["ceiling_interval"][1] is None
    assert "at least" in format_verdict(verdict)


def test_a_player_that_forfeits_all_games_has_no_curve() -> None:
    verdict = judge(GAMES.assign(result=0.0, forfeit=1))
    assert verdict["ceiling"] is None and verdict["posterior"] is None and verdict["decision"] == "undecided"
    assert "no curve" in format_verdict(verdict)


def test_a_player_that_loses_all_games_is_never_above_its_opponents() -> None:
    verdict = judge(GAMES.assign(result=0.0))
    assert verdict["decision"] in ("undecided", "no_learning") and any(
        "one-sided" in text for text in verdict["warnings"]
    )


def test_the_same_games_in_several_cells_tell_no_more_than_once() -> None:
    start, full = (GAMES[(GAMES["layout"] == "plain") & (GAMES["n"] == n)] for n in (0, 256))

    def measure_width(turn: int) -> float:
        """Width of the ceiling's interval with three copies of the last cell, each with its sets turned further."""
        copies = [
            full.assign(n=n, m=n, slots=n, set=(full["set"] + turn * i) % 16) for i, n in enumerate((256, 128, 64, 32))
        ]
        low, high = judge(pd.concat([start, *copies]))["ceiling_interval"]
        return float(high - low)

    assert measure_width(0) > 1.2 * measure_width(3)


def test_games_without_a_result_are_left_out() -> None:
    frame = GAMES.copy()
    frame.loc[:5, "result"] = np.nan
    verdict = judge(frame)
    assert verdict["points"][0]["games"] == 58 and "6 games without a result are left out" in verdict["warnings"]


def test_errors_of_the_opponents_ratings_widen_what_is_absolute() -> None:
    plain, rated = judge(GAMES), judge(GAMES.assign(opponent_sd=60.0))
    width = [verdict["ceiling_interval"][1] - verdict["ceiling_interval"][0] for verdict in (plain, rated)]
    assert width[1] > width[0] + 20 and plain["gain_interval"] == rated["gain_interval"]


def test_curves_of_models_games_and_settings_are_kept_apart() -> None:
    other = play(FULL, list_views(64), np.random.default_rng(2)).assign(model="other")
    none = play(UNTAUGHT, list_views(8), np.random.default_rng(3)).assign(wording=1)
    curves = list(list_curves(pd.concat([GAMES.assign(wording=0), other.assign(wording=0), none])))
    assert [(curve.model, curve.settings) for curve in curves] == [
        ("other", ""),
        ("planted", "wording=0"),
        ("planted", "wording=1"),
    ]
    verdicts = judge_curves(pd.concat([GAMES, other]))
    assert [verdict["decision"] for verdict in verdicts] == ["context_full", "saturation"]


def test_a_verdict_says_the_effective_window_in_words() -> None:
    verdict = judge(GAMES.assign(tokens=300 + 50 * GAMES["slots"]))
    assert verdict["window_tokens"] == pytest.approx(50 * verdict["window"], rel=1e-6)
    size = f"{verdict['window']:.0f} ["
    assert f"every place of a window of {size}" in format_verdict(verdict)
    assert f"examples ({verdict['window_tokens']:.0f} tokens) is recalled by half" in format_verdict(verdict)
    assert "tokens" not in format_verdict(judge(GAMES))
    assert "effective window unknown" in format_verdict(verdict | {"window": None})
