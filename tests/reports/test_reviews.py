"""The report of reviews: a row for each arm from the records alone, and players' slopes beside their understanding."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from quickstudy.reports.records import TableError, read_records
from quickstudy.reports.report import write_report
from quickstudy.reports.reviews import list_arms, relate_arms, tabulate_reviews, write_page
from quickstudy.reports.tables import load_games
from quickstudy.scorers.understanding import score_naming
from quickstudy.tasks.chains.course import Course
from quickstudy.tasks.direct import play_chains, write_records
from quickstudy.tasks.study import Study

SMALL: dict[str, Any] = {"generations": 2, "games": 2, "budget": 200, "chains": 2, "play_games": 2}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run with reviews and one without, as direct records, and its report."""
    path = tmp_path_factory.mktemp("reviews")
    study = Study("morvane", examples=(0,), sets=2)
    for reviews in (0, 2):
        made = Course(study, **SMALL, reviews=reviews)
        write_records(play_chains(made, "quickstudy/notebook"), path / f"reviews{reviews}.jsonl")
    write_report(path)
    return path


def stages(folder: Path) -> list[dict[str, Any]]:
    return [record for _, record in read_records(folder) if "notes" in record]


def test_only_reviewed_arms_are_listed_with_all_their_moves(folder: Path) -> None:
    records = [record for record in stages(folder) if "regrets" in record]
    (arm,) = list_arms(load_games(folder / "games.parquet"), stages(folder))
    assert arm["asked"] == sum(len(record["reviews"]) for record in records) == 8 and arm["faulty"] == 0
    assert len(arm["moves"]) == sum(len(record["regrets"]) for record in records)
    assert len(arm["positions"]) == sum(len(record["repairs"]) for record in records)
    assert math.isfinite(arm["slope"]) or math.isnan(arm["slope"])


def test_the_table_has_the_figures_of_the_scorer(folder: Path) -> None:
    arms = list_arms(load_games(folder / "games.parquet"), stages(folder))
    row = tabulate_reviews(arms).iloc[0]
    for name, figure in score_naming(arms[0]["moves"]).items():
        assert row[name] == pytest.approx(figure.value, nan_ok=True)
    table = pd.read_csv(folder / "report" / "reviews.csv")
    assert len(table) == 1 and {"understanding_low", "named_repaired", "missed_after", "slope"} <= set(table.columns)


def test_the_report_tells_reviews_apart_and_draws_them(folder: Path) -> None:
    report = folder / "report"
    page = (report / "reviews.md").read_text()
    assert page.count("\n| morvane |") == 3 and "2 moves reviewed" in page and "nothing can be said" in page
    assert {path.name for path in report.glob("reviews.*")} == {
        *("reviews.md", "reviews.csv", "reviews.png", "reviews.svg", "reviews.data.json")
    }
    memory = (report / "memory.md").read_text()
    assert memory.count("\n| morvane |") == 2, "the arms with and without reviews are two"


def test_a_stage_whose_reviews_could_not_be_read_is_counted_and_scored_no_further(folder: Path) -> None:
    records = [
        {**r, "reviews": [{**x, "readable": 0, "named": []} for x in r.get("reviews", [])]} for r in stages(folder)
    ]
    kept = [{**r, "repairs": []} if "repairs" in r else r for r in records]
    (arm,) = list_arms(load_games(folder / "games.parquet"), kept)
    assert arm["faulty"] == arm["asked"] == 8 and arm["moves"].empty
    assert "8 (8 unreadable)" in write_page([arm])


def test_a_stage_without_what_was_asked_again_is_a_sentence(folder: Path) -> None:
    broken = [{name: value for name, value in r.items() if name != "repairs"} for r in stages(folder)]
    with pytest.raises(TableError, match="a study stage of morvane holds no reviews that can be read"):
        list_arms(load_games(folder / "games.parquet"), broken)


def test_slopes_are_set_beside_understanding_over_arms(folder: Path) -> None:
    (arm,) = list_arms(load_games(folder / "games.parquet"), stages(folder))
    moves = arm["moves"]
    arms = []
    for k in range(4):
        worst = moves.groupby(["chain", "generation", "game"])["regret"].rank(method="first", ascending=False)
        ranked = moves.assign(rank=(worst == 1 + k).astype(int))
        understanding = score_naming(ranked)["understanding"].value
        arms.append({**arm, "moves": ranked, "slope": 50.0 * understanding + 3.0})
    found = relate_arms(arms)
    assert found is not None and found.players == 4
    assert found.rise.value == pytest.approx(50.0) and found.correlation.value == pytest.approx(1.0)
    assert "Over 4 arms the slope of notes rises by +5 [+5, +5] Elo per generation for each 0.1" in write_page(arms)
    assert relate_arms([{**arm, "slope": math.nan} for arm in arms]) is None


def test_a_run_without_reviews_has_no_such_page(folder: Path, tmp_path: Path) -> None:
    plain = [record for record in stages(folder) if "regrets" not in record]
    assert list_arms(load_games(folder / "games.parquet"), plain) == []
