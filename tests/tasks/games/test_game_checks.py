"""Well-formed specs that are no games: nobody can begin or win, or the cap comes before the goals."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from quickstudy.tasks.games.board import Board
from quickstudy.tasks.games.game import list_games, load_game
from quickstudy.tasks.games.game_checks import check_game, check_prospects
from quickstudy.tasks.games.rule_checks import RulesError
from quickstudy.tasks.games.rules import Kind, Rules, Stalemate, write_spec
from tests.json_specs import ALL, ALONE, MAN, MOVING, PLACING
from tests.known_games import clobber, othello, tic_tac_toe

ROW = Board("square", 4, 1)
WALKER = Kind("walker", step=("N",), capture=("N",))
BLOCKED = Rules("Blocked", ROW, (WALKER,), (("a1",),), (("d1",),), eliminate=1, stalemate="lose")
FLANK = replace(othello(6), setup_x=(("a1",),), setup_o=(("f6",),))


def bad(spec: dict[str, Any], **atoms: Any) -> dict[str, Any]:
    return {**spec, **atoms}


def man(**atoms: Any) -> dict[str, Any]:
    return {**MOVING, "kinds": [{**MAN, **atoms}]}


@pytest.mark.parametrize(
    ("spec", "named"),
    [
        (bad(man(capture=[]), eliminate=0, score="most"), "score: the numbers of pieces never change"),
        (bad(man(capture=[]), eliminate=0, score="fewest", stalemate="count"), "score: the numbers of pieces never"),
        (bad(man(step=ALL, capture=[]), **ALONE, stalemate="lose"), "stalemate: a player can always move"),
        (bad(man(step=[], slide=ALL, capture=[]), **ALONE, stalemate="win"), "stalemate: a player can always move"),
        # goals that the cap comes before
        (bad(PLACING, cap=6), "cap: the game is over after 6 plies, before anybody can have the 4 pieces of a line"),
        (bad(PLACING, double=True, cap=3), "cap: .* have the 4 pieces of a line"),
        (bad(PLACING, line=0, shape="ell", cap=6), "cap: .* have the 4 pieces of a shape"),
        (bad(PLACING, line=0, connect="same_sides", cap=8), "cap: .* join the sides"),
        (bad(PLACING, points=5, cap=8), "cap: .* have 5 points"),
        (bad(MOVING, captures=2, cap=2), "cap: .* remove 2 pieces"),
        (bad(MOVING, eliminate=1, cap=2), "cap: .* remove 2 pieces"),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) else "",
)
def test_a_game_that_nobody_can_win_in_time_is_refused(spec: dict[str, Any], named: str) -> None:
    with pytest.raises(RulesError, match=f"^{named}"):
        check_game(Rules.from_json(spec))


@pytest.mark.parametrize(
    "spec",
    [
        bad(PLACING, cap=7),
        bad(PLACING, cap=4, double=True),
        bad(PLACING, cap=2, effect="infect"),
        bad(PLACING, cap=3, setup_x=[["a1", "b1"]]),
        bad(PLACING, line=0, connect="same_sides", cap=9),
        bad(PLACING, points=5, cap=9),
        bad(MOVING, captures=2, cap=3),
        bad(MOVING, cap=3),
        bad(MOVING, captures=2, cap=2, effect="surround"),
        bad(man(step=ALL, capture=[]), eliminate=0, stalemate="lose"),  # four pieces can lock one up in a corner
        bad(man(step=ALL, capture=[]), **ALONE, stalemate="lose", burn=True),
        bad(man(step=ALL, capture=[]), **ALONE, stalemate="lose", unify=True),
        bad(man(step=["N"], capture=[]), **ALONE, stalemate="lose"),
    ],
    ids=lambda spec: " ".join(f"{atom}={spec[atom]}" for atom in sorted(set(spec) - set(PLACING))),
)
def test_a_game_that_somebody_can_win_in_time_is_accepted(spec: dict[str, Any]) -> None:
    check_prospects(Rules.from_json(spec))


@pytest.mark.parametrize("stalemate", ["pass", "lose", "win", "draw", "count"])
@pytest.mark.parametrize("rules", [BLOCKED, FLANK], ids=lambda rules: rules.name)
def test_a_game_that_nobody_can_begin_is_refused(rules: Rules, stalemate: Stalemate) -> None:
    with pytest.raises(RulesError, match=r"^the start: X has no legal action in the first position"):
        check_game(replace(rules, stalemate=stalemate))


def test_a_game_that_only_o_could_begin_is_refused() -> None:
    crab = Kind("crab", step=("E", "W"))
    rules = replace(BLOCKED, kinds=(WALKER, crab), setup_x=(("a1",), ()), setup_o=((), ("d1",)), stalemate="pass")
    with pytest.raises(RulesError, match=r"^the start: X has no legal action"):
        check_game(rules)


def test_a_game_that_any_first_action_ends_is_refused() -> None:
    king = Kind("king", capture=("E", "W"))
    rules = Rules("Shot", ROW, (king,), (("b1",),), (("c1",),), eliminate=1)
    with pytest.raises(RulesError, match=r"^the start: the first action ends the game, whatever it is"):
        check_game(rules)
    check_game(replace(rules, setup_o=(("c1", "d1"),)))  # one of two pieces is left


def test_known_games_can_be_begun() -> None:
    for rules in (tic_tac_toe(), clobber(), othello(6), *(load_game(name).rules for name in list_games())):
        check_game(rules)


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
