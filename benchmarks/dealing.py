"""Dealing: a plan of fixed size, whose games and probes go where they are expected to tell most about the cause.

The first round buys every plain cell. What the budget leaves is dealt in a few rounds over the plain cells and padded
layouts of several m (`scorers.allotment`), each round from what all before it told. Nothing stops early, so a verdict
on what was dealt is one on an experiment of fixed size.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from quickstudy.benchmarks.offers import KINDS, look_at
from quickstudy.benchmarks.plan import Budget, Plan
from quickstudy.benchmarks.purchases import (
    Account,
    Bought,
    Purchase,
    Rate,
    Round,
    list_plain,
    measure_rate,
)
from quickstudy.reports.spending import FULL_GAMES, Price, list_full
from quickstudy.scorers.allotment import allot_portions, list_candidates
from quickstudy.scorers.planning import worth_of_probes
from quickstudy.scorers.recall import View

SPENT = "dealt"


def deal_round(
    account: Account,
    bought: Bought,
    plan: Plan,
    budget: Budget,
    price: Price | None,
    number: int,
    rng: np.random.Generator,
) -> Round:
    """Look at a curve and deal the share of this round, whose `number` is 2 after the first; or stop."""
    cells = bought.cells()
    if bought.n_max < 2 or len({view.m for view in cells.views if view.layout == "plain"}) < 2:
        return Round(None, [], "no curve: strengths at two numbers of examples are needed")
    look = look_at(cells, bought.n_max, plan.bar)
    shown, kinds = bought.shown["games"], [kind for kind in KINDS if account.job_of(kind) is not None]
    asked = {shown.get((view, 0), view): view for view in list_plain(account, bought)}
    candidates = list_candidates([view.m for view in asked], bought.n_max)
    sources = [asked.get(view, view) for view in candidates]
    held = np.array([[bought.count(kind, view) for kind in kinds] for view in sources])
    limit = np.array([_count_sets(account, kind) for kind in kinds])
    most = np.maximum(((limit - held) // plan.sets).min(axis=1), 0)
    left = _count_left(account, bought, plan, budget, price, candidates)
    portions = min(-(-left // max(plan.rounds + 2 - number, 1)), int(most.sum()))
    if portions < 1:
        return Round(look, [], SPENT if left < 1 else "no view takes another example set")
    worth = _weigh_portions(account, plan, held[:, -1] if len(kinds) > 1 else None)
    dealt = allot_portions(
        cells.views,
        cells.elo,
        cells.se,
        bought.n_max,
        candidates,
        portions,
        worth,
        rng=rng,
        correlation=cells.correlation,
        most=most,
    )
    purchases = [
        Purchase(kind, view, int(first), int(first) + int(given) * plan.sets)
        for view, row, given in zip(sources, held, dealt, strict=True)
        if given
        for kind, first in zip(kinds, row, strict=True)
    ]
    return Round(look, purchases)


def _count_sets(account: Account, kind: str) -> int:
    """The example sets that a view can have at most."""
    job = account.games if kind == "games" else account.probes
    return 0 if job is None else int(job.arguments["sets"])


def _count_left(
    account: Account, bought: Bought, plan: Plan, budget: Budget, price: Price | None, candidates: Sequence[View]
) -> int:
    """The portions that the budget still pays.

    A share of the full experiment is counted in example sets, so that it follows from the suite alone; calls and
    dollars are counted by the dearest view, so that they are not passed but for games that take longer than before.
    """
    full, costs = list_full(account.numbers, bought.n_max), bought.costs
    games = float(account.games.arguments.get("games_per_match", 4))
    if budget.unit == "share":
        sets = budget.amount * len(full) * FULL_GAMES / games
        played = bought.games.groupby(["cell_id", "set"]).ngroups
        return max(int((sets - played) / plan.sets + 1e-9), 0)
    probes = float(account.probes.arguments.get("probes", 25)) if account.probes is not None else 0.0
    dearest = max(
        costs.price_games(view, plan.sets * games, price) + costs.price_probes(view, plan.sets * probes, price)
        for view in candidates
    )
    return max(int((budget.limit(costs.price_all(full, price)) - costs.spent(price)) / dearest), 0)


def _weigh_portions(account: Account, plan: Plan, held: NDArray[np.int_] | None) -> list[float] | float:
    """The games that a portion is worth in each view, of which so many sets of probes are `held`."""
    games = plan.sets * float(account.games.arguments.get("games_per_match", 4))
    rate: Rate | None = measure_rate(account) if account.probes is not None else None
    if rate is None or held is None or account.probes is None:
        return games
    each = float(account.probes.arguments.get("probes", 25))
    return [games + worth_of_probes(float(sets) * each, plan.sets * each, rate.probes, rate.sigma) for sets in held]
