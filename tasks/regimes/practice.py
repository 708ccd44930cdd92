"""Practice: a learner poses positions, lines and games against itself, and the rules answer within a hard budget.

Every question takes one of the budget's calls, and so does what cannot be read. The learner may also make tasks, each
with a claim as its check: they are judged by the rules, and tried by a fresh instance. No engine has a say in it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from quickstudy.tasks.answers import clean_text
from quickstudy.tasks.examples.kinds import Example
from quickstudy.tasks.match import Ask, Question
from quickstudy.tasks.prompts.practice import (
    Form,
    write_answered,
    write_fault,
    write_kept_for_tests,
    write_legal,
    write_practice,
    write_round,
    write_standing,
    write_truth,
    write_unread,
)
from quickstudy.tasks.regimes.coverage import measure_coverage
from quickstudy.tasks.regimes.own_tasks import try_tasks
from quickstudy.tasks.regimes.replies import describe_reply, read_list
from quickstudy.tasks.verifier import (
    HELD_OUT,
    ILLEGAL_LINE,
    READINGS,
    UNREADABLE,
    VERIFIED,
    Line,
    Query,
    State,
    Verifier,
)

PRACTISE = -2
"""The number of the game by which the questions of a practice are known in a journal."""
REPLIES = 8
"""The most replies of a practice before its tasks."""
_SHOWN = 80


@dataclass(frozen=True)
class Practice:
    """What a practice follows from: what answers of the game as its player sees it, what is known, and the budget.

    `known` is the part of the prompt with the rules and what was passed on so far; `opening_plies` are the random moves
    of the games to come. `calls` is the budget of answers by the rules; `tasks` of them judge tasks.
    """

    verifier: Verifier[Any]
    known: str
    opening_plies: int
    calls: int
    tasks: int = 0
    retries: int = 2
    wording: int = 0

    @property
    def form(self) -> Form:
        """How positions and moves are written."""
        verifier = self.verifier
        told = verifier.tell_form(self.wording)
        return Form(verifier.skill.sample_answer, verifier.sides, verifier.sample_start, told)

    @property
    def system(self) -> str:
        """The constant part of what a practising learner reads."""
        board = self.verifier.tell_board(self.wording)
        return write_practice(self.known, self.opening_plies, self.form, board, self.wording)


@dataclass
class Practised:
    """What came of a practice: an `entry` for each question, the finished `games`, and what an author is shown.

    `answered` are lines of `write_answered` of all questions but finished games; `tasks` and `replies` as in a record.
    """

    entries: list[dict[str, Any]] = field(default_factory=list)
    games: list[Example] = field(default_factory=list)
    answered: list[str] = field(default_factory=list)
    tasks: list[dict[str, Any]] = field(default_factory=list)
    replies: list[dict[str, Any]] = field(default_factory=list)
    dropped: int = 0
    score: dict[str, Any] = field(default_factory=dict)

    def to_record(self) -> dict[str, Any]:
        """What the record of a study stage says of it."""
        return {
            "questions": self.entries,
            "tasks": self.tasks,
            "score": self.score,
            "replies": self.replies,
        }


async def practise(practice: Practice, ask: Ask) -> Practised:
    """Let a learner practise, and make tasks where it is to. Exceptions of `ask` pass through."""
    practised, verifier, shown = Practised(), practice.verifier, list[str]()
    states, left = list[State](), practice.calls - practice.tasks
    for number in range(REPLIES):
        if left <= 0:
            break
        request = write_round(shown, left, REPLIES - number, practice.wording)
        reply = await ask(Question((("system", practice.system), ("user", request)), PRACTISE, number, 0))
        asked = read_list(reply.text, "questions")
        practised.replies.append(describe_reply(reply, asked is not None))
        if asked == []:
            break
        practised.dropped += max(0, len(asked or []) - left)
        for given in [None] if asked is None else asked[:left]:
            text, met = _answer(practice, verifier, given, practised)
            shown.append(text)
            states += met
            left -= 1
    practised.score = score_practice(practice, practised, states)
    if practice.tasks:
        await try_tasks(practice, practised, ask)
    return practised


def _answer(
    practice: Practice, verifier: Verifier[Any], given: Any, practised: Practised
) -> tuple[str, Sequence[State]]:
    """Answer what was asked: the line that the learner reads, and the positions that were met."""
    number, query = len(practised.entries) + 1, verifier.read_query(given)
    if query is None:
        text = clean_text(json.dumps(given, ensure_ascii=False))[:_SHOWN] if given is not None else "…"
        practised.entries.append({"reading": UNREADABLE, "ask": "", "position": "", "text": text})
        return write_answered(number, text, write_unread(practice.wording)), []
    line = verifier.follow(query.moves)
    said = _write_answer(practice, verifier, query, line)
    shown = write_answered(number, query.to_json(verifier.sides), said)
    entry: dict[str, Any] = {
        "reading": line.reading,
        "ask": query.ask,
        "position": " ".join(line.moves),
        "result": line.result,
    }
    if query.claim is not None:
        entry |= {"claim": query.claim.to_json(verifier.plain_sides), "move": query.move}
        entry |= {"truth": verifier.decide(query, line)} if line.reading == VERIFIED else {}
    practised.entries.append(entry)
    if query.ask == "line" and line.reading == VERIFIED and line.result:
        practised.games.append(Example(line.moves, line.result))
    else:
        practised.answered.append(shown)
    return shown, line.states


def _write_answer(practice: Practice, verifier: Verifier[Any], query: Query, line: Line[Any]) -> str:
    """What the rules say, in the words and the notation of the player."""
    wording = practice.wording
    result = verifier.write_result(line.result) if line.result else ""
    if line.reading == HELD_OUT:
        return write_kept_for_tests(wording)
    if line.reading == ILLEGAL_LINE:
        return write_fault(len(line.states), line.fault, result, wording)
    if query.ask == "claim":
        return write_truth(verifier.decide(query, line), wording)
    if query.ask == "board":
        return verifier.write_board(line)
    situation = verifier.look(line)
    if query.ask == "moves" and not line.result:
        return write_legal(verifier.write_moves([situation.write_move(move) for move in situation.options]), wording)
    return write_standing(verifier.sides[situation.mover], result, wording)


def score_practice(practice: Practice, practised: Practised, states: Sequence[State]) -> dict[str, Any]:
    """How good a practice was, apart from what it led to.

    `asked` calls were spent, by reading, and `dropped` questions were beyond the budget. `legal` is the share of the
    readable questions whose moves are legal, `distinct` that of those that differ from every earlier one; `games` were
    finished, `won_by_first` is the mean of the points in them of the side that began. `positions`, `coverage` and
    phases are as `measure_coverage` has them. None where nothing is known.
    """
    readings = [entry["reading"] for entry in practised.entries]
    counts = {reading: readings.count(reading) for reading in READINGS}
    readable = [entry for entry in practised.entries if entry["reading"] != UNREADABLE]
    different = {json.dumps(entry, sort_keys=True) for entry in readable}
    judged = counts[VERIFIED] + counts[ILLEGAL_LINE]
    worth = dict(zip(practice.verifier.results, (1.0, 0.0, 0.5), strict=True))
    points = [worth[game.result] for game in practised.games]
    return {
        "asked": len(readings),
        **counts,
        "dropped": practised.dropped,
        "legal": round(counts[VERIFIED] / judged, 4) if judged else None,
        "distinct": round(len(different) / len(readable), 4) if readable else None,
        "games": len(points),
        "won_by_first": round(sum(points) / len(points), 4) if points else None,
        **measure_coverage(practice.verifier, states),
    }


def describe_score(score: Mapping[str, Any]) -> str:
    """What `score_practice` and `score_tasks` found, as a sentence."""
    told = ", ".join(f"{score[reading]} {reading.replace('_', ' ')}" for reading in READINGS if score[reading])
    said = f"{score['asked']} questions ({told or 'none'}), {score['games']} games played to their end"
    tasks = score.get("tasks")
    if tasks:
        valid = "-" if tasks["valid"] is None else f"{tasks['valid']:.2f} of them valid"
        solved = "" if tasks["solved"] is None else f", {tasks['solved']:.2f} of these solved"
        said += f"; {tasks['made']} tasks, {valid}{solved}"
    return f"{said}."
