"""JSON as the standard has it and nothing more: no repeated keys, no NaN, and files of bounded size."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

MOST_BYTES = 1 << 20
_MOST_DIGITS = 4300  # what Python itself reads


def read_object(path: Path) -> dict[str, Any]:
    """The JSON object that a file holds.

    Raises ValueError saying what is wrong and, where the text itself is wrong, in which line; OSError where the file
    cannot be read. Files of more than `MOST_BYTES` bytes are not read.
    """
    with path.open("rb") as file:
        content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise ValueError(f"the file has more than {MOST_BYTES} bytes")
    try:
        data = json.loads(content.decode("utf-8"), cls=StrictDecoder)
    except RecursionError:
        raise ValueError("lists or objects are nested too deep") from None
    if not isinstance(data, dict):
        raise ValueError("the file must hold one JSON object")
    return data


def name_missing(path: Path) -> str:
    """What to tell a user who names a file that is none."""
    return f"{path} is a folder: name a file" if path.is_dir() else f"there is no file {path}: check the path"


class StrictDecoder(json.JSONDecoder):
    """A decoder that raises ValueError for keys that occur twice in an object, NaN, Infinity and endless numbers."""

    def __init__(self) -> None:
        super().__init__(object_pairs_hook=_unique, parse_constant=_refuse, parse_int=_whole)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"the key {key[:40]!r} occurs twice in one object")
        found[key] = value
    return found


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is not JSON")


def _whole(digits: str) -> int:
    if len(digits) > _MOST_DIGITS:
        raise ValueError(f"a number has {len(digits)} digits; at most {_MOST_DIGITS}")
    return int(digits)
