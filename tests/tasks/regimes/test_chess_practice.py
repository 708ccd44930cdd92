"""Practice of chess: what is asked of the rules, what is shown, and what the embedded learner makes of it."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import chess
import pytest

from quickstudy.tasks.chess_challenge import ChessSkill
from quickstudy.tasks.chess_variants.variant import load_variant
from quickstudy.tasks.chess_verifier import ChessVerifier
from quickstudy.tasks.examples.chess_openings import list_chess_openings
from quickstudy.tasks.learners.notebook import Notebook
from quickstudy.tasks.match import Question, Reply
from quickstudy.tasks.prompts.author import write_known
from quickstudy.tasks.regimes.coverage import measure_coverage
from quickstudy.tasks.regimes.own_tasks import MAKE, SOLVE
from quickstudy.tasks.regimes.practice import Practice, Practised, practise


def practice(name: str, calls: int, tasks: int = 0, skin: int = 0, wording: int = 0) -> Practice:
    variant = load_variant(name)
    skill = ChessSkill(variant, wording=wording, skin_number=skin)
    known = write_known(variant.wear(skill.skin).text, [], [], "", wording)
    return Practice(ChessVerifier(skill), known, 4, calls, tasks, 1, wording)


def run(plan: Practice, *replies: Any) -> tuple[Practised, list[Question]]:
    """A practice of a model that says these things, or of the notebook where there are none."""
    asked, left, learner = list[Question](), iter(replies), Notebook()

    async def ask(question: Question) -> Reply:
        asked.append(question)
        said: Any = next(left, {"questions": []}) if replies else learner.answer(question.messages)
        return Reply(said if isinstance(said, str) else json.dumps(said))

    return asyncio.run(practise(plan, ask)), asked


def test_each_question_is_answered_by_the_rules_in_the_notation_of_play() -> None:
    plan = practice("orthodox", 6)
    questions = [
        {"ask": "line", "position": "1. e4 e5"},
        {"ask": "moves", "position": "1. f3 e5 2. g4 Qh4#"},
        {"ask": "moves", "position": "e2e4 e7e5 e1e2"},
        {"ask": "board", "position": "e4"},
        {"ask": "claim", "position": "f3 e5 g4", "claim": "wins", "move": "Qh4"},
        {"ask": "line", "position": "e4 e5 Ke3"},
    ]
    found, asked = run(plan, {"questions": questions[:5]}, {"questions": questions[5:]})
    shown = asked[1].messages[1][1].split("\n")
    assert shown[2] == '1. {"ask": "line", "position": "e4 e5"} The moves are legal. White is to act.'
    assert shown[3].endswith("The moves are legal and the game is over: 0-1.")
    board = chess.Board()
    for move in ("e4", "e5", "Ke2"):
        board.push_san(move)
    legal = shown[4].partition(" Legal moves: ")[2].rstrip(".").split()
    assert sorted(legal) == sorted(map(board.san, board.legal_moves))
    assert shown[5].endswith("rnbqkbnr/pppppppp/8/8/4P3/8/PPPP1PPP/RNBQKBNR b KQkq - 0 1")
    assert shown[6].endswith(" True.")
    assert found.answered[-1].endswith("The line is legal up to move 2; the next one, Ke3, is not.")
    assert found.games == [] and found.score["illegal"] == 1, "only a line that was asked for is a game"
    assert [entry["position"] for entry in found.entries][2] == "e4 e5 Ke2"


def test_what_a_player_reads_of_practice_is_of_chess() -> None:
    system = practice("orthodox", 6).system
    assert "in Forsyth-Edwards notation (FEN)" in system and "burnt" not in system
    assert '"side", White or Black' in system and "many positions" not in system


def test_a_finished_line_is_a_game_against_itself() -> None:
    mate, drawn = "f3 e5 g4 Qh4#", "Nf3 Nf6 Ng1 Ng8 Nf3 Nf6 Ng1 Ng8"
    found, _ = run(practice("orthodox", 2), {"questions": [{"ask": "line", "position": p} for p in (mate, drawn)]})
    assert [(" ".join(game.moves), game.result) for game in found.games] == [(mate, "0-1"), (drawn, "1/2-1/2")]
    assert found.score["won_by_first"] == 0.25 and found.answered == []


def test_games_of_chess960_begin_with_the_name_of_their_start() -> None:
    plan = practice("chess960", 4)
    samples = json.loads(next(line for line in plan.system.split("\n") if line.startswith('{"questions"')))
    assert [sample["position"] for sample in samples["questions"]] == ["[RNBQKBNR] Kb2", "[RNBQKBNR]", "[RNBQKBNR]"]
    questions = [{"ask": "line", "position": position} for position in ("e4", "[RNBQKBNR] e4 e4", "[KKKKKKKK] e4")]
    found, _ = run(plan, {"questions": questions})
    assert [entry["reading"] for entry in found.entries] == ["unreadable", "illegal", "illegal"]
    assert found.answered[0].endswith("The line is legal up to move 1; the next one, e4, is not.")
    assert found.answered[1].endswith("The line is legal up to move 0; the next one, [KKKKKKKK], is not.")


def test_positions_kept_for_tests_are_not_answered() -> None:
    plan = practice("fnipil", 2)
    opening = " ".join(list_chess_openings(load_variant("fnipil"))[0].moves)
    found, asked = run(plan, {"questions": [{"ask": "moves", "position": opening}]})
    assert found.score["held_out"] == 1 and "kept for tests" in asked[1].messages[1][1]
    assert found.score["legal"] is None and found.score["positions"] == 0


@pytest.mark.parametrize(("name", "skin", "wording"), [("fnipil", 0, 0), ("fnipil", 3, 1), ("chess960", 0, 2)])
def test_a_learner_that_knows_the_rules_plays_whole_games_and_makes_valid_tasks(
    name: str, skin: int, wording: int
) -> None:
    found, asked = run(practice(name, 11, 8, skin, wording))
    score, tasks = found.score, found.score["tasks"]
    assert (score["asked"], score["legal"], score["distinct"]) == (3, 1.0, 1.0)
    assert len(found.games) == 3 - score["held_out"] > 0
    assert (tasks["made"], tasks["valid"], tasks["solved"], tasks["unanswered"]) == (8, 1.0, 1.0, 0.0)
    assert [question.game for question in asked[-9:]] == [MAKE] + [SOLVE] * 8
    if name == "fnipil":
        assert score["coverage"] > 0.5 and abs(score["early"] + score["middle"] + score["late"] - 1) < 0.001
    else:
        assert score["coverage"] is None, "it has no probes"
        assert len({game.moves[0] for game in found.games}) > 1 and found.games[0].moves[0].startswith("[")


def test_tasks_are_judged_by_the_rules_and_tried_by_a_fresh_instance() -> None:
    tasks = [
        {"position": "1. f3 e5 2. g4", "claim": "wins", "answer": "d8h4"},
        {"position": "f3 e5 g4", "claim": "wins", "answer": "Qh4#"},
        {"position": "f3 e5 g4 Qh4", "claim": "can_win", "answer": False},
        {"position": "e4", "claim": "turn", "side": "Black", "answer": False},
        {"position": "e4", "claim": "turn", "side": "X", "answer": True},
    ]
    found, asked = run(practice("orthodox", 6, 5), {"questions": []}, {"tasks": tasks}, '{"answer": "Qh4"}')
    assert [task["reading"] for task in found.tasks] == ["verified", "repeated", "over", "verified", "unreadable"]
    assert [task["valid"] for task in found.tasks] == [True, False, False, False, False]
    assert found.tasks[0]["solved"] is True and found.tasks[0]["truth"] == ["Qh4#"]
    assert found.tasks[3]["claim"] == {"claim": "turn", "side": "Black"}
    question = asked[-1].messages[1][1]
    assert "Moves so far: 1. f3 e5 2. g4\n" in question and "FEN: rnbqkbnr/pppp1ppp/8/4p3/6P1/5P2/PPPPP2P" in question
    assert question.endswith('answer with it.\n{"claim": "wins"}')
    assert found.answered == [
        '1. {"position": "f3 e5 g4", "claim": "wins"} True of: Qh4#.',
        '4. {"position": "e4", "claim": "turn", "side": "Black"} True.',
    ]


def test_coverage_is_of_what_stands_where_and_not_of_the_kinds_of_piece() -> None:
    verifier = ChessVerifier(ChessSkill(load_variant("fnipil")))
    start = verifier.follow(["a3"])
    found = measure_coverage(verifier, start.states)
    assert found["positions"] == 1 and 0.0 < found["coverage"] < 0.6 and found["early"] == 1.0
    both = measure_coverage(verifier, [*start.states, *verifier.follow(["b3", "b4", "a3"]).states])
    assert both["positions"] == 4 and both["coverage"] > found["coverage"]
    again = measure_coverage(verifier, [*start.states, *verifier.follow(["a3", "a4"]).states])
    assert again["positions"] == 2
    probes = [state for _, state in verifier.reach_probes()]
    assert measure_coverage(verifier, probes)["coverage"] == 1.0
    assert verifier.features.placed < verifier.features.size
