"""Tasks of a learner's own making: judged by the rules, and tried by a fresh instance to see how hard they are."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from quickstudy.tasks.answers import MAX_READ
from quickstudy.tasks.games.claims import CLAIMS, CONNECTIVES
from quickstudy.tasks.match import Ask, Question
from quickstudy.tasks.prompts.practice import (
    write_answered,
    write_found,
    write_no_tasks,
    write_solver,
    write_task,
    write_task_maker,
    write_task_request,
    write_truth,
)
from quickstudy.tasks.regimes.coverage import measure_coverage
from quickstudy.tasks.regimes.replies import describe_reply, keep_text, quote, read_list, read_solution
from quickstudy.tasks.verifier import UNREADABLE, VERIFIED, Line, State, Task, Verdict

if TYPE_CHECKING:
    from quickstudy.tasks.regimes.practice import Practice, Practised

MAKE, SOLVE = -3, -4
"""The numbers of the games by which these questions are known in a journal."""
OVER, REPEATED = "over", "repeated"


async def try_tasks(practice: Practice, practised: Practised, ask: Ask) -> None:
    """Let a learner make tasks, judge them, and have a fresh instance try the valid ones; adds it all to `practised`.

    A task is valid where its position is legal and not over, it is like no earlier one, and its author's answer is
    right. What a fresh instance answers is asked once: unreadable answers are counted apart.
    """
    made, verifier = await _ask_tasks(practice, practised, ask), practice.verifier
    known, states = set[Task](), list[State]()
    for given in made[: practice.tasks]:
        task = verifier.read_task(given)
        if task is None:
            practised.tasks.append({"reading": UNREADABLE, "valid": False})
            continue
        line = verifier.follow(task.moves)
        verdict = verifier.judge(task, line)
        reading, same = verdict.reading, replace(task, moves=line.moves, answer="")
        if reading == VERIFIED:
            reading = OVER if line.result else REPEATED if same in known else VERIFIED
            known.add(same)
        found = _describe(practice, task, line, verdict, reading)
        practised.tasks.append(found)
        if reading != VERIFIED:
            continue
        truth = verdict.truth
        said = write_truth(truth, practice.wording) if isinstance(truth, bool) else ""
        said = said or write_found(verifier.write_moves(() if isinstance(truth, bool) else truth), practice.wording)
        number = len(practised.entries) + len(practised.tasks)
        practised.answered.append(write_answered(number, task.to_json(verifier.sides), said))
        states.append(verifier.encode(line))
        if verdict.agrees:
            found |= await _try_task(practice, task, line, len(practised.tasks), ask)
    practised.score["tasks"] = score_tasks(practice, practised.tasks, states)


async def _ask_tasks(practice: Practice, practised: Practised, ask: Ask) -> list[Any]:
    form, wording = practice.form, practice.wording
    system = write_task_maker(practice.known, practice.tasks, form, wording)
    messages = [("system", system), ("user", write_task_request(wording))]
    for attempt in range(practice.retries + 1):
        reply = await ask(Question(tuple(messages), MAKE, 0, attempt))
        made = read_list(reply.text, "tasks")
        practised.replies.append(describe_reply(reply, made is not None))
        if made is not None:
            return made
        messages += [("assistant", quote(reply) or "…"), ("user", write_no_tasks(form, wording))]
    return []


def _describe(practice: Practice, task: Task, line: Line[Any], verdict: Verdict, reading: str) -> dict[str, Any]:
    """A task as a record has it."""
    return {
        "reading": reading,
        "position": " ".join(line.moves),
        "claim": task.claim.to_json(practice.verifier.plain_sides),
        "move": task.move,
        "answer": task.answer,
        "truth": verdict.truth if isinstance(verdict.truth, bool) else list(verdict.truth),
        "chance": round(verdict.chance, 4),
        "valid": reading == VERIFIED and verdict.agrees,
        "solved": None,
        "reply": "",
    }


async def _try_task(practice: Practice, task: Task, line: Line[Any], number: int, ask: Ask) -> dict[str, Any]:
    """Whether a fresh instance has `solved` a task, None where it gives no answer that can be read, and its `reply`."""
    wording, verifier = practice.wording, practice.verifier
    position = verifier.skill.revisit(line.moves, last=True)[-1].write_question()
    question = write_task(position, task.to_json(verifier.sides), finds=task.finds, wording=wording)
    system = write_solver(practice.known, practice.form, wording)
    reply = await ask(Question((("system", system), ("user", question)), SOLVE, number, 0))
    answer = read_solution(reply.text)
    solved = None if answer is None else verifier.accepts(task, line, answer)
    return {"solved": solved, "reply": keep_text(reply, MAX_READ)}


def score_tasks(practice: Practice, tasks: list[dict[str, Any]], states: list[State]) -> dict[str, Any]:
    """How good the tasks are: `wanted`, `made`, and of those made the shares that can be read, and that are `valid`.

    Of the valid ones `solved` is the share that a fresh instance answers right (unreadable answers count as wrong, and
    `unanswered` is their share), `chance` that of a guess. `claims` is the share of the language's claims in use, and
    `coverage` as `measure_coverage` has it. None where nothing is known.
    """
    valid = [task for task in tasks if task["valid"]]
    used = {name for task in valid for name in _list_claims(task["claim"])}
    plain = [name for name in CLAIMS if name not in CONNECTIVES]

    def share(found: list[dict[str, Any]], of: list[dict[str, Any]]) -> float | None:
        return round(len(found) / len(of), 4) if of else None

    return {
        "wanted": practice.tasks,
        "made": len(tasks),
        "readable": share([task for task in tasks if task["reading"] != UNREADABLE], tasks),
        "valid": share(valid, tasks),
        "solved": share([task for task in valid if task["solved"]], valid),
        "unanswered": share([task for task in valid if task["solved"] is None], valid),
        "chance": round(sum(task["chance"] for task in valid) / len(valid), 4) if valid else None,
        "claims": round(len(used) / len(plain), 4),
        **measure_coverage(practice.verifier, states),
    }


def _list_claims(claim: dict[str, Any]) -> list[str]:
    """The names of the claims that a claim is made of."""
    parts = claim.get("of", [])
    return [claim["claim"]] if not parts else [name for part in parts for name in _list_claims(part)]
