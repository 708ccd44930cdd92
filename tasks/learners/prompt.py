"""What an embedded learner makes of a prompt: rules, example games and the position, read from the text alone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import takewhile
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quickstudy.tasks.games.notation import parse_move
from quickstudy.tasks.games.rules import Rules
from quickstudy.tasks.games.tables import build_tables
from quickstudy.tasks.learners.draft import ReadError
from quickstudy.tasks.learners.reader import read_rules
from quickstudy.tasks.prompts import ANSWER_TITLE, EXAMPLES_TITLE, POSITION_TITLE, RULES_TITLE
from quickstudy.tasks.seeds import derive_seed

State = NDArray[np.uint64]
_GAME = re.compile(r"^Game \d+: (.*) \| (X wins|O wins|draw|unfinished)$")
_MOVE = re.compile(r"^(?:pass|swap|[a-p]\d{1,2}(?:[-x][a-p]\d{1,2})?)$")
_OPENING = re.compile(r"first (\d+) moves")
_WINNERS = {"X wins": 0, "O wins": 1}


@dataclass(frozen=True, eq=False)
class ExampleGame:
    """One example as read: its moves as text and the winner (0 X, 1 O, None for a draw)."""

    moves: tuple[str, ...]
    winner: int | None


@dataclass(frozen=True, eq=False)
class Evidence:
    """The constant part of a prompt: the rules (None if withheld or not understood) and the example games.

    `opening_plies` is how many moves of each example the text declares random; `salt` is a number that follows from
    the whole text. `replayed` keeps positions reached in
    the current game by its moves so far: nothing but a shortcut of replaying the text.
    """

    rules: Rules | None
    games: tuple[ExampleGame, ...]
    opening_plies: int
    salt: int = 0
    replayed: dict[tuple[str, ...], State] = field(default_factory=dict)

    @property
    def known_rules(self) -> Rules:
        """The rules that were read. Raises ReadError where there are none."""
        if self.rules is None:
            raise ReadError("the prompt's rules are withheld or cannot be read")
        return self.rules

    @property
    def tables(self) -> Any:
        """The kernel's record of the rules that were read."""
        return build_tables(self.known_rules)

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


@dataclass(frozen=True, eq=False)
class Question:
    """The position of a prompt: the moves so far, how often it was asked already, and the evidence's `salt`."""

    moves: tuple[str, ...]
    retries: int
    text: str
    salt: int


def read_prompt(messages: Sequence[tuple[str, str]]) -> tuple[Evidence, Question]:
    """Read (role, text) messages. Raises ReadError for text that is not a question of this suite."""
    systems = [text for role, text in messages if role == "system"]
    users = [text for role, text in messages if role == "user"]
    positions = [text for text in users if POSITION_TITLE in text]
    if not systems or not positions:
        raise ReadError("the prompt has no system message or no position")
    text = positions[-1]
    evidence = read_evidence(systems[0])
    return evidence, Question(_moves_so_far(text), len(users) - 1, text, evidence.salt)


@lru_cache(maxsize=512)
def read_evidence(system: str) -> Evidence:
    """Rules and examples of a system message; an example ends before a word that is no move."""
    rules_text = _section(system, RULES_TITLE, EXAMPLES_TITLE)
    examples = _section(system, EXAMPLES_TITLE, ANSWER_TITLE)
    games = []
    for line in examples.split("\n"):
        found = _GAME.match(line)
        if found:
            moves, result = found.groups()
            games.append(ExampleGame(tuple(takewhile(_MOVE.match, moves.split())), _WINNERS.get(result)))
    opening = _OPENING.search(examples)
    return Evidence(_rules(rules_text), tuple(games), int(opening.group(1)) if opening else 0, derive_seed(system))


@lru_cache(maxsize=64)
def _rules(text: str) -> Rules | None:
    try:
        return read_rules(text)
    except ReadError:
        return None


def _section(text: str, title: str, end: str) -> str:
    start = text.find(title)
    if start < 0:
        return ""
    stop = text.find(end, start)
    return text[start + len(title) : stop if stop >= 0 else len(text)].strip()


def _moves_so_far(text: str) -> tuple[str, ...]:
    """The moves on the first line of the position that ends with moves after a colon; none at the start of a game."""
    line = text.split(POSITION_TITLE, 1)[1].strip().split("\n", 1)[0]
    words = line.rpartition(": ")[2].split()
    return tuple(words) if words and all(_MOVE.match(word) for word in words) else ()
