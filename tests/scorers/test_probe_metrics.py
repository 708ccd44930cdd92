"""The Inspect wrappers for probes: total on any data, forfeits apart, the mapping from the record itself."""

from __future__ import annotations

from typing import Any, cast

import numpy as np
import pytest
from inspect_ai.scorer import SampleScore, Score

from quickstudy.scorers.probe_metrics import describe_probe, probe_strength, read_mapping, score_sitting
from quickstudy.scorers.probes import estimate_probe_strength, fit_mapping

RATINGS = [0.0, 300.0, 600.0, 900.0]
REGRETS = [0.3 * float(np.exp(-elo / 500.0)) for elo in RATINGS]
LEVELS = [{"level": str(elo), "elo": elo, "regret": regret} for elo, regret in zip(RATINGS, REGRETS, strict=True)]


def probe(regret: float | None, **changes: Any) -> dict[str, Any]:
    """Build the part of a probe's record that scoring reads."""
    known = regret is not None
    return {
        "probe": 3, "colour": "o", "moves": "a1 b2", "move": "c3" if known else None, "value": 0.5 if known else None,
        "best": 0.75, "regret": regret, "outcome": "answered" if known else "forfeit_illegal",
        "answers": [{"reading": "move"}] if known else [{"reading": "illegal"}] * 3, **changes,
    }  # fmt: skip


def sitting(*regrets: float | None, number: int = 0, n: int = 16, levels: Any = LEVELS) -> dict[str, Any]:
    probes = [probe(regret) for regret in regrets]
    return {"cell": {"n": n, "layout": "plain"}, "set": number, "match": 0, "levels": levels, "probes": probes}


def shown(*records: dict[str, Any]) -> dict[str, float]:
    scores = [SampleScore(score=score_sitting(record), sample_metadata={}) for record in records]
    return cast(dict[str, float], cast(Any, probe_strength())(scores))


def test_score_is_the_mean_regret_of_what_was_answered() -> None:
    score = score_sitting(sitting(0.0, 0.2, None, 0.1))
    assert score.value == {
        "probes": 4,
        "legality": pytest.approx(3 / 6),
        "readability": 1.0,
        "forfeits": 0.25,
        "regret": pytest.approx(0.1),
    }
    assert score.answer == "3/4"


def test_forfeits_are_no_regret() -> None:
    with_forfeits = shown(sitting(0.1, None, 0.2), sitting(None, 0.2, 0.1, number=1))
    assert with_forfeits["n=16 regret"] == pytest.approx(0.15)
    value = score_sitting(sitting(None, None)).value
    assert isinstance(value, dict) and value["forfeits"] == 1.0 and "regret" not in value
    assert shown(sitting(None, None)) == {}


def test_metric_maps_regret_by_the_levels_of_the_record() -> None:
    regrets, sets = [0.1, 0.2, 0.15, 0.1, 0.05, 0.1], [0, 0, 1, 1, 2, 2]
    records = [sitting(*regrets[2 * k : 2 * k + 2], number=k) for k in range(3)]
    mapping = fit_mapping(REGRETS, RATINGS)
    expected = estimate_probe_strength(regrets, sets, mapping)
    assert shown(*records) == pytest.approx(
        {"n=16 regret": expected.regret, "n=16": expected.elo, "n=16 low": expected.low, "n=16 high": expected.high}
    )
    assert set(shown(*records, sitting(0.1, 0.1, n=0))) >= {"n=0", "n=16"}


@pytest.mark.parametrize(
    "levels", [None, [], "many", [{"level": "a"}], [{"regret": 0.1, "elo": 0.0}], LEVELS[::-1][:1]]
)
def test_levels_that_make_no_mapping_leave_regret_alone(levels: Any) -> None:
    assert read_mapping(levels) is None
    assert set(shown(sitting(0.1, 0.2, levels=levels))) == {"n=16 regret"}


@pytest.mark.parametrize("record", [None, {}, [], {"probes": []}, {"probes": None}, {"games": []}])
def test_nothing_asked_is_unscored_and_breaks_no_metric(record: Any) -> None:
    score = score_sitting(record)
    assert score.value is not None and "no probes" in (score.explanation or "")
    assert shown() == {}
    scores = [SampleScore(score=score, sample_metadata=None), SampleScore(score=Score(value="x"), sample_metadata={})]
    assert cast(Any, probe_strength())(scores) == {}


def test_a_reader_of_the_log_sees_position_answer_and_fault() -> None:
    assert describe_probe(probe(0.25)) == ("**Probe 3: c3, value 0.5, regret 0.25** as O after a1 b2; best value 0.75")
    assert "**Probe 3: forfeit illegal** as O" in describe_probe(probe(None))
