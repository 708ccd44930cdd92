"""Causes of simulated learners, with normal errors of cells: what the curve bank finds.

`make test-slow` runs it; `.venv/bin/python -m pytest -s -m slow` with this file prints the figures of
docs/measurements.md.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pytest

from quickstudy.scorers.ceiling import CAUSES, choose_m, find_ceiling
from quickstudy.scorers.curve import grow
from quickstudy.scorers.recall import KERNELS, View, count_recalled
from tests.planted import N_MAX, PLAIN, Planted, list_views

LEARNERS = 160
FIGURES = ("n50", "n_knee", "ceiling", "loss_recall")


@dataclass
class Found:
    """Shares over all learners, and of the intervals those that hold the truth."""

    right: float = 0.0
    decided: float = 0.0
    right_decided: float = 0.0
    held: dict[str, list[bool]] = field(default_factory=lambda: {name: [] for name in FIGURES})
    errors: list[float] = field(default_factory=list)


def draw_clear(rng: np.random.Generator, filler: float) -> tuple[str, Planted, dict[str, float]]:
    """A learner whose cause is clear: its losses are far from the limits. Also returns the truth of each figure."""
    cause = str(rng.choice(CAUSES))
    while True:
        gain = rng.uniform(0.0, 20.0) if cause == "no_learning" else rng.uniform(250.0, 700.0)
        shape = str(rng.choice(("exp", "hill1", "hill2", "hill4", "pow0.5", "pow2")))
        tau = float(np.exp(rng.uniform(np.log(1.5), np.log(4 * N_MAX))))
        forgets = cause == "recall_failure" or rng.random() < 0.3
        kernel = str(rng.choice(KERNELS[1:])) if forgets else "none"
        length = float(np.exp(rng.uniform(np.log(N_MAX / 96), np.log(0.95 * N_MAX))))
        start = rng.normal(-300.0, 100.0)
        numbers = np.unique(np.geomspace(1, N_MAX, 80))
        curve = gain * grow(shape, count_recalled(kernel, length, 0.0, numbers, numbers) / tau)
        peak, (full, doubled) = curve.max(), gain * grow(shape, np.array([N_MAX, 2 * N_MAX]) / tau)
        recall, context = full - peak, doubled - full
        clear = {
            "saturation": peak >= 200 and max(recall, context) <= 20,
            "context_full": peak >= 200 and context >= 100 and recall <= 25,
            "recall_failure": peak >= 200 and recall >= 120 and recall >= 1.5 * context,
            "no_learning": True,
        }
        if clear[cause]:
            n50, n_knee = (float(numbers[np.argmax(curve >= share * peak)]) for share in (0.5, 0.9))
            truth = {"n50": n50, "n_knee": n_knee, "ceiling": start + peak, "loss_recall": recall}
            return cause, Planted(start, gain, shape, tau, kernel, length, filler), truth


def judge_learners(games: int, filler: float) -> Found:
    rng, found, se = np.random.default_rng(games), Found(), 347.4 / (0.95 * games) ** 0.5
    for _ in range(LEARNERS):
        cause, player, truth = draw_clear(rng, filler)

        def measure(views: list[View], player: Planted = player) -> np.ndarray:
            return np.array([player.strength(view) for view in views]) + rng.normal(0.0, se, len(views))

        views = list_views(None)
        elo = measure(views)
        ceiling = find_ceiling(views, elo, np.full(len(elo), se), N_MAX)
        more = list_views(choose_m(ceiling, PLAIN, N_MAX))[len(views) :]
        views, elo = views + more, np.concatenate([elo, measure(more)])
        ceiling = find_ceiling(views, elo, np.full(len(elo), se), N_MAX)
        best = max(CAUSES, key=lambda name: ceiling.posterior[name])
        decided = ceiling.posterior[best] >= 0.7 and ceiling.chi2 <= 2 * ceiling.df
        found.right += (best == cause) / LEARNERS
        found.decided += decided / LEARNERS
        found.right_decided += (decided and best == cause) / LEARNERS
        found.errors.append((ceiling.ceiling.value or np.nan) - truth["ceiling"])
        if cause != "no_learning":
            for name in FIGURES:
                estimate = getattr(ceiling, name)
                if estimate.low is not None and estimate.high is not None:  # grids of n differ by some two per cent
                    slack = 0.02 * truth[name] if name in ("n50", "n_knee") else 1.0
                    found.held[name].append(estimate.low - slack <= truth[name] <= estimate.high + slack)
    return found


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize(
    ("games", "filler", "least"),
    [(64, 0.0, 0.78), (256, 0.0, 0.88), (64, 150.0, 0.78), (256, 150.0, 0.85)],
)
def test_clear_causes_are_found(games: int, filler: float, least: float) -> None:
    found = judge_learners(games, filler)
    held = {name: float(np.mean(values)) for name, values in found.held.items()}
    shown = ", ".join(f"{name} {part:.2f}" for name, part in held.items())
    share = found.right_decided / found.decided
    rms = np.sqrt(np.nanmean(np.square(found.errors)))
    print(f"\n{games} games, filler {filler:.0f}: right {found.right:.2f}")
    print(f"decided {found.decided:.2f}, of which right {share:.2f}")
    print(f"intervals hold {shown}; ceiling bias {np.nanmean(found.errors):.0f}, root mean square {rms:.0f} Elo")
    assert found.right >= least and share >= 0.9
    assert min(held.values()) >= 0.88
