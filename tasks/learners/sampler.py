"""The sampler: an imitator that trusts few examples little, and plays each move as likely as it prefers it.

The imitator and the scorer play the move that scores best, be it by a hair, so that one example makes them much
stronger and the next ones less and less. The sampler's choice is chance until its examples tell the moves apart. It
rises in one stage, slowly enough for a planted limit to cut the rise off: instruments are made of it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from quickstudy.tasks.learners.fitting import score_moves
from quickstudy.tasks.learners.imitator import fit_preferences
from quickstudy.tasks.learners.learner import Evaluate, Learner, draw
from quickstudy.tasks.learners.prompt import Evidence, Question, State

RIDGE = 2000.0
SHARPNESS = 5.0
"""What scores are multiplied by to be log odds. Its ratio to the ridge sets how slowly strength rises."""
_GRAIN = 1 << 30


class Sampler(Learner):
    """Comparison training under a strong ridge; draws from the choices that it prefers (softmax)."""

    name = "sampler"

    def choose(
        self,
        evidence: Evidence,
        question: Question,
        state: State,
        after: NDArray[np.uint64],
    ) -> int:
        """A successor, drawn with the probability that the scores give it; the draw follows from the text."""
        scores = SHARPNESS * self.rate_positions(evidence)(after, int(state[5]))
        likely = np.cumsum(np.exp(scores - scores.max()))
        drawn = (draw(question, self.name, _GRAIN) + 0.5) / _GRAIN
        return int(np.searchsorted(likely, drawn * likely[-1]))

    def rate_positions(self, evidence: Evidence) -> Evaluate:
        """The fitted scores."""
        features, weights = fit_preferences(evidence, RIDGE)
        return lambda after, mover: score_moves(features, weights, after, mover)
