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


def split_start(words: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """The name of a game's start position, "" where none was drawn, and its moves."""
    named = bool(words) and _START.match(words[0]) is not None
    return (words[0].strip("[]"), tuple(words[1:])) if named else ("", tuple(words))


def join_start(name: str, moves: Sequence[str]) -> tuple[str, ...]:
    """The words of a game: the name of its start position in brackets, where it has one, then its moves."""
    return ((f"[{name}]",) if name else ()) + tuple(moves)


def read_movetext(text: str) -> tuple[str, list[str], int | None]:
    """The start position's name ("" where none is told), the moves, and the result (None without one) of movetext."""
    words = [word for word in text.split() if not _NUMBER.match(word)]
    result = RESULTS.index(words.pop()) if words and words[-1] in RESULTS else None
    start, moves = split_start(words)
    return start, list(moves), result
