"""What would decide an undecided ceiling: the views whose next games tell most about the cause."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from quickstudy.reports.results import Point, correlate_points
from quickstudy.scorers.allotment import allot_portions, list_candidates
from quickstudy.scorers.planning import BATCH, choose_m, expect_information
from quickstudy.scorers.recall import PADDED, View
from quickstudy.scorers.scale import FloatArray

PORTION = 32
"""Games that are dealt to a view at once: the least of which an interval has its coverage."""
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
    return [{**_describe(view), "nats": round(gain, 4)} for view, gain in chosen]


def deal_games(points: Sequence[Point], n_max: int, games: int, *, seed: int = 0) -> list[dict[str, Any]]:
    """How to spread so many more `games` over views (`allot_portions`): `layout`, `m`, `slots` and `games`, most first.

    `points` are the cells that the ceiling was fitted to. Considered are the plain n that were played and padded
    layouts of them. Games are dealt in portions of `PORTION`, or fewer where that leaves a rest.
    """
    views, elo, se = _read_points(points)
    candidates = list_candidates([view.m for view in views if view.layout == "plain"], n_max)
    portions = max(round(games / PORTION), 1)
    rng, shared = np.random.default_rng(seed), correlate_points(points)
    dealt = allot_portions(views, elo, se, n_max, candidates, portions, games / portions, rng=rng, correlation=shared)
    order = np.argsort(-dealt, kind="stable")
    return [
        {**_describe(candidates[i]), "games": round(int(dealt[i]) * games / portions)}
        for i in order[: int((dealt > 0).sum())]
    ]


def _describe(view: View) -> dict[str, Any]:
    return {"layout": view.layout, "m": view.m, "slots": view.slots}


def _name(view: dict[str, Any]) -> str:
    if view["layout"] == "plain":
        return f"n = {view['m']}"
    return f"{view['layout']} (m = {view['m']} of {view['slots']})"


def _read_points(points: Sequence[Point]) -> tuple[list[View], FloatArray, FloatArray]:
    """Views, strengths and standard errors (P,) of points."""
    elo, se = (np.array([getattr(point, name) for point in points], dtype=np.float64) for name in ("elo", "se"))
    return [point.view for point in points], elo, se


def format_next(verdict: dict[str, Any]) -> list[str]:
    """The advice of a verdict as lines for people; none where it has none."""
    if not verdict.get("next"):
        return []
    shares = [share for share in verdict["posterior"].values() if share > 0.0]
    unknown = -sum(share * float(np.log(share)) for share in shares)
    shown = [f"{_name(view)} {view['nats']:.2f}" for view in verdict["next"]]
    lines = [f"  {BATCH} more games would tell most in {', '.join(shown)} (of {unknown:.2f} nats open about the cause)"]
    dealt = verdict.get("deal", [])
    if dealt:
        parts = [f"{_name(view)} {view['games']}" for view in dealt]
        lines.append(f"  {sum(view['games'] for view in dealt)} more games are best dealt so: {', '.join(parts)}")
    return lines
