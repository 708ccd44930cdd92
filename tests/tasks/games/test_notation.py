"""Notation: one text for each legal move, boards that can be read back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quickstudy.tasks.games import kernel
from quickstudy.tasks.games.board import Board
from quickstudy.tasks.games.notation import (
    cell_symbols,
    draw_board,
    format_move,
    parse_move,
    symbols,
)
from quickstudy.tasks.games.rules import Kind, Rules
from quickstudy.tasks.games.tables import build_tables
from tests.drawn_boards import read_board
from tests.known_games import tic_tac_toe
from tests.random_rules import random_rules

SEEDS = st.integers(0, 10_000)


def positions(rules: Rules, seed: int) -> Iterator[tuple[kernel.State, kernel.Moves]]:
    """States and legal moves of one random game, to its end."""
    rng, g = np.random.default_rng(seed), build_tables(rules)
    state = kernel.start_state(g)
    while True:
        legal = kernel.legal_moves(g, state)
        yield state, legal
        if len(legal) == 0:
            return
        kernel.apply(g, state, int(legal[rng.integers(len(legal))]))


@given(SEEDS)
def test_each_legal_move_has_its_own_text_and_reads_back(seed: int) -> None:
    rules = random_rules(np.random.default_rng(seed))
    for _, legal in positions(rules, seed):
        texts = [format_move(rules, int(move)) for move in legal]
        assert len(set(texts)) == len(texts)
        assert [parse_move(rules, text, legal) for text in texts] == legal.tolist()
        assert [parse_move(rules, f" [{text.upper()}] ", legal) for text in texts] == legal.tolist()


@given(SEEDS)
def test_drawn_boards_read_back(seed: int) -> None:
    rules = random_rules(np.random.default_rng(seed))
    for state, _ in positions(rules, seed):
        assert read_board(rules, draw_board(rules, state).split("\n")) == cell_symbols(rules, state)


def test_random_boards_cover_every_topology_with_holes_and_burnt_cells() -> None:
    seen = set()
    for seed in range(150):
        rules = random_rules(np.random.default_rng(seed))
        *_, (state, _) = positions(rules, seed)
        drawn = cell_symbols(rules, state)
        assert read_board(rules, draw_board(rules, state).split("\n")) == drawn
        board = rules.board
        seen |= {(board.shape, board.edges), ("holes", str(bool(board.holes))), ("burnt", str("#" in drawn))}
        seen.add(("ranks", str(board.ranks > 9)))
    edges = ("plain", "cylinder", "torus")
    assert seen == {
        *((shape, edge) for shape in ("square", "rhombus") for edge in edges),
        ("hexagon", "plain"),
        *((what, flag) for what in ("holes", "burnt") for flag in ("True", "False")),
        ("ranks", "False"),
    }


MAN = Kind("man", step=("N", "E"), capture=("N",))
HOLED = Board("square", 4, 3, holes=("d3",))


def war(*, burn: bool = False) -> Rules:
    """Two kinds of pieces; X to move has a1-a2, a1xb1, b2xb3, b2-c2, c1-c2 and the jump c1xe1."""
    kinds = (Kind("man", step=("N", "E"), capture=("N", "E")), Kind("king", step=("N",), jump=("E",)))
    x, o = (("a1", "b2"), ("c1",)), (("b1", "d1"), ("b3",))
    return Rules("War", Board("square", 5, 3), kinds, x, o, score="most", burn=burn)


def start(rules: Rules) -> tuple[kernel.State, kernel.Moves]:
    state = kernel.start_state(build_tables(rules))
    return state, kernel.legal_moves(build_tables(rules), state)


def named(rules: Rules, text: str) -> str | None:
    """The canonical text of the move that a text names at the start of a game."""
    move = parse_move(rules, text, start(rules)[1].tolist())
    return None if move is None else format_move(rules, move)


def test_moves_have_their_canonical_texts() -> None:
    rules = war()
    texts = {format_move(rules, int(move)) for move in start(rules)[1]}
    assert texts == {"a1-a2", "a1xb1", "b2xb3", "b2-c2", "c1-c2", "c1xe1"}
    assert {format_move(tic_tac_toe(), int(move)) for move in start(tic_tac_toe())[1]} == {
        f"{file}{rank}" for file in "abc" for rank in "123"
    }


@pytest.mark.parametrize(
    ("text", "move"),
    [
        ("a1-a2", "a1-a2"),
        (" A1-A2\n", "a1-a2"),
        ("[a1-a2]", "a1-a2"),
        ("[ A1xB1 ]", "a1xb1"),
        ("a1 - a2", "a1-a2"),
        ("a1X b1", "a1xb1"),
        ("a1a2", "a1-a2"),
        ("a1 a2", "a1-a2"),
        ("c1e1", "c1xe1"),
        ("b1", None),  # only moving is allowed here
        ("a1xa2", None),  # says that it captures, but does not
        ("a1-b1", None),
        ("a2-a1", None),
        ("a1", None),
        ("a2", None),
        ("a1-a2-a3", None),
        ("a1--a2", None),
        ("a1-a2!", None),
        ("man a1-a2", None),
        ("a1-a2 a1xb1", None),
        ("e2-e4", None),
        ("z1-z2", None),
        ("0000", None),
        ("--", None),
        ("pass", None),
        ("resign", None),
        ("", None),
        ("[]", None),
        ("\ud800", None),
        ("a٢", None),
        ("a1-a2" + " " * 10_000 + "!", None),
    ],
)
def test_texts_name_moves_only_where_one_can_be_meant(text: str, move: str | None) -> None:
    assert named(war(), text) == move


def test_a_move_without_its_sign_needs_to_be_the_only_one() -> None:
    rules = war()
    step = next(int(move) for move in start(rules)[1] if format_move(rules, int(move)) == "a1-a2")
    capture = (step & ~(7 << 12)) | 2 << 12
    assert format_move(rules, capture) == "a1xa2"
    assert parse_move(rules, "a1a2", [step]) == step
    assert parse_move(rules, "a1a2", [capture]) == capture
    assert parse_move(rules, "a1a2", [step, capture]) is None


def test_a_pass_reads_back_where_it_is_legal() -> None:
    move = 5 << 12
    assert format_move(war(), move) == "pass"
    assert parse_move(war(), "pass", [move]) == move


def test_a_swap_reads_back_where_it_is_legal() -> None:
    rules = replace(tic_tac_toe(), swap=True)
    state, legal = start(rules)
    kernel.apply(build_tables(rules), state, int(legal[4]))
    legal = kernel.legal_moves(build_tables(rules), state)
    swap = next(int(move) for move in legal if format_move(rules, int(move)) == "swap")
    assert parse_move(rules, "swap", legal) == parse_move(rules, " [SWAP]", legal) == swap
    assert parse_move(rules, "swap", start(rules)[1]) is None
    kernel.apply(build_tables(rules), state, swap)
    assert draw_board(rules, state) == "3 . . .\n2 . o .\n1 . . .\n  a b c"


def test_boards_are_drawn_from_the_top_with_labels() -> None:
    state, _ = start(war())
    assert draw_board(war(), state) == "3 . k . . .\n2 . M . . .\n1 M m K m .\n  a b c d e"
    one = Rules("One", HOLED, (MAN,), (("a1",),), (("b3",),), score="most")
    assert draw_board(one, start(one)[0]) == "3 . o .\n2 . . . .\n1 x . . .\n  a b c d"
    slanted = replace(tic_tac_toe(), board=Board("rhombus", 3, 3))
    assert draw_board(slanted, start(slanted)[0]) == "3   . . .\n2  . . .\n1 . . .\n  a b c"
    hexagon = replace(tic_tac_toe(), board=Board("hexagon", 2, 2), line=3)
    assert draw_board(hexagon, start(hexagon)[0]) == "3 a-b  . .\n2 a-c . . .\n1 b-c  . ."
    tall = replace(tic_tac_toe(), board=Board("square", 2, 10))
    assert draw_board(tall, start(tall)[0]).split("\n")[:2] == ["10 . .", " 9 . ."]
    assert read_board(tall, draw_board(tall, start(tall)[0]).split("\n")) == ["."] * 20


def test_burnt_cells_are_hashes_and_kinds_are_letters() -> None:
    rules = war(burn=True)
    state, legal = start(rules)
    kernel.apply(build_tables(rules), state, int(parse_move(rules, "b2-c2", legal.tolist()) or 0))
    assert draw_board(rules, state) == "3 . k . . .\n2 . # M . .\n1 M m K m .\n  a b c d e"
    assert symbols(rules) == {(0, 0): "M", (0, 1): "K", (1, 0): "m", (1, 1): "k"}
    assert symbols(tic_tac_toe()) == {(0, 0): "x", (1, 0): "o"}


@pytest.mark.parametrize(
    ("lines", "cell"),
    [
        (["3 . . .", "2 . x .", "  a b c"], "a1"),
        (["3 . . .", "2 . x", "1 . . ."], "c2"),
        (["no board at all"], "a1"),
        ([], "a1"),
    ],
)
def test_an_incomplete_drawing_is_refused_with_the_cell_named(lines: list[str], cell: str) -> None:
    with pytest.raises(ValueError, match=f"no symbol for {cell}"):
        read_board(tic_tac_toe(), lines)
