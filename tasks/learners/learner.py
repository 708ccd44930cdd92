"""The embedded learners' common part: from the messages of a prompt to the text of an answer.

A learner gets chat messages and nothing else: no seed, no answer, no engine. It may run the kernel, but only on the
rules that it read from the prompt. Its randomness follows from the prompt's text.
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from quickstudy.tasks.games.notation import format_move
from quickstudy.tasks.learners.draft import ReadError
from quickstudy.tasks.learners.prompt import Evidence, Question, State, read_prompt
from quickstudy.tasks.seeds import derive_seed

BYTES_PER_TOKEN = 4


def count_tokens(text: str) -> int:
    """Tokens as the embedded learners count them: UTF-8 bytes / 4, at least 1."""
    return max(1, len(text.encode("utf-8", "backslashreplace")) // BYTES_PER_TOKEN)


class Learner(ABC):
    """A player that learns from the text of its prompt."""

    name: str

    def answer(self, messages: Sequence[tuple[str, str]]) -> str:
        """The reply to (role, text) messages: a JSON object with a move, or a sentence where there is none."""
        try:
            evidence, question = read_prompt(messages)
        except ReadError as error:
            return f"I cannot read this prompt: {error}"
        move = self.recall_move(evidence, question)
        if move is None:
            state = evidence.replay(question.moves)
            move = self.copy_move(evidence, question) if state is None else self._play(evidence, question, state)
        return json.dumps({"move": evidence.naming.write_move(move)}) if move else "I do not know a move here."

    def _play(self, evidence: Evidence, question: Question, state: State) -> str | None:
        from quickstudy.tasks.games.kernel import successors

        legal, after = successors(evidence.tables, state)
        if len(legal) == 0:
            return None
        me = int(state[5])
        wins = np.flatnonzero(after[:, 7] == np.uint64(me + 1)) if self.takes_wins else np.zeros(0, np.int64)
        if len(wins):
            choice = int(wins[0])
        else:
            choice = self.choose(evidence, question, state, legal, after)
        return format_move(evidence.known_rules, int(legal[choice]))

    takes_wins = True

    @abstractmethod
    def choose(
        self,
        evidence: Evidence,
        question: Question,
        state: State,
        legal: NDArray[np.int32],
        after: NDArray[np.uint64],
    ) -> int:
        """Index of the chosen move; `after` (moves, 12) holds the position after each of `legal` (moves,)."""

    def recall_move(self, evidence: Evidence, question: Question) -> str | None:
        """The next move of the example game that is asked for; None where none is, or where the learner just plays."""
        return None

    def copy_move(self, evidence: Evidence, question: Question) -> str | None:
        """A move for a player without the rules; None where the learner needs them."""
        return None


def draw(question: Question, name: str, options: int) -> int:
    """A uniform choice that follows from the prompt's text alone."""
    # seeds are odd, so their lowest bit must not choose among an even number of options
    return (derive_seed(name, question.salt, question.text, question.retries) >> 1) % options


class Random(Learner):
    """Any legal move by the rules that were read."""

    name = "random"
    takes_wins = False

    def choose(
        self,
        evidence: Evidence,
        question: Question,
        state: State,
        legal: NDArray[np.int32],
        after: NDArray[np.uint64],
    ) -> int:
        """A uniform choice."""
        return draw(question, self.name, len(legal))


class Greedy(Learner):
    """Wins at once where it can, else any legal move: the floor of a player that only knows the rules."""

    name = "greedy"

    def choose(
        self,
        evidence: Evidence,
        question: Question,
        state: State,
        legal: NDArray[np.int32],
        after: NDArray[np.uint64],
    ) -> int:
        """A uniform choice (winning moves are taken before)."""
        return draw(question, self.name, len(legal))
