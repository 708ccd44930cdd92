"""A learner of known slope: it plays as well as a number in its notes says, and as an author it raises that number.

The number is the share of moves, in thousandths, that it searches as a level of the ladder does; the others are
random. So its strength at each share is that of a level, and a chain of its notes rises by what its author adds.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quickstudy.tasks.games.kernel import ALPHABETA, choose, legal_moves, new_workspace
from quickstudy.tasks.learners.learner import Learner, Thought
from quickstudy.tasks.learners.prompt import Evidence, Question, State, read_evidence
from quickstudy.tasks.prompts.titles import POSITION_TITLE
from quickstudy.tasks.seeds import derive_seed, new_generator

NODES = 300
START = 250
"""Thousandths of the moves that are searched without notes."""
_SHARE = re.compile(r"^search (\d{1,4}) of 1000 moves$")


class Graded(Learner):
    """Searches a share of its moves; each time that it writes notes it adds `step` thousandths, and a normal error.

    The error has the standard deviation `walk` and follows from the text that the author read, so that chains differ.
    """

    name = "graded"
    takes_wins = False

    def __init__(self, step: float, walk: float) -> None:
        self.step, self.walk = step, walk
        self._workspace: Any = None

    def reply(self, messages: Sequence[tuple[str, str]], thinking: int = 0) -> Thought:
        """A move, or where notes are asked for the one that replaces the last."""
        if any(POSITION_TITLE in text for role, text in messages if role == "user"):
            return super().reply(messages, thinking)
        system = next(text for role, text in messages if role == "system")
        evidence = read_evidence(system)
        error = new_generator("graded", derive_seed(system)).normal(0.0, self.walk)
        share = int(np.clip(round(read_share(evidence) + self.step + error), 0, 1000))
        edit = {"action": "edit", "item": 1} if evidence.notes else {"action": "add", "kind": "advice"}
        return Thought(json.dumps({"edits": [{**edit, "text": f"search {share} of 1000 moves"}]}))

    def choose(
        self,
        evidence: Evidence,
        question: Question,
        state: State,
        after: NDArray[np.uint64],
    ) -> int:
        """A searched move or a random one, by the text."""
        self._workspace = self._workspace or new_workspace()
        seed = derive_seed(self.name, question.salt, question.text, question.retries)
        move = choose(evidence.tables, state, ALPHABETA, NODES, 1000 - read_share(evidence), seed, self._workspace)
        return int(np.flatnonzero(legal_moves(evidence.tables, state) == move)[0])


def read_share(evidence: Evidence) -> int:
    """The thousandths of moves that the notes say to search; `START` where they say nothing of it."""
    found = (_SHARE.match(line) for line in evidence.notes)
    return next((int(match[1]) for match in found if match is not None), START)
