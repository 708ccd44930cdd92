"""The notation that a prompt defines: its names of cells, sides and signs, and moves to and from the plain notation.

Learners think in one notation, that of the reader. A text may define another: it names files and ranks in their order,
the sides, and the signs of moves. All of this is read from the sentences that say it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from quickstudy.tasks.games.board import FILES

_SIDES = re.compile(r" is a game for two players, (\S+) and (\S+)\. ")
_NAMES = re.compile(r"^The files are named (.+) from left to right, the ranks (.+) from bottom to top\.\n", re.M)
_QUIET = re.compile(r"^A move is written with (\S+) between ", re.M)
_CAPTURE = re.compile(r"^A move that captures is written with (\S+) instead of ", re.M)
_SWAP = re.compile(r"^A swap is written as (\S+)\.$", re.M)
_PASS = re.compile(r"^A pass is made automatically and shown as (\S+)\.$", re.M)
_PLAIN = re.compile(r"^(?:pass|swap|[a-p]\d{1,2}(?:[-x][a-p]\d{1,2})?)$")
_ANSWER = re.compile(r'\{"move": "([^"]*)"\}')


@dataclass(frozen=True)
class Naming:
    """The notation of a text. Labels of files and ranks are in the order of the board, none where they are plain."""

    files: tuple[str, ...] = ()
    ranks: tuple[str, ...] = ()
    sides: tuple[str, str] = ("X", "O")
    quiet: str = "-"
    capture: str = "x"
    skip: str = "pass"
    swap: str = "swap"

    def read_move(self, word: str) -> str | None:
        """A move of the text in plain notation; None for a word that is no move."""
        if not self.files:
            return word if _PLAIN.match(word) else None
        if word in (self.skip, self.swap):
            return "pass" if word == self.skip else "swap"
        found = self._move.match(word)
        if found is None:
            return None
        start, sign, end = found.groups()
        head = "" if start is None else self._cells[start] + ("-" if sign == self.quiet else "x")
        return head + self._cells[end]

    def write_move(self, move: str) -> str:
        """A move in plain notation as the text writes it."""
        if not self.files:
            return move
        if move in ("pass", "swap"):
            return self.skip if move == "pass" else self.swap
        start, sign, end = re.split("([-x])", move) if re.search("[-x]", move) else ("", "", move)
        signs = {"-": self.quiet, "x": self.capture, "": ""}
        return f"{self._labels.get(start, start)}{signs[sign]}{self._labels.get(end, end)}"

    def translate(self, text: str) -> str:
        """The text of rules in plain notation."""
        if not self.files:
            return text
        text = _NAMES.sub("", text).replace("next rank upwards", "next higher rank")
        for labels, name in ((self.files, self._file), (self.ranks, self._rank)):
            noun, label = "file" if labels is self.files else "rank", _any(labels)
            text = _translate(rf"\b{noun}s ({label}) to ({label})\b", f"{noun}s %s to %s", name, text)
            text = _translate(rf"\b{noun} ({label})\b", f"{noun} %s", name, text)
        text = _translate(rf"\(({_any(self.files)}) to ({_any(self.files)})\)", "(%s to %s)", self._file, text)
        signs = re.escape(self.quiet) + "|" + re.escape(self.capture)
        cell = self._cell
        text = re.sub(rf"\b{cell}(?:{signs}){cell}\b", lambda m: self.read_move(m[0]) or m[0], text)
        text = re.sub(rf"\b{cell}\b", lambda m: self._cells[m[0]], text)
        sides = dict(zip(self.sides, "XO", strict=True))
        text = re.sub(rf"\b{_any(self.sides)}\b", lambda m: sides[m[0]], text)
        for sign, usual in ((self.quiet, "-"), (self.capture, "x")):
            text = text.replace(f" written with {sign} ", f" written with {usual} ")
            text = text.replace(f" instead of {sign},", f" instead of {usual},")
        text = text.replace(f" written as {self.swap}.", " written as swap.")
        return text.replace(f" shown as {self.skip}.", " shown as pass.")

    @property
    def _cell(self) -> str:
        return _any(self.files) + _any(self.ranks)

    def _file(self, label: str) -> str:
        return FILES[self.files.index(label)]

    def _rank(self, label: str) -> str:
        return str(self.ranks.index(label) + 1)

    @cached_property
    def _cells(self) -> dict[str, str]:
        """The plain name of each cell that the labels can name."""
        return {file + rank: self._file(file) + self._rank(rank) for file in self.files for rank in self.ranks}

    @cached_property
    def _labels(self) -> dict[str, str]:
        return {plain: label for label, plain in self._cells.items()}

    @cached_property
    def _move(self) -> re.Pattern[str]:
        cell = self._cell
        return re.compile(rf"^(?:({cell})({re.escape(self.quiet)}|{re.escape(self.capture)}))?({cell})$")


@dataclass(frozen=True)
class Untold:
    """The notation of a text that withholds the rules: what a move looks like is all that the answer format shows.

    Moves stay as they are written. Cells are a letter and a number, or two letters, as the sample of an answer has it.
    """

    numbered: bool = True
    sides: tuple[str, str] = ("X", "O")

    def read_move(self, word: str) -> str | None:
        """The word itself if it has the form of a move, else None."""
        cell = r"[a-z]\d{1,2}" if self.numbered else "[a-z]{2}"
        return word if re.match(rf"^(?:{cell}(?:[^\w\s]|x))?{cell}$", word) or word in ("pass", "swap") else None

    def write_move(self, move: str) -> str:
        """The move as it is."""
        return move


def read_naming(rules: str) -> Naming:
    """The notation that the text of rules defines: the plain one where it names no files and ranks."""
    named = _NAMES.search(rules)
    if named is None:
        return Naming()
    found = {
        name: pattern.search(rules)
        for name, pattern in {"quiet": _QUIET, "capture": _CAPTURE, "swap": _SWAP, "skip": _PASS}.items()
    }
    said = {name: match[1] for name, match in found.items() if match is not None}
    sides = _SIDES.search(rules)
    files, ranks = (tuple(part.split(", ")) for part in named.groups())
    return Naming(files[: len(FILES)], ranks, (sides[1], sides[2]) if sides else ("X", "O"), **said)


def read_form(answer_format: str) -> Untold:
    """The notation of moves as far as the sample in the answer format shows it."""
    sample = _ANSWER.search(answer_format)
    return Untold(sample is None or any(letter.isdigit() for letter in sample[1]))


def _translate(pattern: str, form: str, plain: Callable[[str], str], text: str) -> str:
    """The text with all labels that the pattern catches in plain notation, written in the form."""
    return re.sub(pattern, lambda found: form % tuple(map(plain, found.groups())), text)


def _any(labels: tuple[str, ...]) -> str:
    """A pattern of any of the labels, longer ones first."""
    return "(?:" + "|".join(re.escape(label) for label in sorted(labels, key=len, reverse=True)) + ")"
