"""Probes of chess and its variants: positions whose every legal move the engine has valued (see `chess_values.py`).

Moves are in standard algebraic notation (SAN), as in records; those of Chess960 begin with the start position's name.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from quickstudy.tasks.chess_variants.position import Position
from quickstudy.tasks.chess_variants.spec import MAX_PLIES
from quickstudy.tasks.chess_variants.variant import Variant
from quickstudy.tasks.examples.chess_openings import chess_opening_plies, held_out_keys
from quickstudy.tasks.examples.chess_values import Spot, fit_chess_scale, play_chess_levels, value_chess_moves
from quickstudy.tasks.examples.probe_sets import (
    PROBES,
    Probe,
    ProbeError,
    ProbeFile,
    ProbeSet,
    Values,
    compare_values,
    draw_probes,
)
from quickstudy.tasks.opponents.chess_ladder import chess_file, name_command, read_chess_ladder
from quickstudy.tasks.opponents.chess_levels import choose_chess_move, find_chess_level
from quickstudy.tasks.opponents.engine_choice import EngineChoice, choose_engine
from quickstudy.tasks.opponents.ladder import Ladder

VERSION = "chess-1"
NODES = 300_000  # shared by the legal moves of a position
LEAST_LEFT = 100  # plies before the cap on a game's length, of which the engine knows nothing


@dataclass(frozen=True)
class ChessSource:
    """The positions of a variant, as probes are drawn from them; `scale` and `nodes` are as in `value_chess_moves`."""

    variant: Variant
    ladder: Ladder
    scale: float
    choice: EngineChoice
    nodes: int = NODES

    @property
    def name(self) -> str:
        """The variant's name."""
        return self.variant.name

    @property
    def rules_hash(self) -> str:
        """The hash of the variant."""
        return self.variant.hash

    @property
    def opening(self) -> int:
        """How many random plies a game begins with."""
        return chess_opening_plies(self.variant)

    def play(self, pair: Sequence[str], rng: np.random.Generator) -> list[Spot]:
        """A game between two levels."""
        return play_chess_levels(self.variant, pair, rng, self.choice)[0]

    def find_side(self, spot: Spot) -> int:
        """Who is to move."""
        return spot.position.turn

    def name_spot(self, spot: Spot) -> str | None:
        """The key of a position; None for a test opening's last one, and for those of very long games."""
        key, plies = spot.position.key, len(spot.steps)
        return None if plies > MAX_PLIES - LEAST_LEFT or key in held_out_keys(self.variant) else key

    def value(self, spot: Spot, seed: int) -> tuple[Values, frozenset[str]]:
        """The engine's values, which need no seed."""
        return value_chess_moves(self.variant, spot, self.scale, self.choice, self.nodes)

    def write_moves(self, spot: Spot) -> tuple[str, ...]:
        """The moves in SAN behind the name of the start position."""
        return (*self.variant.name_start(spot.start), *spot.steps)

    def reach(self, probe: Probe) -> Spot:
        """The position of a probe."""
        return reach_probe(self.variant, probe)

    def answer(self, spot: Spot, level: str, seed: int) -> str:
        """The move of a level in SAN."""
        position, told = spot.position, self.variant.for_engine
        fen, legal = self.variant.start(spot.start).fen, position.list_moves()
        player = find_chess_level(level)
        return position.write_move(choose_chess_move(told, fen, position.moves, legal, player, seed, self.choice))


def make_chess_probes(
    variant: Variant,
    seed: int = 0,
    *,
    count: int = PROBES,
    nodes: int = NODES,
    choice: EngineChoice | None = None,
    report: Callable[[str], None] = lambda line: None,
) -> dict[str, Any]:
    """Make the probes of a variant that has a ladder; returns the content of their file.

    None is a test opening's final position. Raises LadderError without a ladder, ProbeError as `draw_probes` and where
    the engine's scores say nothing about results, EngineFault.
    """
    chosen = choice or choose_engine()
    ladder = read_chess_ladder(variant, chosen)
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        report(f"{variant.name}: what a score is worth")
        scale = fit_chess_scale(variant, ladder, seed, chosen, nodes, pool)
        if scale is None:
            raise ProbeError(f"the scores of {chosen.name} say nothing about who wins at {variant.name}")
        made = draw_probes(ChessSource(variant, ladder, scale, chosen, nodes), seed, count, pool, report)
    return {
        "version": VERSION,
        "rules_hash": variant.hash,
        "ladder_version": ladder.version,
        "engine": chosen.describe(),
        "seed": seed,
        "nodes": nodes,
        "scale": scale,
        **made,
    }


def measure_depth(
    variant: Variant, found: ProbeSet, nodes: int, choice: EngineChoice | None = None
) -> tuple[float, float]:
    """Value probes once more with other nodes: the mean absolute difference of a value, and the share proven at first.

    With the same nodes it is 0. Raises EngineFault.
    """
    chosen, scale = choice or choose_engine(), found.scale or 1.0

    def value(probe: Probe) -> Values:
        return value_chess_moves(variant, reach_probe(variant, probe), scale, chosen, nodes)[0]

    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        return compare_values(found.probes, list(pool.map(value, found.probes)))


def reach_probe(variant: Variant, probe: Probe) -> Spot:
    """The position of a probe. Raises ProbeError where its moves are not legal in the variant."""
    try:
        start, steps = variant.split_start(probe.moves)
        *_, position = variant.follow(probe.moves)
    except ValueError as error:
        raise ProbeError(f"a probe of {variant.name} cannot be reached: {error}") from error
    return Spot(start, steps, position)


def find_probe_file(variant: Variant, choice: EngineChoice | None = None) -> ProbeFile:
    """Where a variant's probes lie: beside its ladder. Raises EngineFault where there is no engine."""
    path = chess_file(variant, "probes", choice)
    return ProbeFile(path, variant.name, variant.hash, name_command("probes-chess", variant))


def load_chess_probes(variant: Variant, choice: EngineChoice | None = None) -> ProbeSet:
    """The probes of a variant for an engine. Raises as `ProbeFile.load`, and EngineFault where there is no engine."""
    return _load(variant, choice or choose_engine())


@lru_cache(maxsize=64)
def _load(variant: Variant, choice: EngineChoice) -> ProbeSet:
    return find_probe_file(variant, choice).load(lambda: read_chess_ladder(variant, choice))


def chess_probe_keys(variant: Variant) -> frozenset[str]:
    """Keys of all probes, through which no example game may pass; empty without probes.

    Raises ProbeError as `ProbeFile.read`, but looks at no ladder: probes stay held out when a ladder is made anew.
    """
    return _find_keys(variant, choose_engine())


@lru_cache(maxsize=64)
def _find_keys(variant: Variant, choice: EngineChoice) -> frozenset[str]:
    found = find_probe_file(variant, choice).read()
    return frozenset() if found is None else frozenset(reach_probe(variant, p).position.key for p in found[1])


def is_chess_held_out(variant: Variant, position: Position) -> bool:
    """Whether a position is kept for testing: a test opening's last one, or a probe. Raises ProbeError likewise."""
    key = position.key
    return key in held_out_keys(variant) or key in chess_probe_keys(variant)


def chess_probe_version(variant: Variant) -> str:
    """What tells examples that keep away from these probes from others (see `ProbeFile.mark`)."""
    return _find_mark(variant, choose_engine())


@lru_cache(maxsize=64)
def _find_mark(variant: Variant, choice: EngineChoice) -> str:
    return find_probe_file(variant, choice).mark
