"""Cues: what a player may go by when it chooses a move, each a number for the position that a move leads to.

They are few and can be told in words, unlike the features that learners fit (`features`). Some are what strong players
of many games look at; the `FOILS` are as easy to see, and seldom worth anything. The words are in `prompts.report`.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from quickstudy.tasks.games.rules import Rules
from quickstudy.tasks.games.tables import build_tables
from quickstudy.tasks.learners.features import Features, build_features

KIND = "kind"
"""Before the name of a kind of piece, of which a player can have more than the other."""
REAL = ("pieces", "inner", "advance", "joined", "contact", "rows", "enemies", "replies")
FOILS = ("left", "colour", "files")
CUES = (*REAL, *FOILS)

Values = NDArray[np.float64]


def list_cues(rules: Rules) -> tuple[str, ...]:
    """The cues of a game by name: `CUES`, and one for each kind of piece where there are several."""
    kinds = tuple(f"{KIND} {kind.name}" for kind in rules.kinds) if len(rules.kinds) > 1 else ()
    return (*CUES, *kinds)


def is_turned(rules: Rules) -> bool:
    """Whether the players sit at opposite sides, X at the lowest rank and O at the highest."""
    board, turned = rules.board, build_features(rules).turned
    return all(board.cells[turned[i]][1] == board.ranks - 1 - rank for i, (_, rank) in enumerate(board.cells))


def measure_cues(rules: Rules, after: NDArray[np.uint64], mover: int) -> Values:
    """The cues (positions, K), as `list_cues` orders them, of positions (positions, 12) that `mover` (0 X) moved to."""
    from quickstudy.tasks.games.kernel import legal_moves

    features, layout, tables = build_features(rules), _lay_out(rules), build_tables(rules)
    codes = features.encode(after, mover)
    burnt = features.codes - 1
    own, enemy = (codes % 2 == 1) & (codes < burnt), (codes % 2 == 0) & (codes > 0)
    here = np.empty_like(own)
    here[:, features.turned if mover == 1 else np.arange(features.cells)] = own
    first, second = layout.pairs.T
    replies = [0 if state[7] else len(legal_moves(tables, state)) for state in after]
    columns = [
        own.sum(axis=1) - enemy.sum(axis=1),
        (own & layout.inner).sum(axis=1),
        (own if layout.turned else here) @ layout.ranks,
        (own[:, first] & own[:, second]).sum(axis=1),
        ((own[:, first] & enemy[:, second]) | (enemy[:, first] & own[:, second])).sum(axis=1),
        own[:, features.lines].all(axis=2).sum(axis=1) if len(features.lines) else np.zeros(len(after)),
        (enemy[:, first] & enemy[:, second]).sum(axis=1),
        replies,
        (here & layout.left).sum(axis=1),
        (here & layout.even).sum(axis=1),
        (here & layout.files).sum(axis=1),
    ]
    if features.kinds > 1:
        columns += [
            (codes == 1 + 2 * kind).sum(axis=1) - (codes == 2 + 2 * kind).sum(axis=1) for kind in range(features.kinds)
        ]
    return np.column_stack(columns).astype(np.float64)


class _Layout:
    """Where cells lie: pairs of neighbours (pairs, 2) by index, and masks and ranks (cells,)."""

    def __init__(self, rules: Rules, features: Features) -> None:
        board = rules.board
        files, self.ranks = (np.array(side, np.int64) for side in zip(*board.cells, strict=True))
        steps = list(board.steps.values())
        near = np.array([[board.shift(cell, step) for step in steps] for cell in range(len(board.cells))])
        pairs = {(min(a, b), max(a, b)) for a, row in enumerate(near.tolist()) for b in row if b >= 0 and a != b}
        self.pairs = np.array(sorted(pairs), np.int64).reshape(-1, 2)
        self.inner = (near >= 0).all(axis=1)
        self.left, self.files = 2 * files + 1 < board.files, files % 2 == 0
        self.even = (files + self.ranks) % 2 == 0
        self.turned = is_turned(rules)


@lru_cache(maxsize=64)
def _lay_out(rules: Rules) -> _Layout:
    return _Layout(rules, build_features(rules))
