"""Model roles in suites, and suites whose models read each other's notes: written once, read by all, resumed."""

from __future__ import annotations

import signal
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import psutil
import pytest

from quickstudy.benchmarks.phases import check_phases, find_writer, settle, try_out, waits
from quickstudy.benchmarks.run import check_jobs
from quickstudy.benchmarks.suite import READING_TASK, Job, Suite, SuiteError, check_suite, list_jobs, load_suite
from quickstudy.reports.records import find_items, read_records
from quickstudy.reports.tables import load_games
from quickstudy.tasks.chains.course import Course
from quickstudy.tasks.direct import play_chains, write_records
from quickstudy.tasks.study import Study
from tests.benchmarks.commands import install_paid_model, list_matches, run
from tests.benchmarks.test_chains_resume import CONNECTIONS, NOTEBOOK, finish, launch, read_calls
from tests.same_tables import same_games

GAME, A, B = "tvafindil", "quickstudy/notebook", "quickstudy/notebook-windows"
WRITE: dict[str, Any] = {"task": "memory", "generations": 1, "games": 2, "budget": 200, "chains": 2, "play_games": 2}
READ: dict[str, Any] = {"task": "reading", "notes_from": "suite", "play_games": 2}


def suite(*conditions: dict[str, Any], models: tuple[str, ...] = (A, B)) -> Suite:
    return Suite("s", "1", "S", (GAME,), models, conditions)


def test_roles_say_who_plays_and_who_writes() -> None:
    (alone,) = list_jobs(suite(WRITE, models=(A,)))
    (written,) = list_jobs(suite({**WRITE, "author": B}, models=(A,)))
    (played,) = list_jobs(suite({**WRITE, "player": B}, models=(A,)))
    assert (alone.model, alone.roles) == (A, {}) and alone.label == f"{A} {GAME} budget=200"
    assert (written.model, written.roles) == (A, {"author": B}) and written.label.endswith(f"author={B}")
    assert (played.model, played.roles) == (B, {"author": A})
    assert len({job.stem for job in (alone, written, played)}) == 3
    assert list_jobs(suite({**WRITE, "author": A}, models=(A,))) == [alone], "it does both"
    both = list_jobs(suite({**WRITE, "author": A, "player": B}))
    assert both == [played], "whatever the suite's models"


def test_the_command_can_name_an_author() -> None:
    jobs = list_jobs(load_suite("notes").narrow(author=B))
    assert {job.roles.get("author") for job in jobs if job.is_chain} == {B}
    with pytest.raises(SuiteError, match="the suite smoke has no chains that an author could write notes in"):
        load_suite("smoke").narrow(author=B)


def test_models_of_roles_are_checked_before_anything_is_played() -> None:
    for author, message in (("gpt", "unknown model 'gpt'"), ("quickstudy/gpt", "unknown learner quickstudy/gpt")):
        with pytest.raises(ValueError, match=message):
            check_jobs(list_jobs(suite({**WRITE, "author": author})))


def test_each_model_reads_what_the_others_write() -> None:
    jobs = list_jobs(suite(WRITE, {**WRITE, "control": "empty"}, READ))
    writers, readers = ([j for j in jobs if waits(j) == later and "control" not in j.arguments] for later in (0, 1))
    stems = {job.model: job.stem for job in writers}
    assert [(job.model, find_writer(job)) for job in readers] == [(B, stems[A]), (A, stems[B])]
    assert all(job.label.endswith("reading") and job.is_chain for job in readers)
    check_phases(jobs)
    check_jobs([try_out(job) for job in jobs])
    (settled, _) = settle(jobs, Path("logs"))
    assert settled.arguments["notes_from"] == str(Path("logs", f"{stems[A]}.eval"))


