"""The engine: published move counts, endings in tiny positions, and random rules over every atom."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quickstudy.tasks.games import kernel, reference
from quickstudy.tasks.games.board import Board
from quickstudy.tasks.games.notation import format_move
from quickstudy.tasks.games.patterns import patterns
from quickstudy.tasks.games.rule_checks import RulesError
from quickstudy.tasks.games.rules import Kind, Rules
from quickstudy.tasks.games.tables import build_tables
from tests.kernel_positions import ALL, SQUARE, TORUS, cells, moves_of, play, war
from tests.known_games import breakthrough, connect_four, hex_game, othello, tic_tac_toe
from tests.random_rules import random_rules


def counts(rules: Rules, depth: int) -> list[int]:
    g = build_tables(rules)
    return [kernel.perft(g, kernel.start_state(g), d) for d in range(1, depth + 1)]


@pytest.mark.parametrize(
    ("rules", "published"),
    [
        (connect_four(), [7, 49, 343, 2401, 16807, 117649, 823536]),
        (breakthrough(8), [22, 484, 11132]),
        (breakthrough(6), [16, 256, 4308, 71478]),
        (hex_game(7), [49, 2352, 110544]),
        (othello(8), [4, 12, 56, 244, 1396, 8200, 55092]),
        # Tic-tac-toe has 255168 games: 1440, 5328, 47952, 72576 and 127872 end after 5, 6, 7, 8 and 9 moves.
        (tic_tac_toe(), [9, 72, 504, 3024, 15120, 54720, 148176, 200448, 127872]),
    ],
    ids=lambda value: value.name if isinstance(value, Rules) else "",
)
def test_move_counts_are_the_published_ones(rules: Rules, published: list[int]) -> None:
    assert counts(rules, len(published)) == published


# The perfect game on 6x6 that J. F. Feinstein's solution gives, with each cell's move number (rank 1 at the top):
# https://www.maths.nottingham.ac.uk/plp/pmzjff/Othello/6x6sol.html
PERFECT_OTHELLO = """
    28  9  8  7 31 32
    22 14  1  4 17 16
    27 13  .  .  6 15
    19  2  .  .  5 12
    24 23  3 10 26 29
    21 18 20 11 25 30
