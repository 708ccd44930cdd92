"""The Inspect wrappers of the report test: total on any data, and what cannot be read is told apart."""

from __future__ import annotations

from typing import Any, cast

import pytest
from inspect_ai.scorer import SampleScore, Score

from quickstudy.scorers.report_metrics import score_told, told


def report(
    *named: tuple[str, str, int], n: int = 16, outcome: str = "answered", layout: str = "plain"
) -> dict[str, Any]:
    """A record that names these cues, each with its direction and whether it is a foil, the last one first."""
    cues = [
        {"cue": cue, "want": want, "foil": foil, "rank": len(named) - place}
        for place, (cue, want, foil) in enumerate(named)
    ]
    reading = "move" if outcome == "answered" else "unreadable"
    return {
        "cell": {"n": n, "layout": layout}, "set": 0, "match": 0, "outcome": outcome,
        "cues": [*cues, {"cue": "x", "want": "", "foil": 0, "rank": 0}], "answers": [{"reading": reading}],
    }  # fmt: skip


def shown(*scores: Score) -> dict[str, float]:
    samples = [SampleScore(score=score, sample_metadata={}) for score in scores]
    return cast(dict[str, float], cast(Any, told())(samples))


def test_score_tells_cues_in_their_order() -> None:
    score = score_told(report(("left", "less", 1), ("pieces", "more", 0)))
    assert score.answer == "+pieces, -left" and score.value == {"told": 2, "readability": 1.0, "forfeits": 0.0}
    assert score_told(report()).answer == "nothing"


def test_what_cannot_be_read_tells_nothing_but_that() -> None:
    score = score_told(report(outcome="forfeit_unreadable"))
    assert score.answer == "forfeit unreadable" and score.value == {"readability": 0.0, "forfeits": 1.0}


def test_metric_counts_cues_and_foils_of_each_cell_over_what_can_be_read() -> None:
    records = [
        report(("left", "less", 1), ("pieces", "more", 0)),
        report(),
        report(outcome="forfeit_unreadable"),
        report(("inner", "more", 0), n=4, layout="late"),
    ]
    expected = {"n=16": 1.0, "n=16 foils": 0.5, "n=4 late": 1.0, "n=4 late foils": 0.0}
    assert shown(*map(score_told, records)) == expected


@pytest.mark.parametrize("record", [None, {}, [], {"cues": []}, {"answers": []}, {"answers": None, "cues": 3}])
def test_nothing_asked_is_unscored_and_breaks_no_metric(record: Any) -> None:
    score = score_told(record)
    assert "no report" in (score.explanation or "") and score.answer is None and shown(score) == {}


def test_ill_formed_cues_break_no_metric() -> None:
    broken = {**report(), "cues": [3, None, {}, {"rank": 1}]}
    assert shown(score_told(broken)) == {"n=16": 1.0, "n=16 foils": 0.0}
    assert shown(score_told({**report(), "cues": 3})) == {"n=16": 0.0, "n=16 foils": 0.0}
