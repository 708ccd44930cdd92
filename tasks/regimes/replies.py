"""Reading what a practising model answers: a list or an answer in its last JSON object, strictly, in bounded time."""

from __future__ import annotations

import re
from typing import Any

from quickstudy.tasks.answers import MAX_READ as MOST_ANSWER
from quickstudy.tasks.answers import clean_text
from quickstudy.tasks.match import Reply
from quickstudy.tasks.prompts.play import quote_reply
from quickstudy.tasks.strict_json import StrictDecoder

MAX_READ = 1 << 17


def read_list(reply: str, key: str, longest: int = MAX_READ) -> list[Any] | None:
    """The list of the last JSON object that begins with a key, among the final `longest` characters, or None."""
    found = _read_last(reply[-longest:], key)
    return found if isinstance(found, list) else None


def read_numbers(reply: str, key: str, most: int) -> list[int] | None:
    """Different whole numbers from 1 to `most` in such a list; None where anything else is in it."""
    found = read_list(reply, key)
    if found is None or len(found) > most:
        return None
    good = all(isinstance(number, int) and not isinstance(number, bool) and 1 <= number <= most for number in found)
    return found if good and len(set(found)) == len(found) else None


def read_solution(reply: str) -> bool | str | None:
    """True, false or a move as the `answer` of such an object; None without one."""
    found = _read_last(reply[-MOST_ANSWER:], "answer")
    return found if isinstance(found, (bool, str)) else None


def quote(reply: Reply) -> str:
    """The end of a reply as it is shown back."""
    return clean_text(quote_reply(reply.text))


def keep_text(reply: Reply, longest: int = MAX_READ) -> str:
    """All of a reply that is read, so that it can be read again; but for lone surrogates, which no file can hold."""
    return reply.text[-longest:].encode("utf-8", "backslashreplace").decode("utf-8")


def describe_reply(reply: Reply, readable: bool) -> dict[str, Any]:
    """What the record of a study stage says of a reply."""
    return {
        "readable": readable,
        "text": keep_text(reply),
        "input_tokens": reply.input_tokens,
        "output_tokens": reply.output_tokens,
    }


def _read_last(text: str, key: str) -> Any:
    starts = [match.start() for match in re.finditer(r'\{\s*"' + key + r'"\s*:', text)]
    try:
        found = _DECODER.raw_decode(text, starts[-1])[0] if starts else None
    except (ValueError, RecursionError):
        return None
    return found.get(key) if isinstance(found, dict) else None


_DECODER = StrictDecoder()
