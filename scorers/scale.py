"""The Elo scale that every rating here is expressed in, and the marks that its intervals keep to."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit

FloatArray = NDArray[np.float64]

SCALE = 400.0 / float(np.log(10.0))
"""Elo per nat: the s of every formula (173.72)."""

Z95 = 1.959963984540054
"""Standard errors from the middle of a two-sided 95 % interval to its ends."""
ONE_SIDED_Z95 = 1.6448536269514722
"""Standard errors to a bound that holds at 95 % on one side."""
POWER = 0.8
"""With which a detectable effect would be found (Bloom 1995)."""


def expected_score(rating: ArrayLike, opponent_elo: ArrayLike) -> FloatArray:
    """Return the mean points of a player of `rating` against `opponent_elo` (both Elo, broadcast
    together).
    """
    gap = np.asarray(rating, dtype=np.float64) - np.asarray(opponent_elo, dtype=np.float64)
    return np.asarray(expit(gap / SCALE), dtype=np.float64)
