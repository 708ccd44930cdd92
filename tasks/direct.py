"""Direct runs: an embedded learner plays the matches of a study without Inspect, for large studies and tests.

Prompts, records and tables are the same as in Inspect's logs; records are written as JSONL, one match on a line.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from quickstudy.tasks.jsonl import append_lines
from quickstudy.tasks.learners.directory import find_learner
from quickstudy.tasks.learners.learner import count_tokens
from quickstudy.tasks.match import Question, Reply, play_match
from quickstudy.tasks.study import Study

PREFIX = "quickstudy/"


def play_study(study: Study, model: str) -> Iterator[dict[str, Any]]:
    """Play every match of a study with an embedded learner (`quickstudy/<name>`), one record at a time."""
    learner = find_learner(model.removeprefix(PREFIX))

    async def ask(question: Question) -> Reply:
        text = learner.answer(question.messages)
        return Reply(text, "stop", sum(count_tokens(part) for _, part in question.messages), count_tokens(text))

    for n in study.examples:
        for number in range(study.sets):
            plan = study.plan(PREFIX + learner.name, "{}", n, n, number)
            yield asyncio.run(play_match(plan, ask))


def write_records(records: Iterable[dict[str, Any]], path: Path) -> None:
    """Append match records to a JSONL file, each a line. Raises OSError."""
    append_lines(path, records)
