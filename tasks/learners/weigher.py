"""The weigher: a learner that goes by cues alone, so that it can tell all that it goes by; two others do not tell it.

They are the instruments of the report test: what they use is known, and one tells it, one tells anything, one nothing.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from quickstudy.scorers.choices import Choices
from quickstudy.tasks.learners.cues import list_cues, measure_cues
from quickstudy.tasks.learners.learner import Learner, draw, pick_best
from quickstudy.tasks.learners.prompt import Evidence, Question, State
from quickstudy.tasks.learners.telling import Asked, look_at_cues, name_largest, scale_cues
from quickstudy.tasks.seeds import new_generator


class Weigher(Learner):
    """Comparison training on the cues; plays the successor of the highest sum, and names the cues of largest weight."""

    name = "weigher"
    plays_as = "weigher"

    def choose(self, evidence: Evidence, question: Question, state: State, after: NDArray[np.uint64]) -> int:
        """The successor with the highest score; ties follow from the text."""
        weights, spread = _fit(evidence)
        scores = measure_cues(evidence.known_rules, after, int(state[5])) @ (weights / spread)
        return pick_best(scores, draw(question, self.plays_as, 1 << 30))

    def tell_cues(self, evidence: Evidence, asked: Asked) -> dict[str, int] | None:
        """The cues of largest weight."""
        return name_largest(evidence.known_rules, _fit(evidence)[0])


class GuessingWeigher(Weigher):
    """Plays like the weigher, and names as many cues as it may, drawn at random."""

    name = "weigher-guessing"

    def tell_cues(self, evidence: Evidence, asked: Asked) -> dict[str, int] | None:
        """Any cues in any order and direction, which follow from the text alone."""
        rng = new_generator(self.name, str(evidence.salt), asked.text)
        named = rng.permutation(sorted(asked.described.values()))[: asked.most]
        return {str(text): int(want) for text, want in zip(named, rng.choice([-1, 1], len(named)), strict=True)}


class SilentWeigher(Weigher):
    """Plays like the weigher, and names nothing."""

    name = "weigher-silent"

    def tell_cues(self, evidence: Evidence, asked: Asked) -> dict[str, int] | None:
        """Nothing."""
        return {}


@lru_cache(maxsize=128)
def _fit(evidence: Evidence) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Weights (K,) in standard deviations of cues, and these (K,)."""
    seen = look_at_cues(evidence)
    if not seen:
        cues = len(list_cues(evidence.known_rules))
        return np.zeros(cues), np.ones(cues)
    options = [rows for *_, rows in seen]
    spread = scale_cues(options)
    sizes, chosen = np.array([len(rows) for rows in options]), np.array([chosen for _, _, chosen, _ in seen])
    return Choices(np.vstack(options) / spread, sizes, chosen).fit(), spread
