"""The verifier answers what the rules imply, in the player's notation, and nothing else."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quickstudy.tasks.board_verifier import BoardVerifier
from quickstudy.tasks.examples.openings import list_openings, write_opening
from quickstudy.tasks.game_challenge import GameSkill
from quickstudy.tasks.games import reference
from quickstudy.tasks.games.game import Game, load_game
from quickstudy.tasks.verifier import HELD_OUT, ILLEGAL_LINE, MOST_MOVES, VERIFIED, Query

GAME = load_game("velun")
PLAIN = BoardVerifier(GameSkill(GAME))
LINE = "a2-a3 b5-b4 a3-a4"


def random_game(game: Game, seed: int) -> tuple[list[str], str | None]:
    """A game by the slow interpreter, and its result."""
    rng, position, moves = np.random.default_rng(seed), reference.start(game.rules), list[str]()
    while position.result is None:
        legal = reference.legal_moves(game.rules, position)
        moves.append(legal[rng.integers(len(legal))])
        position = reference.play(game.rules, position, moves[-1])
    return moves, position.result


@pytest.mark.parametrize("name", ["velun", "tvafindil", "lattic"])
def test_lines_end_as_the_slow_interpreter_says(name: str) -> None:
    game = load_game(name)
    verifier, named, met = BoardVerifier(GameSkill(game)), {"x": "X wins", "o": "O wins", "draw": "draw"}, 0
    for seed in range(8):
        moves, result = random_game(game, seed)
        line = verifier.follow(moves)
        if line.reading != HELD_OUT:
            met += 1
            assert list(line.moves) == moves and line.result == named[str(result)] and len(line.states) == len(moves)
            more = verifier.follow([*moves, moves[0]])
            assert (more.reading, more.fault, more.result) == (ILLEGAL_LINE, moves[0], line.result)
    assert met >= 6


def test_a_line_is_legal_up_to_its_first_fault() -> None:
    line = PLAIN.follow([*LINE.split(), "a1-f6", "b4-b3"])
    assert (line.reading, line.fault, " ".join(line.moves), line.result) == (ILLEGAL_LINE, "a1-f6", LINE, "")


def test_nothing_is_said_of_what_is_kept_for_tests() -> None:
    opening = write_opening(GAME, list_openings(GAME)[0]).split()
    line = PLAIN.follow(opening)
    assert line.reading == HELD_OUT and line.states == ()
    assert PLAIN.follow(opening[:-1]).reading == VERIFIED
    task = PLAIN.read_task({"position": " ".join(opening), "claim": "can_win", "answer": False})
    assert task is not None
    verdict = PLAIN.judge(task, line)
    assert (verdict.reading, verdict.truth, verdict.agrees) == (HELD_OUT, (), False)


def test_a_skin_is_taken_off_what_is_asked() -> None:
    skinned = BoardVerifier(GameSkill(GAME, skin_number=3))
    shown = skinned.write_moves(LINE.split())
    assert shown != LINE.split()
    assert skinned.follow(shown).moves == tuple(LINE.split()) and skinned.follow(LINE.split()).reading == ILLEGAL_LINE
    side = skinned.sides[1]
    query = skinned.read_query({"ask": "claim", "position": " ".join(shown), "claim": "turn", "side": side})
    assert query is not None and skinned.decide(query, skinned.follow(query.moves))
    assert query.to_json(skinned.sides)["side"] == side


def test_a_forced_pass_need_not_be_written() -> None:
    game = load_game("othello")
    verifier = BoardVerifier(GameSkill(game))
    moves = next(moves for moves, _ in (random_game(game, seed) for seed in range(50)) if "pass" in moves)
    full = verifier.follow(moves)
    assert verifier.follow([move for move in moves if move != "pass"]).moves == full.moves == tuple(moves)


def judge(**given: Any) -> tuple[str, Any, bool, float]:
    task = PLAIN.read_task({"position": LINE, **given})
    assert task is not None
    verdict = PLAIN.judge(task, PLAIN.follow(task.moves))
    return verdict.reading, verdict.truth, verdict.agrees, verdict.chance


def test_a_task_agrees_with_the_rules_or_not() -> None:
    position = reference.start(GAME.rules)
    for move in LINE.split():
        position = reference.play(GAME.rules, position, move)
    chance = 2 / len(reference.legal_moves(GAME.rules, position))
    assert judge(claim="captures", count=1, answer="b4xa4") == (VERIFIED, ("b4xa4", "a5xa4"), True, chance)
    assert judge(claim="captures", count=1, answer="b4-b3")[2] is False
    assert judge(claim="captures", count=1, answer="z9-z8")[2] is False
    assert judge(claim="captures", count=1, move="b4xa4", answer=True) == (VERIFIED, True, True, 0.5)
    assert judge(claim="captures", count=1, move="b4xa4", answer=False)[2] is False
    assert judge(claim="legal", move="a1-a2", answer=False) == (VERIFIED, False, True, 0.5)
    assert judge(claim="turn", side="O", answer=True)[2] is True
    assert judge(claim="wins", answer="b4-b3")[1:3] == ((), False)
    assert judge(position="a2-a4", claim="can_win", answer=False)[0] == ILLEGAL_LINE


@pytest.mark.parametrize(
    "given",
    [
        None,
        "line",
        {"ask": "line"},
        {"ask": "value", "position": ""},
        {"ask": "line", "position": 7},
        {"ask": "line", "position": ["a2-a3", 7]},
        {"ask": "line", "position": "x" * 99},
        {"ask": "line", "position": ["a2-a3"] * (MOST_MOVES + 1)},
        {"ask": "claim", "position": ""},
        {"ask": "claim", "position": "", "claim": "wins"},
        {"ask": "claim", "position": "", "claim": "can_win", "move": "a2-a3"},
        {"ask": "claim", "position": "", "claim": "wins", "move": {"a": 1}},
    ],
)
def test_what_is_no_question_is_not_read(given: Any) -> None:
    assert PLAIN.read_query(given) is None


@pytest.mark.parametrize(
    "given",
    [
        {"position": "", "claim": "can_win"},
        {"position": "", "claim": "can_win", "answer": "yes"},
        {"position": "", "claim": "can_win", "answer": 1},
        {"position": "", "claim": "wins", "answer": True},
        {"position": "", "claim": "wins", "move": "a2-a3", "answer": "a2-a3"},
        {"position": "", "claim": "exec", "answer": True},
    ],
)
def test_what_is_no_task_is_not_read(given: Any) -> None:
    assert PLAIN.read_task(given) is None


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.sampled_from(["line", "claim", "wins", LINE]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["ask", "position", "claim", "of", "move", "count", "side", "answer"]), inner)
    ),
    max_leaves=12,
)


@given(_JSON)
def test_any_json_is_read_or_refused_and_what_is_read_has_an_answer(given: Any) -> None:
    query, task = PLAIN.read_query(given), PLAIN.read_task(given)
    if isinstance(query, Query):
        assert PLAIN.read_query(json.loads(json.dumps(query.to_json(PLAIN.sides)))) == query
        line = PLAIN.follow(query.moves)
        assert query.claim is None or PLAIN.decide(query, line) in (True, False)
    if task is not None:
        assert 0.0 <= PLAIN.judge(task, PLAIN.follow(task.moves)).chance <= 1.0
