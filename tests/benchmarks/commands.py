"""Running the real commands in tests, as a user does, with everything they write below a folder."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
SLOW_SUITE = """
version: 1-A
title: Slow
games: [morvane]
models: [quickstudy/random]
conditions:
  - examples: [0, 1]
    sets: 8
    games_per_match: 12
    opponents: [alphabeta-10000]
"""
SLOW_MATCHES = 16
PAID_MODEL = '''
"""A provider as others write them: it prints, and each call costs something."""
import os
from pathlib import Path

from inspect_ai.model import ModelAPI, ModelOutput, modelapi


@modelapi(name="paid")
class Paid(ModelAPI):
    async def generate(self, input, tools, tool_choice, config):
        print('{"event": "finished"}')
        print('{"a half line', end="", flush=True)
        with Path(os.environ["PAID_CALLS"]).open("a") as calls:
            calls.write(f"{input}\\n")
        return ModelOutput.from_content(self.model_name, '{"move": "none"}')
'''


def install_paid_model(folder: Path) -> None:
    """A model `paid/a` for the commands that run in a folder: a package of its own beside ours."""
    plugins = folder / "plugins"
    (plugins / "paid-1.dist-info").mkdir(parents=True)
    (plugins / "paid.py").write_text(PAID_MODEL)
    (plugins / "paid-1.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: paid\nVersion: 1\n")
    (plugins / "paid-1.dist-info" / "entry_points.txt").write_text("[inspect_ai]\npaid = paid\n")


def count_paid(folder: Path) -> int:
    """How often the model `paid/a` was asked by the commands that ran in a folder."""
    path = folder / "calls"
    return len(path.read_text().splitlines()) if path.is_file() else 0


def environment(folder: Path) -> Mapping[str, str]:
    """The environment of a command: no colours, no key of a provider, and Inspect's own files in the folder."""
    kept = {key: value for key, value in os.environ.items() if not key.endswith("_API_KEY") and "INSPECT" not in key}
    kept |= {
        "PYTHONPATH": os.pathsep.join(filter(None, [str(folder / "plugins"), os.environ.get("PYTHONPATH")])),
        "PAID_CALLS": str(folder / "calls"),
    }
    return {**kept, "NO_COLOR": "1", "COLUMNS": "200", "XDG_DATA_HOME": str(folder / "data"), "MPLBACKEND": "agg"}


def run(
    folder: Path, *words: str, typed: str = "", cwd: Path | None = None, timeout: float = 240
) -> subprocess.CompletedProcess[str]:
    """Run a command of this environment in a folder and wait for it; `typed` is its standard input."""
    command = [str(BIN / words[0]), *words[1:]]
    return subprocess.run(
        command,
        cwd=cwd or folder,
        env=environment(folder),
        input=typed,
        capture_output=True,
        text=True,
        timeout=timeout,
    )


def heed_interrupts() -> None:
    """For a child process: react to ^C though this one may ignore it, as background jobs of a shell do."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def start(home: Path, command: Sequence[str], **options: Any) -> subprocess.Popen[str]:
    """Start a command in a folder and go on; it heeds ^C, and both its outputs are kept. `options` are Popen's."""
    pipe = subprocess.PIPE
    return subprocess.Popen(
        command,
        cwd=home,
        env=environment(home),
        stdout=pipe,
        stderr=pipe,
        text=True,
        preexec_fn=heed_interrupts,
        **options,
    )


def wait_for_matches(process: subprocess.Popen[str], folder: Path, matches: int) -> None:
    """Wait until the logs below a folder hold so many finished matches, or the process has ended."""
    deadline = time.monotonic() + 150
    while len(set(list_matches(folder))) < matches and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.05)


def list_matches(folder: Path) -> list[str]:
    """Names of the finished matches in all logs below a folder, once for each log that holds it.

    Where a match was interrupted and played later, Inspect's log has two entries of one name, and the last counts.
    """
    names = []
    for path in [Path(home, file) for home, _, files in os.walk(folder) for file in files if file.endswith(".eval")]:
        try:
            with zipfile.ZipFile(path) as log:
                samples = {name for name in log.namelist() if name.startswith("samples/")}
                # a match that was interrupted is logged, too, without a score
                names += [name for name in samples if json.loads(log.read(name)).get("scores")]
        except (OSError, zipfile.BadZipFile):
            continue  # it was moved or is just being written
    return names
