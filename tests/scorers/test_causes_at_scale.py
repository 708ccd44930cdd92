"""Causes of simulated learners, with normal errors of cells: what the curve bank finds.

`make test-slow` runs it; `.venv/bin/python -m pytest -s -m slow` with this file prints the figures of
docs/measurements.md.
"""

from __future__ import annotations

import numpy as np
import pytest

from quickstudy.benchmarks.validation.causes import judge_learners


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize(
    ("games", "filler", "least"),
    [(64, 0.0, 0.78), (256, 0.0, 0.88), (64, 150.0, 0.78), (256, 150.0, 0.85)],
)
def test_clear_causes_are_found(games: int, filler: float, least: float) -> None:
    found = judge_learners(games, filler)
    held = {name: found.held_share(name) for name in found.held}
    shown = ", ".join(f"{name} {part:.2f}" for name, part in held.items())
    right, share = float(np.mean(found.right)), found.right_decided
    rms = np.sqrt(np.mean(np.square(found.errors)))
    print(f"\n{games} games, filler {filler:.0f}: right {right:.2f}")
    print(f"decided {np.mean(found.decided):.2f}, of which right {share:.2f}")
    print(f"intervals hold {shown}; ceiling bias {np.mean(found.errors):.0f}, root mean square {rms:.0f} Elo")
    assert right >= least and share >= 0.9
    assert min(held.values()) >= 0.88
