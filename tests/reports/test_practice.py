"""The report of practice: what was asked, the tasks, the games that crossed, and what choosing them was worth."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from quickstudy.reports.memory import judge_arms
from quickstudy.reports.practice import compare_choices, tabulate_practice, write_page, write_practice
from quickstudy.reports.report import write_report
from quickstudy.reports.tables import load_games, rate_games
from quickstudy.tasks.chains.course import Course
from quickstudy.tasks.direct import play_chains, write_records
from quickstudy.tasks.regimes.self_study import SelfStudy
from quickstudy.tasks.study import Study

STUDY = Study("tvafindil", examples=(0,), sets=2)
SMALL: dict[str, Any] = {"generations": 1, "games": 4, "budget": 1000, "chains": 2, "play_games": 6}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of practice with two budgets and of choices, as direct records, and its report."""
    path = tmp_path_factory.mktemp("practice")
    for name, regime, control, own in (
        ("few", "practice", "", SelfStudy(verifier_calls=2)),
        ("more", "practice", "", SelfStudy(verifier_calls=8, own_tasks=3)),
        ("chosen", "study", "", SelfStudy(keep=2)),
        ("drawn", "study", "random", SelfStudy(keep=2)),
    ):
        made = Course(STUDY, regime, control=control, self_study=own, **SMALL)
        write_records(play_chains(made, "quickstudy/notebook"), path / f"{name}.jsonl")
    write_report(path)
    return path


def test_the_page_tells_practice_tasks_and_choices_apart(folder: Path) -> None:
    page = (folder / "report" / "practice.md").read_text()
    rows = [line for line in page.split("\n") if line.startswith("| tvafindil")]
    arms = [row.split(" | ")[2] for row in rows]
    assert arms == [
        *("practice, 2 calls", "practice, 8 calls (3 for tasks)"),
        "practice, 8 calls (3 for tasks)",
        *("study, 2 games kept", "study, random, 2 games kept"),
        "study, 2 games kept",
    ]
    assert " | 2 | 5.0 | 0.0 | 1.00 | 1.00 | " in rows[1], "two stages with five questions each, legal and distinct"
    assert " | 3.0 of 3.0 | 1.00 | 1.00 | 1.00 | " in rows[2], "all of the three tasks are valid and solved"
    assert " | 2 | 2.0 | " in rows[3]


def test_each_stage_has_a_row_with_what_is_not_known_left_out(folder: Path) -> None:
    table = pd.read_csv(folder / "report" / "practice.csv")
    assert len(table) == 8 and table["kept"].notna().sum() == 4
    assert table.loc[table["regime"] == "study", "asked"].isna().all()
    assert table.loc[table["own_tasks"] == 0, "tasks_made"].isna().all()
    assert set(table["verifier_calls"]) == {0, 2, 8}


def test_arms_of_other_budgets_are_apart_in_the_report_of_notes(folder: Path) -> None:
    arms = judge_arms(load_games(folder / "games.parquet"))
    assert [(arm["regime"], arm["control"], arm["verifier_calls"], arm["keep"]) for arm in arms] == [
        ("practice", "", 2, 0),
        ("practice", "", 8, 0),
        ("study", "", 0, 2),
        ("study", "random", 0, 2),
    ]
    assert all(arm["chains"] == 2 for arm in arms)


def test_a_choice_is_compared_with_the_draw_of_as_many(folder: Path) -> None:
    games = load_games(folder / "games.parquet")
    (row,) = compare_choices(games)
    final = games[(games["regime"] == "study") & (games["generation"] == 1)]
    chosen, drawn = (rate_games(final[final["control"] == name], "tvafindil").elo for name in ("", "random"))
    assert chosen is not None and drawn is not None
    assert row["elo"] == pytest.approx(chosen - drawn, abs=0.01) and row["low"] < row["elo"] < row["high"]
    assert compare_choices(games[games["control"] != "random"]) == []


def test_a_difference_that_is_not_known_is_said_so() -> None:
    arm = {"skill": "a", "model": "b", "author": "", "regime": "study", "control": "", "note_kinds": "", "keep": 2}
    row = {**arm, "generation": 1, "elo": float("nan"), "low": float("nan"), "high": 3.0, "p": 0.5, "flag": "one_sided"}
    page = write_page(tabulate_practice([]), [row])
    assert "| a | b | study, 2 games kept | 1 | one_sided | - |" in page.replace("\\_", "_")


def test_chains_without_practice_have_no_such_page(folder: Path, tmp_path: Path) -> None:
    notes = {"cell": {"skill": "a"}, "chain": 0, "generation": 1, "notes": [], "tokens": 0.0}
    assert write_practice([notes], load_games(folder / "games.parquet"), tmp_path) == []
    assert list(tmp_path.iterdir()) == []
