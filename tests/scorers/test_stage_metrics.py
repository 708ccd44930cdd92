"""The strengths that a log's header shows of chains: by generation, and by ring where notes were read in several."""

from __future__ import annotations

from typing import Any

from inspect_ai.scorer import SampleScore, Score

from quickstudy.scorers.stage_metrics import generation_strength


def play(chain: int, won: float, **cell: Any) -> SampleScore:
    """The score of a play stage of four games, of which the player won some."""
    games = [
        {"opponent_elo": elo, "result": float(i < won), "forfeit": 0, "outcome": "win" if i < won else "loss"}
        for i, elo in enumerate((0.0, 200.0, 400.0, 600.0))
    ]
    return SampleScore(score=Score(value={"points": won / 4}, metadata={"cell": cell, "set": chain, "games": games}))


def test_rings_have_strengths_of_their_own_beside_their_generation() -> None:
    scores = [
        play(chain, won, generation=8, **ring) for chain in (0, 1) for won, ring in ((3, {}), (1, {"ring": "skin"}))
    ]
    scores += [play(chain, 2, generation=0, ring="") for chain in (0, 1)]
    measure: Any = generation_strength()
    shown = measure(scores)
    assert {name for name in shown if " low" not in name and " high" not in name} == {"g=0", "g=8", "g=8 skin"}
    assert shown["g=8"] > shown["g=0"] > shown["g=8 skin"]
