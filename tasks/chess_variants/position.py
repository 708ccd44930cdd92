"""A position of chess or of a variant, as everything here sees it, whoever knows its rules.

Moves are in the text of the Universal Chess Interface (UCI), `e2e4` or `a7a8q`, and drops as in `N@f3`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, Self

WHITE, BLACK, DRAW = 0, 1, 2
SIDES = ("White", "Black")
RESULTS = ("1-0", "0-1", "1/2-1/2")
"""What PGN writes for a win of White, a win of Black and a draw."""


class Position(Protocol):
    """A position with the moves that led to it."""

    moves: list[str]
    """The moves so far in UCI."""

    @property
    def turn(self) -> int:
        """Who is to move: 0 White, 1 Black."""

    @property
    def result(self) -> int | None:
        """0 White won, 1 Black won, 2 a draw; None of a game in progress."""

    @property
    def fen(self) -> str:
        """The position in Forsyth-Edwards notation."""

    @property
    def key(self) -> str:
        """What makes two positions the same: pieces, side to move and rights, not the counts of moves."""

    def list_moves(self) -> Sequence[str]:
        """The legal moves in UCI, in alphabetical order; none of a game that is over."""

    def push(self, move: str) -> None:
        """Make a legal move."""

    def write_move(self, move: str) -> str:
        """A legal move in standard algebraic notation (SAN)."""

    def read_move(self, text: str) -> str | None:
        """The legal move (UCI) that a text names in SAN or UCI, or None; a text that names two moves names none."""

    def list_pieces(self) -> dict[str, int]:
        """The squares of each piece by its letter (lower case for Black), as bits, a1 the lowest, then b1."""

    def peek(self, move: str) -> tuple[dict[str, int], int | None]:
        """What a legal move leads to: the squares of each piece by its letter (lower case for Black), and the result.

        They are as in `list_pieces`; draws need not be seen.
        """

    def draw_board(self) -> str:
        """The board as a grid, rank by rank from the top, White's pieces in upper case."""

    def copy(self) -> Self:
        """The same position, to be changed apart."""
