"""What fills a window to the tokens that more examples would take: lines of another game, or the same ones again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import cycle, islice

import numpy as np

from quickstudy.scorers.recall import View
from quickstudy.tasks.prompts.play import number_lines

SOURCES = ("velun", "lattic", "morvane")  # the filler is of the first that is neither played nor shown


def split_filler(
    view: View, own: Sequence[str], take: Callable[[int], Sequence[str]], kind: str = "games"
) -> tuple[list[str], list[str]]:
    """The lines of another game before and after the informative examples of a padded view.

    They take as many bytes as the `own` lines (slots,) behind the first m would, or less by a part of a line. Of a
    `middle` layout half of them stand before. `take(k)` gives the first k lines of the other game.
    """
    room = _count_bytes(number_lines(own, kind)[view.m : view.slots])[-1]
    lines, ends = _fill(room, view.slots, take, kind, other=True)
    half = int(np.searchsorted(ends, ends[-1] / 2))
    first = {"early": 0, "middle": half}.get(view.layout, len(lines))
    return lines[:first], lines[first:]


def repeat_lines(shown: Sequence[str], own: Sequence[str], kind: str = "games") -> list[str]:
    """The `shown` lines again and again, in as many bytes as the `own` lines take, or less by a part of a line."""
    room = _count_bytes(number_lines(own, kind))[-1]
    return _fill(room, len(own), lambda count: list(islice(cycle(shown), count)), kind)[0]


def _fill(
    room: int, count: int, take: Callable[[int], Sequence[str]], kind: str, *, other: bool = False
) -> tuple[list[str], np.ndarray]:
    """The most lines that fit into so many bytes, `count` being a guess at their number, and where each ends."""
    count, ends = max(count, 1), np.zeros(1, np.int64)
    while ends[-1] <= room:
        lines = take(count)
        ends = _count_bytes(number_lines(lines, kind, other=other))
        count *= 2
    kept = int(np.searchsorted(ends, room, side="right")) - 1
    return list(lines[:kept]), ends[: kept + 1]


def _count_bytes(lines: Sequence[str]) -> np.ndarray:
    """The bytes (lines + 1,) of the first 0, 1, 2, ... lines, each with its line feed."""
    return np.cumsum([0, *(len(line.encode()) + 1 for line in lines)])
