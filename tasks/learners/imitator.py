"""The imitator: learns to prefer the moves that were chosen to the legal moves that were not (conditional logit)."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from quickstudy.scorers.choices import RIDGE, Choices
from quickstudy.tasks.learners.features import Features
from quickstudy.tasks.learners.fitting import (
    design_matrix,
    encode_positions,
    keep_active,
    list_decisions,
    score_moves,
    spread_weights,
)
from quickstudy.tasks.learners.learner import Evaluate, Learner, draw, pick_best
from quickstudy.tasks.learners.prompt import Evidence, Question, State


class Imitator(Learner):
    """Comparison training on windows, lines and cells; plays the best-scored successor (1 ply)."""

    name = "imitator"

    def choose(
        self,
        evidence: Evidence,
        question: Question,
        state: State,
        after: NDArray[np.uint64],
    ) -> int:
        """The successor with the highest score; ties follow from the text."""
        scores = self.rate_positions(evidence)(after, int(state[5]))
        return pick_best(scores, draw(question, self.name, 1 << 30))

    def rate_positions(self, evidence: Evidence) -> Evaluate:
        """The fitted scores."""
        features, weights = fit_preferences(evidence)
        return lambda after, mover: score_moves(features, weights, after, mover)


@lru_cache(maxsize=128)
def fit_preferences(evidence: Evidence, ridge: float = RIDGE) -> tuple[Features, NDArray[np.float64]]:
    """Features, and weights (size + 1,) by which moves that were chosen score above those that were not.

    The larger the ridge, the more examples it takes until the weights tell moves apart.
    """
    features = evidence.features
    decisions = [decision for decision in list_decisions(evidence) if len(decision.after) > 1]
    if not decisions:
        return features, np.zeros(features.size + 1)
    indices = features.index(encode_positions(features, [d.after for d in decisions], [d.mover for d in decisions]))
    matrix, columns = keep_active(design_matrix(features, indices))
    sizes = np.array([len(d.after) for d in decisions])
    fitted = Choices(matrix, sizes, np.array([d.chosen for d in decisions])).fit(ridge)
    return features, spread_weights(fitted, columns, features.size)
