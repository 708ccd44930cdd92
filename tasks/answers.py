"""Reading a model's reply: the move in its last JSON object, strictly, in bounded time."""

from __future__ import annotations

from quickstudy.tasks.strict_json import StrictDecoder

MAX_READ = 8192


def read_answer(reply: str) -> str | None:
    """The move named by a reply, or None where it names none.

    The last JSON object among the final `MAX_READ` characters counts, not one inside another; it must be strict JSON
    (no repeated keys, no NaN) and hold a string `move`. Braces that are no JSON are prose, unless they name a move
    after that object: then the answer itself is ill-formed. Prose is never searched for a move.
    """
    text, answer, rest = reply[-MAX_READ:], None, 0
    start = text.find("{")
    while start >= 0:
        try:
            answer, rest = _DECODER.raw_decode(text, start)
            start = text.find("{", rest)
        except (ValueError, RecursionError):  # lists can be nested too deep for the parser
            start = text.find("{", start + 1)
    if not isinstance(answer, dict) or '"move"' in text[rest:]:
        return None
    move = answer.get("move")
    return move if isinstance(move, str) else None


def clean_text(text: str) -> str:
    """Text that can be written anywhere: lone surrogates and control characters become visible escapes."""
    shown = text.encode("utf-8", "backslashreplace").decode("utf-8")
    return "".join(c if c in "\n\t" or c.isprintable() or c == " " else f"\\x{ord(c):02x}" for c in shown)


_DECODER = StrictDecoder()
