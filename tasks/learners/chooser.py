"""Choosing examples: the games whose evidence, together, says most nearly what all games say.

The evidence of a game is the gradient of the likelihood of its results in the weights of a value that knows nothing
yet: how much each feature would gain from the game alone. A few games whose sum points where all of them point tell
more of all than as many drawn at random.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from quickstudy.tasks.learners.fitting import design_matrix, encode_positions, list_decisions
from quickstudy.tasks.learners.prompt import Evidence

_NUMBER = re.compile(r"\d+")
_FRAME = len("123. game: \n")


def choose_games(evidence: Evidence, lines: Sequence[str], form: str, blocks: Sequence[str]) -> str:
    """The reply that names the games to keep. `lines` are those of the games as they stand in the text.

    `form` is the text that says how many of them, and how many bytes, can be kept: its last two numbers.
    """
    most, room = map(int, _NUMBER.findall(form)[-2:])
    gradients = list_gradients(evidence, blocks)
    sizes = np.array([len(line.encode()) + _FRAME for line in lines])
    kept = match_sum(gradients, sizes, most, room)
    return json.dumps({"keep": sorted(evidence.games[place].number for place in kept)})


def list_gradients(evidence: Evidence, blocks: Sequence[str]) -> NDArray[np.float64]:
    """What each game says of each feature (games, features): the sum over its decisions of points less a half."""
    features, known = evidence.features, evidence.words.mask(blocks)[:-1]
    found = np.zeros((len(evidence.games), int(known.sum())))
    for place, game in enumerate(evidence.games):
        decisions = list_decisions(replace(evidence, games=(game,), replayed={}))
        decisions = [decision for decision in decisions if not np.isnan(decision.points)]
        if decisions:
            reached = [decision.after[decision.chosen : decision.chosen + 1] for decision in decisions]
            codes = encode_positions(features, reached, [decision.mover for decision in decisions])
            points = np.array([decision.points for decision in decisions]) - 0.5
            found[place] = (design_matrix(features, features.index(codes)).T @ points)[known]
    return found


def match_sum(gradients: NDArray[np.float64], sizes: NDArray[np.int64], most: int, room: int) -> list[int]:
    """Rows whose sum comes nearest to as many means of all rows, found greedily within a number and a size."""
    mean, total, kept = gradients.mean(axis=0), np.zeros(gradients.shape[1]), list[int]()
    left = list(range(len(gradients)))
    while len(kept) < most:
        left = [place for place in left if sizes[place] <= room]
        if not left:
            break
        target = mean * (len(kept) + 1) - total
        best = left[int(np.argmin(np.linalg.norm(gradients[left] - target, axis=1)))]
        left.remove(best)
        kept.append(best)
        total += gradients[best]
        room -= int(sizes[best])
    return kept
