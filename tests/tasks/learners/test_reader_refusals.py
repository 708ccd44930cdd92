"""Tests of the rules reader: what it does not understand, or what contradicts itself, is refused."""

from __future__ import annotations

from dataclasses import replace

import pytest

from quickstudy.tasks.games.board import Board
from quickstudy.tasks.games.rules import Kind, Rules
from quickstudy.tasks.games.wording import write_rules
from quickstudy.tasks.learners.draft import ReadError
from quickstudy.tasks.learners.reader import read_rules
from tests.tasks.learners.small_games import (
    ARMY,
    FEW,
    FLANKS,
    HAND,
    HEX_ARMY,
    HEX_STONES,
    HOLDS,
    KING,
    MAN,
    MEANT,
    PLACED,
    RHYTHM,
    STONES,
    lines,
)


@pytest.mark.parametrize("sentence", ["A man may swim: N.", "A man never moves. Or so.", "x"])
def test_an_unknown_sentence_is_quoted(sentence: str) -> None:
    with pytest.raises(ReadError) as error:
        read_rules(f"{write_rules(ARMY)}\n{sentence}")
    assert repr(sentence) in str(error.value)


@pytest.mark.parametrize(
    "missing",
    [
        "Army is a game",
        "The board has",
        "X starts",
        "O starts",
        "The players take",
        "An action is",
        "A game that",
    ],
)
def test_a_missing_sentence_is_named(missing: str) -> None:
    text = lines(write_rules(ARMY))
    kept = [line for line in text if not line.startswith(missing)]
    assert len(kept) == len(text) - 1
    with pytest.raises(ReadError, match="the text has no sentence on"):
        read_rules("\n".join(kept))


@pytest.mark.parametrize(
    ("known", "other"),
    [
        ("files a to e", "files a to d"),
        ("E of file e", "E of file d"),
        ("no cell at d4", "no cell at z4"),
        ("has a hole there", "has holes there"),
        ("no cell at d4", "no cell at d4 or e4"),
        ("A man may step", "An man may step"),
        ("like c2-c3", "like c2-d4"),
        ("like c2-c3", "like c2-c2"),
        ("like c2xd3", "like c2xz3"),
        ("in these eight directions.", "in these six directions."),
        ("X starts with: man a1 b1", "X starts with: man a1 a6"),
        ("man a1 b1; king c1", "man a1 a1; king c1"),
        ("man a1 b1; king c1", "king c1; man a1 b1"),
        ("N and S, E and W", "E and W"),
        ("2. One of your", "3. One of your"),
        ("you win.", "you lose."),
        ("rank 6 for X", "rank 5 for X"),
        ("(N-S, E-W, NE-SW or NW-SE)", "(E-W, NE-SW or NW-SE)"),
        ("A king may step", "A queen may step"),
        ("A man that captures", "A king that captures"),
        ("A man that captures takes the cell of the captured piece, which is removed.", "A man never moves."),
        ("A move is written with", "A placement is written as its cell, like c3.\nA move is written with"),
        ("A game that is scored", "A pass is made automatically and shown as pass.\nA game that is scored"),
        (
            "The first that holds ends",
            "After each action all flanked pieces are removed.\nThe first that holds ends",
        ),
        (
            "a turn is one action.",
            "a turn is one action.\nThere is no limit on the pieces a player may place.",
        ),
        ("An action is to move one of your pieces.", "An action is to place a man."),
    ],
)
def test_a_sentence_that_contradicts_the_others_is_refused(known: str, other: str) -> None:
    assert known in MEANT
    assert read_rules(MEANT).far
    with pytest.raises(ReadError):
        read_rules(MEANT.replace(known, other, 1))


