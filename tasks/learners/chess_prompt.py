"""What an embedded learner makes of a prompt of chess or a variant: the rules, the examples and the position."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from quickstudy.tasks.chess_variants.interpreter import SpecPosition
from quickstudy.tasks.chess_variants.library import CHESS_LETTERS, CHESS_NAMES
from quickstudy.tasks.chess_variants.movetext import join_start, read_movetext, split_start
from quickstudy.tasks.chess_variants.position import DRAW, SIDES, Position
from quickstudy.tasks.chess_variants.situation import ChessSituation
from quickstudy.tasks.chess_variants.spec import VariantSpec
from quickstudy.tasks.learners.chess_reader import read_variant
from quickstudy.tasks.learners.chess_states import (
    State,
    build_chess_features,
    chess_words,
    encode_position,
    look_ahead,
)
from quickstudy.tasks.learners.draft import ReadError
from quickstudy.tasks.learners.evidence import NOT_LEGAL, Choice, Evidence, ExampleGame, Prospect, Step
from quickstudy.tasks.learners.features import Features
from quickstudy.tasks.learners.note_words import NoteWords

_NUMBERS = re.compile(r"\d")


@dataclass(frozen=True, eq=False)
class Subject:
    """The variant that a text describes: `letters` and `names` are of its pieces.

    `begin` starts a game, from a named start position where there are several; `draw_start` gives the words that name
    one of these, none otherwise.
    """

    letters: str
    names: tuple[str, ...]
    files: int
    ranks: int
    begin: Callable[[str], Position]
    draw_start: Callable[[np.random.Generator], tuple[str, ...]]

    def reach(self, moves: tuple[str, ...]) -> Position | None:
        """The position after the words of a game, a start position's name first where it has one; None if illegal."""
        start, played = split_start(moves)
        try:
            position = self.begin(start)
        except ValueError:
            return None
        for text in played:
            move = position.read_move(text)
            if move is None:
                return None
            position.push(move)
        return position


@dataclass(frozen=True, eq=False)
class ChessEvidence(Evidence):
    """The constant part of a prompt of chess: the subject instead of rules of a board game."""

    subject: Subject | None = None

    @property
    def known_subject(self) -> Subject:
        """The variant that was read. Raises ReadError where there is none."""
        if self.subject is None:
            raise ReadError("the prompt's rules are withheld or cannot be read")
        return self.subject

    @property
    def is_understood(self) -> bool:
        """Whether there are rules and they were understood."""
        return self.subject is not None

    @property
    def sides(self) -> tuple[str, str]:
        """White and Black."""
        return SIDES

    @property
    def features(self) -> Features:
        """The features of the board and the kinds of piece."""
        subject = self.known_subject
        return build_chess_features(subject.files, subject.ranks, len(subject.letters))

    @property
    def words(self) -> NoteWords:
        """The words of notes on them."""
        subject = self.known_subject
        return chess_words(subject.files, subject.ranks, subject.names)

    def look(self, moves: tuple[str, ...]) -> Prospect | None:
        """What can be done after moves, by the rules that were read."""
        position = None if self.subject is None else self.subject.reach(moves)
        return None if position is None else self._look_at(position)

    def number_move(self, ply: int) -> int:
        """Movetext counts the moves of each side."""
        return ply // 2 + 1

    def retrace(self, moves: tuple[str, ...]) -> Iterator[Choice]:
        """The points of a finished game, up to the first move that the rules do not allow."""
        start, played = split_start(moves)
        position = self.known_subject.begin(start)
        for text in played:
            move = position.read_move(text)
            if move is None:
                return
            yield Choice(self._look_at(position.copy()), position.list_moves().index(move))
            position.push(move)

    def begin(self, rng: np.random.Generator) -> tuple[tuple[str, ...], Prospect]:
        """A new game, from a start that is drawn where there are many."""
        start = self.known_subject.draw_start(rng)
        return start, self._look_at(self.known_subject.begin(split_start(start)[0]))

    def situate(self, moves: Sequence[str]) -> ChessSituation:
        """The situation after the words of a game. Raises ReadError where the rules do not allow them."""
        position = self.known_subject.reach(tuple(moves))
        if position is None:
            raise ReadError(NOT_LEGAL)
        return ChessSituation(position)

    def read_word(self, word: str) -> str:
        """The word itself: the position knows what it means."""
        return word

    def _look_at(self, position: Position) -> Prospect:
        letters, legal = self.known_subject.letters, position.list_moves()
        after = look_ahead(position, legal, letters)

        def follow(index: int) -> Prospect:
            following = position.copy()
            following.push(legal[index])
            return self._look_at(following)

        return Prospect(_encode(position, letters), after, lambda index: position.write_move(legal[index]), follow)

    def read_position(self, text: str) -> State | None:
        """The state (12,) of a position's pieces in Forsyth-Edwards notation."""
        subject = self.known_subject
        ranks = [_NUMBERS.sub(lambda run: "." * int(run[0]), rank) for rank in text.split("/")]
        board = "".join(reversed(ranks))
        if len(ranks) != subject.ranks or any(len(rank) != subject.files for rank in ranks):
            return None
        pieces = dict[str, int]()
        for square, letter in enumerate(board):
            if letter != ".":
                pieces[letter] = pieces.get(letter, 0) | 1 << square
        if not {letter.upper() for letter in pieces} <= set(subject.letters):
            return None
        return np.array(encode_position(pieces, None, subject.letters, 0), np.uint64)

    def trace(self, moves: tuple[str, ...]) -> list[Step]:
        """The plies of an example game, up to the first that the rules do not allow."""
        return _trace(self.known_subject, moves)


