"""Reading a model's reply: the move in its last JSON object, strictly, in linear time."""

from __future__ import annotations

import json
import re
from typing import Any

MAX_READ = 8192
_OBJECT = re.compile(r"\{[^{}]*\}")


def read_answer(reply: str) -> str | None:
    """The move named by a reply, or None where it names none.

    The last innermost JSON object among the final `MAX_READ` characters counts; it must be strict JSON (no repeated
    keys, no NaN) and hold a string `move`. Prose is never searched for a move.
    """
    objects = _OBJECT.findall(reply[-MAX_READ:])
    if not objects:
        return None
    try:
        answer = json.loads(objects[-1], object_pairs_hook=_unique, parse_constant=_refuse)
    except (ValueError, RecursionError):  # lists can be nested too deep for the parser
        return None
    move = answer.get("move")
    return move if isinstance(move, str) else None


def clean_text(text: str) -> str:
    """Text that can be written anywhere: lone surrogates and control characters become visible escapes."""
    shown = text.encode("utf-8", "backslashreplace").decode("utf-8")
    return "".join(c if c in "\n\t" or c.isprintable() or c == " " else f"\\x{ord(c):02x}" for c in shown)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({key for key, _ in pairs}) < len(pairs):
        raise ValueError("repeated key")
    return dict(pairs)


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is not JSON")
