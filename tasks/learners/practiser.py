"""Practising by oneself: lines of self-play to have verified, tasks with claims as their checks, and answers to them.

All of it follows from the rules that the prompt tells and from the learner's own values; the rules' answers come back
as text. The lines begin with random moves, as games to come are said to.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from quickstudy.tasks.games.claims import ILLEGAL, Claim, ClaimError, Situation, read_claim
from quickstudy.tasks.games.notation import format_move, parse_move
from quickstudy.tasks.learners.draft import ReadError
from quickstudy.tasks.learners.learner import Evaluate
from quickstudy.tasks.learners.prompt import Evidence, State, read_prompt
from quickstudy.tasks.prompts.titles import TASK_TITLE
from quickstudy.tasks.seeds import new_generator

EXPLORE = 0.1
"""Share of moves of self-play, after the opening, that are made at random."""
_NUMBER = re.compile(r"\d+")


def propose_lines(evidence: Evidence, evaluate: Evaluate, system: str, asked: str) -> str:
    """The questions of one reply: as many games against itself as make the calls last for the replies that are left."""
    numbers = _NUMBER.findall(asked.rsplit("\n", 1)[-1])
    plies = _NUMBER.search(system.split("\n\n", 1)[0])
    if len(numbers) != 2 or plies is None:
        return "I cannot read how much I may ask."
    left, replies = map(int, numbers)
    count = -(-left // max(1, replies))
    lines = [
        play_alone(evidence, evaluate, int(plies[0]), new_generator("practise", system, asked, number))[0]
        for number in range(count)
    ]
    questions = [{"ask": "line", "position": " ".join(map(evidence.naming.write_move, line))} for line in lines]
    return json.dumps({"questions": questions})


def play_alone(
    evidence: Evidence, evaluate: Evaluate, plies: int, rng: np.random.Generator
) -> tuple[list[str], list[State]]:
    """A game against itself in plain notation and the positions before its moves; the first `plies` are random."""
    from quickstudy.tasks.games.kernel import successors

    state, moves, states = np.array(evidence.tables["start"], dtype=np.uint64), list[str](), list[State]()
    while not state[7]:
        legal, after = successors(evidence.tables, state)
        if len(legal) == 0:
            break
        me = int(state[5])
        wins = np.flatnonzero(after[:, 7] == np.uint64(me + 1))
        if len(moves) < plies or rng.random() < EXPLORE:
            choice = int(rng.integers(len(legal)))
        elif len(wins):
            choice = int(wins[0])
        else:
            scores = evaluate(after, me)
            best = np.flatnonzero(scores >= scores.max() - 1e-9)
            choice = int(best[rng.integers(len(best))])
        states.append(state)
        moves.append(format_move(evidence.known_rules, int(legal[choice])))
        state = after[choice].copy()
    return moves, states


_ASKED = ("can_win", "loses_in_one", "captures", "wins", "ends", "options", "legal", "turn")


def make_tasks(evidence: Evidence, evaluate: Evaluate, system: str, form: str) -> str:
    """As many tasks as are wanted, of positions of self-play; the claims take turns, and the answers follow from the
    rules that were read.
    """
    wanted = _NUMBER.search(form)
    if wanted is None:
        return "I cannot read how many tasks are wanted."
    tasks = []
    for number in range(int(wanted[0])):
        rng = new_generator("task", system, number)
        moves, states = play_alone(evidence, evaluate, 4, rng)
        plies = [ply for ply, move in enumerate(moves) if move != "pass"]
        if not plies:
            return "This game has no positions."
        ply = plies[int(rng.integers(len(plies)))]
        task = _make_task(evidence, Situation(evidence.tables, states[ply]), _ASKED[number % len(_ASKED)], rng)
        tasks.append({"position": " ".join(map(evidence.naming.write_move, moves[:ply])), **task})
    return json.dumps({"tasks": tasks})


def _make_task(evidence: Evidence, situation: Situation, name: str, rng: np.random.Generator) -> dict[str, Any]:
    """One task on a position with the claim of that name."""
    options = list(situation.options)
    count = len(options) if name == "options" else 1
    claim = Claim(name, count=count, side=int(rng.integers(2)))
    given = claim.to_json(evidence.naming.sides)
    if not claim.of_move:
        return {**given, "answer": situation.holds(claim)}
    found = situation.find_moves(claim)
    if found and name in ("captures", "wins"):
        return {**given, "answer": _write(evidence, found[int(rng.integers(len(found)))])}
    move = options[int(rng.integers(len(options)))]
    return {**given, "move": _write(evidence, move), "answer": situation.holds(claim, move)}


def _write(evidence: Evidence, move: int) -> str:
    return evidence.naming.write_move(format_move(evidence.known_rules, move))


def solve_task(messages: Sequence[tuple[str, str]]) -> str:
    """The answer to a task by the rules that were read."""
    try:
        evidence, question = read_prompt(messages)
        given = json.loads(question.text[question.text.rindex("{", question.text.rindex(TASK_TITLE)) :])
        state = evidence.replay(question.moves)
        if state is None:
            raise ReadError("the moves are not legal by the rules that I read")
        situation, claim = Situation(evidence.tables, state), read_claim(given, evidence.naming.sides)
        word = given.get("move", "")
        if word or not claim.of_move:
            named = evidence.naming.read_move(word) if word else None
            move = None if named is None else parse_move(evidence.known_rules, named, situation.options)
            return json.dumps({"answer": situation.holds(claim, ILLEGAL if word and move is None else move)})
        found = situation.find_moves(claim)
    except (ReadError, ClaimError, ValueError) as error:
        return f"I cannot read this task: {error}"
    return json.dumps({"answer": _write(evidence, found[0])}) if found else "I find no such move."
