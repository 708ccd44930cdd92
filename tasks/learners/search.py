"""Thinking of the embedded learners: a search by the rules that were read, as deep as a budget of tokens allows.

Positions are valued by what the learner has learnt. Without examples it knows nothing of them but who has won, so that
thinking alone finds what is won or lost within its reach and nothing else.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from quickstudy.tasks.games.kernel import successors
from quickstudy.tasks.learners.learner import Evaluate

Scores = NDArray[np.float64]
POSITION_TOKENS = 2
"""What a position costs to think of: a move and its value take about eight bytes."""
DEEPEST = 64
_WON = 1e6
_TIE = 1e-9


class _Spent(Exception):
    """The budget does not hold the next position's moves."""


class Search:
    """Iterative deepening with alpha-beta: every move one ply deep first, then all of them deeper, best ones first."""

    def __init__(self, tables: Any, evaluate: Evaluate, budget: int) -> None:
        self.tables, self.evaluate, self.budget = tables, evaluate, budget
        self.tokens = 0

    def score_moves(self, after: NDArray[np.uint64], mover: int) -> Scores:
        """Scores (moves,) of the moves that lead to `after` (moves, 12), for `mover` (0 X, 1 O).

        The first look costs nothing. The best scores are exact, those of worse moves are bounds. Where the budget ends
        a depth early, the moves that it has not come to are out, unless all that it has come to lose.
        """
        scores = self._value(after, mover)
        for depth in range(1, DEEPEST):
            if np.all(np.abs(scores) >= _WON / 2):
                break
            deeper, best = np.full(len(after), -np.inf), -np.inf
            try:
                for i in np.argsort(-scores, kind="stable"):
                    deeper[i] = self._follow(after[i], float(scores[i]), mover, depth, best - _TIE, np.inf)
                    best = max(best, float(deeper[i]))
            except _Spent:
                return deeper if best > -_WON / 2 else np.where(np.isfinite(deeper), deeper, scores)
            scores = deeper
        return scores

    def _follow(
        self, state: NDArray[np.uint64], sight: float, mover: int, depth: int, alpha: float, beta: float
    ) -> float:
        """The score for `mover` of a position it moved to, worth `sight` at sight, after `depth` plies more."""
        if state[7]:
            return sight
        own = int(state[5]) == mover
        low, high = (alpha, beta) if own else (-beta, -alpha)
        found = self._search(state, depth, low, high)
        found -= np.sign(found) * (abs(found) > _WON / 2)  # a win that is nearer is better
        return float(found if own else -found)

    def _search(self, state: NDArray[np.uint64], depth: int, alpha: float, beta: float) -> float:
        """The score of a running position for the player to move."""
        mover = int(state[5])
        _, after = successors(self.tables, state)
        cost = POSITION_TOKENS * len(after)
        if self.tokens + cost > self.budget:
            raise _Spent
        self.tokens += cost
        scores = self._value(after, mover)
        if depth == 1:
            return float(scores.max())
        best = -np.inf
        for i in np.argsort(-scores, kind="stable"):
            best = max(best, self._follow(after[i], float(scores[i]), mover, depth - 1, max(alpha, best), beta))
            if best >= beta:
                break
        return float(best)

    def _value(self, after: NDArray[np.uint64], mover: int) -> Scores:
        """What positions are worth at sight: their result, or what the learner makes of them."""
        result = after[:, 7].astype(np.int64)
        ends = np.array([0.0, _WON if mover == 0 else -_WON, -_WON if mover == 0 else _WON, 0.0])
        return np.asarray(np.where(result > 0, ends[result], self.evaluate(after, mover)))
