"""The words a model reads belong to the task's version: who changes one must give the task a new version."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import fields, replace
from pathlib import Path

import pytest

from quickstudy.tasks.cell import TASK_VERSION
from quickstudy.tasks.prompts import author, notes, play, reviews
from quickstudy.tasks.prompts.author import (
    write_author,
    write_forfeited,
    write_no_edits,
    write_request,
    write_studied,
    write_too_long,
)
from quickstudy.tasks.prompts.notes import MEMORY_WORDINGS, MemoryWording
from quickstudy.tasks.prompts.play import (
    MAX_QUOTED,
    WORDINGS,
    Wording,
    quote_reply,
    write_choice,
    write_example,
    write_illegal,
    write_pieces,
    write_position,
    write_replay,
    write_system,
    write_unreadable,
    write_value,
)
from quickstudy.tasks.prompts.reviews import (
    REVIEW_WORDINGS,
    ReviewWording,
    write_named,
    write_no_review,
    write_none_named,
    write_not_better,
    write_numbered,
    write_review_request,
    write_reviewer,
)
from quickstudy.tasks.regimes.notes import KINDS

VERSIONS = Path(__file__).with_name("prompt_versions.json")


def write_all() -> Iterator[str]:
    """Every sentence of every wording, in every form of the prompt that holds it."""
    lines = [write_example(["a1", "b2"], "X wins"), write_choice(["a1"], "b2"), write_value("a1", 0.514)]
    pieces = write_pieces(["X", "O"], ["x", "o"])
    yield pieces
    yield quote_reply("a" * (MAX_QUOTED + 1))
    for wording in range(len(WORDINGS)):
        for kind in ("games", "annotated", "outcomes", "moves"):
            for unequal in (False, True):
                yield write_system("The rules.", lines, 4, "c3", wording, kind, unequal=unequal, pieces=pieces)
        yield write_system(None, [], 4, "c3", wording)
        yield write_position("a board", [], "X", "x", wording=wording)
        yield write_position(
            "a board",
            ["a1"],
            "O",
            "o",
            second_action=True,
            legal=["b2"],
            removed=(1, 2),
            points=(3, 4),
            wording=wording,
        )
        yield write_illegal("z9", wording)
        yield write_unreadable("c3", wording)


def write_padded() -> Iterator[str]:
    """The same of padded layouts, which are younger than the first versions."""
    for wording in range(len(WORDINGS)):
        for kind in ("games", "moves"):
            yield write_system(None, ["b2 | X wins"], 4, "c3", wording, kind, before=["a1 | draw"], after=["c1 | draw"])


def write_replays() -> Iterator[str]:
    """The question for a move of an example game, younger still."""
    for wording in range(len(WORDINGS)):
        yield write_replay("A question.", 3, wording)


def write_memory() -> Iterator[str]:
    """What authors read, and players with notes."""
    for wording in range(len(MEMORY_WORDINGS)):
        line = write_studied(1, "vlor", write_example(["a1"], write_forfeited("X", wording)), "X")
        for own, games in ((True, [line]), (False, [line]), (True, [])):
            yield write_author("The rules.", ["1. advice: b2"], games, 4, KINDS, 400, wording, own=own)
        yield write_author(None, [], [line], 4, KINDS, 400, wording)
        yield write_system("The rules.", [], 4, "c3", wording, notes=["1. advice: b2"])
        yield write_request(wording)
        yield write_no_edits("advice", wording)
        yield write_too_long(500, 400, wording)


def write_review_texts() -> Iterator[str]:
    """What reviewers read, and authors of their reviews."""
    for wording in range(len(REVIEW_WORDINGS)):
        line, own = write_studied(1, "vlor", write_example(["a1"], "X wins"), "X"), write_numbered({5: "a1", 7: "b2"})
        yield write_reviewer("The rules.", ["1. advice: b2"], line, own, 4, 3, "c3", wording)
        yield write_reviewer(None, [], line, own, 4, 3, "c3", wording)
        yield write_review_request(wording)
        yield write_no_review(3, "c3", wording)
        yield write_not_better(5, "z9", wording)
        named = [write_named(1, "vlor", 5, "a1", "b2", "it hangs"), write_named(1, "vlor", 5, "a1", None, "")]
        reviews = [*named, write_none_named(2, "brim", wording)]
        yield write_author("The rules.", [], [line], 4, KINDS, 400, wording, reviews=reviews)


def replace_words(patch: pytest.MonkeyPatch, name: str, wordings: Iterable[object]) -> None:
    """Put other wordings into every module that reads them."""
    for module in (author, notes, play, reviews):
        if hasattr(module, name):
            patch.setattr(module, name, tuple(wordings))


def digest(texts: Iterable[str]) -> str:
    return hashlib.sha256("\n\n".join(texts).encode()).hexdigest()[:16]


def test_the_words_are_those_of_the_task_version() -> None:
    known = json.loads(VERSIONS.read_text())
    now = [digest(write_all()), digest(write_padded()), digest(write_replays()), digest(write_memory())]
    now.append(digest(write_review_texts()))
    assert now == known.get(TASK_VERSION), (
        "what a model reads has changed: give TASK_VERSION in tasks/cell.py a new number (results can no longer be "
        f'compared) and add "VERSION": {json.dumps(now)} to {VERSIONS.name}; never change an older entry'
    )


@pytest.mark.parametrize("changed", [field.name for field in fields(Wording)])
def test_changing_any_sentence_changes_the_digest(monkeypatch: pytest.MonkeyPatch, changed: str) -> None:
    before = digest([*write_all(), *write_padded(), *write_replays()])
    for number in range(len(WORDINGS)):
        other = list(WORDINGS)
        other[number] = replace(other[number], **{changed: "!" + getattr(other[number], changed)})
        with monkeypatch.context() as patch:
            replace_words(patch, "WORDINGS", other)
            assert digest([*write_all(), *write_padded(), *write_replays()]) != before


@pytest.mark.parametrize("changed", [field.name for field in fields(MemoryWording)])
def test_changing_any_sentence_on_notes_changes_the_digest(monkeypatch: pytest.MonkeyPatch, changed: str) -> None:
    before = digest(write_memory())
    for number in range(len(MEMORY_WORDINGS)):
        other = list(MEMORY_WORDINGS)
        other[number] = replace(other[number], **{changed: "!" + getattr(other[number], changed)})
        with monkeypatch.context() as patch:
            replace_words(patch, "MEMORY_WORDINGS", other)
            assert digest(write_memory()) != before


@pytest.mark.parametrize("changed", [field.name for field in fields(ReviewWording)])
def test_changing_any_sentence_on_reviews_changes_the_digest(monkeypatch: pytest.MonkeyPatch, changed: str) -> None:
    before = digest(write_review_texts())
    for number in range(len(REVIEW_WORDINGS)):
        other = list(REVIEW_WORDINGS)
        other[number] = replace(other[number], **{changed: "!" + getattr(other[number], changed)})
        with monkeypatch.context() as patch:
            replace_words(patch, "REVIEW_WORDINGS", other)
            assert digest(write_review_texts()) != before
