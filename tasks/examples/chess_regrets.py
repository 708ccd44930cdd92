"""Regrets of moves of chess and its variants, by values as probes have them, in fewer nodes: there are many moves.

Values follow from (variant, moves before, engine) alone, as those of board games do (`regrets.py`).
"""

from __future__ import annotations

from functools import lru_cache

from quickstudy.tasks.chess_variants.variant import Variant
from quickstudy.tasks.examples.chess_probes import load_chess_probes, reach_probe
from quickstudy.tasks.examples.chess_values import value_chess_moves
from quickstudy.tasks.examples.probe_sets import Probe
from quickstudy.tasks.opponents.engine_choice import EngineChoice, choose_engine

NODES = 100_000  # shared by the legal moves of a position


def value_chess_position(variant: Variant, words: tuple[str, ...], again: int = 0) -> Probe:
    """The position after the words of a game as a probe: the value of each legal move, with the scale of the probes.

    Each number `again` gives a longer search, so that what was chosen by one value can be judged by another. The engine
    does not know that very long games are draws. Raises ProbeError for a variant without probes or for moves that are
    none of a game, EngineFault.
    """
    return _value(variant, words, choose_engine(), NODES * (1 + again))


@lru_cache(maxsize=1 << 14)
def _value(variant: Variant, words: tuple[str, ...], choice: EngineChoice, nodes: int) -> Probe:
    spot = reach_probe(variant, Probe(words, {}, frozenset(), "", ""))
    scale = load_chess_probes(variant, choice).scale or 1.0
    values, proven = value_chess_moves(variant, spot, scale, choice, nodes)
    return Probe(words, values, proven, "", "")
