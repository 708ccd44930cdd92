"""Tests of what a learner reads from a prompt: rules, examples, opening plies, moves so far and retries."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quickstudy.tasks.answers import read_answer
from quickstudy.tasks.games.game import Game, load_game
from quickstudy.tasks.games.kernel import apply, legal_moves
from quickstudy.tasks.games.notation import format_move
from quickstudy.tasks.games.wording import write_rules
from quickstudy.tasks.learners.directory import LEARNERS, find_learner
from quickstudy.tasks.learners.draft import ReadError
from quickstudy.tasks.learners.fitting import list_decisions
from quickstudy.tasks.learners.prompt import ExampleGame, read_evidence, read_prompt
from quickstudy.tasks.prompts.play import (
    WORDINGS,
    write_example,
    write_illegal,
    write_position,
    write_replay,
    write_system,
    write_unreadable,
)
from tests.known_games import tic_tac_toe

RULES = tic_tac_toe()
GAMES = (
    (("a1", "b1", "a2", "b2", "a3"), "X wins", 0),
    (("a1", "b1", "a2", "b2", "c1", "b3"), "O wins", 1),
    (("a1", "b1", "c1", "a2", "b2", "c3", "c2", "a3", "b3"), "draw", None),
)
LINES = [write_example(moves, result) for moves, result, _ in GAMES]
BOARD = "3 . . .\n2 . o .\n1 x . .\n  a b c"
wordings = pytest.mark.parametrize("wording", range(len(WORDINGS)))


def system(*, rules: bool = True, lines: list[str] = LINES, plies: int = 3, wording: int = 0) -> str:
    return write_system(write_rules(RULES) if rules else None, lines, plies, "a1", wording)


def question(*moves: str, wording: int = 0, **shown: Any) -> str:
    return write_position(BOARD, moves, "X", "x", wording=wording, **shown)


@wordings
def test_rules_examples_and_opening_are_read_in_every_wording(wording: int) -> None:
    evidence = read_evidence(system(wording=wording))
    assert evidence.rules == RULES
    assert [(game.moves, game.winner) for game in evidence.games] == [(moves, winner) for moves, _, winner in GAMES]
    assert evidence.opening_plies == 3
    assert len(list_decisions(evidence)) == 2 + 3 + 6


@wordings
@pytest.mark.parametrize("moves", [(), ("a1",), ("a1", "b2", "c3")])
@pytest.mark.parametrize("shown", [{}, {"legal": ["a2", "a3"]}, {"second_action": True}])
def test_the_moves_so_far_are_read_in_every_wording(
    wording: int, moves: tuple[str, ...], shown: dict[str, object]
) -> None:
    _, asked = read_prompt([("system", system(wording=wording)), ("user", question(*moves, wording=wording, **shown))])
    assert (asked.moves, asked.retries) == (moves, 0)


def test_captures_and_passes_are_moves_so_far() -> None:
    _, asked = read_prompt([("system", system()), ("user", question("c2-c3", "a2xb3", "pass", "p16"))])
    assert asked.moves == ("c2-c3", "a2xb3", "pass", "p16")
    _, asked = read_prompt([("system", system()), ("user", question("b2", "swap"))])
    assert asked.moves == ("b2", "swap")


def test_a_swap_is_read_in_examples_and_replayed() -> None:
    rules = replace(RULES, swap=True)
    text = write_system(write_rules(rules), [write_example(("b2", "swap", "a1"), "O wins")], 1, "a1")
    evidence = read_evidence(text)
    assert (evidence.rules, evidence.games[0].moves) == (rules, ("b2", "swap", "a1"))
    assert len(list_decisions(evidence)) == 2, "the swap itself and the move after it"
    state = evidence.replay(("b2", "swap"))
    assert state is not None and (int(state[0]), int(state[1]), int(state[5])) == (0, 1 << 4, 0)
    assert evidence.replay(("b2", "a1", "swap")) is None
    withheld = read_evidence(system(rules=False, lines=[write_example(("b2", "swap", "a1"), "O wins")]))
    assert withheld.games[0].moves == ("b2", "swap", "a1")


@wordings
def test_withheld_rules_leave_the_examples(wording: int) -> None:
    evidence = read_evidence(system(rules=False, wording=wording))
    assert evidence.rules is None and evidence.replay(()) is None
    assert len(evidence.games) == 3 and evidence.opening_plies == 3
    with pytest.raises(ReadError, match="withheld"):
        _ = evidence.known_rules


@wordings
def test_a_prompt_without_examples_leaves_the_rules(wording: int) -> None:
    evidence = read_evidence(system(lines=[], wording=wording))
    assert evidence.rules == RULES
    assert (evidence.games, evidence.opening_plies) == ((), 0)


@wordings
def test_the_game_to_reproduce_is_read_in_every_wording(wording: int) -> None:
    asked = write_replay(question("a1", "b2", wording=wording), 17, wording)
    messages = [("system", system(wording=wording)), ("user", asked)]
    evidence, read = read_prompt(messages)
    assert (read.replayed, read.moves) == (17, ("a1", "b2"))
    assert [game.number for game in evidence.games] == [1, 2, 3]
    assert read_prompt([messages[0], ("user", question("a1", wording=wording))])[1].replayed is None


@wordings
def test_each_retry_counts_and_leaves_the_position(wording: int) -> None:
    messages = [("system", system(wording=wording)), ("user", question("a1", "b2", wording=wording))]
    retries = [write_illegal("b2", wording), write_unreadable("a1", wording)]
    for count, text in enumerate(retries, 1):
        messages += [("assistant", '{"move": "b2"}'), ("user", text)]
        _, asked = read_prompt(messages)
        assert (asked.moves, asked.retries) == (("a1", "b2"), count)


JUNK: dict[str, list[tuple[str, str]]] = {
    "nothing": [],
    "no system": [("user", question())],
    "no user": [("system", system())],
    "no position": [("system", system()), ("user", "What is the capital of France?")],
    "position said by the system": [("system", system() + question()), ("user", "Hello")],
}


@pytest.mark.parametrize("junk", JUNK)
def test_junk_is_a_read_error(junk: str) -> None:
    with pytest.raises(ReadError):
        read_prompt(JUNK[junk])


@pytest.mark.parametrize("name", LEARNERS)
@pytest.mark.parametrize("junk", JUNK)
def test_a_learner_answers_junk_with_a_sentence(junk: str, name: str) -> None:
    reply = find_learner(name).answer(JUNK[junk])
    assert reply.startswith("I cannot read this prompt: ") and read_answer(reply) is None


@pytest.mark.parametrize("name", LEARNERS)
def test_a_learner_answers_moves_that_the_rules_forbid(name: str) -> None:
    reply = find_learner(name).answer([("system", system(lines=[])), ("user", question("a1", "a1"))])
    assert reply == "I do not know a move here."


@pytest.mark.parametrize("name", LEARNERS)
def test_a_learner_answers_a_finished_game(name: str) -> None:
    reply = find_learner(name).answer([("system", system(lines=[])), ("user", question(*GAMES[0][0]))])
    assert reply == "I do not know a move here."


@given(st.data())
def test_no_damage_to_a_prompt_stops_a_learner(data: st.DataObject) -> None:
    texts = [system(rules=data.draw(st.booleans())), question("a1", "b2")]
    for _ in range(data.draw(st.integers(1, 3))):
        which = data.draw(st.integers(0, 1))
        words = texts[which].split(" ")
        place = data.draw(st.integers(0, len(words) - 1))
        words[place] = data.draw(
            st.one_of(st.text(max_size=12), st.sampled_from(["zz", "q99", "a1-", "-a1", "|", "x"]))
        )
        texts[which] = " ".join(words)
    for name in LEARNERS:
        assert find_learner(name).answer([("system", texts[0]), ("user", texts[1])])


@pytest.mark.parametrize("fault", ["a1", "d4", "zz", "pass", "A1-"])
def test_an_example_is_used_up_to_its_first_illegal_move(fault: str) -> None:
    broken = read_evidence(system(lines=[f"a1 b2 c3 {fault} a2 a3 | X wins"], plies=1))
    whole = read_evidence(system(lines=["a1 b2 c3 | X wins"], plies=1))
    assert [d.chosen for d in list_decisions(broken)] == [d.chosen for d in list_decisions(whole)]
    assert [d.points for d in list_decisions(broken)] == [0.0, 1.0]


@pytest.mark.parametrize("fault", ["zz", "a", "a1-", "-", "é1"])
def test_words_that_are_no_moves_end_an_example_without_rules_too(fault: str) -> None:
    text = system(rules=False, lines=[f"c3 b2 {fault} a1 | draw"], plies=0)
    assert read_evidence(text).games[0].moves == ("c3", "b2")
    reply = find_learner("copycat").answer([("system", text), ("user", question())])
    assert reply == '{"move": "c3"}'


def play_out(game: Game, seed: int) -> tuple[list[str], list[np.ndarray]]:
    """Random moves to the end of a game, and the position before each and at last."""
    rng = np.random.default_rng(seed)
    moves, states = [], [game.start()]
    while len(legal := legal_moves(game.tables, states[-1])):
        move = int(rng.choice(legal))
        states.append(states[-1].copy())
        apply(game.tables, states[-1], move)
        moves.append(format_move(game.rules, move))
    return moves, states


@pytest.mark.parametrize("name", ["velun", "tarsk", "othello"])
def test_replay_gives_the_kernels_position_in_any_order_of_questions(name: str) -> None:
    game = load_game(name)
    text = write_system(game.text, [], 4, "a1")
    played = [play_out(game, seed) for seed in range(3)]
    visits = [(i, ply) for i, (moves, _) in enumerate(played) for ply in range(len(moves) + 1)]
    shared = read_evidence(text)
    for i, ply in np.random.default_rng(0).permutation(visits):
        moves, states = played[i]
        found = shared.replay(tuple(moves[:ply]))
        assert found is not None and found.tolist() == states[ply].tolist()
        found[:] = 0  # what a caller does with a position must not reach the next caller
    assert shared.replayed


def test_replay_outlives_a_full_cache() -> None:
    evidence = read_evidence(system(plies=2))
    evidence.replayed.update({(f"other {i}",): np.zeros(12, np.uint64) for i in range(5000)})
    first, second = evidence.replay(("a1", "b2")), evidence.replay(("a1", "b2", "c3"))
    assert first is not None and second is not None
    assert (int(first[6]), int(second[6])) == (2, 3)
    assert len(evidence.replayed) < 100


def test_an_illegal_move_is_not_remembered() -> None:
    evidence = read_evidence(system(plies=2))
    assert evidence.replay(("a1", "a1")) is None
    assert evidence.replay(("a1", "a1")) is None
    assert evidence.replay(("a1",)) is not None


def test_equal_texts_are_one_piece_of_evidence() -> None:
    assert read_evidence(system()) is read_evidence(system())
    assert read_evidence(system()).salt != read_evidence(system(plies=4)).salt
    assert ExampleGame(("a1",), 0) != ExampleGame(("a1",), 0), "evidence is compared by identity"


@pytest.mark.parametrize("wording", range(len(WORDINGS)))
def test_lines_of_another_game_are_passed_over(wording: int) -> None:
    lines = [write_example(("b2", "a1"), "X wins")]
    alone = write_system(write_rules(RULES), lines, 1, "a1", wording)
    padded = write_system(write_rules(RULES), lines, 1, "a1", wording, before=["c1 c2 | draw"], after=["c3 | O wins"])
    assert alone != padded
    assert [game.moves for game in read_evidence(padded).games] == [game.moves for game in read_evidence(alone).games]