def read_chess(rules: str) -> Subject | None:
    """The subject of rules in English; None where they are not understood."""
    try:
        return _build_subject(rules)
    except ReadError:
        return None


@lru_cache(maxsize=64)
def _build_subject(rules: str) -> Subject:
    found = read_variant(rules)
    if isinstance(found, VariantSpec):
        letters, names = zip(*((piece.letter, piece.name) for piece in found.pieces), strict=True)
        size = found.files, found.ranks
        return Subject("".join(letters), names, *size, lambda start: SpecPosition(found), lambda rng: ())

    def begin(start: str) -> Position:
        return found.start(found.split_start(join_start(start, ()))[0])

    def draw_start(rng: np.random.Generator) -> tuple[str, ...]:
        return tuple(found.name_start(int(rng.integers(found.starts))))

    return Subject(CHESS_LETTERS, CHESS_NAMES, 8, 8, begin, draw_start)


@lru_cache(maxsize=1024)  # a set's examples are in the prompts of all larger n and of all learners
def _trace(subject: Subject, moves: tuple[str, ...]) -> list[Step]:
    start, played = split_start(moves)
    position, found = subject.begin(start), list[Step]()
    for text in played:
        legal = list(position.list_moves())
        move = position.read_move(text)
        if move is None:
            break
        found.append((look_ahead(position, legal, subject.letters), legal.index(move), position.turn))
        position.push(move)
    return found


def _encode(position: Position, letters: str) -> State:
    """The state (12,) of a position, as far as learners look at one before a move: pieces and side to move."""
    pieces = position.list_pieces()
    return np.array(encode_position(pieces, position.result, letters, position.turn), np.uint64)


def read_chess_line(number: int, text: str, opening_plies: int) -> ExampleGame:
    """One example: a game's movetext and result; its last position and result; or a position and what was chosen."""
    body, bar, end = text.partition(" | ")
    start, moves, result = read_movetext(f"{body} {end}" if bar else body)
    if bar and result is None:
        return ExampleGame(join_start(start, moves), None, len(moves) - 1, judged=False, number=number)
    winner = None if result in (None, DRAW) else result
    if bar:
        return ExampleGame((), winner, opening_plies, judged=True, last=body, number=number)
    first = opening_plies
    return ExampleGame(join_start(start, moves), winner, first, judged=result is not None, number=number)


def read_chess_moves(text: str) -> tuple[str, ...]:
    """The words of the moves so far."""
    start, moves, _ = read_movetext(text)
    return join_start(start, moves)
