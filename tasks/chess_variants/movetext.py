"""Movetext as in PGN: numbered moves in standard algebraic notation, and the result."""

from __future__ import annotations

import re
from collections.abc import Sequence

from quickstudy.tasks.chess_variants.position import RESULTS

_NUMBER = re.compile(r"^\d+\.+$")
_START = re.compile(r"^\[[A-Z]{8}\]$")


def write_movetext(moves: Sequence[str], start: Sequence[str] = ()) -> list[str]:
    """The words of a game: `start` where it was drawn, then White's moves with their numbers and Black's without."""
    words = list(start)
    for ply, move in enumerate(moves):
        words += [f"{ply // 2 + 1}.", move] if ply % 2 == 0 else [move]
    return words


def read_movetext(text: str) -> tuple[str, list[str], int | None]:
    """The start position's name ("" where none is told), the moves, and the result (None without one) of movetext."""
    words = [word for word in text.split() if not _NUMBER.match(word)]
    start = words.pop(0).strip("[]") if words and _START.match(words[0]) else ""
    result = RESULTS.index(words.pop()) if words and words[-1] in RESULTS else None
    return start, words, result
