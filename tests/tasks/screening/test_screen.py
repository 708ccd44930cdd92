"""Screening tells fit games from unfit ones, says why, and goes on where it stopped."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from quickstudy.scorers.rating import Strength, estimate_strength
from quickstudy.tasks.games.board import Board
from quickstudy.tasks.games.game import Game, load_game
from quickstudy.tasks.games.rules import Rules
from quickstudy.tasks.opponents.levels import find_level
from quickstudy.tasks.screening import screen as screening
from quickstudy.tasks.screening.depth import clip_strength, count_rungs, find_inversions
from quickstudy.tasks.screening.screen import REPORT, find_duplicate, screen_game
from quickstudy.tasks.screening.self_play import measure_branching, play_self, screen_self_play
from tests.known_games import breakthrough, tic_tac_toe


def test_a_game_of_the_catalogue_passes_the_cheap_step(tmp_path: Path) -> None:
    report = screen_game(load_game("lattic"), tmp_path, deep=False)
    assert report["accepted"] is None and report["reasons"] == []
    assert 8 <= report["steps"]["self_play"]["plies"] <= 80
    assert json.loads((tmp_path / REPORT).read_text()) == report


def test_a_short_game_that_the_first_player_wins_is_rejected_with_its_reasons() -> None:
    reasons = screen_self_play(Game("noughts", tic_tac_toe(), Path()))["reasons"]
    assert [reason.split(":")[0] for reason in reasons] == ["length", "balance"]


def test_an_ending_that_another_one_always_forestalls_is_a_dead_atom() -> None:
    # in velun a player without pieces has no legal action, and has lost by that alone
    velun = load_game("velun").rules
    assert screen_self_play(Game("copy", replace(velun, eliminate=1), Path()))["reasons"] == ["dead atoms: eliminate"]


def test_a_game_that_nobody_wins_is_rejected_at_once() -> None:
    rules = Rules("never", Board("square", 4, 4), place="any", line=4, misere=False, cap=6)
    assert screen_self_play(Game("never", rules, Path()))["reasons"] == ["nobody wins any of 60 random games"]


def test_steps_that_are_done_are_not_repeated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    game = load_game("tarsk")
    first = screen_game(game, tmp_path, deep=False)

    def refuse(*_: Any) -> dict[str, Any]:
        raise AssertionError("measured again")

    monkeypatch.setattr(screening, "screen_self_play", refuse)
    assert screen_game(game, tmp_path, deep=False) == first
    with pytest.raises(AssertionError, match="measured again"):
        screen_game(game, tmp_path, deep=False, seed=1)


def test_self_play_is_the_same_each_time_and_describes_itself() -> None:
    game, level = load_game("morvane"), find_level("mcts-30")
    played = play_self(game, level, 4)
    assert play_self(game, level, 4) == played
    shown = played.describe()
    assert shown["games"] == 4 and 0 <= shown["share_x"] <= 1 and shown["plies"] > 0
    assert measure_branching(game, played.moves) > 3


def test_rungs_are_levels_with_a_hundred_elo_between_them() -> None:
    assert count_rungs([0, 99, 100, 150, 200, 420]) == 4
    assert count_rungs([0]) == 1


def test_a_stronger_level_that_is_rated_lower_is_an_inversion() -> None:
    errors = np.diag([0.0, 900.0, 900.0, 900.0])  # differences have an sd of 42 Elo
    assert find_inversions([0.0, 100.0, 14.0, 0.0], errors) == [(1, 2)]
    assert find_inversions([0.0, 100.0, 16.0, 0.0], errors) == []
    together = errors + 800.0 * (np.arange(4) > 0) * (np.arange(4) > 0)[:, None]  # an error they share is none
    assert find_inversions([0.0, 100.0, 14.0, 0.0], together) == [(1, 2)]


def test_a_duplicate_is_named() -> None:
    velun, lattic = load_game("velun"), load_game("lattic")
    assert find_duplicate(velun, [lattic, velun]) == "velun"
    assert find_duplicate(velun, [lattic]) is None


def test_a_near_duplicate_is_rejected_by_its_name_and_stays_measured(tmp_path: Path) -> None:
    lattic = load_game("lattic")
    twin = Game("twin", replace(lattic.rules, name="Twin"), tmp_path)
    report = screen_game(twin, tmp_path, others=[load_game("velun"), lattic], deep=False)
    assert (report["accepted"], report["reasons"]) == (False, ["duplicate: played like lattic"])
    assert screen_game(twin, tmp_path, deep=False)["reasons"] == []


def strength(points: list[float], elo: float, forfeit: int = 0) -> Strength:
    games: dict[str, Any] = {
        "opponent_elo": [elo] * 8,
        "result": points * 4,
        "forfeit": [forfeit] * 8,
        "set": list("aabbccdd"),
    }
    return estimate_strength(games, ladder_ratings=[0.0, 200.0, 500.0])


def test_a_strength_beyond_the_ladder_counts_as_its_end() -> None:
    ratings = [0.0, 200.0, 500.0]
    assert clip_strength(strength([1.0, 1.0], 500.0), ratings) == 500.0
    assert clip_strength(strength([0.0, 0.0], 0.0), ratings) == 0.0
    assert clip_strength(strength([0.0, 0.0], 200.0, forfeit=1), ratings) == 0.0
    assert clip_strength(strength([1.0, 0.0], 200.0), ratings) == pytest.approx(200.0)


def test_a_perfect_or_zero_score_inside_the_ladder_counts_as_its_bound() -> None:
    ratings = [0.0, 200.0, 500.0]
    won, lost = strength([1.0, 1.0], 200.0), strength([0.0, 0.0], 200.0)
    assert (won.flag, lost.flag) == ("one_sided", "one_sided")
    assert 200.0 < (clip_strength(won, ratings) or 0) <= 500.0
    assert 0.0 <= (clip_strength(lost, ratings) or 0) < 200.0


@pytest.mark.slow
def test_a_deep_game_that_can_be_learnt_is_accepted_and_goes_on_where_it_stopped(tmp_path: Path) -> None:
    game = Game("race", replace(breakthrough(5), eliminate=0), tmp_path)
    report = screen_game(game, tmp_path, others=[])
    assert (report["accepted"], report["reasons"]) == (True, [])
    assert report["steps"]["depth"]["rungs"] >= 5 and max(report["steps"]["learning"]["gains"].values()) >= 300
    assert screen_game(game, tmp_path, others=[]) == report
