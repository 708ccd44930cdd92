"""Siblings and wrong rules: valid games that differ in just so many atoms and are played otherwise."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quickstudy.tasks.games.board import Board
from quickstudy.tasks.games.dead_atoms import play_random
from quickstudy.tasks.games.duplicates import NEAR, plays_alike
from quickstudy.tasks.games.game import load_game
from quickstudy.tasks.games.rules import Kind, Rules
from quickstudy.tasks.games.siblings import (
    find_sibling,
    find_wrong_rules,
    list_differences,
    list_siblings,
    measure_errors,
)
from quickstudy.tasks.games.wording import write_rules
from tests.known_games import tic_tac_toe
from tests.random_rules import random_rules

GAMES = ("velun", "lattic", "morvane", "tarsk")


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 10**6))
def test_a_sibling_differs_in_exactly_one_atom_and_in_its_text(seed: int) -> None:
    rules = random_rules(np.random.default_rng(seed))
    siblings = list_siblings(rules)
    assert siblings and len({other.hash for other in siblings} | {rules.hash}) == len(siblings) + 1
    for other in siblings:
        assert len(list_differences(rules, other)) == 1
        assert other.name == rules.name and write_rules(other) != write_rules(rules)


def test_the_siblings_of_a_small_game_are_these() -> None:
    found = {
        (name, str(getattr(other, name, None)))
        for other in list_siblings(tic_tac_toe())
        for name in list_differences(tic_tac_toe(), other)
    }
    assert {
        ("place", "drop"),
        ("place", "touch"),
        ("contact", "ban"),
        ("misere", "True"),
        ("axes", "diagonal"),
    } <= found
    assert ("line", "2") not in found, "a spec allows 3 to 7 in a row"
    assert ("line", "4") not in found, "four in a row do not fit the board"
    assert not {name for name, _ in found} & {"name", "cap", "setup_x", "setup_o"}


def test_a_direction_more_or_less_is_a_sibling() -> None:
    runner = Rules("Run", Board("square", 4, 4), (Kind("man", step=("N",)),), (("a1",),), (("d4",),), far=True)
    steps = {other.kinds[0].step for other in list_siblings(runner)}
    assert {("N", "NE"), ("N", "S")} <= steps
    assert () not in steps, "a game in which nothing ever moves is refused"


@pytest.mark.parametrize("name", GAMES)
def test_the_sibling_is_near_and_yet_played_otherwise(name: str) -> None:
    rules = load_game(name).rules
    other = find_sibling(rules)
    assert len(list_differences(rules, other)) == 1
    share = plays_alike(rules, other, play_random(rules, 60, 5), enough=0)
    assert 0.5 < share < 1
    assert find_sibling(replace(rules, name="Other")).hash == other.hash, "names do not count"


def test_no_nearer_sibling_is_left_out() -> None:
    rules = tic_tac_toe()
    games = play_random(rules, 16, int(rules.hash[:15], 16))
    shares = [plays_alike(rules, other, games, enough=0) for other in list_siblings(rules)]
    assert plays_alike(rules, find_sibling(rules), games, enough=0) == max(share for share in shares if share <= NEAR)


@pytest.mark.parametrize("name", GAMES)
def test_wrong_rules_differ_in_one_atom_and_mislead_in_most_positions(name: str) -> None:
    rules = load_game(name).rules
    wrong = find_wrong_rules(rules)
    assert len(list_differences(rules, wrong)) == 1 and wrong.board.cells == rules.board.cells
    assert measure_errors(rules, wrong, play_random(rules, 60, 5)) > 0.5
    find_wrong_rules.cache_clear()
    assert find_wrong_rules(replace(rules, name="Other")).hash == wrong.hash, "names do not count"


def test_no_sibling_misleads_more_than_the_wrong_rules() -> None:
    rules = tic_tac_toe()
    games = play_random(rules, 16, int(rules.hash[:15], 16))
    errors = {other.hash: measure_errors(rules, other, games) for other in list_siblings(rules)}
    assert errors[find_wrong_rules(rules).hash] == max(errors.values())


def test_errors_of_belief_are_these() -> None:
    rules = tic_tac_toe()
    games = [[cell | cell << 6 for cell in (0, 3, 1, 4, 2)]]  # X: a1 b1 c1, the bottom rank; O: a2 b2
    assert measure_errors(rules, rules, games) == 0
    # who believes that three in a row lose is wrong about the last of five moves
    assert measure_errors(rules, replace(rules, misere=True), games) == pytest.approx(1 / 5)
    # who believes that diagonals alone count is wrong about the last too
    assert measure_errors(rules, replace(rules, axes="diagonal"), games) == pytest.approx(1 / 5)
    # who believes that pieces drop thinks 6 of 9 first moves illegal, then 3 of 8 legal ones, and so on: a column less
    dropped = measure_errors(rules, replace(rules, place="drop"), games)
    assert dropped == pytest.approx((6 / 9 + 5 / 8 + 4 / 7 + 3 / 6 + 2 / 5) / 5)


def test_differences_name_atoms() -> None:
    rules = load_game("tarsk").rules
    chief = replace(rules.kinds[1], step=("E",))
    other = replace(rules, kinds=(rules.kinds[0], chief), stalemate="win")
    assert list_differences(rules, other) == ["stalemate", "kinds.1.step"]
    assert list_differences(rules, replace(rules, name="Other")) == []
