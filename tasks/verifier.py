"""The verifier: answers what the rules of a game imply of positions, lines and claims, and nothing else.

It knows no engine: legal moves, whose turn it is, how a line of moves ends, and whether a claim is true. Of positions
that are kept for tests it says nothing. Questions and tasks are data in the notation that the player sees; nothing that
a model writes is executed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quickstudy.tasks.answers import clean_text
from quickstudy.tasks.examples.probes import is_held_out
from quickstudy.tasks.games.claims import ILLEGAL, Claim, ClaimError, Situation, read_claim
from quickstudy.tasks.games.game import Game
from quickstudy.tasks.games.notation import PASS, RESULTS, format_move, parse_move
from quickstudy.tasks.games.skin import Skin

State = NDArray[np.uint64]

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
class Line:
    """How far a line of moves goes: `moves` in canonical notation, passes included, and the `state` after them.

    `reading` is `verified`, `illegal` (then `fault` is the move that cannot be played) or `held_out`.
    """

    moves: tuple[str, ...]
    state: State
    reading: str = VERIFIED
    fault: str = ""
    states: tuple[State, ...] = field(default=(), repr=False)

    @property
    def result(self) -> str:
        """How the game ended; empty where it is not over."""
        return RESULTS[int(self.state[7])] if self.state[7] else ""


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


class Verifier:
    """What can be asked of one game in one notation."""

    def __init__(self, game: Game, skin: Skin) -> None:
        self.game, self.skin = game, skin

    def read_query(self, given: Any) -> Query | None:
        """The question that a JSON object is; None where it is none of the language."""
        ask = given.get("ask") if isinstance(given, dict) else None
        moves = read_moves(given.get("position")) if ask in ASKS else None
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
        moves = read_moves(given.get("position")) if isinstance(given, dict) else None
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
            claim = read_claim(given, self.skin.sides)
        except ClaimError:
            return None
        words = read_moves([move] if move else [])
        if words is None or (move and not claim.of_move):
            return None
        return claim, words[0] if words else ""

    def follow(self, moves: Sequence[str]) -> Line:
        """Play moves from the start of a game, as far as the rules allow; a forced pass need not be written."""
        from quickstudy.tasks.games.kernel import apply, legal_moves

        game, played, states = self.game, list[str](), list[State]()
        state, left = game.start(), list(moves)
        while True:
            legal = legal_moves(game.tables, state).tolist()
            forced = len(legal) > 0 and (legal[0] >> 12) & 7 == PASS
            if not left and not forced:
                return Line(tuple(played), state, states=tuple(states))
            move = self._parse(left[0], legal) if left else None
            if move is not None:
                left.pop(0)
            elif forced:
                move = int(legal[0])
            else:
                return Line(tuple(played), state, ILLEGAL_LINE, left[0], tuple(states))
            apply(game.tables, state, move)
            if is_held_out(game, state):
                return Line(tuple(played), state, HELD_OUT)
            played.append(format_move(game.rules, move))
            states.append(state.copy())

    def _parse(self, word: str, legal: list[int]) -> int | None:
        named = self.skin.read_move(word)
        return None if named is None else parse_move(self.game.rules, named, legal)

    def look(self, line: Line) -> Situation:
        """The position at the end of a line."""
        return Situation(self.game.tables, line.state)

    def decide(self, query: Query, line: Line) -> bool:
        """Whether the claim of a question is true after a line. Raises ClaimError for a question that has none."""
        if query.claim is None:
            raise ClaimError("no claim is asked")
        return self._check(self.look(line), query.claim, query.move)

    def _check(self, situation: Situation, claim: Claim, word: str) -> bool:
        found = self._parse(word, list(situation.options)) if word else None
        move = None if not word else ILLEGAL if found is None else found
        return situation.holds(claim, move)

    def judge(self, task: Task, line: Line) -> Verdict:
        """Whether the author of a task has it right, after the line of its position."""
        situation = self.look(line)
        if line.reading != VERIFIED:
            return Verdict(line.reading)
        if not task.finds:
            truth = self._check(situation, task.claim, task.move)
            return Verdict(VERIFIED, truth, task.answer is truth, 0.5)
        found = situation.find_moves(task.claim)
        named = tuple(format_move(self.game.rules, move) for move in found)
        chance = len(found) / len(situation.options) if situation.options else 0.0
        return Verdict(VERIFIED, named, self.accepts(task, line, task.answer), chance)

    def accepts(self, task: Task, line: Line, answer: bool | str) -> bool:
        """Whether an answer to a task is right."""
        situation = self.look(line)
        if not task.finds:
            return answer is self._check(situation, task.claim, task.move)
        if not isinstance(answer, str):
            return False
        move = self._parse(answer, list(situation.options))
        return move is not None and situation.holds(task.claim, move)


def read_moves(given: Any) -> tuple[str, ...] | None:
    """Moves in one text with blanks between them, or in a list; None where they are none.

    At most `MOST_MOVES`, each of at most `MOST_WORD` characters.
    """
    words = given.split() if isinstance(given, str) else given
    if not isinstance(words, list) or len(words) > MOST_MOVES:
        return None
    good = all(isinstance(word, str) and 0 < len(word.strip()) <= MOST_WORD for word in words)
    return tuple(clean_text(word.strip()) for word in words) if good else None
