"""What evidence cost, counted from the tables, and what the full experiment would have cost."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from quickstudy.reports.spending import (
    LEDGER,
    Price,
    describe_spending,
    format_spending,
    list_full,
    measure_costs,
    read_bar,
    write_spending,
)
from quickstudy.scorers.recall import View
from quickstudy.tasks.jsonl import append_lines

NAMES = ["model", "skill", "layout", "m", "slots", "asked", "input_tokens", "output_tokens"]
# a call reads 100 tokens and 10 for each slot, and writes 2
GAMES = pd.DataFrame(
    [("a/b", "morvane", "plain", 0, 0, 10, 1000, 20), ("a/b", "morvane", "plain", 8, 8, 6, 1080, 12)], columns=NAMES
)
ANSWERS = pd.DataFrame([("a/b", "morvane", "middle", 2, 8, 2, 360, 4)], columns=NAMES)
VERDICT = {"model": "a/b", "skill": "morvane", "n_max": 8}
LINE = {"model": "a/b", "skill": "morvane", "round": 1, "calls": 0, "posterior": None, "bought": [], "stopped": None}
PLAN = {"bar": 0.9, "budget": "20%", "price": None, "numbers": [0, 8]}


def test_calls_and_tokens_are_counted_and_priced_by_the_slots_of_a_view() -> None:
    costs = measure_costs(GAMES, ANSWERS)
    assert (costs.game, costs.probe, costs.calls, costs.input_tokens) == (8.0, 2.0, 18, 2440)
    assert costs.count_tokens(64) == pytest.approx(740.0)
    view, price = View("late", 4, 64), Price(1.0, 5.0)
    assert costs.price_games(view, 2, None) == 16.0
    assert costs.price_games(view, 2, price) == pytest.approx(16 * (740 + 2 * 5) / 1e6)
    assert costs.spent(price) == pytest.approx((2440 + 36 * 5) / 1e6)


def test_a_full_window_counts_once_among_the_numbers_of_the_full_experiment() -> None:
    views = list_full([0, 4, 16, 64], 10)
    assert [view.m for view in views if view.layout == "plain"] == [0, 4, 10]
    assert len(views) == 3 + 4 and all(view.slots == 10 for view in views[3:])
    assert measure_costs(GAMES, ANSWERS).price_all(views[:1], None) == 64 * 8 + 240 * 2


def test_a_verdict_tells_its_spending_and_runs_without_a_ledger_tell_none(tmp_path: Path) -> None:
    assert describe_spending(VERDICT, GAMES, ANSWERS, tmp_path) == {} and read_bar(tmp_path) is None
    bought = {"kind": "games", "view": "n0", "sets": 2, "nats": 0.01234}
    lines = [{**LINE, **PLAN, "bought": [bought]}, {**LINE, **PLAN, "round": 2, "stopped": "budget"}]
    append_lines(tmp_path / LEDGER, [*lines, {**lines[0], "model": "other/model"}])
    found = describe_spending(VERDICT, GAMES, ANSWERS, tmp_path)["spending"]
    assert read_bar(tmp_path) == 0.9 and len(found["rounds"]) == 2
    assert found["calls"] == 18 and found["share"] == pytest.approx(18 / (6 * (64 * 8 + 240 * 2)))
    assert sum(cell["asked"] for cell in found["cells"]) == 18 and found["within_tokens"] == pytest.approx(180.0)
    shown = "\n".join(format_spending(found))
    assert "spent 18 calls" in shown and "the budget is spent" in shown and "window of 180 tokens" in shown
    (path,) = write_spending([{**VERDICT, "spending": found}], tmp_path)
    assert "2 sets of games in n0 (0.012 nats)" in path.read_text().replace("\\", "")
    assert write_spending([VERDICT], tmp_path) == []
