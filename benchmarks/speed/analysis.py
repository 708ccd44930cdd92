"""Measurement of the analysis: from a table of games to the verdict on every curve."""

from __future__ import annotations

import resource
import sys
import time

import numpy as np
import pandas as pd

from quickstudy.reports.ceilings import judge_curves
from quickstudy.scorers.scale import SCALE
from quickstudy.tasks.seeds import new_generator

NUMBERS = (0, 1, 2, 4, 8, 16, 32, 64, 128, 256)
SETS, EACH = 16, 4
_LEVELS = np.arange(0.0, 1501.0, 150.0)


def make_results(models: int, games: int) -> pd.DataFrame:
    """A table of games as `analyse` reads it: plain curves of 10 cells of 64 games each against the nearest levels."""
    rng, parts = new_generator("analysis", models, games), []
    for model in range(models):
        for game in range(games):
            strength = 100 + rng.uniform(200, 700) * (1 - np.exp(-np.array(NUMBERS) / rng.uniform(2, 80)))
            n = np.repeat(NUMBERS, SETS * EACH)
            true = np.repeat(strength, SETS * EACH)
            opponent = _LEVELS[
                np.abs(_LEVELS - true[:, None] - 75 * rng.choice([-1, 1], (len(true), 1))).argmin(axis=1)
            ]
            won = rng.random(len(true)) < 1 / (1 + np.exp((opponent - true) / SCALE))
            sets = np.tile(np.repeat(np.arange(SETS), EACH), len(NUMBERS))
            columns = {"n": n, "m": n, "slots": n, "set": sets, "opponent_elo": opponent, "result": won.astype(float)}
            parts.append(pd.DataFrame({"model": f"model-{model:02}", "skill": f"game-{game:02}", **columns}))
    return pd.concat(parts, ignore_index=True).assign(layout="plain", forfeit=0)


def analysis_seconds(models: int, games: int) -> tuple[float, float]:
    """Processor and wall seconds of the verdicts on all curves of so many models and games."""
    results = make_results(models, games)
    judge_curves(results[(results["model"] == "model-00") & (results["skill"] == "game-00")])  # builds the bank
    wall, processor = time.perf_counter(), time.process_time()
    judge_curves(results)
    return time.process_time() - processor, time.perf_counter() - wall


def peak_memory() -> int:
    """The most memory in bytes that this process has held so far: at least what its last measurement needed."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else 1024 * peak
