"""Standard algebraic notation (SAN) for variants that python-chess does not know."""

from __future__ import annotations

import re
from collections.abc import Sequence

_SAN = re.compile(r"^([A-Z])?([a-h])?([1-8])?([x-])?([a-h][1-8])(?:=?([A-Za-z]))?[+#]?$")
MOST = 12


def write_san(
    letter: str, start: str, end: str, rivals: Sequence[str], *, takes: bool, promoted: str = "", sign: str = ""
) -> str:
    """A move in SAN: `letter` of the piece ("" of a pawn), squares, and what is needed to tell it from others.

    `rivals` are the start squares of all legal moves of such pieces to the same square, the move's own included. `sign`
    is + or # where the move gives check or mate. Source: the PGN standard, section 8.2.3.
    """
    others = {square for square in rivals if square != start}
    if not letter:
        origin = start[0] if takes or others else ""
        if any(square[0] == start[0] for square in others):
            origin = start
    elif not others:
        origin = ""
    elif all(square[0] != start[0] for square in others):
        origin = start[0]
    elif all(square[1] != start[1] for square in others):
        origin = start[1]
    else:
        origin = start
    return f"{letter}{origin}{'x' if takes else ''}{end}{f'={promoted}' if promoted else ''}{sign}"


def read_san(text: str, legal: Sequence[tuple[str, str]], pawn: str) -> str | None:
    """The one move among `legal` (UCI, and the upper-case letter of its piece) that a text names in SAN or UCI.

    Checks, captures and the sign before a promotion need not be written. None where no move is meant, or several.
    """
    word = text.strip()
    if len(word) > MOST:
        return None
    if any(move == word for move, _ in legal):  # F5c3 is no UCI, but a piece F on the fifth rank
        return word
    found = _SAN.match(word)
    if found is None:
        return None
    letter, file, rank, _, end, promoted = found.groups()
    meant = {
        move
        for move, piece in legal
        if piece == (letter or pawn)
        and move[2:4] == end
        and (file is None or move[0] == file)
        and (rank is None or move[1] == rank)
        and move[4:] == (promoted or "").lower()
    }
    return meant.pop() if len(meant) == 1 else None
