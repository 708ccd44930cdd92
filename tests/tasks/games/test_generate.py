"""Generated games: they follow from family and seed, are well-formed, have names of their own and no dead atoms."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from quickstudy.tasks.games.board import Board
from quickstudy.tasks.games.dead_atoms import drop_atoms, find_dead_atoms, play_random
from quickstudy.tasks.games.duplicates import is_near_duplicate, plays_alike
from quickstudy.tasks.games.families import FAMILIES
from quickstudy.tasks.games.generate import _prune, generate_rules
from quickstudy.tasks.games.names import invent_name, invent_pieces
from quickstudy.tasks.games.rules import Kind, Rules
from quickstudy.tasks.games.wording import write_rules
from quickstudy.tasks.learners.reader import read_rules
from tests.known_games import tic_tac_toe

LINE = Rules("line", Board("square", 5, 5), place="any", line=4)


@pytest.mark.parametrize("family", FAMILIES)
def test_a_game_follows_from_family_and_seed_and_is_read_back_from_its_text(family: str) -> None:
    rules = generate_rules(family, 1)
    assert generate_rules(family, 1) == rules != generate_rules(family, 2)
    assert read_rules(write_rules(rules)).hash == rules.hash


def test_an_unknown_family_is_named_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match="unknown family 'chess': choose one of connect, count"):
        generate_rules("chess", 1)


def test_names_are_pronounceable_words_and_pieces_have_different_first_letters() -> None:
    rng = np.random.default_rng(1)
    names = [invent_name(rng) for _ in range(50)]
    assert len(set(names)) > 45 and all(name.isalpha() and name[0].isupper() for name in names)
    pieces = invent_pieces(rng, 4)
    assert len({piece[0] for piece in pieces}) == 4 and all(piece.islower() for piece in pieces)


def test_an_atom_that_changes_nothing_is_dead_and_one_that_does_is_not() -> None:
    sixteen = Rules("full", Board("square", 4, 4), place="any", line=3, hand=16)  # the board has no more cells
    assert find_dead_atoms(sixteen, play_random(sixteen, 40, 1)) == ["hand"]
    four = replace(sixteen, hand=4)
    assert find_dead_atoms(four, play_random(four, 40, 1)) == []


def test_each_atom_that_a_game_can_do_without_is_dropped_with_what_means_nothing_without_it() -> None:
    dropped = drop_atoms(replace(LINE, effect="flank_remove", flank_length=2, contact="ban", score="most"))
    assert set(dropped) == {"contact", "effect", "line"}
    assert (dropped["effect"].effect, dropped["effect"].flank_length) == ("none", 0)
    assert dropped["contact"] == replace(LINE, effect="flank_remove", flank_length=2, score="most")


def test_a_renamed_game_is_a_duplicate_and_one_with_another_goal_is_not() -> None:
    games = play_random(LINE, 10, 1)
    assert is_near_duplicate(LINE, replace(LINE, name="other"), games)
    assert not is_near_duplicate(LINE, replace(LINE, line=3), games)
    assert not is_near_duplicate(LINE, tic_tac_toe(), games)


def test_a_mirror_image_is_a_duplicate_and_one_of_other_moves_is_not() -> None:
    man = Kind("man", step=("N", "E"), capture=("N", "E"))
    left = Rules("left", Board("square", 4, 4), (man,), (("a1", "b1"),), (("c4", "d4"),), eliminate=1, stalemate="lose")
    man = replace(man, step=("N", "W"), capture=("N", "W"))
    right = replace(left, kinds=(man,), setup_x=(("c1", "d1"),), setup_o=(("a4", "b4"),))
    games = play_random(left, 10, 1)
    assert plays_alike(left, right, games) < 0.95
    assert is_near_duplicate(left, right, games)
    assert not is_near_duplicate(left, replace(right, kinds=(replace(man, capture=("N",)),)), games)


def test_a_generated_game_loses_the_atoms_that_never_matter() -> None:
    sixteen = Rules("full", Board("square", 4, 4), place="any", line=3, hand=16, contact="ban")
    assert _prune(sixteen, 1) == replace(sixteen, hand=0)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_generated_text_speaks_of_nothing_that_never_matters(seed: int) -> None:
    # all drafts of races end where a player has no pieces, and that is a player without a legal action, who has lost
    rules = generate_rules("race", seed)
    assert (rules.stalemate, rules.eliminate) == ("lose", 0)
