"""A run with a plan: it spends to its budget, goes on where it stopped, and never pays twice."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path

import pytest

from quickstudy.reports.probes import read_answers
from quickstudy.reports.spending import LEDGER
from quickstudy.reports.tables import read_games
from quickstudy.tasks.jsonl import read_lines
from tests.benchmarks.commands import BIN, list_matches, run, start, wait_for_matches

SUITE = """
version: 1-A
title: Tiny
games: [morvane]
models: [quickstudy/imitator]
conditions:
  - {examples: [0, 2, 8], sets: 8, games_per_match: 2, teacher: random}
  - {task: board_probe, examples: [0, 2, 8], sets: 8, probes: 5, teacher: random}
plan: {start: [0, 8], sets: 2, offers: 1, bar: 0.99, budget: 150}
"""
COMMAND = ["quickstudy", "run", "tiny.yaml", "--out", "out"]


def count_calls(folder: Path) -> int:
    games, answers = read_games(folder / "logs"), read_answers(folder / "logs")
    return int(games["asked"].sum() + answers["asked"].sum())


@pytest.mark.slow
def test_a_plan_spends_to_its_budget_goes_on_after_a_kill_and_pays_nothing_twice(tmp_path: Path) -> None:
    (tmp_path / "tiny.yaml").write_text(SUITE)
    process = start(tmp_path, [str(BIN / COMMAND[0]), *COMMAND[1:]])
    wait_for_matches(process, tmp_path / "out", 10)  # those of the first round are 8
    os.kill(process.pid, signal.SIGKILL)
    process.communicate(timeout=30)
    begun = read_lines(tmp_path / "out" / LEDGER)
    for _ in range(2):
        done = run(tmp_path, *COMMAND)
        assert done.returncode == 0, done.stderr
        matches = list_matches(tmp_path / "out")
        games, answers = read_games(tmp_path / "out" / "logs"), read_answers(tmp_path / "out" / "logs")
        assert len(games) // 2 + len(answers) // 5 == len(matches), "each match and sitting is in one log"
    lines = read_lines(tmp_path / "out" / LEDGER)
    assert lines[: len(begun)] == begun, "what was chosen before the kill stays chosen"
    assert [line["stopped"] for line in lines if line["stopped"]] == ["budget"], "a finished plan is not told again"
    bought = [item for line in lines for item in line["bought"]]
    assert len({(item["kind"], item["view"], item["first"]) for item in bought}) == len(bought)
    assert 100 < count_calls(tmp_path / "out") < 170, "games of other lengths than expected may pass a budget"
    (verdict,) = json.loads((tmp_path / "out" / "report" / "ceilings.json").read_text())["curves"]
    assert verdict["spending"]["calls"] == count_calls(tmp_path / "out") and verdict["decision"] == "undecided"
    assert f"spent {verdict['spending']['calls']} calls" in done.stdout
    more = run(tmp_path, *COMMAND, "--budget", "220")
    assert more.returncode == 0 and count_calls(tmp_path / "out") > verdict["spending"]["calls"], more.stderr


def test_a_budget_in_dollars_needs_a_price(tmp_path: Path) -> None:
    (tmp_path / "tiny.yaml").write_text(SUITE)
    done = run(tmp_path, *COMMAND, "--budget", "$5")
    assert done.returncode == 1 and "--price" in done.stderr and "Traceback" not in done.stderr
    assert not list_matches(tmp_path / "out")
