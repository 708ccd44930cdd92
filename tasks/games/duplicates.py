"""Near duplicates: games that differ in name only, are each other's mirror image, or are played nearly alike."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from quickstudy.tasks.games.rules import Rules
from quickstudy.tasks.games.symmetry import Symmetry, map_board
from quickstudy.tasks.games.tables import build_tables

NEAR = 0.95


def is_near_duplicate(rules: Rules, other: Rules, games: Sequence[Sequence[int]]) -> bool:
    """Whether over 95 % of the positions in games of `rules` have the same legal moves under `other`, up to a map.

    Maps are the turns, mirrorings and shifts of the board; names of games and of pieces do not count. `games` are
    packed moves of `rules`. Games on different boards are no duplicates.
    """
    if rules.board != other.board:
        return False
    return any(plays_alike(rules, other, games, Symmetry(cells), NEAR) > NEAR for cells in map_board(rules.board))


def plays_alike(
    rules: Rules, other: Rules, games: Sequence[Sequence[int]], symmetry: Symmetry | None = None, enough: float = 1.0
) -> float:
    """The share of the positions in games of `rules` with the same legal moves and the same result under `other`.

    Once the two games have parted, the rest of a game counts as different. With a `symmetry`, moves are mapped by it.
    Below `enough` the share may be too large: counting stops when it cannot be reached any more.
    """
    from quickstudy.tasks.games.kernel import apply, legal_moves

    mine, theirs = build_tables(rules), build_tables(other)
    total = sum(len(moves) + 1 for moves in games)
    different = 0
    for moves in games:
        state, twin = (np.array(tables["start"], dtype=np.uint64) for tables in (mine, theirs))
        images = np.asarray(moves, np.int32) if symmetry is None else symmetry.map_moves(np.asarray(moves, np.int32))
        for ply in range(len(moves) + 1):
            legal, others = legal_moves(mine, state), legal_moves(theirs, twin)
            mapped = legal if symmetry is None else symmetry.map_moves(legal)
            if state[7] != twin[7] or not np.array_equal(np.sort(mapped), np.sort(others)):
                different += len(moves) + 1 - ply
                break
            if ply < len(moves):
                apply(mine, state, moves[ply])
                apply(theirs, twin, int(images[ply]))
        if different > (1 - enough) * total:
            break
    return 1 - different / max(1, total)
