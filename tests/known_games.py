"""Well-known games as rules, with published counts and other programs to check against."""

from __future__ import annotations

from typing import Any

from quickstudy.tasks.games.board import Board
from quickstudy.tasks.games.rules import Kind, Rules


def connect_four(width: int = 7, height: int = 6) -> Rules:
    """Connect four."""
    return Rules("Connect four", Board("square", width, height), place="drop", line=4, cap=width * height)


def tic_tac_toe() -> Rules:
    """Tic-tac-toe."""
    return Rules("Tic-tac-toe", Board("square", 3, 3), place="any", line=3, cap=9)


def breakthrough(size: int = 8) -> Rules:
    """Breakthrough on a square board."""
    board = Board("square", size, size)
    rows = [tuple(board.names[cell] for cell in board.rank_cells(rank)) for rank in range(size)]
    man = Kind("man", step=("N", "NE", "NW"), capture=("NE", "NW"))
    setup_x, setup_o = (rows[0] + rows[1],), (rows[-2] + rows[-1],)
    ends: dict[str, Any] = {"far": True, "eliminate": 1, "stalemate": "lose"}
    return Rules("Breakthrough", board, (man,), setup_x, setup_o, cap=1000, **ends)


def hex_game(size: int = 7) -> Rules:
    """Hex."""
    return Rules("Hex", Board("rhombus", size, size), place="any", connect="own_sides", cap=size * size)


def othello(size: int = 8) -> Rules:
    """Othello; X's first two pieces stand on the falling diagonal."""
    low, high = list("abcdefgh"[size // 2 - 1 : size // 2 + 1])
    one, two = size // 2, size // 2 + 1
    setup_x, setup_o = ((f"{high}{one}", f"{low}{two}"),), ((f"{low}{one}", f"{high}{two}"),)
    flanking: dict[str, Any] = {
        "place": "flank",
        "effect": "flank_flip",
        "flank_length": 16,
        "stalemate": "pass",
        "score": "most",
    }
    board = Board("square", size, size)
    return Rules("Othello", board, (Kind(),), setup_x, setup_o, cap=2 * size * size, **flanking)


def clobber(width: int = 6, height: int = 5) -> Rules:
    """Clobber: pieces capture their orthogonal neighbours, and whoever cannot loses. X has the top left corner."""
    board = Board("square", width, height)
    cells = (
        [name for name, (file, rank) in zip(board.names, board.cells, strict=True) if (file + rank) % 2 == parity]
        for parity in ((height - 1) % 2, height % 2)
    )
    setup_x, setup_o = ((tuple(names),) for names in cells)
    stone = Kind(capture=("N", "E", "S", "W"))
    return Rules("Clobber", board, (stone,), setup_x, setup_o, stalemate="lose", cap=width * height)
