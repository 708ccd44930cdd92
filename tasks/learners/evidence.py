"""What an embedded learner has read of a prompt: rules, example games and notes, and what follows from the rules."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quickstudy.tasks.games.board import Board
from quickstudy.tasks.games.claims import Situation
from quickstudy.tasks.games.notation import format_move, parse_move, symbols
from quickstudy.tasks.games.rules import Rules
from quickstudy.tasks.games.situation import BoardSituation
from quickstudy.tasks.games.tables import build_tables
from quickstudy.tasks.learners.draft import ReadError
from quickstudy.tasks.learners.features import Features, build_features
from quickstudy.tasks.learners.naming import Naming, Untold
from quickstudy.tasks.learners.note_words import NoteWords, board_words

State = NDArray[np.uint64]
NOT_LEGAL = "the moves are not legal by the rules that I read"


@dataclass(frozen=True, eq=False)
class ExampleGame:
    """One example as read: its moves in plain notation and the winner (0 X, 1 O, None for a draw).

    The moves before number `first` teach nothing: chance or somebody else made them. `judged` says whether the line
    has a result, `values` holds the win probability of the mover after each move where the text has such values, and
    `last` the drawn last position where it has that instead of moves. `number` is that of the line.
    """

    moves: tuple[str, ...]
    winner: int | None
    first: int = 0
    judged: bool = True
    values: tuple[float, ...] = ()
    last: str = ""
    number: int = 0


@dataclass(frozen=True, eq=False)
class Prospect:
    """A position and what can be done in it: states (12,) now and (moves, 12) after each legal move.

    `write_move` gives the text of the move with an index, and `follow` what can be done after it.
    """

    state: State
    after: State
    write_move: Callable[[int], str]
    follow: Callable[[int], Prospect]


@dataclass(frozen=True, eq=False)
class Choice:
    """A point of a finished game: the prospect there, and the number of the legal move that was `chosen`."""

    prospect: Prospect
    chosen: int


Step = tuple[State, int, int]
"""One ply of an example: the positions (moves, 12) after each legal move, which was chosen, and by whom (0 or 1)."""


@dataclass(frozen=True, eq=False)
class Evidence:
    """The constant part of a prompt: the rules (None if withheld or not understood) and the example games.

    `opening_plies` is how many moves of each example game the text declares random; `salt` is a number that follows
    from the whole text, `naming` the notation that the text defines, `notes` the items of an earlier player's notes.
    `replayed` keeps positions reached in the current game by its moves so far, `places` numbers of cells by their
    names: nothing but shortcuts of reading the text again.
    """

    rules: Rules | None
    games: tuple[ExampleGame, ...]
    opening_plies: int
    salt: int = 0
    naming: Naming | Untold = field(default_factory=Naming)
    notes: tuple[str, ...] = ()
    replayed: dict[tuple[str, ...], State] = field(default_factory=dict)
    places: dict[str, int] = field(default_factory=dict)

    @property
    def known_rules(self) -> Rules:
        """The rules that were read. Raises ReadError where there are none."""
        if self.rules is None:
            raise ReadError("the prompt's rules are withheld or cannot be read")
        return self.rules

    @property
    def is_understood(self) -> bool:
        """Whether there are rules and they were understood."""
        return self.rules is not None

    @property
    def sides(self) -> tuple[str, str]:
        """The names of the sides in the text."""
        return self.naming.sides

    @property
    def words(self) -> NoteWords:
        """The words of notes on the game by the rules that were read. Raises ReadError where there are none."""
        return board_words(self.known_rules)

    @property
    def tables(self) -> Any:
        """The kernel's record of the rules that were read."""
        return build_tables(self.known_rules)

    @property
    def features(self) -> Features:
        """The features of positions by the rules that were read. Raises ReadError where there are none."""
        return build_features(self.known_rules)

    def look(self, moves: tuple[str, ...]) -> Prospect | None:
        """What can be done after moves; None where the rules that were read do not allow them."""
        state = self.replay(moves)
        return None if state is None else self._look_ahead(state)

    def begin(self, rng: np.random.Generator) -> tuple[tuple[str, ...], Prospect]:
        """A new game: the words that name its start, where it is one of many, and what can be done there.

        Raises ReadError without rules.
        """
        return (), self._look_ahead(np.array(self.tables["start"], dtype=np.uint64))

    def situate(self, moves: Sequence[str]) -> Situation[Any]:
        """The situation after moves, of which claims are true. Raises ReadError where the rules do not allow them."""
        state = self.replay(tuple(moves))
        if state is None:
            raise ReadError(NOT_LEGAL)
        return BoardSituation(self.known_rules, state)

    def read_word(self, word: str) -> str | None:
        """A move of the text in plain notation; None for a word that is no move."""
        return self.naming.read_move(word)

    def number_move(self, ply: int) -> int:
        """The number that the text gives to the move at a ply (from 0 on)."""
        return ply + 1

    def retrace(self, moves: tuple[str, ...]) -> Iterator[Choice]:
        """The points of a finished game, up to the first move that the rules do not allow.

        Raises ReadError without rules.
        """
        from quickstudy.tasks.games.kernel import successors

        rules, state = self.known_rules, np.array(self.tables["start"], dtype=np.uint64)
        for text in moves:
            legal, after = successors(self.tables, state)
            move = parse_move(rules, text, legal.tolist())
            if move is None:
                return
            chosen = int(np.flatnonzero(legal == move)[0])
            yield Choice(self._survey(state, legal, after), chosen)
            state = after[chosen].copy()

    def _look_ahead(self, state: State) -> Prospect:
        from quickstudy.tasks.games.kernel import successors

        return self._survey(state, *successors(self.tables, state))

    def _survey(self, state: State, legal: NDArray[np.int32], after: State) -> Prospect:
        return Prospect(
            state,
            after,
            lambda index: format_move(self.known_rules, int(legal[index])),
            lambda index: self._look_ahead(after[index].copy()),
        )

    def trace(self, moves: tuple[str, ...]) -> list[Step]:
        """The plies of an example game, up to the first that the rules do not allow. Raises ReadError without rules."""
        return _trace(self.known_rules, moves)

    def read_position(self, text: str) -> State | None:
        """The state (12,) of a drawn position, its pieces alone; None for a drawing that does not fit the board.

        Raises ReadError without rules.
        """
        rules = self.known_rules
        pieces = {symbol: place for place, symbol in symbols(rules).items()}
        if len(rules.kinds) == 1:
            pieces = {side.lower(): (player, 0) for player, side in enumerate(self.naming.sides)}
        return _read_position(rules.board, pieces, text)

    def replay(self, moves: tuple[str, ...]) -> State | None:
        """The position after moves, by the rules that were read; None where they do not allow the moves."""
        from quickstudy.tasks.games.kernel import apply, legal_moves

        if self.rules is None:
            return None
        known = next((k for k in range(len(moves), 0, -1) if moves[:k] in self.replayed), 0)
        state = (self.replayed[moves[:known]] if known else np.array(self.tables["start"], dtype=np.uint64)).copy()
        for i in range(known, len(moves)):
            move = parse_move(self.rules, moves[i], legal_moves(self.tables, state).tolist())
            if move is None:
                return None
            apply(self.tables, state, move)
        if len(self.replayed) > 4096:
            self.replayed.clear()
        self.replayed[moves] = state.copy()
        return state


