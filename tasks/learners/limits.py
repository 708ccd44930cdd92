"""Planted limits: an instrument is a learner that recalls only a part of the examples in its prompt, by a known law.

It is named `LEARNER:LIMIT-LENGTH`, as `imitator:recency-2000`. The examples that it does not recall are struck out of
the text, or blurred in it, before anything else is read, so that the rest of the learner is as honest as without a
limit. The suite must find the planted cause of its ceiling.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from quickstudy.scorers.recall import KERNELS, count_recalled
from quickstudy.tasks.learners.blurring import merge_similar
from quickstudy.tasks.learners.learner import BYTES_PER_TOKEN, Learner, Thought
from quickstudy.tasks.seeds import new_generator

CAPACITY, CONTEXT, EVICTION, BLUR = "capacity", "context", "eviction", "blur"
LIMITS = (CAPACITY, CONTEXT, *(kernel for kernel in KERNELS if kernel != "none"), EVICTION, BLUR)
_EXAMPLE = re.compile(r"(Other )?(?:Game|Position|game|position) \d+: ")


@dataclass(frozen=True)
class Limit:
    """What is recalled. Of kind `capacity` the first `length` examples of the game itself, wherever they stand.

    Of a recall kernel each line with its weight (`scorers.recall`) as probability, `length` in tokens. Of `context`
    all, in a window of `length` tokens, which the provider imposes. `eviction` and `blur` hold `length` tokens: of more
    lines those that chance leaves, or all with the similar ones merged.
    """

    kind: str
    length: int


def parse_limit(text: str) -> Limit:
    """Read `KIND-LENGTH`. Raises ValueError saying what is known."""
    kind, _, length = text.rpartition("-")
    if kind not in LIMITS or not (length.isascii() and length.isdigit() and int(length) > 0):
        raise ValueError(f"unknown limit {text!r}: write KIND-LENGTH, as recency-2000, with one of {', '.join(LIMITS)}")
    return Limit(kind, int(length))


def add_limit(name: str, kind: object, length: object) -> str:
    """The name of a learner with a limit that is given beside the name; None for both where there is none.

    Raises ValueError, one sentence, where one of the two is missing, or where the name has another limit already.
    """
    if kind is None and length is None:
        return name
    if kind is None or length is None:
        raise ValueError("a limit has a kind and a length: give both limit and length, as limit=recency length=2000")
    learner, _, own = name.partition(":")
    if own and own != f"{kind}-{length}":
        raise ValueError(f"quickstudy/{name} has its limit in its name: leave out limit={kind} and length={length}")
    return f"{learner}:{kind}-{length}"


@lru_cache(maxsize=512)
def strike_out(limit: Limit, system: str) -> str:
    """A system message with no more of its examples than is recalled, which follows from the text alone."""
    lines = system.split("\n")
    found = {i: match for i, line in enumerate(lines) if (match := _EXAMPLE.match(line))}
    if not found or limit.kind == CONTEXT:
        return system
    own = [i for i, match in found.items() if not match.group(1)]
    shown = [lines[i] for i in found]
    left: dict[int, str]
    if limit.kind == CAPACITY:
        lost = set(own[limit.length :])
        left = {i: lines[i] for i in found if i not in lost}
    elif limit.kind == BLUR:
        left = dict(zip(found, merge_similar(shown, limit.length * BYTES_PER_TOKEN), strict=True))
    else:
        kept = _recall(limit, shown)
        left = {i: lines[i] for i, recalled in zip(found, kept, strict=True) if recalled}
    read = (left.get(i, "") if i in found else line for i, line in enumerate(lines))
    return "\n".join(line for i, line in enumerate(read) if line or i not in found)


def _recall(limit: Limit, lines: Sequence[str]) -> NDArray[np.bool_]:
    """Which lines (L,) are recalled whole. Each draws a number from 0 to 1 by its text."""
    sizes = np.array([len(line.encode()) + 1 for line in lines]) / BYTES_PER_TOKEN
    drawn = np.array([new_generator("recall", line).random() for line in lines])
    if limit.kind == EVICTION:
        order = np.argsort(drawn, kind="stable")
        held = np.cumsum(sizes[order]) <= limit.length
        return np.asarray(held[np.argsort(order)])
    starts = np.concatenate([[0.0], np.cumsum(sizes)[:-1]])
    weights = count_recalled(limit.kind, limit.length, starts, sizes, sizes.sum()) / sizes
    return np.asarray(drawn < weights)


class Instrument:
    """A learner with a planted limit."""

    def __init__(self, learner: Learner, limit: Limit) -> None:
        self.learner, self.limit = learner, limit
        self.name = f"{learner.name}:{limit.kind}-{limit.length}"

    def answer(self, messages: Sequence[tuple[str, str]]) -> str:
        """The text of the reply, without thinking."""
        return self.reply(messages).text

    def reply(self, messages: Sequence[tuple[str, str]], thinking: int = 0) -> Thought:
        """The reply of the learner to what is recalled of the messages."""
        return self.learner.reply(
            [(role, strike_out(self.limit, text) if role == "system" else text) for role, text in messages], thinking
        )
