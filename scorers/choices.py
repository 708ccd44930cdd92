"""Conditional logit: weights by which what was chosen scores above the options that were not (McFadden 1974)."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix
from threadpoolctl import ThreadpoolController

RIDGE = 0.5
ITERATIONS = 60


class Choices:
    """Decisions to fit: the features of their options, and which was taken.

    `matrix` (options, features), dense or sparse, holds the features of the options of all decisions, one after the
    other, `sizes` (decisions,) how many options each has, and `chosen` (decisions,) which of its own was taken.
    """

    def __init__(
        self, matrix: csr_matrix | NDArray[np.float64], sizes: NDArray[np.int64], chosen: NDArray[np.int64]
    ) -> None:
        self.matrix = matrix
        self.transposed = matrix.T.tocsr() if isinstance(matrix, csr_matrix) else matrix.T
        self.starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
        self.taken = self.starts + chosen
        self.segment = np.repeat(np.arange(len(sizes)), sizes)

    def measure_loss(self, weights: NDArray[np.float64], ridge: float = RIDGE) -> tuple[float, NDArray[np.float64]]:
        """The negative log likelihood of weights (features,) with the ridge, and its gradient."""
        scores = self.matrix @ weights
        scores = scores - np.maximum.reduceat(scores, self.starts)[self.segment]
        powers = np.exp(scores)
        totals = np.add.reduceat(powers, self.starts)
        share = powers / totals[self.segment]
        share[self.taken] -= 1.0
        value = float(np.log(totals).sum() - scores[self.taken].sum() + ridge / 2 * weights @ weights)
        return value, self.transposed @ share + ridge * weights

    def fit(self, ridge: float = RIDGE, start: NDArray[np.float64] | None = None) -> NDArray[np.float64]:
        """The weights (features,) of least loss, looked for from a `start`, 0 without one."""
        first = np.zeros(self.matrix.shape[1]) if start is None else start
        with _find_pools().limit(limits=1):  # small problems: several BLAS threads only wait for each other
            fitted = minimize(
                self.measure_loss, first, (ridge,), jac=True, method="L-BFGS-B", options={"maxiter": ITERATIONS}
            )
        return np.asarray(fitted.x, dtype=np.float64)


@lru_cache(maxsize=1)
def _find_pools() -> ThreadpoolController:
    """The thread pools of this process, which it takes some milliseconds to find."""
    return ThreadpoolController()
