"""The intuitive player: it plays by what it saw, on features that it has no words for, and can tell cues alone.

It is the instrument of the tacit gap: what it learns from examples goes through notes only as far as cues in words, in
their order and direction, stand for it, however many tokens the notes may have.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from quickstudy.tasks.learners.authoring import is_author, read_commission, write_edits
from quickstudy.tasks.learners.cues import measure_cues
from quickstudy.tasks.learners.imitator import Imitator
from quickstudy.tasks.learners.learner import Thought, draw, pick_best
from quickstudy.tasks.learners.note_words import FRAME
from quickstudy.tasks.learners.prompt import Evidence, Question, State
from quickstudy.tasks.learners.telling import describe_cues, explain_scores, name_largest

_WORDS = {1: "more", -1: "less"}


class Intuitive(Imitator):
    """Plays like the imitator where it sees examples; else by the cues that its notes name, the earlier the more."""

    name = "intuitive"

    def reply(self, messages: Sequence[tuple[str, str]], thinking: int = 0) -> Thought:
        """A move or a report, or where notes are asked for the edits that replace them."""
        system = next((text for role, text in messages if role == "system"), "")
        if is_author(system, [text for role, text in messages if role == "user"]):
            return Thought(self._write(system))
        return super().reply(messages, thinking)

    def choose(self, evidence: Evidence, question: Question, state: State, after: NDArray[np.uint64]) -> int:
        """The best-scored successor; ties follow from the text."""
        if evidence.games or not evidence.notes:
            return super().choose(evidence, question, state, after)
        weights = _read_weights(evidence)
        cues = measure_cues(evidence.known_rules, after, int(state[5]))
        spread = cues.std(axis=0)
        scores = (cues / np.where(spread > 0.0, spread, 1.0)) @ weights
        return pick_best(scores, draw(question, self.name, 1 << 30))

    def _write(self, system: str) -> str:
        commission = read_commission(system)
        if commission is None or commission.evidence.rules is None:
            return "I cannot read what notes are asked of me."
        evidence = commission.evidence
        told = name_largest(evidence.known_rules, explain_scores(evidence, self.rate_positions(evidence)))
        return write_edits(commission, _list_lines(told, commission.budget))


def _list_lines(told: Mapping[str, int], budget: int) -> list[str]:
    """Lines such as `less: how many moves are possible`, the most important first, as many as fit so many bytes."""
    lines, left = list[str](), budget
    for words, want in told.items():
        line = f"{_WORDS[want]}: {words}"
        left -= len(line.encode()) + FRAME
        if left < 0:
            break
        lines.append(line)
    return lines


def _read_weights(evidence: Evidence) -> NDArray[np.float64]:
    """Weights (K,) of the cues that notes name: 1 for the first, and evenly less for each that follows."""
    words = describe_cues(evidence.known_rules)
    named = {f"{want}: {text}": (i, sign) for sign, want in _WORDS.items() for i, text in enumerate(words)}
    told = [named[line] for line in evidence.notes if line in named]
    weights = np.zeros(len(words))
    for place, (i, sign) in enumerate(told):
        weights[i] = sign * (1.0 - place / len(told))
    return weights