@pytest.mark.parametrize(
    ("conditions", "message"),
    [
        ([READ], "needs chains that write notes"),
        ([{**WRITE, "control": "empty"}, READ], "needs chains that write notes"),
        ([WRITE, {**READ, "play_games": 3}], "play_games: give an even number"),
        ([WRITE, {**READ, "generation": "x"}], "generation: 'x' is not a whole number"),
    ],
)
def test_what_cannot_be_read_is_refused_at_once(conditions: list[dict[str, Any]], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        check_jobs([try_out(job) for job in list_jobs(suite(*conditions))])


def test_a_suite_file_says_where_notes_are_from() -> None:
    data: dict[str, Any] = {"version": "1-A", "title": "T", "games": [GAME], "models": [A]}
    with pytest.raises(SuiteError, match="reading needs notes_from"):
        check_suite("s", {**data, "conditions": [{"task": "reading"}]}, "s")
    with pytest.raises(SuiteError, match="unknown task parameter 'author'"):
        check_suite("s", {**data, "conditions": [{"author": A}]}, "s")


def test_a_reading_is_named_by_what_is_read_and_not_by_where_it_lies(tmp_path: Path) -> None:
    course = Course(Study(GAME, examples=(0,), sets=1), "notes", 1, 2, 200, 1, 2)
    for seed, name in ((0, "one"), (0, "two"), (1, "other")):
        made = replace(course, study=replace(course.study, seed=seed))
        write_records(play_chains(made, A), tmp_path / f"{name}.jsonl")
    jobs = [
        Job(B, {"game": GAME, "notes_from": str(tmp_path / f"{name}.jsonl"), "play_games": 2}, task=READING_TASK)
        for name in ("one", "two", "other")
    ]
    assert jobs[0].stem == jobs[1].stem != jobs[2].stem and "-reading-" in jobs[0].stem
    assert jobs[0].matches == 1


@pytest.mark.slow
def test_notes_are_written_once_and_read_by_all_and_a_new_model_joins(tmp_path: Path) -> None:
    lines = ["version: 1-A", "title: T", f"games: [{GAME}]", f"models: [{A}, {B}]", "conditions:"]
    (tmp_path / "tiny.yaml").write_text("\n".join([*lines, f"  - {WRITE}", f"  - {READ}", ""]))
    for words in ((), (), ("--model", A, "--model", B, "--model", "quickstudy/notebook-lines")):
        done = run(tmp_path, "quickstudy", "run", "tiny.yaml", "--out", "out", *words, timeout=600)
        assert done.returncode == 0, done.stderr
        models = 3 if words else 2
        records = [record for _, record in read_records(tmp_path / "out" / "logs")]
        notes = Counter((r["cell"]["model"], r["chain"]) for r in records if find_items(r) == "notes")
        assert set(notes.values()) == {1} and len(notes) == 2 * models, "written once by each"
        matches = list_matches(tmp_path / "out")
        assert len(matches) == models * 2 * 3 + models * (models - 1) * 2, "nothing is played twice"
    assert "Elo that notes add" in done.stdout
    table = pd.read_csv(tmp_path / "out" / "report" / "exchange.csv")
    assert len(table) == 9 and table["games"].tolist() == [4] * 9


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_readers_killed_at_work_end_as_if_they_were_not_and_pay_once(tmp_path: Path) -> None:
    lines = ["version: 1-A", "title: T", f"games: [{GAME}]", "models: [paid/a, paid/b]", "conditions:"]
    read = {**READ, "play_games": 8}
    for name in ("whole", "broken"):
        (tmp_path / name).mkdir()
        install_paid_model(tmp_path / name)
        (tmp_path / name / "plugins" / "paid.py").write_text(NOTEBOOK)
        (tmp_path / name / "tiny.yaml").write_text("\n".join([*lines, f"  - {WRITE}", f"  - {read}", ""]))
    finish(launch(tmp_path / "whole", GAME))
    due, kills = read_calls(tmp_path / "whole"), 0
    for share in (0.75, 0.9):  # of all calls: chains of the two models take about a half
        process = launch(tmp_path / "broken", GAME)
        while process.poll() is None and read_calls(tmp_path / "broken").total() < share * due.total():
            time.sleep(0.02)
        for one in [*psutil.Process(process.pid).children(recursive=True), psutil.Process(process.pid)]:
            one.send_signal(signal.SIGKILL)
        process.communicate()
        kills += list((tmp_path / "broken" / "out" / "logs" / "unfinished").glob("*-reading-*")) != []
    finish(launch(tmp_path / "broken", GAME))
    assert kills == 2, "while they were reading"
    assert same_games(*(load_games(tmp_path / name / "out" / "games.parquet") for name in ("whole", "broken")))
    paid = read_calls(tmp_path / "broken")
    assert set(paid) == set(due) and (paid - due).total() <= CONNECTIONS * kills
    print(f"{due.total()} calls due, {(paid - due).total()} asked again")
