"""Play of an invented variant by its spec, in plain Python: the moves, their legality, and when a game is over.

It knows no engine: the tests play it in lock-step with Fairy-Stockfish, which reads the same spec's definition.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Self

from quickstudy.tasks.chess_variants.betza import Ray, list_rays
from quickstudy.tasks.chess_variants.grid import draw_grid
from quickstudy.tasks.chess_variants.position import DRAW, WHITE
from quickstudy.tasks.chess_variants.san import read_san, write_san
from quickstudy.tasks.chess_variants.spec import (
    FILES,
    KING,
    MAX_PLIES,
    MOVES_WITHOUT_PROGRESS,
    PAWN,
    REPETITIONS,
    VariantSpec,
)

Path = tuple[int, ...]
"""The squares of a ray from the one next to the piece, nearest first."""


@dataclass(frozen=True)
class Reach:
    """Where a piece may go from a square: paths that it may end on if empty, or to capture, or both."""

    paths: tuple[tuple[Path, bool, bool], ...]
    captures: dict[int, tuple[Path, ...]]
    """Squares between, by the square of the enemy, for each way to capture there."""


@dataclass(frozen=True)
class Geometry:
    """What follows from a spec alone: names of squares, and the reach of each piece of either side from each square."""

    names: tuple[str, ...]
    reach: dict[str, tuple[Reach, ...]]
    last: tuple[frozenset[int], frozenset[int]]


@lru_cache(maxsize=64)
def build_geometry(spec: VariantSpec) -> Geometry:
    """The geometry of a spec; pieces are letters, lower case for Black."""
    squares = range(spec.files * spec.ranks)
    names = tuple(f"{FILES[square % spec.files]}{square // spec.files + 1}" for square in squares)
    reach = {
        letter: tuple(_find_reach(spec, list_rays(piece.betza), square, sign) for square in squares)
        for piece in spec.pieces
        for letter, sign in ((piece.letter, 1), (piece.letter.lower(), -1))
    }
    far, near = (frozenset(s for s in squares if s // spec.files == rank) for rank in (spec.ranks - 1, 0))
    return Geometry(names, reach, (far, near))


def _find_reach(spec: VariantSpec, rays: Sequence[Ray], square: int, sign: int) -> Reach:
    paths, captures = list[tuple[Path, bool, bool]](), dict[int, tuple[Path, ...]]()
    for ray in rays:
        x, y, path = square % spec.files, square // spec.files, list[int]()
        while ray.steps == 0 or len(path) < ray.steps:
            x, y = x + ray.leap[0], y + sign * ray.leap[1]
            if not (0 <= x < spec.files and 0 <= y < spec.ranks):
                break
            if ray.captures:
                place = y * spec.files + x
                captures[place] = (*captures.get(place, ()), tuple(path))
            path.append(y * spec.files + x)
        if path:
            paths.append((tuple(path), ray.moves, ray.captures))
    return Reach(tuple(paths), captures)


class SpecPosition:
    """A position of an invented variant, from its start."""

    def __init__(self, spec: VariantSpec) -> None:
        self.spec, self.geometry = spec, build_geometry(spec)
        empty = [""] * (spec.files * (spec.ranks - 2 * len(spec.rows)))
        white = [letter.strip(".") for row in spec.rows for letter in row]
        black = [letter.strip(".").lower() for row in reversed(spec.rows) for letter in row]
        self.board: list[str] = [*white, *empty, *black]
        self.turn, self.quiet, self.passed = WHITE, 0, -1
        self.checks = [spec.checks, spec.checks]
        self.moves: list[str] = []
        self.seen: Counter[str] = Counter([self.key])
        self._legal: list[str] | None = None

    def copy(self) -> Self:
        """The same position, to be changed apart."""
        other = object.__new__(type(self))
        other.__dict__ = {key: value for key, value in self.__dict__.items() if key != "in_check"}
        other.board, other.checks, other.moves = self.board.copy(), self.checks.copy(), self.moves.copy()
        other.seen = self.seen.copy()
        return other

    def judge_by(self, spec: VariantSpec) -> Self:
        """The same position by other rules with the same board and letters; checks that were given count there, too."""
        other = self.copy()
        other.spec, other.geometry, other._legal = spec, build_geometry(spec), None
        other.checks = [max(spec.checks - (self.spec.checks - left), 0) for left in self.checks]
        return other

    @property
    def key(self) -> str:
        """Pieces, side to move, the square that can be taken en passant, and checks left."""
        target = self.passed if self.passed >= 0 and self._can_take(self.passed) else -1
        return f"{','.join(self.board)} {self.turn} {target} {self.checks}"

    @property
    def fen(self) -> str:
        """The position as the engine writes it."""
        rows = []
        for rank in range(self.spec.ranks - 1, -1, -1):
            row, run = "", 0
            for piece in [*self.board[rank * self.spec.files : (rank + 1) * self.spec.files], "end"]:
                if piece:
                    row, run = row + (str(run) if run else "") + piece.replace("end", ""), 0
                else:
                    run += 1
            rows.append(row)
        target = self.geometry.names[self.passed] if self.passed >= 0 and self._can_take(self.passed) else "-"
        left = f" {self.checks[0]}+{self.checks[1]}" if self.spec.checks else ""
        number = len(self.moves) // 2 + 1
        return f"{'/'.join(rows)} {'wb'[self.turn]} - {target}{left} {self.quiet} {number}"

    def draw_board(self) -> str:
        """The board as a grid."""
        return draw_grid(self.board, self.spec.files)

    @cached_property
    def in_check(self) -> bool:
        """Whether the king of the player to move is attacked."""
        return self._attacked(self.turn)

    @property
    def result(self) -> int | None:
        """Race and checks first, then mate and stalemate, then the draws."""
        other = 1 - self.turn
        if self.spec.race and self.board.index(self._king(other)) in self.geometry.last[other]:
            return other
        if self.spec.checks and self.checks[other] == 0:
            return other
        if not self._find_legal():
            return other if self.in_check or self.spec.stalemate == "loss" else DRAW
        bare = not self.spec.race and all(piece in ("", KING, KING.lower()) for piece in self.board)
        long = self.quiet >= 2 * MOVES_WITHOUT_PROGRESS or len(self.moves) >= MAX_PLIES
        return DRAW if bare or long or self.seen[self.key] >= REPETITIONS else None

    def list_moves(self) -> Sequence[str]:
        """The legal moves in UCI, in alphabetical order; none of a game that is over."""
        return self._find_legal() if self.result is None else []

    def push(self, move: str) -> None:
        """Make a legal move."""
        start, end, promoted = self._split(move)
        piece = self.board[start]
        pawn, taken = piece.upper() == PAWN, self.board[end] != ""
        files = self.spec.files
        self._move(start, end, promoted)
        self.passed = -1
        if pawn and self.spec.double_step and abs(end - start) == 2 * files:
            self.passed = (start + end) // 2
        self.quiet = 0 if pawn or taken else self.quiet + 1
        self.turn = 1 - self.turn
        self.moves.append(move)
        self._legal = None
        self.__dict__.pop("in_check", None)
        if self.spec.checks and self.in_check:
            self.checks[1 - self.turn] -= 1
        self.seen[self.key] += 1

    def list_pieces(self) -> dict[str, int]:
        """The squares of each piece by its letter."""
        found = dict[str, int]()
        for square, piece in enumerate(self.board):
            if piece:
                found[piece] = found.get(piece, 0) | 1 << square
        return found

    def peek(self, move: str) -> tuple[dict[str, int], int | None]:
        """The squares of each piece after a legal move, and the result."""
        after = self.copy()
        after.push(move)
        return after.list_pieces(), after.result

    def write_move(self, move: str) -> str:
        """A legal move in standard algebraic notation."""
        after = self.copy()
        after.push(move)
        mate = after.in_check and not after._find_legal()
        start, end, promoted = self._split(move)
        piece = self.board[start].upper()
        takes = self.board[end] != "" or (piece == PAWN and end == self.passed and (end - start) % self.spec.files != 0)
        rivals = [other[:2] for other in self._find_legal() if other[2:4] == move[2:4] and self._letter(other) == piece]
        return write_san(
            piece if piece != PAWN else "",
            move[:2],
            move[2:4],
            rivals,
            takes=takes,
            promoted=promoted,
            sign="#" if mate else "+" if after.in_check else "",
        )

    def read_move(self, text: str) -> str | None:
        """The legal move that a text names in SAN or UCI."""
        return read_san(text, [(move, self._letter(move)) for move in self.list_moves()], PAWN)

    def _letter(self, move: str) -> str:
        return self.board[self._split(move)[0]].upper()

    def _split(self, move: str) -> tuple[int, int, str]:
        names = self.geometry.names
        return names.index(move[:2]), names.index(move[2:4]), move[4:].upper()

    def _king(self, player: int) -> str:
        return KING if player == WHITE else KING.lower()

    def _mine(self, piece: str, player: int) -> bool:
        return piece != "" and piece.isupper() == (player == WHITE)

    def _move(self, start: int, end: int, promoted: str) -> None:
        """Change the board by a move, en passant and promotion included."""
        piece, files = self.board[start], self.spec.files
        if piece.upper() == PAWN and end == self.passed and (end - start) % files != 0:
            self.board[end - files if piece == PAWN else end + files] = ""
        self.board[start] = ""
        self.board[end] = (promoted if piece == PAWN else promoted.lower()) if promoted else piece

    def _find_legal(self) -> list[str]:
        """The legal moves of a position that no race or count of checks has ended."""
        if self._legal is None:
            self._legal = sorted(move for move in self._find_moves() if self._keeps_king(move))
        return self._legal

    def _keeps_king(self, move: str) -> bool:
        start, end, promoted = self._split(move)
        board = self.board.copy()
        self._move(start, end, promoted)
        safe = not self._attacked(self.turn)
        self.board = board
        return safe

    def _attacked(self, player: int) -> bool:
        """Whether the king of a player is attacked."""
        target = self.board.index(self._king(player))
        reach = self.geometry.reach
        for square, piece in enumerate(self.board):
            if piece and not self._mine(piece, player):
                for path in reach[piece][square].captures.get(target, ()):
                    if not any(self.board[between] for between in path):
                        return True
        return False

    def _find_moves(self) -> list[str]:
        """Moves by the pieces' ways alone, whether or not they leave the king attacked; each once."""
        found = dict[str, None]()
        names, me = self.geometry.names, self.turn
        for start, piece in enumerate(self.board):
            if not self._mine(piece, me):
                continue
            pawn = piece.upper() == PAWN
            ends = self._find_ends(start, piece)
            if pawn:
                ends += self._find_pawn_ends(start, piece)
            for end in ends:
                move = names[start] + names[end]
                if pawn and end in self.geometry.last[me]:
                    found |= {move + letter.lower(): None for letter in self.spec.promotions}
                else:
                    found[move] = None
        return list(found)

    def _find_ends(self, start: int, piece: str) -> list[int]:
        """Where a piece may go by its notation."""
        ends = []
        for path, moves, captures in self.geometry.reach[piece][start].paths:
            for end in path:
                other = self.board[end]
                if other:
                    if captures and not self._mine(other, self.turn):
                        ends.append(end)
                    break
                if moves:
                    ends.append(end)
        return ends

    def _find_pawn_ends(self, start: int, piece: str) -> list[int]:
        """The double step and the square that can be taken en passant."""
        ends, ahead = [], self.spec.files if piece == PAWN else -self.spec.files
        rank = 1 if piece == PAWN else self.spec.ranks - 2
        twice = self.spec.double_step and start // self.spec.files == rank
        if twice and not self.board[start + ahead] and not self.board[start + 2 * ahead]:
            ends.append(start + 2 * ahead)
        if self.passed >= 0 and self.passed in self.geometry.reach[piece][start].captures:
            ends.append(self.passed)
        return ends

    def _can_take(self, passed: int) -> bool:
        """Whether the player to move has a pawn that could legally take en passant."""
        names, pawn = self.geometry.names, PAWN if self.turn == WHITE else PAWN.lower()
        return any(
            piece == pawn
            and passed in self.geometry.reach[piece][square].captures
            and self._keeps_king(names[square] + names[passed])
            for square, piece in enumerate(self.board)
        )
