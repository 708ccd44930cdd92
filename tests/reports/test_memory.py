"""The report of chains: strength by generation, slopes over chains, worth in examples, and every change of notes."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from quickstudy.benchmarks.cli import main
from quickstudy.reports.memory import (
    add_stage,
    find_stages,
    judge_arms,
    rate_chains,
    tabulate_generations,
    write_trajectories,
)
from quickstudy.reports.memory_plot import write_generations
from quickstudy.reports.records import Rows, TableError
from quickstudy.reports.report import format_tables, write_report
from quickstudy.reports.results import read_results, split_curves
from quickstudy.reports.tables import load_games
from quickstudy.tasks.chains.course import Course
from quickstudy.tasks.direct import play_chains, play_study, write_records
from quickstudy.tasks.study import Study

GAME = "tvafindil"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of two arms and a curve of examples, as direct records, and its report."""
    path = tmp_path_factory.mktemp("memory")
    study = Study(GAME, examples=(0,), sets=2)
    small: dict[str, Any] = {"games": 2, "budget": 200, "chains": 2, "play_games": 4}
    write_records(play_chains(Course(study, generations=3, **small), "quickstudy/notebook"), path / "notes.jsonl")
    empty = Course(study, generations=3, control="empty", **small)
    write_records(play_chains(empty, "quickstudy/notebook"), path / "empty.jsonl")
    write_records(play_study(Study(GAME, examples=(0, 2), sets=2), "quickstudy/notebook"), path / "examples.jsonl")
    write_report(path)
    return path


def test_each_generation_of_each_arm_has_a_row(folder: Path) -> None:
    games = load_games(folder / "games.parquet")
    table = tabulate_generations(games)
    assert table.groupby("control")["generation"].apply(list).to_dict() == {"": [0, 1, 2, 3], "empty": [0]}
    assert table["chains"].unique().tolist() == [2] and table["games"].unique().tolist() == [8]
    assert table.loc[table["control"] == "", "studied"].tolist() == [0, 2, 4, 6]


def test_notes_are_not_taken_for_curves_of_examples(folder: Path) -> None:
    board = (folder / "report" / "leaderboard.md").read_text()
    assert "| 16 |" in board
    (curve,) = [curve for curve, _ in split_curves(read_results(folder / "games.parquet"))]
    assert [point.strength.games for point in curve.points] == [8, 8], "of the examples alone"


def test_the_report_has_arms_figure_and_all_changes(folder: Path) -> None:
    report = folder / "report"
    page = (report / "memory.md").read_text()
    assert page.count("\n| tvafindil |") == 2 and "notes, empty" in page
    assert {path.name for path in report.glob("memory.*")} == {
        *("memory.md", "memory.csv", "memory.png", "memory.svg", "memory.data.json")
    }
    assert (report / "notes.md").read_text().count("\n## ") == 6
    arms = (report / "arms.md").read_text()
    assert arms.count("\n| tvafindil |") == 5, "two n of examples, empty notes, and notes of 2 games and at the end"
    assert "notes, empty, generation 0" in arms and (report / "arms.csv").is_file()
    assert "notes, empty" in format_tables(folder)


def test_notes_of_a_chain_are_printed_with_what_changed(folder: Path) -> None:
    found = CliRunner().invoke(main, ["notes", str(folder), "--chain", "1", "--generation", "2"])
    assert found.exit_code == 0 and "chain 1, generation 2" in found.output
    assert "\n1. advice: from 4 games\n" in found.output and "-advice: from 2 games" in found.output
    (last,) = find_stages(folder / "notes.jsonl", 0, None)
    assert last[0].endswith("chain 0, generation 3")


def test_notes_that_are_not_there_are_a_sentence(folder: Path) -> None:
    with pytest.raises(TableError, match="has chains 0 to 1 and generations 1 to 3"):
        find_stages(folder, 7, None)
    with pytest.raises(TableError, match=r"has no such notes$"):
        find_stages(folder / "examples.jsonl", 0, None)
    (folder / "readme").write_text("no log")
    with pytest.raises(TableError, match=r"readme is no log: name a file \*\.eval or \*\.jsonl"):
        find_stages(folder / "readme", 0, None)


def chains(folder: Path, rise: float) -> pd.DataFrame:
    """A table of eight chains of six generations whose strength rises by so many Elo in each."""
    games = load_games(folder / "games.parquet")
    row = games[games["regime"] == "notes"].iloc[[0]]
    rng, rows = np.random.default_rng(5), []
    for chain in range(8):
        for generation in range(6):
            elo = 300.0 + rise * generation
            for game, level in enumerate(np.repeat([100.0, 300.0, 500.0, 700.0], 16)):
                won = float(rng.random() < 1.0 / (1.0 + 10.0 ** ((level - elo) / 400.0)))
                outcome = "win" if won else "loss"
                new = {"set": chain, "generation": generation, "game": game, "opponent_elo": level, "result": won}
                rows.append(row.assign(**new, outcome=outcome, forfeit=0, cell_id=f"c{generation}"))
    return pd.concat(rows, ignore_index=True)


