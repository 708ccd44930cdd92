"""What a plan buys: the offer that tells most for its cost, within a budget, until a cause reaches the bar."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from quickstudy.benchmarks.offers import Cells, Offer, choose_offers, list_padded, look_at
from quickstudy.benchmarks.plan import Budget, Plan, read_budget, read_plan, read_price
from quickstudy.benchmarks.purchases import Purchase, leave_filler, list_start, measure_rate, open_accounts
from quickstudy.benchmarks.resume import list_rest
from quickstudy.benchmarks.suite import Job, SuiteError, check_suite, list_jobs, load_suite
from quickstudy.benchmarks.validation.spending import Market, spend
from quickstudy.scorers.planning import worth_of_probes
from quickstudy.scorers.recall import View
from tests.planted import SATURATED

MIDDLE, EARLY = View("middle", 16, 64), View("early", 16, 64)
SUITE: dict[str, Any] = {
    "version": "1-A",
    "title": "Tiny",
    "games": ["morvane"],
    "models": ["quickstudy/random"],
    "conditions": [
        {"examples": [0, 2, 8], "sets": 4, "games_per_match": 2},
        {"task": "board_probe", "examples": [0, 2, 8], "sets": 4, "probes": 10},
    ],
    "plan": {"start": [0, 8], "sets": 2},
}

PAIRS = (("board_game", "board_probe"), ("chess_game", "chess_probe"))


def saturated(*views: View, se: float = 40.0) -> Cells:
    return Cells(views, np.array([SATURATED.strength(view) for view in views]), np.full(len(views), se))


PLAIN = saturated(*map(View.plain, (0, 4, 16, 64)))


def choose(*offers: Offer, count: int = 1, left: float = 1e9) -> list[Offer]:
    rng = np.random.default_rng(0)
    return [offer for offer, _ in choose_offers(PLAIN, 64, offers, count, left, rng=rng)]


def test_a_flat_curve_buys_a_place_in_the_window_before_more_of_itself() -> None:
    middle = Offer(("games",), MIDDLE, 4, 8.0, 100.0)
    assert choose(Offer(("games",), View.plain(64), 4, 8.0, 100.0), middle) == [middle]


def test_of_two_kinds_that_tell_as_much_the_cheaper_is_bought_and_a_view_once_in_a_round() -> None:
    games, probes = Offer(("games",), MIDDLE, 4, 8.0, 100.0), Offer(("probes",), MIDDLE, 4, 8.0, 60.0)
    early = Offer(("games",), EARLY, 4, 8.0, 100.0)
    assert choose(games, probes, early, count=3) == [probes, early]


def test_what_the_budget_does_not_pay_is_not_bought() -> None:
    middle, early = Offer(("games",), MIDDLE, 4, 8.0, 100.0), Offer(("games",), EARLY, 4, 8.0, 90.0)
    assert choose(middle, early, count=2, left=95.0) == [early]
    assert choose(middle, early, left=80.0) == []


def test_a_cause_is_decided_at_the_bar_and_never_without_padded_layouts() -> None:
    whole = saturated(
        *map(View.plain, (0, 4, 16, 64)), MIDDLE, EARLY, View("late", 16, 64), View("filler", 0, 64), se=10.0
    )
    assert look_at(whole, 64, 0.8).decision == look_at(whole, 64, 0.8).best == "saturation"
    assert look_at(whole, 64, 0.9999).decision is None
    assert look_at(PLAIN, 64, 0.01).decision is None


def test_the_middle_is_offered_first_and_m_stays_where_a_curve_can_be_steep() -> None:
    views = list_padded(64, [0, 1, 2, 8, 32])
    assert [view.name for view in views] == [
        *("middle-m8-slots64", "middle-m2-slots64", "early-m8-slots64", "early-m2-slots64"),
        *("late-m8-slots64", "late-m2-slots64", "filler-m0-slots64"),
    ]


def test_probes_tell_as_their_rate_says_until_the_mapping_errs_more_than_they_do() -> None:
    assert worth_of_probes(0, 12, 4.0, sigma=0.0) == pytest.approx(3.0 / 0.95)
    assert worth_of_probes(1200, 12, 4.0, sigma=100.0) < 0.1


@pytest.mark.parametrize(("text", "limit"), [("2600", 2600.0), ("$5", 5.0), ("20%", 2000.0), (" 0.5% ", 50.0)])
def test_a_budget_is_calls_dollars_or_a_share(text: str, limit: float) -> None:
    assert read_budget(text).limit(10_000.0) == pytest.approx(limit)
    assert (read_budget(text).unit == "dollars") == ("$" in text)


@pytest.mark.parametrize("text", ["", "abc", "-5", "0", "nan", "inf", "$5%", "5$"])
def test_what_is_no_budget_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="a budget is a number of calls"):
        read_budget(text)


def test_a_price_is_two_numbers() -> None:
    assert read_price("3,15") == (3.0, 15.0)
    for text in ("3", "a,b", "-1,2", "0,0", "1,2,3"):
        with pytest.raises(ValueError, match="a price is two numbers"):
            read_price(text)


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"bars": 1}, "bars"),
        ([], "plan maps"),
        ({"start": [0]}, "start"),
        ({"sets": 1}, "sets"),
        ({"offers": True}, "offers"),
        ({"bar": 0.5}, "bar"),
        ({"budget": "all"}, "a budget is"),
    ],
)
def test_a_faulty_plan_is_one_sentence(given: Any, named: str) -> None:
    with pytest.raises(ValueError, match=named):
        read_plan(given)
    with pytest.raises(SuiteError, match=rf"tiny.yaml: .*{named}"):
        check_suite("tiny", SUITE | {"plan": given}, "tiny.yaml")


def test_a_budget_is_given_only_to_a_suite_with_a_plan() -> None:
    plan = load_suite("ceiling-lite").narrow(budget="300").plan
    assert plan is not None and read_budget(plan.budget) == Budget(300.0, "calls")
    with pytest.raises(SuiteError, match="no plan"):
        load_suite("smoke").narrow(budget="300")


@pytest.mark.parametrize(("game", "games", "probes"), [("morvane", *PAIRS[0]), ("fnipil", *PAIRS[1])])
def test_the_first_round_buys_games_and_probes_of_few_sets_and_asks_for_nothing_else(
    game: str, games: str, probes: str, tmp_path: Path
) -> None:
    conditions = [dict(given, task=task) for given, task in zip(SUITE["conditions"], (games, probes), strict=True)]
    suite = check_suite("tiny", SUITE | {"games": [game], "conditions": conditions}, "")
    assert suite.plan is not None
    (account,) = open_accounts(list_jobs(suite), suite.plan)
    start = list_start(account, suite.plan, None)
    assert [(item.kind, item.view.m, item.first, item.last) for item in start] == [
        *(("games", 0, 0, 2), ("probes", 0, 0, 2), ("games", 8, 0, 2), ("probes", 8, 0, 2)),
    ]
    assert [Purchase.from_dict(item.to_dict()) for item in start] == start
    rest = list_rest(account.list_jobs(start), tmp_path)
    places = [f"{game}-n{n}-set{number}" for n in (0, 8) for number in (0, 1)]
    assert {job.task: sorted(job.samples) for job in rest} == {games: places, probes: places}
    assert all(job.arguments["sets"] == 4 for job in rest), "the window is fitted to all sets that can be bought"
    rate = measure_rate(account)
    assert account.skill == game and rate is not None and rate.probes > 1.0 < rate.sigma


@pytest.mark.parametrize(
    ("conditions", "named"),
    [
        ([{"examples": [0, 8], "sets": 1}], "sets at a time"),
        ([{"examples": [0, 4], "sets": 4}], "starts with n"),
        ([{"examples": [0, 8], "sets": 4}, {"examples": [0, 8], "sets": 4, "wording": 1}], "one condition of games"),
        ([{"examples": [8], "layouts": "late", "m": 2, "slots": 8, "sets": 4}], "plain conditions"),
        ([{"task": "board_probe", "examples": [0, 8], "sets": 4}], "games beside"),
    ],
)
def test_conditions_that_no_plan_can_buy_from_are_refused(conditions: list[dict[str, Any]], named: str) -> None:
    suite = check_suite("tiny", SUITE | {"conditions": conditions}, "")
    assert suite.plan is not None
    with pytest.raises(SuiteError, match=named):
        open_accounts(list_jobs(suite), suite.plan)


def test_a_simulated_plan_keeps_to_its_share_and_spends_alike_from_equal_seeds() -> None:
    plan = Plan(bar=0.99)
    first, again = (spend(SATURATED, plan, Market(), 0.06, np.random.default_rng(3)) for _ in range(2))
    assert first == again and 0.05 < first[1] <= 0.06


def test_padded_purchases_are_jobs_of_their_layout_whose_opponents_follow_from_what_is_known() -> None:
    suite = check_suite("tiny", SUITE, "")
    assert suite.plan is not None
    (account,) = open_accounts(list_jobs(suite), suite.plan)
    (job,) = account.list_jobs([Purchase("probes", View("late", 2, 8), 1, 3)])
    assert isinstance(job, Job) and job.samples == ("morvane-late-m2-slots8-set1", "morvane-late-m2-slots8-set2")
    assert (job.task, job.arguments["m"], job.arguments["slots"]) == ("board_probe", 2, 8)


def test_the_filler_of_a_plan_is_that_of_padded_purchases_alone() -> None:
    suite = check_suite("tiny", SUITE, "")
    assert suite.plan is not None
    filled = replace(suite, conditions=tuple({**condition, "filler": "lattic"} for condition in suite.conditions))
    (account,) = open_accounts(list_jobs(filled), suite.plan)
    assert "filler" not in leave_filler(account.games).arguments
    jobs = account.list_jobs([Purchase("games", view, 0, 1) for view in (View.plain(2), View("late", 2, 8))])
    assert [job.arguments.get("filler") for job in jobs] == [None, "lattic"]
