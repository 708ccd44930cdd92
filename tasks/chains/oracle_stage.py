"""The study stage of the oracle: nobody is asked, and what many games of the strong teacher tell is written down."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from threading import Lock
from typing import Any

from quickstudy.tasks.challenge import Compute
from quickstudy.tasks.conditions import Conditions
from quickstudy.tasks.examples.kinds import Example
from quickstudy.tasks.regimes.oracle import EACH, GAMES, SETS, Oracle, write_oracle

_WRITING = Lock()  # chains that begin together have the same oracle, which writes once


def take_games(study: Conditions) -> tuple[Example, ...]:
    """The games that the oracle reads, the same for all chains. Raises ValueError where there are too few."""
    strong = replace(study, sets=SETS, teacher="strong")
    return tuple(example for number in range(SETS) for example in strong.take(EACH, number))


@lru_cache(maxsize=8)  # the chains of a course have the same
def _write(study: Conditions, budget: int, kind: str) -> Oracle:
    return write_oracle(study.bare_evidence, take_games(study), budget, kind)


async def consult_oracle(study: Conditions, budget: int, kind: str, compute: Compute) -> dict[str, Any]:
    """What the record of a study stage holds where the oracle has written notes of `kind` in `budget` tokens.

    `agreement` is the share of the teacher's choices in games held out that the notes name.
    """
    found: list[Oracle] = []

    def write() -> int:
        with _WRITING:
            found.append(_write(study, budget, kind))
        return 0

    await compute(write, GAMES)
    notes = found[0].notes
    return {
        "notes": notes.to_list(),
        "digest": notes.digest,
        "tokens": notes.tokens,
        "edits": {"added": len(notes.items)},
        "quoted": 0,
        "replies": [],
        "agreement": round(found[0].agreement, 4),
    }
