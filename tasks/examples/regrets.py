"""Regrets of a game's moves: what each of a player's own choices lost, by the values that probes have.

Values follow from (rules, moves before) alone, so that anybody can compute them again from the record of a game.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from quickstudy.tasks.examples.probes import Probe, load_probes, reach
from quickstudy.tasks.examples.values import value_moves
from quickstudy.tasks.games.game import Game
from quickstudy.tasks.games.notation import parse_move
from quickstudy.tasks.seeds import derive_seed

Legal = NDArray[np.int32]


def list_choices(game: Game, moves: Sequence[str], first: int, mover: int) -> dict[int, Legal]:
    """The legal moves (packed) at each ply from `first` on at which `mover` (0 X, 1 O) had a choice and made it.

    Raises ValueError where the moves are not those of a game.
    """
    from quickstudy.tasks.games.kernel import apply, legal_moves

    state, found = game.start(), dict[int, Legal]()
    for ply, text in enumerate(moves):
        legal = legal_moves(game.tables, state)
        if ply >= first and int(state[5]) == mover and len(legal) > 1:
            found[ply] = np.array(legal)
        move = parse_move(game.rules, text, legal.tolist())
        if move is None:
            raise ValueError(f"{text} at ply {ply} is no legal move of {game.name}")
        apply(game.tables, state, move)
    return found


@lru_cache(maxsize=1 << 14)
def value_position(game: Game, moves: tuple[str, ...], again: int = 0) -> Probe:
    """The position after these moves as a probe: the value of each legal move, by the same engines and scale.

    Each number `again` gives other playouts, so that what was chosen by one value can be judged by another.
    Raises ProbeError for a game without probes, or for moves that are none of a game.
    """
    state = reach(game, Probe(moves, {}, frozenset(), "", ""))
    seed = derive_seed("regret", game.rules.hash, again, *moves)
    values, exact = value_moves(game, state, seed, load_probes(game).scale)
    return Probe(moves, values, exact, "", "")
