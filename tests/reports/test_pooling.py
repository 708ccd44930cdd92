"""Tests of the second line of verdicts: which curves are pooled, and what is told of it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from quickstudy.reports.ceiling_report import write_ceilings_page
from quickstudy.reports.ceilings import format_verdict, judge_curves
from tests.planted import UNTAUGHT, Planted, list_views, play

TAUS = {"a": 8.0, "b": 11.0, "c": 14.0}


@pytest.fixture(scope="module")
def games() -> pd.DataFrame:
    """The plain cells of one learner on three games, and of one that learns nothing on a fourth."""
    players = {**{name: Planted(tau=tau) for name, tau in TAUS.items()}, "d": UNTAUGHT}
    tables = [
        play(player, list_views(None), np.random.default_rng(i)).assign(skill=name)
        for i, (name, player) in enumerate(players.items())
    ]
    return pd.concat(tables, ignore_index=True)


def test_curves_with_an_n50_are_pooled_over_the_games_of_a_model(games: pd.DataFrame) -> None:
    verdicts = judge_curves(games)
    assert [verdict["pool"] and verdict["pool"]["games"] for verdict in verdicts] == [3, 3, 3, None]
    for verdict in verdicts[:3]:
        low, high = verdict["n50_pooled_interval"]
        assert low < verdict["n50_pooled"] < high
        own_low, own_high = verdict["n50_interval"]
        assert high / low < own_high / own_low
    mean, (low, high) = verdicts[0]["pool"]["mean"], verdicts[0]["pool"]["mean_interval"]
    assert low < np.log(2.0) * (8.0 * 11.0 * 14.0) ** (1 / 3) < high
    assert min(v["n50_pooled"] for v in verdicts[:3]) < mean < max(v["n50_pooled"] for v in verdicts[:3])
    assert "pooled over the model's 3 games: half of it at n = " in format_verdict(verdicts[0])
    assert "pooled" not in format_verdict(verdicts[3])
    assert "posterior is 0.95 or more" in write_ceilings_page(verdicts, 0.95)
    page = write_ceilings_page(verdicts)
    assert "posterior is 0.7 or more" in page
    assert "## n50 pooled over games" in page and page.count("| planted |") == 4 + 3


@pytest.mark.parametrize("change", [{"skill": ["a", "b"]}, {"model": ["x", "y", "z"]}])
def test_two_games_or_three_models_are_not_pooled(games: pd.DataFrame, change: dict[str, Any]) -> None:
    kept = games[games["skill"].isin(change.get("skill", list(TAUS)))]
    if "model" in change:
        kept = kept.assign(model=kept["skill"].map(dict(zip(TAUS, change["model"], strict=True))))
    verdicts = judge_curves(kept)
    assert all(v["pool"] is None and v["n50_pooled"] is None and v["n50"] is not None for v in verdicts)
    assert "n50 pooled" not in write_ceilings_page(verdicts)
