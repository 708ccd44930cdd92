"""The Inspect wrappers for chains: one scorer for both stages and the strength of each generation in a log's header.

As with matches (`metrics.py`) these are a convenience, every metric is total, and what is undefined is left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from inspect_ai.scorer import Metric, SampleScore, Score, Scorer, Target, metric, scorer
from inspect_ai.solver import TaskState

from quickstudy.scorers.metrics import (
    RECORD_KEY,
    find_record,
    forfeits,
    legality,
    measure_cells,
    readability,
    score_record,
)

STAGE_KEY = "StageStore:record"
"""Where the solver leaves the record of a study stage in the sample's store."""


@metric
def generation_strength() -> Metric:
    """Show E50 and its 95 % interval over chains for each generation: keys "g=3", "g=3 low", "g=3 high", in Elo.

    Where its notes were read in rings, too, there are such keys as "g=3 skin".
    """

    def measure(scores: list[SampleScore]) -> dict[str, float]:
        played = [score for score in scores if "notes" not in (score.score.metadata or {})]
        return measure_cells(played, _name_generation)

    return measure


def _name_generation(score: SampleScore) -> tuple[float, str]:
    record: Mapping[str, Any] = score.score.metadata or {}
    cell = record.get("cell")
    generation = cell.get("generation") if isinstance(cell, Mapping) else None
    number = float(generation) if isinstance(generation, (int, float)) else -1.0
    ring = cell.get("ring") if isinstance(cell, Mapping) else None
    return number, f"g={number:g}" + (f" {ring}" if ring else "")


@scorer(metrics=[generation_strength(), legality(), readability(), forfeits()])
def stage_score() -> Scorer:
    """Score a play stage as a match, and a study stage by its notes: {"tokens", "items", "readable"}."""

    async def score(state: TaskState, target: Target) -> Score:
        found = find_record(state, STAGE_KEY)
        if not isinstance(found, Mapping) or not found:
            return score_record(find_record(state, RECORD_KEY))
        if "notes" not in found:
            explanation = "the study stage was ended before it had notes, so that its chain ends here"
            return Score.unscored(reason="no_notes", explanation=explanation)
        replies = found.get("replies") or [{"readable": True}]  # the oracle is not asked
        value: dict[str, str | int | float | bool | None] = {
            "tokens": float(found["tokens"]),
            "items": len(found["notes"]),
            "readable": int(bool(replies[-1].get("readable"))),
        }
        return Score(value=value, answer=f"{len(found['notes'])} notes", metadata=dict(found))

    return score
