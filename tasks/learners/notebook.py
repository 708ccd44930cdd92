"""The notebook: a learner that writes what it has learnt into notes, in words and numbers, and plays by notes it reads.

It fits logistic values to outcomes like the scorer, but what it has fitted outlives it only as far as it fits into the
notes: an author updates the weights that the notes hold by the games that it is shown, and a player has the weights of
its notes and those of the examples that it sees. Learners with other features read each other's notes as far as they
know the features.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from quickstudy.tasks.learners.authoring import is_author, read_commission, write_edits
from quickstudy.tasks.learners.chooser import choose_games
from quickstudy.tasks.learners.draft import ReadError
from quickstudy.tasks.learners.fitting import score_moves
from quickstudy.tasks.learners.hindsight import look_back, read_side
from quickstudy.tasks.learners.learner import Evaluate, Thought
from quickstudy.tasks.learners.practiser import make_tasks, propose_lines, solve_task
from quickstudy.tasks.learners.prompt import Evidence, read_evidence
from quickstudy.tasks.learners.scorer import Scorer
from quickstudy.tasks.learners.valuation import RIDGE, fit_values
from quickstudy.tasks.prompts.reviews import MARK
from quickstudy.tasks.prompts.titles import ANSWER_TITLE, NOTES_TITLE, POSITION_TITLE

PIECES = ("cells", "material")
PER_GAME = 1.0 / 16.0
"""Share of the ridge by which each game that notes are from makes their weights firmer."""
LEAST_LOSS = 0.005
"""What a move must lose of the chance to win, by the learner's own values, before it calls it a mistake."""
_MOST = re.compile(r"(?:at most|no more than|up to) (\d+) of your")
_DUTY = re.compile(r'\{"(questions|tasks|answer|keep)": ')
_GAME = re.compile(r"^Game \d+: ")

Weights = NDArray[np.float64]


class Notebook(Scorer):
    """Values of pieces on cells, in chess also anywhere, carried in notes; it plays, and thinks, like the scorer."""

    name = "notebook"
    blocks: ClassVar[tuple[str, ...]] = PIECES

    def reply(self, messages: Sequence[tuple[str, str]], thinking: int = 0) -> Thought:
        """A move, or where notes are asked for the edits that replace them, or a review of a game where that is."""
        system = next((text for role, text in messages if role == "system"), "")
        asked = [text for role, text in messages if role == "user"]
        form = system[system.rfind(ANSWER_TITLE) :]
        studied = self._study(messages, system, form)
        if studied is not None:
            return Thought(studied)
        if NOTES_TITLE in system and MARK in form and not any(POSITION_TITLE in text for text in asked):
            return Thought(self._review(system, form))
        return Thought(self._write(system)) if is_author(system, asked) else super().reply(messages, thinking)

    def _study(self, messages: Sequence[tuple[str, str]], system: str, form: str) -> str | None:
        """What is answered where no move and no notes are asked, but practice or a choice; None for anything else."""
        wanted = _DUTY.search(form)
        if wanted is None:
            return None
        if wanted[1] == "answer":
            return solve_task(messages)
        evidence = read_evidence(system)
        if wanted[1] == "keep" and evidence.is_understood:
            lines = [line.partition(": ")[2] for line in system.split("\n") if _GAME.match(line)]
            return choose_games(evidence, lines, form, self.blocks)
        if not evidence.is_understood:
            return "I cannot practise without rules of a board game."
        if wanted[1] == "tasks":
            return make_tasks(evidence, self.read_values(evidence), system, form)
        return propose_lines(evidence, self.read_values(evidence), system, messages[-1][1])

    def _write(self, system: str) -> str:
        commission = read_commission(system)
        if commission is None:
            return "I cannot read what notes are asked of me."
        evidence = commission.evidence
        try:
            weights, worth, games = _learn(evidence, self.blocks)
        except ReadError as error:
            return f"I cannot read these games: {error}"
        return write_edits(commission, evidence.words.write(weights, worth, games, commission.budget))

    def _review(self, system: str, form: str) -> str:
        """The moves that lose most by the notes alone, seen one reply further than when it plays."""
        evidence, most = read_evidence(system), _MOST.search(form)
        side = read_side(system, evidence)
        if not evidence.is_understood or most is None or side is None:
            return "I cannot read what review is asked of me."
        noted = replace(evidence, games=(), replayed={})
        losses = look_back(noted, self.read_values(noted), evidence.games[0].moves, evidence.games[0].first, side)
        worst = sorted((loss for loss in losses if loss.lost > LEAST_LOSS), key=lambda loss: -loss.lost)
        named = [
            {
                "number": evidence.number_move(loss.ply),
                "better": evidence.naming.write_move(loss.better),
                "why": f"{100 * loss.lost:.0f} % lost",
            }
            for loss in worst[: int(most[1])]
        ]
        return json.dumps({"worst": named})

    def read_values(self, evidence: Evidence) -> Evaluate:
        """The log odds of winning by the notes and the examples."""
        features, weights = evidence.features, _learn(evidence, self.blocks)[0]
        return lambda after, mover: score_moves(features, weights, after, mover)


class WindowNotebook(Notebook):
    """Values of cells and of 2x2 windows, carried in notes."""

    name = "notebook-windows"
    blocks = (*PIECES, "windows")


class LineNotebook(Notebook):
    """Values of cells and of lines of three, carried in notes."""

    name = "notebook-lines"
    blocks = (*PIECES, "lines")


@lru_cache(maxsize=256)
def _learn(evidence: Evidence, blocks: tuple[str, ...]) -> tuple[Weights, Weights, int]:
    """Weights (size + 1,) after the notes and the games, how much each is worth noting, and from how many games.

    Weights of the notes are the prior's mean, the firmer the more games they are from. A weight is worth noting by how
    far it moves the odds, and the more so the more often its feature was met.
    """
    words = evidence.words
    noted, said, games = words.read(evidence.notes)
    known = words.mask(blocks)
    noted[~known] = 0.0
    precision = np.where(known, RIDGE * (1.0 + PER_GAME * games * said), np.inf)
    weights = fit_values(evidence, words.features, noted, precision)
    return weights, np.abs(weights), games + len(evidence.games)
