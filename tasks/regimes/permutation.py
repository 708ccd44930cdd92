"""Permuted notes: a control that keeps the words of notes and takes their meaning, by exchanging names and numbers."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np

from quickstudy.tasks.regimes.notes import Item, Notes

_NUMBER = re.compile(r"[+-]\d+")
_ALONE = re.compile(r"(?<!\w)[+-]\d+")  # not that of 1-0


def permute_cells(notes: Notes, cells: Sequence[str], rng: np.random.Generator) -> Notes:
    """The notes with every cell's name replaced by another cell's, and signed numbers exchanged across all items.

    Items, words and sizes stay, up to names of cells that differ in length.
    """
    exchanged = _exchange(cells, rng)
    named = re.compile(rf"\b{_any(cells)}\b")
    return _permute(notes, _NUMBER, lambda text: named.sub(lambda found: exchanged[found[0]], text), rng)


def permute_squares(
    notes: Notes, squares: Sequence[str], pieces: Sequence[tuple[str, str]], rng: np.random.Generator
) -> Notes:
    """The same of notes on chess: squares, also within moves, and the `pieces` (letter, name) are exchanged.

    Every kind of piece becomes another one, by its name and by its letter in moves. A file or rank that only tells
    which piece moves stays, and so does all that has neither letter nor square, as castling.
    """
    exchanged = _exchange(squares, rng)
    order = [pieces[i] for i in rng.permutation(len(pieces))]
    became = list(pairwise([*order, *order[:1]]))
    letters = {old[0]: new[0] for old, new in became}
    letters |= {old.lower(): new.lower() for old, new in letters.items()}
    names: dict[str, str] = {old[1]: new[1] for old, new in became}
    square, letter = _any(squares), _any(list(letters))
    move = re.compile(
        rf"\b(?P<piece>{letter})?(?P<from>{square}|[a-h]|[1-8])?(?P<sign>[x@-])?(?P<to>{square})"
        rf"(?P<equals>=)?(?P<promoted>{letter})?(?!\w)"
    )
    named = re.compile(rf"\b{_any(list(names))}(?=s?\b)", re.IGNORECASE)

    def write_move(found: re.Match[str]) -> str:
        parts = {name: part or "" for name, part in found.groupdict().items()}
        for name, table in (("piece", letters), ("promoted", letters), ("from", exchanged), ("to", exchanged)):
            parts[name] = table.get(parts[name], parts[name])
        return "".join(parts.values())

    def write_name(found: re.Match[str]) -> str:
        name = names[found[0].lower()]
        return name.capitalize() if found[0][0].isupper() else name

    return _permute(notes, _ALONE, lambda text: named.sub(write_name, move.sub(write_move, text)), rng)


def _exchange(names: Sequence[str], rng: np.random.Generator) -> dict[str, str]:
    return dict(zip(names, [names[i] for i in rng.permutation(len(names))], strict=True))


def _permute(notes: Notes, number: re.Pattern[str], rename: Callable[[str], str], rng: np.random.Generator) -> Notes:
    """The notes with their signed numbers exchanged across all items, and each text renamed."""
    numbers = [found for item in notes.items for found in number.findall(item.text)]
    shuffled = iter([numbers[i] for i in rng.permutation(len(numbers))])
    texts = [number.sub(lambda found: next(shuffled), item.text) for item in notes.items]
    return Notes(tuple(Item(item.kind, rename(text)) for item, text in zip(notes.items, texts, strict=True)))


def _any(names: Sequence[str]) -> str:
    """A pattern of any of the names, longer ones first."""
    return "(?:" + "|".join(sorted(map(re.escape, names), key=len, reverse=True)) + ")"
