"""Openings of chess and its variants: random first moves, and the test openings that examples keep away from."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from quickstudy.tasks.chess_variants.position import Position
from quickstudy.tasks.chess_variants.variant import Variant
from quickstudy.tasks.examples.openings import ENOUGH, PLIES, POOL_SIZE
from quickstudy.tasks.seeds import new_generator

_WALKS = 64
_CANDIDATES = 8 * POOL_SIZE


@dataclass(frozen=True)
class ChessOpening:
    """Random first moves (UCI) of a game from the start position of that number."""

    start: int
    moves: tuple[str, ...]

    @property
    def owner(self) -> int:
        """The example set, 0 to 31, to which all games with this opening belong."""
        return zlib.crc32(repr((self.start, self.moves)).encode()) % 32


def reach(variant: Variant, opening: ChessOpening) -> Position:
    """The position after an opening."""
    position = variant.start(opening.start)
    for move in opening.moves:
        position.push(move)
    return position


@lru_cache(maxsize=64)
def chess_opening_plies(variant: Variant) -> int:
    """How many random plies a game begins with: the fewest of 4, 6 and 8 that give it 8,192 openings or more.

    Their number is estimated from random walks, as `openings.count_openings` does.
    """
    for plies in PLIES:
        if _count_openings(variant, plies) >= ENOUGH:
            return plies
    return PLIES[-1]


def _count_openings(variant: Variant, plies: int) -> float:
    rng, total = new_generator("plies", variant.hash, plies), 0.0
    for _ in range(_WALKS):
        position, product = variant.start(), float(variant.starts)
        for _ in range(plies):
            legal = position.list_moves()
            product *= len(legal)
            if not legal:
                break
            position.push(legal[int(rng.integers(len(legal)))])
        total += product if position.result is None else 0.0
    return total / _WALKS


def draw_opening(variant: Variant, rng: np.random.Generator) -> ChessOpening:
    """Random first moves that leave the game unfinished; all legal moves of a ply are equally likely."""
    while True:
        start = int(rng.integers(variant.starts))
        position = variant.start(start)
        for _ in range(chess_opening_plies(variant)):
            legal = position.list_moves()
            if not legal:
                break
            position.push(legal[int(rng.integers(len(legal)))])
        if position.result is None:
            return ChessOpening(start, tuple(position.moves))


@lru_cache(maxsize=64)
def list_chess_openings(variant: Variant) -> tuple[ChessOpening, ...]:
    """The variant's pool of test openings, at most 64, whose final positions differ."""
    rng, pool = new_generator("opening", variant.hash), dict[str, ChessOpening]()
    for _ in range(_CANDIDATES):
        opening = draw_opening(variant, rng)
        pool.setdefault(reach(variant, opening).key, opening)
        if len(pool) == POOL_SIZE:
            break
    return tuple(pool.values())


@lru_cache(maxsize=64)
def held_out_keys(variant: Variant) -> frozenset[str]:
    """Keys of the final positions of all test openings; no example game passes through one."""
    return frozenset(reach(variant, opening).key for opening in list_chess_openings(variant))


def draw_chess_practice(variant: Variant, rng: np.random.Generator) -> ChessOpening:
    """A random opening of a game to learn from, which does not end where a test opening does."""
    while True:
        opening = draw_opening(variant, rng)
        if reach(variant, opening).key not in held_out_keys(variant):
            return opening
