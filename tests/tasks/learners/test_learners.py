"""Tests of how learners play: legal moves, wins in one, what they draw from examples, and nothing from calls before."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest

from quickstudy.tasks.answers import read_answer
from quickstudy.tasks.games.board import Board
from quickstudy.tasks.games.game import load_game
from quickstudy.tasks.games.kernel import apply, legal_moves
from quickstudy.tasks.games.notation import PASS, PLAYERS, draw_board, format_move, parse_move
from quickstudy.tasks.games.rules import Rules
from quickstudy.tasks.games.tables import build_tables
from quickstudy.tasks.games.wording import write_rules
from quickstudy.tasks.learners import imitator, scorer
from quickstudy.tasks.learners.directory import LEARNERS, find_learner
from quickstudy.tasks.learners.learner import count_tokens
from quickstudy.tasks.learners.prompt import read_evidence
from quickstudy.tasks.prompts.play import write_example, write_position, write_replay, write_system
from tests.known_games import tic_tac_toe
from tests.random_rules import random_rules

Messages = list[tuple[str, str]]
RESULTS = {1: "X wins", 2: "O wins", 3: "draw"}
TRAINED = ("copycat", "imitator", "scorer")
every_learner = pytest.mark.parametrize("name", LEARNERS)


def ask(
    rules: Rules, moves: list[str], examples: list[str] | None = None, plies: int = 0, wording: int = 0, board: str = ""
) -> Messages:
    """A question after moves; learners replay the moves, so that `board` only varies the text."""
    system = write_system(write_rules(rules), examples or [], plies, "a1", wording)
    return [("system", system), ("user", write_position(board, moves, "X", "x", wording=wording))]


def answer(name: str, messages: Messages) -> str:
    move = read_answer(find_learner(name).answer(messages))
    assert move is not None
    return move


def walk(rules: Rules, rng: np.random.Generator, plies: int) -> tuple[list[str], np.ndarray]:
    """The texts of up to `plies` random moves, and the position they lead to."""
    tables, moves = build_tables(rules), list[str]()
    state = np.array(tables["start"], dtype=np.uint64)
    while len(moves) < plies and len(legal := legal_moves(tables, state)):
        move = int(rng.choice(legal))
        apply(tables, state, move)
        moves.append(format_move(rules, move))
    return moves, state


def play_examples(rules: Rules, rng: np.random.Generator, count: int) -> list[str]:
    games = [walk(rules, rng, 1000) for _ in range(count)]
    return [write_example(moves, RESULTS[int(state[7])]) for moves, state in games]


def can_move(state: np.ndarray, rules: Rules) -> bool:
    legal = legal_moves(build_tables(rules), np.array(state, dtype=np.uint64))
    return len(legal) > 0 and (int(legal[0]) >> 12) & 7 != PASS


WINS = {("a1", "b1", "a2", "b2"): "a3", ("b1", "a1", "b3", "a2", "c1"): "a3", ("a1", "b1", "b2", "c2"): "c3"}
WRONG = ["a1 b1 a2 b2 c1 c2 | X wins", "b1 a1 b3 a2 c1 c2 | O wins", "a1 b1 b2 c2 a2 b3 | X wins"]


@pytest.mark.parametrize("name", [name for name in LEARNERS if name != "random"])
@pytest.mark.parametrize("wording", range(3))
@pytest.mark.parametrize("examples", [[], WRONG], ids=["no examples", "examples that miss the win"])
def test_a_win_in_one_is_taken(name: str, wording: int, examples: list[str]) -> None:
    for moves, win in WINS.items():
        assert answer(name, ask(tic_tac_toe(), list(moves), examples, wording=wording)) == win


def test_the_random_learner_does_not_look_for_wins() -> None:
    questions = [ask(tic_tac_toe(), ["a1", "b1", "a2", "b2"], board=f"{i}") for i in range(60)]
    assert Counter(answer("random", question) for question in questions)["a3"] < 30


@pytest.mark.parametrize("seed", range(60))
def test_answers_are_legal_in_any_game(seed: int) -> None:
    rng = np.random.default_rng(seed)
    rules = random_rules(rng)
    while not can_move(build_tables(rules)["start"], rules):  # some random games are over before they begin
        rules = random_rules(rng)
    examples, tables = play_examples(rules, rng, 2), build_tables(rules)
    asked = 0
    for plies in (0, 1, 2, 5, 9, 14):
        moves, state = walk(rules, rng, plies)
        if not can_move(state, rules):
            continue
        asked += 1
        legal = legal_moves(tables, state)
        board, player = draw_board(rules, state), PLAYERS[int(state[5])].upper()
        for shown in ([], examples):
            system = write_system(write_rules(rules), shown, 1, "a1")
            messages = [("system", system), ("user", write_position(board, moves, player, "x"))]
            for name in LEARNERS:
                move = answer(name, messages)
                assert parse_move(rules, move, legal) is not None
                assert move in [format_move(rules, int(code)) for code in legal], "the canonical form"
    assert asked


@pytest.mark.parametrize("name", ["greedy", "sampler", *TRAINED])
def test_without_examples_every_legal_move_is_as_likely(name: str) -> None:
    rules = load_game("velun").rules
    moves, state = walk(rules, np.random.default_rng(2), 6)
    legal = legal_moves(build_tables(rules), state)
    rounds = 30
    texts = [ask(rules, moves, board=f"{i}") for i in range(rounds * len(legal))]
    counts = Counter(answer(name, messages) for messages in texts)
    assert set(counts) == {format_move(rules, int(move)) for move in legal}
    chi2 = sum((count - rounds) ** 2 / rounds for count in counts.values())
    freedom = len(legal) - 1
    assert chi2 < freedom + 4 * (2 * freedom) ** 0.5


@every_learner
def test_an_answer_follows_from_its_prompt_alone(name: str) -> None:
    rng = np.random.default_rng(3)
    prompts = []
    for game in ("velun", "morvane"):
        rules = load_game(game).rules
        for examples in ([], play_examples(rules, rng, 3)):
            long, _ = walk(rules, rng, 9)
            prompts += [ask(rules, long[:plies], examples, 4) for plies in (0, 4, 5, 9)]
    first = [answer(name, messages) for messages in prompts]
    for order in (rng.permutation(len(prompts)), range(len(prompts) - 1, -1, -1)):
        again = {i: answer(name, prompts[i]) for i in order}
        assert [again[i] for i in range(len(prompts))] == first
    fresh = LEARNERS[name]()
    assert [read_answer(fresh.answer(messages)) for messages in prompts] == first


def test_a_retry_is_a_new_choice() -> None:
    rules = load_game("velun").rules
    for name in ("random", "greedy"):
        changed = 0
        for i in range(20):
            messages = ask(rules, [], board=f"{i}")
            retry = [*messages, ("assistant", "?"), ("user", "No move could be read.")]
            changed += answer(name, messages) != answer(name, retry)
        assert changed > 10


STONES = Rules("Stones", Board("square", 5, 5), place="any", line=5)
# X's plan, always crowned: c3, then d4. O's replies differ and always lose.
TAUGHT = [f"c3 {reply} d4 {then} | X wins" for reply, then in (("a1", "b5"), ("e1", "a3"), ("a5", "e2"), ("b2", "e5"))]


@pytest.mark.parametrize("name", TRAINED)
@pytest.mark.parametrize("wording", range(3))
def test_a_handful_of_examples_teaches_the_first_move(name: str, wording: int) -> None:
    for i in range(10):
        assert answer(name, ask(STONES, [], TAUGHT, wording=wording, board=f"{i}")) == "c3"


def test_the_imitator_goes_on_as_it_was_taught_after_a_reply_it_never_saw() -> None:
    for i in range(10):
        assert answer("imitator", ask(STONES, ["c3", "d1"], TAUGHT, board=f"{i}")) == "d4"


def test_moves_of_the_random_opening_teach_nothing() -> None:
    for name in TRAINED:
        texts = [ask(STONES, [], TAUGHT, plies=4, board=f"{i}") for i in range(12)]
        assert len({answer(name, messages) for messages in texts}) > 1


def test_the_scorer_learns_from_outcomes_and_the_imitator_from_choices() -> None:
    lost = [line.replace("X wins", "O wins") for line in TAUGHT]
    assert {answer("imitator", ask(STONES, [], lost, board=f"{i}")) for i in range(10)} == {"c3"}
    assert "c3" not in {answer("scorer", ask(STONES, [], lost, board=f"{i}")) for i in range(10)}


def test_without_rules_the_copycat_repeats_and_the_fitted_learners_say_so() -> None:
    system = write_system(None, TAUGHT, 0, "a1")
    messages = [("system", system), ("user", write_position("", ["c3", "a1"], "X", "x"))]
    assert answer("copycat", messages) == "d4"
    for name in set(LEARNERS) - {"copycat"}:
        assert read_answer(find_learner(name).answer(messages)) is None


def test_the_copycat_reproduces_the_game_asked_for_and_plays_where_it_does_not_find_it() -> None:
    # both games begin alike, so that only the number tells them apart; O can win at once with c3
    lines = ["a1 b1 a2 b2 c1 | draw", "a1 b1 a2 b2 c2 | draw", "a1 c1 b1 c2 a3 a2 | draw"]
    text = write_system(write_rules(tic_tac_toe()), lines, 0, "a1")

    def reply(number: int, *moves: str) -> str:
        return answer(
            "copycat", [("system", text), ("user", write_replay(write_position("", moves, "X", "x"), number))]
        )

    assert [reply(number, "a1", "b1", "a2", "b2") for number in (1, 2)] == ["c1", "c2"]
    assert reply(3, "a1", "c1", "b1", "c2", "a3") == "a2", "the game's move, though another wins"
    for number, moves in (
        (4, ("a1", "b1", "a2", "b2")),
        (3, ("a1", "b1", "a2", "b2")),
        (1, ("a1", "b1", "a2", "b2", "c1")),
    ):
        plain = answer("copycat", [("system", text), ("user", write_position("", moves, "X", "x"))])
        assert reply(number, *moves) == plain


def test_without_rules_the_copycat_swaps_as_the_examples_do() -> None:
    text = write_system(None, ["b2 swap a1 c3 a2 c1 | O wins", "a1 c3 b1 | X wins"], 0, "a1")

    def reply(*moves: str) -> str:
        return answer("copycat", [("system", text), ("user", write_position("", moves, "X", "x"))])

    assert reply("b2") == "swap"
    assert reply("a1") == "c3"
    assert reply("b2", "swap", "a1") == "c3"
    assert reply("b2", "c2", "b3") != "swap", "too late"


def test_the_copycat_sees_a_swapped_piece_as_the_second_players() -> None:
    # nearest is the example in which O holds b2, not the one in which X does
    text = write_system(None, ["c2 b2 a1 c3 | O wins", "b2 c2 a1 a3 | O wins"], 0, "a1")
    question = write_position("", ("b2", "swap", "a1"), "O", "o")
    assert read_answer(find_learner("copycat").answer([("system", text), ("user", question)])) == "c3"


def test_without_rules_a_retry_gets_the_copycats_next_best_move() -> None:
    system = write_system(None, TAUGHT, 0, "a1")
    messages = [("system", system), ("user", write_position("", ["c3"], "O", "o"))]
    given = []
    for _ in TAUGHT:
        given.append(answer("copycat", messages))
        messages += [("assistant", "?"), ("user", "That is not legal.")]
    assert sorted(given[:3]) == sorted(set(given[:3])), "no move is tried twice"
    assert set(given) <= {"a1", "e1", "a5", "b2", "b5", "a3", "e2", "e5"}


def test_the_sampler_prefers_what_it_was_taught_the_more_often_it_was_shown() -> None:
    def share(copies: int) -> float:
        texts = [ask(STONES, [], TAUGHT * copies, board=f"{i}") for i in range(100)]
        return sum(answer("sampler", messages) == "c3" for messages in texts) / len(texts)

    few, some, many = share(1), share(60), share(200)
    assert few < 0.15 < some < many - 0.2
    assert many < 1.0, "it never plays one move only"


@pytest.mark.parametrize(("name", "fit"), [("imitator", imitator.fit_preferences), ("scorer", scorer._fit)])
def test_a_text_is_fitted_once(name: str, fit: Any) -> None:
    messages = ask(STONES, [], [*TAUGHT, "e5 a1 | X wins"])
    before = fit.cache_info()
    for moves in ([], ["c3", "d1"], ["e5", "c3"]):
        answer(name, [messages[0], ask(STONES, moves)[1]])
    after = fit.cache_info()
    assert (after.misses - before.misses, after.hits - before.hits) == (1, 2)
    evidence = read_evidence(messages[0][1])
    assert fit(evidence)[1] is fit(read_evidence(messages[0][1]))[1]


@pytest.mark.parametrize(("text", "tokens"), [("", 1), ("abc", 1), ("abcd" * 5, 5), ("éééé", 2), ("\ud800" * 2, 3)])
def test_tokens_are_bytes_in_fours(text: str, tokens: int) -> None:
    assert count_tokens(text) == tokens


def test_an_unknown_learner_is_refused_with_the_known_ones() -> None:
    with pytest.raises(
        ValueError, match="quickstudy/nobody: choose one of copycat, greedy, imitator, intuitive, notebook, "
    ):
        find_learner("nobody")
