"""Reading an author's reply: the edits in its last JSON object, strictly, in bounded time."""

from __future__ import annotations

from typing import Any

from quickstudy.tasks.regimes.notes import Edit
from quickstudy.tasks.regimes.replies import read_list

MOST_EDITS = 1024
ACTIONS = ("add", "edit", "delete", "keep")


def read_edits(reply: str) -> list[Edit] | None:
    """The edits that a reply names, or None where it names none that can be read.

    The last JSON object that begins with `edits` counts (`read_list`). It holds a list of at most `MOST_EDITS` objects
    with an `action`, and `kind` and `text`, or the `item` that is meant. One ill-formed edit spoils the reply, so that
    no author is thought to have said what it did not.
    """
    given = read_list(reply, "edits")
    if given is None or len(given) > MOST_EDITS:
        return None
    edits = [_read_edit(entry) for entry in given]
    read = [edit for edit in edits if edit is not None]
    return read if len(read) == len(edits) else None


def _read_edit(entry: Any) -> Edit | None:
    if not isinstance(entry, dict) or not isinstance(entry.get("action"), str):
        return None
    action = entry["action"].lower()
    number, kind, text = entry.get("item", 0), entry.get("kind", ""), entry.get("text", "")
    if action not in ACTIONS or not isinstance(kind, str) or not isinstance(text, str):
        return None
    if action != "add" and (not isinstance(number, int) or isinstance(number, bool)):
        return None
    return Edit(action, number if action != "add" else 0, kind.lower(), text)
