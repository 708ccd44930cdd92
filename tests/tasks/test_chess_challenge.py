"""Chess as a skill: paired colours from test openings, answers in SAN or UCI, engine moves that follow from a seed."""

from __future__ import annotations

import asyncio

import pytest

from quickstudy.tasks.challenge import compute_inline
from quickstudy.tasks.chess_challenge import ChessChallenge, ChessSkill
from quickstudy.tasks.chess_variants.variant import load_variant
from quickstudy.tasks.opponents.uci import EngineFault

CHESS = ChessSkill(load_variant("orthodox"))


def advance(challenge: ChessChallenge) -> bool:
    return asyncio.run(challenge.advance(compute_inline))


def play_first_moves(challenge: ChessChallenge) -> list[str]:
    """The steps of a game in which the player takes the first legal move each time."""
    while advance(challenge):
        assert challenge.accept(challenge.position.list_moves()[0])
    return list(challenge.steps)


def test_a_pair_has_one_opening_and_both_colours() -> None:
    first, second = (CHESS.begin("random", number, (0, 0, 0)) for number in (0, 1))
    assert first.describe()["opening"] == second.describe()["opening"]
    assert (first.describe()["colour"], second.describe()["colour"]) == ("White", "Black")
    assert CHESS.begin("random", 2, (0, 0, 0)).describe()["opening"] != first.describe()["opening"]


@pytest.mark.parametrize("level", ["random", "nodes-1-e50", "nodes-100"])
def test_a_game_follows_from_its_arguments(level: str) -> None:
    one, other = (play_first_moves(CHESS.begin(level, 1, (3, 1, 0))) for _ in range(2))
    assert one == other and len(one) > 6


def test_a_finished_game_is_scored_for_the_player() -> None:
    challenge = CHESS.begin("nodes-1000", 1, (0, 0, 0))
    play_first_moves(challenge)
    assert challenge.position.result == 0 and challenge.score() == 0.0  # the engine had White


def test_answers_may_be_algebraic_or_squares_and_nothing_changes_otherwise() -> None:
    challenge = CHESS.begin("random", 0, (0, 0, 0))
    assert advance(challenge)
    before = list(challenge.steps)
    assert challenge.accept("Ke9") is None and challenge.accept("--") is None and challenge.steps == before
    move = challenge.position.list_moves()[0]
    written = challenge.position.write_move(move)
    assert challenge.accept(move) == written and challenge.steps == [*before, written]


def test_the_question_shows_moves_board_fen_and_side() -> None:
    challenge = ChessSkill(CHESS.variant, legal_moves=True).begin("random", 0, (0, 0, 0))
    assert advance(challenge)
    question = challenge.write_question()
    assert "Moves so far: 1. " in question and f"FEN: {challenge.position.fen}" in question
    assert "You play White (upper-case letters on the board)" in question
    assert f"Your legal moves: {challenge.position.write_move(challenge.position.list_moves()[0])} " in question


def test_chess960_tells_the_drawn_start() -> None:
    challenge = ChessSkill(load_variant("chess960")).begin("random", 0, (0, 0, 0))
    assert advance(challenge)
    start = challenge.describe()["opening"].split()[0]
    assert start.startswith("[") and f"Moves so far: {start} 1. " in challenge.write_question()


def test_a_fault_of_the_engine_is_an_error_and_no_loss(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUICKSTUDY_UCI", "no-such-engine")
    challenge = CHESS.begin("nodes-1", 1, (0, 0, 0))
    with pytest.raises(EngineFault, match="there is no engine"):
        advance(challenge)
