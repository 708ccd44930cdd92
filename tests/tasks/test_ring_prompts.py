"""The words about notes that come from elsewhere belong to the task's version, as all that a model reads."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import fields, replace
from pathlib import Path

import pytest

from quickstudy.tasks.cell import TASK_VERSION
from quickstudy.tasks.prompts import rings
from quickstudy.tasks.prompts.notes import MEMORY_WORDINGS
from quickstudy.tasks.prompts.play import write_system
from quickstudy.tasks.prompts.rings import RING_WORDINGS, RingWording, write_names, write_sibling

VERSIONS = Path(__file__).with_name("prompt_versions.json")
NAMES = {"files": [("a", "v"), ("b", "h")], "signs": [("-", "=")]}


def write_all() -> Iterator[str]:
    """Every sentence of every wording."""
    for wording in range(len(RING_WORDINGS)):
        origins = [
            write_names(NAMES, wording),
            write_sibling(["Here."], ["There."], wording),
            write_sibling([], ["B."]),
        ]
        for origin in origins:
            yield write_system("The rules.", [], 4, "c3", wording, notes=["1. advice: b2"], origin=origin)


def digest() -> str:
    return hashlib.sha256("\n\n".join(write_all()).encode()).hexdigest()[:16]


def test_the_words_are_those_of_the_task_version() -> None:
    known = json.loads(VERSIONS.read_text()).get(f"{TASK_VERSION} rings")
    assert known == [digest()], f"what a model reads has changed: see test_prompt_version.py, and add {digest()}"


@pytest.mark.parametrize("changed", [field.name for field in fields(RingWording)])
def test_changing_any_sentence_changes_the_digest(monkeypatch: pytest.MonkeyPatch, changed: str) -> None:
    before = digest()
    for number in range(len(RING_WORDINGS)):
        other = list(RING_WORDINGS)
        other[number] = replace(other[number], **{changed: "!" + getattr(other[number], changed)})
        with monkeypatch.context() as patch:
            patch.setattr(rings, "RING_WORDINGS", tuple(other))
            assert digest() != before


def test_nothing_is_said_of_notes_that_are_not_there() -> None:
    origin = write_names(NAMES)
    for wording, words in enumerate(MEMORY_WORDINGS):
        shown = write_system("The rules.", [], 4, "c3", wording, notes=[], origin=origin)
        assert words.no_notes in shown and origin[0] not in shown
