"""What the fitted learners share: examples replayed by the rules, and the cached weights of a fit.

Fits are cached by the evidence object, which is itself cached by the text of the prompt's system message.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from quickstudy.tasks.learners.features import Codes, Features, Indices
from quickstudy.tasks.learners.prompt import Evidence


@dataclass(frozen=True, eq=False)
class Decision:
    """One decision of an example game: positions after each legal move, which was chosen, by whom, and the outcome.

    `after` is (moves, 12), `mover` 0 for X. `points` are the mover's: 1, 0.5 or 0, or what the text values the move at
    (0 to 1); NaN where it says nothing of the outcome.
    """

    after: NDArray[np.uint64]
    chosen: int
    mover: int
    points: float


def list_decisions(evidence: Evidence) -> list[Decision]:
    """All instructive decisions of the examples; a game that the rules do not allow is left there."""
    decisions = []
    for game in evidence.games:
        for ply, (after, chosen, mover) in enumerate(evidence.trace(game.moves)):
            if ply < game.first:
                continue
            points = 0.5 if game.winner is None else float(game.winner == mover)
            points = points if game.judged else math.nan
            decisions.append(Decision(after, chosen, mover, game.values[ply] if ply < len(game.values) else points))
    return decisions


def list_last_positions(evidence: Evidence) -> list[tuple[NDArray[np.uint64], float]]:
    """Drawn last positions as states (12,) with their pieces alone, and X's points in them.

    A drawing that does not fit the board is left out.
    """
    found = []
    for game in evidence.games:
        state = evidence.read_position(game.last) if game.last and game.judged else None
        if state is not None:
            found.append((state, 0.5 if game.winner is None else float(game.winner == 0)))
    return found


def encode_positions(features: Features, positions: Sequence[NDArray[np.uint64]], movers: Sequence[int]) -> Codes:
    """Codes (all positions, cells) of groups of positions, each group as its mover sees it, in their order."""
    states = np.vstack(positions)
    who = np.repeat(movers, [len(group) for group in positions])
    codes = np.empty((len(states), features.cells), np.int64)
    for mover in (0, 1):
        codes[who == mover] = features.encode(states[who == mover], mover)
    return codes


def design_matrix(features: Features, indices: Indices) -> csr_matrix:
    """Sparse 0/1 counts (positions, size) of active features; the index `size` (none) is dropped."""
    active = indices < features.size
    columns = indices[active]
    ends = np.concatenate([[0], np.cumsum(active.sum(axis=1))])
    matrix = csr_matrix((np.ones(len(columns)), columns, ends), shape=(len(indices), features.size))
    matrix.sum_duplicates()
    return matrix


def keep_active(matrix: csr_matrix) -> tuple[csr_matrix, NDArray[np.int64]]:
    """The columns of features that ever occur, and their numbers: the weights of all others stay 0."""
    columns = np.unique(matrix.indices)
    return matrix[:, columns], columns.astype(np.int64)


def spread_weights(weights: NDArray[np.float64], columns: NDArray[np.int64], size: int) -> NDArray[np.float64]:
    """Weights (size + 1,) of all features from those of some columns; the last entry, for none, is 0."""
    spread = np.zeros(size + 1)
    spread[columns] = weights
    return spread


def score_moves(
    features: Features, weights: NDArray[np.float64], after: NDArray[np.uint64], mover: int
) -> NDArray[np.float64]:
    """Summed weights (moves,) of the positions after each move, as the mover sees them."""
    total: NDArray[np.float64] = weights[features.index(features.encode(after, mover))].sum(axis=1)
    return total
