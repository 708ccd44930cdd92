"""Siblings as games of their own: loaded by name, with ladders beside their game's."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from quickstudy.scorers.bradley_terry import fit_ladder
from quickstudy.tasks.games.game import UnknownGame, load_game
from quickstudy.tasks.games.rules import write_spec
from quickstudy.tasks.games.siblings import find_sibling, list_differences
from quickstudy.tasks.opponents.calibration import VERSION
from quickstudy.tasks.opponents.ladder import LadderError, ladder_file, load_ladder, write_ladder
from tests.known_games import tic_tac_toe

NAME = "tvafindil-sibling"


def test_a_sibling_is_loaded_by_the_name_of_its_game() -> None:
    game, sibling = load_game("tvafindil"), load_game(NAME)
    assert sibling.rules == find_sibling(game.rules) and len(list_differences(game.rules, sibling.rules)) == 1
    assert sibling.name == NAME and sibling.folder == game.folder / "sibling"
    with pytest.raises(UnknownGame, match="'nonsense'"):
        load_game("nonsense-sibling")


def test_the_committed_ladder_is_the_fit_of_its_games_and_its_error_what_is_said() -> None:
    ladder, data = load_ladder(NAME), json.loads(ladder_file(load_game(NAME)).read_text())
    assert ladder.version.startswith(f"{VERSION}-") and ladder.rules_hash == load_game(NAME).rules.hash
    assert ladder.levels[0] == "random" and np.diff(ladder.ratings).min() > 80.0
    assert np.sqrt(np.diag(ladder.covariance)).max() <= 30.0
    names = [*data["levels"], *data["others"]]
    points, games = np.zeros((len(names), len(names))), np.zeros((len(names), len(names)))
    for pair in data["pairs"]:
        a, b = (names.index(pair[side]) for side in "ab")
        points[a, b] += pair["wins_a"] + pair["draws"] / 2
        points[b, a] += pair["wins_b"] + pair["draws"] / 2
        games[a, b] = games[b, a] = pair["wins_a"] + pair["draws"] + pair["wins_b"]
    assert fit_ladder(points, games).ratings[: len(data["levels"])] == pytest.approx(ladder.ratings, abs=0.5)


def test_a_users_game_has_a_sibling_too_and_is_told_how_to_make_its_ladder(tmp_path: Path) -> None:
    path = tmp_path / "noughts.json"
    path.write_text(write_spec(tic_tac_toe()))
    sibling = load_game(f"{path}-sibling")
    assert sibling.name == "noughts-sibling" and sibling.rules == find_sibling(tic_tac_toe())
    with pytest.raises(LadderError, match=f"quickstudy calibrate {path}-sibling"):
        load_ladder(f"{path}-sibling")
    made = {"version": VERSION, "rules_hash": sibling.rules.hash, "levels": ["random"]}
    assert write_ladder(sibling, {**made, "ratings": [0.0], "covariance": [[0.0]]}).parent == tmp_path / "sibling"
    assert load_ladder(f"{path}-sibling").levels == ("random",)
