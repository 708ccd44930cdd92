"""Screening of games in two steps: cheap self-play of all, then rungs and learnability of those that pass."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from quickstudy.tasks.examples.corpus import cache_folder
from quickstudy.tasks.examples.openings import opening_plies
from quickstudy.tasks.games.duplicates import is_near_duplicate
from quickstudy.tasks.games.game import Game
from quickstudy.tasks.games.rules import write_spec
from quickstudy.tasks.screening.depth import screen_depth, screen_learning
from quickstudy.tasks.screening.self_play import RANDOM, play_self, screen_self_play

VERSION = "3"
REPORT = "screening.json"
_COMPARED = 20  # random games in which near duplicates are looked for


def screen_game(
    game: Game, folder: Path, *, others: Sequence[Game] = (), deep: bool = True, seed: int = 0
) -> dict[str, Any]:
    """Screen a game and write the report to `folder`; steps that an earlier report holds are not repeated.

    The report holds `accepted` and `reasons`; a step is taken only when the one before has found no reason. With `deep`
    false only the cheap step is taken, and `accepted` is null if it passes. A near duplicate of one of the `others` is
    rejected whatever an earlier report says.
    """
    report = _read(game, folder, seed)
    steps: list[tuple[str, Callable[[], dict[str, Any]]]] = [("self_play", lambda: screen_self_play(game, seed))]
    if deep:
        rough = _copy(game)
        steps += [
            ("depth", lambda: screen_depth(rough, seed)),
            ("learning", lambda: screen_learning(rough, seed)),
        ]
    for name, take in steps:
        if name not in report["steps"]:
            report["steps"][name] = take()
            report["reasons"] = report["steps"][name].pop("reasons")
            report["accepted"] = False if report["reasons"] else True if name == "learning" else None
            _write(report, folder)
        if report["reasons"]:
            break
    twin = find_duplicate(game, others)
    if twin is not None:
        report |= {"accepted": False, "reasons": [f"duplicate: played like {twin}", *report["reasons"]]}
    return report


def _copy(game: Game) -> Game:
    """The game in a folder of the cache, where the rough ladder does not take the place of a committed one."""
    home = cache_folder() / "screening" / game.rules.hash[:16] / game.name
    home.mkdir(parents=True, exist_ok=True)
    (home / "rules.json").write_text(write_spec(game.rules), encoding="utf-8")
    return Game(game.name, game.rules, home)


def find_duplicate(game: Game, others: Sequence[Game]) -> str | None:
    """The name of the first of the other games of which this one is a near duplicate."""
    moves = play_self(game, RANDOM, _COMPARED).moves
    return next((other.name for other in others if is_near_duplicate(game.rules, other.rules, moves)), None)


def _read(game: Game, folder: Path, seed: int) -> dict[str, Any]:
    """The report in a folder if it is of this version, game and seed, else an empty one."""
    path = folder / REPORT
    head = {
        "version": VERSION,
        "rules_hash": game.rules.hash,
        "opening_plies": opening_plies(game),
        "seed": seed,
    }
    try:
        report: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if all(report[key] == value for key, value in head.items()):
            return report
    except (OSError, ValueError, KeyError, TypeError):
        pass
    return {**head, "accepted": None, "reasons": [], "steps": {}}


def _write(report: dict[str, Any], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    draft = folder / f"{REPORT}.tmp"
    draft.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    draft.replace(folder / REPORT)
