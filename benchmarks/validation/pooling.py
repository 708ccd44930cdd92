"""Check 28: what the games of one model tell of each other's n50, by partial pooling."""

from __future__ import annotations

import numpy as np

from quickstudy.benchmarks.validation.check import Check
from quickstudy.benchmarks.validation.planted import INSIDE, N_MAX, Planted, grow_any, list_views
from quickstudy.scorers.ceiling import find_ceiling
from quickstudy.scorers.pooling import pool_halves

MODELS, GAMES, PER_CELL = 24, 12, 32
SPREAD = 0.7  # octaves between the games of one model
NEAREST, FARTHEST = 2.0, 5.0  # log2 of the models' n50


def draw_learner(rng: np.random.Generator, half: float) -> Planted:
    """A learner of one of the bank's shapes that has half of its gain up to the window's end after `half` examples."""
    while True:
        shape, taus = str(rng.choice(INSIDE)), np.geomspace(0.05, 100.0 * N_MAX, 2000)
        share = grow_any(shape, half / taus) / grow_any(shape, N_MAX / taus)
        if share.min() <= 0.5 <= share.max():
            tau = float(taus[np.argmin(np.abs(share - 0.5))])
            gain = float(rng.uniform(250.0, 700.0) / grow_any(shape, np.array(N_MAX / tau)))
            return Planted(float(rng.normal(-300.0, 100.0)), gain, shape, tau)


def measure_pooling(rng: np.random.Generator, models: int, games: int) -> tuple[float, float, float, float]:
    """The error (root mean square) of log2 n50 alone and pooled, and how often pooled intervals hold.

    First those of each game's n50, then those of the models' means.
    """
    views, se = list_views(None), 347.4 / (0.95 * PER_CELL) ** 0.5
    alone, pooled, held, mean_held = [], [], [], []
    for _ in range(models):
        centre = rng.uniform(NEAREST, FARTHEST)
        halves, curves = centre + SPREAD * rng.standard_normal(games), []
        for half in halves:
            player = draw_learner(rng, 2.0**half)
            elo = np.array([player.strength(view) for view in views]) + rng.normal(0.0, se, len(views))
            ceiling = find_ceiling(views, elo, np.full(len(elo), se), N_MAX)
            curves.append((N_MAX, ceiling.rows))
            alone.append(np.nan if ceiling.n50.value is None else float(np.log2(ceiling.n50.value)) - half)
        found = pool_halves(curves)
        for half, estimate in zip(halves, found.values, strict=True):
            value, low, high = (float(np.log2(end or np.nan)) for end in (estimate.value, estimate.low, estimate.high))
            pooled.append(value - half)
            held.append(low - 0.03 <= half <= high + 0.03)  # grids of n differ by some two per cent
        mean_held.append((found.mean.low or 0.0) <= 2.0**centre <= (found.mean.high or 0.0))
    before, after = (float(np.sqrt(np.nanmean(np.square(errors)))) for errors in (alone, pooled))
    return before, after, float(np.mean(held)), float(np.mean(mean_held))


def check_pooling(rng: np.random.Generator) -> Check:
    """What pooling takes off the error of log2 n50, and whether its intervals hold."""
    before, after, share, of_means = measure_pooling(rng, MODELS, GAMES)
    return Check(
        28,
        f"n50 pooled over {GAMES} games of one model, {PER_CELL} games a cell, {SPREAD} octaves apart; {MODELS} models",
        "error of log2 n50 below 0.8 of that alone; intervals hold >= .90, of the mean >= .85",
        f"{before:.2f} alone, {after:.2f} pooled; {share:.2f}, {of_means:.2f}",
        after < 0.8 * before and share >= 0.90 and of_means >= 0.85,
    )
