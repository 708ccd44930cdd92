"""What a practice covered: how much of the positions that a player is tested with was met, and in which phases."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quickstudy.tasks.examples.probe_sets import PHASES, ProbeError
from quickstudy.tasks.learners.features import Features
from quickstudy.tasks.verifier import State, Verifier


def measure_coverage(verifier: Verifier[Any], states: Sequence[State]) -> dict[str, Any]:
    """How many different positions `states` (positions, 12) are, up to symmetries, and what they share with the probes.

    `coverage` is the share of what stands in the probes (pieces on cells, 2x2 windows, lines of three, each as often as
    it occurs) that stood in a position of the practice, too, seen by whoever had just moved. `early`, `middle` and
    `late` are the shares of the different positions by phase, divided where the probes' phases are. Both are None where
    nothing was met or the game has no probes.
    """
    found: dict[str, Any] = {"positions": 0, "coverage": None, **dict.fromkeys(PHASES)}
    if not states:
        return found
    different = dict(zip(verifier.identify(states), states, strict=True))
    met = np.array(list(different.values()))
    found["positions"] = len(met)
    try:
        shown, counts, ends = _read_probes(verifier)
    except ProbeError:
        return found
    covered = np.isin(shown, _list_features(verifier.features, met))
    found["coverage"] = round(float(counts[covered].sum() / counts.sum()), 4)
    phases = np.searchsorted(ends, met[:, 6].astype(np.int64), side="right")
    found |= {name: round(float((phases == i).mean()), 4) for i, name in enumerate(PHASES)}
    return found


@lru_cache(maxsize=64)
def _read_probes(verifier: Verifier[Any]) -> tuple[NDArray[np.int64], NDArray[np.int64], tuple[float, ...]]:
    """The features of a game's probes, how often each occurs, and the plies that divide their phases."""
    probes = verifier.reach_probes()
    states = np.array([state for _, state in probes])
    shown, counts = np.unique(_list_features(verifier.features, states), return_counts=True)
    plies = [np.mean([float(state[6]) for probe, state in probes if probe.phase == phase] or [0.0]) for phase in PHASES]
    return shown, counts, tuple(float(a + b) / 2 for a, b in pairwise(plies))


def _list_features(features: Features, states: State) -> NDArray[np.int64]:
    """The active features of positions that are of places, one after the other."""
    movers = states[:, 5].astype(np.int64)
    found = [features.index(features.encode(states[movers == 1 - who], who)).ravel() for who in (0, 1)]
    joined = np.concatenate(found)
    return joined[joined < features.placed]
