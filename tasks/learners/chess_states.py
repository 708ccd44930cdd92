"""Positions of chess as learners compare them: in the layout of the board games' states, with more kinds of piece."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from quickstudy.tasks.chess_variants.position import BLACK, DRAW, Position
from quickstudy.tasks.games.board import Board
from quickstudy.tasks.learners.features import Codes, Features, Indices
from quickstudy.tasks.learners.note_words import NoteWords, name_features, name_side

State = NDArray[np.uint64]
KINDS = 8
_KIND_PLANES = (2, 3, 4)
"""Three bits of a piece's kind: the third takes the place of burnt cells, which chess has not."""


def encode_position(pieces: Mapping[str, int], result: int | None, letters: str, turn: int) -> list[int]:
    """A position as twelve numbers, from the squares (bits) of its pieces by letter, lower case for Black.

    Bits of 0 and 1 are White's and Black's pieces, of 2 to 4 the digits of their kinds (a kind is the place of its
    letter among `letters`); 5 is the side to move, 7 the result as the kernel counts: 0 none, 1 White, 2 Black, 3 draw.
    """
    planes = [0] * 12
    for letter, squares in pieces.items():
        kind = letters.index(letter.upper())
        planes[0 if letter.isupper() else 1] |= squares
        for digit, plane in enumerate(_KIND_PLANES):
            planes[plane] |= squares if kind >> digit & 1 else 0
    planes[5] = turn
    planes[7] = 0 if result is None else 3 if result == DRAW else result + 1
    return planes


def look_ahead(position: Position, moves: Sequence[str], letters: str) -> State:
    """The states (moves, 12) after each of the legal moves."""
    turn = 1 - position.turn
    after = [encode_position(*position.peek(move), letters, turn) for move in moves]
    return np.array(after, np.uint64).reshape(-1, 12)


class ChessFeatures(Features):
    """The features of board games on a board of squares (piece on a square, windows, lines), and the material."""

    def __init__(self, files: int, ranks: int, kinds: int) -> None:
        self.files, self.ranks = files, ranks
        self._lay_out(Board(width=files, height=ranks), kinds, burn=False)
        flipped = np.arange(files * ranks).reshape(ranks, files)[::-1]
        self.turned = flipped.ravel()
        self.material = self.size - 1
        self.size += self.codes - 2

    @property
    def placed(self) -> int:
        """How many of the features are of places: all but the material."""
        return self.material + 1

    def encode(self, states: State, mover: int) -> Codes:
        """Codes (positions, cells) of states (positions, 12) as the player `mover` sees them."""
        planes = [mover, 1 - mover, *_KIND_PLANES]
        bits = (states.T[planes, :, None] >> self.shifts & np.uint64(1)).view(np.int64)
        kind = bits[2] + 2 * bits[3] + 4 * bits[4]
        codes = bits[0] * (1 + 2 * kind) + bits[1] * (2 + 2 * kind)
        return np.asarray(codes[:, self.turned] if mover == BLACK else codes, dtype=np.int64)

    def index(self, codes: Codes) -> Indices:
        """Indices (positions, active features): a piece counts for its square and, anywhere, for its kind."""
        return np.hstack([super().index(codes), self._count(codes)])

    def index_pieces(self, codes: Codes) -> Indices:
        """The same without windows and lines."""
        return np.hstack([super().index_pieces(codes), self._count(codes)])

    def _count(self, codes: Codes) -> Indices:
        return np.where(codes > 0, self.material + codes, self.size)


@lru_cache(maxsize=64)
def build_chess_features(files: int, ranks: int, kinds: int) -> ChessFeatures:
    """The features of a board and a number of kinds."""
    return ChessFeatures(files, ranks, kinds)


@lru_cache(maxsize=64)
def chess_words(files: int, ranks: int, kinds: tuple[str, ...]) -> NoteWords:
    """The words for these features, of pieces of these names: on squares as on cells, and in all as `material`."""
    features = build_chess_features(files, ranks, len(kinds))
    words = name_features(features, Board(width=files, height=ranks), kinds)
    counted = {
        (f"{name_side(code)} pieces anywhere", kinds[(code - 1) // 2]): features.material + code
        for code in range(1, features.codes - 1)
    }
    blocks = {**words.blocks, "material": (features.material + 1, features.size)}
    return NoteWords(features, {**words.named, **counted}, blocks)
