"""Hindsight: a learner sees by its own values which of its moves lost most, one reply further than in play."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from quickstudy.tasks.chess_variants.variant import load_variant
from quickstudy.tasks.games.game import Game
from quickstudy.tasks.games.notation import parse_move
from quickstudy.tasks.learners.hindsight import look_back, read_side
from quickstudy.tasks.learners.learner import Evaluate
from quickstudy.tasks.learners.notebook import LineNotebook, Notebook
from quickstudy.tasks.learners.prompt import Evidence, read_evidence
from quickstudy.tasks.prompts.author import write_studied
from quickstudy.tasks.prompts.reviews import write_numbered, write_review_request, write_reviewer
from tests.known_games import breakthrough

RULES = breakthrough(5)
GAME = Game("small", RULES, Path())


def evidence_of(notes: list[str], line: str, most: int = 2, wording: int = 0) -> tuple[str, Evidence]:
    system = write_reviewer(GAME.text, notes, line, write_numbered({1: "a2-a3"}), 0, most, "a1-a2", wording)
    return system, read_evidence(system)


def nothing(after: NDArray[np.uint64], mover: int) -> NDArray[np.float64]:
    return np.zeros(len(after))


def count_pieces(after: NDArray[np.uint64], mover: int) -> NDArray[np.float64]:
    counts = [np.array([int(bits).bit_count() for bits in after[:, plane]]) for plane in (mover, 1 - mover)]
    return np.asarray(counts[0] - counts[1], dtype=np.float64)


LINE = write_studied(1, "vlor", "c2-c3 b4-b3 c3-d3 | O wins", "X")


def losses_of(line: str, evaluate: Evaluate, side: int) -> list[tuple[int, float, str]]:
    _, evidence = evidence_of([], line)
    return [
        (loss.ply, loss.lost, loss.better) for loss in look_back(evidence, evaluate, evidence.games[0].moves, 0, side)
    ]


def test_without_values_only_what_is_won_or_lost_is_seen() -> None:
    line = "c2-c3 e4-e3 c3xd4 e3xd2 a2-a3 | draw"  # both let a man pass by
    x, o = (losses_of(write_studied(1, "vlor", line, side), nothing, number) for number, side in enumerate("XO"))
    assert [(ply, lost) for ply, lost, _ in x] == [(0, 0.0), (2, 0.0), (4, 1.0)] and x[-1][2] in ("d4xc5", "d4xe5")
    assert [(ply, lost) for ply, lost, _ in o] == [(1, 0.0), (3, 0.5)] and o[-1][2] in ("c5xd4", "e5xd4")


def test_a_move_that_leaves_a_piece_to_be_taken_loses_and_a_better_one_is_told() -> None:
    line = write_studied(1, "vlor", "c2-c3 e4-e3 b2-b3 d4-d3 | draw", "O")
    (first, second) = losses_of(line, count_pieces, 1)
    assert first[0] == 1 and second[0] == 3
    assert second[1] > 0.2, "at d3 the man is taken by c2, e2 or the man on c3's neighbour"
    assert second[2] != "d4-d3"


def test_the_side_is_read_from_the_games_line() -> None:
    for side, number in (("X", 0), ("O", 1)):
        system, evidence = evidence_of([], write_studied(1, "vlor", "c2-c3 | draw", side))
        assert read_side(system, evidence) == number
    system, evidence = evidence_of([], write_studied(1, "vlor", "c2-c3 | draw"))
    assert read_side(system, evidence) is None


@pytest.mark.parametrize("wording", [0, 1, 2])
def test_a_notebook_names_what_its_notes_say_was_lost(wording: int) -> None:
    kind = RULES.kinds[0].name
    notes = [f"1. advice: enemy {kind} on: d4 -90"]  # bad for X, who replies
    line = write_studied(1, "vlor", "a2-a3 e4-e3 b2-b3 d4-d3 | draw", "O")
    for learner in (Notebook(), LineNotebook()):
        for most in (1, 2):
            system, _ = evidence_of(notes, line, most, wording)
            reply = json.loads(learner.answer([("system", system), ("user", write_review_request(wording))]))
            (named,) = reply["worst"]
            assert named["number"] == 4 and named["why"] == "21 % lost" and not named["better"].startswith("d4")


def test_a_notebook_names_a_move_of_chess_by_the_number_of_the_movetext() -> None:
    rules = load_variant("fnipil").text
    notes = ["1. advice: own pieces anywhere: zlil +300", "2. advice: enemy pieces anywhere: zlil -300"]
    for side, moves, number in (
        ("White", "1. c3 a4 2. Ze4 dxe4 1-0", 2),
        ("Black", "1. c3 c4 2. b3 Ze3 3. dxe3 1-0", 2),
    ):
        line = write_studied(1, "vlor", moves, side)
        system = write_reviewer(rules, notes, line, write_numbered({2: "Ze4"}), 0, 2, "Kb2")
        reply = json.loads(Notebook().answer([("system", system), ("user", write_review_request())]))
        first = reply["worst"][0]
        assert first["number"] == number and first["better"] not in ("Ze4", "Ze3") and "% lost" in first["why"]


def chess_losses(moves: str, side: str, evaluate: Evaluate) -> dict[int, float]:
    line = write_studied(1, "vlor", moves, side)
    system = write_reviewer(load_variant("orthodox").text, [], line, "", 0, 2, "Kb2")
    evidence, number = read_evidence(system), ("White", "Black").index(side)
    assert read_side(system, evidence) == number
    found = look_back(evidence, evaluate, evidence.games[0].moves, 0, number)
    return {loss.ply: round(loss.lost, 3) for loss in found}


def test_hindsight_of_chess_sees_mate_one_reply_on() -> None:
    assert chess_losses("1. e4 e5 2. Qh5 Ke7 3. Qxe5# 1-0", "Black", nothing) == {1: 0.0, 3: 0.5}


def test_hindsight_of_chess_sees_that_a_stalemate_gives_a_won_game_away() -> None:
    moves = "1. e3 a5 2. Qh5 Ra6 3. Qxa5 h5 4. h4 Rah6 5. Qxc7 f6 6. Qxd7+ Kf7 7. Qxb7 Qd3 8. Qxb8 Qh7 9. Qxc8 Kg6"

    def white_wins(after: NDArray[np.uint64], mover: int) -> NDArray[np.float64]:
        return np.full(len(after), 3.0 if mover == 0 else -3.0)

    losses = chess_losses(f"{moves} 10. Qe6 1/2-1/2", "White", white_wins)
    assert {ply: lost for ply, lost in losses.items() if lost} == {18: 0.453}


def test_a_notebook_without_notes_names_nothing_in_an_open_game() -> None:
    line = write_studied(1, "vlor", "c2-c3 e4-e3 b2-b3 d4-d3 | X wins", "O")
    system, _ = evidence_of([], line)
    answer = Notebook().answer([("system", system), ("user", write_review_request())])
    assert json.loads(answer) == {"worst": []}, "the result of the game itself is no value of its own"


def test_a_notebook_that_cannot_read_the_game_says_so() -> None:
    system = write_reviewer(None, [], LINE, "1 c2-c3", 0, 2, "a1-a2")
    assert "cannot" in Notebook().answer([("system", system), ("user", write_review_request())])


def test_a_game_that_the_rules_do_not_allow_is_left_there() -> None:
    assert losses_of(write_studied(1, "vlor", "c2-c3 a1-a5 d2-d3 | draw", "X"), nothing, 0) == [(0, 0.0, "a2-a3")]
    assert parse_move(RULES, "a1-a5", []) is None


def test_a_notebook_names_no_more_moves_than_it_may() -> None:
    line = write_studied(1, "vlor", "c2-c3 e4-e3 c3xd4 e3xd2 a2-a3 a4-b3 d4xc5 | X wins", "O")
    for most, numbers in ((1, [6]), (2, [6, 4])):
        system, _ = evidence_of([], line, most)
        reply = json.loads(Notebook().answer([("system", system), ("user", write_review_request())]))
        assert [entry["number"] for entry in reply["worst"]] == numbers
