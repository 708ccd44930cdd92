"""Hindsight of the embedded learners: which moves of a finished game lost most, by values that a learner already has.

A player that takes the best-valued move at sight has no quarrel with its own choices. Looking back it sees one reply
further: a move is worth what is left of it after the reply that is best for the other side, by the same values.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from quickstudy.tasks.games.kernel import successors
from quickstudy.tasks.games.notation import format_move, parse_move
from quickstudy.tasks.learners.learner import Evaluate
from quickstudy.tasks.learners.prompt import Evidence

_SIDE = re.compile(r"^Game \d+ \([a-z]+\) as (\S+): ", re.M)


class Loss(NamedTuple):
    """One of a player's own moves by its ply: the chance to win that it lost, and the move that was best there."""

    ply: int
    lost: float
    better: str


def read_side(system: str, evidence: Evidence) -> int | None:
    """Whose game is reviewed (0 X, 1 O), as the line of a prompt's only game says; None where it does not."""
    found = _SIDE.search(system)
    if found is None or len(evidence.games) != 1 or found[1] not in evidence.naming.sides:
        return None
    return evidence.naming.sides.index(found[1])


def look_back(evidence: Evidence, evaluate: Evaluate, moves: Sequence[str], first: int, side: int) -> list[Loss]:
    """What each choice of `side` (0 X, 1 O) from ply `first` on lost; a game that the rules do not allow ends there.

    Of moves that are worth as much the first of the kernel's order is called best.
    """
    rules, tables, losses = evidence.known_rules, evidence.tables, list[Loss]()
    state = np.array(tables["start"], dtype=np.uint64)
    for ply, text in enumerate(moves):
        legal, after = successors(tables, state)
        move = parse_move(rules, text, legal.tolist())
        if move is None:
            break
        chosen = int(np.flatnonzero(legal == move)[0])
        if ply >= first and int(state[5]) == side and len(legal) > 1:
            worth = np.array([_foresee(tables, evaluate, position, side) for position in after])
            best = int(worth.argmax())
            losses.append(Loss(ply, float(worth[best] - worth[chosen]), format_move(rules, int(legal[best]))))
        state = after[chosen].copy()
    return losses


def _foresee(tables: object, evaluate: Evaluate, position: NDArray[np.uint64], side: int) -> float:
    """The chance of `side` to win from a position that it moved to, after the reply that is best for who moves next."""
    if position[7]:
        return float(_count(position[None], side)[0])
    mover = int(position[5])
    replies = successors(tables, position)[1]
    chances = np.where(replies[:, 7] > 0, _count(replies, mover), expit(evaluate(replies, mover)))
    best = float(chances.max())
    return best if mover == side else 1.0 - best


def _count(positions: NDArray[np.uint64], side: int) -> NDArray[np.float64]:
    """The points (positions,) of a side in finished positions: 1, 0.5 or 0."""
    result = positions[:, 7].astype(np.int64)
    return np.asarray(np.where(result == 3, 0.5, (result == side + 1).astype(np.float64)))
