"""Published variants: python-chess has the rules, the engine agrees, and texts name moves as PGN does."""

from __future__ import annotations

import chess
import pytest

from quickstudy.tasks.chess_variants.library import PUBLISHED, LibraryPosition
from quickstudy.tasks.chess_variants.movetext import read_movetext, write_movetext
from quickstudy.tasks.chess_variants.position import BLACK, DRAW, WHITE
from quickstudy.tasks.chess_variants.variant import Variant, load_variant
from quickstudy.tasks.learners.chess_reader import is_chess, read_variant
from quickstudy.tasks.opponents.engine_pool import borrow_engine
from quickstudy.tasks.seeds import new_generator

# of the usual start position, from the Chess Programming Wiki's "Perft Results"
PERFT = {"orthodox": (20, 400, 8902), "chess960": (20, 400, 8902)}


def play(variant: str, *moves: str) -> LibraryPosition:
    position = LibraryPosition(variant)
    for move in moves:
        found = position.read_move(move)
        assert found is not None, move
        position.push(found)
    return position


def count(board: chess.Board, depth: int) -> int:
    if depth == 0:
        return 1
    total = 0
    for move in board.legal_moves:
        board.push(move)
        total += count(board, depth - 1)
        board.pop()
    return total


@pytest.mark.parametrize("name", PERFT)
def test_the_start_has_the_published_numbers_of_positions(name: str) -> None:
    board = LibraryPosition(name).board
    assert tuple(count(board, depth) for depth in (1, 2, 3)) == PERFT[name]


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_engine_agrees_on_every_legal_move_of_a_game(name: str) -> None:
    variant, rng = load_variant(name), new_generator("library", name)
    position = variant.start(17)
    with borrow_engine(variant.for_engine) as engine:
        for _ in range(30):
            moves = position.list_moves()
            if not moves:
                break
            assert engine.list_moves(position.fen) == sorted(moves), position.fen
            move = moves[int(rng.integers(len(moves)))]
            assert position.read_move(position.write_move(move)) == move
            position.push(move)


@pytest.mark.slow
@pytest.mark.parametrize("name", PUBLISHED)
def test_engine_and_python_chess_have_the_same_moves_in_every_position_two_plies_deep(name: str) -> None:
    variant = load_variant(name)
    start = variant.start(17)
    with borrow_engine(variant.for_engine) as engine:
        for first in start.list_moves():
            after = start.copy()
            after.push(first)
            assert engine.list_moves(after.fen) == sorted(after.list_moves())
            for second in after.list_moves():
                later = after.copy()
                later.push(second)
                assert engine.list_moves(later.fen) == sorted(later.list_moves()), later.fen


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_reader_of_the_rules_knows_which_variant_is_played(name: str) -> None:
    text = load_variant(name).text
    found = read_variant(text)
    assert is_chess(text) and isinstance(found, Variant) and found.name == name


def test_moves_are_read_in_algebraic_notation_and_as_squares() -> None:
    position = play("orthodox", "e4", "e7e5", "Nf3")
    assert position.moves == ["e2e4", "e7e5", "g1f3"] and position.turn == BLACK


@pytest.mark.parametrize("text", ["--", "0000", "Z0", "Nd2", "e5", "", "Nbd7", "e7e8q", "🙂"])
def test_null_moves_ambiguous_and_illegal_ones_name_nothing(text: str) -> None:
    position = play("orthodox", "Nf3", "a6", "d3", "a5")  # both knights can go to d2
    assert position.read_move(text) is None


def test_castling_of_chess960_takes_the_rook() -> None:
    position = LibraryPosition("chess960", 518)
    for move in ("g1f3", "a7a6", "g2g3", "a6a5", "f1g2", "a5a4"):
        position.push(move)
    assert "e1h1" in position.list_moves() and position.write_move("e1h1") == "O-O"
    assert position.read_move("O-O") == "e1h1"


def test_fools_mate_wins_and_repetition_draws() -> None:
    assert play("orthodox", "f3", "e5", "g4", "Qh4#").result == BLACK
    position = play("orthodox", *("Nf3", "Nf6", "Ng1", "Ng8") * 2)
    assert position.result == DRAW and position.list_moves() == []


def test_a_third_check_and_a_king_on_the_hill_win() -> None:
    position = play("three-check", "e4", "f6", "Qh5+", "g6", "Qxg6+", "hxg6", "Bc4", "a6", "Bf7+")
    assert position.result == WHITE
    assert load_variant("king-of-the-hill").start().result is None


def test_peeking_sees_mate_and_changes_nothing() -> None:
    position = play("orthodox", "f3", "e5", "g4")
    before = position.fen
    pieces, result = position.peek("d8h4")
    assert result == BLACK and pieces["q"] == 1 << chess.H4 and position.fen == before
    assert position.peek("a7a6")[1] is None


def test_movetext_has_numbers_the_drawn_start_and_the_result() -> None:
    words = write_movetext(["e4", "e5", "Nf3"], ["[NRBKQBRN]"])
    assert words == ["[NRBKQBRN]", "1.", "e4", "e5", "2.", "Nf3"]
    assert read_movetext(" ".join([*words, "1/2-1/2"])) == ("NRBKQBRN", ["e4", "e5", "Nf3"], DRAW)
    assert read_movetext("1. e4 e5") == ("", ["e4", "e5"], None)
