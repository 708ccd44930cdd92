"""Token-matched examples: as many whole ones as fit into the bytes that notes may take."""

from __future__ import annotations

import numpy as np

from quickstudy.tasks.conditions import Conditions
from quickstudy.tasks.prompts.play import number_lines


def count_matched(study: Conditions, room: int) -> int:
    """The most examples whose lines fit into `room` bytes in every example set, so that all sets share one n.

    Numbers of lines and line feeds between them count, as they do for notes. Raises ValueError where a set has too few
    games to fill the room.
    """
    return min(_count(study, number, room) for number in range(study.sets))


def _count(study: Conditions, number: int, room: int) -> int:
    count = 1
    while True:
        lines = number_lines(study.examples_of(count, number), study.kind)
        ends = np.cumsum([len(line.encode()) + 1 for line in lines]) - 1  # no feed behind the last
        if ends[-1] > room:
            return int(np.searchsorted(ends, room, side="right"))
        count *= 2
