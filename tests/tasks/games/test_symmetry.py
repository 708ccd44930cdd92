"""Symmetries: known groups of known games, and nothing that the rules do not respect."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quickstudy.tasks.games.board import Board
from quickstudy.tasks.games.game import Game, load_game
from quickstudy.tasks.games.kernel import apply, legal_moves
from quickstudy.tasks.games.rules import Kind, Rules
from quickstudy.tasks.games.symmetry import Symmetry, find_symmetries, map_board
from tests.known_games import breakthrough, connect_four, hex_game, othello, tic_tac_toe
from tests.random_rules import random_rules

KING = ("N", "NE", "E", "SE", "S", "SW", "W", "NW")
CORNERS: dict[str, Any] = {"setup_x": (("a1", "d1"),), "setup_o": (("a4", "d4"),)}


def game(rules: Rules) -> Game:
    return Game("game", rules, Path())


def kings(**atoms: Any) -> Rules:
    """Kings that capture, two in opposite corners of each long side."""
    kind = Kind("king", step=KING, capture=KING)
    return replace(Rules("Kings", Board("square", 4, 4), (kind,), **CORNERS, eliminate=1), **atoms)


@pytest.mark.parametrize(
    ("board", "count"),
    [
        (Board("square", 5, 5), 8),
        (Board("square", 4, 5), 4),
        (Board("square", 5, 5, holes=("a1",)), 2),  # itself and the mirroring through the hole
        (Board("square", 5, 5, holes=("a1", "b1")), 1),
        (Board("square", 5, 4, "cylinder"), 5 * 4),
        (Board("square", 6, 6, "torus"), 36 * 8),
        (Board("square", 5, 6, "torus"), 30 * 4),
        (Board("rhombus", 5, 5), 4),
        (Board("rhombus", 4, 5), 2),
        (Board("rhombus", 5, 5, "torus"), 25 * 12),
        (Board("hexagon", 3, 3), 12),
    ],
    ids=str,
)
def test_boards_have_their_known_symmetries(board: Board, count: int) -> None:
    maps = map_board(board)
    assert len(maps) == len(set(maps)) == count
    assert maps[0] == tuple(range(len(board.cells))) and all(sorted(cells) == list(maps[0]) for cells in maps)


PROMOTING = replace(
    breakthrough(),
    kinds=(replace(breakthrough().kinds[0], promotes="queen"), Kind("queen", step=KING, capture=KING)),
    setup_x=(*breakthrough().setup_x, ()),
    setup_o=(*breakthrough().setup_o, ()),
    far=False,
    score="most",
)


@pytest.mark.parametrize(
    ("rules", "alone", "exchanged"),
    [
        (tic_tac_toe(), 8, 8),
        (connect_four(), 2, 2),
        (hex_game(), 2, 2),  # the other two diagonals exchange the sides, and so the players
        (breakthrough(), 2, 2),  # the board turned upside down exchanges the players
        (othello(), 4, 4),
        (load_game("morvane").rules, 288, 288),
        (load_game("velun").rules, 6, 6),
        (load_game("tarsk").rules, 1, 1),
        (load_game("lattic").rules, 2, 2),
        (kings(), 2, 2),
        (kings(setup_x=(("a1", "c1"),)), 1, 0),
        (kings(far=True), 2, 2),
        (kings(kinds=(Kind("king", step=("N", "NE"), capture=KING),)), 1, 1),
        (kings(kinds=(Kind("king", step=KING, capture=("E", "W")),)), 2, 2),
        (replace(tic_tac_toe(), place="touch", axes="diagonal"), 8, 8),
        (replace(tic_tac_toe(), line=0, connect="same_sides"), 4, 4),
        (replace(tic_tac_toe(), line=0, connect="own_sides"), 4, 4),
        (replace(tic_tac_toe(), double=True, score="most"), 8, 8),
        (replace(tic_tac_toe(), points=2, score="points"), 8, 8),
        (replace(tic_tac_toe(), swap=True), 8, 8),  # whoever acts second may swap
        (replace(tic_tac_toe(), score="most", only_x=("line",)), 8, 0),
        (kings(only_o=("eliminate",), score="most"), 2, 0),
        (replace(tic_tac_toe(), kinds=(Kind("king", step=KING),), rhythm=3), 8, 8),
        (PROMOTING, 2, 2),
    ],
    ids=lambda value: value.name if isinstance(value, Rules) else str(value),
)
def test_games_have_their_known_symmetries(rules: Rules, alone: int, exchanged: int) -> None:
    found = find_symmetries(game(rules))
    assert [sum(s.exchange is exchange for s in found) for exchange in (False, True)] == [alone, exchanged]
    assert found[0] == Symmetry(tuple(range(len(rules.board.cells)))) and len(set(found)) == len(found)


@pytest.mark.parametrize("name", ["morvane", "velun", "othello"])
def test_symmetries_are_a_group(name: str) -> None:
    found = find_symmetries(load_game(name))
    some = found[:: max(1, len(found) // 12)]
    assert {one @ two for one in some for two in found} == set(found)
    assert all(any(one @ two == found[0] for two in found) for one in some)


def test_the_diagonal_of_hex_exchanges_the_players() -> None:
    rules = hex_game(3)
    diagonal = tuple(rules.board.places[rank, file] for file, rank in rules.board.cells)
    found = find_symmetries(game(rules))
    assert Symmetry(diagonal, True) in found and Symmetry(diagonal, False) not in found


@given(seed=st.integers(0, 10_000))
def test_a_mapped_game_is_played_in_the_same_way(seed: int) -> None:
    rng = np.random.default_rng(seed)
    drawn = game(random_rules(rng))
    found = find_symmetries(drawn)
    for symmetry in {found[int(i)] for i in rng.integers(len(found), size=3)}:
        state = drawn.start()
        for _ in range(60):
            legal, image = legal_moves(drawn.tables, state), symmetry.map_states(state)
            mapped = symmetry.map_moves(legal)
            assert sorted(mapped) == sorted(legal_moves(drawn.tables, image))
            if len(legal) == 0:
                break
            chosen = rng.integers(len(legal))
            apply(drawn.tables, state, legal[chosen])
            apply(drawn.tables, image, mapped[chosen])
            assert np.array_equal(image, symmetry.map_states(state))


def test_all_parts_of_a_state_are_mapped() -> None:
    turn = Symmetry((1, 2, 3, 0), exchange=True)
    state = np.array([1, 2, 4, 8, 3, 0, 7, 1, 5, 6, 2 | 1 << 8 | 4 << 16 | 3 << 32, 2], np.uint64)
    expected = np.array([4, 2, 8, 1, 6, 1, 7, 2, 6, 5, 3 | 1 << 8 | 3 << 16 | 4 << 32, 2], np.uint64)
    assert np.array_equal(turn.map_states(state), expected)
    assert np.array_equal(turn.map_states(np.array([[state] * 2] * 3)), [[expected] * 2] * 3)
    plain = Symmetry(turn.cells).map_states(state)
    assert np.array_equal(plain[[0, 1, 5, 7, 8, 9]], [2, 4, 0, 1, 5, 6])
    nothing = np.zeros(12, np.uint64)
    assert np.array_equal(Symmetry(turn.cells).map_states(nothing), nothing)
    for result, mapped in ((0, 0), (1, 2), (2, 1), (3, 3)):
        nothing[7] = result
        assert turn.map_states(nothing)[7] == mapped


def test_points_change_places_with_the_players() -> None:
    state = np.zeros(12, np.uint64)
    state[10] = 3 << 16 | 4 << 32 | 5 << 48 | 6 << 56
    turn = Symmetry((1, 2, 3, 0), exchange=True)
    assert turn.map_states(state)[10] == 4 << 16 | 3 << 32 | 6 << 48 | 5 << 56
    assert turn.map_states(turn.map_states(state))[10] == Symmetry(turn.cells).map_states(state)[10] == state[10]


def test_moves_are_mapped_and_passes_and_swaps_stay() -> None:
    turn = Symmetry((1, 2, 3, 0))
    place, step, jump = 1 | 1 << 6, 0 | 3 << 6 | 1 << 12, 2 | 0 << 6 | 3 << 12 | 1 << 16
    expected = [2 | 2 << 6, 1 | 0 << 6 | 1 << 12, 3 | 1 << 6 | 3 << 12 | 2 << 16, 5 << 12, 6 << 12]
    assert turn.map_moves(np.array([place, step, jump, 5 << 12, 6 << 12], np.int32)).tolist() == expected
