"""Ladders: the committed ones are sound and belong to their rules; others are refused with a sentence."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from quickstudy.scorers.bradley_terry import fit_ladder
from quickstudy.tasks.games.game import Game, list_games, load_game
from quickstudy.tasks.opponents.calibration import MIN_GAP, TARGET_SD, VERSION
from quickstudy.tasks.opponents.ladder import LadderError, ladder_file, load_ladder, read_ladder, write_ladder
from quickstudy.tasks.opponents.levels import find_level
from tests.known_games import connect_four, tic_tac_toe

INVENTED = [name for name in list_games() if load_game(name).invented]


def test_there_are_invented_games() -> None:
    assert {"lattic", "morvane", "tarsk", "velun"} <= set(INVENTED)


@pytest.mark.parametrize("name", INVENTED)
def test_committed_ladders_belong_to_their_games(name: str) -> None:
    ladder = load_ladder(name)
    assert ladder.version.startswith(f"{VERSION}-")
    assert ladder.rules_hash == load_game(name).rules.hash
    assert [find_level(level).name for level in ladder.levels] == list(ladder.levels)
    assert len(set(ladder.levels)) == len(ladder.levels) >= 5


@pytest.mark.parametrize("name", INVENTED)
def test_committed_ratings_rise_in_clear_steps_from_the_random_mover(name: str) -> None:
    ladder = load_ladder(name)
    assert ladder.levels[0] == "random" and ladder.ratings[0] == 0.0
    assert ladder.rating_of("random") == 0.0 and ladder.rating_of(ladder.levels[-1]) == ladder.ratings[-1]
    assert np.diff(ladder.ratings).min() >= MIN_GAP - 0.01  # ratings are stored to two decimals
    assert MIN_GAP == 80.0


@pytest.mark.parametrize("name", INVENTED)
def test_committed_covariances_are_covariances_and_small(name: str) -> None:
    covariance = load_ladder(name).covariance
    size = len(load_ladder(name).levels)
    assert covariance.shape == (size, size)
    assert (covariance == covariance.T).all()
    assert (covariance[0] == 0.0).all() and (np.diag(covariance)[1:] > 0.0).all()
    assert np.linalg.eigvalsh(covariance).min() > -0.01  # stored to three decimals
    assert np.sqrt(np.diag(covariance)).max() <= TARGET_SD == 15.0


@pytest.mark.parametrize("name", INVENTED)
def test_committed_games_add_up_and_explain_the_ratings(name: str) -> None:
    data = json.loads(ladder_file(load_game(name)).read_text())
    assert data["anchor"] == "random"
    assert sum(pair["wins_a"] + pair["draws"] + pair["wins_b"] for pair in data["pairs"]) == data["games"]
    ratings = dict(zip(data["levels"], data["ratings"], strict=True)) | data["others"]
    assert {level for pair in data["pairs"] for level in (pair["a"], pair["b"])} == set(ratings)
    assert data["df"] == len(data["pairs"]) - (len(ratings) - 1)
    surplus = dict.fromkeys(ratings, 0.0)  # in the joint fit each level has the points that its rating predicts
    for pair in data["pairs"]:
        games = pair["wins_a"] + pair["draws"] + pair["wins_b"]
        expected = games / (1.0 + 10.0 ** ((ratings[pair["b"]] - ratings[pair["a"]]) / 400.0))
        rest = pair["wins_a"] + pair["draws"] / 2 - expected
        surplus[pair["a"]] += rest
        surplus[pair["b"]] -= rest
    assert max(abs(rest) for level, rest in surplus.items() if level != "random") < 1.5  # the fit's faint prior


@pytest.mark.parametrize("name", INVENTED)
def test_committed_ladders_are_the_fits_of_their_games(name: str) -> None:
    data = json.loads(ladder_file(load_game(name)).read_text())
    names, rungs = [*data["levels"], *data["others"]], len(data["levels"])
    size = len(names)
    points, games, draws = (np.zeros((size, size)) for _ in range(3))
    for pair in data["pairs"]:
        a, b = names.index(pair["a"]), names.index(pair["b"])
        for i, j, won in ((a, b, pair["wins_a"]), (b, a, pair["wins_b"])):
            points[i, j] = won + pair["draws"] / 2
            games[i, j] = pair["wins_a"] + pair["draws"] + pair["wins_b"]
            draws[i, j] = pair["draws"]
    fit = fit_ladder(points, games, names.index(data["anchor"]), draws=draws)
    covariance = fit.covariance[:rungs, :rungs]
    sd = np.sqrt(np.diag(covariance))
    assert sd.max() <= TARGET_SD
    assert [*data["ratings"], *data["others"].values()] == pytest.approx(fit.ratings, abs=0.006)  # to two decimals
    assert data["sd"] == pytest.approx(sd, abs=0.006)
    assert np.array(data["covariance"]) == pytest.approx(covariance, abs=0.0006)  # stored to three
    assert data["chi2"] == pytest.approx(fit.chi2, abs=0.006)
    assert data["df"] == fit.df


def spec(folder: Path, name: str = "rules.json", rules: Any = None) -> Game:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(json.dumps((rules or tic_tac_toe()).to_json()))
    return load_game(str(folder / name))


def content(game: Game, **changes: Any) -> dict[str, Any]:
    ladder = {"version": "1", "rules_hash": game.rules.hash, "levels": ["random", "greedy"]}
    return {**ladder, "ratings": [0, 200], "covariance": [[0, 0], [0, 9]], **changes}


def test_a_ladder_is_written_and_read_beside_the_spec(tmp_path: Path) -> None:
    game = spec(tmp_path / "nought")
    path = write_ladder(game, content(game))
    assert path == tmp_path / "nought" / "ladder.json"
    assert sorted(file.name for file in path.parent.iterdir()) == ["ladder.json", "rules.json"]  # no draft is left
    ladder = load_ladder(str(tmp_path / "nought" / "rules.json"))
    assert ladder.levels == ("random", "greedy") and ladder.rating_of("greedy") == 200.0


def test_games_in_one_folder_have_their_own_ladders(tmp_path: Path) -> None:
    one, two = spec(tmp_path / "nought"), spec(tmp_path / "nought", "four.json", connect_four())
    paths = [write_ladder(game, content(game)) for game in (one, two)]
    assert [path.name for path in paths] == ["ladder.json", "four.ladder.json"]
    assert read_ladder(one).rules_hash != read_ladder(two).rules_hash


def test_the_ladder_of_a_spec_in_the_current_folder_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spec(tmp_path / "ought")
    monkeypatch.chdir(tmp_path / "ought")
    load_game.cache_clear()  # it knows files by the names that they were asked for
    assert ladder_file(load_game("rules.json")).name == "ladder.json"


def test_a_missing_ladder_is_refused_with_what_to_do() -> None:
    with pytest.raises(LadderError, match=r"^othello has no ladder .*: make one with `quickstudy calibrate othello`$"):
        load_ladder("othello")


def test_a_ladder_of_other_rules_is_refused(tmp_path: Path) -> None:
    game = spec(tmp_path / "nought")
    write_ladder(game, content(game, rules_hash=load_game("morvane").rules.hash))
    with pytest.raises(LadderError, match=r"^the ladder of nought was made for other rules: run `quickstudy calibrate"):
        read_ladder(game)


@pytest.mark.parametrize(
    "changes",
    [
        {"ratings": None},
        {"ratings": [0]},
        {"ratings": [0, "high"]},
        {"covariance": [[0, 0]]},
        {"covariance": [[0, 0], [0]]},
        {"levels": 3},
        {"levels": [], "ratings": [], "covariance": []},
    ],
)
def test_a_spoilt_ladder_is_refused_with_its_file(changes: dict[str, Any], tmp_path: Path) -> None:
    game = spec(tmp_path / "nought")
    write_ladder(game, content(game, **changes))
    with pytest.raises(LadderError, match=r"^cannot read the ladder .*ladder\.json: .*make it anew"):
        read_ladder(game)


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", "null"])
def test_a_file_that_is_no_ladder_is_refused(text: str, tmp_path: Path) -> None:
    game = spec(tmp_path / "nought")
    (tmp_path / "nought" / "ladder.json").write_text(text)
    with pytest.raises(LadderError, match="cannot read the ladder"):
        read_ladder(game)


def test_a_level_that_is_not_on_the_ladder_is_refused_with_those_that_are() -> None:
    with pytest.raises(LadderError, match=r"^level 'god' is not on this ladder: choose one of random, "):
        load_ladder("velun").rating_of("god")
