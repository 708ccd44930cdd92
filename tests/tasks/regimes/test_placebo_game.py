"""The placebo's game: invented, with opponents to play, and unlike the game in board, names and goals."""

from __future__ import annotations

import pytest

from quickstudy.tasks.games.game import load_game
from quickstudy.tasks.games.likeness import measure_likeness
from quickstudy.tasks.opponents.ladder import load_ladder
from quickstudy.tasks.regimes.placebo_game import find_placebo


@pytest.mark.parametrize("name", ["tvafindil", "velun", "lattic", "tarsk"])
def test_a_placebo_has_opponents_and_shares_neither_pieces_nor_most_of_the_rest(name: str) -> None:
    rules = load_game(name).rules
    placebo = find_placebo(rules, "mcts")
    assert placebo.invented and placebo.rules.hash != rules.hash
    assert any(level.startswith("mcts") for level in load_ladder(placebo.name).levels)
    assert not {kind.name for kind in rules.kinds} & {kind.name for kind in placebo.rules.kinds}
    assert measure_likeness(rules, placebo.rules) < 0.2


def test_it_follows_from_the_rules_alone() -> None:
    rules = load_game("tvafindil").rules
    assert find_placebo(rules, "all").name == find_placebo(rules, "all").name
    assert load_game("velun").rules.hash != find_placebo(rules, "mcts").rules.hash, "velun has the same piece"
