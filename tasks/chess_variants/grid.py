"""The board as a player reads it."""

from __future__ import annotations

from collections.abc import Sequence

FILES = "abcdefgh"


def draw_grid(board: Sequence[str], files: int) -> str:
    """A board (squares,), rank 1 first, as a grid with rank 1 at the bottom; `.` is an empty square."""
    ranks = len(board) // files
    lines = [
        f"{rank + 1} " + " ".join(piece or "." for piece in board[rank * files : (rank + 1) * files])
        for rank in range(ranks - 1, -1, -1)
    ]
    return "\n".join([*lines, "  " + " ".join(FILES[:files])])