@pytest.mark.parametrize(
    ("game", "known", "other"),
    [
        (HEX_ARMY, "with 5 ranks", "with 6 ranks"),
        (HEX_ARMY, "c1 to e1, b2 to e2", "c1 to e1, a2 to e2"),
        (replace(HEX_STONES, line=0, connect="own_sides"), "a1 b1 c1", "b1 c1"),
        (replace(STONES, line=0, shape="ell"), "a1 b1 c1 a2", "a1 b1 c1 d1"),
        (replace(STONES, line=0, shape="ell"), "an ell", "a ell"),
        (FEW, "2 pieces to place", "1 pieces to place"),
        (replace(FEW, hand=1), "1 piece to place", "2 piece to place"),
        (FLANKS, "1 to 2 of them", "1 to 1 of them"),
        (replace(HAND, eliminate=2), "fewer than 2 pieces", "fewer than 1 pieces"),
        (STONES, "like c3", "like f3"),
        (replace(STONES, points=2), "2 points", "1 points"),
        (replace(STONES, points=2), "score one point, however many there are, and with 2 points you win", "win"),
        (replace(STONES, points=2), "The first that ends the game counts; a point alone does not end it.", HOLDS),
        (STONES, HOLDS, "The first that ends the game counts; a point alone does not end it."),
        (replace(PLACED, swap=True), "becomes O's, where", "becomes O's and counts as placed by O, where"),
        (replace(PLACED, swap=True, hand=2), " and counts as placed by O", ""),
        (replace(PLACED, swap=True, contact="ban"), "a pass or a swap", "a pass"),
        (replace(PLACED, contact="ban"), "a pass.", "a pass or a swap."),
        (PLACED, "A placement is", "A swap is written as swap.\nA placement is"),
        (RHYTHM, "every 3rd ply", "every 3th ply"),
        (RHYTHM, "every 3rd ply", "every 4th ply"),
        (RHYTHM, "; once you have placed all of yours, it is always a move", ""),
        (replace(RHYTHM, must_capture=True), "At a ply for moving, if", "If"),
        (replace(HAND, must_capture=True), "If one of your moves", "At a ply for moving, if one of your moves"),
        (replace(ARMY, kinds=(replace(MAN, promotes="king"), KING)), "becomes a king", "becomes a man"),
        (replace(ARMY, kinds=(replace(MAN, promotes="king"), KING)), "becomes a king", "becomes a queen"),
        (replace(ARMY, kinds=(replace(MAN, promotes="king"), KING)), "rank 6 for X", "rank 5 for X"),
        (replace(STONES, score="most", only_x=("line",)), "Only for X", "Only for Y"),
        (replace(HAND, kinds=(replace(MAN, name="archer"), KING)), "to place an archer", "to place a archer"),
        (replace(HAND, kinds=(replace(MAN, name="archer"), KING)), "An archer may step", "A archer may step"),
        (replace(STONES, line=0, shape="ell"), "a1 b1 c1 a2", "a1 b1 c1 z2"),
        (
            replace(STONES, board=Board("square", 5, 5, "torus")),
            "rank 1 follows rank 5",
            "rank 1 follows rank 4",
        ),
    ],
)
def test_what_a_sentence_repeats_must_agree_with_the_spec(game: Rules, known: str, other: str) -> None:
    text = write_rules(game)
    assert known in text
    with pytest.raises(ReadError):
        read_rules(text.replace(known, other, 1))


DROPS = replace(STONES, place="drop")
JOINS = replace(HEX_STONES, line=0, connect="same_sides")
BOUND = replace(HAND, must_capture=True)


@pytest.mark.parametrize(
    ("game", "other", "start"),
    [
        (HEX_ARMY, ARMY, "Directions: "),
        (ARMY, HEX_ARMY, "Directions: "),
        (HEX_ARMY, ARMY, "The directions of moves"),
        (ARMY, HEX_ARMY, "The directions of moves"),
        (replace(HEX_STONES, place="drop"), DROPS, "A stone may be placed"),
        (DROPS, replace(HEX_STONES, place="drop"), "A stone may be placed"),
        (JOINS, replace(JOINS, board=Board("rhombus", 5, 5)), "1. One group"),
        (HAND, ARMY, "An action is"),
        (HAND, replace(HAND, kinds=(Kind("man"), Kind("king"))), "An action is"),
        (FEW, replace(FEW, kinds=(Kind("stone", step=("N",)),)), "An action is"),
        (replace(BOUND, mixed=True), BOUND, "If one of your moves"),
        (replace(ARMY, must_capture=True), replace(BOUND, mixed=True), "If one of your moves"),
        (STONES, ARMY, "A move is written"),
        (STONES, ARMY, "A move that captures"),
    ],
)
def test_a_sentence_that_holds_for_another_game_only_is_refused(game: Rules, other: Rules, start: str) -> None:
    foreign = [line for line in lines(write_rules(other)) if line.startswith(start)]
    kept = [line for line in lines(write_rules(game)) if not line.startswith(start)]
    at = next((i for i, line in enumerate(lines(write_rules(game))) if line.startswith(start)), len(kept))
    assert len(foreign) == 1
    with pytest.raises(ReadError, match="contradicts the rest of the text"):
        read_rules("\n".join([*kept[:at], *foreign, *kept[at:]]))


def test_an_empty_text_is_refused() -> None:
    with pytest.raises(ReadError, match="name"):
        read_rules(" \n")
