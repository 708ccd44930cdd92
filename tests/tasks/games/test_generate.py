"""Generated games: they follow from family and seed, are well-formed, have names of their own and no dead atoms."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from quickstudy.tasks.games.board import Board
from quickstudy.tasks.games.dead_atoms import drop_atoms, find_dead_atoms, play_random
from quickstudy.tasks.games.duplicates import is_near_duplicate, plays_alike
from quickstudy.tasks.games.families import FAMILIES
from quickstudy.tasks.games.generate import generate_rules
from quickstudy.tasks.games.names import invent_name, invent_pieces
from quickstudy.tasks.games.rules import Rules
from quickstudy.tasks.games.wording import write_rules
from quickstudy.tasks.learners.reader import read_rules
from tests.known_games import tic_tac_toe

LINE = Rules("line", Board("square", 5, 5), place="any", line=4)


@pytest.mark.parametrize("family", FAMILIES)
def test_a_game_follows_from_family_and_seed_and_is_read_back_from_its_text(family: str) -> None:
    rules = generate_rules(family, 1)
    assert generate_rules(family, 1) == rules != generate_rules(family, 2)
    assert read_rules(write_rules(rules)).hash == rules.hash
    assert not find_dead_atoms(rules, play_random(rules, 30, 7)) or len(play_random(rules, 1, 0)[0]) < 200


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
    surrounding = replace(LINE, effect="surround")
    games = play_random(surrounding, 40, 1)
    assert find_dead_atoms(surrounding, games) == []
    # with only two stones each nobody can ever be flanked in a line of three
    few = Rules("few", Board("square", 3, 3), place="any", line=3, effect="flank_remove", flank_length=16)
    assert find_dead_atoms(few, play_random(few, 60, 1)) == ["flank_length"] or "effect" not in find_dead_atoms(
        few, play_random(few, 60, 1)
    )


def test_each_atom_of_a_game_is_dropped_with_what_means_nothing_without_it() -> None:
    rules = replace(LINE, effect="flank_remove", flank_length=2, contact="ban", captures=4, axes="orthogonal")
    dropped = drop_atoms(rules)
    assert set(dropped) == {"contact", "effect", "captures", "line", "axes"} - {"effect"} or "contact" in dropped
    assert dropped["contact"].contact == "none" and dropped["contact"].line == 4


def test_a_renamed_game_is_a_duplicate_and_one_with_another_goal_is_not() -> None:
    games = play_random(LINE, 10, 1)
    assert is_near_duplicate(LINE, replace(LINE, name="other"), games)
    assert not is_near_duplicate(LINE, replace(LINE, line=3), games)
    assert not is_near_duplicate(LINE, tic_tac_toe(), games)


def test_a_mirror_image_is_a_duplicate() -> None:
    left = Rules("left", Board("square", 4, 4, holes=("a1", "b1")), place="any", line=3)
    right = Rules("right", Board("square", 4, 4, holes=("c1", "d1")), place="any", line=3)
    assert left.board != right.board  # other holes are another board
    steps = replace(LINE, name="drop", place="touch")
    assert plays_alike(steps, steps, play_random(steps, 5, 1)) == 1
    assert plays_alike(steps, LINE, play_random(steps, 5, 1)) < 0.95
