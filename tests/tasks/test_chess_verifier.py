"""The verifier of chess answers what python-chess and the specs imply, in the player's notation, and nothing else."""

from __future__ import annotations

from typing import Any

import chess
import chess.variant
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quickstudy.tasks.chess_challenge import ChessSkill
from quickstudy.tasks.chess_variants.interpreter import SpecPosition
from quickstudy.tasks.chess_variants.movetext import write_movetext
from quickstudy.tasks.chess_variants.variant import load_variant
from quickstudy.tasks.chess_verifier import ChessVerifier
from quickstudy.tasks.examples.chess_openings import list_chess_openings
from quickstudy.tasks.examples.chess_probes import load_chess_probes
from quickstudy.tasks.verifier import HELD_OUT, ILLEGAL_LINE, MOST_MOVES, VERIFIED, Query


def open_verifier(name: str, skin: int = 0) -> ChessVerifier:
    return ChessVerifier(ChessSkill(load_variant(name), skin_number=skin))


CHESS, FNIPIL, SHUFFLED = (open_verifier(name) for name in ("orthodox", "fnipil", "chess960"))
BOARDS = {"orthodox": chess.Board, "crazyhouse": chess.variant.CrazyhouseBoard, "atomic": chess.variant.AtomicBoard}


@settings(max_examples=12)
@given(st.sampled_from(sorted(BOARDS)), st.integers(0, 1 << 30), st.integers(1, 60), st.booleans())
def test_a_verified_line_is_one_that_python_chess_plays(name: str, seed: int, plies: int, squares: bool) -> None:
    rng, board, san, uci = np.random.default_rng(seed), BOARDS[name](), list[str](), list[str]()
    while board.outcome() is None and not board.is_repetition(3) and len(san) < plies:
        legal = sorted(board.legal_moves, key=str)
        move = legal[int(rng.integers(len(legal)))]
        san.append(board.san(move))
        uci.append(board.uci(move))
        board.push(move)
    verifier = open_verifier(name)
    line = verifier.follow(uci if squares else san)
    assert line.reading in (VERIFIED, HELD_OUT)
    if line.reading == VERIFIED:
        result = "1/2-1/2" if board.is_repetition(3) else board.result()
        assert list(line.moves) == san and line.position.fen == board.fen() and len(line.states) == len(san)
        assert line.result == result.strip("*")
        wrong = verifier.follow([*san, "Kh9", *san])
        assert (wrong.reading, wrong.fault, list(wrong.moves)) == (ILLEGAL_LINE, "Kh9", san)


@settings(max_examples=8)
@given(st.sampled_from(["fnipil", "vrarkuvit"]), st.integers(0, 1 << 30))
def test_a_whole_game_ends_as_the_interpreter_says(name: str, seed: int) -> None:
    variant, rng, san = load_variant(name), np.random.default_rng(seed), list[str]()
    assert variant.spec is not None
    position = SpecPosition(variant.spec)
    while position.result is None:
        legal = position.list_moves()
        move = legal[int(rng.integers(len(legal)))]
        san.append(position.write_move(move))
        position.push(move)
    verifier = open_verifier(name)
    line = verifier.follow(san)
    if line.reading == VERIFIED:
        assert line.result == verifier.results[position.result] and list(line.moves) == san
        more = verifier.follow([*san, san[0]])
        assert (more.reading, more.fault, more.result) == (ILLEGAL_LINE, san[0], line.result)


def test_numbers_of_moves_need_not_be_left_out() -> None:
    san = ["e4", "e5", "Nf3", "Nc6"]
    for position in (" ".join(write_movetext(san)), "1.e4 e5 2.Nf3 Nc6", "e2e4 e7e5 g1f3 b8c6", san):
        query = CHESS.read_query({"ask": "line", "position": position})
        assert query is not None and list(CHESS.follow(query.moves).moves) == san


def test_a_line_is_legal_up_to_its_first_fault() -> None:
    line = CHESS.follow(["e4", "e5", "Ke2", "Kf9", "d4"])
    assert (line.reading, line.fault, line.moves) == (ILLEGAL_LINE, "Kf9", ("e4", "e5", "Ke2"))
    line = CHESS.follow("f3 e5 g4 Qh4# a3".split())
    assert (line.reading, line.fault, line.result) == (ILLEGAL_LINE, "a3", "0-1")


def test_nothing_is_said_of_what_is_kept_for_tests() -> None:
    opening = list(list_chess_openings(FNIPIL.skill.variant)[0].moves)
    probe = list(load_chess_probes(FNIPIL.skill.variant).probes[0].moves)
    for moves in (opening, probe):
        line = FNIPIL.follow(moves)
        assert line.reading == HELD_OUT and line.states == ()
        assert FNIPIL.follow([*moves, "Kz9"]).reading == HELD_OUT
        task = FNIPIL.read_task({"position": " ".join(moves), "claim": "can_win", "answer": False})
        assert task is not None
        verdict = FNIPIL.judge(task, line)
        assert (verdict.reading, verdict.truth, verdict.agrees) == (HELD_OUT, (), False)
    assert FNIPIL.follow(opening[:-1]).reading == VERIFIED


