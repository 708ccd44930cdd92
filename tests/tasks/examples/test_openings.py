"""Test openings: a fixed pool for each game, with distinct positions from which there is still a game."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from quickstudy.tasks.examples import openings
from quickstudy.tasks.examples.openings import (
    ENOUGH,
    POOL_SIZE,
    OpeningTree,
    count_openings,
    held_out_positions,
    list_openings,
    opening_plies,
    position_key,
    symmetric_keys,
    write_opening,
)
from quickstudy.tasks.games.board import Board
from quickstudy.tasks.games.game import Game, list_games, load_game
from quickstudy.tasks.games.generate import generate_rules
from quickstudy.tasks.games.kernel import State, apply, legal_moves
from quickstudy.tasks.games.rules import Rules
from tests.known_games import othello, tic_tac_toe

SMALL = {"morvane": 6, "dzunerkox": 51}  # a quarter of all that differ up to symmetry
TINY = Rules("Tiny", Board("square", 2, 3), place="any", line=3, score="most", cap=6)


def after(game: Game, opening: tuple[int, ...]) -> State:
    """The state after an opening, each move of which must be legal."""
    state = game.start()
    for move in opening:
        assert move in legal_moves(game.tables, state)
        apply(game.tables, state, move)
    return state


@pytest.mark.parametrize("name", list_games())
def test_pools_are_full_of_unfinished_positions_that_differ_up_to_symmetry(name: str) -> None:
    game = load_game(name)
    pool = list_openings(game)
    states = [after(game, opening) for opening in pool]
    assert len(pool) == SMALL.get(name, POOL_SIZE) and {len(opening) for opening in pool} == {opening_plies(game)}
    assert len(set(symmetric_keys(game, np.array(states)))) == len(pool)
    assert all(state[7] == 0 and len(legal_moves(game.tables, state)) for state in states)
    assert held_out_positions(game) >= {position_key(state) for state in states}


def images_on_a_torus(state: State) -> set[bytes]:
    """All shifts, turns and mirrorings of the pieces on a board of 6 x 6 cells, made without the module under test."""
    players = np.array([[int(state[p]) >> cell & 1 for cell in range(36)] for p in (0, 1)]).reshape(2, 6, 6)
    found = set()
    for turned in (np.rot90(players, quarter, (1, 2)) for quarter in range(4)):
        for mirrored in (turned, turned[:, ::-1]):
            shifts = ((x, y) for x in range(6) for y in range(6))
            found |= {np.roll(mirrored, shift, (1, 2)).tobytes() for shift in shifts}
    return found


def test_no_test_opening_is_another_one_turned_mirrored_or_shifted() -> None:
    game = load_game("morvane")
    images = [images_on_a_torus(after(game, opening)) for opening in list_openings(game)]
    assert len(frozenset.union(*map(frozenset, images))) == sum(map(len, images))


def test_images_of_test_openings_are_held_out() -> None:
    game = load_game("velun")  # six files, of which the last is joined to the first
    rules, names = game.rules, game.rules.board.names
    (state,) = (after(game, opening) for opening in list_openings(game)[:1])
    shift = [rules.board.index[f"{'bcdefa'['abcdef'.index(name[0])]}{name[1:]}"] for name in names]
    upside_down = [len(names) - 1 - cell for cell in range(len(names))]
    for cells, exchange in ((shift, 0), (upside_down, 1)):
        image = state.copy()
        for player in (0, 1):
            image[player ^ exchange] = sum(1 << cells[i] for i in range(36) if int(state[player]) >> i & 1)
        image[5] = int(state[5]) ^ exchange
        assert position_key(image) in held_out_positions(game)
    image[5] = state[5]  # the wrong side is to act
    assert position_key(image) not in held_out_positions(game)


def test_openings_are_random_and_end_with_the_game() -> None:
    tree = OpeningTree(Game("tiny", replace(TINY, board=Board("square", 2, 2), line=0, cap=3), Path()))
    numbers = np.random.default_rng(0).integers(1 << 63, size=2400).tolist()
    times = Counter(map(tree.pick, numbers))
    assert len(times) == 4 * 3 * 2 and {len(opening) for opening in times} == {3}
    assert 60 < min(times.values()) and max(times.values()) < 145


def test_pools_depend_on_the_rules_alone(tmp_path: Path) -> None:
    game, again = (Game(name, tic_tac_toe(), tmp_path / name) for name in ("one", "two"))
    other = Game("one", replace(tic_tac_toe(), misere=True), tmp_path)
    list_openings.cache_clear()
    first = list_openings(game)
    list_openings.cache_clear()
    assert list_openings(game) == list_openings(again) == first != list_openings(other)


def test_a_small_game_holds_out_a_quarter_of_its_openings(tmp_path: Path) -> None:
    # Five cells, two pieces of each player: 5 * 6 positions, which no symmetry maps to each other.
    four = Game("four", replace(TINY, board=Board("square", 2, 3, holes=("a1",)), line=0), tmp_path)
    assert len(list_openings(four)) == 30 // 4
    one = Game("one", replace(TINY, board=Board("square", 1, 6), place="drop", line=0), tmp_path)
    assert len(list_openings(one)) == 1  # a single file, in which each move is forced


def test_a_game_without_openings_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="the game brief is over within 4 plies"):
        list_openings(Game("brief", replace(TINY, cap=4), tmp_path))


def test_positions_differ_by_pieces_side_and_burnt_cells_but_not_by_ply() -> None:
    state = load_game("morvane").start()
    for slot, differs in enumerate([True] * 6 + [False] * 5 + [True]):
        changed = state.copy()
        changed[slot] += 1
        assert (position_key(changed) != position_key(state)) == differs, slot


def test_openings_are_counted_as_perft_counts_them() -> None:
    # connect four: seven choices each time until a column is full or a line is complete
    assert [count_openings(load_game("connect_four"), plies) for plies in (1, 2, 4)] == [7, 49, 2401]
    # othello: 4, 12, 56, 244 positions (published counts)
    assert count_openings(load_game("othello"), 4) == pytest.approx(244, rel=0.05)
    assert count_openings(Game("noughts", tic_tac_toe(), Path()), 9) == 0  # no game is unfinished then


def test_a_game_of_few_choices_begins_with_more_random_plies() -> None:
    narrow = Game("vdelux", generate_rules("race", "1000"), Path())  # some four choices in a position
    assert [opening_plies(game) for game in (load_game("velun"), load_game("connect_four"), narrow)] == [4, 6, 8]
    assert count_openings(load_game("connect_four"), 4) < ENOUGH <= count_openings(load_game("connect_four"), 6)


def test_a_game_that_never_has_enough_begins_with_what_gives_it_most() -> None:
    noughts = Game("noughts", tic_tac_toe(), Path())  # 3,024 openings of four plies, and 54,720 of six
    assert opening_plies(noughts) == 6
    tiny = Game("tiny", Rules("Tiny", Board("square", 3, 2), place="any", line=3, cap=6), Path())
    assert count_openings(tiny, 4) == pytest.approx(360, rel=0.1) and opening_plies(tiny) == 4


def test_openings_are_written_as_moves(tmp_path: Path) -> None:
    game = Game("othello", othello(), tmp_path)
    texts = [write_opening(game, opening) for opening in list_openings(game)]
    assert all(len(text.split()) == opening_plies(game) for text in texts) and len(set(texts)) == len(texts) > 1
    assert set(texts[0].split()) <= set(game.rules.board.names)


def test_practice_does_not_begin_where_a_test_does(monkeypatch: pytest.MonkeyPatch) -> None:
    game = load_game("tvafindil")

    def draw() -> openings.Opening:
        return openings.draw_practice(game, np.random.default_rng(3))

    def key_of(opening: openings.Opening) -> bytes:
        return openings.position_key(openings.grow_tree(game).position_after(opening)[0])

    first = draw()
    monkeypatch.setattr(openings, "held_out_positions", lambda game: frozenset({key_of(first)}))
    assert key_of(draw()) != key_of(first)
    monkeypatch.setattr(openings, "position_key", lambda state: b"all")
    monkeypatch.setattr(openings, "held_out_positions", lambda game: frozenset({b"all"}))
    with pytest.raises(ValueError, match="too few openings"):
        draw()
