"""Measurement of the embedded learners: the time of an answer once the fit to the prompt's examples is cached."""

from __future__ import annotations

import statistics
import time
from collections.abc import Sequence
from typing import Any

from quickstudy.tasks.direct import play_study
from quickstudy.tasks.learners.directory import find_learner
from quickstudy.tasks.study import Study

ROUNDS = 5


def answer_seconds(game: str, learner: str, examples: int, sets: int) -> float:
    """Mean seconds of a learner's answer after the fit, reading the prompt included (median of rounds).

    All questions of a study's matches are asked again, so that neither fits nor opponents are in the figure.
    """
    player, asked = find_learner(learner), list[Any]()
    original = player.answer

    def listen(messages: Sequence[tuple[str, str]]) -> str:
        asked.append(messages)
        return original(messages)

    player.answer = listen  # type: ignore[method-assign]
    try:
        for _ in play_study(Study(game, examples=(examples,), sets=sets), f"quickstudy/{learner}"):
            pass
    finally:
        del player.answer
    return statistics.median(_time(player.answer, asked) for _ in range(ROUNDS)) / len(asked)


def _time(answer: Any, asked: list[Any]) -> float:
    start = time.perf_counter()
    for messages in asked:
        answer(messages)
    return time.perf_counter() - start
