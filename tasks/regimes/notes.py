"""Notes: numbered items of three kinds within a hard budget, and the edits that make new notes of old ones.

A study stage ends with notes; a fresh instance plays with them and nothing else of what was studied. What a model
writes into notes is text and stays text: control characters become visible, an item is one line, and an item that
quotes a studied game (its canary word, or more than `MOST_QUOTED` of its moves in a row) is refused.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from quickstudy.tasks.answers import clean_text

KINDS = ("mistake", "reason", "advice")
GAME = "game"
"""The kind of an item that is an example: no author writes it."""
BYTES_PER_TOKEN = 4
MOST_QUOTED = 6
"""Successive moves of a studied game that an item may quote."""
_LETTERS = re.compile(r"[^\W\d_]+")
_GAPS = re.compile(r"[\s,;|]+")
_NUMBERED = re.compile(r"(?<!\S)[(\[]?\d+(?:\.+|\b)")  # 12, 12. or 12... before a move, also without a gap behind it
_CHECK = "+#"
_SIGNS = ".,;:!?()[]{}\"'`*"


@dataclass(frozen=True)
class Item:
    """One thing that was noted: a line of text, of one of `KINDS`."""

    kind: str
    text: str


@dataclass(frozen=True)
class Notes:
    """Items in their order; a player sees them numbered from 1."""

    items: tuple[Item, ...] = ()

    @property
    def lines(self) -> list[str]:
        """The items as a player reads them."""
        return [f"{number}. {item.kind}: {item.text}" for number, item in enumerate(self.items, 1)]

    @property
    def text(self) -> str:
        """All lines."""
        return "\n".join(self.lines)

    @property
    def digest(self) -> str:
        """SHA-256 of the text: the artefact's name."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def tokens(self) -> float:
        """Size as budgets count it: UTF-8 bytes / 4."""
        return len(self.text.encode()) / BYTES_PER_TOKEN

    def to_list(self) -> list[list[str]]:
        """A JSON-able form."""
        return [[item.kind, item.text] for item in self.items]

    @classmethod
    def from_list(cls, given: Any) -> Notes:
        """Rebuild them from `to_list`. Raises ValueError, one sentence, for what are no notes."""
        try:
            items = tuple(Item(str(kind), str(text)) for kind, text in given)
        except (TypeError, ValueError):
            raise ValueError(f"{str(given)[:100]!r} are no notes: give a list of [kind, text]") from None
        if any(item.kind not in (*KINDS, GAME) or item.text != clean_item(item.text) for item in items):
            raise ValueError(f"{str(given)[:100]!r} are no notes: kinds are {', '.join(KINDS)}, and an item is a line")
        return cls(items)


@dataclass(frozen=True)
class Edit:
    """One change: `add` an item of a kind; `edit`, `delete` or `keep` item `number` of the old notes."""

    action: str
    number: int = 0
    kind: str = ""
    text: str = ""


@dataclass(frozen=True)
class Guard:
    """What notes may not hold: more than `budget` tokens, other kinds, and what quotes the studied games.

    `canaries` are the words that name the studied games, `games` their moves in the notation that the author saw.
    """

    budget: int
    kinds: tuple[str, ...] = KINDS
    canaries: frozenset[str] = frozenset()
    games: tuple[tuple[str, ...], ...] = ()


@dataclass
class Applied:
    """New notes, how many edits did what or why they were refused, and the longest run of studied moves."""

    notes: Notes
    counts: dict[str, int] = field(default_factory=dict)
    quoted: int = 0

    def count(self, what: str) -> None:
        """Count one more edit."""
        self.counts[what] = self.counts.get(what, 0) + 1


def clean_item(text: str) -> str:
    """An item's text as one line in which nothing is invisible and nothing looks like a heading."""
    line = " ".join(clean_text(text).split())
    while "##" in line:
        line = line.replace("##", "#")
    return line


def apply_edits(notes: Notes, edits: Iterable[Edit], guard: Guard) -> Applied:
    """Apply edits in their order; numbers are those of the old notes, and items that no edit names stay.

    An edit that would break the budget is refused like any other that the guard does not allow, so that the budget
    holds whatever an author writes.
    """
    kept: dict[int, Item] = dict(enumerate(notes.items, 1))
    applied = Applied(notes)
    for edit in edits:
        changed = dict(kept)
        if edit.action in ("edit", "delete", "keep") and edit.number not in kept:
            applied.count("refused: no such item")
            continue
        if edit.action == "keep":
            applied.count("kept")
            continue
        if edit.action == "delete":
            del kept[edit.number]
            applied.count("deleted")
            continue
        kind = edit.kind if edit.action == "add" else kept[edit.number].kind
        item = Item(kind, clean_item(edit.text))
        quoted = count_quoted(item.text, guard.games)
        applied.quoted = max(applied.quoted, quoted)
        fault = _find_fault(item, quoted, guard)
        if fault is None:
            changed[edit.number if edit.action == "edit" else max([0, *kept, len(notes.items)]) + 1] = item
            fault = None if Notes(tuple(changed.values())).tokens <= guard.budget else "over budget"
        if fault is not None:
            applied.count(f"refused: {fault}")
            continue
        kept = changed
        applied.count("added" if edit.action == "add" else "edited")
    applied.notes = Notes(tuple(kept[number] for number in sorted(kept)))
    return applied


def _find_fault(item: Item, quoted: int, guard: Guard) -> str | None:
    """Why an item may not stand in the notes."""
    if item.kind not in guard.kinds:
        return "kind"
    if not item.text:
        return "empty"
    if guard.canaries & find_names(item.text):
        return "names a game"
    return "quotes a game" if quoted > MOST_QUOTED else None


def count_quoted(text: str, games: Sequence[Sequence[str]]) -> int:
    """The longest run of successive moves of any of the games that the text holds, word by word.

    Numbers of moves count as gaps, and signs of check as none.
    """
    words = _words(_NUMBERED.sub(" ", text))
    best = 0
    for game in games:
        lengths = [0] * (len(game) + 1)
        for word in words:
            fresh = [0] * (len(game) + 1)
            for place, move in enumerate(game):
                if word == move.rstrip(_CHECK):
                    fresh[place + 1] = lengths[place] + 1
            best = max(best, *fresh)
            lengths = fresh
    return best


def find_names(text: str) -> set[str]:
    """The runs of letters of a text in lower case: a word that names a game is among them whatever stands around it."""
    return set(_LETTERS.findall(text.lower()))


def _words(text: str) -> list[str]:
    return [word.strip(_SIGNS).rstrip(_CHECK) for word in _GAPS.split(text)]


def describe_difference(old: Notes, new: Notes) -> str:
    """What changed from old to new notes, a line each as a unified diff has it; empty where nothing did."""
    import difflib

    before, after = ([f"{item.kind}: {item.text}" for item in notes.items] for notes in (old, new))
    return "\n".join(line.rstrip() for line in difflib.unified_diff(before, after, "before", "after", lineterm="", n=0))
