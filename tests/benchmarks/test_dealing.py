"""A plan that deals: what is left after the plain cells goes over the views in rounds, as much as the budget says."""

from __future__ import annotations

import os
import signal
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from quickstudy.benchmarks.dealing import deal_round
from quickstudy.benchmarks.plan import Plan, read_budget, read_plan
from quickstudy.benchmarks.purchases import Account, Bought, Purchase, Round, list_start, open_accounts
from quickstudy.benchmarks.suite import check_suite, list_jobs, load_suite
from quickstudy.reports.probes import read_answers
from quickstudy.reports.spending import LEDGER, measure_costs
from quickstudy.reports.tables import read_games
from quickstudy.scorers.recall import View
from quickstudy.tasks.jsonl import read_lines
from tests.benchmarks.commands import BIN, list_matches, run, start, wait_for_matches
from tests.planted import SATURATED, play

NUMBERS = (0, 1, 2, 4, 8, 16, 32, 64)
SUITE: dict[str, Any] = {
    "version": "1-A",
    "title": "Tiny",
    "games": ["morvane"],
    "models": ["quickstudy/random"],
    "conditions": [{"examples": list(NUMBERS), "sets": 32, "games_per_match": 4}],
    "plan": {"deal": "information"},
}


def open_account(**changes: Any) -> tuple[Account, Plan]:
    suite = check_suite("tiny", SUITE | changes, "")
    assert suite.plan is not None
    (account,) = open_accounts(list_jobs(suite), suite.plan)
    return account, suite.plan


def hold(views: Sequence[View], sets: int = 8) -> Bought:
    """What logs would hold of a saturated player after so many sets of these views."""
    games = play(SATURATED, list(views), np.random.default_rng(1), sets)
    cell = games["layout"] + games["m"].astype("str")
    games = games.assign(cell_id=cell, asked=10, input_tokens=1000 + games["slots"], output_tokens=10, order=0)
    shown = {(view, number): view for view in views for number in range(sets)}
    return Bought({"games": shown, "probes": {}}, games, None, measure_costs(games, None))


def deal(bought: Bought, number: int = 2, budget: str = "100%", **changes: Any) -> Round:
    account, plan = open_account(**changes)
    return deal_round(account, bought, plan, read_budget(budget), None, number, np.random.default_rng(0))


PLAIN = [View.plain(n) for n in NUMBERS]


def count(purchases: Sequence[Purchase]) -> int:
    return sum(item.last - item.first for item in purchases)


def test_the_first_round_is_half_of_the_sets_of_every_plain_cell() -> None:
    account, plan = open_account()
    begun = list_start(account, plan, None)
    assert [(item.view, item.first, item.last) for item in begun] == [(view, 0, 8) for view in PLAIN]


def test_two_rounds_deal_what_the_full_experiment_has_left() -> None:
    bought = hold(PLAIN)
    first = deal(bought)
    assert count(first.purchases) == (12 * 16 - 64) / 2, "12 cells of 16 sets in all, half of the rest in each round"
    assert all((item.last - item.first) % 8 == 0 and item.first == 8 * (item.view in PLAIN) for item in first.purchases)
    assert any(item.view.layout == "middle" for item in first.purchases), "a flat curve calls for padded layouts"
    assert count(deal(bought, 3).purchases) == 128 == count(deal(bought, 9).purchases), "the last deals all"
    assert deal(bought).purchases == first.purchases, "and alike from equal seeds"


def test_no_view_gets_more_example_sets_than_the_condition_has() -> None:
    narrow = [{"examples": list(NUMBERS), "sets": 16, "games_per_match": 4}]
    assert max(item.last for item in deal(hold(PLAIN), 3, conditions=narrow).purchases) == 16


def test_nothing_is_dealt_beyond_the_budget() -> None:
    assert deal(hold(PLAIN), budget="33%").stopped == "dealt"
    assert deal(hold(PLAIN), budget="2000").stopped == "dealt", "64 sets of 4 games of 10 calls are spent"
    assert count(deal(hold(PLAIN), 3, budget="4000").purchases) == 32, "of 40 calls each, in portions of 8"


def test_a_curve_of_one_point_is_not_dealt_to() -> None:
    assert "two numbers of examples" in str(deal(hold(PLAIN[:1])).stopped)


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"deal": "evenly"}, "deal is information"),
        ({"rounds": 2}, "rounds needs deal"),
        ({"deal": "information", "rounds": 0}, "rounds is"),
        ({"deal": "information", "offers": 2}, "exclude each other"),
        ({"deal": "information", "start": [0]}, "start is"),
    ],
)
def test_a_faulty_deal_is_one_sentence(given: dict[str, Any], named: str) -> None:
    with pytest.raises(ValueError, match=named):
        read_plan(given)


def test_the_suite_ceiling_deals_as_many_games_as_it_would_play_evenly() -> None:
    suite = load_suite("ceiling")
    assert suite.plan is not None and suite.plan.deals and suite.plan.budget == "100%"
    assert all(account.probes is not None for account in open_accounts(list_jobs(suite), suite.plan))


TINY = """
version: 1-A
title: Tiny
games: [morvane]
models: [quickstudy/random]
conditions:
  - {examples: [0, 2, 8], sets: 16, games_per_match: 16, teacher: random}
  - {task: board_probe, examples: [0, 2, 8], sets: 16, probes: 5, teacher: random}
plan: {deal: information, sets: 2, budget: 60%}
"""


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_run_deals_all_goes_on_after_a_kill_and_plays_nothing_twice(tmp_path: Path) -> None:
    (tmp_path / "tiny.yaml").write_text(TINY)
    command = ["quickstudy", "run", "tiny.yaml", "--out", "out"]
    process = start(tmp_path, [str(BIN / command[0]), *command[1:]])
    wait_for_matches(process, tmp_path / "out", 14)  # those of the first round are 12
    os.kill(process.pid, signal.SIGKILL)
    process.communicate(timeout=30)
    begun = read_lines(tmp_path / "out" / LEDGER)
    for _ in range(2):
        done = run(tmp_path, *command)
        assert done.returncode == 0, done.stderr
        games, answers = read_games(tmp_path / "out" / "logs"), read_answers(tmp_path / "out" / "logs")
        assert len(games) == 256, "in portions of 32, at most 0.6 of 64 for each of seven cells"
        assert len(answers) == len(games) // 16 * 5
        assert len(list_matches(tmp_path / "out")) == len(games) // 8, "each match and sitting is in one log"
    lines = read_lines(tmp_path / "out" / LEDGER)
    assert lines[: len(begun)] == begun and [line["stopped"] for line in lines] == [None, None, None, "dealt"]
    whole = run(tmp_path, *command[:-1], "other")
    assert whole.returncode == 0 and "all of it is dealt" in whole.stdout
    same = read_games(tmp_path / "other" / "logs")
    key = ["layout", "m", "set", "game"]
    first, other = (table.sort_values(key)[[*key, "opponent", "result"]] for table in (games, same))
    assert first.reset_index(drop=True).equals(other.reset_index(drop=True)), "the kill changed nothing"
