"""Regrets of a game's moves: what each of a player's own choices lost, by the values that probes have.

Values follow from (rules, moves before) alone, so that anybody can compute them again from the record of a game.
"""

from __future__ import annotations

from functools import lru_cache

from quickstudy.tasks.examples.probes import Probe, load_probes, reach
from quickstudy.tasks.examples.values import value_moves
from quickstudy.tasks.games.game import Game
from quickstudy.tasks.seeds import derive_seed


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
