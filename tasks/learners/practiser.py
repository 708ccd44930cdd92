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
from quickstudy.tasks.learners.draft import ReadError
from quickstudy.tasks.learners.learner import Evaluate
from quickstudy.tasks.learners.prompt import Evidence, read_prompt
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
        play_alone(evidence, evaluate, int(plies[0]), new_generator("practise", system, asked, number))
        for number in range(count)
    ]
    questions = [{"ask": "line", "position": _write_line(evidence, [*start, *moves])} for start, moves in lines]
    return json.dumps({"questions": questions})


def _write_line(evidence: Evidence, words: Sequence[str]) -> str:
    return " ".join(map(evidence.naming.write_move, words))


def play_alone(
    evidence: Evidence, evaluate: Evaluate, plies: int, rng: np.random.Generator
) -> tuple[tuple[str, ...], list[str]]:
    """A game against itself: the words that name its start, and its moves in plain notation, the first `plies` random.

    Raises ReadError without rules.
    """
    start, prospect = evidence.begin(rng)
    moves = list[str]()
    while len(prospect.after):
        after, me = prospect.after, int(prospect.state[5])
        wins = np.flatnonzero(after[:, 7] == np.uint64(me + 1))
        if len(moves) < plies or rng.random() < EXPLORE:
            choice = int(rng.integers(len(after)))
        elif len(wins):
            choice = int(wins[0])
        else:
            scores = evaluate(after, me)
            best = np.flatnonzero(scores >= scores.max() - 1e-9)
            choice = int(best[rng.integers(len(best))])
        moves.append(prospect.write_move(choice))
        prospect = prospect.follow(choice)
    return start, moves


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
        start, moves = play_alone(evidence, evaluate, 4, rng)
        plies = [ply for ply, move in enumerate(moves) if move != "pass"]
        if not plies:
            return "This game has no positions."
        line = [*start, *moves[: plies[int(rng.integers(len(plies)))]]]
        task = _make_task(evidence, evidence.situate(line), _ASKED[number % len(_ASKED)], rng)
        tasks.append({"position": _write_line(evidence, line), **task})
    return json.dumps({"tasks": tasks})


def _make_task(evidence: Evidence, situation: Situation[Any], name: str, rng: np.random.Generator) -> dict[str, Any]:
    """One task on a position with the claim of that name."""
    options = situation.options
    count = len(options) if name == "options" else 1
    claim = Claim(name, count=count, side=int(rng.integers(2)))
    given = claim.to_json(evidence.sides)
    if not claim.of_move:
        return {**given, "answer": situation.holds(claim)}
    found = situation.find_moves(claim) if name in ("captures", "wins") else []
    if found:
        return {**given, "answer": _write(evidence, situation, found[int(rng.integers(len(found)))])}
    move = options[int(rng.integers(len(options)))]
    return {**given, "move": _write(evidence, situation, move), "answer": situation.holds(claim, move)}


def _write(evidence: Evidence, situation: Situation[Any], move: Any) -> str:
    return evidence.naming.write_move(situation.write_move(move))


def solve_task(messages: Sequence[tuple[str, str]]) -> str:
    """The answer to a task by the rules that were read."""
    try:
        evidence, question = read_prompt(messages)
        given = json.loads(question.text[question.text.index("{", question.text.rindex(TASK_TITLE)) :])
        situation, claim = evidence.situate(question.moves), read_claim(given, evidence.sides)
        word = given.get("move", "")
        if word or not claim.of_move:
            named = evidence.read_word(word) if word else None
            move = None if named is None else situation.read_move(named)
            return json.dumps({"answer": situation.holds(claim, ILLEGAL if word and move is None else move)})
        found = situation.find_moves(claim)
    except (ReadError, ClaimError, ValueError) as error:
        return f"I cannot read this task: {error}"
    return json.dumps({"answer": _write(evidence, situation, found[0])}) if found else "I find no such move."
