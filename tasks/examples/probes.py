"""Probes: positions of a game whose every legal move is valued, and how much each level of the ladder loses on them.

Probe k follows from (rules, ladder, seed, k) and the probes before it. It is taken from a game between neighbouring
levels, so that the positions are those in which players of all strengths find themselves. Phases of the game and
strengths of the mover take turns, so that any run of successive probes holds a like share of each.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property, lru_cache, partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quickstudy.tasks.examples.openings import (
    held_out_positions,
    opening_plies,
    position_key,
    symmetric_keys,
)
from quickstudy.tasks.examples.values import NODES, SIMULATIONS, fit_scale, play_levels, value_moves
from quickstudy.tasks.games.game import Game
from quickstudy.tasks.games.notation import format_move, parse_move
from quickstudy.tasks.opponents.ladder import Ladder, command_for, file_beside, read_ladder, replace_text
from quickstudy.tasks.opponents.levels import Level, choose_move, find_level
from quickstudy.tasks.seeds import derive_seed, new_generator

State = NDArray[np.uint64]

VERSION = "2"
PROBES = 100
PHASES = ("early", "middle", "late")
MIN_SPREAD = 0.15
ANSWERS = 4  # of a level to each probe
_NEIGHBOURS = 2
_GAMES = 100  # played for one probe in vain


class ProbeError(ValueError):
    """Probes that are missing, cannot be made, or do not belong to the rules or the ladder."""


@dataclass(frozen=True)
class Probe:
    """A position and the value of each legal move for the player to move: 0 lost, 0.5 drawn, 1 won.

    `moves` lead to it; `values` are by canonical move, in the kernel's order; `exact` names the moves whose value is
    proven; `level` played the move that followed in the game, and `phase` is the third of that game.
    """

    moves: tuple[str, ...]
    values: dict[str, float]
    exact: frozenset[str]
    phase: str
    level: str

    @cached_property
    def best(self) -> float:
        """Value of the best move."""
        return max(self.values.values())

    def regret(self, move: str) -> float:
        """Win probability that a legal move loses against the best one. Raises KeyError for any other."""
        return self.best - self.values[move]

    def to_json(self) -> dict[str, Any]:
        """The probe as the file holds it; `exact` is a digit for each move."""
        flags = "".join(str(int(move in self.exact)) for move in self.values)
        return {
            "moves": " ".join(self.moves),
            "values": self.values,
            "exact": flags,
            "phase": self.phase,
            "level": self.level,
        }


@dataclass(frozen=True)
class LevelRegret:
    """Answers of a level to all probes: their mean regret and its sd over repeated answers.

    `within` is the mean variance of an answer's regret on a given probe, `total` its variance over probes as well.
    """

    level: str
    regret: float
    sd: float
    within: float
    total: float


@dataclass(frozen=True)
class ProbeSet:
    """The probes of a game with the points of their mapping from regret to Elo.

    `version` is the method's version and a hash of the file; `levels` are in the order of the ladder; `scale` turns
    alpha-beta's scores into log odds (see `values`).
    """

    version: str
    scale: float | None
    probes: tuple[Probe, ...]
    levels: tuple[LevelRegret, ...]


# ------------------------------------------------------------------------------------------------------ making


def make_probes(
    game: Game, seed: int = 0, *, count: int = PROBES, report: Callable[[str], None] = lambda line: None
) -> dict[str, Any]:
    """Make the probes of a game that has a ladder; returns the content of its file.

    Positions differ up to the game's symmetries, none is a test opening's final position, and the values of the legal
    moves of each spread by more than `MIN_SPREAD`. Raises LadderError without a ladder, ProbeError where the games of
    its levels hold too few such positions.
    """
    ladder = read_ladder(game)
    found: dict[int, Probe] = {}
    known: set[bytes] = set()
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        scale = fit_scale(game, ladder, seed, pool)
        for attempt in range(_GAMES):
            wanted = [k for k in range(count) if k not in found]
            if not wanted:
                break
            draw = partial(
                _draw, game=game, ladder=ladder, scale=scale, seed=seed, attempt=attempt, known=frozenset(known)
            )
            for k, drawn in zip(wanted, pool.map(draw, wanted), strict=True):
                if drawn is not None and drawn[0] not in known:
                    known.add(drawn[0])
                    found[k] = drawn[1]
            report(f"{game.name}: {len(found)} of {count} probes")
        if len(found) < count:
            raise ProbeError(
                f"only {len(found)} of {count} probes of {game.name} were found: the games between its levels hold too "
                f"few different positions whose moves differ in value by more than {MIN_SPREAD}"
            )
        probes = [found[k] for k in range(count)]
        measure = pool.map(lambda name: _measure(game, find_level(name), probes, seed), ladder.levels)
        levels = [vars(level) for level in measure]
    return {
        "version": VERSION,
        "rules_hash": game.rules.hash,
        "ladder_version": ladder.version,
        "seed": seed,
        "nodes": NODES,
        "simulations": SIMULATIONS,
        "scale": scale,
        "levels": levels,
        "probes": [probe.to_json() for probe in probes],
    }


def _draw(
    k: int, game: Game, ladder: Ladder, scale: float | None, seed: int, attempt: int, known: frozenset[bytes]
) -> tuple[bytes, Probe] | None:
    """The probe that a game holds for place k, and what makes its position the same as another; None: it has none."""
    phase, level = k % len(PHASES), k // len(PHASES) % len(ladder.levels)
    rng = new_generator("probe", game.rules.hash, ladder.version, seed, k, attempt)
    other = int(np.clip(level + rng.integers(-_NEIGHBOURS, _NEIGHBOURS + 1), 0, len(ladder.levels) - 1))
    mover = int(rng.integers(2))
    pair = [find_level(ladder.levels[i]) for i in ((level, other) if mover == 0 else (other, level))]
    moves, states = play_levels(game, pair, rng)
    opening = opening_plies(game)
    third = max(1, -(-(len(moves) - opening) // len(PHASES)))
    plies = [
        ply for ply in range(opening, len(moves)) if int(states[ply][5]) == mover and (ply - opening) // third == phase
    ]
    for ply in rng.permutation(np.array(plies, dtype=np.int64)).tolist():
        state = states[ply]
        key = symmetric_keys(game, state[None])[0]
        if key in known or position_key(state) in held_out_positions(game):
            continue
        stream = derive_seed("value", game.rules.hash, seed, k, attempt, ply)
        values, exact = value_moves(game, state, stream, scale)
        if values and max(values.values()) - min(values.values()) > MIN_SPREAD:
            names = tuple(format_move(game.rules, move) for move in moves[:ply])
            return key, Probe(names, values, exact, PHASES[phase], ladder.levels[level])
    return None


def _measure(game: Game, level: Level, probes: list[Probe], seed: int) -> LevelRegret:
    """Let a level answer each probe several times."""
    regrets = np.zeros((len(probes), ANSWERS))
    for k, probe in enumerate(probes):
        state = reach(game, probe)
        for i in range(ANSWERS):
            stream = derive_seed("answer", game.rules.hash, level.name, seed, k, i)
            regrets[k, i] = probe.regret(format_move(game.rules, choose_move(game, state, level, stream)))
    within = float(regrets.var(axis=1, ddof=1).mean())
    sd = (within / regrets.size) ** 0.5
    figures = (float(regrets.mean()), sd, within, float(regrets.var()))
    return LevelRegret(level.name, *(round(figure, 5) for figure in figures))


def measure_repeat(game: Game, probes: Sequence[Probe], seed: int, scale: float | None) -> tuple[float, float]:
    """Value probes once more with another seed: the mean absolute difference of a value, and the share proven."""

    def value(probe: Probe) -> dict[str, float]:
        return value_moves(game, reach(game, probe), derive_seed("repeat", seed, *probe.moves), scale)[0]

    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        again = list(pool.map(value, probes))
    differences = [
        abs(values[move] - value)
        for probe, values in zip(probes, again, strict=True)
        for move, value in probe.values.items()
    ]
    proven = sum(len(probe.exact) for probe in probes)
    return float(np.mean(differences)), proven / len(differences)


# ----------------------------------------------------------------------------------------------------- reading


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
    head = {key: value for key, value in data.items() if key != "probes"}
    lines = ",\n".join(json.dumps(probe, separators=(",", ":")) for probe in data["probes"])
    text = f'{json.dumps(head, indent=1)[:-2]},\n "probes": [\n{lines}\n]}}\n'
    path = probe_file(game)
    replace_text(path, text)
    return path


@lru_cache(maxsize=256)
def load_probes(game: Game) -> ProbeSet:
    """The probes beside a game's spec.

    Raises ProbeError if they are missing, unreadable, of other rules, measured on another ladder, or valued by an older
    method.
    """
    found = _read(game)
    if found is None:
        raise ProbeError(
            f"{game.name} has no probes ({probe_file(game).name}): make them with `{command_for(game, 'probes')}`"
        )
    data, probes = found
    ladder = read_ladder(game)
    again = f"run `{command_for(game, 'probes')}`"
    if data["ladder_version"] != ladder.version:
        raise ProbeError(f"the probes of {game.name} were made for another ladder: {again}")
    if "scale" not in data:
        raise ProbeError(f"the probes of {game.name} were valued by an older method: {again}")
    levels = tuple(LevelRegret(**level) for level in data["levels"])
    return ProbeSet(data["version"], data["scale"], probes, levels)


@lru_cache(maxsize=64)
def probe_positions(game: Game) -> frozenset[bytes]:
    """Keys of all probes, through which no example game may pass; empty without probes.

    Their images under symmetries are not held out: on a torus a probe has hundreds, and too few games would be left.
    Raises ProbeError as `load_probes`, but looks at no ladder: probes stay held out when a ladder is made anew.
    """
    found = _read(game)
    return frozenset() if found is None else frozenset(position_key(reach(game, probe)) for probe in found[1])


def is_held_out(game: Game, state: State) -> bool:
    """Whether a position is kept for testing: a test opening's last one, or a probe. Raises ProbeError likewise."""
    key = position_key(state)
    return key in held_out_positions(game) or key in probe_positions(game)


