"""How much a player may think before it answers: a budget in tokens, or an effort by name.

Providers know one or the other, some both; Inspect passes them on as `reasoning_tokens` and `reasoning_effort`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

OFF = "0"
EFFORTS = ("minimal", "low", "medium", "high", "xhigh", "max")
"""Inspect's names of efforts in their order; its `none` is the budget 0."""
_SETTINGS = ("reasoning_tokens", "reasoning_effort", "effort")


def read_thinking(value: object) -> str:
    """How much thinking is asked for, as cells hold it: empty (what the provider does by itself), a number or a name.

    Raises ValueError, one sentence.
    """
    if value is None or value == "":
        return ""
    word = str(value).strip().lower()
    if isinstance(value, int | str) and not isinstance(value, bool):
        if word == "none":
            return OFF
        if word in EFFORTS:
            return word
        if word.isascii() and word.isdigit():
            return str(int(word))
    raise ValueError(
        f"task parameter thinking: {value!r} is neither a number of tokens nor an effort: choose one of none, "
        f"{', '.join(EFFORTS)}"
    )


def check_room(thinking: str, reply_tokens: int) -> None:
    """Refuse a budget that leaves a reply no room for its answer. Raises ValueError, one sentence."""
    if thinking.isdigit() and int(thinking) >= reply_tokens:
        raise ValueError(
            f"task parameter thinking: {thinking} tokens leave nothing of a reply of {reply_tokens} for the answer: "
            "give more reply_tokens"
        )


def check_alone(thinking: str, config: Mapping[str, Any]) -> None:
    """Refuse thinking that the model's own settings say otherwise about. Raises ValueError, one sentence."""
    given = [name for name in _SETTINGS if config.get(name) is not None]
    if thinking and given:
        raise ValueError(
            f"task parameter thinking: the model was opened with {given[0]}={config[given[0]]} beside "
            f"thinking={thinking}: leave one of them out"
        )


def list_settings(thinking: str) -> dict[str, Any]:
    """The generation settings that ask a provider for it.

    A budget of 0 is asked for as the effort `none`: that is how providers turn thinking off, some refuse the number.
    """
    if not thinking:
        return {}
    if thinking == OFF:
        return {"reasoning_effort": "none"}
    return {"reasoning_tokens": int(thinking)} if thinking.isdigit() else {"reasoning_effort": thinking}


def rank_thinking(thinking: str) -> tuple[int, int]:
    """What levels are sorted by: the provider's own way, then budgets, then efforts."""
    if thinking.isdigit():
        return 1, int(thinking)
    return (2, EFFORTS.index(thinking)) if thinking in EFFORTS else (0, 0)
