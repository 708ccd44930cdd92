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
KILLS = 10
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


def kill_at(home: Path, game: str, calls: int) -> None:
    """Go on with a run, and kill it with all its workers as soon as so many calls have been paid in all."""
    process = launch(home, game)
    while sum(read_calls(home).values()) < calls:
        assert process.poll() is None, process.communicate()
        time.sleep(0.002)
    for one in [*psutil.Process(process.pid).children(recursive=True), psutil.Process(process.pid)]:
        one.send_signal(signal.SIGKILL)
    process.communicate()


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize(("game", "seed"), [("tvafindil", 1), ("tvafindil", 2), ("fnipil", 3)])
def test_chains_killed_at_ten_random_moments_end_as_if_they_were_not(tmp_path: Path, game: str, seed: int) -> None:
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    finish(launch(whole, game))
    due = read_calls(whole)
    moments = sorted(random.Random(seed).sample(range(1, sum(due.values())), KILLS))
    for calls in moments:
        kill_at(broken, game, calls)
    finish(launch(broken, game))
    assert read_notes(broken) == read_notes(whole) != []
    assert same_games(*(load_games(home / "out" / "games.parquet") for home in (broken, whole)))
    paid = read_calls(broken)
    assert set(paid) == set(due)
    again = sum((paid - due).values())
    assert again <= CONNECTIONS * KILLS, "only what was under way at a kill is asked again"
    print(f"killed after {moments} of {sum(due.values())} calls; {again} asked again")