@lru_cache(maxsize=64)
def probe_version(game: Game) -> str:
    """What tells examples that keep away from these probes from others: a dash and their version, "" without probes."""
    found = _read(game)
    return "" if found is None else f"-{found[0]['version']}"


def _read(game: Game) -> tuple[dict[str, Any], tuple[Probe, ...]] | None:
    """The content of a game's file of probes, with the hash of the file in its version, and the probes in it."""
    path, again = probe_file(game), f"`{command_for(game, 'probes')}`"
    if not path.is_file():
        return None
    try:
        text = path.read_text(encoding="utf-8")
        data = json.loads(text)
        probes = tuple(_parse(probe) for probe in data["probes"])
        data["version"] = f"{data['version']}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"
        if not (probes and data["ladder_version"] and all(LevelRegret(**level) for level in data["levels"])):
            raise ValueError("something is empty")
        rules_hash = data["rules_hash"]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ProbeError(f"cannot read the probes {path}: {error!r}; make them anew with {again}") from error
    if rules_hash != game.rules.hash:
        raise ProbeError(f"the probes of {game.name} were made for other rules: run {again}")
    return data, probes


def _parse(entry: dict[str, Any]) -> Probe:
    values = {str(move): float(value) for move, value in entry["values"].items()}
    proven = frozenset(move for move, flag in zip(values, entry["exact"], strict=True) if flag == "1")
    if len(values) < 2 or entry["phase"] not in PHASES:
        raise ValueError(f"ill-formed probe after {entry['moves']!r}")
    return Probe(tuple(entry["moves"].split()), values, proven, entry["phase"], str(entry["level"]))
