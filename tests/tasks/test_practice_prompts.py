"""The words of practice and of choosing examples belong to the task's version, as all that a model reads."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest

from quickstudy.tasks.cell import TASK_VERSION
from quickstudy.tasks.prompts import practice
from quickstudy.tasks.prompts.practice import (
    PRACTICE_WORDINGS,
    PracticeWording,
    write_answered,
    write_choice_request,
    write_chooser,
    write_fault,
    write_found,
    write_kept_for_tests,
    write_legal,
    write_no_choice,
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
    write_too_much,
    write_truth,
    write_unread,
)

VERSIONS = Path(__file__).with_name("prompt_versions.json")
SIDES = ("X", "O")
TASK: dict[str, Any] = {"position": "a1", "claim": "legal", "move": "b2"}


def write_all() -> Iterator[str]:
    """Every sentence of every wording."""
    for wording in range(len(PRACTICE_WORDINGS)):
        yield write_practice("The rules.", 4, "c3", SIDES, "x and o", wording)
        for answered in ([], [write_answered(1, TASK, write_truth(True, wording))]):
            yield write_round(answered, 9, 3, wording)
        yield from (write_standing("X", result, wording) for result in ("", "draw"))
        yield from (write_fault(3, "z9", result, wording) for result in ("", "draw"))
        yield write_legal(["a1", "b2"], wording)
        yield from (write_truth(truth, wording) for truth in (True, False))
        yield from (write_found(moves, wording) for moves in ([], ["a1", "b2"]))
        yield from (write(wording) for write in (write_unread, write_kept_for_tests, write_self_played))
        yield from (write(wording) for write in (write_none_finished, write_task_request, write_choice_request))
        yield write_passed_on([write_answered(1, "…", write_unread(wording))], wording)
        yield write_task_maker("The rules.", 8, "c3", SIDES, wording)
        yield write_no_tasks("c3", wording)
        yield write_solver("The rules.", "c3", SIDES, wording)
        yield from (write_task("A position.", TASK, finds=finds, wording=wording) for finds in (True, False))
        yield write_chooser("The rules.", 8, 4096, wording)
        yield write_no_choice(wording)
        yield write_too_much(9, 5000, 8, 4096, wording)


def digest() -> str:
    return hashlib.sha256("\n\n".join(write_all()).encode()).hexdigest()[:16]


def test_the_words_are_those_of_the_task_version() -> None:
    known = json.loads(VERSIONS.read_text()).get(f"{TASK_VERSION} practice")
    assert known == [digest()], f"what a model reads has changed: see test_prompt_version.py, and add {digest()}"


@pytest.mark.parametrize("changed", [field.name for field in fields(PracticeWording)])
def test_changing_any_sentence_changes_the_digest(monkeypatch: pytest.MonkeyPatch, changed: str) -> None:
    before = digest()
    for number in range(len(PRACTICE_WORDINGS)):
        other = list(PRACTICE_WORDINGS)
        other[number] = replace(other[number], **{changed: "!" + getattr(other[number], changed)})
        with monkeypatch.context() as patch:
            patch.setattr(practice, "PRACTICE_WORDINGS", tuple(other))
            assert digest() != before
