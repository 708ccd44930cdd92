"""Blurring: a memory of fixed size that merges examples that are alike, and loses what was special to each.

It is a limit of instruments (`limits`) that no recall kernel describes: what is lost depends on what the examples are.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

_UNTOLD = "?"  # the result of a merged line whose lines ended differently: no word that a reader takes for a result


def merge_similar(lines: Sequence[str], most: int) -> list[str]:
    """Merge example lines, the most similar two first, until all take at most `most` bytes with their line feeds.

    Two lines are as similar as the share of their different moves that both have; lines of another game are merged
    among themselves. Of two the first line is left with the first half of its moves, and with its result if both have
    the same; the other is lost, "" in the answer, and so is a line without moves. Merging ends where no two are left.
    """
    heads, bodies, ends = map(list, zip(*(_split(line) for line in lines), strict=True))
    left = list(lines)
    vocabulary = {move: i for i, move in enumerate(dict.fromkeys(move for body in bodies for move in body))}
    has = np.zeros((len(lines), len(vocabulary)), np.int64)
    for i, body in enumerate(bodies):
        has[i, [vocabulary[move] for move in body]] = 1
    others = np.array([head.startswith("Other") for head in heads])
    similar = np.array([_compare(has, i) for i in range(len(lines))])
    similar[(others[:, None] != others) | np.tri(len(lines), dtype=bool)] = -1.0  # each pair once, in its order
    size = sum(map(_measure, left))
    while size > most:
        first, second = map(int, np.unravel_index(int(np.argmax(similar)), similar.shape))
        if similar[first, second] < 0:
            break
        size -= _measure(left[first]) + _measure(left[second])
        bodies[first] = bodies[first][: len(bodies[first]) // 2]
        ends[first] = ends[first] if ends[first] == ends[second] else _UNTOLD
        left[first] = f"{heads[first]}: {' '.join(bodies[first])} | {ends[first]}" if bodies[first] else ""
        left[second] = ""
        size += _measure(left[first])
        has[first] = 0
        has[first, [vocabulary[move] for move in bodies[first]]] = 1
        for gone in (second, first)[: 1 if left[first] else 2]:
            similar[gone], similar[:, gone] = -1.0, -1.0
        again = _compare(has, first)
        similar[first] = np.where(similar[first] < 0, -1.0, again)
        similar[:, first] = np.where(similar[:, first] < 0, -1.0, again)
    return left


def _split(line: str) -> tuple[str, list[str], str]:
    """What a line is with its number, its moves, and its result."""
    head, _, rest = line.partition(": ")
    body, _, end = rest.rpartition(" | ")
    return head, body.split(), end


def _compare(has: NDArray[np.int64], i: int) -> NDArray[np.float64]:
    """The share (L,) of the different moves of line i and each other line that both have, of `has` (L, moves)."""
    both = has @ has[i]
    return np.asarray(both / np.maximum(has.sum(axis=1) + has[i].sum() - both, 1))


def _measure(line: str) -> int:
    """Bytes of a line and its line feed; none of a line that is lost."""
    return len(line.encode()) + 1 if line else 0
