"""Test openings: a fixed pool of short random openings for each game, held out of all example games."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from quickstudy.tasks.games.game import Game
from quickstudy.tasks.games.notation import format_move
from quickstudy.tasks.seeds import new_generator

OPENING_PLIES = 4
POOL_SIZE = 64


def position_key(state: NDArray[np.uint64]) -> bytes:
    """What makes two positions the same: pieces, burnt cells and side to act (not the ply or counts)."""
    return state[[0, 1, 2, 3, 4, 5, 11]].tobytes()


@lru_cache(maxsize=64)
def list_openings(game: Game) -> tuple[tuple[int, ...], ...]:
    """The game's pool of test openings: tuples of packed moves with distinct final positions, unfinished games.

    At most `POOL_SIZE`; fewer where a game has fewer distinct positions after `OPENING_PLIES` plies.
    """
    from quickstudy.tasks.games.kernel import apply, legal_moves

    pool: dict[bytes, tuple[int, ...]] = {}
    for attempt in range(20 * POOL_SIZE):
        rng = new_generator("opening", game.rules.hash, attempt)
        state, moves = game.start(), []
        for _ in range(OPENING_PLIES):
            legal = legal_moves(game.tables, state)
            if len(legal) == 0:
                break
            moves.append(int(legal[rng.integers(len(legal))]))
            apply(game.tables, state, moves[-1])
        if len(moves) == OPENING_PLIES and len(legal_moves(game.tables, state)) and state[7] == 0:
            pool.setdefault(position_key(state), tuple(moves))
        if len(pool) == POOL_SIZE:
            break
    if not pool:
        raise ValueError(f"the game {game.name} is over within {OPENING_PLIES} plies: it has no test openings")
    return tuple(pool.values())


@lru_cache(maxsize=64)
def held_out_positions(game: Game) -> frozenset[bytes]:
    """Keys of the final positions of all test openings; no example game may pass through one."""
    from quickstudy.tasks.games.kernel import apply

    keys = set()
    for opening in list_openings(game):
        state = game.start()
        for move in opening:
            apply(game.tables, state, move)
        keys.add(position_key(state))
    return frozenset(keys)


def write_opening(game: Game, opening: tuple[int, ...]) -> str:
    """An opening as canonical moves separated by spaces."""
    return " ".join(format_move(game.rules, move) for move in opening)
