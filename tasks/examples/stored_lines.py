"""Lines that are kept in the cache folder: what follows from the same conditions is made once, and may vanish."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from pathlib import Path


def cache_folder() -> Path:
    """Where generated examples are kept: `$QUICKSTUDY_CACHE`, else the user's cache folder."""
    home = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(os.environ.get("QUICKSTUDY_CACHE") or Path(home) / "quickstudy")


def read_lines(conditions: str) -> list[str]:
    """The lines kept under these conditions: none where their file is not just as it was written for them."""
    try:
        text = _find_file(conditions).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return []
    lines = text.split("\n")[1:-1]
    return lines if text == _seal(conditions, lines) else []


def write_lines(conditions: str, lines: list[str]) -> None:
    """Keep lines, atomically, so that nobody reads half a file; a cache that cannot be written is no error."""
    path = _find_file(conditions)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=path.parent, delete=False) as file:
            draft = Path(file.name)
            try:
                file.write(_seal(conditions, lines))
                file.flush()
                draft.replace(path)
            finally:
                draft.unlink(missing_ok=True)
    except OSError:
        return


def take_lines(conditions: str, n: int, go_on: Callable[[Sequence[str]], Iterable[str]]) -> list[str]:
    """The first n lines under the conditions, fewer where there are no more; what is made is kept even after ^C.

    `go_on` gives, for the lines that are kept, those that follow them.
    """
    lines = read_lines(conditions)
    if len(lines) < n:
        try:
            for line in islice(go_on(tuple(lines)), n - len(lines)):
                lines.append(line)
        finally:
            write_lines(conditions, lines)
    return lines[:n]


def _find_file(conditions: str) -> Path:
    return cache_folder() / "examples" / f"{conditions.replace('/', '+')}.txt"


def _seal(conditions: str, lines: list[str]) -> str:
    """The text of a file: a checksum over conditions and lines, then the lines."""
    body = "".join(f"{line}\n" for line in lines)
    seal = hashlib.sha256((conditions + "\n" + body).encode()).hexdigest()
    return f"{seal}\n{body}"
