"""The words on chess, and the rules of every variant, belong to the task's version, as all that a model reads."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from quickstudy.tasks.cell import TASK_VERSION
from quickstudy.tasks.chess_variants.variant import list_variants, load_variant
from quickstudy.tasks.prompts import chess_words
from quickstudy.tasks.prompts.chess_words import CHESS_PIECES, write_fen_note, write_library_lead
from quickstudy.tasks.prompts.play import WORDINGS, write_position, write_system

VERSIONS = Path(__file__).with_name("prompt_versions.json")


def write_all() -> Iterator[str]:
    """Every sentence of every wording."""
    for wording in range(len(WORDINGS)):
        drawn, lead = write_fen_note(wording), write_library_lead(wording)
        yield write_system("The rules.", ["8/8 1-0"], 4, "Kb2", wording, "outcomes", drawn=drawn)
        yield write_system("The rules.", ["1. e4 1-0"], 0, "Kb2", wording, lead=lead)
        for side, pieces in zip(("White", "Black"), CHESS_PIECES, strict=True):
            yield write_position("a board", ["1.", "e4"], side, pieces, wording=wording)


def digest(*texts: str) -> str:
    return hashlib.sha256("\n\n".join(texts).encode()).hexdigest()[:16]


def read_known() -> dict[str, str]:
    known: dict[str, str] = json.loads(VERSIONS.read_text()).get(f"{TASK_VERSION} chess", {})
    return known


def test_the_words_are_those_of_the_task_version() -> None:
    now = digest(*write_all())
    assert read_known()["words"] == now, f"what a model reads has changed: see test_prompt_version.py, and add {now}"


@pytest.mark.parametrize("name", list_variants())
def test_the_rules_of_a_variant_are_told_in_the_words_of_the_task_version(name: str) -> None:
    now = digest(load_variant(name).text)
    assert read_known().get(name) == now, f"what a model reads has changed: see test_prompt_version.py, and add {now}"


@pytest.mark.parametrize("name", ["_LIBRARY_LEADS", "_POSITIONS", "CHESS_PIECES"])
def test_changing_any_sentence_changes_the_digest(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    before, words = digest(*write_all()), getattr(chess_words, name)
    for number in range(len(words)):
        other = [("!" if i == number else "") + text for i, text in enumerate(words)]
        with monkeypatch.context() as patch:
            patch.setattr(chess_words, name, tuple(other))
            if name == "CHESS_PIECES":
                patch.setattr(f"{__name__}.{name}", tuple(other))
            assert digest(*write_all()) != before
