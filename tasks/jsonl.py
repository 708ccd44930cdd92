"""Lines of JSON on disk: appended whole, and read again after any crash."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any


def append_lines(path: Path, rows: Iterable[Mapping[str, Any]], *, sync: bool = False) -> None:
    """Append rows, each a line; a half-written last line, as a crash leaves it, is cut off first.

    With `sync` each row is on disk before the next is asked for. Raises OSError.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab+") as file:
        file.seek(0)
        file.truncate(file.read().rfind(b"\n") + 1)
        for row in rows:
            file.write(json.dumps(row).encode() + b"\n")
            file.flush()
            if sync:
                os.fsync(file.fileno())


def read_lines(path: Path) -> list[dict[str, Any]]:
    """The rows of a file that can be read; lines that are no JSON object are passed over. No file, no rows."""
    rows = []
    for line in path.read_bytes().split(b"\n") if path.is_file() else []:
        try:
            row = json.loads(line)
        except ValueError:
            continue
        if isinstance(row, dict):
            rows.append(row)
    return rows
