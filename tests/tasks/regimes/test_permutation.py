"""Permuted notes: the words stay, their meaning goes."""

from __future__ import annotations

import re

import numpy as np

from quickstudy.tasks.regimes.notes import Item, Notes
from quickstudy.tasks.regimes.permutation import permute_notes
from tests.known_games import breakthrough

RULES = breakthrough(5)
NOTES = Notes((Item("advice", "own man on: a1 +3, b2 -4, c3 +50"), Item("reason", "d4 is weak, e5 too")))


def test_cells_and_numbers_are_exchanged_and_words_stay() -> None:
    found = permute_notes(NOTES, RULES, np.random.default_rng(1))
    pattern = re.compile(r"\b[a-e][1-5]\b|[+-]\d+")
    assert [pattern.sub("*", item.text) for item in found.items] == [
        pattern.sub("*", item.text) for item in NOTES.items
    ]
    assert sorted(re.findall(r"[+-]\d+", found.text)) == sorted(re.findall(r"[+-]\d+", NOTES.text))
    cells = re.findall(r"\b[a-e][1-5]\b", found.text)
    assert len(set(cells)) == 5 and cells != ["a1", "b2", "c3", "d4", "e5"]


def test_the_same_seed_permutes_the_same_way() -> None:
    first, again = (permute_notes(NOTES, RULES, np.random.default_rng(7)) for _ in range(2))
    assert first == again != NOTES
