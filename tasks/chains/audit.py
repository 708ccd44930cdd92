"""The audit of a play stage: every prompt is rebuilt from rules, artefact and position, and must be what was sent.

So nothing of a study stage reaches a player beside the notes, whatever the code between them does; and no word that
names a studied game may turn up.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from quickstudy.tasks.author_view import list_words
from quickstudy.tasks.challenge import RecordedSkill
from quickstudy.tasks.match import Ask, MatchPlan, Question, Reply
from quickstudy.tasks.regimes.notes import find_names


class AuditError(RuntimeError):
    """A player was shown something that its artefact, its rules and its position do not explain."""


class Audit:
    """The questions of one match, kept while they are asked, and checked against its record."""

    def __init__(self, plan: MatchPlan, canaries: Collection[str]) -> None:
        self._plan, self._canaries = plan, frozenset(canaries)
        self._asked: dict[tuple[int, int], tuple[tuple[str, str], ...]] = {}

    def watch(self, ask: Ask) -> Ask:
        """The same `ask`, whose first attempts are kept, and refused where they name a studied game."""

        async def watched(question: Question) -> Reply:
            for _, text in question.messages[:2]:
                found = self._canaries & find_names(text)
                if found:
                    raise AuditError(f"the word {min(found)!r}, which names a studied game, is in a prompt of play")
            if question.attempt == 0:
                self._asked[question.game, question.ply] = question.messages
            return await ask(question)

        return watched

    def check(self, record: dict[str, Any]) -> None:
        """Rebuild each question from the record. Raises AuditError for the first that is another."""
        skill = self._plan.skill
        if not isinstance(skill, RecordedSkill):
            raise TypeError("only games can be audited")
        for game in record["games"]:
            try:
                turns = skill.revisit(list_words(game), last=True)
            except ValueError as error:
                raise AuditError(str(error)) from error
            for ply in sorted({answer["ply"] for answer in game["answers"]}):
                expected = (("system", self._plan.system), ("user", turns[ply].write_question()))
                if self._asked.get((game["game"], ply)) != expected:
                    raise AuditError(
                        f"the prompt at ply {ply} of game {game['game']} is not what rules, notes and position make"
                    )
