"""Games that nobody can begin, and games that are over with the first action whatever it is."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from quickstudy.tasks.games.board import Board
from quickstudy.tasks.games.game import list_games, load_game
from quickstudy.tasks.games.play_checks import check_start
from quickstudy.tasks.games.rule_checks import RulesError
from quickstudy.tasks.games.rules import Kind, Rules, Stalemate, write_spec
from tests.known_games import clobber, othello, tic_tac_toe

ROW = Board("square", 4, 1)
MAN = Kind("man", step=("N",), capture=("N",))
BLOCKED = Rules("Blocked", ROW, (MAN,), (("a1",),), (("d1",),), eliminate=1, stalemate="lose")
FLANK = replace(othello(6), setup_x=(("a1",),), setup_o=(("f6",),))


@pytest.mark.parametrize("stalemate", ["pass", "lose", "win", "draw", "count"])
@pytest.mark.parametrize("rules", [BLOCKED, FLANK], ids=lambda rules: rules.name)
def test_a_game_that_nobody_can_begin_is_refused(rules: Rules, stalemate: Stalemate) -> None:
    with pytest.raises(RulesError, match=r"^the start: X has no legal action in the first position"):
        check_start(replace(rules, stalemate=stalemate))


def test_a_game_that_only_o_could_begin_is_refused() -> None:
    walker = Kind("walker", step=("E", "W"))
    rules = replace(BLOCKED, kinds=(MAN, walker), setup_x=(("a1",), ()), setup_o=((), ("d1",)), stalemate="pass")
    with pytest.raises(RulesError, match=r"^the start: X has no legal action"):
        check_start(rules)


def test_a_game_that_any_first_action_ends_is_refused() -> None:
    king = Kind("king", capture=("E", "W"))
    rules = Rules("Shot", ROW, (king,), (("b1",),), (("c1",),), eliminate=1)
    with pytest.raises(RulesError, match=r"^the start: the first action ends the game, whatever it is"):
        check_start(rules)
    check_start(replace(rules, setup_o=(("c1", "d1"),)))  # one of two pieces is left


def test_known_games_can_be_begun() -> None:
    for rules in (tic_tac_toe(), clobber(), othello(6), *(load_game(name).rules for name in list_games())):
        check_start(rules)


def test_a_spec_file_of_such_a_game_is_refused_with_its_name(tmp_path: Path) -> None:
    path = tmp_path / "blocked.json"
    path.write_text(write_spec(BLOCKED))
    with pytest.raises(
        RulesError, match=r"^cannot use the game spec .*blocked\.json: the start: X has no legal action"
    ):
        load_game(str(path))
    path = tmp_path / "fine.json"
    path.write_text(json.dumps(tic_tac_toe().to_json()))
    assert load_game(str(path)).rules == tic_tac_toe()
