"""The journal of a match: every finished reply, on disk at once, so that an interrupted match asks nothing twice.

One file for each match, named by its cell, set and match, in a folder of its evaluation. The folder goes when the
evaluation's log is complete (`inspect_match.py`): until then the log may lack what the journal holds. Embedded
learners cost nothing and keep no journal.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from pathlib import Path

from quickstudy.tasks.jsonl import append_lines, read_lines
from quickstudy.tasks.match import Question, Reply


class Journal:
    """Replies of one match, keyed by (game, ply, attempt) and the question's text.

    `add` returns only when the reply is on disk. What a crash or another version left unreadable is passed over.
    """

    def __init__(self, folder: Path, cell_id: str, number: int, match: int) -> None:
        self.path = folder / f"{cell_id}-{number}-{match}.journal"
        self._replies: dict[str, Reply] = {}
        for entry in read_lines(self.path):
            key = entry.pop("key", "")
            try:
                self._replies[str(key)] = Reply(**entry)
            except TypeError:  # other fields: the reply of another version is asked for anew
                continue

    def find(self, question: Question) -> Reply | None:
        """The reply to this very question, if it was given before the interruption."""
        return self._replies.get(_key(question))

    def add(self, question: Question, reply: Reply) -> None:
        """Keep a reply."""
        key = _key(question)
        append_lines(self.path, [{"key": key, **asdict(reply)}], sync=True)
        self._replies[key] = reply


def _key(question: Question) -> str:
    digest = hashlib.sha256(json.dumps(question.messages).encode()).hexdigest()[:16]
    return f"{question.game}-{question.ply}-{question.attempt}-{digest}"
