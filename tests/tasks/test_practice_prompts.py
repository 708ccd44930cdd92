"""The words of practice and of choosing belong to the task's version, and say the same in all paraphrases."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import fields, replace
from functools import partial
from pathlib import Path

import pytest

from quickstudy.tasks.cell import TASK_VERSION
from quickstudy.tasks.games.claims import OF_MOVES
from quickstudy.tasks.prompts import choice, practice
from quickstudy.tasks.prompts.author import write_known, write_teacher_lead
from quickstudy.tasks.prompts.chess_words import write_fen_answer, write_practice_form
from quickstudy.tasks.prompts.choice import (
    CHOICE_WORDINGS,
    ChoiceWording,
    write_choice_request,
    write_chooser,
    write_no_choice,
    write_too_much,
)
from quickstudy.tasks.prompts.play import write_system
from quickstudy.tasks.prompts.practice import (
    PRACTICE_WORDINGS,
    Form,
    PracticeWording,
    write_answered,
    write_board_note,
    write_fault,
    write_found,
    write_kept_for_tests,
    write_legal,
    write_no_tasks,
    write_none_finished,
    write_passed_on,
    write_practice,
    write_round,
    write_self_played,
    write_solver,
    write_standing,
    write_task,
    write_task_maker,
    write_task_request,
    write_truth,
    write_unread,
)
from quickstudy.tasks.verifier import ASKS

VERSIONS = Path(__file__).with_name("practice_prompt_versions.json")
CHESS_VERSIONS = Path(__file__).with_name("chess_practice_prompt_versions.json")
SIDES = ("X", "O")
FORM = Form("a1-a2", SIDES)
PIECES = "X: x; O: o"


def write_all() -> Iterator[str]:
    """Every sentence of every wording, in every form of the prompt that holds it."""
    for wording in range(len(PRACTICE_WORDINGS)):
        yield write_practice("What is known.", 4, FORM, write_board_note(PIECES, wording), wording)
        answered = write_answered(1, {"ask": "line", "position": "a1-a2"}, write_standing("O", "", wording))
        yield write_round([], 9, 2, wording)
        yield write_round([answered, write_answered(2, "nonsense", write_unread(wording))], 9, 2, wording)
        yield write_standing("O", "X wins", wording)
        yield write_fault(3, "a1-a2", "", wording)
        yield write_fault(3, "a1-a2", "draw", wording)
        yield write_legal(["a1-a2", "b1-b2"], wording)
        yield write_truth(True, wording)
        yield write_truth(False, wording)
        yield write_found(["a1-a2"], wording)
        yield write_found([], wording)
        yield write_kept_for_tests(wording)
        yield write_passed_on([answered], wording)
        yield write_none_finished(wording)
        yield write_task_maker("What is known.", 5, FORM, wording)
        yield write_task_request(wording)
        yield write_no_tasks(FORM, wording)
        yield write_solver("What is known.", FORM, wording)
        for finds in (True, False):
            yield write_task("A position.", {"position": "a1", "claim": "wins"}, finds=finds, wording=wording)
        yield write_chooser("What is known.", 3, 400, wording)
        yield write_choice_request(wording)
        yield write_no_choice(wording)
        yield write_too_much(4, 500, 3, 400, wording)
        lead = write_self_played(wording)
        yield write_known("The rules.", None, ["a1 | draw"], lead, wording)
        yield write_known(None, ["1. advice: a1"], [], "", wording)
        yield write_known("The rules.", None, [], lead, wording)
        yield write_system("The rules.", ["a1 | draw"], 4, "c3", wording, lead=lead)
        yield write_teacher_lead(4, wording) + write_teacher_lead(4, wording, unequal=True)


def write_chess() -> Iterator[str]:
    """What only chess has beside these, with one start position and with many."""
    for wording in range(len(PRACTICE_WORDINGS)):
        for start in ("", "[RNBQKBNR]"):
            form = Form("Kb2", ("White", "Black"), start, write_practice_form(start, wording))
            yield write_practice("What is known.", 4, form, write_fen_answer(wording), wording)
            yield write_task_maker("What is known.", 5, form, wording)
            yield write_no_tasks(form, wording)


def digest(texts: Iterable[str] | None = None) -> str:
    return hashlib.sha256("\n\n".join(write_all() if texts is None else texts).encode()).hexdigest()[:16]


def test_the_words_are_those_of_the_task_version() -> None:
    known = json.loads(VERSIONS.read_text())
    assert digest() == known.get(TASK_VERSION), (
        f"what a practising model reads has changed to {digest()}: give TASK_VERSION in tasks/cell.py a new number and "
        f"add it to {VERSIONS.name}; never change an older entry"
    )


def test_the_words_on_chess_are_those_of_the_task_version() -> None:
    known = json.loads(CHESS_VERSIONS.read_text())
    assert digest(write_chess()) == known.get(TASK_VERSION), (
        f"what a model reads that practises chess has changed to {digest(write_chess())}: give TASK_VERSION in "
        f"tasks/cell.py a new number and add it to {CHESS_VERSIONS.name}; never change an older entry"
    )


@pytest.mark.parametrize("wording", range(len(PRACTICE_WORDINGS)))
def test_samples_of_a_game_with_many_starts_begin_with_the_name_of_one(wording: int) -> None:
    form = Form("Kb2", ("White", "Black"), "[RNBQKBNR]")
    for text, name in (
        (write_practice("What is known.", 4, form, "A board.", wording), "questions"),
        (write_task_maker("What is known.", 5, form, wording), "tasks"),
    ):
        (samples,) = (json.loads(line)[name] for line in text.split("\n") if line.startswith(f'{{"{name}"'))
        assert {sample["position"].split()[0] for sample in samples} == {"[RNBQKBNR]"}
        assert all(sample["position"] == sample["position"].strip() for sample in samples)


@pytest.mark.parametrize("changed", [field.name for field in fields(PracticeWording)])
def test_changing_any_sentence_changes_the_digest(monkeypatch: pytest.MonkeyPatch, changed: str) -> None:
    before = digest()
    for number in range(len(PRACTICE_WORDINGS)):
        other = list(PRACTICE_WORDINGS)
        other[number] = replace(other[number], **{changed: "!" + getattr(other[number], changed)})
        with monkeypatch.context() as patch:
            patch.setattr(practice, "PRACTICE_WORDINGS", tuple(other))
            assert digest() != before


@pytest.mark.parametrize("changed", [field.name for field in fields(ChoiceWording)])
def test_changing_any_sentence_on_choosing_changes_the_digest(monkeypatch: pytest.MonkeyPatch, changed: str) -> None:
    before = digest()
    for number in range(len(CHOICE_WORDINGS)):
        other = list(CHOICE_WORDINGS)
        other[number] = replace(other[number], **{changed: "!" + getattr(other[number], changed)})
        with monkeypatch.context() as patch:
            patch.setattr(choice, "CHOICE_WORDINGS", tuple(other))
            assert digest() != before


@pytest.mark.parametrize("wording", range(len(PRACTICE_WORDINGS)))
def test_every_question_and_claim_is_told_and_no_advice_is_given(wording: int) -> None:
    text = write_practice("What is known.", 4, FORM, write_board_note(PIECES, wording), wording)
    assert all(f'- "{name}": ' in text for name in (*ASKS, *OF_MOVES))
    assert all(f'"{name}"' in text for name in ("turn", "options", "can_win", "not", "all", "any", "count", "side"))
    texts = " ".join(write_all()).lower()
    assert not re.search(r"\b(centre|center|attack|defend|threat|capture as|advance)\b", texts)
    assert not re.search(r"\b(centre|center|attack|defend|threat|advance)\b", " ".join(write_chess()).lower())


def test_paraphrases_differ_in_every_sentence() -> None:
    for wordings in (PRACTICE_WORDINGS, CHOICE_WORDINGS):
        for field in fields(wordings[0]):
            assert len({getattr(words, field.name) for words in wordings}) == len(wordings), field.name
    for write in (write_fen_answer, partial(write_practice_form, ""), partial(write_practice_form, "[RNBQKBNR]")):
        assert len({write(wording) for wording in range(len(PRACTICE_WORDINGS))}) == len(PRACTICE_WORDINGS)
