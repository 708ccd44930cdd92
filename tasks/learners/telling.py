"""How embedded learners are asked which cues they go by, and how those that fit scores can know.

Scores of positions are fitted again by cues alone, over the decisions of the examples: a cue that stands for much of
how scores differ between the options of a decision is one that the learner goes by.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from quickstudy.tasks.games.rules import Rules
from quickstudy.tasks.learners.cues import is_turned, list_cues, measure_cues
from quickstudy.tasks.learners.evidence import Evidence
from quickstudy.tasks.prompts.report import describe_cue
from quickstudy.tasks.prompts.titles import CUES_TITLE

LEAST = 0.2
"""The weight, as a share of the largest, from which on a learner calls a cue one that it goes by."""
DECISIONS = 400
"""How many decisions of the examples are looked at, evenly thinned out."""
_LINE = re.compile(r"^([A-Z]): (.+)$", re.M)
_MOST = re.compile(r"(?:at most|no more than|up to) (\d+) ")

Rate = Callable[[NDArray[np.uint64], int], NDArray[np.float64]]


@dataclass(frozen=True)
class Asked:
    """A question of the report test as read: what stands behind each letter, how many may be named, and its text."""

    described: Mapping[str, str]
    most: int
    text: str


def read_asked(messages: Sequence[tuple[str, str]]) -> Asked | None:
    """The question of the report test in (role, text) messages, if that is what they ask."""
    users = [text for role, text in messages if role == "user" and text.startswith(f"{CUES_TITLE}\n")]
    most = _MOST.search(users[0]) if users else None
    return Asked(dict(_LINE.findall(users[0])), int(most[1]), users[0]) if most else None


def write_told(asked: Asked, told: Mapping[str, int]) -> str:
    """The answer that names cues by their words, the first first, with 1 for more and -1 for less."""
    letters = {text: letter for letter, text in asked.described.items()}
    named = [(letters[text], want) for text, want in told.items() if text in letters][: asked.most]
    return json.dumps({"cues": [{"cue": letter, "want": "more" if want > 0 else "less"} for letter, want in named]})


@lru_cache(maxsize=64)
def describe_cues(rules: Rules) -> tuple[str, ...]:
    """The cues of a game in words, in the order of `list_cues`."""
    return tuple(describe_cue(cue, turned=is_turned(rules)) for cue in list_cues(rules))


def look_at_cues(evidence: Evidence) -> list[tuple[NDArray[np.uint64], int, int, NDArray[np.float64]]]:
    """Decisions of the examples with a choice: positions after each move, who moved, what was chosen, and the cues."""
    found = [
        (after, mover, chosen)
        for game in evidence.games
        for ply, (after, chosen, mover) in enumerate(evidence.trace(game.moves))
        if ply >= game.first and len(after) > 1
    ]
    step = max(1, -(-len(found) // DECISIONS))
    rules = evidence.known_rules
    return [(after, mover, chosen, measure_cues(rules, after, mover)) for after, mover, chosen in found[::step]]


def explain_scores(evidence: Evidence, rate: Rate) -> NDArray[np.float64]:
    """Weights (K,) by which cues, each in standard deviations within decisions, stand for a learner's scores.

    All are 0 where the examples show no decision, or the scores make no difference.
    """
    seen = look_at_cues(evidence)
    if not seen:
        return np.zeros(len(list_cues(evidence.known_rules)))
    cues = np.vstack([rows - rows.mean(axis=0) for *_, rows in seen])
    scores = np.concatenate([(found := rate(after, mover)) - found.mean() for after, mover, *_ in seen])
    spread = scale_cues([rows for *_, rows in seen])
    return np.asarray(np.linalg.lstsq(cues / spread, scores, rcond=None)[0])


def scale_cues(options: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
    """The standard deviation (K,) of each cue among the options of a decision; 1 where it is the same for all."""
    spread = np.sqrt(np.vstack([(rows - rows.mean(axis=0)) ** 2 for rows in options]).mean(axis=0))
    return np.where(spread > 1e-9, spread, 1.0)


def name_largest(rules: Rules, weights: NDArray[np.float64]) -> dict[str, int]:
    """The words of the cues of largest weight (K,), the largest first, each with the sign of its weight."""
    words, size = describe_cues(rules), np.abs(weights)
    order = [i for i in np.argsort(-size, kind="stable").tolist() if size[i] > 0.0 and size[i] >= LEAST * size.max()]
    return {words[i]: int(np.sign(weights[i])) for i in order}
