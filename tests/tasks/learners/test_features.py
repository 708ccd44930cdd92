"""Tests of features: both players look alike, every piece has a code, and every index is in its range."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from quickstudy.tasks.games.board import Board, Coordinate
from quickstudy.tasks.games.game import load_game
from quickstudy.tasks.games.kernel import apply, legal_moves
from quickstudy.tasks.games.rules import Kind, Rules
from quickstudy.tasks.games.tables import build_tables
from quickstudy.tasks.learners.features import Features, build_features
from tests.random_rules import random_rules

State = NDArray[np.uint64]


def random_positions(rules: Rules, seed: int, games: int = 2) -> list[State]:
    """All positions of random games."""
    tables, rng, found = build_tables(rules), np.random.default_rng(seed), []
    for _ in range(games):
        state = np.array(tables["start"], dtype=np.uint64)
        found.append(state.copy())
        while len(legal := legal_moves(tables, state)):
            apply(tables, state, int(rng.choice(legal)))
            found.append(state.copy())
    return found


def half_turn(board: Board, place: Coordinate) -> Coordinate:
    return board.files - 1 - place[0], board.ranks - 1 - place[1]


def transpose(board: Board, place: Coordinate) -> Coordinate:
    return place[1], place[0]


def swap_players(board: Board, state: State, image: Callable[[Board, Coordinate], Coordinate]) -> State:
    """The same position with the players exchanged, each cell carried to its image."""
    target = [board.places[image(board, place)] for place in board.cells]
    swapped = state.copy()
    for field, source in ((0, 1), (1, 0), (2, 2), (3, 3), (4, 4)):
        bits = int(state[source])
        swapped[field] = sum(1 << target[cell] for cell in range(len(board.cells)) if bits >> cell & 1)
    return swapped


@pytest.mark.parametrize(
    ("name", "image"), [("velun", half_turn), ("breakthrough", half_turn), ("tarsk", half_turn), ("lattic", transpose)]
)
def test_both_players_look_alike(name: str, image: Callable[[Board, Coordinate], Coordinate]) -> None:
    rules = load_game(name).rules
    features = build_features(rules)
    states = random_positions(rules, 0)
    swapped = np.array([swap_players(rules.board, state, image) for state in states])
    for me in (0, 1):
        mine = features.encode(np.array(states), me)
        assert np.array_equal(mine, features.encode(swapped, 1 - me))
        assert np.array_equal(features.index(mine), features.index(features.encode(swapped, 1 - me)))
    assert not np.array_equal(features.encode(np.array(states), 0), features.encode(np.array(states), 1))


MEN = (Kind("man", step=("N",), capture=("N",), promotes="king"), Kind("king", step=("N", "S")))


def test_far_ranks_that_promote_are_turned() -> None:
    rules = Rules("Race", Board("square", 4, 5), MEN, place="any", hand=4, score="most")
    features = build_features(rules)
    assert features.turned.tolist() == list(range(19, -1, -1))
    states = np.array(random_positions(rules, 0))
    swapped = np.array([swap_players(rules.board, state, half_turn) for state in states])
    assert np.array_equal(features.encode(states, 0), features.encode(swapped, 1))


def test_players_with_different_goals_or_set_ups_are_not_turned() -> None:
    atoms: dict[str, Any] = {
        "setup_x": (("a1", "b1"), ()),
        "setup_o": (("c5", "d5"), ()),
        "score": "most",
        "eliminate": 1,
    }
    even = Rules("Race", Board("square", 4, 5), MEN, **atoms)
    assert build_features(even).turned.tolist() == list(range(19, -1, -1))
    for change in (
        {"only_x": ("eliminate",)},
        {"only_o": ("eliminate",)},
        {"setup_o": (("c5",), ())},
        {"setup_o": (("c5",), ("d5",))},
        {"setup_o": (("c4", "c5"), ())},
    ):
        assert build_features(replace(even, **change)).turned.tolist() == list(range(20)), change


def test_without_a_symmetry_no_cell_changes_places() -> None:
    uneven = Rules("Uneven", Board("square", 4, 4), (Kind("man", step=("N",)),), (("a1",),), (("a4", "b4"),), far=True)
    for rules in (uneven, load_game("morvane").rules):
        states = np.array(random_positions(rules, 1))
        x, o = (build_features(rules).encode(states, me) for me in (0, 1))
        assert np.array_equal(x > 0, o > 0)
        assert (x[x > 0] + o[x > 0] == 3).all(), "what is own for one player is the enemy's for the other"


FOUR = tuple(Kind(name, step=("N",)) for name in ("man", "rook", "lion", "crow"))
ARMIES = (("a1",), ("b1",), ("c1",), ("d1",)), (("d6",), ("c6",), ("b6",), ("a6",))
ARMY = Rules("Army", Board("square", 4, 6), FOUR, *ARMIES, burn=True, far=True)


def test_kinds_owners_and_burnt_cells_have_codes_of_their_own() -> None:
    state = np.array(build_tables(ARMY)["start"], dtype=np.uint64)
    state[4] = 1 << ARMY.board.index["b3"]
    seen = build_features(ARMY).encode(state[None], 0)[0]
    found = {name: int(seen[i]) for name, i in ARMY.board.index.items() if seen[i]}
    own, enemy = {"a1": 1, "b1": 3, "c1": 5, "d1": 7}, {"d6": 2, "c6": 4, "b6": 6, "a6": 8}
    assert found == own | enemy | {"b3": 9}
    assert np.count_nonzero(seen) == len(found)


def test_every_piece_on_every_cell_is_a_feature_of_its_own() -> None:
    features = build_features(ARMY)
    codes = np.zeros((features.cells * (features.codes - 1), features.cells), np.int64)
    for row, (cell, code) in enumerate((c, k) for c in range(features.cells) for k in range(1, features.codes)):
        codes[row, cell] = code
    indices = features.index(codes)[:, : features.cells]
    assert ((indices < features.size).sum(axis=1) == 1).all()
    assert sorted(indices[indices < features.size]) == list(range(len(codes)))


def test_windows_and_lines_tell_empty_own_enemy_and_burnt_apart() -> None:
    features = build_features(ARMY)
    centre = ARMY.board.index["c2"]
    codes = np.zeros((4, features.cells), np.int64)
    codes[:, ARMY.board.index["b2"]] = 1
    codes[:, centre] = 0, 1, 2, features.codes - 1
    patterns = features.index(codes)[:, features.cells :]
    tables = [*features.windows.tolist(), *features.lines.tolist()]
    touched = [i for i, cells in enumerate(tables) if centre in cells]
    assert len(touched) > 8
    assert all(len(set(patterns[:, i])) == 4 for i in touched)


RANDOM_SEEDS = range(120)


def section_bounds(features: Features, board: Board) -> tuple[int, int, int]:
    """Where the features of cells, windows and lines end."""
    cells = features.cells * (features.codes - 1)
    windows = cells + board.ranks * features.base**4
    return cells, windows, windows + len(board.steps) // 2 * features.base**3


@pytest.mark.parametrize("seed", RANDOM_SEEDS)
def test_indices_stay_in_their_ranges_for_any_game(seed: int) -> None:
    rules = random_rules(np.random.default_rng(seed))
    features = Features(rules)
    assert sorted(features.turned) == list(range(features.cells))
    states = np.array(random_positions(rules, seed))
    cells, windows, lines = section_bounds(features, rules.board)
    assert features.size == lines
    for me in (0, 1):
        codes = features.encode(states, me)
        assert codes.min() >= 0 and codes.max() < features.codes
        indices = features.index(codes)
        assert indices.shape == (len(states), features.cells + len(features.windows) + len(features.lines))
        parts = np.split(indices, [features.cells, features.cells + len(features.windows)], axis=1)
        for part, low, high in zip(parts, (0, cells, windows), (cells, windows, lines), strict=True):
            active = part[part != features.size]
            assert ((active >= low) & (active < high)).all()
        known = np.where(parts[0] == features.size, 0, parts[0] % (features.codes - 1) + 1)
        assert np.array_equal(known, codes), "codes can be read off the features of cells"
        seen = occupied(states, features.cells)
        assert np.array_equal(codes > 0, seen if me == 0 else seen[:, features.turned])


def occupied(states: State, cells: int) -> NDArray[np.bool_]:
    """Whether each cell holds a piece or is burnt."""
    bits = states[:, 0] | states[:, 1] | states[:, 4]
    return (bits[:, None] >> np.arange(cells, dtype=np.uint64)) & np.uint64(1) > 0


def test_the_random_games_have_every_kind_of_board() -> None:
    boards = [random_rules(np.random.default_rng(seed)).board for seed in RANDOM_SEEDS]
    assert {board.shape for board in boards} == {"square", "rhombus", "hexagon"}
    assert {board.edges for board in boards} == {"plain", "cylinder", "torus"}
    assert any(board.holes for board in boards)


@pytest.mark.parametrize(
    "board",
    [Board("square", 6, 6), Board("rhombus", 6, 6), Board("hexagon", 4, 4), Board("square", 6, 6, "torus")],
    ids=lambda board: f"{board.shape}-{board.edges}",
)
def test_three_in_a_row_look_the_same_anywhere_on_one_axis(board: Board) -> None:
    features = build_features(Rules("Stones", board, place="any", line=4))
    offsets, three_own = np.unique(features.line_offsets), 1 + 3 + 9
    axes: dict[str, set[int]] = {name: set() for name in board.steps}
    for name, step in board.steps.items():
        for cell in range(features.cells):
            line = [board.shift(cell, (step[0] * i, step[1] * i)) for i in range(3)]
            if min(line) < 0:
                continue
            codes = np.zeros((1, features.cells), np.int64)
            codes[0, line] = 1
            active = features.index(codes)[0, features.cells + len(features.windows) :]
            full = [axis for axis, offset in enumerate(offsets) for _ in range(np.sum(active == offset + three_own))]
            assert len(full) == 1
            axes[name].add(full[0])
    assert all(len(found) == 1 for found in axes.values()), "the feature is the same anywhere"
    counts = Counter(axis for found in axes.values() for axis in found)
    assert counts == dict.fromkeys(range(len(board.steps) // 2), 2), "a line is one for both its directions"


def test_windows_tell_ranks_apart_and_files_not() -> None:
    board = Board("square", 5, 5)
    features = build_features(Rules("Stones", board, place="any", line=4))

    def windows_of(*names: str) -> list[int]:
        codes = np.zeros((1, features.cells), np.int64)
        codes[0, [board.index[name] for name in names]] = 1
        active = features.index(codes)[0, features.cells : features.cells + len(features.windows)]
        return sorted(active[active < features.size].tolist())

    assert windows_of("b2", "c2") == windows_of("c2", "d2")
    assert windows_of("b2", "c2") != windows_of("b3", "c3")
    assert windows_of("b2", "c2") != windows_of("b2", "c3")


def test_a_board_of_one_rank_has_lines() -> None:
    board = Board("square", 16, 1)
    features = build_features(Rules("Row", board, place="any", line=3))
    codes = np.zeros((1, 16), np.int64)
    codes[0, 4:7] = 1
    assert not len(features.windows) and len(features.lines) == 14
    assert (features.index(codes)[0, features.cells :] < features.size).sum() == 5


def test_an_empty_board_has_no_features() -> None:
    rules = load_game("morvane").rules
    features = build_features(rules)
    assert (features.index(np.zeros((3, features.cells), np.int64)) == features.size).all()
