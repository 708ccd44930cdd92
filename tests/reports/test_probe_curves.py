"""Probes beside games: matched with their cells, counted as games where they agree, told where they do not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from quickstudy.reports.ceilings import judge_curves
from quickstudy.reports.probe_curves import read_probes
from quickstudy.reports.records import TableError
from tests.planted import SATURATED, list_views, play

RATINGS = np.arange(0.0, 1501.0, 150.0)
LEVELS = json.dumps([{"elo": elo, "regret": 0.3 * float(np.exp(-elo / 600.0))} for elo in RATINGS])
GAMES = play(SATURATED, list_views(8), np.random.default_rng(1))


def answer(offset: float = 0.0, seed: int = 2) -> pd.DataFrame:
    """240 probes in each cell of the planted player, who plays them as a level `offset` Elo above it would."""
    rng, rows = np.random.default_rng(seed), []
    for view in list_views(8):
        mean = 0.3 * np.exp(-(SATURATED.strength(view) + offset) / 600.0)
        n = view.slots if view.layout == "plain" else view.m
        rows += [
            ("planted", "game", n, view.layout, view.m, view.slots, i // 15, min(rng.exponential(mean), 1.0), 0, LEVELS)
            for i in range(240)
        ]
    names = ["model", "skill", "n", "layout", "m", "slots", "set", "regret", "forfeit", "levels"]
    return pd.DataFrame(rows, columns=names)


def judge(probes: pd.DataFrame | None) -> dict[str, Any]:
    (verdict,) = judge_curves(GAMES, probes)
    return verdict


def width(verdict: dict[str, Any], figure: str) -> float:
    low, high = verdict[f"{figure}_interval"]
    return float(high - low)


def test_probes_that_agree_narrow_the_intervals_and_count_as_games() -> None:
    alone, both = judge(None), judge(answer())
    assert alone["probes"] is None and both["probes"]["combined"] and abs(both["probes"]["z"]) <= 2.0
    assert width(both, "gain") < width(alone, "gain") and width(both, "ceiling") < width(alone, "ceiling")
    for point, before in zip(both["points"], alone["points"], strict=True):
        if point["elo"] != point["games_elo"]:
            assert point["effective_games"] > 64
        assert (point["games_elo"], point["games_interval"]) == (before["elo"], before["interval"])
        assert before["effective_games"] == before["games"] == 64
    for figure, truth in (("start", 200.0), ("ceiling", 800.0), ("gain", 600.0)):
        low, high = both[f"{figure}_interval"]
        assert low < truth < high


def test_probes_that_disagree_do_not_count_and_are_told() -> None:
    alone, both = judge(None), judge(answer(offset=300.0))
    assert both["probes"]["z"] > 2.0 and not both["probes"]["combined"]
    assert any("disagree by +" in text for text in both["warnings"])
    assert both["ceiling_interval"] == alone["ceiling_interval"] and both["points"][0]["effective_games"] == 64


def test_probes_of_other_players_and_conditions_do_not_count() -> None:
    assert judge(answer().assign(model="another"))["probes"] is None
    (verdict,) = judge_curves(GAMES.assign(wording=0), answer().assign(wording=1))
    assert verdict["probes"] is None


def test_probes_beyond_the_ladder_leave_their_cell_to_its_games() -> None:
    probes = answer()
    probes.loc[probes["n"].eq(0) & probes["layout"].eq("plain"), "regret"] = 0.9
    verdict = judge(probes)
    assert verdict["points"][0]["elo"] == verdict["points"][0]["games_elo"]
    assert any("keep their games alone" in text for text in verdict["warnings"])


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"regret": 1.5}, "row 1: regret is from 0 to 1"),
        ({"forfeit": 1}, "row 1: regret is from 0 to 1, and empty"),
        ({"layout": "sideways"}, "row 1: layout is one of"),
        ({"n": -1}, "row 1: n is a whole number"),
        ({"n": "many"}, "row 1: n is 'many', and must be a number"),
        ({"levels": "{}x"}, r"probes\.csv: row 1: levels must be JSON"),
        ({"set": None}, "must not be empty"),
    ],
)
def test_answers_that_cannot_be_are_refused_in_a_sentence(changes: dict[str, Any], told: str, tmp_path: Path) -> None:
    answer()[:3].assign(**changes).to_csv(tmp_path / "probes.csv", index=False)
    with pytest.raises(TableError, match=told):
        read_probes(tmp_path / "probes.csv")


def test_a_table_without_levels_is_refused(tmp_path: Path) -> None:
    answer().drop(columns="levels").to_csv(tmp_path / "probes.csv", index=False)
    with pytest.raises(TableError, match="lacks the columns levels"):
        read_probes(tmp_path / "probes.csv")
