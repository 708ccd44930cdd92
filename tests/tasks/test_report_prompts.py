"""The words of the report test belong to the task's version, as all that a model reads."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import fields, replace
from pathlib import Path

import pytest

from quickstudy.tasks.cell import TASK_VERSION
from quickstudy.tasks.learners.cues import CUES
from quickstudy.tasks.prompts import report
from quickstudy.tasks.prompts.report import REPORT_WORDINGS, ReportWording, describe_cue, write_cues, write_no_cues

VERSIONS = Path(__file__).with_name("prompt_versions.json")


def write_all() -> Iterator[str]:
    """Every sentence of every wording, and the words of every cue."""
    cues = [describe_cue(cue, turned=turned) for cue in (*CUES, "kind man") for turned in (True, False)]
    for wording in range(len(REPORT_WORDINGS)):
        yield write_cues({str(number): text for number, text in enumerate(cues)}, 5, wording)
        yield write_no_cues(5, wording)


def digest() -> str:
    return hashlib.sha256("\n\n".join(write_all()).encode()).hexdigest()[:16]


def test_the_words_are_those_of_the_task_version() -> None:
    known = json.loads(VERSIONS.read_text()).get(f"{TASK_VERSION} report")
    assert known == [digest()], f"what a model reads has changed: see test_prompt_version.py, and add {digest()}"


@pytest.mark.parametrize("changed", [field.name for field in fields(ReportWording)])
def test_changing_any_sentence_changes_the_digest(monkeypatch: pytest.MonkeyPatch, changed: str) -> None:
    before = digest()
    for number in range(len(REPORT_WORDINGS)):
        other = list(REPORT_WORDINGS)
        other[number] = replace(other[number], **{changed: "!" + getattr(other[number], changed)})
        with monkeypatch.context() as patch:
            patch.setattr(report, "REPORT_WORDINGS", tuple(other))
            assert digest() != before


@pytest.mark.parametrize("cue", [*report.CUE_WORDS])
def test_changing_any_cue_changes_the_digest(monkeypatch: pytest.MonkeyPatch, cue: str) -> None:
    before = digest()
    monkeypatch.setattr(report, "CUE_WORDS", {**report.CUE_WORDS, cue: "!" + report.CUE_WORDS[cue]})
    assert digest() != before


def test_no_wording_says_what_is_good_to_go_by() -> None:
    """The words of cues count, and the sentences around them name none."""
    for words in REPORT_WORDINGS:
        said = " ".join(getattr(words, field.name) for field in fields(words))
        assert not any(text in said for text in report.CUE_WORDS.values())
    assert all(text.startswith("how ") for text in report.CUE_WORDS.values())
