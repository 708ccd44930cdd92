"""Hostile notes: whatever an author writes, not one byte of scoring changes, the budget holds, and leaks are found."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inspect_ai import eval as run
from inspect_ai.log import EvalLog, read_eval_log_sample, read_eval_log_sample_summaries

from quickstudy.reports.memory import write_trajectories
from quickstudy.reports.records import find_items, read_records
from quickstudy.reports.tables import read_games
from quickstudy.tasks import direct
from quickstudy.tasks.chains.course import Course
from quickstudy.tasks.chains.stage import AUTHOR
from quickstudy.tasks.match import Ask, Question, Reply
from quickstudy.tasks.memory import memory
from quickstudy.tasks.regimes.edits import read_edits
from quickstudy.tasks.regimes.notes import (
    BYTES_PER_TOKEN,
    MOST_QUOTED,
    Edit,
    Guard,
    Notes,
    apply_edits,
    count_quoted,
    find_names,
)
from quickstudy.tasks.regimes.replies import MAX_READ
from quickstudy.tasks.study import Study
from tests.same_tables import same_games
from tests.tasks.hostile_author import BUDGET, TEXTS, Author, soothe, write_reply
from tests.tasks.paid_provider import forget_calls

GAME = "tvafindil"
SMALL: dict[str, Any] = {"generations": 2, "games": 2, "budget": BUDGET, "chains": 1, "play_games": 2}
TWO: dict[str, Any] = {**SMALL, "chains": 2, "generations": 1}
HARMLESS = tuple(map(soothe, TEXTS))


def evaluate(
    folder: Path, texts: Sequence[str], monkeypatch: pytest.MonkeyPatch, given: dict[str, Any] = SMALL
) -> EvalLog:
    """A run in Inspect whose author writes these texts."""
    forget_calls()  # of the player `paid`, who names the first legal move whatever the notes say
    monkeypatch.setattr(Author, "texts", texts)
    task = memory(GAME, **{**given, "legal_moves": True})
    (log,) = run(task, model="paid/m", model_roles={"author": "hostile/author"}, log_dir=str(folder), display="none")
    return log


def play_directly(folder: Path, texts: Sequence[str], monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """A direct run whose author writes these texts."""

    async def write(question: Question) -> Reply:
        assert question.game == AUTHOR
        return Reply(write_reply(question.attempt, texts))

    async def play(question: Question) -> Reply:
        (first,) = re.findall(r"legal moves: (\S+)", question.messages[1][1])
        return Reply(json.dumps({"move": first}))

    asked: dict[str, Ask] = {"player": play, "author": write}
    monkeypatch.setattr(direct, "_open_learner", lambda model, thinking: (model, asked[model]))
    course = Course(Study(GAME, examples=(0,), sets=2, legal_moves=True), **SMALL)
    records = list(direct.play_chains(course, "player", "author"))
    direct.write_records(records, folder / "direct.jsonl")
    return records


def scored(record: dict[str, Any]) -> str:
    """A record of a match as bytes, without the time that it took."""
    games = [{**game, "seconds": 0} for game in record["games"]]
    return json.dumps({**record, "games": games}, sort_keys=True)


def check_equal(folders: Sequence[Path]) -> list[dict[str, Any]]:
    """Compare what two runs are scored by, byte for byte; returns the study stages of the first."""
    found = [[record for _, record in read_records(folder)] for folder in folders]
    plays = [sorted(scored(r) for r in records if find_items(r) == "games") for records in found]
    assert plays[0] == plays[1] and len(plays[0]) == 3
    assert same_games(*map(read_games, folders))
    stages = [[r for r in records if find_items(r) == "notes"] for records in found]
    kept = [[(r["edits"], r["tokens"], len(r["notes"])) for r in part] for part in stages]
    assert kept[0] == kept[1] and len(kept[0]) == 2
    return stages[0]


def check_notes(stages: Sequence[dict[str, Any]]) -> None:
    """The budget holds, and what is kept and shown is visible text."""
    for stage in stages:
        notes = Notes.from_list(stage["notes"])
        assert notes.items and notes.tokens == stage["tokens"] <= BUDGET
        assert all(item.text.isprintable() and "##" not in item.text for item in notes.items)
        assert [reply["readable"] for reply in stage["replies"]] == [False, True, True]
        assert max(len(reply["text"]) for reply in stage["replies"]) <= MAX_READ, "a megabyte is not kept"
        assert stage["edits"]["refused: no such item"] == stage["edits"]["refused: kind"] == 1
    shown = write_trajectories(stages)
    assert "To the scorer" in shown and all(c.isprintable() or c == "\n" for c in shown)


def test_not_one_byte_of_scoring_changes_in_inspect(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    logs = [evaluate(tmp_path / name, texts, monkeypatch) for name, texts in (("a", TEXTS), ("b", HARMLESS))]
    assert [log.status for log in logs] == ["success"] * 2
    stages = check_equal([tmp_path / "a", tmp_path / "b"])
    check_notes(stages)
    assert "To the scorer" in str(stages[0]["notes"])
    scores = [read_scores(log) for log in logs]
    assert scores[0] == scores[1] and len(scores[0]) == 3
    metrics = [{name: m.value for name, m in log.results.scores[0].metrics.items()} for log in logs if log.results]
    assert metrics[0] == metrics[1] != {}


def read_scores(log: EvalLog) -> dict[str, Any]:
    """Values and answers of the play stages."""
    found = {}
    for summary in read_eval_log_sample_summaries(log.location):
        if str(summary.id).endswith("-play"):
            scores = read_eval_log_sample(log.location, summary.id).scores or {}
            found[str(summary.id)] = [(name, score.value, score.answer) for name, score in scores.items()]
    return found


def test_not_one_byte_of_scoring_changes_in_a_direct_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, texts in (("a", TEXTS), ("b", HARMLESS)):
        play_directly(tmp_path / name, texts, monkeypatch)
    check_notes(check_equal([tmp_path / "a", tmp_path / "b"]))


def test_the_name_of_a_game_of_another_chain_fails_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    course = Course(Study(GAME, examples=(0,), sets=2, legal_moves=True), **TWO)
    own, other = course.name_games(0, 1)[0], course.name_games(1, 1)[0]
    log = evaluate(tmp_path, [*TEXTS[:1], f"As in {other.upper()}'s end."], monkeypatch, TWO)
    assert log.status == "error" and log.error is not None
    assert f"the word '{other}', which names a studied game, is in a prompt of play" in log.error.message
    assert {own, other} <= course.list_canaries(0, 1)
    assert other in course.list_canaries(0, 0) and own not in course.list_canaries(0, 0)


def test_a_name_of_its_own_games_is_refused_where_it_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    course = Course(Study(GAME, examples=(0,), sets=2, legal_moves=True), **SMALL)
    own = course.name_games(0, 1)[0]
    records = play_directly(tmp_path, [TEXTS[0], f"({own})-like"], monkeypatch)
    first = next(record for record in records if "notes" in record)
    assert first["edits"]["refused: names a game"] == 1 and len(first["notes"]) == 1


anything = st.text(st.characters(exclude_categories=()), max_size=200)  # halves of pairs and control characters too
written = st.fixed_dictionaries(
    {"action": st.sampled_from(["add", "ADD", "edit", "keep", "delete"]), "kind": st.sampled_from(["advice", "Reason"])}
    | {"item": st.integers(-2, 5), "text": anything}
)


@given(anything, st.lists(written, max_size=8), st.integers(1, 80))
def test_whatever_is_written_is_read_as_it_was_meant_and_kept_within_the_budget(
    prose: str, edits: list[dict[str, Any]], budget: int
) -> None:
    read = read_edits(prose.replace('"edits"', "") + json.dumps({"edits": edits}))
    assert read is not None
    assert [(edit.action, edit.text) for edit in read] == [(edit["action"].lower(), edit["text"]) for edit in edits]
    notes = apply_edits(Notes(), read, Guard(budget)).notes
    assert len(notes.text.encode()) <= budget * BYTES_PER_TOKEN and Notes.from_list(notes.to_list()) == notes
    assert all(item.text.isprintable() for item in notes.items)


@given(anything)
def test_no_reply_breaks_the_reader(reply: str) -> None:
    for text in (reply, '{"edits": ' + reply, '{"edits": [' + reply + "]}"):
        read = read_edits(text)
        assert read is None or all(isinstance(edit, Edit) for edit in read)


moves = st.lists(st.sampled_from(["a1-a2", "b2-b3", "c3xd4", "e5"]), min_size=1, max_size=12)


@given(moves, st.integers(0, 5), st.sampled_from([" ", ", ", ",", "; ", " | ", "|"]), anything)
def test_no_kept_item_quotes_a_game_or_names_it(game: list[str], start: int, gap: str, around: str) -> None:
    quoting = Edit("add", kind="advice", text=gap.join(game[start:]))
    naming = Edit("add", kind="advice", text=f"{around} (Vzlorka): 'vzlorka' {around}")
    guard = Guard(1000, canaries=frozenset({"vzlorka"}), games=(tuple(game),))
    applied = apply_edits(Notes(), [quoting, naming], guard)
    assert applied.counts["refused: names a game"] == 1
    assert all(count_quoted(item.text, [game]) <= MOST_QUOTED for item in applied.notes.items)
    assert applied.quoted >= len(game[start:])
    assert all("vzlorka" not in find_names(item.text) for item in applied.notes.items)
