"""The report test in a report: told cues beside cues fitted to answers to probes, by cell and set."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from quickstudy.reports.probes import read_answers
from quickstudy.reports.records import TableError, read_records
from quickstudy.reports.report import write_report
from quickstudy.reports.report_test import (
    CUE_COLUMNS,
    CUE_KEY,
    FEWEST,
    HEADER,
    compare_cues,
    load_reports,
    read_reports,
    tabulate_report_test,
    write_report_test,
    write_report_test_text,
)
from quickstudy.reports.report_test_plot import draw_cues
from quickstudy.tasks.direct import probe_study, report_study, write_records
from quickstudy.tasks.games.game import load_game
from quickstudy.tasks.learners.cues import CUES, FOILS
from quickstudy.tasks.study import Study
from tests.reports.records import load_strictly, write
from tests.same_tables import same_reports

GAME, MODELS = "tvafindil", ("weigher", "weigher-guessing", "weigher-silent", "copycat")
PROBES = 50
Rows = dict[tuple[str, int], dict[Any, Any]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small run of both tasks, as direct records, and its report. All weighers answer probes alike."""
    path = tmp_path_factory.mktemp("report-test")
    study = Study(GAME, examples=(0, 8), sets=3)
    for name in MODELS:
        write_records(report_study(study, f"quickstudy/{name}"), path / f"{name}-told.jsonl")
    for record in probe_study(study, "quickstudy/weigher", PROBES):
        for name in MODELS[:3]:
            cell = find_cell(path, name, record["cell"]["n"])
            write_records([{**record, "cell": cell}], path / "probes.jsonl")
    write_report(path)
    return path


def find_cell(path: Path, name: str, n: int) -> Any:
    records = (json.loads(line) for line in (path / f"{name}-told.jsonl").read_text().splitlines())
    return next(record["cell"] for record in records if record["cell"]["n"] == n)


@pytest.fixture(scope="module")
def rows(folder: Path) -> Rows:
    """What `tabulate_report_test` says of each player and n."""
    table = tabulate_report_test(compare_cues(load_reports(folder / "cues.parquet"), read_answers(folder)))
    return {(row["model"].removeprefix("quickstudy/"), row["n"]): row for row in table.to_dict("records")}


def test_who_tells_what_it_uses_is_told_from_who_plays_alike_and_does_not(rows: Rows) -> None:
    honest, guessing, silent = (rows[name, 8] for name in MODELS[:3])
    assert honest["agreement"] > 0.5 and honest["precision"] > 0.6 > honest["precision_chance"]
    assert silent["agreement"] == silent["recall"] == 0.0 and silent["told"] == 0.0
    assert abs(guessing["agreement"]) < 0.4 < honest["attainable"] == guessing["attainable"]
    assert honest["choices"] == PROBES and (honest["reports"], honest["sets"], honest["cues"]) == (3, 3, len(CUES))


def test_what_was_told_without_examples_is_held_against_what_examples_taught(folder: Path, rows: Rows) -> None:
    assert rows["weigher", 8]["before"] == 0.0, "it tells nothing before it has seen a game"
    assert math.isnan(rows["weigher", 0]["before"])
    cues = load_reports(folder / "cues.parquet")
    told = cues[(cues["model"] == "quickstudy/weigher") & (cues["n"] == 8)].set_index(["set", "cue"])
    known = cues[cues["model"] == "quickstudy/weigher"].copy()
    prior = known["n"] == 0
    for name in ("rank", "want"):
        column = [told.loc[(row["set"], row["cue"]), name] for row in known[prior].to_dict("records")]
        known.loc[prior, name] = column
    table = tabulate_report_test(compare_cues(known, read_answers(folder))).set_index("n")
    whole = table.loc[8]
    assert whole["before"] == pytest.approx(whole["agreement"])


def test_answers_that_cannot_be_read_are_counted_apart(folder: Path, rows: Rows) -> None:
    row = rows["copycat", 8]
    assert (row["forfeits"], row["unreadable_rate"]) == (3, 1.0) and math.isnan(row["agreement"])
    page = (folder / "report/report_test.md").read_text()
    assert "3 (3 unreadable)" in page and page.count(f"\n| {GAME} |") == 2 * len(MODELS)
    text = write_report_test_text(read_reports(folder).pipe(compare_cues, None))
    assert "3 (3 unreadable)" in text and all(name in text for name in HEADER)


def test_the_table_has_a_row_for_each_cue_of_a_real_run(folder: Path) -> None:
    cues = read_reports(folder)
    assert list(cues.columns) == list(CUE_COLUMNS) and not cues.duplicated(CUE_KEY).any()
    assert same_reports(cues, load_reports(folder / "cues.parquet")) and len(cues) == len(MODELS) * 2 * 3 * len(CUES)
    assert not same_reports(cues, cues.assign(rank=0))
    assert set(cues.loc[cues["foil"] == 1, "cue"]) == set(FOILS)


