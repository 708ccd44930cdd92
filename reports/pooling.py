"""The second, labelled line of verdicts: n50 with what the model's other games say of it (partial pooling)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from quickstudy.scorers.ceiling import DELTA, Ceiling
from quickstudy.scorers.pooling import LEAST, pool_halves

POOLED = "n50_pooled"


def add_pools(verdicts: Sequence[dict[str, Any]], ceilings: Sequence[Ceiling | None]) -> None:
    """Add to each verdict n50 pooled over the games of its model and settings, and of these games their mean.

    Pooled are the curves that certainly rise (by `DELTA` Elo or more, at 97.5 %), where there are `LEAST` or more of a
    model under the same settings; all others have null. `ceilings` are those of the verdicts.
    """
    for verdict in verdicts:
        verdict |= {POOLED: None, f"{POOLED}_interval": [None, None], "pool": None}
    players = {(verdict["model"], verdict["settings"]) for verdict in verdicts}
    for player in sorted(players):
        told = [
            (verdict, ceiling)
            for verdict, ceiling in zip(verdicts, ceilings, strict=True)
            if (verdict["model"], verdict["settings"]) == player and ceiling is not None and _rises(ceiling)
        ]
        if len(told) < LEAST:
            continue
        found = pool_halves([(verdict["n_max"], ceiling.rows) for verdict, ceiling in told])
        mean = {"mean": found.mean.value, "mean_interval": [found.mean.low, found.mean.high]}
        for (verdict, _), value in zip(told, found.values, strict=True):
            verdict |= {POOLED: value.value, f"{POOLED}_interval": [value.low, value.high]}
            verdict["pool"] = {"games": len(told), **mean, "octaves": found.spread}


def _rises(ceiling: Ceiling) -> bool:
    return ceiling.gain.low is not None and ceiling.gain.low >= DELTA


def format_pool(verdict: dict[str, Any]) -> list[str]:
    """A verdict's pooled n50 as a line of its own; none where there is none."""
    pool = verdict.get("pool")  # verdicts of older runs lack it
    if pool is None:
        return []
    own, mean = (
        f"{value:.0f} [{low:.0f}, {high:.0f}]"
        for value, (low, high) in (
            (verdict[POOLED], verdict[f"{POOLED}_interval"]),
            (pool["mean"], pool["mean_interval"]),
        )
    )
    return [f"  pooled over the model's {pool['games']} games: half of it at n = {own}, on average at {mean}"]
