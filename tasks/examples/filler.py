"""Filler: lines of another game that fill a padded window to the tokens that examples of the game itself would take."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from quickstudy.scorers.recall import View
from quickstudy.tasks.prompts import number_lines

SOURCES = ("velun", "lattic", "morvane")  # the filler is of the first that is neither played nor shown


def split_filler(
    view: View, own: Sequence[str], take: Callable[[int], Sequence[str]], kind: str = "games"
) -> tuple[list[str], list[str]]:
    """The lines of another game before and after the informative examples of a padded view.

    They take as many bytes as the `own` lines (slots,) behind the first m would, or less by a part of a line. Of a
    `middle` layout half of them stand before. `take(k)` gives the first k lines of the other game.
    """
    room = _count_bytes(number_lines(own, kind)[view.m : view.slots])[-1]
    count, ends = max(view.slots, 1), np.zeros(1, np.int64)
    while ends[-1] <= room:
        lines = take(count)
        ends = _count_bytes(number_lines(lines, kind, other=True))
        count *= 2
    kept = int(np.searchsorted(ends, room, side="right")) - 1
    half = int(np.searchsorted(ends, ends[kept] / 2))
    first = {"early": 0, "middle": half}.get(view.layout, kept)
    return list(lines[:first]), list(lines[first:kept])


def _count_bytes(lines: Sequence[str]) -> np.ndarray:
    """The bytes (lines + 1,) of the first 0, 1, 2, ... lines, each with its line feed."""
    return np.cumsum([0, *(len(line.encode()) + 1 for line in lines)])
