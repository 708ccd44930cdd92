"""Learners in a skin: they read the notation from the text, play the same moves, and fail where they do not read it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quickstudy.tasks.answers import read_answer
from quickstudy.tasks.games.board import Board
from quickstudy.tasks.games.rules import Kind, Rules
from quickstudy.tasks.games.skin import Skin, find_skin
from quickstudy.tasks.learners import prompt
from quickstudy.tasks.learners.directory import LEARNERS, find_learner
from quickstudy.tasks.learners.naming import Naming, read_form, read_naming
from quickstudy.tasks.prompts.play import write_example, write_position, write_system

STONES = Rules("Stones", Board("square", 5, 5), place="any", line=5)
RACE = Rules(
    "Race", Board("square", 4, 5), (Kind("man", step=("N", "NE", "NW"), capture=("NE", "NW")),),
    (("a1", "b1", "c1", "d1"),), (("a5", "b5", "c5", "d5"),), far=True, stalemate="lose",
)  # fmt: skip
TAUGHT = [
    (f"c3 {reply} d4 {then}".split(), "X wins")
    for reply, then in (("a1", "b5"), ("e1", "a3"), ("a5", "e2"), ("b2", "e5"))
]
RUNS = [
    ("a1-b2 a5-a4 b2-c3 b5-b4 c3xb4 a4-a3 b4xa5".split(), "X wins"),
    ("a1-b2 d5-d4 b2-c3 d4xc3 b1-b2 c3xb2 d1-d2 b2xc1".split(), "O wins"),
    ("a1-b2 c5-c4 b2-a3 c4-d3 a3-a4 d3-d2 a4xb5".split(), "X wins"),
]
LEARNT = ("copycat", "imitator", "scorer")
numbers = pytest.mark.parametrize("number", [1, 2, 3, 4])


def ask(
    rules: Rules, examples: list[tuple[list[str], str]], moves: list[str], skin: Skin, *, told: bool = True
) -> list[tuple[str, str]]:
    lines = [write_example(skin.write_moves(played), skin.write_result(result)) for played, result in examples]
    sample = skin.write_move("a1-b1" if rules.place == "none" else "a1")
    system = write_system(skin.write_rules(rules) if told else None, lines, 0, sample)
    return [("system", system), ("user", write_position("", skin.write_moves(moves), skin.sides[0], "x"))]


def answer(name: str, messages: list[tuple[str, str]]) -> str:
    move = read_answer(find_learner(name).answer(messages))
    assert move is not None
    return move


@numbers
@pytest.mark.parametrize("name", LEARNT)
@pytest.mark.parametrize(
    ("rules", "examples", "moves"),
    [(STONES, TAUGHT, []), (RACE, RUNS, []), (RACE, RUNS, ["a1-b2", "d5-d4"])],
    ids=["stones", "race", "race after a move each"],
)
def test_a_learner_plays_the_same_move_in_a_skin(
    rules: Rules, examples: list[tuple[list[str], str]], moves: list[str], name: str, number: int
) -> None:
    plain = answer(name, ask(rules, examples, moves, find_skin(rules, 0)))
    skin = find_skin(rules, number)
    shown = answer(name, ask(rules, examples, moves, skin))
    assert shown == skin.write_move(plain) != plain


@numbers
def test_wins_in_one_are_seen_in_a_skin(number: int) -> None:
    moves, skin = ["a1-a2", "d5-d4", "a2-a3", "d4-d3", "a3-a4", "d3-d2"], find_skin(RACE, number)
    for name in set(LEARNERS) - {"random"}:
        assert skin.read_move(answer(name, ask(RACE, [], moves, skin))) == "a4xb5"


@numbers
def test_a_learner_that_knew_the_plain_notation_by_heart_would_have_no_move(
    number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prompt, "read_naming", lambda rules: Naming())
    prompt.read_evidence.cache_clear()
    prompt._rules.cache_clear()
    messages = ask(STONES, TAUGHT, ["c3"], find_skin(STONES, number))
    assert read_answer(find_learner("imitator").answer(messages)) is None
    monkeypatch.undo()
    prompt.read_evidence.cache_clear()
    prompt._rules.cache_clear()


@numbers
def test_without_rules_the_copycat_repeats_in_the_notation_of_the_examples(number: int) -> None:
    for rules, examples, moves, copied in ((STONES, TAUGHT, ["c3", "a1"], "d4"), (RACE, RUNS, ["a1-b2"], None)):
        skin = find_skin(rules, number)
        plain = answer("copycat", ask(rules, examples, moves, find_skin(rules, 0), told=False))
        assert copied is None or plain == copied
        assert answer("copycat", ask(rules, examples, moves, skin, told=False)) == skin.write_move(plain)


def test_without_rules_the_form_of_cells_is_that_of_the_sample_answer() -> None:
    numbered, lettered = read_form('like {"move": "q7>b7"}.'), read_form('like {"move": "qk"}.')
    assert [word for word in ("q7", "q7>b7", "q7!b7", "qk", "no", "q", "q7>") if numbered.read_move(word)] == [
        "q7", "q7>b7", "q7!b7",
    ]  # fmt: skip
    assert [word for word in ("q7", "qk", "qk/bk", "qkbk", "yet.") if lettered.read_move(word)] == ["qk", "qk/bk"]


@given(st.lists(st.text(alphabet="abqk719, .>!", max_size=8), min_size=4, max_size=4))
def test_no_damage_to_the_names_stops_a_reader(parts: list[str]) -> None:
    text = (
        f"{parts[0]} is a game for two players, {parts[1]} and {parts[2]}. X begins.\n"
        f"The files are named {parts[3]} from left to right, the ranks {parts[0]} from bottom to top.\n"
        f"A move is written with {parts[1]} between the cell\nfile {parts[2]} rank {parts[3]} a1 {parts[3]}{parts[0]}"
    )
    naming = read_naming(text)
    naming.translate(text)
    for word in (*parts, "a1", "a1-b2", "pass"):
        read = naming.read_move(word)
        assert read is None or isinstance(naming.write_move(read), str)
