"""The rounds of a run with a plan: look at each curve, write down what to buy, play it, and look again.

The curves of a run go through their rounds together, so that all workers have something to play.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from threadpoolctl import threadpool_limits

from quickstudy.benchmarks.dealing import deal_round
from quickstudy.benchmarks.plan import Plan, read_budget
from quickstudy.benchmarks.purchases import Account, Bought, Purchase, Round, list_start, plan_round, read_bought
from quickstudy.benchmarks.suite import Job, SuiteError
from quickstudy.reports.spending import LEDGER, Price
from quickstudy.tasks.jsonl import append_lines, read_lines
from quickstudy.tasks.seeds import new_generator


def run_rounds(
    accounts: Sequence[Account],
    plan: Plan,
    folder: Path,
    play: Callable[[list[Job]], None],
    progress: Callable[[str], None],
    prices: tuple[float, float] | None = None,
) -> None:
    """Buy evidence on each curve until its cause is decided or its budget is spent.

    `play` plays what the logs below `folder` lack of jobs. Raises SuiteError where a budget is in dollars and there is
    no price, or where playing a round leaves nothing behind.
    """
    budget, price = read_budget(plan.budget), None if prices is None else Price(*prices)
    if budget.unit == "dollars" and price is None:
        raise SuiteError("a budget in dollars needs a price (--price READ,WRITTEN dollars per million tokens)")
    ledger, logs = folder / LEDGER, folder / "logs"
    rows = read_lines(ledger)
    begun = [job for account in accounts for job in account.list_jobs(_list_purchases(account, rows))]
    if begun:
        play(begun)
    open_curves = [(account, max((row["round"] for row in _find(account, rows)), default=0)) for account in accounts]
    before: dict[str, int] = {}
    while open_curves:
        jobs, going = [], []
        for account, number in open_curves:
            bought = read_bought(account, logs)
            found = _choose(account, bought, plan, price, number + 1)
            if bought is not None and before.get(account.label) == _count(bought):
                raise SuiteError(f"{account.label}: a round was played and left nothing behind: see {logs}")
            before[account.label] = 0 if bought is None else _count(bought)
            last = [row for row in _find(account, rows) if not row["bought"]][-1:]
            line = _tell(account, plan, price, found, bought, number + 1)
            if found.stopped is None or [_strip(row) for row in last] != [_strip(line)]:
                append_lines(ledger, [line], sync=True)
            progress(_show(account, found, bought, number + 1))
            if found.stopped is None:
                jobs += account.list_jobs(found.purchases, bought)
                going.append((account, number + 1))
        if jobs:
            play(jobs)
        rows, open_curves = read_lines(ledger), going


def _choose(account: Account, bought: Bought | None, plan: Plan, price: Price | None, number: int) -> Round:
    start = list_start(account, plan, bought)
    if start or bought is None:
        return Round(None, start)
    rng = new_generator("plan", account.games.model, account.skill, number)
    budget = read_budget(plan.budget)
    with threadpool_limits(1):  # matrices are small: several threads only wait for each other
        if plan.deals:
            return deal_round(account, bought, plan, budget, price, number, rng)
        return plan_round(account, bought, plan, budget, price, rng)


def _find(account: Account, rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return [row for row in rows if (row.get("model"), row.get("skill")) == (account.games.model, account.skill)]


def _list_purchases(account: Account, rows: Iterable[dict[str, Any]]) -> list[Purchase]:
    return [Purchase.from_dict(item) for row in _find(account, rows) for item in row["bought"]]


def _count(bought: Bought) -> int:
    return sum(map(len, bought.shown.values()))


def _tell(
    account: Account, plan: Plan, price: Price | None, found: Round, bought: Bought | None, number: int
) -> dict[str, Any]:
    """A line of the ledger."""
    return {
        "model": account.games.model,
        "skill": account.skill,
        "round": number,
        "calls": 0 if bought is None else bought.costs.calls,
        "posterior": None if found.look is None else found.look.posterior,
        "bought": [purchase.to_dict() for purchase in found.purchases],
        "stopped": found.stopped,
        "bar": plan.bar,
        "budget": plan.budget,
        "price": None if price is None else [price.read, price.written],
        "numbers": account.numbers,
    }


def _strip(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != "round"}


def _show(account: Account, found: Round, bought: Bought | None, number: int) -> str:
    spent = 0 if bought is None else bought.costs.calls
    seen = "" if found.look is None else f", {found.look.best} {found.look.posterior[found.look.best]:.2f}"
    if found.stopped is not None:
        return f"{account.label}: {spent} calls{seen}, {found.stopped}"
    shown = ", ".join(f"{item.kind} in {item.view.name}" for item in found.purchases)
    return f"{account.label}: {spent} calls{seen}; round {number} buys {shown}"
