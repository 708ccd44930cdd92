"""An undecided verdict says what to play next; a decided one says nothing."""

from __future__ import annotations

import numpy as np
import pytest

from quickstudy.reports.ceilings import format_verdict, judge_curves
from tests.planted import FORGETFUL, SATURATED, list_views, play


def test_a_plain_curve_is_told_to_play_the_middle_first() -> None:
    games = play(SATURATED, list_views(None), np.random.default_rng(1))
    (verdict,) = judge_curves(games, advise=True)
    first = verdict["next"][0]
    assert first["layout"] == "middle" and first["slots"] == 256 and first["nats"] > 0.02
    assert [view["nats"] for view in verdict["next"]] == sorted(
        (view["nats"] for view in verdict["next"]), reverse=True
    )
    assert "64 more games would tell most in middle (m = " in format_verdict(verdict)


def test_more_games_are_dealt_over_views() -> None:
    games = play(SATURATED, list_views(None), np.random.default_rng(1))
    (verdict,) = judge_curves(games, advise=True, more=300)
    dealt = verdict["deal"]
    assert sum(view["games"] for view in dealt) == pytest.approx(300, abs=len(dealt))
    assert dealt[0]["layout"] != "plain" and dealt == sorted(dealt, key=lambda view: -view["games"])
    assert "more games are best dealt so: " in format_verdict(verdict)


def test_padded_cells_that_were_played_keep_their_m() -> None:
    views = [*list_views(None), list_views(4)[-2]]
    (verdict,) = judge_curves(play(FORGETFUL, views, np.random.default_rng(1)), advise=True)
    assert {view["m"] for view in verdict["next"] if view["layout"] in ("early", "middle", "late")} <= {4}


def test_a_decided_verdict_and_one_that_is_not_asked_say_nothing() -> None:
    decided = play(SATURATED, list_views(8), np.random.default_rng(1))
    (verdict,) = judge_curves(decided, advise=True)
    assert verdict["decision"] == "saturation" and "next" not in verdict
    (silent,) = judge_curves(play(SATURATED, list_views(None), np.random.default_rng(1)))
    assert "next" not in silent and "more games" not in format_verdict(silent)
