"""Probes of board games: positions whose every legal move is valued by both families of engines (see `values.py`)."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from quickstudy.tasks.examples.openings import (
    held_out_positions,
    opening_plies,
    position_key,
    symmetric_keys,
)
from quickstudy.tasks.examples.probe_sets import MIN_SPREAD as MIN_SPREAD
from quickstudy.tasks.examples.probe_sets import PHASES as PHASES
from quickstudy.tasks.examples.probe_sets import PROBES as PROBES
from quickstudy.tasks.examples.probe_sets import Probe as Probe
from quickstudy.tasks.examples.probe_sets import ProbeError as ProbeError
from quickstudy.tasks.examples.probe_sets import ProbeFile, ProbeSet, Values, compare_values, draw_probes
from quickstudy.tasks.examples.values import NODES, SIMULATIONS, fit_scale, play_levels, value_moves
from quickstudy.tasks.games.game import Game
from quickstudy.tasks.games.notation import format_move, parse_move
from quickstudy.tasks.opponents.ladder import Ladder, command_for, file_beside, read_ladder
from quickstudy.tasks.opponents.levels import choose_move, find_level
from quickstudy.tasks.seeds import derive_seed

State = NDArray[np.uint64]

VERSION = "2"


class Reached(NamedTuple):
    """A position, and the packed moves that lead there."""

    moves: Sequence[int]
    state: State


@dataclass(frozen=True)
class BoardSource:
    """The positions of a board game, as probes are drawn from them."""

    game: Game
    ladder: Ladder
    scale: float | None

    @property
    def name(self) -> str:
        """The game's name."""
        return self.game.name

    @property
    def rules_hash(self) -> str:
        """The hash of its rules."""
        return self.game.rules.hash

    @cached_property
    def opening(self) -> int:
        """How many random plies a game begins with."""
        return opening_plies(self.game)

    def play(self, pair: Sequence[str], rng: np.random.Generator) -> list[Reached]:
        """A game between two levels."""
        moves, states = play_levels(self.game, [find_level(name) for name in pair], rng)
        return [Reached(moves[:ply], state) for ply, state in enumerate(states)]

    def find_side(self, spot: Reached) -> int:
        """Who is to move."""
        return int(spot.state[5])

    def name_spot(self, spot: Reached) -> bytes | None:
        """The same for all images of a position; None for a test opening's last one."""
        if position_key(spot.state) in held_out_positions(self.game):
            return None
        return symmetric_keys(self.game, spot.state[None])[0]

    def value(self, spot: Reached, seed: int) -> tuple[Values, frozenset[str]]:
        """The values of both families of engines."""
        return value_moves(self.game, spot.state, seed, self.scale)

    def write_moves(self, spot: Reached) -> tuple[str, ...]:
        """The moves in canonical notation."""
        return tuple(format_move(self.game.rules, move) for move in spot.moves)

    def reach(self, probe: Probe) -> Reached:
        """The position of a probe, without its moves."""
        return Reached((), reach(self.game, probe))

    def answer(self, spot: Reached, level: str, seed: int) -> str:
        """The move of a level."""
        return format_move(self.game.rules, choose_move(self.game, spot.state, find_level(level), seed))


def make_probes(
    game: Game, seed: int = 0, *, count: int = PROBES, report: Callable[[str], None] = lambda line: None
) -> dict[str, Any]:
    """Make the probes of a game that has a ladder; returns the content of its file.

    Positions differ up to the game's symmetries, and none is a test opening's final position. Raises LadderError
    without a ladder, ProbeError as `draw_probes`.
    """
    ladder = read_ladder(game)
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        scale = fit_scale(game, ladder, seed, pool)
        made = draw_probes(BoardSource(game, ladder, scale), seed, count, pool, report)
    return {
        "version": VERSION,
        "rules_hash": game.rules.hash,
        "ladder_version": ladder.version,
        "seed": seed,
        "nodes": NODES,
        "simulations": SIMULATIONS,
        "scale": scale,
        **made,
    }


def measure_repeat(game: Game, probes: Sequence[Probe], seed: int, scale: float | None) -> tuple[float, float]:
    """Value probes once more with another seed: the mean absolute difference of a value, and the share proven."""

    def value(probe: Probe) -> Values:
        return value_moves(game, reach(game, probe), derive_seed("repeat", seed, *probe.moves), scale)[0]

    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        return compare_values(probes, list(pool.map(value, probes)))


def reach(game: Game, probe: Probe) -> State:
    """The state of a probe. Raises ProbeError where its moves are not legal in the game."""
    from quickstudy.tasks.games.kernel import apply, legal_moves

    state = game.start()
    for text in probe.moves:
        move = parse_move(game.rules, text, legal_moves(game.tables, state).tolist())
        if move is None:
            raise ProbeError(f"{text} is no legal move of {game.name} on the way to a probe")
        apply(game.tables, state, move)
    return state


def probe_file(game: Game) -> Path:
    """Where a game's probes lie: beside its ladder."""
    return file_beside(game, "probes")


def write_probes(game: Game, data: dict[str, Any]) -> Path:
    """Write probes beside the game's spec, atomically, one on a line."""
    return _file(game).write(data)


@lru_cache(maxsize=256)
def load_probes(game: Game) -> ProbeSet:
    """The probes beside a game's spec.

    Raises ProbeError if they are missing, unreadable, of other rules, measured on another ladder, or valued by an older
    method.
    """
    return _file(game).load(lambda: read_ladder(game))


@lru_cache(maxsize=64)
def probe_positions(game: Game) -> frozenset[bytes]:
    """Keys of all probes, through which no example game may pass; empty without probes.

    Their images under symmetries are not held out: on a torus a probe has hundreds, and too few games would be left.
    Raises ProbeError as `load_probes`, but looks at no ladder: probes stay held out when a ladder is made anew.
    """
    found = _file(game).read()
    return frozenset() if found is None else frozenset(position_key(reach(game, probe)) for probe in found[1])


def is_held_out(game: Game, state: State) -> bool:
    """Whether a position is kept for testing: a test opening's last one, or a probe. Raises ProbeError likewise."""
    key = position_key(state)
    return key in held_out_positions(game) or key in probe_positions(game)


@lru_cache(maxsize=64)
def probe_version(game: Game) -> str:
    """What tells examples that keep away from these probes from others (see `ProbeFile.mark`)."""
    return _file(game).mark


def _file(game: Game) -> ProbeFile:
    return ProbeFile(probe_file(game), game.name, game.rules.hash, command_for(game, "probes"))
