"""Planted limits: an instrument is a learner that recalls only a part of the examples in its prompt, by a known law.

It is named `LEARNER:LIMIT-LENGTH`, as `imitator:recency-2000`. The examples that it does not recall are struck out of
the text before anything else is read, so that the rest of the learner is as honest as without a limit. The suite must
find the planted cause of its ceiling.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from quickstudy.scorers.recall import KERNELS, count_recalled
from quickstudy.tasks.learners.learner import BYTES_PER_TOKEN, Learner
from quickstudy.tasks.seeds import new_generator

CAPACITY, CONTEXT = "capacity", "context"
LIMITS = (CAPACITY, CONTEXT, *(kernel for kernel in KERNELS if kernel != "none"))
_EXAMPLE = re.compile(r"(Other )?(?:Game|Position|game|position) \d+: ")


@dataclass(frozen=True)
class Limit:
    """What is recalled. Of kind `capacity` the first `length` examples of the game itself, wherever they stand.

    Of a recall kernel each line with its weight (`scorers.recall`) as probability, `length` in tokens. Of `context`
    all, in a window of `length` tokens, which the provider imposes.
    """

    kind: str
    length: int


def parse_limit(text: str) -> Limit:
    """Read `KIND-LENGTH`. Raises ValueError saying what is known."""
    kind, _, length = text.rpartition("-")
    if kind not in LIMITS or not (length.isascii() and length.isdigit() and int(length) > 0):
        raise ValueError(f"unknown limit {text!r}: write KIND-LENGTH, as recency-2000, with one of {', '.join(LIMITS)}")
    return Limit(kind, int(length))


@lru_cache(maxsize=512)
def strike_out(limit: Limit, system: str) -> str:
    """A system message without the examples that are not recalled; what is recalled follows from the text alone."""
    lines = system.split("\n")
    found = {i: match for i, line in enumerate(lines) if (match := _EXAMPLE.match(line))}
    if not found or limit.kind == CONTEXT:
        return system
    own = [i for i, match in found.items() if not match.group(1)]
    if limit.kind == CAPACITY:
        lost = set(own[limit.length :])
    else:
        sizes = np.array([len(lines[i].encode()) + 1 for i in found]) / BYTES_PER_TOKEN
        starts = np.concatenate([[0.0], np.cumsum(sizes)[:-1]])
        weights = count_recalled(limit.kind, limit.length, starts, sizes, sizes.sum()) / sizes
        drawn = np.array([new_generator("recall", lines[i]).random() for i in found])
        lost = {i for i, weight, number in zip(found, weights, drawn, strict=True) if number >= weight}
    return "\n".join(line for i, line in enumerate(lines) if i not in lost)


class Instrument:
    """A learner with a planted limit."""

    def __init__(self, learner: Learner, limit: Limit) -> None:
        self.learner, self.limit = learner, limit
        self.name = f"{learner.name}:{limit.kind}-{limit.length}"

    def answer(self, messages: Sequence[tuple[str, str]]) -> str:
        """The reply of the learner to what is recalled of the messages."""
        return self.learner.answer(
            [(role, strike_out(self.limit, text) if role == "system" else text) for role, text in messages]
        )
