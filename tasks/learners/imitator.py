"""The imitator: learns to prefer the moves that were chosen to the legal moves that were not (conditional logit)."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from threadpoolctl import threadpool_limits

from quickstudy.tasks.learners.features import Features
from quickstudy.tasks.learners.fitting import (
    design_matrix,
    encode_positions,
    keep_active,
    list_decisions,
    score_moves,
    spread_weights,
)
from quickstudy.tasks.learners.learner import Learner, draw, pick_best
from quickstudy.tasks.learners.prompt import Evidence, Question, State

RIDGE = 0.5
ITERATIONS = 60


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
        features, weights = _fit(evidence)
        scores = score_moves(features, weights, after, int(state[5]))
        return pick_best(scores, draw(question, self.name, 1 << 30))


@lru_cache(maxsize=128)
def _fit(evidence: Evidence) -> tuple[Features, NDArray[np.float64]]:
    features = evidence.features
    decisions = [decision for decision in list_decisions(evidence) if len(decision.after) > 1]
    if not decisions:
        return features, np.zeros(features.size + 1)
    indices = features.index(encode_positions(features, [d.after for d in decisions], [d.mover for d in decisions]))
    matrix, columns = keep_active(design_matrix(features, indices))
    sizes = np.array([len(d.after) for d in decisions])
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    chosen = starts + np.array([d.chosen for d in decisions])
    segment = np.repeat(np.arange(len(sizes)), sizes)
    transposed = matrix.T.tocsr()

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        scores = matrix @ weights
        scores = scores - np.maximum.reduceat(scores, starts)[segment]
        powers = np.exp(scores)
        totals = np.add.reduceat(powers, starts)
        share = powers / totals[segment]
        share[chosen] -= 1.0
        value = float(np.log(totals).sum() - scores[chosen].sum() + RIDGE / 2 * weights @ weights)
        return value, transposed @ share + RIDGE * weights

    with threadpool_limits(1):  # small problems: several BLAS threads only wait for each other
        fitted = minimize(loss, np.zeros(len(columns)), jac=True, method="L-BFGS-B", options={"maxiter": ITERATIONS})
    return features, spread_weights(fitted.x, columns, features.size)
