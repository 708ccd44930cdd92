"""Recorded answers, given again: what is asked once more gets the reply that the record has, and nobody else is asked.

Where the record has none, where what came before it differs, or where something else follows from it, that is told.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from quickstudy.reports.records import TIMES
from quickstudy.scorers.outcome import Reading
from quickstudy.tasks.answers import read_answer
from quickstudy.tasks.challenge import Challenge, Skill
from quickstudy.tasks.match import Question, Reply
from quickstudy.tasks.prompts.play import MAX_QUOTED

UNCHECKED = {*TIMES, "answers"}
_STOPS = {Reading.TRUNCATED.value: "max_tokens", Reading.REFUSED.value: "content_filter"}
_NOTHING = object()
_MOST_SHOWN = 80
ILL_FORMED = (KeyError, TypeError, ValueError, IndexError, AttributeError, ArithmeticError)
"""What code raises that is given a record with anything missing, or of another kind."""
Record = Mapping[str, Any]


class Departure(Exception):
    """What came out is not what is recorded; the message says where."""


class Unclear(Exception):
    """A record that cannot be played again; the message says why."""


class Witness:
    """A skill that is watched while the recorded answers are given: where another game comes out, it stops."""

    def __init__(self, skill: Skill, games: Sequence[Record]) -> None:
        self.skill = skill
        self.games = {int(game["game"]): game for game in games}
        self.challenge: Challenge | None = None

    @property
    def sample_answer(self) -> str:
        """The skill's own."""
        return self.skill.sample_answer

    def begin(self, opponent: str, number: int, stream: tuple[int, int, int]) -> Challenge:
        """The challenge of the skill. Raises Departure where another opponent is recorded."""
        told = self.games[number]["opponent"]
        if told != opponent:
            raise Departure(f"game {number}: the opponent is recorded as {told}, and by the games before it {opponent}")
        self.challenge = self.skill.begin(opponent, number, stream)
        return self.challenge

    async def ask(self, question: Question) -> Reply:
        """The recorded answer. Raises Departure where the moves before it are others, or there is none."""
        told = self.games[question.game]
        compare_moves(told, self.challenge.steps if self.challenge else (), question.ply)
        return find_reply(told, question, f"game {question.game}, ply {question.ply}")


def find_reply(told: Record, question: Question, at: str, read: Callable[[str], object] = read_answer) -> Reply:
    """The recorded answer to a question of a game, a probe or the like. Raises Departure and Unclear.

    `read` gives what a reply says, None where it says nothing.
    """
    kept = [a for a in told["answers"] if (a.get("ply", 0), a["attempt"]) == (question.ply, question.attempt)]
    if len(kept) != 1:
        raise Departure(f"{at}: the record has {len(kept)} answers for attempt {question.attempt}, not one")
    text, reading = str(kept[0]["text"]), kept[0]["reading"]
    named = reading in (Reading.MOVE.value, Reading.ILLEGAL.value)
    if named != (read(text) is not None) and (len(text) > MAX_QUOTED or "\\x" in text):
        what = "the end of the reply only" if len(text) > MAX_QUOTED else "characters of the reply as escapes"
        raise Unclear(f"{at}: the record keeps {what}, which does not read as the whole did")
    return Reply(text, _STOPS.get(reading, "stop"))


def compare_moves(told: Record, steps: Sequence[str], plies: int) -> None:
    """Compare the first moves of a game with those recorded. Raises Departure at the first that differs."""
    recorded = str(told["moves"]).split()
    for ply in range(plies):
        shown = [moves[ply] if ply < len(moves) else "nothing" for moves in (recorded, steps)]
        if shown[0] != shown[1]:
            raise Departure(f"game {told['game']}, ply {ply}: {shown[0]} is recorded, and {shown[1]} is played")


def compare_games(told: Sequence[Record], found: Sequence[Record]) -> None:
    """Compare games, move by move, with those recorded. Raises Departure, and ValueError where there are others."""
    for kept, played in zip(told, found, strict=True):
        moves = str(played["moves"]).split()
        compare_moves(kept, moves, max(len(moves), len(str(kept["moves"]).split())))
        compare(f"game {played['game']}", kept, played)


def compare(item: str, told: Record, found: Record) -> None:
    """Compare a game, a probe or the like, and the answers to it, with what is recorded of it. Raises Departure."""
    compare_fields(item, told, found)
    for kept, given in zip(told["answers"], found["answers"], strict=False):
        at = f"an answer at ply {given['ply']}" if "ply" in given else "an answer"
        for name in ("ply", "attempt", "reading", "move"):
            if name in given and kept[name] != given[name]:
                raise Departure(f"{item}: the {name} of {at} is recorded as {kept[name]!r}, and is {given[name]!r}")
    if len(told["answers"]) != len(found["answers"]):
        raise Departure(f"{item}: {len(told['answers'])} answers are recorded, and {found['asked']} asked")


def compare_values(item: str, told: Any, found: Any) -> None:
    """Compare what is found, of whatever depth, with what is recorded, but for what is unchecked. Raises Departure."""
    if isinstance(told, Mapping) and isinstance(found, Mapping):
        for name in dict.fromkeys([*found, *told]):
            if name not in UNCHECKED:
                compare_values(f"{item}, {name}", told.get(name, _NOTHING), found.get(name, _NOTHING))
    elif isinstance(told, list) and isinstance(found, list):
        for place, pair in enumerate(zip(told, found, strict=False), 1):
            compare_values(f"{item}, number {place}", *pair)
        if len(told) != len(found):
            raise Departure(f"{item}: {len(told)} are recorded, and there are {len(found)}")
    elif told != found:
        raise Departure(f"{item} is recorded as {_show(told)}, and is {_show(found)}")


def compare_fields(item: str, told: Record, found: Record) -> None:
    """Compare each field, of either, of what is found with what is recorded. Raises Departure."""
    for name in dict.fromkeys([*found, *told]):
        if name not in UNCHECKED and told.get(name, _NOTHING) != found.get(name, _NOTHING):
            shown = [_show(record.get(name, _NOTHING)) for record in (told, found)]
            raise Departure(f"{item}: {name} is recorded as {shown[0]}, and is {shown[1]}")


def _show(value: Any) -> str:
    return "nothing" if value is _NOTHING else repr(value)[:_MOST_SHOWN]
