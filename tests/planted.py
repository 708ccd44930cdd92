"""Planted learners: players whose curve, recall and cause are known, and the games that they would play."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from quickstudy.scorers.curve import grow
from quickstudy.scorers.recall import View, count_recalled
from quickstudy.scorers.scale import SCALE

N_MAX = 256
PLAIN = (0, 1, 2, 4, 8, 16, 32, 64, 128, 256)
LEVELS = np.arange(0.0, 1501.0, 150.0)


@dataclass(frozen=True)
class Planted:
    """Strength `start + gain g(n_eff / tau)`, less `filler` in a padded window."""

    start: float = 200.0
    gain: float = 600.0
    shape: str = "exp"
    tau: float = 8.0
    kernel: str = "none"
    length: float = np.inf
    filler: float = 0.0

    def strength(self, view: View) -> float:
        recalled = count_recalled(self.kernel, self.length, view.start, view.m, view.slots)
        return (
            self.start
            + self.gain * float(grow(self.shape, recalled / self.tau))
            - self.filler * (view.layout != "plain")
        )


def list_views(m: int | None = 8, n_max: int = N_MAX) -> list[View]:
    """The views of the whole experiment; with `m` None of the plain cells only."""
    plain = [View("plain", n, n) for n in PLAIN if n <= n_max]
    if m is None:
        return plain
    return [*plain, *(View(layout, m, n_max) for layout in ("early", "middle", "late")), View("filler", 0, n_max)]


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
