"""Learners of chess read what a model reads: rules, examples as movetext, and the moves so far."""

from __future__ import annotations

import json

import numpy as np
import pytest

from quickstudy.tasks.chess_variants.variant import load_variant
from quickstudy.tasks.learners.chess_prompt import ChessEvidence
from quickstudy.tasks.learners.chess_states import build_chess_features, look_ahead
from quickstudy.tasks.learners.directory import LEARNERS, find_learner
from quickstudy.tasks.learners.fitting import list_decisions
from quickstudy.tasks.learners.prompt import read_evidence
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
