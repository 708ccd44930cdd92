"""Reading a reviewer's reply: the moves that it names as its worst, strictly, in bounded time."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from quickstudy.tasks.regimes.notes import clean_item
from quickstudy.tasks.regimes.replies import read_list

MAX_READ = 1 << 15
MOST_NAMED = 8
MOST_SAID = 300
"""Characters of a reason that are kept."""


@dataclass(frozen=True)
class Named:
    """One of a player's own moves, by its number in the game, the move that it calls better, and its reason."""

    number: int
    better: str
    why: str


def read_review(reply: str, own: Collection[int], most: int) -> list[Named] | None:
    """The moves that a reply names, the worst first, or None where none can be read; an empty list names no mistake.

    The last JSON object that begins with `worst` among the final `MAX_READ` characters counts. It holds a list of at
    most `most` objects with `number`, one of `own` and none twice, `better`, a text, and perhaps `why`. One ill-formed
    entry spoils the reply, so that no reviewer is thought to have named what it did not.
    """
    given = read_list(reply, "worst", MAX_READ)
    if given is None or len(given) > most:
        return None
    named = [entry for entry in map(_read_entry, given) if entry is not None and entry.number in own]
    return named if len({entry.number for entry in named}) == len(given) else None


def _read_entry(entry: Any) -> Named | None:
    if not isinstance(entry, dict):
        return None
    number, better, why = entry.get("number"), entry.get("better"), entry.get("why", "")
    if not isinstance(number, int) or isinstance(number, bool):
        return None
    if not isinstance(better, str) or not isinstance(why, str):
        return None
    return Named(number, better, clean_item(why)[:MOST_SAID])
