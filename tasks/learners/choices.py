"""Comparison training: weights by which the moves that were chosen score above the legal moves that were not."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix
from threadpoolctl import threadpool_limits

RIDGE = 0.5
ITERATIONS = 60


def fit_choices(
    matrix: csr_matrix, sizes: NDArray[np.int64], chosen: NDArray[np.int64], ridge: float = RIDGE
) -> NDArray[np.float64]:
    """Weights (features,) of a conditional logit with a ridge.

    `matrix` (options, features) holds the features of the options of all decisions, one after the other, `sizes`
    (decisions,) how many options each has, and `chosen` (decisions,) which of its own was taken.
    """
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    taken = starts + chosen
    segment = np.repeat(np.arange(len(sizes)), sizes)
    transposed = matrix.T.tocsr()

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        scores = matrix @ weights
        scores = scores - np.maximum.reduceat(scores, starts)[segment]
        powers = np.exp(scores)
        totals = np.add.reduceat(powers, starts)
        share = powers / totals[segment]
        share[taken] -= 1.0
        value = float(np.log(totals).sum() - scores[taken].sum() + ridge / 2 * weights @ weights)
        return value, transposed @ share + ridge * weights

    with threadpool_limits(1):  # small problems: several BLAS threads only wait for each other
        fitted = minimize(loss, np.zeros(matrix.shape[1]), jac=True, method="L-BFGS-B", options={"maxiter": ITERATIONS})
    return np.asarray(fitted.x, dtype=np.float64)
