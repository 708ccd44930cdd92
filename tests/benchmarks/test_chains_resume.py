"""A run of chains that is killed again and again ends with the notes and games of one that was not, and pays once."""

from __future__ import annotations

import random
import signal
import subprocess
import time
from collections import Counter
from pathlib import Path
from typing import Any

import psutil
import pytest

from quickstudy.reports.records import find_items, read_records
from quickstudy.reports.tables import load_games
from tests.benchmarks.commands import BIN, install_paid_model, start
from tests.same_tables import same_games

SUITE = """
version: 1-A
title: Tiny
games: [%s]
models: [paid/a]
conditions:
  - {task: memory, generations: %d, games: 2, budget: 200, chains: 2, play_games: 2, rings: %s, ring_generations: 3}
"""
NOTEBOOK = '''
"""A provider whose every call costs something, and which plays and writes as an embedded learner does."""
import hashlib
import os
from pathlib import Path

from inspect_ai.model import ModelAPI, ModelOutput, modelapi


@modelapi(name="paid")
class Paid(ModelAPI):
    async def generate(self, input, tools, tool_choice, config):
        from quickstudy.tasks.learners.directory import find_learner

        messages = [(message.role, message.text) for message in input]
        with Path(os.environ["PAID_CALLS"]).open("a") as calls:
            calls.write(hashlib.sha256(repr(messages).encode()).hexdigest() + "\\n")
        return ModelOutput.from_content(self.model_name, find_learner("notebook").answer(messages))
'''
SIZES = {"tvafindil": (6, "skin"), "fnipil": (3, "seen")}
"""Generations, and a ring that is read beside the usual one."""
MOST_KILLS = 10
CONNECTIONS = 10
"""Calls that can be under way at once, which a kill loses."""


def launch(home: Path, game: str) -> subprocess.Popen[str]:
    home.mkdir(exist_ok=True)
    if not (home / "plugins").exists():
        install_paid_model(home)
        (home / "plugins" / "paid.py").write_text(NOTEBOOK)
        (home / "tiny.yaml").write_text(SUITE % (game, *SIZES[game]))
    return start(home, [str(BIN / "quickstudy"), "run", "tiny.yaml", "--out", "out", "--workers", "1"])


def finish(process: subprocess.Popen[str]) -> None:
    """Wait until a run has come to its end as it should."""
    shown = process.communicate(timeout=300)
    assert process.returncode == 0, shown


def read_calls(home: Path) -> Counter[str]:
    path = home / "calls"
    return Counter(path.read_text().split()) if path.is_file() else Counter()


def read_notes(home: Path) -> list[tuple[Any, ...]]:
    records = [record for _, record in read_records(home / "out" / "logs") if find_items(record) == "notes"]
    return sorted((r["chain"], r["generation"], r["digest"], str(r["edits"])) for r in records)


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize(("game", "seed"), [*(("tvafindil", seed) for seed in (1, 2, 3, 4)), ("fnipil", 5)])
def test_chains_killed_at_random_moments_end_as_if_they_were_not(tmp_path: Path, game: str, seed: int) -> None:
    whole = launch(tmp_path / "whole", game)
    began = time.monotonic()
    finish(whole)
    lasted, rng, done = time.monotonic() - began, random.Random(seed), 0
    broken = tmp_path / "broken"
    while done < MOST_KILLS:
        process = launch(broken, game)
        try:
            process.communicate(timeout=rng.uniform(0.35, 0.6) * lasted)
            break  # it came to its end before the next kill
        except subprocess.TimeoutExpired:
            for one in [*psutil.Process(process.pid).children(recursive=True), psutil.Process(process.pid)]:
                one.send_signal(signal.SIGKILL)
            process.communicate()
            done += 1
    finish(launch(broken, game))
    assert done >= 1 and read_notes(broken) == read_notes(tmp_path / "whole")
    assert same_games(*(load_games(home / "out" / "games.parquet") for home in (broken, tmp_path / "whole")))
    paid, due = read_calls(broken), read_calls(tmp_path / "whole")
    assert set(paid) == set(due)
    assert sum((paid - due).values()) <= CONNECTIONS * done, "only what was under way at a kill is asked again"
    print(f"{done} kills; {sum(due.values())} calls due, {sum((paid - due).values())} asked again")
