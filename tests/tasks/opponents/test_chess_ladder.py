"""Committed ladders of chess variants: sound, of the published engine, and just what their games say."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from quickstudy.scorers.bradley_terry import fit_ladder
from quickstudy.tasks.chess_variants.variant import list_variants, load_variant
from quickstudy.tasks.opponents import fairy
from quickstudy.tasks.opponents.calibration import MIN_GAP
from quickstudy.tasks.opponents.chess_contest import VERSION, hash_rules
from quickstudy.tasks.opponents.chess_ladder import CHESS_SD, chess_ladder_file, read_anchor, read_chess_ladder
from quickstudy.tasks.opponents.chess_levels import find_chess_level
from quickstudy.tasks.opponents.ladder import is_submittable

FINE = {
    "antichess",
    "atomic",
    "bzamarem",
    "chess960",
    "dzelkal",
    "fnipil",
    "king-of-the-hill",
    "mlostut",
    "orthodox",
    "racing-kings",
    "rzesten",
    "three-check",
    "tvotondod",
    "vrarkuvit",
    "zmemiz",
}
"""Those with sds of at most `CHESS_SD`; the others are still to be made finer."""
ROUGH_SD = 101.0
LADDERS = [name for name in list_variants() if chess_ladder_file(load_variant(name)).is_file()]


def content(name: str) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(chess_ladder_file(load_variant(name)).read_text())
    return data


def test_orthodox_chess_has_a_ladder_of_ten_rungs_to_far_above_the_random_mover() -> None:
    ladder = read_chess_ladder(load_variant("orthodox"))
    assert len(ladder.levels) >= 10 and ladder.ratings[-1] >= 2500.0
    anchor = read_anchor(load_variant("orthodox"))
    assert anchor is not None and anchor.level in ladder.levels


@pytest.mark.parametrize("name", LADDERS)
def test_a_committed_ladder_is_of_the_published_engine_and_rises_in_clear_steps(name: str) -> None:
    ladder, data = read_chess_ladder(load_variant(name)), content(name)
    assert ladder.version.startswith(f"{VERSION}-") and is_submittable(ladder.version)
    assert ladder.rules_hash == hash_rules(load_variant(name).for_engine)
    assert data["engine"]["published"] and data["engine"]["name"].endswith(fairy.VERSION)
    assert ladder.levels[0] == data["anchor"] == "random" and ladder.ratings[0] == 0.0
    assert [find_chess_level(level).name for level in ladder.levels] == list(ladder.levels)
    assert np.diff(ladder.ratings).min() >= MIN_GAP - 0.01  # ratings are stored to two decimals
    shares = [find_chess_level(level) for level in ladder.levels]
    assert all((a.budget, -a.epsilon) < (b.budget, -b.epsilon) for a, b in pairwise(shares))  # as one would expect


@pytest.mark.parametrize("name", LADDERS)
def test_a_committed_ladder_is_the_fit_of_its_games(name: str) -> None:
    data = content(name)
    names, rungs = [*data["levels"], *data["others"]], len(data["levels"])
    points, games, draws = (np.zeros((len(names), len(names))) for _ in range(3))
    for pair in data["pairs"]:
        a, b = names.index(pair["a"]), names.index(pair["b"])
        for i, j, won in ((a, b, pair["wins_a"]), (b, a, pair["wins_b"])):
            points[i, j] = won + pair["draws"] / 2
            games[i, j] = pair["wins_a"] + pair["draws"] + pair["wins_b"]
            draws[i, j] = pair["draws"]
    fit = fit_ladder(points, games, names.index(data["anchor"]), draws=draws)
    sd = np.sqrt(np.diag(fit.covariance[:rungs, :rungs]))
    assert sd.max() <= (CHESS_SD if name in FINE else ROUGH_SD)
    assert data["sd"] == pytest.approx(sd, abs=0.006)
    assert [*data["ratings"], *data["others"].values()] == pytest.approx(fit.ratings, abs=0.006)
    assert data["chi2"] == pytest.approx(fit.chi2, abs=0.006) and data["df"] == fit.df
    assert int(games.sum()) // 2 == data["games"]
