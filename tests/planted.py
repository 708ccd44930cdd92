"""Planted learners: players whose curve, recall and cause are known, and the games that they would play."""

from __future__ import annotations

import numpy as np
import pandas as pd

from quickstudy.benchmarks.validation.planted import N_MAX, PLAIN, Planted, list_views
from quickstudy.scorers.recall import View
from quickstudy.scorers.scale import SCALE

__all__ = ["FORGETFUL", "FULL", "LEVELS", "N_MAX", "PLAIN", "SATURATED", "UNTAUGHT", "Planted", "list_views", "play"]

LEVELS = np.arange(0.0, 1501.0, 150.0)


def play(player: Planted, views: list[View], rng: np.random.Generator, sets: int = 16, each: int = 4) -> pd.DataFrame:
    """The games of a player against the levels nearest to it, as a table that `analyse` reads."""
    rows = []
    for view in views:
        strength = player.strength(view)
        near = LEVELS[np.argsort(abs(LEVELS - strength))[:2]]
        for number in range(sets):
            for game in range(each):
                opponent = near[game % 2]
                won = rng.random() < 1.0 / (1.0 + np.exp(-(strength - opponent) / SCALE))
                n = view.slots if view.layout == "plain" else view.m
                rows.append(("planted", "game", n, view.layout, view.m, view.slots, number, opponent, float(won), 0))
    names = ["model", "skill", "n", "layout", "m", "slots", "set", "opponent_elo", "result", "forfeit"]
    return pd.DataFrame(rows, columns=names)


SATURATED = Planted()
FULL = Planted(tau=300.0, gain=900.0)
FORGETFUL = Planted(tau=40.0, kernel="recency", length=12.0, gain=900.0)
UNTAUGHT = Planted(gain=0.0)
