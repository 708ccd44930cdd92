"""The journal of a match: every finished reply, on disk at once, so that an interrupted match asks nothing twice.

One file for each match, named by its cell, set and match; it is deleted when the match is finished and its record
is in the log. Embedded learners cost nothing and keep no journal.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import Any

from quickstudy.tasks.match import Question, Reply


class Journal:
    """Replies of one match, keyed by (game, ply, attempt) and the question's text.

    `add` returns only when the reply is on disk. A half-written last line, as a crash leaves it, is ignored.
    """

    def __init__(self, folder: Path, cell_id: str, number: int, match: int) -> None:
        self.path = folder / f"{cell_id}-{number}-{match}.jsonl"
        self._replies: dict[str, Reply] = {}
        if self.path.is_file():
            for line in self.path.read_text(encoding="utf-8").split("\n")[:-1]:
                entry: dict[str, Any] = json.loads(line)
                key = entry.pop("key")
                self._replies[key] = Reply(**entry)

    def find(self, question: Question) -> Reply | None:
        """The reply to this very question, if it was given before the interruption."""
        return self._replies.get(_key(question))

    def add(self, question: Question, reply: Reply) -> None:
        """Keep a reply."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"key": _key(question), **asdict(reply)}) + "\n")
            file.flush()
            os.fsync(file.fileno())
        self._replies[_key(question)] = reply

    def close(self) -> None:
        """The match is finished: forget its replies."""
        self.path.unlink(missing_ok=True)


def _key(question: Question) -> str:
    digest = hashlib.sha256(json.dumps(question.messages).encode()).hexdigest()[:16]
    return f"{question.game}-{question.ply}-{question.attempt}-{digest}"
