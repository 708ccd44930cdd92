"""What would decide an undecided ceiling: the views whose next games tell most about the cause."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from quickstudy.reports.results import Point, correlate_points
from quickstudy.scorers.planning import BATCH, choose_m, expect_information
from quickstudy.scorers.recall import PADDED, View
from quickstudy.scorers.scale import FloatArray

_SHOWN = 3


def advise_m(points: Sequence[Point], n_max: int, *, seed: int = 0) -> int:
    """How many informative examples padded layouts should show after these plain cells (`choose_m`).

    `points` have strengths with errors. Without strengths at two numbers of examples it is the most that is allowed.
    Raises ValueError where no n above 0 was played.
    """
    views, elo, se = _read_points(points)
    if len({view.m for view in views}) < 2:
        return max(view.m for view in views if view.m)
    rng, shared = np.random.default_rng(seed), correlate_points(points)
    return choose_m(views, elo, se, n_max, rng=rng, correlation=shared)


def list_next(points: Sequence[Point], n_max: int, *, seed: int = 0) -> list[dict[str, Any]]:
    """The views that tell most, best first: `layout`, `m`, `slots`, and `nats` expected of `BATCH` more games.

    `points` are the cells that the ceiling was fitted to. Considered are the plain n and the padded layouts that were
    played, and all padded layouts at the m that was played or is called for (`choose_m`).
    """
    views, elo, se = _read_points(points)
    played = [view for view in views if view.layout in PADDED and view.m]
    m = played[0].m if played else advise_m([point for point in points if point.view.layout == "plain"], n_max)
    slots = played[0].slots if played else n_max
    padded = [View(layout, 0 if layout == "filler" else m, slots) for layout in PADDED]
    candidates = list(dict.fromkeys([*views, *padded]))
    rng = np.random.default_rng(seed)
    shared = correlate_points(points)
    nats = expect_information(views, elo, se, n_max, candidates, BATCH, rng=rng, correlation=shared)
    best = np.argsort(-nats, kind="stable")[:_SHOWN]
    chosen = [(candidates[i], float(nats[i])) for i in best]
    return [{"layout": view.layout, "m": view.m, "slots": view.slots, "nats": round(gain, 4)} for view, gain in chosen]


def _read_points(points: Sequence[Point]) -> tuple[list[View], FloatArray, FloatArray]:
    """Views, strengths and standard errors (P,) of points."""
    elo, se = (np.array([getattr(point, name) for point in points], dtype=np.float64) for name in ("elo", "se"))
    return [point.view for point in points], elo, se


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
    return [f"  {BATCH} more games would tell most in {', '.join(shown)} (of {unknown:.2f} nats open about the cause)"]
