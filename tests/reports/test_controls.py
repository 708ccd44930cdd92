"""The report of controls: which cells are which control, and what strength each takes away."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.lines import Line2D

from quickstudy.reports.controls import CONTROLS, draw_controls, tabulate_controls, write_controls, write_table
from quickstudy.reports.differences import measure_difference
from quickstudy.scorers.rating import estimate_strength
from quickstudy.tasks.examples.teachers import MIXED, TEACHER, WEAK
from tests.reports.records import TOP, load_strictly, sets, tabulate

FULL = sets(["1101", "1110", "0111"], "alphabeta-300-e75", n=64)
EVEN = ["10", "01", "1="]
CELLS: dict[str, dict[str, Any]] = {
    "skin": {"n": 64, "skin": 7},
    "sibling's examples": {"n": 64, "evidence": "sibling"},
    "another game's examples": {"n": 64, "evidence": "lattic"},
    "no examples": {"n": 0},
    "wrong rules": {"n": 64, "rules": "wrong"},
    "no rules": {"n": 64, "rules": "none"},
    "no rules, no examples": {"n": 0, "rules": "none"},
    "prior only": {"n": 0, "rules": "none", "skin": 7},
    "annotated games": {"n": 64, "kind": "annotated"},
    "outcomes only": {"n": 64, "kind": "outcomes"},
    "single moves": {"n": 64, "kind": "moves"},
    "mixed teacher": {"n": 64, "teacher": MIXED},
    "weak teacher": {"n": 64, "teacher": WEAK},
}


def controls(folder: Path, *records: dict[str, Any]) -> pd.DataFrame:
    return tabulate_controls(tabulate(folder, *records))


def test_every_control_is_recognised_by_its_conditions(tmp_path: Path) -> None:
    assert list(CELLS) == list(CONTROLS)
    cells = [record for conditions in CELLS.values() for record in sets(EVEN, **conditions)]
    table = controls(tmp_path, *FULL, *cells)
    assert list(table["control"]) == list(CONTROLS)
    assert set(table["skill"]) == {"morvane"} and set(table["model"]) == {"quickstudy/imitator"}
    assert list(table["n"]) == [CELLS[name]["n"] for name in table["control"]]


@pytest.mark.parametrize(
    "conditions",
    [
        {"n": 16},
        {"n": 64, "rules": "wrong", "skin": 1},
        {"n": 64, "kind": "moves", "evidence": "sibling"},
        {"n": 64, "teacher": "mcts-1000"},
        {"n": 64, "layout": "late", "rules": "none"},
        {"n": 0, "wording": 1},
    ],
)
def test_cells_that_differ_in_another_way_are_no_controls(conditions: dict[str, Any], tmp_path: Path) -> None:
    table = controls(tmp_path, *FULL, *sets(EVEN, **conditions), *sets(EVEN))
    assert list(table["control"]) == ["no examples"]


def test_without_a_full_condition_there_is_nothing_to_lose(tmp_path: Path) -> None:
    games = tabulate(tmp_path, *sets(EVEN), *sets(EVEN, n=64, rules="none"))
    assert tabulate_controls(games).empty and write_controls(games, tmp_path) == []


def test_the_full_condition_has_the_most_examples(tmp_path: Path) -> None:
    table = controls(tmp_path, *FULL, *sets(["00", "01", "00"], n=4), *sets(EVEN, n=64, skin=1))
    full = estimate_strength(tabulate(tmp_path / "full", *FULL))
    assert table["full"].iloc[0] == pytest.approx(full.elo, abs=0.01)


def test_the_drop_is_the_difference_with_an_interval_paired_by_set(tmp_path: Path) -> None:
    left = sets(["10", "11", "01"], "alphabeta-300-e75", n=64, skin=1)
    (row,) = controls(tmp_path, *FULL, *left).to_dict("records")
    whole, worn = (tabulate(tmp_path / name, *records) for name, records in (("a", FULL), ("b", left)))
    assert row["drop"] == pytest.approx(row["full"] - row["elo"], abs=0.06)
    expected = measure_difference(whole, worn)
    assert expected is not None and row["drop"] == expected["elo"]
    assert (row["low"], row["high"]) == (expected["low"], expected["high"])
    assert row["low"] < row["drop"] < row["high"] and row["flag"] == ""


def test_a_control_that_leaves_no_strength_drops_at_least_to_the_random_mover(tmp_path: Path) -> None:
    table = controls(tmp_path, *FULL, *sets(["uu", "uu", "u0"], n=64, rules="none"))
    (row,) = table.to_dict("records")
    assert (row["flag"], row["forfeit_rate"]) == ("below_floor", pytest.approx(5 / 6))
    assert math.isnan(row["drop"]) and math.isnan(row["elo"]) and row["low"] == row["full"]
    page = write_table(table)
    assert f"| morvane | no rules | \\> {row['full']:.0f}, below floor, 83% forfeits |" in page


def test_a_full_condition_that_beats_every_level_shows_the_least_drop(tmp_path: Path) -> None:
    table = controls(tmp_path, *sets(["11"] * 8, TOP, n=64), *sets(["10"] * 8, n=64, skin=1))
    (row,) = table.to_dict("records")
    assert math.isnan(row["drop"]) and math.isnan(row["high"]) and row["low"] > 300
    assert write_table(table).splitlines()[-1].endswith(f"| \\> {row['low']:.0f}, 0% forfeits |")


def test_models_and_settings_are_compared_with_their_own_full_condition(tmp_path: Path) -> None:
    other = {"model": "quickstudy/scorer"}
    table = controls(
        tmp_path,
        *FULL,
        *sets(EVEN, n=64, skin=1),
        *sets(["0110", "1010", "1001"], "random", n=64, **other),
        *sets(EVEN, n=64, skin=1, **other),
        *sets(EVEN, n=64, skin=1, model="a/without"),
    )
    assert list(table["model"]) == ["quickstudy/imitator", "quickstudy/scorer"]
    assert table["full"].nunique() == 2
    lines = write_table(table).splitlines()
    assert lines[0] == "| game | control | imitator | scorer |" and len(lines) == 3


def test_no_model_name_breaks_the_table(tmp_path: Path) -> None:
    odd = {"model": "a|b_c"}
    page = write_table(controls(tmp_path, *sets(EVEN, n=64, **odd), *sets(EVEN, n=64, skin=1, **odd)))
    assert page.splitlines()[0] == "| game | control | a\\|b\\_c |"


def test_the_figure_has_a_point_for_each_drop_and_a_triangle_for_each_bound(tmp_path: Path) -> None:
    table = controls(tmp_path, *FULL, *sets(EVEN, n=64, skin=1), *sets(["uu", "uu", "uu"], n=64, rules="none"))
    (axis,) = draw_controls(table).axes
    assert [text.get_text() for text in axis.get_yticklabels()] == ["skin", "no rules"]
    points = [line for line in axis.lines if isinstance(line, Line2D) and len(np.asarray(line.get_xdata())) == 1]
    markers = {line.get_marker(): line for line in points}
    assert float(np.asarray(markers[">"].get_xdata())[0]) == pytest.approx(table["full"].iloc[0])
    assert float(np.asarray(markers["o"].get_xdata())[0]) == pytest.approx(table["drop"].iloc[0])


def test_the_files_are_the_same_bytes_each_time(tmp_path: Path) -> None:
    games = tabulate(tmp_path, *FULL, *sets(EVEN, n=64, teacher=WEAK), *sets(EVEN))
    paths = write_controls(games, tmp_path)
    assert [path.name for path in paths] == ["controls.png", "controls.svg", "controls.data.json", "controls.md"]
    first = [path.read_bytes() for path in paths]
    assert [path.read_bytes() for path in write_controls(games, tmp_path)] == first
    assert [row["control"] for row in load_strictly(paths[2])] == ["no examples", "weak teacher"]


def test_a_learning_curve_alone_is_no_report_of_controls(tmp_path: Path) -> None:
    assert write_controls(tabulate(tmp_path, *FULL, *sets(EVEN)), tmp_path) == []


def test_the_strong_teacher_is_the_one_of_the_full_condition(tmp_path: Path) -> None:
    assert all(record["cell"]["teacher"] == TEACHER for record in FULL)
    weak = sets(["1101", "1110", "0111"], "alphabeta-300-e75", n=64, teacher=WEAK)
    assert controls(tmp_path, *weak, *sets(EVEN, teacher=WEAK)).empty
