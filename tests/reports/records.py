"""Match records with literal results, written as a direct run writes them, changed logs, and tables read from them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pandas as pd
from inspect_ai.log import EvalLog, read_eval_log, write_eval_log

from quickstudy.reports.tables import read_games
from quickstudy.scorers.outcome import is_forfeit
from quickstudy.tasks.cell import Cell
from quickstudy.tasks.direct import write_records
from quickstudy.tasks.tracks import find_track

OUTCOMES = {"1": "win", "=": "draw", "0": "loss", "f": "forfeit_illegal", "u": "forfeit_unreadable", "e": "error"}
POINTS = {"1": 1.0, "=": 0.5, "e": float("nan")}
TOP = "alphabeta-10000"


def record(
    results: str, levels: str = "random", *, n: int = 0, column: int = 0, match: int = 0, **conditions: Any
) -> dict[str, Any]:
    """One match: a letter of `OUTCOMES` for each game, against the levels (separated by blanks) in turn."""
    skill = conditions.get("skill", "morvane")
    ladder, met = find_track(skill).find_ladder(skill, ""), levels.split()
    settings: dict[str, Any] = {
        "model": "quickstudy/imitator", "arguments": "{}", "skill": skill, "rules_hash": ladder.rules_hash,
        "regime": "examples" if n else "rules", "layout": "plain", "n": n, "n_requested": n, "m": n, "slots": n,
        "rules": "full", "evidence": "own", "teacher": "alphabeta-1000", "legal_moves": False, "wording": 0,
        "retries": 2, "reply_tokens": 8192, "opponents": "adaptive", "seed": 0, "ladder_version": ladder.version,
    }  # fmt: skip
    cell = Cell(**{**settings, **conditions})
    against = [met[i % len(met)] for i in range(len(results))]
    games = [_game(i, results[i], level, ladder.rating_of(level)) for i, level in enumerate(against)]
    return {"cell": cell.to_dict(), "set": column, "match": match, "games": games}


def _game(number: int, letter: str, opponent: str, elo: float) -> dict[str, Any]:
    outcome = OUTCOMES[letter]
    return {
        "game": number, "pair": number // 2, "opponent": opponent, "opponent_elo": elo, "colour": "xo"[number % 2],
        "opening": "a1 b2", "seed": 7, "moves": "a1 b2 c3", "result": POINTS.get(letter, 0.0), "outcome": outcome,
        "forfeit": int(is_forfeit(outcome)), "plies": 3, "illegal": 3 * (letter == "f"),
        "unreadable": 3 * (letter == "u"), "asked": 4, "input_tokens": 100, "output_tokens": 10,
        "reasoning_tokens": 6, "seconds": 0.5, "answers": [],
    }  # fmt: skip


def write(folder: Path, *records: dict[str, Any], name: str = "direct.jsonl") -> Path:
    """Write the records below a folder as a direct run does."""
    write_records(records, folder / name)
    return folder


def sets(results: Iterable[str], levels: str = "random", **conditions: Any) -> list[dict[str, Any]]:
    """One match for each example set, all of one cell."""
    return [record(text, levels, column=i, **conditions) for i, text in enumerate(results)]


def tabulate(folder: Path, *records: dict[str, Any]) -> pd.DataFrame:
    """The table of games of the records, through a file."""
    return read_games(write(folder, *records))


def rewrite(log: Path, target: Path, change: Callable[[EvalLog], None]) -> Path:
    """Copy a log with a change, through Inspect; returns the folder of the copy."""
    content = read_eval_log(log)
    change(content)
    target.parent.mkdir(parents=True, exist_ok=True)
    write_eval_log(content, target)
    return target.parent


def load_strictly(path: Path) -> Any:
    """Read JSON that knows no NaN and no Infinity."""

    def refuse(name: str) -> None:
        raise AssertionError(f"{path.name} holds {name}")

    return json.loads(path.read_text(encoding="utf-8"), parse_constant=refuse)
