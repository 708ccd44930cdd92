"""Learners of chess read what a model reads: rules, examples as movetext, and the moves so far."""

from __future__ import annotations

import json

import numpy as np
import pytest

from quickstudy.tasks.chess_variants.variant import load_variant
from quickstudy.tasks.learners.chess_prompt import ChessEvidence
from quickstudy.tasks.learners.chess_states import build_chess_features, look_ahead
from quickstudy.tasks.learners.directory import LEARNERS, find_learner
from quickstudy.tasks.learners.fitting import list_decisions, list_last_positions
from quickstudy.tasks.learners.prompt import read_evidence
from quickstudy.tasks.prompts.author import write_author, write_request, write_studied
from quickstudy.tasks.prompts.chess_words import write_fen_note
from quickstudy.tasks.prompts.play import write_position, write_system
from tests.tasks.chess_variants.variants import SPEC, invent

MATES = ["1. f3 e5 2. g4 Qh4# 0-1", "1. e4 f6 2. d4 g5 3. Qh5# 1-0"]
CHESS = load_variant("orthodox")


def ask(learner: str, rules: str | None, examples: list[str], moves: str) -> str:
    system = write_system(rules, examples, 0, "Kb2")
    question = write_position("board", moves.split(), "White", "upper-case letters")
    return find_learner(learner).answer([("system", system), ("user", question)])


def test_example_games_are_decisions_with_their_outcome() -> None:
    evidence = read_evidence(write_system(CHESS.text, MATES, 2, "Kb2"))
    assert isinstance(evidence, ChessEvidence) and evidence.opening_plies == 2
    found = list_decisions(evidence)
    assert len(found) == 2 + 3 and [decision.points for decision in found] == [0.0, 1.0, 1.0, 0.0, 1.0]
    assert len(found[0].after) == 19 and found[1].after[found[1].chosen][7] == 2  # Black has won


@pytest.mark.parametrize("learner", ["greedy", "imitator", "scorer", "copycat"])
def test_a_win_at_once_is_taken(learner: str) -> None:
    answer = ask(learner, CHESS.text, MATES, "1. f3 e5 2. g4")
    assert json.loads(answer) == {"move": "Qh4#"}


def test_the_imitator_prefers_what_was_played() -> None:
    games = ["1. e4 e5 2. Nf3 Nc6 3. Bb5 a6 1/2-1/2"] * 3
    assert json.loads(ask("imitator", CHESS.text, games, "1. e4 e5 2. Nf3 Nc6")) == {"move": "Bb5"}


@pytest.mark.parametrize("learner", sorted(LEARNERS))
def test_every_learner_answers_in_chess_and_in_an_invented_variant(learner: str) -> None:
    for variant in (CHESS, invent(SPEC)):
        answer = ask(learner, variant.text, [], "")
        assert answer.startswith(("{", "I cannot"))
        if answer.startswith("{"):
            assert variant.start().read_move(json.loads(answer)["move"])


KINGS = ["4k3/8/8/8/8/8/4P3/4K3 | 1-0", "4k3/4p3/8/8/8/8/8/4K3 | 0-1"]


def test_last_positions_teach_the_scorer_what_winners_have_and_others_nothing() -> None:
    system = write_system(CHESS.text, KINGS, 4, "Kb2", kind="outcomes", drawn=write_fen_note())
    evidence = read_evidence(system)
    assert isinstance(evidence, ChessEvidence) and not list_decisions(evidence)
    (state, won), (other, lost) = list_last_positions(evidence)
    assert (won, lost) == (1.0, 0.0) and (int(state[0]), int(state[1])) == (1 << 4 | 1 << 12, 1 << 60)
    assert int(other[1]) == 1 << 60 | 1 << 52
    question = write_position("board", "1. e4 d5".split(), "White", "upper-case letters")
    answer = find_learner("scorer").answer([("system", system), ("user", question)])
    assert json.loads(answer) == {"move": "exd5"}, "pawns win, so one is taken"


@pytest.mark.parametrize("drawing", ["4k3/8/8/8/8/8/4P3", "4k3/8/8/8/8/8/8/4K4", "4k3/8/8/8/8/8/8/4X3"])
def test_a_position_that_does_not_fit_the_board_is_left_out(drawing: str) -> None:
    evidence = read_evidence(write_system(CHESS.text, [f"{drawing} | 1-0"], 4, "Kb2", kind="outcomes"))
    assert len(evidence.games) == 1 and not list_last_positions(evidence)


def test_of_a_single_position_only_the_choice_is_learnt_without_a_result() -> None:
    lines = ["1. e4 e5 2. Nf3 Nc6 | Bb5"] * 3
    system = write_system(CHESS.text, lines, 4, "Kb2", kind="moves")
    (decision, *_) = found = list_decisions(read_evidence(system))
    assert len(found) == 3 and decision.mover == 0 and np.isnan(decision.points)
    question = write_position("board", "1. e4 e5 2. Nf3 Nc6".split(), "White", "upper-case letters")
    answers = [find_learner(name).answer([("system", system), ("user", question)]) for name in ("imitator", "copycat")]
    assert [json.loads(answer) for answer in answers] == [{"move": "Bb5"}] * 2


def test_without_rules_only_what_was_seen_can_be_repeated() -> None:
    assert "I do not know" in ask("imitator", None, MATES, "1. f3 e5 2. g4")


def test_states_and_features_see_black_as_white_turned() -> None:
    position = CHESS.start()
    white = look_ahead(position, ["e2e4"], "PNBRQK")
    position.push("a2a3")
    black = look_ahead(position, ["e7e5"], "PNBRQK")
    features = build_chess_features(8, 8, 6)
    seen = features.encode(white, 0)[0], features.encode(black, 1)[0]
    different = np.flatnonzero(seen[0] != seen[1])
    assert {int(cell) for cell in different} == {48, 40}  # the white pawn that went to a3, seen from Black's side


@pytest.mark.parametrize("learner", sorted(LEARNERS))
def test_no_learner_stumbles_over_a_request_for_notes_on_chess(learner: str) -> None:
    lines = [write_studied(number, "vlor", line, "White") for number, line in enumerate(MATES, 1)]
    system = write_author(CHESS.text, ["1. advice: own queen on: h4 +9"], lines, 2, ["advice"], 400)
    answer = find_learner(learner).answer([("system", system), ("user", write_request())])
    if learner.startswith("notebook"):
        texts = [edit["text"] for edit in json.loads(answer)["edits"] if edit["action"] == "add"]
        assert texts[0] == "from 2 games" and any(text.startswith("own queen on: ") for text in texts)
    else:
        assert answer.startswith("I cannot read")
