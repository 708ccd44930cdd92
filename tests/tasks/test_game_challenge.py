"""A board game as a skill: which openings its challenges start from."""

from __future__ import annotations

from quickstudy.tasks.examples.openings import list_openings
from quickstudy.tasks.game_challenge import GameSkill
from quickstudy.tasks.games.game import load_game


def test_every_test_opening_is_played() -> None:
    skill = GameSkill(load_game("morvane"))
    played = {skill.begin("random", 0, (0, number, 0)).opening for number in range(64)}
    assert played == set(list_openings(skill.game))
