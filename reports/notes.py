"""Games that are played with notes: which they are, what the cells of one arm share, and names of arms and rings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from quickstudy.reports.tables import is_plain, name_settings
from quickstudy.tasks.chains.rings import RINGS

PRACTISED = ["verifier_calls", "own_tasks", "artefact", "keep"]
GROUP = [
    *("skill", "model", "author", "regime", "control", "budget", "note_kinds", "practice", "studied_game"),
    *(*PRACTISED, "n", "reviews", "reviewer", "settings"),
]
"""What the chains of one line of a figure share."""
PLAYER = ["skill", "model", "settings"]
REGIMES = ("notes", "distil", "state", "practice", "study")
NUMBERS = dict(zip(RINGS, (0, 1, 2, 3, 3, 4), strict=True))
"""The numbers of the rings."""


def is_memory(games: pd.DataFrame) -> pd.Series:
    """Rows of games that were played with notes."""
    return games["regime"].isin(REGIMES)


def is_usual(games: pd.DataFrame) -> pd.Series:
    """Rows of the usual play stages of chains; the rings beside them have a page of their own (see `rings`)."""
    return is_memory(games) & games["ring"].eq("")


def join_curves(games: pd.DataFrame) -> pd.DataFrame:
    """The games of usual play stages and of the plain curves beside them, with `settings` that tell players apart."""
    kept = games[is_usual(games) | (is_plain(games) & ~is_memory(games))]
    return kept.assign(settings=name_settings(kept))


def split_studied(arm: pd.DataFrame) -> list[tuple[str, int, pd.DataFrame]]:
    """Chains that study different numbers of games in each generation, apart: a label, that number, and the games.

    All of them begin without notes. Where each generation has one number of games there is nothing to tell apart, and
    the label is empty.
    """
    noted = arm["generation"] > 0
    once = arm["control"].isin(["no_carry", "oracle"])  # where it is the same in every generation
    each = (arm["studied"] // arm["generation"].where(noted & ~once, 1)).where(noted, 0)
    numbers = sorted(int(number) for number in each[noted].unique())
    if arm.groupby("generation")["studied"].nunique().max() < 2:
        return [("", numbers[0] if numbers else 0, arm)]
    return [(f"{number} games each", number, arm[~noted | (each == number)]) for number in numbers]


def name_arm(verdict: Mapping[str, Any]) -> str:
    """What tells an arm from the others of its player, for readers."""
    parts = [str(verdict["regime"]), str(verdict["control"]).replace("_", " ")]
    parts += [f"against {verdict['practice']}"] if verdict.get("practice") else []
    parts += [f"of {verdict['studied_game']}"] if verdict.get("studied_game") else []
    parts += [f"by {verdict['author']}"] if verdict["author"] else []
    parts += [f"{verdict['note_kinds']} only"] if verdict["note_kinds"] else []
    calls, tasks, kept = (verdict.get(name, 0) for name in ("verifier_calls", "own_tasks", "keep"))
    asked = calls if verdict["control"] != "think" else 0  # who only thinks asks no verifier
    parts += [f"{asked} calls" + (f" ({tasks} for tasks)" if tasks else "")] if asked else []
    parts += [f"{kept} games kept"] if kept else []
    parts += [f"with {verdict['n']} examples"] if verdict["n"] else []
    parts += [f"{verdict['reviews']} moves reviewed"] if verdict.get("reviews") else []
    parts += [f"reviews by {verdict['reviewer']}"] if verdict.get("reviewer") else []
    return ", ".join(filter(None, [*parts, str(verdict["settings"])]))


def name_ring(ring: str) -> str:
    """A ring with its number."""
    return f"{NUMBERS[ring]} {ring}"