def test_a_rise_is_found_and_the_absence_of_one_is_not_called_improvement(folder: Path) -> None:
    (rising,) = judge_arms(chains(folder, 60.0))
    (flat,) = judge_arms(chains(folder, 0.0))
    assert (
        rising["improves"] and rising["slope"]["low"] < 60.0 < rising["slope"]["high"] and rising["slope"]["p"] < 0.001
    )
    assert not flat["improves"] and flat["slope"]["p"] > 0.05
    assert rising["last"][0] - rising["first"][0] == pytest.approx(300.0, abs=80.0)
    assert rising["chains"] == 8 and rising["left_out"] == 0 and rising["worth"] is None


def test_a_chain_without_a_strength_is_left_out_and_told(folder: Path) -> None:
    games = chains(folder, 60.0)
    lost = (games["set"] == 3) & (games["generation"] == 2)
    games.loc[lost, ["result", "forfeit"]] = [0.0, 1]
    games.loc[lost, "outcome"] = "forfeit_illegal"
    (verdict,) = judge_arms(games)
    assert verdict["left_out"] == 1 and verdict["slope"]["low"] < 60.0 < verdict["slope"]["high"]


def test_what_is_worth_examples_is_read_from_the_players_own_curve(folder: Path) -> None:
    (noted,) = [arm for arm in judge_arms(load_games(folder / "games.parquet")) if not arm["control"]]
    n, low, high = noted["worth"]
    assert 0.0 <= low <= n <= high


def test_forfeits_count_in_a_slope_as_in_the_strengths_beside_it(folder: Path) -> None:
    games = load_games(folder / "games.parquet")
    arm = games[games["regime"].eq("notes") & games["control"].eq("")]
    first = arm[arm["generation"] == 0]
    flat = pd.concat([first.assign(generation=generation, studied=generation) for generation in range(3)])
    kept = flat.assign(forfeit=0, result=np.tile([1.0, 0.0, 0.5, 0.0], len(flat) // 4))
    lost = kept.assign(forfeit=((kept["generation"] == 0) & kept["game"].eq(1)).astype("int8"))
    for table, sign in ((kept, 0.0), (lost, 1.0)):
        matrix, left_out = rate_chains(table)
        assert left_out == 0 and (np.sign(matrix[:, -1] - matrix[:, 0]) == sign).all()


def test_examples_under_other_settings_are_worth_nothing(folder: Path) -> None:
    games = load_games(folder / "games.parquet")
    other = games.assign(thinking=np.where(games["regime"].eq("notes"), "low", "high"))
    more = games[~games["regime"].eq("notes")].assign(thinking="high", cell_id=lambda table: "more " + table["cell_id"])
    mixed = pd.concat([games.assign(thinking="low"), more], ignore_index=True)
    worths = [[arm["worth"] for arm in judge_arms(table)] for table in (games, other, mixed)]
    assert worths[0] == worths[2] and worths[0][0] is not None and worths[1] == [None, None]


def test_trajectories_of_nothing_are_a_title() -> None:
    assert write_trajectories([]) == "# Notes, generation by generation\n"


def test_a_generation_that_won_every_game_is_one_sided_and_drawn(folder: Path, tmp_path: Path) -> None:
    games = chains(folder, 0.0)
    won = games["generation"] == 2
    games.loc[won, "result"] = 1.0
    games.loc[won, "outcome"] = "win"
    table = tabulate_generations(games)
    assert np.isnan(table.loc[table["generation"] == 2, "elo"]).all() and table["elo"].notna().sum() == 5
    assert {path.suffix for path in write_generations(table, games, tmp_path)} == {".png", ".svg", ".json"}


def test_another_copy_of_a_stage_stops_the_report_and_its_times_do_not(folder: Path) -> None:
    lines = (folder / "notes.jsonl").read_text().splitlines()
    stage = next(record for record in map(json.loads, lines) if "notes" in record)
    stages: Rows = {}
    add_stage(stages, "first", stage)
    again = copy.deepcopy(stage)
    again["games"][0]["seconds"] = again["replies"][0]["input_tokens"] = 99
    add_stage(stages, "again", again)
    assert len(stages) == 1
    again["tokens"] = 1.0
    with pytest.raises(TableError, match="other: another copy of this study stage has other notes, games or replies"):
        add_stage(stages, "other", again)
