"""What the fitted learners share: examples replayed by the rules, and the cached weights of a fit.

Fits are cached by the evidence object, which is itself cached by the text of the prompt's system message.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from quickstudy.tasks.games.notation import parse_move
from quickstudy.tasks.learners.features import Features, Indices
from quickstudy.tasks.learners.prompt import Evidence


@dataclass(frozen=True, eq=False)
class Decision:
    """One decision of an example game: positions after each legal move, which was chosen, by whom, and the outcome.

    `after` is (moves, 12), `mover` 0 for X, `points` 1, 0.5 or 0 for the mover.
    """

    after: NDArray[np.uint64]
    chosen: int
    mover: int
    points: float


def list_decisions(evidence: Evidence) -> list[Decision]:
    """All decisions of the examples after their random opening; a game that the rules do not allow is left there."""
    from quickstudy.tasks.games.kernel import successors

    decisions = []
    for game in evidence.games:
        state = np.array(evidence.tables["start"], dtype=np.uint64)
        for ply, text in enumerate(game.moves):
            legal, after = successors(evidence.tables, state)
            move = parse_move(evidence.known_rules, text, legal)
            if move is None:
                break
            chosen, mover = int(np.flatnonzero(legal == move)[0]), int(state[5])
            if ply >= evidence.opening_plies:
                points = 0.5 if game.winner is None else float(game.winner == mover)
                decisions.append(Decision(after, chosen, mover, points))
            state = after[chosen].copy()
    return decisions


def design_matrix(features: Features, indices: Indices) -> csr_matrix:
    """Sparse 0/1 counts (positions, size) of active features; the index `size` (none) is dropped."""
    active = indices < features.size
    rows = np.repeat(np.arange(len(indices)), active.sum(axis=1))
    columns = indices[active]
    return csr_matrix((np.ones(len(columns)), (rows, columns)), shape=(len(indices), features.size))


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


def pick_best(scores: NDArray[np.float64], tie: int) -> int:
    """Index of the highest score; among (nearly) equal ones the number `tie` decides."""
    best = np.flatnonzero(scores >= scores.max() - 1e-9)
    return int(best[tie % len(best)])
