"""The report of the tacit gap: pairs of examples and notes of them, token for token, from the table of games alone."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from quickstudy.reports.report import write_report
from quickstudy.reports.tables import load_games
from quickstudy.reports.tacit import count_examples, describe_gaps, tabulate_tacit, write_page, write_tacit
from quickstudy.tasks.chains.course import Course
from quickstudy.tasks.direct import play_chains, play_study, write_records
from quickstudy.tasks.prompts.play import number_lines
from quickstudy.tasks.study import Study
from tests.reports.records import sets, tabulate

GAME = "morvane"
FILLED = 64
"""Tokens of notes that the four examples fill."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of examples, notes of as many tokens and notes of fewer, as direct records, and its report."""
    path = tmp_path_factory.mktemp("tacit")
    shown = Study(GAME, examples=(0, 2, 4), sets=3, games_per_match=4)
    write_records(play_study(shown, "quickstudy/notebook"), path / "examples.jsonl")
    for games, budget in ((4, FILLED), (4, 40), (2, FILLED), (4, 100)):
        made = Course(Study(GAME, examples=(0,), sets=3), "distil", 1, games, budget, 3, 4)
        write_records(play_chains(made, "quickstudy/notebook"), path / f"{games}-{budget}.jsonl")
    write_report(path)
    return path


def test_pairs_are_notes_and_the_very_examples_that_they_are_of(folder: Path) -> None:
    table = tabulate_tacit(load_games(folder / "games.parquet"))
    assert table[["n", "budget"]].to_numpy().tolist() == [[2, FILLED], [4, 40], [4, FILLED], [4, 100]]
    games = load_games(folder / "games.parquet").drop_duplicates("cell_id").set_index("cell_id")
    for _, row in table.iterrows():
        shown, noted = games.loc[row["examples_cell"]], games.loc[row["notes_cell"]]
        assert shown["n"] == noted["studied"] == row["n"] and noted["budget"] == row["budget"]
        assert (shown["regime"], noted["regime"], noted["generation"]) == ("examples", "distil", 1)


def test_only_examples_that_fill_a_power_of_two_are_of_the_gap(folder: Path) -> None:
    table = tabulate_tacit(load_games(folder / "games.parquet"))
    four = table[table["n"] == 4].set_index("budget")
    assert FILLED / 2 < four["n_tokens"].iloc[0] <= FILLED, "what this test rests on"
    assert table.loc[table["fills"], ["n", "budget"]].to_numpy().tolist() == [[4, FILLED]]
    assert table["gap"].notna().tolist() == table["fills"].tolist()
    row = four.loc[FILLED]
    assert row["gap"] == pytest.approx(row["examples_elo"] - row["notes_elo"], abs=15.0)
    assert row["all_low"] <= row["gap_low"] <= row["gap"] <= row["gap_high"] <= row["all_high"]


def test_tokens_of_examples_are_those_of_the_prompt(folder: Path) -> None:
    games = load_games(folder / "games.parquet")
    cell = games[(games["n"] == 4) & (games["regime"] == "examples")]
    lines = [number_lines(Study(GAME, examples=(4,), sets=3).examples_of(4, number)) for number in range(3)]
    assert count_examples(cell) == pytest.approx(sum(len("\n".join(part)) for part in lines) / 12)
    assert math.isnan(count_examples(cell.assign(carried=math.nan))), "older logs do not tell"


def test_the_gap_is_told_of_any_game_by_the_records_alone(folder: Path) -> None:
    games = load_games(folder / "games.parquet")
    elsewhere = tabulate_tacit(games.assign(skill="nobody-knows-it"))
    assert elsewhere["fills"].tolist() == tabulate_tacit(games)["fills"].tolist()
    assert elsewhere["n_tokens"].tolist() == tabulate_tacit(games)["n_tokens"].tolist()


def test_the_report_has_page_table_and_figure(folder: Path) -> None:
    report = folder / "report"
    page = (report / "tacit.md").read_text()
    assert page.count(f"\n| {GAME} |") == 1 + 4 and "## Retention" in page
    assert {path.name for path in report.glob("tacit.*")} == {
        *("tacit.md", "tacit.csv", "tacit.png", "tacit.svg", "tacit.data.json")
    }
    assert len(pd.read_csv(report / "tacit.csv")) == 4


def test_controls_and_other_authors_are_no_notes_of_the_examples(folder: Path, tmp_path: Path) -> None:
    games = load_games(folder / "games.parquet")
    for changed in ({"control": "placebo"}, {"author": "other/model"}, {"note_kinds": "mistake"}, {"skin": 1}):
        noted = games["regime"] == "distil"
        other = games.copy()
        for name, value in changed.items():
            other.loc[noted, name] = value
        assert tabulate_tacit(other).empty and write_tacit(other, tmp_path) == []


def gaps(*rows: tuple[int, float, float, float, float]) -> pd.DataFrame:
    names = ["budget", "gap", "all_low", "all_high", "detectable"]
    return pd.DataFrame(rows, columns=names).assign(skill="velun", model="m", settings="")


def test_a_gap_is_said_to_be_shown_only_where_all_intervals_at_once_say_so() -> None:
    none = gaps((256, 40.0, -90.0, 170.0, 200.0), (512, 90.0, -30.0, 210.0, 190.0))
    assert "no gap is shown; the largest is 90 [-30, 210] Elo at 512 tokens" in describe_gaps(none)
    assert "from 190 to 200 Elo would have been found" in describe_gaps(none)
    some = gaps((256, 140.0, 10.0, 270.0, 200.0), (512, 90.0, -30.0, 210.0, 190.0))
    assert "examples carry more than notes at 256 tokens; the largest gap is 140 [10, 270]" in describe_gaps(some)
    other = gaps((256, -140.0, -270.0, -10.0, 200.0), (512, 90.0, -30.0, 210.0, 190.0))
    assert "Notes carry more than examples at 256 tokens." in describe_gaps(other)
    unknown = gaps((256, math.nan, math.nan, math.nan, math.nan))
    assert describe_gaps(unknown).endswith("no gap is known.")


def test_what_is_not_defined_is_told_as_such(folder: Path) -> None:
    games = load_games(folder / "games.parquet")
    lost: Any = (games["regime"] == "distil") & (games["generation"] == 1)
    games.loc[lost, ["result", "forfeit"]] = [0.0, 1]
    games.loc[lost, "outcome"] = "forfeit_illegal"
    table = tabulate_tacit(games)
    assert table["gap"].isna().all() and table["retention"].isna().all()
    assert "undefined" in write_page(table) and "no gap is known" in write_page(table)


def test_pairs_that_are_all_of_no_gap_have_a_page(tmp_path: Path) -> None:
    notes: dict[str, Any] = {
        "regime": "distil",
        "generation": 1,
        "studied": 4,
        "budget": 288,
    }  # which is no power of two
    cells = [*sets(["1010", "1000"], n=4), *sets(["1010", "1010"], **notes), *sets(["1000", "0010"])]
    games = tabulate(tmp_path, *cells)
    table = tabulate_tacit(games)
    assert table["fills"].tolist() == [False] and table["gap"].isna().all() and table["all_low"].isna().all()
    assert {path.suffix for path in write_tacit(games, tmp_path)} >= {".md", ".csv"}
