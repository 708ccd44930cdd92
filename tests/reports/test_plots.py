"""Figures: the same bytes for the same games, nothing undefined dropped, labels apart."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.text import Text

from quickstudy.reports.plots import (
    MARKERS,
    draw_learning_curves,
    draw_rules_examples,
    write_learning_curves,
    write_rules_examples,
    write_token_curves,
)
from quickstudy.reports.tables import tabulate_strengths, write_games
from tests.reports.records import TOP, load_strictly, record, sets, tabulate

PROGRAM = """
import sys
from pathlib import Path
from quickstudy.reports.plots import write_learning_curves, write_rules_examples
from quickstudy.reports.tables import load_games
games = load_games(Path(sys.argv[1]))
write_learning_curves(games, Path(sys.argv[2]))
write_rules_examples(games, Path(sys.argv[2]))
"""
STUDY = [
    *sets(["10", "=0"]), *sets(["11", "1="], "mcts-30", n=1), *sets(["11", "11"], TOP, n=4),
    *sets(["00", "00"], model="quickstudy/random"), *sets(["10", "01"], n=4, model="quickstudy/random"),
    *sets(["10", "00"], rules="none"), *sets(["1=", "10"], n=4, rules="none"),
    *sets(["11", "10"], n=4, skill="velun"),
]  # fmt: skip


def digests(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}


def draw(games: pd.DataFrame) -> Figure:
    return draw_learning_curves(tabulate_strengths(games))


def curves_of(axis: Axes) -> list[Line2D]:
    return [line for line in axis.lines if line.get_marker() in MARKERS and not is_open(line)]


def is_open(line: Line2D) -> bool:
    return str(line.get_markerfacecolor()) == "white"


def triangles_of(axis: Axes) -> list[tuple[str, float, float]]:
    """Marker, n and place of each open triangle."""
    found = [(line, np.asarray(line.get_xydata())) for line in axis.lines if is_open(line)]
    return [(str(line.get_marker()), round(float(2 ** xy[0, 0] - 1)), float(xy[0, 1])) for line, xy in found]


def test_figures_are_the_same_bytes_in_every_process(tmp_path: Path) -> None:
    games = tabulate(tmp_path, *STUDY)
    write_games(games, tmp_path / "games.parquet")
    here, there = tmp_path / "here", tmp_path / "there"
    here.mkdir()
    there.mkdir()
    seed = "2" if os.environ.get("PYTHONHASHSEED") == "1" else "1"
    command = [sys.executable, "-c", PROGRAM, str(tmp_path / "games.parquet"), str(there)]
    started = subprocess.Popen(command, env={**os.environ, "PYTHONHASHSEED": seed})
    # a user's own settings are not the figures'
    with mpl.rc_context({"lines.linewidth": 9, "savefig.dpi": 40, "svg.hashsalt": None, "figure.facecolor": "red"}):
        shuffled = games.sample(frac=1, random_state=1)
        paths = [*write_learning_curves(shuffled, here), *write_rules_examples(shuffled, here)]
    assert started.wait(timeout=60) == 0
    assert len(digests(here)) == len(paths) == 6
    assert digests(there) == digests(here)
    assert (here / "learning_curves.png").read_bytes()[:4] == b"\x89PNG"
    assert "<svg" in (here / "learning_curves.svg").read_text()


def test_data_file_holds_the_numbers_shown(tmp_path: Path) -> None:
    games = tabulate(tmp_path, *STUDY)
    plain = games[games["rules"] == "full"]
    write_learning_curves(games, tmp_path)
    rows = load_strictly(tmp_path / "learning_curves.data.json")
    assert len(rows) == len(tabulate_strengths(plain)) == 6
    figure = draw(plain)
    shown = {
        (axis.get_title("left"), round(2**x - 1), round(y, 3))
        for axis in figure.axes
        for line in curves_of(axis)
        for x, y in np.asarray(line.get_xydata())
    }
    assert shown == {(row["skill"], row["n"], row["elo"]) for row in rows if row["elo"] is not None}
    bounds = {(m, n, y) for axis in figure.axes for m, n, y in triangles_of(axis)}
    flagged = [row for row in rows if row["elo"] is None]
    assert {(n, round(y, 3)) for _, n, y in bounds} == {(row["n"], row["low"] or row["high"]) for row in flagged}


def test_many_games_are_small_multiples_with_one_scale(tmp_path: Path) -> None:
    games = tabulate(tmp_path, *sets(["10", "=1"]))
    many = pd.concat([games.assign(skill=f"game{i}") for i in range(6)])
    figure = draw(many)
    shown = [axis for axis in figure.axes if axis.get_visible()]
    assert [axis.get_title("left") for axis in shown] == [f"game{i}" for i in range(6)]
    places = [spec.get_geometry()[2] for axis in shown if (spec := axis.get_subplotspec()) is not None]
    assert places == list(range(6)) and len(figure.axes) == 8
    assert len({axis.get_ylim() for axis in shown}) == 1


@pytest.mark.parametrize(
    ("results", "level", "marker"),
    [("00", "random", "v"), ("00", "mcts-30", "v"), ("11", "mcts-30", "^"), ("11", TOP, "^"), ("ff", "random", "v")],
)
@pytest.mark.parametrize("others", [True, False])
def test_undefined_strength_is_an_open_triangle(
    others: bool, results: str, level: str, marker: str, tmp_path: Path
) -> None:
    defined = sets(["10", "=1"], "mcts-30") if others else []
    games = tabulate(tmp_path, *defined, *sets([results] * 2, level, n=4))
    for figure in (draw(games), draw_rules_examples(tabulate_strengths(games))):
        (axis,) = figure.axes
        ((shown, _, place),) = triangles_of(axis)
        low, high = axis.get_ylim()
        assert shown == marker and low < place < high


def test_cell_without_a_scored_game_is_no_point(tmp_path: Path) -> None:
    (axis,) = draw(tabulate(tmp_path, *sets(["10", "=1"]), *sets(["ee"], n=4))).axes
    assert triangles_of(axis) == []
    assert [len(np.asarray(line.get_xydata())) for line in curves_of(axis)] == [1]


@pytest.mark.parametrize("n", [0, 64])
def test_one_model_one_game_one_n_is_a_figure(n: int, tmp_path: Path) -> None:
    games = tabulate(tmp_path, record("10", n=n))
    assert len(write_learning_curves(games, tmp_path)) == 3
    (axis,) = draw(games).axes
    assert [label.get_text() for label in axis.get_xticklabels()] == [str(n)]
    assert axis.get_title("left") == "morvane"
    assert axis.get_xticks() == pytest.approx([np.log2(1 + n)])


def boxes(figure: Figure, texts: list[Text]) -> list[tuple[float, float, float, float]]:
    figure.canvas.draw()
    return [text.get_window_extent().extents for text in texts if text.get_text()]


LONG = "provider/a-very-long-name-of-a-model-20260101-preview-with-reasoning"


@pytest.mark.parametrize(
    ("models", "level"),
    [
        (["a", "b", "c", "d", "e", "f", "g", "h"], "random"),
        (["a", "b", "c", "d", "e", "f"], TOP),
        ([LONG, LONG + "-2", "$a$", "quickstudy/imitator"], "mcts-30"),
    ],
)
def test_labels_do_not_overlap(models: list[str], level: str, tmp_path: Path) -> None:
    # all curves end in one point
    matches = [match for model in models for match in sets(["10", "=="], level, n=4, model=model)]
    figure = draw(tabulate(tmp_path, *matches))
    (axis,) = figure.axes
    texts = list(axis.texts)
    shown = boxes(figure, texts)
    assert len(shown) >= len(models) + 2  # and levels of the ladder
    for i, (left, low, right, high) in enumerate(shown):
        for other in shown[i + 1 :]:
            assert right <= other[0] or other[2] <= left or high <= other[1] or other[3] <= low
    width, height = figure.canvas.get_width_height()
    assert all(box[0] >= 0 and box[1] >= 0 and box[2] <= width and box[3] <= height for box in shown)
    assert all(len(text.get_text()) <= 40 for text in texts)


def test_label_has_the_colour_of_its_curve(tmp_path: Path) -> None:
    games = tabulate(tmp_path, *sets(["10", "=="], model="quickstudy/a"), *sets(["11", "1="], "mcts-30", model="b"))
    (axis,) = draw(games).axes
    by_colour = {str(line.get_color()): float(np.asarray(line.get_ydata())[0]) for line in curves_of(axis)}
    ends = {text.get_text(): by_colour.get(str(text.get_color())) for text in axis.texts}
    rows = tabulate_strengths(games)
    assert ends["a"] == float(rows[rows["model"] == "quickstudy/a"]["elo"].iloc[0])
    assert ends["b"] == float(rows[rows["model"] == "b"]["elo"].iloc[0])


def test_curves_of_many_models_can_be_told_apart(tmp_path: Path) -> None:
    games = tabulate(tmp_path, *[record("10", n=n, model=f"m{i:02}") for i in range(14) for n in (0, 4)])
    (axis,) = draw(games).axes
    looks = [(str(line.get_color()), str(line.get_marker())) for line in curves_of(axis)]
    assert len(looks) == len(set(looks)) == 14


def test_each_setting_of_a_model_is_a_curve_of_its_own(tmp_path: Path) -> None:
    matches = [match for w in (0, 1) for n in (0, 4) for match in sets(["10", "=1"], n=n, wording=w)]
    (axis,) = draw(tabulate(tmp_path, *matches)).axes
    assert [[round(2**x - 1) for x in np.asarray(line.get_xdata())] for line in curves_of(axis)] == [[0, 4], [0, 4]]
    assert {"imitator (wording=0)", "imitator (wording=1)"} <= {text.get_text() for text in axis.texts}


def points_of(axis: Axes) -> set[tuple[int, float]]:
    return {(round(x), round(y, 1)) for line in curves_of(axis) for x, y in np.asarray(line.get_xydata())}


def test_rules_and_examples_are_a_figure_exactly_when_rules_were_withheld(tmp_path: Path) -> None:
    full = [*sets(["10", "=0"]), *sets(["11", "1="], n=4)]
    none = [*sets(["=0", "00"], rules="none"), *sets(["1=", "10"], n=4, rules="none")]
    for name, records, expected in (("full", full, 0), ("none", none, 3), ("both", [*full, *none], 3)):
        folder = tmp_path / name
        paths = write_rules_examples(tabulate(folder, *records), folder)
        assert len(paths) == expected and all(path.is_file() for path in paths), name
    # with the examples of another game is a condition of its own
    other = tabulate(tmp_path / "other", *full, *sets(["00"], n=4, rules="none", evidence="velun"))
    assert write_rules_examples(other, tmp_path / "other") == []


def test_rules_and_examples_show_the_four_cells(tmp_path: Path) -> None:
    conditions: list[dict[str, Any]] = [{"rules": rules, "n": n} for rules in ("full", "none") for n in (0, 4)]
    results = [["10", "=0"], ["11", "1="], ["00", "=0"], ["1=", "10"]]
    matches = [match for texts, given in zip(results, conditions, strict=True) for match in sets(texts, **given)]
    # n = 1 lies between and is not shown
    games = tabulate(tmp_path, *matches, *sets(["11", "10"], n=1))
    write_rules_examples(games, tmp_path)
    rows = load_strictly(tmp_path / "rules_examples.data.json")
    assert sorted((row["rules"], row["n"]) for row in rows) == [("full", 0), ("full", 4), ("none", 0), ("none", 4)]
    (axis,) = draw_rules_examples(tabulate_strengths(games[games["n"] != 1])).axes
    place = {("full", 0): 0, ("full", 4): 1, ("none", 0): 2, ("none", 4): 3}
    assert points_of(axis) == {(place[row["rules"], row["n"]], round(row["elo"], 1)) for row in rows}
    assert [label.get_text() for label in axis.get_xticklabels()] == ["rules", "rules\nn = 4", "neither", "n = 4\nonly"]


def test_other_controls_are_not_in_the_figure_of_rules_and_examples(tmp_path: Path) -> None:
    square = [
        match
        for rules in ("full", "none")
        for n in (0, 4)
        for match in sets(["10", "=0"], rules=rules, n=n)
    ]  # fmt: skip
    changed: list[dict[str, Any]] = [
        {"skin": 1}, {"rules": "none", "skin": 1}, {"rules": "wrong"}, {"kind": "moves"}, {"teacher": "mcts-30"},
        {"evidence": "sibling"},
    ]  # fmt: skip
    other = [match for conditions in changed for match in sets(["11", "11"], n=4, **conditions)]
    tables = []
    for name, records in (("square", square), ("all", [*square, *other])):
        write_rules_examples(tabulate(tmp_path / name, *records), tmp_path / name)
        rows = load_strictly(tmp_path / name / "rules_examples.data.json")
        tables.append([{key: row[key] for key in ("rules", "n", "elo", "cell_id")} for row in rows])
    assert tables[0] == tables[1] and len(tables[0]) == 4


def test_rules_and_examples_take_the_most_that_fitted_each_model(tmp_path: Path) -> None:
    matches = [
        match
        for model, most in (("wide", 16), ("narrow", 9))
        for rules in ("full", "none")
        for n in (0, most)
        for match in sets(["10", "=0"], n=n, model=model, rules=rules, n_requested=n and 16)
    ]
    write_rules_examples(tabulate(tmp_path, *matches), tmp_path)
    rows = load_strictly(tmp_path / "rules_examples.data.json")
    assert {(row["model"], row["n"]) for row in rows} == {("wide", 0), ("wide", 16), ("narrow", 0), ("narrow", 9)}


def test_games_without_plain_cells_have_no_learning_curves(tmp_path: Path) -> None:
    assert write_learning_curves(tabulate(tmp_path, record("10", rules="none")), tmp_path) == []


def test_curves_are_also_drawn_against_the_tokens_of_their_prompts(tmp_path: Path) -> None:
    games = tabulate(tmp_path, *sets(["10", "01"]), *sets(["11", "10"], n=4))
    games.loc[games["n"] == 4, "input_tokens"] *= 8
    paths = write_token_curves(games, tmp_path)
    assert [path.name for path in paths] == ["token_curves.png", "token_curves.svg", "token_curves.data.json"]
    assert [row["tokens"] for row in json.loads(paths[2].read_text())] == [25.0, 200.0], "100 tokens and 4 answers"
    table = tabulate_strengths(games).sort_values("n").assign(tokens=[25.0, 200.0])
    (axis,) = draw_learning_curves(table, by="tokens").axes
    assert [tick.get_text() for tick in axis.get_xticklabels()] == ["16", "32", "64", "128", "256"]
    (line,) = [line for line in axis.lines if line.get_marker() == "o"]
    assert np.sort(np.asarray(line.get_xdata(), float)).tolist() == pytest.approx(np.log2([25.0, 200.0]).tolist())
    assert write_token_curves(games.assign(input_tokens=0), tmp_path) == []
