"""Positions of chess and its variants as claims are decided of them, by whoever knows the rules."""

from __future__ import annotations

from quickstudy.tasks.chess_variants.position import Position
from quickstudy.tasks.games.claims import Situation


class ChessSituation(Situation[str]):
    """A position of chess; moves are in UCI, and in SAN as the game's own notation."""

    def __init__(self, position: Position) -> None:
        self.position = position
        self.options = tuple(position.list_moves())
        self._peeked: dict[str, tuple[dict[str, int], int | None]] = {}
        self._followed: dict[str, ChessSituation] = {}  # claims that are joined ask the same of a move again

    @property
    def mover(self) -> int:
        """Who is to move: 0 White, 1 Black."""
        return self.position.turn

    def read_move(self, text: str) -> str | None:
        """The legal move that a text names in SAN or UCI."""
        return self.position.read_move(text)

    def write_move(self, move: str) -> str:
        """A legal move in SAN."""
        return self.position.write_move(move)

    def find_result(self, move: str) -> int | None:
        """How a legal move ends the game, draws included."""
        return self.follow(move).position.result

    def wins(self, move: str) -> bool:
        """Whether a legal move wins, which a look at it tells without the moves that led here."""
        return self._peek(move)[1] == self.mover

    def count_captured(self, move: str) -> int:
        """How many of the opponent's pieces are gone after it."""
        return self._count_enemies(self.position.list_pieces()) - self._count_enemies(self._peek(move)[0])

    def follow(self, move: str) -> ChessSituation:
        """The situation after a legal move."""
        if move not in self._followed:
            after = self.position.copy()
            after.push(move)
            self._followed[move] = ChessSituation(after)
        return self._followed[move]

    def _peek(self, move: str) -> tuple[dict[str, int], int | None]:
        if move not in self._peeked:
            self._peeked[move] = self.position.peek(move)
        return self._peeked[move]

    def _count_enemies(self, pieces: dict[str, int]) -> int:
        return sum(squares.bit_count() for letter, squares in pieces.items() if letter.isupper() == bool(self.mover))
