"""Recall of examples: the share of their moves that a player reproduces, against what chance would.

A replay asks for the next move of an example game that is in view. No skill is needed, only recall, so the share tells
what of the window is read. Moves of one game are recalled or lost together; so the cluster is the example set.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betaincinv, stdtrit

from quickstudy.scorers.probes import estimate_mean


class Recall(NamedTuple):
    """The share of the asked moves that was reproduced, with its 95 % interval; what cannot be said is `None`.

    `chance` is the share that uniform choices among the legal moves would reproduce.
    """

    share: float | None
    low: float | None
    high: float | None
    chance: float | None
    moves: int
    clusters: int


def estimate_recall(reproduced: ArrayLike, options: ArrayLike, sets: Sequence[Hashable]) -> Recall:
    """Estimate recall from asked moves.

    `reproduced` (B,) is 1 where the answer was the recorded move and 0 elsewhere (a forfeit reproduces nothing),
    `options` (B,) the number of legal moves, `sets` (B) the example sets. There is no interval of one set. Raises
    `ValueError` where shapes disagree or a move had no options.
    """
    hits, choices = np.asarray(reproduced, dtype=np.float64), np.asarray(options, dtype=np.float64)
    if not hits.shape == choices.shape == (len(sets),):
        raise ValueError(f"{hits.shape} answers, {choices.shape} options and {len(sets)} sets do not belong together")
    if (choices < 1).any():
        raise ValueError("a move was chosen among at least one")
    clusters = len({str(name) for name in sets})
    if not hits.size:
        return Recall(None, None, None, None, 0, 0)
    share, chance = float(hits.mean()), float((1.0 / choices).mean())
    if clusters < 2:
        return Recall(share, None, None, chance, len(hits), clusters)
    _, error, _ = estimate_mean(hits, sets)
    low, high = bound_share(share, error, len(hits), clusters)
    return Recall(share, low, high, chance, len(hits), clusters)


def bound_share(share: float, error: float, answers: int, clusters: int) -> tuple[float, float]:
    """The 95 % interval of a share of clustered answers (Korn and Graubard 1998).

    It is the exact binomial one (Clopper and Pearson 1934) for as many independent answers as would have the standard
    `error` of the share, less by the squared ratio of Student's t for `answers` and for `clusters`. Where all answers
    are equal their error is unknown: then each cluster counts as one answer, as if it were recalled or lost as a whole.
    """
    if share in (0.0, 1.0):
        size = float(clusters)
    elif error == 0.0:
        size = float(answers)
    else:
        ratio = float(stdtrit(answers - 1, 0.975) / stdtrit(clusters - 1, 0.975))
        size = min(float(answers), share * (1.0 - share) / error**2 * ratio**2)
    hits = share * size
    low = float(betaincinv(hits, size - hits + 1.0, 0.025)) if share > 0.0 else 0.0
    high = float(betaincinv(hits + 1.0, size - hits, 0.975)) if share < 1.0 else 1.0
    return low, high