def test_figure_and_files_are_of_all_cells_that_are_known(folder: Path) -> None:
    report = folder / "report"
    assert {path.name for path in report.glob("report_test.*")} == {
        *("report_test.md", "report_test.csv", "report_test.png", "report_test.svg", "report_test.data.json")
    }
    table = pd.DataFrame(load_strictly(report / "report_test.data.json"))
    assert table.groupby("cell_id").size().tolist() == [len(CUES)] * 6, "the copycat told nothing that can be read"
    assert sum(axis.get_visible() for axis in draw_cues(table).axes) == 6, "a panel for each cell"
    assert table["used"].between(-1, 1).all() and table["told"].between(-1, 1).all()
    assert len(pd.read_csv(report / "report_test.csv")) == 8


def test_few_or_no_choices_show_nothing(folder: Path, tmp_path: Path) -> None:
    cues, answers = read_reports(folder), read_answers(folder)
    few = answers[answers["probe"] % PROBES < FEWEST - 1]
    for known in (None, few):
        compared = compare_cues(cues, known)
        assert compared["used"].isna().all()
        table = tabulate_report_test(compared)
        assert table["agreement"].isna().all() and (table["choices"] < FEWEST).all()
        assert {path.suffix for path in write_report_test(compared, tmp_path)} == {".md", ".csv"}


def test_choices_of_other_rules_are_no_choices(folder: Path) -> None:
    compared = compare_cues(read_reports(folder), read_answers(folder).assign(rules_hash="other"))
    assert compared["used"].isna().all() and (compared["choices"] == 0).all()


def test_forfeited_probes_are_left_out_of_what_is_used(folder: Path) -> None:
    cues, answers = read_reports(folder), read_answers(folder)
    lost = answers["probe"] % 2 == 0
    forfeited = answers.assign(move=answers["move"].where(~lost, ""), forfeit=lost.astype(int))
    choices = compare_cues(cues[cues["model"] == "quickstudy/weigher"], forfeited)["choices"]
    assert set(choices) == {PROBES / 2}


CHANGES: dict[str, dict[str, Any]] = {
    "named without a direction": {"rank": 1, "want": ""},
    "a direction of what was not named": {"rank": 0, "want": "more"},
}


@pytest.mark.parametrize("change", CHANGES)
def test_contradictory_records_are_refused(folder: Path, tmp_path: Path, change: str) -> None:
    record = next(record for _, record in read_records(folder, "weigher-told"))
    cues = [{**record["cues"][0], **CHANGES[change]}, *record["cues"][1:]]
    with pytest.raises(TableError, match="contradicts"):
        read_reports(write(tmp_path, {**record, "cues": cues}))
    named = [{**cue, "rank": 1, "want": "more"} for cue in record["cues"][:1]] + record["cues"][1:]
    lost = {**record, "cues": named, "outcome": "forfeit_unreadable", "forfeit": 1}
    with pytest.raises(TableError, match="contradicts"):
        read_reports(write(tmp_path / "lost", lost))
    with pytest.raises(TableError, match="no answers to the report test"):
        read_reports(write(tmp_path / "other", *(r for _, r in read_records(folder, "probes"))))


def test_cues_and_specs_of_other_games_are_refused(folder: Path, tmp_path: Path) -> None:
    record = next(record for _, record in read_records(folder, "weigher-told"))
    strange = [{**record["cues"][0], "cue": "beauty"}, *record["cues"][1:]]
    other = json.dumps(load_game("velun").rules.to_json())
    for changed, message in (
        ({"cues": strange}, "'beauty' is no cue of tvafindil"),
        ({"spec": other}, "its spec is another game's"),
        ({"spec": "{}"}, "its spec is none of a game"),
        ({"spec": "no JSON"}, "its spec is none of a game"),
    ):
        with pytest.raises(TableError, match=message):
            read_reports(write(tmp_path, {**record, **changed}, name="changed.jsonl"))
        (tmp_path / "changed.jsonl").unlink()


def test_a_choice_that_is_not_legal_is_a_fault_of_the_table(folder: Path) -> None:
    answers = read_answers(folder)
    with pytest.raises(TableError, match="is no legal move in a probe"):
        compare_cues(read_reports(folder), answers.assign(move="a1-a1"))


def test_weights_are_of_the_answers_of_their_own_set(folder: Path) -> None:
    cues, answers = read_reports(folder), read_answers(folder)
    own = cues[(cues["model"] == "quickstudy/weigher") & (cues["n"] == 8)]
    whole, first = compare_cues(own, answers), compare_cues(own, answers[answers["set"] == 0])
    for number in (0, 1):
        a, b = (t[t["set"] == number]["used"].to_numpy(float) for t in (whole, first))
        assert np.array_equal(a, b) if number == 0 else np.isnan(b).all() and not np.isnan(a).any()
