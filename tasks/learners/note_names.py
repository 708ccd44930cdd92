"""Notes in other names: from the notation that notes are written in to the one in which a learner thinks.

A prompt can say how notes call what its rules call otherwise, as `files: a is v, b is h`; and notes may be in the
notation of the rules, whose labels the rules define. Both are read from the text, and whole words alone are replaced.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from quickstudy.tasks.games.board import FILES
from quickstudy.tasks.learners.naming import Naming

_LINE = re.compile(r"^(game|sides|pieces|files|ranks|signs): (\S+ is \S+(?:, \S+ is \S+)*)$", re.M)
_PAIR = re.compile(r"(\S+) is (\S+?)(?:, |$)")
_WORD = re.compile(r"(?<!\S)([^\s,:]+)(?=[,:]?(?:\s|$))")


@dataclass(frozen=True)
class NoteNames:
    """What words of notes stand for: a word for each word, cells in plain notation, and labels of ranks."""

    words: Mapping[str, str] = field(default_factory=dict)
    ranks: Mapping[str, str] = field(default_factory=dict)

    def read(self, line: str) -> str:
        """A line of notes in plain notation, with the names of pieces that the rules have."""
        if not (self.words or self.ranks):
            return line
        last = ""

        def name(found: re.Match[str]) -> str:
            nonlocal last
            known, last = self.ranks if last == "rank" else self.words, found[0]
            return known.get(found[0], found[0])

        return _WORD.sub(name, line)


def read_note_names(section: str, naming: Naming) -> NoteNames:
    """The names that notes use, from the section that holds them and from the notation of the rules."""
    told = {label: dict(_PAIR.findall(pairs)) for label, pairs in _LINE.findall(section)}
    if told:
        return _follow(told, naming)
    if not naming.files:
        return NoteNames()
    cells = {
        file + rank: plain for file in naming.files for rank in naming.ranks if (plain := _plain(naming, file, rank))
    }
    return NoteNames(cells, {rank: str(number) for number, rank in enumerate(naming.ranks, 1)})


def _follow(told: Mapping[str, Mapping[str, str]], naming: Naming) -> NoteNames:
    """What words of the notes are in plain notation, over what the rules call them."""
    words, ranks = dict(told.get("pieces", {})), dict[str, str]()
    for rank, label in told.get("ranks", {}).items():
        if label in naming.ranks:
            ranks[rank] = str(naming.ranks.index(label) + 1)
        for file, other in told.get("files", {}).items():
            plain = _plain(naming, other, label)
            if plain is not None:
                words[file + rank] = plain
    return NoteNames(words, ranks)


def _plain(naming: Naming, file: str, rank: str) -> str | None:
    """The plain name of the cell that the rules call so; None where they do not."""
    if file not in naming.files or rank not in naming.ranks:
        return None
    return f"{FILES[naming.files.index(file)]}{naming.ranks.index(rank) + 1}"
