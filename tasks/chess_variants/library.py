"""Positions of orthodox chess and of published variants, whose rules python-chess knows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

import chess
import chess.variant

from quickstudy.tasks.chess_variants.grid import draw_grid
from quickstudy.tasks.chess_variants.position import BLACK, DRAW, WHITE
from quickstudy.tasks.chess_variants.spec import MAX_PLIES, MOVES_WITHOUT_PROGRESS, REPETITIONS

_BOARDS: dict[str, type[chess.Board]] = {
    "orthodox": chess.Board,
    "chess960": chess.Board,
    "three-check": chess.variant.ThreeCheckBoard,
    "king-of-the-hill": chess.variant.KingOfTheHillBoard,
    "horde": chess.variant.HordeBoard,
    "racing-kings": chess.variant.RacingKingsBoard,
    "atomic": chess.variant.AtomicBoard,
    "antichess": chess.variant.AntichessBoard,
    "crazyhouse": chess.variant.CrazyhouseBoard,
}
PUBLISHED = tuple(_BOARDS)
STARTS, USUAL = 960, 518
CHESS_LETTERS, CHESS_NAMES = "PNBRQK", ("pawn", "knight", "bishop", "rook", "queen", "king")
"""The kinds of piece of chess and its published variants."""


class LibraryPosition:
    """A position of a published variant; `number` is that of the start position in Chess960 (518 is the usual one).

    Raises ValueError for a start position that there is not.
    """

    def __init__(self, variant: str, number: int = USUAL) -> None:
        self.board = _BOARDS[variant]()
        if variant == "chess960":
            self.board = chess.Board.from_chess960_pos(number)
        self.moves: list[str] = []
        self._loses = variant == "antichess"  # who has no move wins there

    @property
    def turn(self) -> int:
        """Who is to move."""
        return WHITE if self.board.turn else BLACK

    @property
    def fen(self) -> str:
        """The position in Forsyth-Edwards notation; of Chess960 in Shredder's, which names the castling rooks."""
        return self.board.fen(shredder=self.board.chess960)

    @property
    def key(self) -> str:
        """The position without the counts of moves; the square of a pawn that can be taken en passant counts."""
        words = self.board.fen().split()
        return " ".join(words[:4])

    @property
    def result(self) -> int | None:
        """As python-chess judges; beside that the draws that a player could claim, and games that are too long."""
        outcome = self.board.outcome()
        if outcome is not None:
            return DRAW if outcome.winner is None else WHITE if outcome.winner else BLACK
        long = self.board.halfmove_clock >= 2 * MOVES_WITHOUT_PROGRESS or len(self.moves) >= MAX_PLIES
        return DRAW if long or self.board.is_repetition(REPETITIONS) else None

    def list_moves(self) -> Sequence[str]:
        """The legal moves in UCI, in alphabetical order; none of a game that is over."""
        return sorted(map(self.board.uci, self.board.legal_moves)) if self.result is None else []

    def push(self, move: str) -> None:
        """Make a legal move."""
        self.board.push(self.board.parse_uci(move))
        self.moves.append(move)

    def write_move(self, move: str) -> str:
        """A legal move in standard algebraic notation."""
        return self.board.san(self.board.parse_uci(move))

    def read_move(self, text: str) -> str | None:
        """The legal move that a text names in SAN or UCI; null moves and ambiguous texts name none."""
        word, legal = text.strip(), self.list_moves()
        if word in legal:
            return word
        try:
            found = self.board.uci(self.board.parse_san(word))
        except ValueError:
            return None
        return found if found in legal else None

    def list_pieces(self) -> dict[str, int]:
        """The squares of each piece by its letter."""
        board = self.board
        kinds = (board.pawns, board.knights, board.bishops, board.rooks, board.queens, board.kings)
        white, black = board.occupied_co[chess.WHITE], board.occupied_co[chess.BLACK]
        found = {letter: squares & white for letter, squares in zip(CHESS_LETTERS, kinds, strict=True)}
        return found | {letter: squares & black for letter, squares in zip(CHESS_LETTERS.lower(), kinds, strict=True)}

    def peek(self, move: str) -> tuple[dict[str, int], int | None]:
        """The squares of each piece after a legal move, and the result where it ends the game by a win."""
        board = self.board
        board.push(board.parse_uci(move))
        found = self.list_pieces()
        over = board.is_variant_end() or board.is_checkmate() or (self._loses and board.is_stalemate())
        outcome = board.outcome() if over else None
        winner = None if outcome is None else outcome.winner
        board.pop()
        return found, None if winner is None else WHITE if winner else BLACK

    def draw_board(self) -> str:
        """The board as a grid."""
        pieces = [self.board.piece_at(square) for square in chess.SQUARES]
        return draw_grid([piece.symbol() if piece else "" for piece in pieces], 8)

    def copy(self) -> Self:
        """The same position, to be changed apart."""
        other = object.__new__(type(self))
        other.board, other.moves, other._loses = self.board.copy(), self.moves.copy(), self._loses
        return other
