"""Tests of the learners' thinking: what it finds, that it keeps to its budget, and that it is deaf to nothing else."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from quickstudy.scorers.recall import View
from quickstudy.tasks.games.game import load_game
from quickstudy.tasks.games.kernel import apply, legal_moves, successors
from quickstudy.tasks.games.notation import parse_move
from quickstudy.tasks.learners.directory import find_learner
from quickstudy.tasks.learners.search import POSITION_TOKENS, Search
from quickstudy.tasks.study import Study


def know_nothing(after: NDArray[np.uint64], mover: int) -> NDArray[np.float64]:
    return np.zeros(len(after))


def reach(name: str, moves: str) -> tuple[object, NDArray[np.uint64]]:
    game = load_game(name)
    state = np.array(game.tables["start"], dtype=np.uint64)
    for text in moves.split():
        move = parse_move(game.rules, text, legal_moves(game.tables, state).tolist())
        assert move is not None
        apply(game.tables, state, move)
    return game.tables, state


def exhaust(tables: object, state: NDArray[np.uint64], mover: int, plies: int) -> float:
    """Plain minimax without learnt values: 1 won, -1 lost, 0 else, for `mover`."""
    if state[7]:
        return 0.0 if state[7] == 3 else (1.0 if int(state[7]) == mover + 1 else -1.0)
    if plies == 0:
        return 0.0
    after = successors(tables, state)[1]
    values = [exhaust(tables, one, mover, plies - 1) for one in after]
    return max(values) if int(state[5]) == mover else min(values)


@pytest.mark.parametrize("moves", ["d1 a1 d2 a2 d3", "d1 d2 e1 e2", "d1 a1 e1"])
def test_thinking_finds_what_plain_minimax_finds(moves: str) -> None:
    tables, state = reach("connect_four", moves)
    mover = int(state[5])
    after = successors(tables, state)[1]
    truth = np.array([exhaust(tables, one, mover, 3) for one in after])
    found = Search(tables, know_nothing, 7**4 * 2 * POSITION_TOKENS).score_moves(after, mover)
    assert set(np.flatnonzero(found >= found.max() - 1e-9)) <= set(np.flatnonzero(truth == truth.max()))
    assert len(set(truth)) > 1, "the position tells good moves from bad"


def test_without_a_budget_moves_are_judged_at_sight_and_no_token_is_spent() -> None:
    tables, state = reach("connect_four", "d1 a1")
    after = successors(tables, state)[1]
    search = Search(tables, lambda positions, mover: np.arange(len(positions), dtype=float), 0)
    assert search.score_moves(after, 0).tolist() == list(range(7)) and search.tokens == 0


@pytest.mark.parametrize("budget", [13, 14, 200, 3000])
def test_a_budget_is_used_and_never_passed(budget: int) -> None:
    tables, state = reach("connect_four", "d1 a1")
    after = successors(tables, state)[1]
    search = Search(tables, know_nothing, budget)
    search.score_moves(after, 0)
    assert budget - 7 * POSITION_TOKENS < search.tokens <= budget


def test_a_learner_of_values_thinks_and_others_do_not() -> None:
    study = Study("morvane", (1,), 1, 2, opponents=("random",), teacher="mcts-100")
    messages = (("system", study.write_system(View.plain(1), 0)), ("user", ask_first_move(study)))
    replies = {name: find_learner(name).reply(messages, 500) for name in ("scorer", "imitator", "greedy", "random")}
    assert [name for name, reply in replies.items() if reply.tokens] == ["scorer"]
    assert 100 < replies["scorer"].tokens <= 500
    assert find_learner("scorer:capacity-1").reply(messages, 500) == replies["scorer"]
    assert find_learner("scorer").reply(messages, 0).text == find_learner("scorer").answer(messages)


def ask_first_move(study: Study) -> str:
    state = np.array(study.game.tables["start"], dtype=np.uint64)
    return study.skill.write_question(state, [], legal_moves(study.game.tables, state))
