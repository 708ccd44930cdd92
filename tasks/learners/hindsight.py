"""Hindsight of the embedded learners: which moves of a finished game lost most, by values that a learner already has.

A player that takes the best-valued move at sight has no quarrel with its own choices. Looking back it sees one reply
further: a move is worth what is left of it after the reply that is best for the other side, by the same values.
"""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from quickstudy.tasks.learners.evidence import Choice
from quickstudy.tasks.learners.learner import Evaluate
from quickstudy.tasks.learners.prompt import Evidence

_SIDE = re.compile(r"^Game \d+ \([a-z]+\) as (\S+): ", re.M)


class Loss(NamedTuple):
    """One of a player's own moves by its ply: the chance to win that it lost, and the move that was best there."""

    ply: int
    lost: float
    better: str


def read_side(system: str, evidence: Evidence) -> int | None:
    """Whose game is reviewed (0 who moved first, 1 the other), as the line of a prompt's only game says, or None."""
    found = _SIDE.search(system)
    if found is None or len(evidence.games) != 1 or found[1] not in evidence.sides:
        return None
    return evidence.sides.index(found[1])


def look_back(evidence: Evidence, evaluate: Evaluate, moves: tuple[str, ...], first: int, side: int) -> list[Loss]:
    """What each choice of `side` (0 or 1) from ply `first` on lost; a game that the rules do not allow ends there.

    Of moves that are worth as much the first of the rules' order is called best. Raises ReadError without rules.
    """
    losses = list[Loss]()
    for ply, choice in enumerate(evidence.retrace(moves)):
        state, after = choice.prospect.state, choice.prospect.after
        if ply >= first and int(state[5]) == side and len(after) > 1:
            worth = np.array([_foresee(choice, number, evaluate, side) for number in range(len(after))])
            best = int(worth.argmax())
            lost = float(worth[best] - worth[choice.chosen])
            losses.append(Loss(ply, lost, choice.prospect.write_move(best)))
    return losses


def _foresee(choice: Choice, number: int, evaluate: Evaluate, side: int) -> float:
    """The chance of `side` to win by the move of a number, after the reply that is best for who moves next."""
    position = choice.prospect.after[number]
    if position[7]:
        return float(_count(position[None], side)[0])
    mover = int(position[5])
    replies = choice.prospect.follow(number).after
    if len(replies) == 0:  # a draw that was not seen at sight, as by repetition
        return 0.5
    chances = np.where(replies[:, 7] > 0, _count(replies, mover), expit(evaluate(replies, mover)))
    best = float(chances.max())
    return best if mover == side else 1.0 - best


def _count(positions: NDArray[np.uint64], side: int) -> NDArray[np.float64]:
    """The points (positions,) of a side in finished positions: 1, 0.5 or 0."""
    result = positions[:, 7].astype(np.int64)
    return np.asarray(np.where(result == 3, 0.5, (result == side + 1).astype(np.float64)))
