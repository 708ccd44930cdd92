"""Measurement of the embedded learners: the time of an answer once the fit to the prompt's examples is cached."""

from __future__ import annotations

import statistics
import time

from quickstudy.benchmarks.speed.harness import Messages, timed
from quickstudy.tasks.direct import play_study
from quickstudy.tasks.learners.directory import find_learner
from quickstudy.tasks.learners.learner import Learner
from quickstudy.tasks.learners.limits import Instrument
from quickstudy.tasks.study import Study

ROUNDS = 5


def answer_seconds(game: str, learner: str, examples: int, sets: int) -> float:
    """Mean seconds of a learner's answer after the fit, reading the prompt included (median of rounds).

    All questions of a study's matches are asked again, so that neither fits nor opponents are in the figure.
    """
    player, asked = find_learner(learner), list[Messages]()
    with timed(Learner, "reply", lambda _, messages, thinking: asked.append(messages)):
        for _ in play_study(Study(game, examples=(examples,), sets=sets), f"quickstudy/{learner}"):
            pass
    return statistics.median(_time(player, asked) for _ in range(ROUNDS)) / len(asked)


def _time(player: Learner | Instrument, asked: list[Messages]) -> float:
    start = time.perf_counter()
    for messages in asked:
        player.reply(messages)
    return time.perf_counter() - start
