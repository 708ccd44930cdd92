"""How embedded learners are asked to write notes, and how they answer."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from quickstudy.tasks.learners.prompt import Evidence, read_evidence
from quickstudy.tasks.prompts.titles import ANSWER_TITLE, NOTES_TITLE, POSITION_TITLE

_BUDGET = re.compile(r"(\d+) bytes")
_KIND = re.compile(r"\b(mistake|reason|advice) \(")


@dataclass(frozen=True)
class Commission:
    """Notes that are asked for: what is known, in how many bytes, and of which kind the lines are."""

    evidence: Evidence
    budget: int
    kind: str


def is_author(system: str, asked: Sequence[str]) -> bool:
    """Whether a system message and the user's messages ask for notes."""
    form = system[system.rfind(ANSWER_TITLE) :]
    return NOTES_TITLE in system and '"edits"' in form and not any(POSITION_TITLE in text for text in asked)


def read_commission(system: str) -> Commission | None:
    """What notes are asked for; None where rules, budget or kinds cannot be read."""
    form, evidence = system[system.rfind(ANSWER_TITLE) :], read_evidence(system)
    budget, kinds = _BUDGET.search(form), _KIND.findall(form)
    if not evidence.is_understood or budget is None or not kinds:
        return None
    return Commission(evidence, int(budget[1]), kinds[-1])


def write_edits(commission: Commission, lines: Sequence[str]) -> str:
    """The answer that puts these lines in place of the old notes."""
    old = [{"action": "delete", "item": number} for number in range(1, len(commission.evidence.notes) + 1)]
    new = [{"action": "add", "kind": commission.kind, "text": line} for line in lines]
    return json.dumps({"edits": [*old, *new]})
