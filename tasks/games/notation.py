"""Moves and boards as text: one canonical string for each legal move, and grids.

Moves are int32 as the kernel packs them (from, to, type, jumped cell); positions are its `uint64[12]` states.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from quickstudy.tasks.games.board import FILES
from quickstudy.tasks.games.rules import Rules

State = NDArray[np.uint64]
PLACE, QUIET, CAPTURE, JUMP, PASS, SWAP = 0, 1, 2, 3, 5, 6
BURNT = 4
PLAYERS = ("x", "o")
RESULTS = {1: "X wins", 2: "O wins", 3: "draw", 0: "unfinished"}
_WORDS = {"pass": PASS, "swap": SWAP}
_KINDS = {"-": (QUIET,), "x": (CAPTURE, JUMP), "": (QUIET, CAPTURE, JUMP)}
_MOVE = re.compile(r"^(?:([a-p]\d{1,2})\s*([-x]?)\s*)?([a-p]\d{1,2})$")


def format_move(rules: Rules, move: int) -> str:
    """The canonical text of a packed move: `c3`, `c2-c3`, `c2xd3`, `swap` or `pass`."""
    names = rules.board.names
    kind = (move >> 12) & 7
    if kind >= PASS:
        return "swap" if kind == SWAP else "pass"
    start, end = names[move & 63], names[(move >> 6) & 63]
    if kind == PLACE:
        return end
    return f"{start}{'x' if kind in (CAPTURE, JUMP) else '-'}{end}"


def parse_move(rules: Rules, text: str, legal: Iterable[int]) -> int | None:
    """The legal move that a text names, or None.

    Beside the canonical form it accepts upper case, blanks, square brackets, and a move without its `-` or `x`
    where only one legal move has these cells.
    """
    words = text.strip().strip("[]").strip().lower()
    if words in _WORDS:
        return next((int(move) for move in legal if (move >> 12) & 7 == _WORDS[words]), None)
    found = _MOVE.match(words) if len(words) <= 16 else None
    if found is None:
        return None
    start, sign, end = found.groups()
    index = rules.board.index
    cells = index.get(start or end, -1) | index.get(end, -1) << 6
    kinds = _KINDS[sign or ""] if start else (PLACE,)
    hits = [int(move) for move in legal if move & 0xFFF == cells and (move >> 12) & 7 in kinds]
    return hits[0] if len(hits) == 1 else None


def symbols(rules: Rules) -> dict[tuple[int, int], str]:
    """Symbol of each (player, kind): `x` and `o` with one kind, else the kind's letter, upper case for X."""
    if len(rules.kinds) == 1:
        return {(0, 0): "x", (1, 0): "o"}
    letters = [kind.name[0] for kind in rules.kinds]
    return {(p, k): letter.upper() if p == 0 else letter for p in (0, 1) for k, letter in enumerate(letters)}


def cell_symbols(rules: Rules, state: State, table: Mapping[tuple[int, int], str] | None = None) -> list[str]:
    """Symbol on each cell in index order: a piece (by `table`, else by `symbols`), `.` empty or `#` burnt."""
    table = table or symbols(rules)
    players, low, high, burnt = (
        (int(state[0]), int(state[1])),
        int(state[2]),
        int(state[3]),
        int(state[BURNT]),
    )
    found = []
    for cell in range(len(rules.board.cells)):
        kind = (low >> cell & 1) | (high >> cell & 1) << 1
        owner = 0 if players[0] >> cell & 1 else 1 if players[1] >> cell & 1 else None
        found.append(table[owner, kind] if owner is not None else "#" if burnt >> cell & 1 else ".")
    return found


def count_points(state: State, player: int) -> int:
    """Points that a player (0 X, 1 O) has scored."""
    return int(state[10]) >> (48 + 8 * player) & 0xFF


def draw_board(
    rules: Rules,
    state: State,
    file_labels: Sequence[str] = FILES,
    rank_labels: Sequence[str] = (),
    table: Mapping[tuple[int, int], str] | None = None,
) -> str:
    """The board as a grid, ranks from the top, with rank numbers on the left and file letters below.

    Rows of hexagons are shifted by half a cell for each rank; on hexagon boards each row is preceded by the files it
    spans. Holes are blank. Other labels of one letter for files, others for ranks and other symbols may be given.
    """
    board = rules.board
    found = dict(zip(board.cells, cell_symbols(rules, state, table), strict=True))
    ranks = rank_labels[: board.ranks] or [str(rank + 1) for rank in range(board.ranks)]
    width = max(map(len, ranks))
    lines = []
    for rank in range(board.ranks - 1, -1, -1):
        files = [file for file in range(board.files) if board.contains((file, rank))]
        row = " ".join(found.get((file, rank), " ") for file in files).rstrip()
        label = f"{ranks[rank]:>{width}}"
        if board.shape == "square":
            lines.append(f"{label} {row}")
        elif board.shape == "rhombus":
            lines.append(f"{label} {' ' * rank}{row}")
        else:
            shift = " " * abs(rank - board.width + 1)
            lines.append(f"{label} {file_labels[files[0]]}-{file_labels[files[-1]]} {shift}{row}")
    if board.shape != "hexagon":
        lines.append(f"{' ' * width} {' '.join(file_labels[: board.files])}")
    return "\n".join(lines)