def test_a_skin_is_taken_off_what_is_asked_and_put_on_what_is_answered() -> None:
    skinned, moves = open_verifier("fnipil", 3), ["Mb3", "Md4"]
    shown = skinned.write_moves(moves)
    assert shown != moves
    line = skinned.follow(shown)
    assert line.moves == tuple(moves) and skinned.follow(moves).reading == ILLEGAL_LINE
    letter = shown[0][0]
    assert letter in skinned.write_board(line) and "M" not in skinned.write_board(line).split()[0]
    query = skinned.read_query({"ask": "claim", "position": shown, "claim": "legal", "move": f"{letter}c4"})
    assert query is not None and skinned.decide(query, line) == (f"{letter}c4" in list_shown(skinned, line))


def list_shown(verifier: ChessVerifier, line: Any) -> list[str]:
    situation = verifier.look(line)
    return verifier.write_moves([situation.write_move(move) for move in situation.options])


def test_a_position_of_chess960_begins_with_the_name_of_its_start() -> None:
    line = SHUFFLED.follow(["[BBQNNRKR]", "d4", "O-O"])
    assert (line.reading, line.fault, line.moves) == (ILLEGAL_LINE, "O-O", ("[BBQNNRKR]", "d4"))
    line = SHUFFLED.follow(["[BBQNNRKR]", "d4"])
    assert line.moves == ("[BBQNNRKR]", "d4") and len(line.states) == 1
    assert SHUFFLED.write_board(line).startswith("bbqnnrkr/pppppppp/8/8/3P4/8/PPP1PPPP/BBQNNRKR b HFhf ")
    unknown = SHUFFLED.follow(["[KKKKKKKK]", "d4"])
    assert (unknown.reading, unknown.fault, unknown.moves) == (ILLEGAL_LINE, "[KKKKKKKK]", ())
    for position in ("", "d4", "1. d4"):
        assert SHUFFLED.read_query({"ask": "line", "position": position}) is None
    assert SHUFFLED.sample_start == "[RNBQKBNR]" and CHESS.sample_start == ""


def judge(**given: Any) -> tuple[str, Any, bool, float]:
    task = CHESS.read_task({"position": "1. e4 d5", **given})
    assert task is not None
    verdict = CHESS.judge(task, CHESS.follow(task.moves))
    return verdict.reading, verdict.truth, verdict.agrees, verdict.chance


def test_a_task_agrees_with_the_rules_or_not() -> None:
    options = 31
    assert judge(claim="captures", count=1, answer="e4d5") == (VERIFIED, ("exd5",), True, 1 / options)
    assert judge(claim="captures", count=1, answer="Nf3")[2] is False
    assert judge(claim="captures", count=1, answer="Kz9")[2] is False
    assert judge(claim="captures", count=1, move="exd5", answer=True) == (VERIFIED, True, True, 0.5)
    assert judge(claim="legal", move="Ke3", answer=False) == (VERIFIED, False, True, 0.5)
    assert judge(claim="turn", side="White", answer=True)[2] is True
    assert judge(claim="options", count=options, answer=True)[2] is True
    assert judge(position="f3 e5 g4", claim="wins", answer="Qh4")[1:3] == (("Qh4#",), True)
    assert judge(position="e4 e4", claim="can_win", answer=False)[0] == ILLEGAL_LINE


@pytest.mark.parametrize(
    "given",
    [
        None,
        {"ask": "line"},
        {"ask": "line", "position": 7},
        {"ask": "line", "position": ["e4", 7]},
        {"ask": "line", "position": "x" * 99},
        {"ask": "line", "position": ["e4"] * (MOST_MOVES + 1)},
        {"ask": "claim", "position": "", "claim": "wins"},
        {"ask": "claim", "position": "", "claim": "turn", "side": "X"},
    ],
)
def test_what_is_no_question_is_not_read(given: Any) -> None:
    assert CHESS.read_query(given) is None


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.sampled_from(["line", "claim", "1. e4"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["ask", "position", "claim", "of", "move", "count", "side", "answer"]), inner)
    ),
    max_leaves=12,
)


@settings(max_examples=50)
@given(_JSON)
def test_any_json_is_read_or_refused_and_what_is_read_has_an_answer(given: Any) -> None:
    query, task = CHESS.read_query(given), CHESS.read_task(given)
    if isinstance(query, Query):
        assert CHESS.read_query(query.to_json(CHESS.sides)) == query
        line = CHESS.follow(query.moves)
        assert query.claim is None or CHESS.decide(query, line) in (True, False)
    if task is not None:
        assert 0.0 <= CHESS.judge(task, CHESS.follow(task.moves)).chance <= 1.0
