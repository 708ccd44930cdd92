"""Probes of any skill: how they are drawn from games between levels, what each level loses on them, and their file.

Probe k follows from (rules, ladder, seed, k) and the probes before it. It is taken from a game between neighbouring
levels, so that the positions are those in which players of all strengths find themselves. Phases of the game and
strengths of the mover take turns, so that any run of successive probes holds a like share of each. What a track knows
of its positions is its `Source` (`probes.py`, `chess_probes.py`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Hashable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Any, Protocol, TypeVar

import numpy as np

from quickstudy.tasks.opponents.ladder import Ladder, replace_text
from quickstudy.tasks.seeds import derive_seed, new_generator

PROBES = 100
PHASES = ("early", "middle", "late")
MIN_SPREAD = 0.15
ANSWERS = 4  # of a level to each probe
_NEIGHBOURS = 2
_GAMES = 100  # played for one probe in vain

Values = dict[str, float]


class ProbeError(ValueError):
    """Probes that are missing, cannot be made, or do not belong to the rules or the ladder."""


@dataclass(frozen=True)
class Probe:
    """A position and the value of each legal move for the player to move: 0 lost, 0.5 drawn, 1 won.

    `moves` lead to it; `values` are by canonical move, in the order in which the track lists legal moves; `exact` names
    the moves whose value is proven; `level` played the move that followed in the game, and `phase` is the third of
    that game.
    """

    moves: tuple[str, ...]
    values: Values
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
    the engine's scores into log odds.
    """

    version: str
    scale: float | None
    probes: tuple[Probe, ...]
    levels: tuple[LevelRegret, ...]


# ------------------------------------------------------------------------------------------------------ making

Spot = TypeVar("Spot")


class Source(Protocol[Spot]):
    """What a track knows of its positions (`Spot`, with the moves that lead there)."""

    @property
    def name(self) -> str:
        """The game's name."""

    @property
    def rules_hash(self) -> str:
        """The hash of its rules."""

    @property
    def ladder(self) -> Ladder:
        """The ladder whose levels play and answer."""

    @property
    def opening(self) -> int:
        """How many random plies a game begins with."""

    def play(self, pair: Sequence[str], rng: np.random.Generator) -> Sequence[Spot]:
        """A game between two levels after a random opening: the position before each move."""

    def find_side(self, spot: Spot) -> int:
        """Who is to move: 0 the player who began, 1 the other."""

    def name_spot(self, spot: Spot) -> Hashable | None:
        """What makes a position the same as another probe's; None where it can be no probe."""

    def value(self, spot: Spot, seed: int) -> tuple[Values, frozenset[str]]:
        """The value of each legal move by its canonical text, and the moves whose value is proven."""

    def write_moves(self, spot: Spot) -> tuple[str, ...]:
        """The moves that lead to a position, as a probe holds them."""

    def reach(self, probe: Probe) -> Spot:
        """The position of a probe. Raises ProbeError where its moves are not legal."""

    def answer(self, spot: Spot, level: str, seed: int) -> str:
        """The canonical text of a level's move."""


def draw_probes(
    source: Source[Spot], seed: int, count: int, pool: Executor, report: Callable[[str], None]
) -> dict[str, Any]:
    """Draw probes and let each level answer them: `levels` and `probes` as their file holds them.

    Positions differ, and the values of the legal moves of each spread by more than `MIN_SPREAD`. Raises ProbeError
    where the games of the levels hold too few such positions.
    """
    found: dict[int, Probe] = {}
    known: set[Hashable] = set()
    for attempt in range(_GAMES):
        wanted = [k for k in range(count) if k not in found]
        if not wanted:
            break
        draw = partial(_draw, source=source, seed=seed, attempt=attempt, known=frozenset(known))
        for k, drawn in zip(wanted, pool.map(draw, wanted), strict=True):
            if drawn is not None and drawn[0] not in known:
                known.add(drawn[0])
                found[k] = drawn[1]
        report(f"{source.name}: {len(found)} of {count} probes")
    if len(found) < count:
        raise ProbeError(
            f"only {len(found)} of {count} probes of {source.name} were found: the games between its levels hold too "
            f"few different positions whose moves differ in value by more than {MIN_SPREAD}"
        )
    probes = [found[k] for k in range(count)]
    levels = list(pool.map(lambda name: _measure(source, name, probes, seed), source.ladder.levels))
    return {"levels": [vars(level) for level in levels], "probes": [probe.to_json() for probe in probes]}


