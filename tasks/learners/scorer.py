"""The scorer: learns a logistic value of positions from outcomes or given values, by windows, lines and cells."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit
from threadpoolctl import threadpool_limits

from quickstudy.tasks.learners.features import Features, build_features
from quickstudy.tasks.learners.fitting import (
    design_matrix,
    encode_positions,
    keep_active,
    list_decisions,
    list_last_positions,
    score_moves,
    spread_weights,
)
from quickstudy.tasks.learners.learner import Evaluate, Learner, draw, pick_best
from quickstudy.tasks.learners.prompt import Evidence, Question, State

RIDGE = 10.0
ITERATIONS = 60


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
        legal: NDArray[np.int32],
        after: NDArray[np.uint64],
    ) -> int:
        """The successor with the highest value; ties follow from the text."""
        features, weights = _fit(evidence)
        scores = score_moves(features, weights, after, int(state[5]))
        return pick_best(scores, draw(question, self.name, 1 << 30))

    def read_values(self, evidence: Evidence) -> Evaluate:
        """The fitted log odds of winning."""
        features, weights = _fit(evidence)
        return lambda after, mover: score_moves(features, weights, after, mover)


@lru_cache(maxsize=128)
def _fit(evidence: Evidence) -> tuple[Features, NDArray[np.float64]]:
    features = build_features(evidence.known_rules)
    seen = [(d.after[d.chosen : d.chosen + 1], d.mover, d.points) for d in list_decisions(evidence)]
    seen = [(state, mover, points) for state, mover, points in seen if not np.isnan(points)]
    for state, won in list_last_positions(evidence):  # who acted last is not said, so both look at it
        seen += [(state[None], 0, won), (state[None], 1, 1 - won)]
    if not seen:
        return features, np.zeros(features.size + 1)
    reached, movers, outcomes = zip(*seen, strict=True)
    indices = features.index(encode_positions(features, reached, movers))
    matrix, columns = keep_active(design_matrix(features, indices))
    points = np.array(outcomes)
    transposed = matrix.T.tocsr()

    def loss(theta: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        scores = matrix @ theta[:-1] + theta[-1]
        error = expit(scores) - points
        value = float(np.logaddexp(0.0, scores).sum() - points @ scores + RIDGE / 2 * theta[:-1] @ theta[:-1])
        return value, np.append(transposed @ error + RIDGE * theta[:-1], error.sum())

    start = np.zeros(len(columns) + 1)
    with threadpool_limits(1):  # small problems: several BLAS threads only wait for each other
        fitted = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": ITERATIONS})
    return features, spread_weights(fitted.x[:-1], columns, features.size)
