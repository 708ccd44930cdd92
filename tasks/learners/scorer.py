"""The scorer: learns a logistic value of positions from outcomes or given values, by windows, lines and cells."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from quickstudy.tasks.learners.features import Features
from quickstudy.tasks.learners.fitting import score_moves
from quickstudy.tasks.learners.learner import Evaluate, Learner, draw, pick_best
from quickstudy.tasks.learners.prompt import Evidence, Question, State
from quickstudy.tasks.learners.valuation import fit_values


class Scorer(Learner):
    """Logistic regression of the mover's result on the position it reached; plays the best-valued successor.

    Thinking is a search with the same values (`search`).
    """

    name = "scorer"

    def choose(
        self,
        evidence: Evidence,
        question: Question,
        state: State,
        after: NDArray[np.uint64],
    ) -> int:
        """The successor with the highest value; ties follow from the text."""
        scores = self.read_values(evidence)(after, int(state[5]))
        return pick_best(scores, draw(question, self.name, 1 << 30))

    def read_values(self, evidence: Evidence) -> Evaluate:
        """The fitted log odds of winning."""
        features, weights = _fit(evidence)
        return lambda after, mover: score_moves(features, weights, after, mover)


@lru_cache(maxsize=128)
def _fit(evidence: Evidence) -> tuple[Features, NDArray[np.float64]]:
    features = evidence.features
    return features, fit_values(evidence, features)