def _draw(
    k: int, source: Source[Spot], seed: int, attempt: int, known: frozenset[Hashable]
) -> tuple[Hashable, Probe] | None:
    """The probe that a game holds for place k, and what makes its position the same as another; None: it has none."""
    ladder = source.ladder
    phase, level = k % len(PHASES), k // len(PHASES) % len(ladder.levels)
    rng = new_generator("probe", source.rules_hash, ladder.version, seed, k, attempt)
    other = int(np.clip(level + rng.integers(-_NEIGHBOURS, _NEIGHBOURS + 1), 0, len(ladder.levels) - 1))
    mover = int(rng.integers(2))
    spots = source.play([ladder.levels[i] for i in ((level, other) if mover == 0 else (other, level))], rng)
    opening = source.opening
    third = max(1, -(-(len(spots) - opening) // len(PHASES)))
    plies = [
        ply
        for ply in range(opening, len(spots))
        if source.find_side(spots[ply]) == mover and (ply - opening) // third == phase
    ]
    for ply in rng.permutation(np.array(plies, dtype=np.int64)).tolist():
        spot = spots[ply]
        key = source.name_spot(spot)
        if key is None or key in known:
            continue
        values, exact = source.value(spot, derive_seed("value", source.rules_hash, seed, k, attempt, ply))
        if values and max(values.values()) - min(values.values()) > MIN_SPREAD:
            return key, Probe(source.write_moves(spot), values, exact, PHASES[phase], ladder.levels[level])
    return None


def _measure(source: Source[Spot], level: str, probes: list[Probe], seed: int) -> LevelRegret:
    """Let a level answer each probe several times."""
    regrets = np.zeros((len(probes), ANSWERS))
    for k, probe in enumerate(probes):
        spot = source.reach(probe)
        for i in range(ANSWERS):
            stream = derive_seed("answer", source.rules_hash, level, seed, k, i)
            regrets[k, i] = probe.regret(source.answer(spot, level, stream))
    within = float(regrets.var(axis=1, ddof=1).mean())
    sd = (within / regrets.size) ** 0.5
    figures = (float(regrets.mean()), sd, within, float(regrets.var()))
    return LevelRegret(level, *(round(figure, 5) for figure in figures))


def compare_values(probes: Sequence[Probe], again: Sequence[Values]) -> tuple[float, float]:
    """What valuing probes once more gave: the mean absolute difference of a value, and the share proven at first."""
    differences = [
        abs(values[move] - value)
        for probe, values in zip(probes, again, strict=True)
        for move, value in probe.values.items()
    ]
    return float(np.mean(differences)), sum(len(probe.exact) for probe in probes) / len(differences)


# ------------------------------------------------------------------------------------------------------- files


@dataclass(frozen=True)
class ProbeFile:
    """Where the probes of the game `name` lie, the hash of its rules, and the `command` that makes them."""

    path: Path
    name: str
    rules_hash: str
    command: str

    def write(self, data: dict[str, Any]) -> Path:
        """Write probes atomically, one on a line. Raises OSError."""
        head = {key: value for key, value in data.items() if key != "probes"}
        lines = ",\n".join(json.dumps(probe, separators=(",", ":")) for probe in data["probes"])
        text = f'{json.dumps(head, indent=1)[:-2]},\n "probes": [\n{lines}\n]}}\n'
        self.path.parent.mkdir(parents=True, exist_ok=True)
        replace_text(self.path, text)
        return self.path

    def read(self) -> tuple[dict[str, Any], tuple[Probe, ...]] | None:
        """The content of the file, with the hash of the file in its version, and the probes in it; None without one.

        Raises ProbeError if it is unreadable or of other rules.
        """
        if not self.path.is_file():
            return None
        try:
            text = self.path.read_text(encoding="utf-8")
            data = json.loads(text)
            probes = tuple(_parse(probe) for probe in data["probes"])
            data["version"] = f"{data['version']}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"
            if not (probes and data["ladder_version"] and all(LevelRegret(**level) for level in data["levels"])):
                raise ValueError("something is empty")
            rules_hash = data["rules_hash"]
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise ProbeError(
                f"cannot read the probes {self.path}: {error!r}; make them anew with `{self.command}`"
            ) from error
        if rules_hash != self.rules_hash:
            raise ProbeError(f"the probes of {self.name} were made for other rules: run `{self.command}`")
        return data, probes

    def load(self, find_ladder: Callable[[], Ladder]) -> ProbeSet:
        """The probes, which must be those of the ladder.

        Raises ProbeError if they are missing, measured on another ladder, or valued by an older method, and as `read`;
        LadderError.
        """
        found = self.read()
        if found is None:
            raise ProbeError(f"{self.name} has no probes ({self.path.name}): make them with `{self.command}`")
        data, probes = found
        if data["ladder_version"] != find_ladder().version:
            raise ProbeError(f"the probes of {self.name} were made for another ladder: run `{self.command}`")
        if "scale" not in data:
            raise ProbeError(f"the probes of {self.name} were valued by an older method: run `{self.command}`")
        levels = tuple(LevelRegret(**level) for level in data["levels"])
        return ProbeSet(data["version"], data["scale"], probes, levels)

    @property
    def mark(self) -> str:
        """What tells examples that keep away from these probes from others: a dash and their version, "" without."""
        found = self.read()
        return "" if found is None else f"-{found[0]['version']}"


def _parse(entry: dict[str, Any]) -> Probe:
    values = {str(move): float(value) for move, value in entry["values"].items()}
    proven = frozenset(move for move, flag in zip(values, entry["exact"], strict=True) if flag == "1")
    if len(values) < 2 or entry["phase"] not in PHASES:
        raise ValueError(f"ill-formed probe after {entry['moves']!r}")
    return Probe(tuple(entry["moves"].split()), values, proven, entry["phase"], str(entry["level"]))
