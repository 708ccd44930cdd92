"""Betza notation: leaps, riders, directions and modalities, and their English, which can be read back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quickstudy.tasks.chess_variants.betza import BetzaError, Ray, list_rays
from quickstudy.tasks.chess_variants.piece_wording import read_moves, write_moves

ATOMS = st.sampled_from([*"WFDNAHCZGKRBQ", "WW", "FF", "NN", "W3", "F2", "N2", "R2", "B3", "Q2"])
TERMS = st.tuples(st.sampled_from(["", "m", "c"]), st.sampled_from(["", *"fbsv"]), ATOMS).map("".join)


def is_piece(betza: str) -> bool:
    try:
        return bool(list_rays(betza))
    except BetzaError:
        return False


PIECES = st.lists(TERMS.filter(is_piece), min_size=1, max_size=3).map("".join)


def leaps(betza: str) -> set[tuple[int, int]]:
    return {ray.leap for ray in list_rays(betza)}


def test_a_wazir_steps_straight_and_a_ferz_diagonally() -> None:
    assert leaps("W") == {(0, 1), (1, 0), (0, -1), (-1, 0)}
    assert leaps("F") == {(1, 1), (1, -1), (-1, 1), (-1, -1)}


def test_the_pawn_of_chess_moves_ahead_and_captures_aside() -> None:
    assert set(list_rays("mfWcfF")) == {
        Ray((0, 1), 1, moves=True, captures=False),
        Ray((1, 1), 1, moves=False, captures=True),
        Ray((-1, 1), 1, moves=False, captures=True),
    }


def test_the_forward_leaps_of_a_knight_are_the_steep_ones() -> None:
    assert leaps("fN") == {(1, 2), (-1, 2)}
    assert leaps("sN") == {(2, 1), (-2, 1), (2, -1), (-2, -1)}


@pytest.mark.parametrize(("betza", "steps"), [("R", 0), ("R3", 3), ("W", 1), ("W2", 2), ("NN", 0)])
def test_numbers_and_doubled_letters_repeat_a_leap(betza: str, steps: int) -> None:
    assert {ray.steps for ray in list_rays(betza)} == {steps}


@pytest.mark.parametrize("betza", ["", "X", "fR!", "D2", "vF", "sF", "wW", "K2"])
def test_other_texts_are_refused_in_a_sentence(betza: str) -> None:
    with pytest.raises(BetzaError) as error:
        list_rays(betza)
    assert "\n" not in str(error.value)


@given(PIECES)
def test_the_english_of_a_piece_has_the_meaning_of_its_notation(betza: str) -> None:
    assert set(list_rays(read_moves(write_moves(betza)))) == set(list_rays(betza))


@given(PIECES, PIECES)
def test_pieces_that_move_otherwise_are_worded_otherwise(one: str, other: str) -> None:
    if set(list_rays(one)) != set(list_rays(other)):
        assert write_moves(one) != write_moves(other)


def test_a_clause_that_no_piece_has_is_refused() -> None:
    with pytest.raises(BetzaError, match="no piece moves like this: 'teleports'"):
        read_moves("moves or captures one square diagonally; teleports")
