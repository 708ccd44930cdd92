"""The Inspect wrappers for replays: total on any data, forfeits reproduce nothing and are told apart."""

from __future__ import annotations

from typing import Any, cast

import pytest
from inspect_ai.scorer import SampleScore, Score

from quickstudy.scorers.replay_metrics import describe_replay, recall, score_replay
from quickstudy.scorers.replays import estimate_recall


def move(hit: int | None, **changes: Any) -> dict[str, Any]:
    """The part of an asked move that scoring reads; None is a forfeit."""
    known = hit is not None
    return {
        "number": 3, "moves": "a1 b2", "played": "c3", "move": ("c3" if hit else "d4") if known else None, "options": 4,
        "reproduced": hit or 0, "outcome": "answered" if known else "forfeit_illegal",
        "answers": [{"reading": "move"}] if known else [{"reading": "illegal"}] * 3, **changes,
    }  # fmt: skip


def replay(*hits: int | None, number: int = 0, n: int = 16, layout: str = "plain") -> dict[str, Any]:
    return {"cell": {"n": n, "layout": layout}, "set": number, "match": 0, "replays": [move(hit) for hit in hits]}


def shown(*scores: Score) -> dict[str, float]:
    samples = [SampleScore(score=score, sample_metadata={}) for score in scores]
    return cast(dict[str, float], cast(Any, recall())(samples))


def test_score_is_the_share_of_moves_and_a_forfeit_is_a_move_lost() -> None:
    score = score_replay(replay(1, 0, None, 1))
    assert score.value == {
        "recall": 0.5, "moves": 4, "legality": pytest.approx(3 / 6), "readability": 1.0, "forfeits": 0.25
    }  # fmt: skip
    assert score.answer == "2/4" and score.metadata is not None and len(score.metadata["replays"]) == 4


def test_metric_is_the_estimate_of_each_cell() -> None:
    records = [replay(1, 0, number=0), replay(1, 1, number=1), replay(0, 0, n=4, layout="late")]
    found = estimate_recall([1, 0, 1, 1], [4] * 4, [0, 0, 1, 1])
    assert shown(*map(score_replay, records)) == pytest.approx(
        {
            "n=16": 0.75, "n=16 low": found.low, "n=16 high": found.high, "n=16 chance": 0.25,
            "n=4 late": 0.0, "n=4 late chance": 0.25,
        }
    )  # fmt: skip


@pytest.mark.parametrize("record", [None, {}, [], {"replays": []}, {"replays": None}, {"probes": [1]}])
def test_nothing_asked_is_unscored_and_breaks_no_metric(record: Any) -> None:
    score = score_replay(record)
    assert score.value is not None and "no moves" in (score.explanation or "") and score.answer is None
    assert shown(score) == {}


def test_ill_formed_moves_break_no_metric() -> None:
    broken = [{}, move(1, options=0), move(1, options="4"), move(1, reproduced=None), move(1)]
    assert shown(score_replay({"replays": broken}))["n=-1"] == 1.0


def test_readers_see_whose_move_it_was() -> None:
    assert describe_replay(move(0)) == "**Game 3: d4** after a1 b2; played was c3"
    assert describe_replay(move(None)) == "**Game 3: forfeit illegal** after a1 b2; played was c3"
