"""The Inspect wrappers for probes: one scorer for sittings and the metrics that a log's header shows.

As with matches (`metrics.py`), these figures are a convenience while a run is watched, every metric is total, and what
is undefined is left out. Published numbers are made by `reports` from the records.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from inspect_ai.scorer import Metric, SampleScore, Score, Scorer, Target, metric, scorer
from inspect_ai.solver import TaskState

from quickstudy.scorers.metrics import (
    count_answers,
    find_cell,
    find_record,
    forfeits,
    legality,
    name_figures,
    readability,
)
from quickstudy.scorers.probes import ANSWERED, ProbeMapping, estimate_probe_strength, fit_mapping

SITTING_KEY = "SittingStore:record"
"""Where the solver of probes leaves the record of its sitting in the sample's store."""


@metric
def probe_strength() -> Metric:
    """Show for each n the mean regret, "n=16 regret", and the Elo it is mapped to: "n=16", "n=16 low", "n=16 high".

    A layout other than `plain` follows n: "n=16 middle". Forfeits have no regret and are shown apart.
    """

    def measure(scores: list[SampleScore]) -> dict[str, float]:
        cells: dict[tuple[float, str], list[tuple[float, str]]] = {}
        mappings: dict[tuple[float, str], ProbeMapping | None] = {}
        for score in scores:
            record = score.score.metadata or {}
            n, layout, number = find_cell(score)
            answers = [
                (float(probe["regret"]), str(number))
                for probe in _probes(record)
                if isinstance(probe.get("regret"), (int, float)) and math.isfinite(probe["regret"])
            ]
            cells.setdefault((n, layout), []).extend(answers)
            if mappings.get((n, layout)) is None:
                mappings[n, layout] = read_mapping(record.get("levels"))
        shown: dict[str, float] = {}
        for (n, layout), answers in sorted(cells.items()):
            regrets, sets = [regret for regret, _ in answers], [number for _, number in answers]
            found = estimate_probe_strength(regrets, sets, mappings[n, layout])
            figures = {" regret": found.regret, "": found.elo, " low": found.low, " high": found.high}
            shown |= name_figures(n, layout, figures)
        return shown

    return measure


@scorer(metrics=[probe_strength(), legality(), readability(), forfeits()])
def sitting_score() -> Scorer:
    """Score a sitting from the record that its solver left in the store (or, failing that, in the metadata).

    The value is {"regret", "probes", "legality", "readability", "forfeits"}, without regret where every probe was
    forfeited; the answer reads "23/25", the probes that were answered; the metadata holds the record once more.
    """

    async def score(state: TaskState, target: Target) -> Score:
        return score_sitting(find_record(state, SITTING_KEY))

    return score


def score_sitting(record: object) -> Score:
    """Turn a sitting's record into a score; unscored where no probe was asked."""
    probes = _probes(record)
    if not isinstance(record, Mapping) or not probes:
        return Score.unscored(reason="no_probes", explanation=f"no probes under {SITTING_KEY} in the store")
    regrets = [float(probe["regret"]) for probe in probes if probe.get("outcome") == ANSWERED]
    asked, legal, readable = count_answers(probes)
    value: dict[str, str | int | float | bool | None] = {
        "probes": len(probes),
        "legality": legal / asked if asked else 0.0,
        "readability": readable / asked if asked else 0.0,
        "forfeits": 1.0 - len(regrets) / len(probes),
    }
    if regrets:
        value["regret"] = sum(regrets) / len(regrets)
    explanation = "\n\n".join(describe_probe(probe) for probe in probes)
    return Score(value=value, answer=f"{len(regrets)}/{len(probes)}", explanation=explanation, metadata=dict(record))


def describe_probe(probe: Mapping[str, Any]) -> str:
    """An answered probe as Markdown, for readers of the log: position, answer and regret."""
    if probe.get("outcome") == ANSWERED:
        told = f"{probe.get('move')}, value {probe.get('value')}, regret {probe.get('regret')}"
    else:
        told = str(probe.get("outcome")).replace("_", " ")
    return (
        f"**Probe {probe.get('probe')}: {told}** as {str(probe.get('colour') or '').upper()} after "
        f"{probe.get('moves') or 'no moves'}; best value {probe.get('best')}"
    )


def read_mapping(levels: Any) -> ProbeMapping | None:
    """The mapping that the levels of a record give: a list of maps with `regret` and `elo`; None if they give none."""
    try:
        points = [(float(level["regret"]), float(level["elo"])) for level in levels]
        return fit_mapping([regret for regret, _ in points], [elo for _, elo in points])
    except (TypeError, KeyError, ValueError):
        return None


def _probes(record: object) -> list[Mapping[str, Any]]:
    probes = record.get("probes") if isinstance(record, Mapping) else None
    return [probe for probe in probes if isinstance(probe, Mapping)] if isinstance(probes, list) else []
