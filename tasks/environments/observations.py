"""Observations: a position as planes of numbers over the board, from the view of one player."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from quickstudy.tasks.games.board import Board
from quickstudy.tasks.games.game import Game
from quickstudy.tasks.games.notation import BURNT, PLAYERS, count_points
from quickstudy.tasks.games.rules import Rules

State = NDArray[np.uint64]
Plane = NDArray[np.float32] | float


@lru_cache(maxsize=64)
def list_planes(game: Game) -> tuple[str, ...]:
    """What each plane of the game's observations holds."""
    return tuple(name for name, _plane in _planes(game.rules, game.start(), 0))


def observation_shape(game: Game) -> tuple[int, int, int]:
    """Ranks, files and planes of the game's observations."""
    return game.rules.board.ranks, game.rules.board.files, len(list_planes(game))


def observe(game: Game, state: State, player: int) -> NDArray[np.float32]:
    """The position as a player (0 X, 1 O) sees it: float32 (ranks, files, planes), all from 0 to 1.

    The first rank and file come first, for both players alike. Planes are 0 outside the board and in its holes.
    Planes and legal moves together tell all that the rules make of a position, so no history is needed.
    """
    board = np.zeros(observation_shape(game), dtype=np.float32)
    ranks, files = _places(game.rules.board)
    for i, (_name, plane) in enumerate(_planes(game.rules, state, player)):
        board[ranks, files, i] = plane
    return board


def _planes(rules: Rules, state: State, player: int) -> list[tuple[str, Plane]]:
    """The planes with their names: values on the cells in index order, or one value for all."""
    size, counts, low, high = len(rules.board.cells), int(state[10]), state[2], state[3]
    sides = (("own", player), ("other", 1 - player))
    planes: list[tuple[str, Plane]] = []
    for side, who in sides:
        for number, kind in enumerate(rules.kinds):
            word = state[who] & (low if number & 1 else ~low) & (high if number & 2 else ~high)
            planes.append((f"{side} {kind.name}", _bits(word, size)))
    if rules.burn:
        planes.append(("burnt", _bits(state[BURNT], size)))
    if rules.contact != "none":
        previous = counts & 0xFF
        planes.append(("where the previous action ended", (np.arange(size) == previous - 1).astype(np.float32)))
    planes.append((f"playing {PLAYERS[0].upper()}", float(player == 0)))
    planes.append(("plies played, of the cap", int(state[6]) / rules.cap))
    if rules.double:
        planes.append(("another action follows in this turn", float(state[11] > 1)))
    if rules.rhythm:
        planes.append(("this ply is a move", float((int(state[6]) + 1) % rules.rhythm == 0)))
    if rules.stalemate == "pass":
        planes.append(("the previous turn was a pass", float(counts >> 8 & 0xFF > 0)))
    for side, who in sides:
        if rules.hand:
            planes.append((f"{side} pieces placed, of the hand", (counts >> (16 + 16 * who) & 0xFFFF) / rules.hand))
        if rules.captures or rules.score == "captures":
            most = rules.captures or size  # more than the board holds are shown as so many
            planes.append((f"pieces removed by {side}", min(1.0, int(state[8 + who]) / most)))
        if rules.points:
            planes.append((f"points of {side}", count_points(state, who) / rules.points))
    return planes


def _bits(word: np.uint64, size: int) -> NDArray[np.float32]:
    """The lowest bits of a word as numbers."""
    return (word >> np.arange(size, dtype=np.uint64) & np.uint64(1)).astype(np.float32)


@lru_cache(maxsize=64)
def _places(board: Board) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Rank and file of each cell."""
    files, ranks = np.array(board.cells, dtype=np.intp).T
    return ranks, files
