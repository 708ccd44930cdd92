"""Invented chess variants from seeds: board, pieces in Betza notation, set-up and goal."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from quickstudy.tasks.chess_variants.interpreter import SpecPosition
from quickstudy.tasks.chess_variants.spec import CHESS_PAWN, KING, PAWN, Piece, VariantSpec
from quickstudy.tasks.games.names import invent_name, invent_pieces
from quickstudy.tasks.seeds import new_generator

BOARDS = ((5, 6), (6, 6), (6, 7), (7, 7), (6, 8), (8, 8))
PAWNS = (CHESS_PAWN, CHESS_PAWN, "mfFcfW", "mfWmfFcfW")
KINGS = ("K", "K", "K", "FfW", "WfF")
GOALS = ("mate", "mate", "race", "checks")
LIGHT = ("FD", "WA", "FfW", "WfF", "mNcF", "mFcN", "mWcN", "mNcW", "N", "FfN", "WfN", "vN", "mKcfF", "sNvW")
HEAVY = ("W3F", "F3W", "R2", "mRcB", "mBcR", "B", "R", "NW", "NF", "CF", "ZW", "F2N", "W2N", "NN", "mQcN", "vRsW")
ORTHODOX = frozenset({"N", "B", "R", "Q", "K"})


def generate_variant(seed: int) -> VariantSpec:
    """The variant that follows from a seed. Its names are invented; every one has a piece that chess has not.

    No game begins with a check, nor with a move that wins at once.
    """
    rng = new_generator("chess variant", seed)
    while True:
        spec = _draw_variant(rng)
        if is_playable(spec):
            return spec


def is_playable(spec: VariantSpec) -> bool:
    """Whether no game begins with a check, nor with a move that ends it."""
    start = SpecPosition(spec)
    return not start.in_check and all(start.peek(move)[1] is None for move in start.list_moves())


def _draw_variant(rng: np.random.Generator) -> VariantSpec:
    files, ranks = BOARDS[int(rng.integers(len(BOARDS)))]
    goal, pawn = _pick(rng, GOALS), _pick(rng, PAWNS)
    kinds = int(rng.integers(2, 5 if files > 5 else 4))
    heavy = int(rng.integers(1, kinds + 1))
    moves = [*_draw(rng, HEAVY, heavy), *_draw(rng, LIGHT, kinds - heavy)]
    if set(moves) <= ORTHODOX:
        moves[-1] = _pick(rng, tuple(move for move in LIGHT if move not in ORTHODOX))
    words = _name_pieces(rng, kinds)
    pieces = [Piece(word, word[0].upper(), betza) for word, betza in zip(words, moves, strict=True)]
    row = _fill_row(rng, files, [piece.letter for piece in pieces])
    return VariantSpec(
        name=invent_name(rng),
        files=files,
        ranks=ranks,
        pieces=(*pieces, Piece("king", KING, _pick(rng, KINGS)), Piece("pawn", PAWN, pawn)),
        rows=(row, PAWN * files),
        promotions="".join(piece.letter for piece in pieces),
        double_step=pawn == CHESS_PAWN and ranks >= 7 and bool(rng.random() < 0.5),
        race=goal == "race",
        checks=int(rng.integers(3, 6)) if goal == "checks" else 0,
        stalemate=_pick(rng, ("draw", "loss")),
    )


def _name_pieces(rng: np.random.Generator, count: int) -> list[str]:
    """Names whose first letters are neither K nor P."""
    while True:
        words = invent_pieces(rng, count)
        if not {word[0].upper() for word in words} & {KING, PAWN}:
            return words


def _fill_row(rng: np.random.Generator, files: int, letters: Sequence[str]) -> str:
    """White's first rank: the king near the middle, the others in pairs from the edges as far as they go."""
    row = [""] * files
    place = files // 2 - int(rng.integers(2)) if files % 2 == 0 else files // 2
    row[place] = KING
    order = [letters[i] for i in rng.permutation(len(letters)).tolist()]
    for edge in range((files + 1) // 2):
        for square in {edge, files - 1 - edge}:
            if not row[square]:
                row[square] = order[edge % len(order)]
    return "".join(row)


def _draw(rng: np.random.Generator, options: Sequence[str], count: int) -> list[str]:
    return [options[i] for i in rng.permutation(len(options))[:count].tolist()]


def _pick(rng: np.random.Generator, options: Sequence[str]) -> str:
    return options[int(rng.integers(len(options)))]
