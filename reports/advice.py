"""What would decide an undecided ceiling: the views whose next games tell most about the cause."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from quickstudy.reports.results import Point, correlate_points
from quickstudy.scorers.ceiling import Ceiling, choose_m
from quickstudy.scorers.planning import expect_information
from quickstudy.scorers.recall import PADDED, View

GAMES = 64
"""Games that each view is imagined to get."""
_SHOWN = 3


def list_next(points: Sequence[Point], ceiling: Ceiling, n_max: int, *, seed: int = 0) -> list[dict[str, Any]]:
    """The views that tell most, best first: `layout`, `m`, `slots`, and `nats` expected of `GAMES` more games.

    `points` are the cells that the ceiling was fitted to. Considered are the plain n and the padded layouts that were
    played, and all padded layouts at the m that was played or is called for (`choose_m`).
    """
    views = [point.view for point in points]
    plain = [view for view in views if view.layout == "plain"]
    played = [view for view in views if view.layout in PADDED and view.m]
    m = played[0].m if played else choose_m(ceiling, [view.m for view in plain], n_max)
    slots = played[0].slots if played else n_max
    padded = [View(layout, 0 if layout == "filler" else m, slots) for layout in PADDED]
    candidates = list(dict.fromkeys([*views, *padded]))
    elo, se = (np.array([getattr(point, name) for point in points], dtype=np.float64) for name in ("elo", "se"))
    rng = np.random.default_rng(seed)
    shared = correlate_points(points)
    nats = expect_information(views, elo, se, n_max, candidates, GAMES, rng=rng, correlation=shared)
    best = np.argsort(-nats, kind="stable")[:_SHOWN]
    chosen = [(candidates[i], float(nats[i])) for i in best]
    return [{"layout": view.layout, "m": view.m, "slots": view.slots, "nats": round(gain, 4)} for view, gain in chosen]


def format_next(verdict: dict[str, Any]) -> list[str]:
    """The advice of a verdict as a line for people; none where it has none."""
    if not verdict.get("next"):
        return []
    shares = [share for share in verdict["posterior"].values() if share > 0.0]
    unknown = -sum(share * float(np.log(share)) for share in shares)
    shown = [
        (f"n = {view['m']}" if view["layout"] == "plain" else f"{view['layout']} (m = {view['m']} of {view['slots']})")
        + f" {view['nats']:.2f}"
        for view in verdict["next"]
    ]
    return [f"  {GAMES} more games would tell most in {', '.join(shown)} (of {unknown:.2f} nats open about the cause)"]
