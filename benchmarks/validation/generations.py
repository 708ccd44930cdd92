"""Check 19: how often the slope test finds a rise in notes chains, with and without one."""

from __future__ import annotations

import numpy as np

from quickstudy.benchmarks.validation.check import Check
from quickstudy.scorers.generations import fit_slopes

REPEATS = 4000
CHAINS, GENERATIONS, GAMES = 8, 5, 32
START_SD, WALK_SD = 40.0, 25.0  # Elo


def found_share(rng: np.random.Generator, rise: float, points: int = GENERATIONS + 1, games: int = GAMES) -> float:
    """The share of experiments in which chains that gain `rise` Elo a generation are found to rise (one-sided 5 %).

    A chain is measured at so many `points`, the first of which is its start.
    """
    se, found = 347.4 / (0.95 * games) ** 0.5, 0
    for _ in range(REPEATS):
        walk = np.cumsum(rng.normal(0.0, WALK_SD, (CHAINS, points)), axis=1)
        truth = rng.normal(0.0, START_SD, (CHAINS, 1)) + walk + rise * np.arange(points)
        found += fit_slopes(truth + rng.normal(0.0, se, truth.shape)).p < 0.05
    return found / REPEATS


def check_slopes(rng: np.random.Generator) -> Check:
    """The share of false alarms, and of found rises of 20 Elo a generation."""
    alarms, power, shorter = found_share(rng, 0.0), found_share(rng, 20.0), found_share(rng, 20.0, GENERATIONS)
    return Check(
        19,
        f"slope of notes, {CHAINS} chains, start and {GENERATIONS} generations of {GAMES} games: no rise / 20 Elo each",
        "found <= .065 / >= .80",
        f"{alarms:.3f} / {power:.2f} (without the start {shorter:.2f})",
        alarms <= 0.065 and power >= 0.80,
    )
