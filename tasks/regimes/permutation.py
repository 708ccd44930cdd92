"""Permuted notes: a control that keeps the words of notes and takes their meaning, by exchanging cells and numbers."""

from __future__ import annotations

import re

import numpy as np

from quickstudy.tasks.games.rules import Rules
from quickstudy.tasks.regimes.notes import Item, Notes

_NUMBER = re.compile(r"[+-]\d+")


def permute_notes(notes: Notes, rules: Rules, rng: np.random.Generator) -> Notes:
    """The notes with every cell's name replaced by another cell's, and signed numbers exchanged across all items.

    Items, words and sizes stay, up to names of cells that differ in length.
    """
    cells = list(rules.board.names)
    exchanged = dict(zip(cells, [cells[i] for i in rng.permutation(len(cells))], strict=True))
    named = re.compile(r"\b(?:" + "|".join(sorted(map(re.escape, cells), key=len, reverse=True)) + r")\b")
    numbers = [number for item in notes.items for number in _NUMBER.findall(item.text)]
    shuffled = iter([numbers[i] for i in rng.permutation(len(numbers))])
    items = []
    for item in notes.items:
        text = _NUMBER.sub(lambda found: next(shuffled), item.text)
        items.append(Item(item.kind, named.sub(lambda found: exchanged[found[0]], text)))
    return Notes(tuple(items))
