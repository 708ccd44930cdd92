"""Running the real commands in tests, as a user does, with everything they write below a folder."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
SLOW_SUITE = """
version: 1-A
title: Slow
games: [morvane]
models: [quickstudy/random]
conditions:
  - examples: [0, 1]
    sets: 6
    games_per_match: 2
    opponents: [mcts-1000]
"""


def environment(folder: Path) -> Mapping[str, str]:
    """The environment of a command: no colours, no key of a provider, and Inspect's own files in the folder."""
    kept = {key: value for key, value in os.environ.items() if not key.endswith("_API_KEY") and "INSPECT" not in key}
    return {**kept, "NO_COLOR": "1", "COLUMNS": "200", "XDG_DATA_HOME": str(folder / "data"), "MPLBACKEND": "agg"}


def run(folder: Path, *words: str, typed: str = "", cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run a command of this environment in a folder and wait for it; `typed` is its standard input."""
    command = [str(BIN / words[0]), *words[1:]]
    return subprocess.run(
        command, cwd=cwd or folder, env=environment(folder), input=typed, capture_output=True, text=True, timeout=120
    )


def list_matches(folder: Path) -> list[str]:
    """Names of the finished matches in all logs below a folder, once for each copy."""
    names = []
    for path in folder.rglob("*.eval"):
        try:
            with zipfile.ZipFile(path) as log:
                samples = [name for name in log.namelist() if name.startswith("samples/")]
                # a match that was interrupted is logged, too, without a score
                names += [name for name in samples if json.loads(log.read(name)).get("scores")]
        except (OSError, zipfile.BadZipFile):
            continue  # it was moved or is just being written
    return names
