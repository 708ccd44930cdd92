"""The embedded learners' common part: from the messages of a prompt to the text of an answer.

A learner gets chat messages and nothing else: no seed, no answer, no engine. It may run the kernel, but only on the
rules that it read from the prompt. Its randomness follows from the prompt's text.
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from quickstudy.tasks.learners.draft import ReadError
from quickstudy.tasks.learners.prompt import Evidence, Prospect, Question, State, read_evidence, read_prompt
from quickstudy.tasks.learners.telling import Asked, explain_scores, name_largest, read_asked, write_told
from quickstudy.tasks.seeds import derive_seed

Evaluate = Callable[[NDArray[np.uint64], int], NDArray[np.float64]]
"""Values (positions,) of positions (positions, 12) for the player who has just moved there; 0 is even."""
BYTES_PER_TOKEN = 4


def count_tokens(text: str) -> int:
    """Tokens as the embedded learners count them: UTF-8 bytes / 4, at least 1."""
    return max(1, len(text.encode("utf-8", "backslashreplace")) // BYTES_PER_TOKEN)


class Thought(NamedTuple):
    """A reply, and the tokens of the thinking before it."""

    text: str
    tokens: int = 0


class Learner(ABC):
    """A player that learns from the text of its prompt."""

    name: str

    def answer(self, messages: Sequence[tuple[str, str]]) -> str:
        """The text of the reply to (role, text) messages, without thinking."""
        return self.reply(messages).text

    def reply(self, messages: Sequence[tuple[str, str]], thinking: int = 0) -> Thought:
        """The reply to (role, text) messages: a JSON object with a move, or a sentence where there is none.

        `thinking` is a budget in tokens; a learner that cannot search thinks of nothing. Where the report test asks,
        the cues that the learner goes by, without thinking.
        """
        asked = read_asked(messages)
        if asked is not None:
            return Thought(self._tell(next((text for role, text in messages if role == "system"), ""), asked))
        try:
            evidence, question = read_prompt(messages)
        except ReadError as error:
            return Thought(f"I cannot read this prompt: {error}")
        move, tokens = self.recall_move(evidence, question), 0
        if move is None:
            prospect = evidence.look(question.moves)
            if prospect is None:
                move = self.copy_move(evidence, question)
            else:
                try:
                    move, tokens = self._play(evidence, question, prospect, thinking)
                except ReadError as error:
                    return Thought(f"I cannot play by this prompt: {error}")
        known = json.dumps({"move": evidence.naming.write_move(move)}) if move else "I do not know a move here."
        return Thought(known, tokens)

    def _play(
        self, evidence: Evidence, question: Question, prospect: Prospect, thinking: int
    ) -> tuple[str | None, int]:
        """The move, if there is one, and the tokens of thinking. Raises ReadError for what the learner cannot do."""
        state, after = prospect.state, prospect.after
        if len(after) == 0:
            return None, 0
        me, tokens = int(state[5]), 0
        wins = np.flatnonzero(after[:, 7] == np.uint64(me + 1)) if self.takes_wins else np.zeros(0, np.int64)
        if len(wins):
            choice = int(wins[0])
        elif thinking > 0 and len(after) > 1 and (evaluate := self.read_values(evidence)) is not None:
            from quickstudy.tasks.learners.search import Search

            search = Search(evidence.tables, evaluate, thinking)
            choice = pick_best(search.score_moves(after, me), draw(question, self.name, 1 << 30))
            tokens = search.tokens
        else:
            choice = self.choose(evidence, question, state, after)
        return prospect.write_move(choice), tokens

    def _tell(self, system: str, asked: Asked) -> str:
        evidence = read_evidence(system)
        told = None if evidence.rules is None else self.tell_cues(evidence, asked)
        return "I cannot tell what I go by." if told is None else write_told(asked, told)

    def tell_cues(self, evidence: Evidence, asked: Asked) -> dict[str, int] | None:
        """The cues that it goes by, in words, the most important first, with 1 for more and -1 for less.

        None where it cannot tell: a learner that fits scores of positions looks what they are made of.
        """
        rate = self.rate_positions(evidence)
        return None if rate is None else name_largest(evidence.known_rules, explain_scores(evidence, rate))

    takes_wins = True

    def rate_positions(self, evidence: Evidence) -> Evaluate | None:
        """The scores by which it chooses among the positions that moves lead to; None where it goes by none."""
        return self.read_values(evidence)

    def read_values(self, evidence: Evidence) -> Evaluate | None:
        """What positions are worth to whoever moved there, learnt from the examples; None of a learner of moves."""
        return None

    @abstractmethod
    def choose(
        self,
        evidence: Evidence,
        question: Question,
        state: State,
        after: NDArray[np.uint64],
    ) -> int:
        """Index of the chosen move; `after` (moves, 12) holds the position after each legal one."""

    def recall_move(self, evidence: Evidence, question: Question) -> str | None:
        """The next move of the example game that is asked for; None where none is, or where the learner just plays."""
        return None

    def copy_move(self, evidence: Evidence, question: Question) -> str | None:
        """A move for a player without the rules; None where the learner needs them."""
        return None


def pick_best(scores: NDArray[np.float64], tie: int) -> int:
    """Index of the highest score; among (nearly) equal ones the number `tie` decides."""
    best = np.flatnonzero(scores >= scores.max() - 1e-9)
    return int(best[tie % len(best)])


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
        after: NDArray[np.uint64],
    ) -> int:
        """A uniform choice."""
        return draw(question, self.name, len(after))


class Greedy(Learner):
    """Wins at once where it can, else any legal move: the floor of a player that only knows the rules."""

    name = "greedy"

    def choose(
        self,
        evidence: Evidence,
        question: Question,
        state: State,
        after: NDArray[np.uint64],
    ) -> int:
        """A uniform choice (winning moves are taken before)."""
        return draw(question, self.name, len(after))
