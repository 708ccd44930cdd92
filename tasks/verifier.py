"""The verifier: answers what the rules of a game imply of positions, lines and claims, and nothing else.

It knows no engine: legal moves, whose turn it is, how a line of moves ends, and whether a claim is true. Of positions
that are kept for tests it says nothing. Questions and tasks are data in the notation that the player sees; nothing that
a model writes is executed. What a track knows of its games is in `board_verifier.py` and `chess_verifier.py`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from quickstudy.tasks.answers import clean_text
from quickstudy.tasks.challenge import RecordedSkill
from quickstudy.tasks.examples.probe_sets import Probe
from quickstudy.tasks.games.claims import ILLEGAL, Claim, ClaimError, Situation, read_claim
from quickstudy.tasks.learners.features import Features

State = NDArray[np.uint64]
Position = TypeVar("Position")

ASKS = ("line", "moves", "board", "claim")
VERIFIED, ILLEGAL_LINE, HELD_OUT, UNREADABLE = READINGS = ("verified", "illegal", "held_out", "unreadable")
MOST_MOVES = 1024
MOST_WORD = 16


@dataclass(frozen=True)
class Query:
    """One question: what is asked (`ASKS`) of the position after some moves, as the player wrote them.

    `claim` and its `move` (empty where it has none) are of a claim.
    """

    ask: str
    moves: tuple[str, ...] = ()
    claim: Claim | None = None
    move: str = ""

    def to_json(self, sides: tuple[str, str]) -> dict[str, Any]:
        """The question in its canonical form."""
        given = {"ask": self.ask, "position": " ".join(self.moves)}
        if self.claim is not None:
            given |= {"move": self.move} if self.move else {}
            given |= self.claim.to_json(sides)
        return given


@dataclass(frozen=True)
class Task:
    """One task: with a `move` (or a claim about a position) whether the claim is true, else to find such a move.

    `answer` is what its author holds to be right: true, false, or a move.
    """

    moves: tuple[str, ...]
    claim: Claim
    answer: bool | str
    move: str = ""

    @property
    def finds(self) -> bool:
        """Whether the answer is a move."""
        return self.claim.of_move and not self.move

    def to_json(self, sides: tuple[str, str]) -> dict[str, Any]:
        """The task without its answer."""
        moved = {"move": self.move} if self.move else {}
        return {"position": " ".join(self.moves), **moved, **self.claim.to_json(sides)}


@dataclass(frozen=True)
class Line(Generic[Position]):
    """How far a line of moves goes: `moves` in canonical notation, passes included, and the `position` after them.

    Where the start position was drawn, its name is before the moves. `reading` is `verified`, `illegal` (then `fault`
    is the word that cannot be played) or `held_out`. `result` is empty where the game is not over, and `states` are
    those (12,) after each move, none of a line that is held out.
    """

    moves: tuple[str, ...]
    position: Position
    reading: str = VERIFIED
    fault: str = ""
    result: str = ""
    states: tuple[State, ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class Verdict:
    """What the rules say of a task: its `reading` (`verified` where it can be answered at all), and the right answers.

    `truth` is true or false, or the moves (canonical) for which the claim holds; `agrees` says whether the author's
    answer is right, `chance` is the share of right answers among all that can be given.
    """

    reading: str
    truth: bool | tuple[str, ...] = ()
    agrees: bool = False
    chance: float = 0.0


class Verifier(ABC, Generic[Position]):
    """What can be asked of one game in one notation, and how its positions compare.

    `skill` is the game as its player sees it; two verifiers of the same skill are equal. `plain_sides` are the sides in
    plain notation, as records keep them.
    """

    skill: RecordedSkill
    plain_sides: ClassVar[tuple[str, str]]

    @property
    @abstractmethod
    def sides(self) -> tuple[str, str]:
        """The names of both sides as the player reads them, who begins first."""

    @property
    @abstractmethod
    def results(self) -> tuple[str, str, str]:
        """How games end in canonical text: the first side wins, the second does, nobody."""

    @property
    def sample_start(self) -> str:
        """The name of a start position as every line begins with one; empty where all games begin alike."""
        return ""

    @abstractmethod
    def tell_form(self, wording: int) -> str:
        """What a player has to know of how positions are written beside the rules; empty where there is nothing."""

    @abstractmethod
    def tell_board(self, wording: int) -> str:
        """What a player is told of the question `board`."""

    @abstractmethod
    def follow(self, moves: Sequence[str]) -> Line[Position]:
        """Play moves from the start of a game, as far as the rules allow; a forced pass need not be written."""

    @abstractmethod
    def look(self, line: Line[Position]) -> Situation[Any]:
        """The position at the end of a line."""

    @abstractmethod
    def read_move(self, word: str) -> str | None:
        """A move of the player's notation in canonical text; None for what is no move."""

    @abstractmethod
    def write_moves(self, moves: Sequence[str]) -> list[str]:
        """Moves in canonical text as the player reads them."""

    @abstractmethod
    def write_result(self, result: str) -> str:
        """A result as the player reads it."""

    @abstractmethod
    def write_board(self, line: Line[Position]) -> str:
        """The board at the end of a line in one line of text, as the player reads it."""

    @abstractmethod
    def encode(self, line: Line[Position]) -> State:
        """The state (12,) at the end of a line."""

    @property
    @abstractmethod
    def features(self) -> Features:
        """The features of the game's states."""

    @abstractmethod
    def identify(self, states: Sequence[State]) -> Sequence[bytes]:
        """What makes each state the same as another."""

    @abstractmethod
    def reach_probes(self) -> list[tuple[Probe, State]]:
        """The game's probes with their states. Raises ProbeError where it has none of its ladder."""

    def read_position(self, given: Any) -> tuple[str, ...] | None:
        """The words of a position, in one text or in a list; None where they are none."""
        return read_moves(given)

    def read_query(self, given: Any) -> Query | None:
        """The question that a JSON object is; None where it is none of the language."""
        ask = given.get("ask") if isinstance(given, dict) else None
        moves = self.read_position(given.get("position")) if ask in ASKS else None
        if not isinstance(ask, str) or moves is None:
            return None
        if ask != "claim":
            return Query(ask, moves)
        found = self._read_claim(given)
        if found is None or found[0].of_move != bool(found[1]):
            return None
        return Query(ask, moves, *found)

    def read_task(self, given: Any) -> Task | None:
        """The task that a JSON object is; None where it is none of the language."""
        moves = self.read_position(given.get("position")) if isinstance(given, dict) else None
        found = self._read_claim(given) if moves is not None else None
        answer = given.get("answer") if found is not None else None
        if moves is None or found is None or not isinstance(answer, (bool, str)):
            return None
        task = Task(moves, found[0], answer, found[1])
        if task.finds != isinstance(answer, str):
            return None
        if isinstance(answer, str):
            words = read_moves([answer])
            return None if words is None else Task(moves, found[0], words[0], found[1])
        return task

    def _read_claim(self, given: Any) -> tuple[Claim, str] | None:
        move = given.get("move", "")
        try:
            claim = read_claim(given, self.sides)
        except ClaimError:
            return None
        words = read_moves([move] if move else [])
        if words is None or (move and not claim.of_move):
            return None
        return claim, words[0] if words else ""

    def decide(self, query: Query, line: Line[Position]) -> bool:
        """Whether the claim of a question is true after a line. Raises ClaimError for a question that has none."""
        if query.claim is None:
            raise ClaimError("no claim is asked")
        return self._check(self.look(line), query.claim, query.move)

    def judge(self, task: Task, line: Line[Position]) -> Verdict:
        """Whether the author of a task has it right, after the line of its position."""
        if line.reading != VERIFIED:
            return Verdict(line.reading)
        situation = self.look(line)
        if not task.finds:
            truth = self._check(situation, task.claim, task.move)
            return Verdict(VERIFIED, truth, task.answer is truth, 0.5)
        found = situation.find_moves(task.claim)
        chance = len(found) / len(situation.options) if situation.options else 0.0
        agrees = self._answers(situation, task, task.answer)
        return Verdict(VERIFIED, tuple(map(situation.write_move, found)), agrees, chance)

    def accepts(self, task: Task, line: Line[Position], answer: bool | str) -> bool:
        """Whether an answer to a task is right."""
        return self._answers(self.look(line), task, answer)

    def _answers(self, situation: Situation[Any], task: Task, answer: bool | str) -> bool:
        if not task.finds:
            return answer is self._check(situation, task.claim, task.move)
        if not isinstance(answer, str):
            return False
        move = self._find(situation, answer)
        return move is not None and situation.holds(task.claim, move)

    def _check(self, situation: Situation[Any], claim: Claim, word: str) -> bool:
        found = self._find(situation, word) if word else None
        return situation.holds(claim, ILLEGAL if word and found is None else found)

    def _find(self, situation: Situation[Any], word: str) -> Any:
        """The legal move that a word of the player's names, or None."""
        named = self.read_move(word)
        return None if named is None else situation.read_move(named)


def read_moves(given: Any) -> tuple[str, ...] | None:
    """Moves in one text with blanks between them, or in a list; None where they are none.

    At most `MOST_MOVES`, each of at most `MOST_WORD` characters.
    """
    words = given.split() if isinstance(given, str) else given
    if not isinstance(words, list) or len(words) > MOST_MOVES:
        return None
    good = all(isinstance(word, str) and 0 < len(word.strip()) <= MOST_WORD for word in words)
    return tuple(clean_text(word.strip()) for word in words) if good else None
