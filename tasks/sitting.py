"""A sitting: one example set in one cell answers some probes of its game, one question each.

Each question is the one that a player of a game would be asked at that point, with the same retries. There is no
opponent and no result: what counts is the regret of the answer. Like the match loop, this knows no Inspect.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from quickstudy.scorers.outcome import Reading, classify_forfeit
from quickstudy.scorers.probes import ANSWERED
from quickstudy.tasks.challenge import RecordedSkill, RecordedTurn
from quickstudy.tasks.conditions import Conditions
from quickstudy.tasks.examples.probe_sets import Probe, ProbeSet
from quickstudy.tasks.match import Ask, MatchPlan, Tally, ask_step

DEFAULT = 25


@dataclass(frozen=True)
class SittingPlan:
    """All that fixes a sitting except the player; `numbers` are those of the probes, in the order they are asked.

    It stands in place of the `planned` match.
    """

    planned: MatchPlan
    skill: RecordedSkill
    probe_set: ProbeSet
    numbers: tuple[int, ...]


def check_sittings(study: Conditions, probes: int) -> None:
    """Refuse what no sitting can be planned for.

    Raises ValueError, one sentence, where the game has no probes of its ladder or fewer than are asked for.
    """
    most = len(study.probe_set.probes)
    if not 1 <= probes <= most:
        raise ValueError(f"task parameter probes: choose 1 to {most}, for that many has {study.name}")


def plan_sitting(plan: MatchPlan, skill: RecordedSkill, found: ProbeSet, probes: int) -> SittingPlan:
    """The sitting in place of a planned match: its set answers as many probes as given, from `probes` * set on.

    Successive sets go through all probes of the game and then begin anew. The cell is that of the match, so that games
    and probes of one player under the same conditions can be compared.
    """
    numbers = tuple((probes * plan.set + i) % len(found.probes) for i in range(probes))
    return SittingPlan(planned=plan, skill=skill, probe_set=found, numbers=numbers)


def pose(skill: RecordedSkill, probe: Probe) -> RecordedTurn:
    """A probe as the player meets it: the point before any of its valued moves. Raises ValueError for illegal moves."""
    return skill.revisit((*probe.moves, next(iter(probe.values))))[-1]


async def answer_probes(
    plan: SittingPlan, ask: Ask, finished: Callable[[dict[str, Any]], None] | None = None
) -> dict[str, Any]:
    """Ask the probes of a sitting and return its record (docs/reference.md lists its fields).

    `finished` is called with the record after each probe. Exceptions of `ask` pass through: faults of the
    infrastructure are never scored.
    """
    measured = {level.level: level.regret for level in plan.probe_set.levels}
    levels = [
        {"level": name, "elo": float(elo), "regret": measured[name]}
        for name, elo in zip(plan.planned.ladder.levels, plan.planned.ladder.ratings, strict=True)
    ]
    record: dict[str, Any] = {
        **plan.planned.identify(),
        "probe_version": plan.probe_set.version,
        "levels": levels,
        "probes": [],
    }
    for number in plan.numbers:
        record["probes"].append(await _answer(plan, number, ask))
        if finished is not None:
            finished(record)
    return record


async def _answer(plan: SittingPlan, number: int, ask: Ask) -> dict[str, Any]:
    """One probe of the record. A forfeit has no move, and so neither value nor regret."""
    started = time.monotonic()
    probe, tally = plan.probe_set.probes[number], Tally()
    turn = pose(plan.skill, probe)
    reading = await ask_step(plan.planned, number, turn, tally, ask)
    move = turn.move
    return {
        "probe": number,
        "phase": probe.phase,
        "level": probe.level,
        "ply": len(turn.steps),
        "colour": turn.colour,
        "moves": " ".join(probe.moves),
        "move": move,
        "value": None if move is None else probe.values[move],
        "best": probe.best,
        "regret": None if move is None else round(probe.regret(move), 3),
        "outcome": ANSWERED if reading == Reading.MOVE else str(classify_forfeit(reading)),
        "forfeit": int(move is None),
        **tally.describe(),
        "seconds": round(time.monotonic() - started, 4),
        "answers": tally.answers,
    }
