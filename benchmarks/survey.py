"""Surveys: games of many families and seeds, made and screened on all cores, and a table of what became of each."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from itertools import product
from pathlib import Path
from typing import Any

from quickstudy.benchmarks.processes import map_processes
from quickstudy.tasks.games.families import FAMILIES
from quickstudy.tasks.games.game import list_games, load_game, read_game
from quickstudy.tasks.games.generate import generate_rules
from quickstudy.tasks.games.rules import write_spec
from quickstudy.tasks.jsonl import append_lines, read_lines
from quickstudy.tasks.screening.screen import find_duplicate, screen_game

SURVEY = "survey.json"
_SECONDS = "seconds.jsonl"  # processor time of the steps taken, beside each spec


def read_seeds(text: str) -> list[str]:
    """Seeds written as `7`, `7,9` or `7-9`. Raises ValueError."""
    seeds: list[str] = []
    for word in text.split(","):
        first, dash, last = word.strip().partition("-")
        if not (first.isdigit() and (last.isdigit() or not dash)):
            raise ValueError(f"--seeds: cannot read {word.strip()!r}; write for instance --seeds 1000-1008")
        if int(last or first) < int(first):
            raise ValueError(f"--seeds: the range {word.strip()} runs backwards; write --seeds {last}-{first}")
        seeds += [str(number) for number in range(int(first), int(last or first) + 1)]
    return seeds


def survey(
    families: Sequence[str],
    seeds: Sequence[str],
    folder: Path,
    *,
    deep: bool = True,
    workers: int | None = 1,
    report: Callable[[str], None] = lambda line: None,
) -> list[dict[str, Any]]:
    """Make and screen the game of each family and seed below `folder`; returns a row for each and writes `SURVEY`.

    All games take the cheap step first. Of near duplicates, also of the catalogue's games, the first one stays. Steps
    that an earlier survey of the folder has finished are not repeated.
    """
    for family in families:
        if family not in FAMILIES:
            raise ValueError(f"unknown family {family!r}: choose one of {', '.join(FAMILIES)}")
    specs = [(family, seed) for seed, family in product(seeds, families)]
    for step in (False, True) if deep else (False,):
        jobs = [(*spec, folder, step) for spec in specs]
        for done, row in enumerate(map_processes(_screen, jobs, workers), 1):
            report(f"{done} of {len(specs)} games {'screened' if step else 'took the cheap step'}: {row}")
    rows = _find_duplicates([describe_spec(family, seed, folder) for family, seed in specs], folder)
    (folder / SURVEY).write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    return rows


def find_home(family: str, seed: str, folder: Path) -> Path:
    """The folder of a surveyed game, with its spec and screening report."""
    return folder / f"{family}-{seed}"


def _screen(family: str, seed: str, folder: Path, deep: bool) -> str:
    started, home = time.process_time(), find_home(family, seed, folder)
    path = home / "rules.json"
    if not path.is_file():
        rules = generate_rules(family, seed)
        home.mkdir(parents=True, exist_ok=True)
        path.write_text(write_spec(rules), encoding="utf-8")
    game = read_game(path)
    before = read_report(home)
    after = screen_game(game, home, deep=deep)
    if after != before:
        steps = [step for step in after["steps"] if step not in before.get("steps", {})]
        spent = round(time.process_time() - started, 2)
        append_lines(home / _SECONDS, [{"steps": steps, "seconds": spent}])
    return f"{game.rules.name} ({family} {seed})"


def read_report(home: Path) -> dict[str, Any]:
    """The screening report in a folder; empty where there is none."""
    try:
        report: dict[str, Any] = json.loads((home / "screening.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return report


def describe_spec(family: str, seed: str, folder: Path) -> dict[str, Any]:
    """Family, seed, name, verdict, reasons and figures of a surveyed game."""
    home = find_home(family, seed, folder)
    report, rules = read_report(home), read_game(home / "rules.json").rules
    steps = report["steps"]
    played = steps["self_play"]
    gains = [gain for gain in steps.get("learning", {}).get("gains", {}).values() if gain is not None]
    return {
        "family": family,
        "seed": seed,
        "name": rules.name,
        "accepted": report["accepted"],
        "reasons": report["reasons"],
        **{key: played.get(key) for key in ("plies", "draws", "share_x", "branching")},
        "rungs": steps.get("depth", {}).get("rungs"),
        "gain": max(gains, default=None),
        "seconds": round(sum(row["seconds"] for row in read_lines(home / _SECONDS)), 1),
    }


def _find_duplicates(rows: list[dict[str, Any]], folder: Path) -> list[dict[str, Any]]:
    kept = [load_game(name) for name in list_games()]
    for row in rows:
        if row["accepted"] is False:
            continue
        game = read_game(find_home(row["family"], row["seed"], folder) / "rules.json")
        twin = find_duplicate(game, [other for other in kept if other.rules != game.rules])
        if twin is None:
            kept.append(game)
        else:
            row |= {"accepted": False, "reasons": [f"duplicate: played like {twin}"]}
    return rows


def format_survey(rows: Sequence[dict[str, Any]]) -> str:
    """A line for each family: games, accepted ones, and how many were rejected for what (each by its first reason)."""
    lines = [f"{'Family':12} {'Games':>5} {'Accepted':>8}  Rejected for"]
    families = list(dict.fromkeys(row["family"] for row in rows))
    for family in [*families, "all"]:
        mine = [row for row in rows if family in (row["family"], "all")]
        reasons = [row["reasons"][0].split(":")[0] for row in mine if row["reasons"]]
        counts = ", ".join(f"{reason} {reasons.count(reason)}" for reason in dict.fromkeys(sorted(reasons)))
        passed = sum(row["accepted"] is not False for row in mine)
        lines.append(f"{family:12} {len(mine):5} {passed:8}  {counts}")
    spent = sum(row["seconds"] for row in rows)
    return "\n".join([*lines, f"{spent / 60:.0f} minutes of processor time"])
