"""Study stages done again: own games, reviews, practice, and what the author made of it all, with the recorded replies.

The stage goes through the very code that made the record. What it began from is in the records of the stages before it:
the notes, and the games by which opponents were chosen.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from quickstudy.reports.verification.courses_anew import Others, find_course
from quickstudy.reports.verification.planned_anew import read_cell
from quickstudy.reports.verification.witness import (
    Departure,
    Record,
    Unclear,
    Witness,
    compare,
    compare_games,
    compare_values,
    find_reply,
)
from quickstudy.tasks.chains.audit import AuditError
from quickstudy.tasks.chains.course_recovery import count_studied
from quickstudy.tasks.chains.repairs import AFTER, BEFORE
from quickstudy.tasks.chains.review import REVIEWER
from quickstudy.tasks.chains.stage import Stage, play_stage, remember_games
from quickstudy.tasks.challenge import RecordedSkill, RecordedTurn
from quickstudy.tasks.match import Ask, MatchPlan, Question, Reply
from quickstudy.tasks.prompts.play import MAX_QUOTED
from quickstudy.tasks.regimes.notes import Notes
from quickstudy.tasks.regimes.own_tasks import SOLVE


def study_again(record: Record, others: Others) -> None:
    """Do a study stage again. Raises Departure and Unclear."""
    read_cell({**record, "set": record["chain"]})
    told, chain, generation = record["cell"], int(record["chain"]), int(record["generation"])
    if generation != told["generation"]:
        raise Departure(f"generation {generation} of a cell of generation {told['generation']} is recorded")
    _refuse_older(record)
    course, earlier = find_course(told, chain, generation, count_studied(told)), others.find_stages(record)
    stages = [earlier[number] for number in range(1, generation) if number in earlier]
    if len(stages) < generation - 1:
        raise Unclear("the stages before it, from which it went on, are not all in these logs")
    notes = Notes.from_list(stages[-1].notes) if stages and course.control != "no_carry" else Notes()
    known = remember_games([{"games": stage.games} for stage in stages])
    plan = course.plan_study(str(told["model"]), str(told["arguments"]), chain, generation, notes, known)
    ask_own = _refuse_games
    if plan is not None:
        witness = _RecordedWitness(plan.skill, record["games"])
        plan, ask_own = replace(plan, skill=witness), witness.ask
    try:
        found = asyncio.run(_play(Stage(course, chain, generation, notes, told), plan, record, ask_own))
    except AuditError as error:
        raise Departure(str(error)) from error
    _compare(record, json.loads(json.dumps(found)))


class _RecordedWitness(Witness):
    """A witness of games that are looked at again, as reviews and audits do."""

    def revisit(self, moves: Sequence[str], *, last: bool = False) -> Sequence[RecordedTurn]:
        """The points of a game of the skill."""
        if not isinstance(self.skill, RecordedSkill):
            raise TypeError("only games are studied")
        return self.skill.revisit(moves, last=last)


def _refuse_older(record: Record) -> None:
    """Raise Unclear for a record that has not all that was said, as those of earlier versions."""
    said = [reply for reply in _list_replies(record) if reply["readable"]]
    cut = any(reply["text"].startswith("…") and len(reply["text"]) > MAX_QUOTED for reply in said)
    answered = all("answers" in row[notes] for row in record.get("repairs", ()) for notes in (BEFORE, AFTER))
    solved = all("reply" in task for task in _list_tasks(record) if "solved" in task)
    if cut or not (answered and solved):
        raise Unclear("its record is of a version that did not keep all replies of study stages")


def _list_tasks(record: Record) -> list[Mapping[str, Any]]:
    return list(record.get("practice", {}).get("tasks", ()))


def _list_replies(record: Record) -> list[Mapping[str, Any]]:
    reviews = [reply for review in record.get("reviews", ()) for reply in review["replies"]]
    return [*record.get("replies", ()), *record.get("practice", {}).get("replies", ()), *reviews]


async def _refuse_games(question: Question) -> Reply:
    raise Departure(f"game {question.game}: a stage like this one has no games of its own")


async def _play(stage: Stage, plan: MatchPlan | None, record: Record, ask_own: Ask) -> dict[str, Any]:
    """The record of a stage that is played again with the recorded replies; `ask_own` is asked in its own games."""
    practised = _give("practice", record.get("practice", {}).get("replies", ()))
    edited = _give("the author", record.get("replies", ()))
    tasks = _list_tasks(record)

    async def ask(question: Question) -> Reply:
        if question.game == SOLVE:
            return Reply(str(tasks[question.ply - 1]["reply"]))
        return next(practised) if question.game < 0 else await ask_own(question)

    async def ask_author(question: Question) -> Reply:
        return next(edited)

    def ask_fresh(role: str, system: str) -> Ask:
        return _open_review(record) if role == "reviewer" else _open_repairs(record, role)

    return await play_stage(stage, plan, ask, lambda system: ask_author, ask_fresh=ask_fresh)


def _give(whose: str, replies: Sequence[Mapping[str, Any]]) -> Iterator[Reply]:
    """The recorded replies in their order. Raises Departure where one more is asked for."""
    for reply in replies:
        yield Reply(str(reply["text"]))
    raise Departure(f"{whose}: {len(replies)} replies are recorded, and one more is asked for")


def _open_review(record: Record) -> Ask:
    """Who gives the recorded reviews."""
    reviews = {REVIEWER - int(review["game"]): review for review in record["reviews"]}

    async def ask(question: Question) -> Reply:
        review = reviews.get(question.game, {"replies": ()})
        if question.attempt >= len(review["replies"]):
            at = f"the review of game {REVIEWER - question.game}"
            raise Departure(f"{at}: {len(review['replies'])} replies are recorded, and one more is asked for")
        return Reply(str(review["replies"][question.attempt]["text"]))

    return ask


def _open_repairs(record: Record, role: str) -> Ask:
    """Who gives the recorded answers to positions that were asked again with the notes `before` or `after`."""
    rows = {(int(row["game"]), int(row["ply"])): row[role] for row in record["repairs"]}

    async def ask(question: Question) -> Reply:
        at = f"game {question.game}, ply {question.ply}, asked again with the notes {role}"
        if (question.game, question.ply) not in rows:
            raise Departure(f"{at}: no answer is recorded")
        return find_reply(rows[question.game, question.ply], question, at)

    return ask


def _compare(told: Record, found: Record) -> None:
    """Compare what came of a stage with its record. Raises Departure."""
    compare_values("the notes before it", told["before"], found["before"])
    compare_games(told["games"], found["games"])
    for name in dict.fromkeys([*found, *told]):
        compare_values(name, told.get(name), found.get(name))
    for number, (kept, asked) in enumerate(zip(told.get("repairs", ()), found.get("repairs", ()), strict=True), 1):
        for notes in (BEFORE, AFTER):
            compare(f"repairs, number {number}, {notes}", kept[notes], asked[notes])
