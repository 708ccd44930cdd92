"""The notebook practises, makes and solves tasks, and chooses examples, from the text alone."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

import numpy as np
import pytest

from quickstudy.tasks.board_verifier import BoardVerifier
from quickstudy.tasks.chess_challenge import ChessSkill
from quickstudy.tasks.chess_variants.variant import load_variant
from quickstudy.tasks.chess_verifier import ChessVerifier
from quickstudy.tasks.game_challenge import GameSkill
from quickstudy.tasks.games.game import load_game
from quickstudy.tasks.learners.chooser import match_sum
from quickstudy.tasks.learners.draft import ReadError
from quickstudy.tasks.learners.notebook import Notebook
from quickstudy.tasks.learners.prompt import read_evidence
from quickstudy.tasks.prompts.author import write_known, write_teacher_lead
from quickstudy.tasks.prompts.choice import write_choice_request, write_chooser
from quickstudy.tasks.prompts.practice import (
    Form,
    write_board_note,
    write_practice,
    write_round,
    write_solver,
    write_task,
    write_task_maker,
    write_task_request,
)
from quickstudy.tasks.study import Study

GAME = load_game("tvafindil")
SIDES = ("X", "O")
FORM = Form("a1-a2", SIDES)
PIECES = "X: x; O: o"
NOTES = ["1. advice: own man on: a5 +50, b5 +50"]


def answer(system: str, user: str) -> str:
    return Notebook().answer([("system", system), ("user", user)])


@pytest.mark.parametrize("wording", [0, 1, 2])
def test_it_poses_its_share_of_the_calls_in_every_wording(wording: int) -> None:
    known = write_known(GAME.text, NOTES, [], "", wording)
    system = write_practice(known, 4, FORM, write_board_note(PIECES, wording), wording)
    posed = json.loads(answer(system, write_round([], 11, 4, wording)))["questions"]
    verifier = BoardVerifier(GameSkill(GAME))
    assert len(posed) == 3 and {question["ask"] for question in posed} == {"line"}
    lines = [verifier.follow(question["position"].split()) for question in posed]
    assert all(line.result for line in lines if line.reading == "verified") and lines[0].moves != lines[1].moves
    assert answer(system, write_round([], 11, 4, wording)) == answer(system, write_round([], 11, 4, wording))


def test_it_plays_by_its_notes_after_the_random_moves() -> None:
    weights = ", ".join(f"{file}{rank} {10 * rank:+d}" for file in "abcdef" for rank in range(1, 7))
    games = []
    for notes in ([], [f"1. advice: own man on: {weights}"]):
        system = write_practice(write_known(GAME.text, notes, [], ""), 4, FORM, write_board_note(PIECES))
        games.append([q["position"] for q in json.loads(answer(system, write_round([], 16, 1)))["questions"]])
    plain, noted = (np.mean([len(game.split()) for game in played]) for played in games)
    assert noted < plain, "whoever wants to get forward gets there sooner"


@pytest.mark.parametrize("wording", [0, 1, 2])
def test_it_solves_the_tasks_that_it_makes(wording: int) -> None:
    known = write_known(GAME.text, [], [], "", wording)
    system = write_task_maker(known, 6, FORM, wording)
    made = json.loads(answer(system, write_task_request(wording)))["tasks"]
    verifier, skill = BoardVerifier(GameSkill(GAME)), GameSkill(GAME, wording=wording)
    assert len(made) == 6
    for given in made:
        task = verifier.read_task(given)
        assert task is not None
        line = verifier.follow(task.moves)
        position = skill.revisit(line.moves, last=True)[-1].write_question()
        question = write_task(position, task.to_json(SIDES), finds=task.finds, wording=wording)
        solved = json.loads(answer(write_solver(known, FORM, wording), question))["answer"]
        assert verifier.judge(task, line).agrees and verifier.accepts(task, line, solved)


@pytest.mark.parametrize("wording", [0, 1, 2])
def test_it_solves_a_task_that_joins_claims(wording: int) -> None:
    verifier, skill = BoardVerifier(GameSkill(GAME)), GameSkill(GAME, wording=wording)
    joined = {"claim": "all", "of": [{"claim": "legal"}, {"claim": "not", "of": [{"claim": "wins"}]}]}
    task = verifier.read_task({"position": "", **joined, "answer": "a1-a2"})
    assert task is not None
    position = skill.revisit((), last=True)[-1].write_question()
    question = write_task(position, task.to_json(SIDES), finds=True, wording=wording)
    known = write_known(GAME.text, [], [], "", wording)
    solved = json.loads(answer(write_solver(known, FORM, wording), question))["answer"]
    assert verifier.accepts(task, verifier.follow(()), solved)


@pytest.mark.parametrize("wording", [0, 1, 2])
def test_it_practises_chess_from_the_text_in_every_wording(wording: int) -> None:
    skill = ChessSkill(load_variant("fnipil"), wording=wording, skin_number=2)
    verifier = ChessVerifier(skill)
    form = Form(skill.sample_answer, verifier.sides, "", verifier.tell_form(wording))
    known = write_known(skill.variant.wear(skill.skin).text, [], [], "", wording)
    system = write_practice(known, 4, form, verifier.tell_board(wording), wording)
    posed = json.loads(answer(system, write_round([], 5, 4, wording)))["questions"]
    lines = [verifier.follow(question["position"].split()) for question in posed]
    assert len(lines) == 2 and all(line.result for line in lines if line.reading == "verified")
    made = json.loads(answer(write_task_maker(known, 8, form, wording), write_task_request(wording)))["tasks"]
    tasks = [task for task in map(verifier.read_task, made) if task is not None]
    assert len({task.claim.name for task in tasks}) == 8
    ways = [(task, verifier.follow(task.moves)) for task in tasks]
    judged = [(task, line) for task, line in ways if line.reading != "held_out"]
    assert len(judged) >= 6 and all(verifier.judge(task, line).agrees for task, line in judged)
    for task, line in judged:
        position = skill.revisit(line.moves, last=True)[-1].write_question()
        question = write_task(position, task.to_json(verifier.sides), finds=task.finds, wording=wording)
        solved = json.loads(answer(write_solver(known, form, wording), question))["answer"]
        assert verifier.accepts(task, line, solved)


def test_starts_of_chess960_are_drawn_by_the_text() -> None:
    variant = load_variant("chess960")
    evidence = read_evidence(write_known(variant.text, [], [], ""))
    start, prospect = evidence.begin(np.random.default_rng(5))
    assert list(start) in [variant.name_start(number) for number in range(variant.starts)]
    situation = evidence.situate([*start, prospect.write_move(0)])
    assert situation.mover == 1 and len(situation.options) == 20
    with pytest.raises(ReadError, match="not legal by the rules"):
        evidence.situate([*start, "Kz9"])


def choose(study: Study, n: int, keep: int, room: int, wording: int = 0) -> list[int]:
    known = write_known(GAME.text, None, study.examples_of(n, 0), write_teacher_lead(4, wording), wording)
    return list(json.loads(answer(write_chooser(known, keep, room, wording), write_choice_request(wording)))["keep"])


def test_it_chooses_within_number_and_size() -> None:
    study = Study(GAME.name, examples=(8,), sets=1)
    lines: Sequence[str] = study.examples_of(8, 0)
    assert len(choose(study, 8, 3, 99_999)) == 3
    few = choose(study, 8, 8, 1200, 1)
    assert 1 <= len(few) < 8 and sum(len(f"{i}. game: {lines[i - 1]}\n") for i in few) <= 1200
    assert choose(study, 8, 3, 99_999, 2) == choose(study, 8, 3, 99_999), "a paraphrase changes nothing"


def test_rows_are_chosen_whose_sum_is_nearest_to_the_mean() -> None:
    rows = np.array([[2.0, 0.0], [0.0, 2.0], [9.0, -9.0], [-7.0, 11.0]])
    assert sorted(match_sum(rows, np.ones(4, np.int64), 2, 99)) == [0, 1]
    assert match_sum(rows, np.array([9, 9, 1, 9]), 4, 5) == [2], "nothing else fits"


def test_what_it_cannot_read_is_a_sentence() -> None:
    without = write_known(None, NOTES, [], "")
    assert "without rules" in answer(write_practice(without, 4, FORM, write_board_note(PIECES)), write_round([], 3, 1))
    known = write_known(GAME.text, NOTES, [], "")
    assert "cannot read" in answer(write_solver(known, FORM), "## Task\nIs it good?")
    assert re.match("I cannot read how much", answer(write_practice(known, 4, FORM, write_board_note(PIECES)), "Ask."))