@lru_cache(maxsize=1024)  # a set's examples are in the prompts of all larger n and of all learners
def _trace(rules: Rules, moves: tuple[str, ...]) -> list[Step]:
    from quickstudy.tasks.games.kernel import successors

    tables, found = build_tables(rules), []
    state = np.array(tables["start"], dtype=np.uint64)
    for text in moves:
        legal, after = successors(tables, state)
        move = parse_move(rules, text, legal.tolist())
        if move is None:
            break
        chosen = int(np.flatnonzero(legal == move)[0])
        found.append((after.copy(), chosen, int(state[5])))
        state = after[chosen].copy()
    return found


def _read_position(board: Board, pieces: dict[str, tuple[int, int]], text: str) -> NDArray[np.uint64] | None:
    """The bits of pieces, kinds and burnt cells of a position whose ranks are listed from the top."""
    places = [place for rank in range(board.ranks - 1, -1, -1) for place in board.outline if place[1] == rank]
    shown = text.replace("/", "")
    if len(shown) != len(places):
        return None
    state = np.zeros(12, np.uint64)
    for symbol, place in zip(shown, places, strict=True):
        bit = np.uint64(1 << board.places[place]) if place in board.places else np.uint64(0)
        if symbol in pieces:
            player, kind = pieces[symbol]
            for plane in (player, *([2] if kind & 1 else []), *([3] if kind & 2 else [])):
                state[plane] |= bit
        elif symbol == "#":
            state[4] |= bit
        elif symbol not in "._":
            return None
    return state
