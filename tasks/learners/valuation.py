"""Logistic values of positions, learnt from outcomes or given values; what is known before is a prior."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit
from threadpoolctl import threadpool_limits

from quickstudy.tasks.learners.features import Features
from quickstudy.tasks.learners.fitting import (
    design_matrix,
    encode_positions,
    keep_active,
    list_decisions,
    list_last_positions,
)
from quickstudy.tasks.learners.prompt import Evidence

RIDGE = 10.0
ITERATIONS = 60

Weights = NDArray[np.float64]


def fit_values(
    evidence: Evidence, features: Features, mean: Weights | None = None, precision: Weights | None = None
) -> Weights:
    """Weights (size + 1,) of a logistic regression of the mover's result on the positions that were reached.

    `mean` and `precision` (size + 1,) are of the normal prior of the weights: 0 and `RIDGE` where they are not given.
    Weights of features that no position has are those of the prior; an infinite precision keeps a weight as it is.
    """
    prior = np.zeros(features.size + 1) if mean is None else mean.copy()
    seen = [(d.after[d.chosen : d.chosen + 1], d.mover, d.points) for d in list_decisions(evidence)]
    seen = [(state, mover, points) for state, mover, points in seen if not np.isnan(points)]
    for state, won in list_last_positions(evidence):  # who acted last is not said, so both look at it
        seen += [(state[None], 0, won), (state[None], 1, 1 - won)]
    if not seen:
        return prior
    reached, movers, outcomes = zip(*seen, strict=True)
    indices = features.index(encode_positions(features, reached, movers))
    matrix, columns = keep_active(design_matrix(features, indices))
    points, before = np.array(outcomes), prior[columns]
    ridge = np.full(len(columns), RIDGE) if precision is None else precision[columns]
    free = np.isfinite(ridge)
    fixed = matrix[:, ~free] @ before[~free]
    matrix, columns, before, ridge = matrix[:, free], columns[free], before[free], ridge[free]
    transposed = matrix.T.tocsr()

    def loss(theta: Weights) -> tuple[float, Weights]:
        scores = fixed + matrix @ theta[:-1] + theta[-1]
        error, moved = expit(scores) - points, theta[:-1] - before
        value = float(np.logaddexp(0.0, scores).sum() - points @ scores + ridge @ (moved * moved) / 2)
        return value, np.append(transposed @ error + ridge * moved, error.sum())

    start = np.append(before, 0.0)
    with threadpool_limits(1):  # small problems: several BLAS threads only wait for each other
        fitted = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": ITERATIONS})
    prior[columns] = fitted.x[:-1]
    return prior
