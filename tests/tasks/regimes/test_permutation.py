"""Permuted notes: the words stay, their meaning goes."""

from __future__ import annotations

import re

import numpy as np

from quickstudy.tasks.regimes.notes import Item, Notes
from quickstudy.tasks.regimes.permutation import permute_cells, permute_squares
from tests.known_games import breakthrough

CELLS = breakthrough(5).board.names
NOTES = Notes((Item("advice", "own man on: a1 +3, b2 -4, c3 +50"), Item("reason", "d4 is weak, e5 too")))


def test_cells_and_numbers_are_exchanged_and_words_stay() -> None:
    found = permute_cells(NOTES, CELLS, np.random.default_rng(1))
    pattern = re.compile(r"\b[a-e][1-5]\b|[+-]\d+")
    assert [pattern.sub("*", item.text) for item in found.items] == [
        pattern.sub("*", item.text) for item in NOTES.items
    ]
    assert sorted(re.findall(r"[+-]\d+", found.text)) == sorted(re.findall(r"[+-]\d+", NOTES.text))
    cells = re.findall(r"\b[a-e][1-5]\b", found.text)
    assert len(set(cells)) == 5 and cells != ["a1", "b2", "c3", "d4", "e5"]


def test_the_same_seed_permutes_the_same_way() -> None:
    first, again = (permute_cells(NOTES, CELLS, np.random.default_rng(7)) for _ in range(2))
    assert first == again != NOTES


PIECES = [("N", "knight"), ("R", "rook"), ("K", "king")]
SQUARES = [file + rank for file in "abcdefgh" for rank in "12345678"]


def permute(text: str) -> str:
    notes = Notes((Item("advice", text),))
    return permute_squares(notes, SQUARES, PIECES, np.random.default_rng(1)).items[0].text


def test_squares_and_letters_of_pieces_are_exchanged_consistently_also_within_moves() -> None:
    squares, letters = SQUARES, [letter for letter, _ in PIECES]
    new = dict(zip(squares, permute(" ".join(squares)).split(), strict=True))
    assert sorted(new.values()) == sorted(squares) and new != {square: square for square in squares}
    became = {letter: permute(f"{letter}f3")[0] for letter in letters}
    assert sorted(became.values()) == sorted(letters) and all(old != other for old, other in became.items())
    n, r = became["N"], became["R"]
    assert permute("Nf3 Nxf3+ Nbd7 R1xe2# e4e5 exd5 e8=N a7a8n") == (
        f"{n}{new['f3']} {n}x{new['f3']}+ {n}b{new['d7']} {r}1x{new['e2']}# {new['e4']}{new['e5']} "
        f"ex{new['d5']} {new['e8']}={n} {new['a7']}{new['a8']}{n.lower()}"
    )


def test_names_of_pieces_follow_their_letters_and_other_words_stay() -> None:
    names = dict(PIECES)
    for letter, name in PIECES:
        other = names[permute(f"{letter}f3")[0]]
        assert permute(f"The {name}s like rooftops; {name.capitalize()} alone") == (
            f"The {other}s like rooftops; {other.capitalize()} alone"
        )
    assert permute("O-O wins 1-0, pawns first") == "O-O wins 1-0, pawns first"


def test_only_signed_numbers_that_stand_alone_are_exchanged() -> None:
    text = permute("own pawn on: zz +1, zy -2, zx +3; it was 1-0")
    assert sorted(re.findall(r"[+-]\d+", text)) == ["+1", "+3", "-0", "-2"] and text.endswith("1-0")
