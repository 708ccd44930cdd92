"""Weights as words: what a fitted value knows, written as lines of notes, and read back from any notes.

A line is about one group of features and lists weights in hundredths of a nat of the odds to win, as in
`own vardu on: b3 +12, c4 -5`. Windows and lines of cells are given by their cells' contents: `m` is a piece of the one
who moved, `t` one of the other side, `#` a burnt cell and `.` an empty one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from quickstudy.tasks.games.board import Board
from quickstudy.tasks.games.rules import Rules
from quickstudy.tasks.learners.features import Features, build_features

LEGEND = "each number is worth having that piece on that cell after a move: the move with the highest sum is best"
"""What the numbers mean, for readers who have not written them."""
UNIT = 0.01
MOST = 999
_CONTENT = ".mt#"
_ENTRY = re.compile(r"([^\s,]+) ([+-]\d{1,3})(?=,|$)")
_SEEN = re.compile(r"^from (\d{1,6}) games$")
FRAME = len("123. mistake: \n")
"""Bytes of a line of notes beside its text."""

Weights = NDArray[np.float64]
Place = tuple[str, str]
"""The heading of a line, and the name of an entry in it."""


@dataclass(frozen=True, eq=False)
class NoteWords:
    """The words for the features of a game: `named` by heading and name, and the numbers of each of its `blocks`.

    Blocks are `cells`, `windows` and `lines`; chess has `material`, too.
    """

    features: Features
    named: Mapping[Place, int]
    blocks: Mapping[str, tuple[int, int]]

    def mask(self, blocks: Sequence[str]) -> NDArray[np.bool_]:
        """Which features (size + 1,) are of these blocks, where there are such; the last entry, for none, is not."""
        mask = np.zeros(self.features.size + 1, bool)
        for block in blocks:
            mask[slice(*self.blocks.get(block, (0, 0)))] = True
        return mask

    def write(self, weights: Weights, worth: Weights, games: int, budget: int) -> list[str]:
        """Lines that hold the weights of most `worth` (size + 1,), as many as fit into so many bytes.

        The budget counts a line feed for each line and what numbers and kinds of items take. The first line says from
        how many `games` they are.
        """
        named = {number: place for place, number in self.named.items()}
        lines: dict[str, list[tuple[str, int]]] = {}
        first = f"from {games} games"
        left = budget - len(first) - FRAME
        for number in np.argsort(-worth, kind="stable").tolist():
            value = int(np.clip(round(weights[number] / UNIT), -MOST, MOST))
            if worth[number] <= 0.0 or number not in named or value == 0:
                continue
            head, name = named[number]
            cost = len(f"{name} {value:+d}, ") + (0 if head in lines else len(f"{head}: ") + FRAME)
            if cost > left:
                break
            left -= cost
            lines.setdefault(head, []).append((name, value))
        listed = [
            f"{head}: " + ", ".join(f"{name} {value:+d}" for name, value in sorted(entries))
            for head, entries in sorted(lines.items())
        ]
        return [first, *listed] if left >= 0 else []

    def read(self, lines: Sequence[str]) -> tuple[Weights, NDArray[np.bool_], int]:
        """Weights (size + 1,) that lines of notes hold, which of them are said, and from how many games they are.

        What is not understood is passed over, as by a reader of somebody else's notes.
        """
        size = self.features.size + 1
        weights, said, games = np.zeros(size), np.zeros(size, bool), 0
        for line in lines:
            seen = _SEEN.match(line)
            games = int(seen[1]) if seen else games
            head, _, rest = line.partition(": ")
            for name, value in _ENTRY.findall(rest):
                number = self.named.get((head, name))
                if number is not None:
                    weights[number], said[number] = int(value) * UNIT, True
        return weights, said, games


@lru_cache(maxsize=64)
def board_words(rules: Rules) -> NoteWords:
    """The words for a board game's features; names of cells are plain."""
    features, board = build_features(rules), rules.board
    return name_features(features, board, [kind.name for kind in rules.kinds])


def name_features(features: Features, board: Board, kinds: Sequence[str]) -> NoteWords:
    """The words for pieces of these `kinds` on cells, windows and lines of a board."""
    named: dict[Place, int] = {}
    for cell, name in enumerate(board.names):
        for code in range(1, features.codes):
            named[_head_of(kinds, features, code), name] = cell * (features.codes - 1) - 1 + code
    windows = features.cells * (features.codes - 1)
    for rank in sorted({int(offset - windows) // features.base**4 for offset in features.window_offsets}):
        for number in range(1, features.base**4):
            head = f"square from rank {rank + 1}"
            named[head, _spell(number, 4, features.base)] = windows + rank * features.base**4 + number
    lines, steps = windows + board.ranks * features.base**4, list(board.steps.values())[: len(board.steps) // 2]
    for axis, (x, y) in enumerate(steps):
        for number in range(1, features.base**3):
            named[f"line by {x}/{y}", _spell(number, 3, features.base)] = lines + axis * features.base**3 + number
    ends = lines + len(steps) * features.base**3
    return NoteWords(features, named, {"cells": (0, windows), "windows": (windows, lines), "lines": (lines, ends)})


def _head_of(kinds: Sequence[str], features: Features, code: int) -> str:
    if code == features.codes - 1:
        return "burnt"
    return f"{name_side(code)} {kinds[(code - 1) // 2]} on"


def name_side(code: int) -> str:
    """Whose the piece with a cell's code is."""
    return "own" if code % 2 else "enemy"


def _spell(number: int, size: int, base: int) -> str:
    return "".join(_CONTENT[number // base**place % base] for place in range(size))
