"""Skins of invented chess variants: everything a player reads and writes has other names, and means the same."""

from __future__ import annotations

import re
from typing import Any, cast

from hypothesis import given, settings
from hypothesis import strategies as st

from quickstudy.scorers.recall import View
from quickstudy.tasks.chess_study import ChessStudy
from quickstudy.tasks.chess_variants.interpreter import SpecPosition
from quickstudy.tasks.chess_variants.skin import PLAIN, find_chess_skin
from quickstudy.tasks.chess_variants.spec import VariantSpec
from quickstudy.tasks.chess_variants.variant import load_variant
from quickstudy.tasks.direct import play_study, replay_study
from quickstudy.tasks.learners.chess_reader import read_variant

FNIPIL = load_variant("fnipil")
SPEC = cast(VariantSpec, FNIPIL.spec)
SHAPE: dict[str, Any] = {"examples": (2,), "sets": 1, "teacher": "random", "legal_moves": True}


def test_names_and_letters_are_others_and_the_game_is_the_same() -> None:
    skin = find_chess_skin(SPEC, 3)
    shown = skin.rename(SPEC)
    assert shown.name != SPEC.name and find_chess_skin(SPEC, 4) != skin
    own, new = ({piece.letter for piece in spec.pieces} for spec in (SPEC, shown))
    assert own & new == {"K", "P"} and len(new) == len(own)
    assert not {piece.name for piece in shown.pieces} & {p.name for p in SPEC.pieces} - {"king", "pawn"}
    assert [piece.betza for piece in shown.pieces] == [piece.betza for piece in SPEC.pieces]
    assert SpecPosition(shown).list_moves() == SpecPosition(SPEC).list_moves()
    told = read_variant(FNIPIL.wear(skin).text)
    assert isinstance(told, VariantSpec) and told.rows == shown.rows
    assert find_chess_skin(SPEC, 0) is PLAIN and PLAIN.rename(SPEC) == SPEC


@settings(max_examples=8, deadline=None)
@given(st.lists(st.integers(0, 40), min_size=30, max_size=60), st.integers(1, 1000))
def test_every_move_of_a_game_is_written_in_the_skin_and_read_back(choices: list[int], number: int) -> None:
    skin, position = find_chess_skin(SPEC, number), SpecPosition(SPEC)
    twin = SpecPosition(skin.rename(SPEC))
    for choice in choices:
        legal = position.list_moves()
        if not legal:
            break
        assert skin.draw(position) == (twin.draw_board(), twin.fen)
        move = legal[choice % len(legal)]
        (written,) = skin.write_moves([position.write_move(move)])
        renamed = twin.read_move(written)
        assert renamed is not None and position.read_move(skin.read_move(written)) == move
        assert position.read_move(skin.read_move(renamed)) == move, "also as two squares"
        position.push(move)
        twin.push(renamed)


@settings(max_examples=8, deadline=None)
@given(st.lists(st.integers(0, 40), min_size=20, max_size=40), st.integers(1, 1000))
def test_moves_in_a_text_are_written_as_moves_of_a_game_are(choices: list[int], number: int) -> None:
    skin, position, moves, squares = find_chess_skin(SPEC, number), SpecPosition(SPEC), list[str](), list[str]()
    for choice in choices:
        legal = position.list_moves()
        if not legal:
            break
        move = legal[choice % len(legal)]
        moves.append(position.write_move(move))
        squares.append(move)
        position.push(move)
    shown = skin.write_moves(moves)
    for form in ("%s", "(%s)", "best is %s, then", "1. %s!?"):
        written = [skin.write_text(SPEC, form % move) for move in moves]
        assert written == [form % move for move in shown]
    renamed = [skin.write_text(SPEC, move) for move in squares]
    assert [move[:4] for move in renamed] == [move[:4] for move in squares]
    assert [skin.read_move(move) for move in renamed] == squares


def test_names_and_letters_in_a_text_are_those_shown_and_all_else_stays() -> None:
    skin = find_chess_skin(SPEC, 1)
    (_, first, name), (_, second, other) = skin.pieces
    text = "In Fnipil a zlil (Z) on b3 beats the mraze: Zb3, exd6=M or c5c6m. Zlil before king K! A pawn is Zzz; zlils"
    shown = (
        f"In {skin.name} a {name} ({first}) on b3 beats the {other}: {first}b3, exd6={second} or c5c6{second.lower()}."
    )
    assert skin.write_text(SPEC, text) == f"{shown} {name.capitalize()} before king K! A pawn is Zzz; zlils"
    assert PLAIN.write_text(SPEC, text) == text
    assert skin.list_names(SPEC) == {
        "game": [("Fnipil", skin.name)],
        "pieces": [("zlil", name), ("mraze", other)],
        "letters": [("Z", first), ("M", second)],
    }


def test_an_answer_in_the_plain_notation_is_not_read() -> None:
    skin, position = find_chess_skin(SPEC, 1), FNIPIL.start()
    named = [position.write_move(move) for move in position.list_moves()]
    plain = [name for name in named if name[0] in "ZM"]
    assert plain and all(position.read_move(skin.read_move(name)) is None for name in plain)
    assert all(position.read_move(skin.read_move(name)) for name in named if name not in plain)


def test_nothing_in_a_prompt_has_the_variants_own_names() -> None:
    for kind in ("games", "outcomes", "moves"):
        made = ChessStudy("fnipil", **SHAPE, skin=2, kind=kind)
        turns = made.skill.revisit(ChessStudy("fnipil", **SHAPE).take(1, 0)[0].moves[:9])
        read = made.write_system(View.plain(2), 0) + "".join(turn.write_question() for turn in turns)
        assert not re.search(r"Fnipil|zlil|mraze|\b[ZM]x?[a-e]\d|\b[zm]\b", read)
    assert made.plan("m", "{}", View.plain(2), 0).cell["skin"] == 2


def test_learners_play_and_recall_in_a_skin_and_records_are_plain() -> None:
    made = ChessStudy("fnipil", **SHAPE, skin=2)
    (replay,) = replay_study(made, "quickstudy/copycat", 2, 6)
    assert all(move["reproduced"] for move in replay["replays"])
    shape = {**SHAPE, "examples": (0,), "games_per_match": 2, "opponents": ("nodes-1-e5",)}
    plain, shown = (
        next(play_study(ChessStudy("fnipil", **shape, skin=skin), "quickstudy/greedy"))["games"] for skin in (0, 2)
    )
    for game in shown:
        assert game["illegal"] == game["unreadable"] == 0
        position = FNIPIL.start()
        for text in game["moves"].split():
            position.push(position.read_move(text) or "")
    assert [game["opening"] for game in plain] == [game["opening"] for game in shown]
