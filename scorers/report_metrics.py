"""The Inspect wrappers for the report test: one scorer and the metrics that a log's header shows.

What a player says is told here; whether its choices say the same, only a report can tell, which has both. As with
matches (`metrics.py`), these figures are a convenience while a run is watched, and every metric is total.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from inspect_ai.scorer import Metric, SampleScore, Score, Scorer, Target, metric, scorer
from inspect_ai.solver import TaskState

from quickstudy.scorers.metrics import count_answers, find_cell, find_record, forfeits, name_figures, readability
from quickstudy.scorers.probes import ANSWERED

REPORT_KEY = "ReportStore:record"
"""Where the solver of the report test leaves its record in the sample's store."""


@metric
def told() -> Metric:
    """Show for each n how many cues are named, "n=16", and how many of them are foils, "n=16 foils", means over sets.

    A layout other than `plain` follows n: "n=16 middle". Answers that cannot be read are left out.
    """

    def measure(scores: list[SampleScore]) -> dict[str, float]:
        cells: dict[tuple[float, str], list[tuple[int, int]]] = {}
        for score in scores:
            n, layout, _ = find_cell(score)
            record = score.score.metadata or {}
            if record.get("outcome") == ANSWERED:
                named = _list_named(record)
                cells.setdefault((n, layout), []).append((len(named), sum(cue.get("foil") == 1 for cue in named)))
        shown: dict[str, float] = {}
        for (n, layout), counts in sorted(cells.items()):
            told_mean, foils = (sum(count[i] for count in counts) / len(counts) for i in range(2))
            shown |= name_figures(n, layout, {"": told_mean, " foils": foils})
        return shown

    return measure


@scorer(metrics=[told(), readability(), forfeits()])
def report_score() -> Scorer:
    """Score a report from the record that its solver left in the store (or, failing that, in the metadata).

    The value is {"told", "readability", "forfeits"}, without told where nothing could be read; the answer names the
    cues in their order, + where more is wanted; the metadata holds the record once more.
    """

    async def score(state: TaskState, target: Target) -> Score:
        return score_told(find_record(state, REPORT_KEY))

    return score


def score_told(record: object) -> Score:
    """Turn the record of a report into a score; unscored where no question was asked."""
    if not isinstance(record, Mapping) or not record.get("answers"):
        return Score.unscored(reason="no_report", explanation=f"no report under {REPORT_KEY} in the store")
    asked, _, readable = count_answers([record])
    read = record.get("outcome") == ANSWERED
    value: dict[str, str | int | float | bool | None] = {
        "readability": readable / asked if asked else 0.0,
        "forfeits": float(not read),
    }
    named = _list_named(record)
    if read:
        value["told"] = len(named)
    answer = ", ".join(f"{'+' if cue.get('want') == 'more' else '-'}{cue.get('cue')}" for cue in named)
    told = "nothing" if read else str(record.get("outcome")).replace("_", " ")
    return Score(value=value, answer=answer or told, explanation=answer or told, metadata=dict(record))


def _list_named(record: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The cues that a record names, in their order."""
    cues = record.get("cues")
    named = [cue for cue in cues if isinstance(cue, Mapping) and cue.get("rank")] if isinstance(cues, list) else []
    return sorted(named, key=lambda cue: int(cue["rank"]))