"""


def test_othello_on_six_by_six_ends_as_published() -> None:
    numbers = {
        number: f"{'abcdef'[file]}{rank}"
        for rank, line in enumerate(PERFECT_OTHELLO.split("\n")[1:-1], 1)
        for file, number in enumerate(line.split())
    }
    rules, played, passes = othello(6), list[str](), 0
    for number in range(1, 33):
        while list(moves_of(rules, play(rules, *played))) == ["pass"]:
            played.append("pass")
            passes += 1
        played.append(numbers[str(number)])
    state = play(rules, *played, "pass", "pass")
    assert passes == 1
    assert [int(state[player]).bit_count() for player in (0, 1)] == [16, 20]
    assert kernel.result_of(state) == 2


def test_othello_on_six_by_six_counts_as_the_reference_does() -> None:
    def leaves(position: reference.Position, depth: int) -> int:
        moves = reference.legal_moves(rules, position)
        return sum(leaves(reference.play(rules, position, move), depth - 1) for move in moves) if depth else 1

    # No counts for this size are published that we know of; the next are 7604, 47740 and 308716 by the kernel alone.
    rules = othello(6)
    assert counts(rules, 5) == [4, 12, 56, 244, 1364]
    assert [leaves(reference.start(rules), depth) for depth in range(1, 6)] == counts(rules, 5)


def test_a_drop_needs_support_below() -> None:
    assert list(moves_of(connect_four(), play(connect_four(), "a1"))) == [
        "b1",
        "c1",
        "d1",
        "e1",
        "f1",
        "g1",
        "a2",
    ]


def test_a_line_counts_only_with_a_changed_cell() -> None:
    rules = war("a1 b1 c1 e1", "a5", Kind("man", step=ALL), line=3)
    assert play(rules, "e1-e2")[7] == 0
    assert play(rules, "b1-b2", "a5-a4", "b2-b1")[7] == 1


def test_misere_makes_the_goal_a_loss() -> None:
    rules = war("a1 b1 c2", "a5", Kind("man", step=ALL), line=3, misere=True)
    assert play(rules, "c2-c1")[7] == 2


def test_endings_are_judged_in_their_order() -> None:
    # Taking the last enemy piece on the far rank is far (a loss by misere) before eliminate (a win).
    rules = war("a4", "a5", Kind("man", capture=("N",)), far=True, eliminate=1, misere=True)
    assert play(rules, "a4xa5")[7] == 2


def test_royal_pieces_decide_whatever_their_place_in_the_list() -> None:
    for royal in (0, 1, 2, 3):
        names = ("man", "rook", "lion", "crow")
        kinds = tuple(Kind(name, capture=ALL, royal=i == royal) for i, name in enumerate(names))
        x, o = (("a1",), ("b1",), ("c1",), ("d1",)), (("a2",), ("b2",), ("c2",), ("d2",))
        rules = Rules("War", SQUARE, kinds, x, o, stalemate="lose")
        taken, spared = f"{'abcd'[royal]}1x{'abcd'[royal]}2", f"{'abcd'[royal - 1]}1x{'abcd'[royal - 1]}2"
        assert play(rules, taken)[7] == 1
        assert play(rules, spared)[7] == 0


@pytest.mark.parametrize(("stalemate", "result"), [("lose", 1), ("win", 2), ("draw", 3), ("count", 1)])
def test_a_player_without_action_ends_the_game_at_once(stalemate: Any, result: int) -> None:
    rules = war("a1 b1", "a5", Kind("man", step=("N",)), stalemate=stalemate)
    assert play(rules, "a1-a2")[7] == 0
    assert play(rules, "a1-a2", "a5-a4", "a2-a3")[7] == result


def test_two_passes_in_a_row_end_the_game() -> None:
    rules = war("a1 b1", "a3", Kind("man", step=("N",)), stalemate="pass", board=Board("square", 2, 3))
    state = play(rules, "a1-a2", "pass", "b1-b2", "pass", "b2-b3", "pass")
    assert state[7] == 0
    assert list(moves_of(rules, state)) == ["pass"]
    state = play(rules, "a1-a2", "pass", "b1-b2", "pass", "b2-b3", "pass", "pass")
    assert (state[7], state[6]) == (1, 7)


def test_a_start_without_action_is_settled() -> None:
    rules = war("a5", "b1", Kind("man", step=("N",)), stalemate="lose")
    assert kernel.result_of(kernel.start_state(build_tables(rules))) == 2


def test_a_step_of_a_clone_leaves_a_copy_but_its_leap_does_not() -> None:
    rules = war("a1", "e5", Kind("man", step=ALL, leap="ring", clone=True), burn=True)
    assert cells(rules, play(rules, "a1-a2")[0]) == "a1 a2"
    state = play(rules, "a1-a3")
    assert (cells(rules, state[0]), cells(rules, state[4])) == ("a3", "a1")


def test_jump_and_vault_over_the_same_enemy_are_two_moves() -> None:
    rules = war("a1", "b1 e5", Kind("man", jump=("E",), vault=("E",)), captures=2)
    assert list(moves_of(rules, play(rules))) == ["a1xc1", "a1-c1"]
    state = play(rules, "a1xc1")
    assert (cells(rules, state[1]), int(state[8])) == ("e5", 1)


def test_a_slide_goes_round_a_torus_but_not_onto_itself() -> None:
    rules = war("a1", "c4 c5", Kind("man", slide=("E",), slide_capture=("E", "SW")), board=TORUS)
    assert list(moves_of(rules, play(rules))) == ["a1-b1", "a1-c1", "a1-d1", "a1-e1"]
    rules = war("a1", "c3 c5", Kind("man", slide_capture=("SW",)), board=TORUS)
    assert list(moves_of(rules, play(rules))) == ["a1xc3"]


def test_a_flank_needs_another_own_piece_at_its_end() -> None:
    # On the torus the line a1 (b1 c1 d1 e1) comes back to a1 itself.
    atoms: dict[str, Any] = {"effect": "flank_remove", "flank_length": 16, "captures": 3}
    rules = war("a2", "b1 c1 d1 e1", Kind("man", step=("S",)), board=TORUS, **atoms)
    assert cells(rules, play(rules, "a2-a1")[1]) == "b1 c1 d1 e1"
    rules = war("e1 a2", "b1 c1 d1", Kind("man", step=("S",)), board=TORUS, **atoms)
    state = play(rules, "a2-a1")
    assert (cells(rules, state[1]), int(state[7])) == ("", 1)
    short = war("e1 a2", "b1 c1 d1", Kind("man", step=("S",)), board=TORUS, **{**atoms, "flank_length": 2})
    assert cells(short, play(short, "a2-a1")[1]) == "b1 c1 d1"


def test_captures_by_move_count_even_where_the_effect_flips() -> None:
    atoms: dict[str, Any] = {"effect": "infect", "captures": 1}
    rules = war("a1 e1", "a2 b2 e4", Kind("man", step=("N",), capture=("N",)), **atoms)
    assert play(rules, "a1xa2")[7] == 1
    state = play(rules, "e1-e2", "e4-e3")
    assert (cells(rules, state[0]), int(state[9]), int(state[7])) == ("a1", 0, 0)


def test_surrounded_groups_are_judged_before_any_is_removed() -> None:
    board = Board("square", 5, 1)
    rules = Rules("T", board, (Kind(),), (("a1",),), (("b1", "d1"),), place="any", effect="surround", captures=5)
    state = play(rules, "c1")
    assert (cells(rules, state[0]), cells(rules, state[1]), int(state[8])) == ("a1 c1", "d1", 1)


def test_connection_of_the_start_position_counts_from_the_first_action() -> None:
    board = Board("rhombus", 3, 3)
    rules = Rules("T", board, (Kind(),), (("a1", "a2", "a3"),), (("c1",),), place="any", connect="own_sides")
    assert play(rules, "b2")[7] == 1


def test_contact_does_not_bind_at_the_start_or_where_it_leaves_no_placement() -> None:
    rules = Rules("T", Board("square", 3, 3), place="any", contact="ban", line=3)
    assert len(moves_of(rules, play(rules))) == 9
    assert len(moves_of(rules, play(rules, "b2"))) == 8
    assert list(moves_of(rules, play(rules, "a1"))) == ["c1", "c2", "a3", "b3", "c3"]
    must = replace(rules, contact="must")
    assert list(moves_of(must, play(must, "a1"))) == ["b1", "a2", "b2"]


def test_a_double_turn_starts_with_a_single_action() -> None:
    rules = Rules("T", Board("square", 3, 3), place="any", double=True, line=3)
    players = [int(play(rules, *["a1", "b1", "c1", "a2", "b2"][:n])[5]) for n in range(6)]
    assert players == [0, 1, 1, 0, 0, 1]


def test_must_capture_forbids_placing() -> None:
    kind = Kind("man", step=ALL, capture=ALL)
    rules = war("a1", "b2 e5", kind, place="any", mixed=True, must_capture=True)
    assert list(moves_of(rules, play(rules))) == ["a1xb2"]


def test_the_cap_scores_the_game() -> None:
    rules = war("a1 b1", "a5", Kind("man", step=ALL), cap=2)
    assert play(rules, "a1-a2", "a5-a4")[7] == 1
    assert play(replace(rules, score="fewest"), "a1-a2", "a5-a4")[7] == 2


def test_tables_are_shared_by_content_and_refuse_what_does_not_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    assert build_tables(tic_tac_toe()) is build_tables(replace(tic_tac_toe(), name="Other"))
    monkeypatch.setattr(kernel, "MAXPATTERNS", 5)
    rules = Rules("T", Board("square", 3, 4), place="any", line=3, cap=11)
    assert len(patterns(rules)) > 5
    with pytest.raises(RulesError, match="atom line"):
        build_tables(rules)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_random_games_of_random_rules_are_sound(seed: int) -> None:
    generator = np.random.default_rng(seed)
    rules = random_rules(generator)
    g = build_tables(rules)
    state, plies, everything = kernel.start_state(g), 0, int(g["full"])
    while not kernel.is_over(state):
        moves = kernel.legal_moves(g, state)
        assert len({format_move(rules, int(move)) for move in moves}) == len(moves) > 0
        kernel.apply(g, state, int(generator.choice(moves)))
        plies += 1
        x, o, low, high, burnt = (int(state[i]) for i in range(5))
        assert x & o == (x | o) & burnt == (low | high) & ~(x | o) == 0
        assert x | o | burnt | everything == everything
        assert int(state[6]) == plies <= rules.cap
    assert len(kernel.legal_moves(g, state)) == 0


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_playouts_pick_every_legal_move_equally_often(seed: int) -> None:
    generator = np.random.default_rng(seed)
    g = build_tables(random_rules(generator))
    state, rng, scratch = kernel.start_state(g), kernel.new_rng(seed), np.empty(kernel.MAXMOVES, np.int32)
    for _ in range(6):
        if kernel.is_over(state):
            break
        moves = [int(move) for move in kernel.legal_moves(g, state)]
        picked = [int(kernel.pick(g, state, scratch, rng)) for _ in range(40 * len(moves))]
        found = np.array([picked.count(move) for move in moves])
        assert found.sum() == len(picked)
        # Each count is about Poisson(40) or less spread; 7 standard deviations on either side.
        assert found.min() > 3 or len(moves) == 1
        assert found.max() < 90 or len(moves) == 1
        kernel.apply(g, state, int(generator.choice(moves)))
