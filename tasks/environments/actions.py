"""Actions: the moves that can ever be legal in a game, numbered once and for all positions and both players."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quickstudy.tasks.games.game import Game
from quickstudy.tasks.games.notation import CAPTURE, JUMP, PLACE, QUIET, SWAP, format_move


class Actions:
    """The actions of a game.

    Action i is the packed move `moves[i]` (int32, ascending): first the placements in the order of the cells, then
    quiet moves, captures, the swap, and jumps. Passes are no actions, as nobody chooses them: a pass is legal only
    where nothing else is.
    """

    def __init__(self, game: Game) -> None:
        self._game = game
        self.moves: NDArray[np.int32] = np.array(sorted(set(_possible_moves(game))), dtype=np.int32)

    def __len__(self) -> int:
        return len(self.moves)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The canonical text of each action, as `c2-c3`."""
        return tuple(format_move(self._game.rules, int(move)) for move in self.moves)

    def mask(self, legal: NDArray[np.int32]) -> NDArray[np.int8]:
        """1 for each legal action and 0 for the others, int8 (actions,)."""
        mask = np.zeros(len(self.moves), dtype=np.int8)
        mask[np.searchsorted(self.moves, legal)] = 1
        return mask


@lru_cache(maxsize=64)
def list_actions(game: Game) -> Actions:
    """The actions of a game."""
    return Actions(game)


def _possible_moves(game: Game) -> Iterator[int]:
    """Every packed move that the rules can allow in some position."""
    rules, tables, cells = game.rules, game.tables, range(len(game.rules.board.cells))
    if rules.place != "none":
        yield from (_pack(PLACE, cell, cell) for cell in cells)
    if rules.swap:
        yield SWAP << 12
    for player in (0, 1):
        for kind in range(len(rules.kinds)):
            for start in cells:
                yield from _moves_of_piece(tables, player, kind, start)


def _moves_of_piece(tables: Any, player: int, kind: int, start: int) -> Iterator[int]:
    """The moves of one piece on any board: whatever stands on the other cells."""
    for sort, name in ((QUIET, "quiet"), (CAPTURE, "capture")):
        targets = int(tables[name][player, kind, start])
        yield from (_pack(sort, start, end) for end in range(64) if targets >> end & 1)
    slide, slide_capture, jump, vault = (
        int(tables[name][player, kind]) for name in ("slide", "slide_capture", "jump", "vault")
    )
    for direction, over in enumerate(tables["beside"][start].tolist()):
        for end in _line(tables, start, direction):
            if slide >> direction & 1:
                yield _pack(QUIET, start, end)
            if slide_capture >> direction & 1:
                yield _pack(CAPTURE, start, end)
        landing = int(tables["beside"][over, direction]) if over >= 0 else -1
        if landing >= 0 and vault >> direction & 1:
            yield _pack(QUIET, start, landing)
        if landing >= 0 and jump >> direction & 1:
            yield _pack(JUMP, start, landing, over)


def _line(tables: Any, start: int, direction: int) -> Iterator[int]:
    """The cells from a cell in a direction, up to the edge or, across joined edges, once around."""
    end = int(tables["beside"][start, direction])
    while end >= 0 and end != start:
        yield end
        end = int(tables["beside"][end, direction])


def _pack(sort: int, start: int, end: int, over: int = 0) -> int:
    """A move as the kernel packs it."""
    return start | end << 6 | sort << 12 | over << 16
