"""A plan on a curve: what its logs hold, what can be bought next, and the jobs that buy it.

All follows from the logs: an example set that is finished in a view is bought, and is never bought again. The ledger
`purchases.jsonl` tells what each round bought and why, so that an interrupted round is finished as it was begun.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from quickstudy.benchmarks.offers import KINDS, Cells, Kind, Look, Offer, choose_offers, list_padded, look_at
from quickstudy.benchmarks.plan import Budget, Plan
from quickstudy.benchmarks.resume import PHASE_ZERO, list_finished
from quickstudy.benchmarks.suite import GAMES, Job, SuiteError
from quickstudy.reports.spending import Costs, Price, list_full, measure_costs
from quickstudy.scorers.planning import worth_of_probes
from quickstudy.scorers.recall import View
from quickstudy.tasks.tracks import find_track

if TYPE_CHECKING:
    from quickstudy.tasks.match import PhaseZero

_PLAIN = ("layouts", "m", "slots")
_TOLD = 16  # games that a prior of opponents is made of at most


@dataclass(frozen=True)
class Rate:
    """What probes tell on a game: the number worth one game, and the error in Elo of their mapping."""

    probes: float
    sigma: float


@dataclass(frozen=True)
class Purchase:
    """Example sets `first` to `last` - 1 of a kind in a view, as asked for; `nats` were expected of them."""

    kind: Kind
    view: View
    first: int
    last: int
    nats: float | None = None

    def to_dict(self) -> dict[str, Any]:
        """As the ledger has it."""
        shown = {"layout": self.view.layout, "m": self.view.m, "slots": self.view.slots}
        bought = {"kind": self.kind, "view": self.view.name, "sets": self.last - self.first}
        return {**bought, **shown, "first": self.first, "last": self.last, "nats": self.nats}

    @classmethod
    def from_dict(cls, row: dict[str, Any]) -> Purchase:
        """From a row of the ledger."""
        view = View(row["layout"], int(row["m"]), int(row["slots"]))
        return cls(row["kind"], view, int(row["first"]), int(row["last"]), row["nats"])


@dataclass(frozen=True)
class Account:
    """A curve that evidence is bought for: the job of its games, and that of its probes if the suite has any."""

    games: Job
    probes: Job | None

    @property
    def label(self) -> str:
        """What a person reads about it."""
        return self.games.label

    @property
    def skill(self) -> str:
        """The name of the game, as tables have it."""
        return find_track(self.games.arguments["game"]).identify(self.games.arguments["game"]).name

    @property
    def numbers(self) -> list[int]:
        """The plain n that can be bought."""
        return sorted(view.m for view in self.games.views)

    def job_of(self, kind: Kind) -> Job | None:
        """The job of a kind of evidence."""
        return self.games if kind == "games" else self.probes

    def list_jobs(self, purchases: Iterable[Purchase], bought: Bought | None = None) -> list[Job]:
        """The jobs that play purchases, each with the samples that are bought of it.

        Opponents are chosen by what is known of the view or of the nearest plain one.
        """
        jobs = []
        for purchase in purchases:
            job, view = self.job_of(purchase.kind), purchase.view
            if job is None:
                raise SuiteError(f"{self.label}: the suite has no probes any more, which an earlier round bought")
            shape = {} if view.layout == "plain" else {"layouts": view.layout, "m": view.m, "slots": view.slots}
            apart = _PLAIN if shape else (*_PLAIN, "filler")
            given = {name: value for name, value in job.arguments.items() if name not in apart}
            whole = replace(job, arguments={**given, "examples": [view.m], **shape})
            if bought is not None and purchase.kind == "games" and job.arguments.get("opponents") in (None, "adaptive"):
                whole.arguments[PHASE_ZERO] = {view.name: bought.tell(view).to_dict()}
            numbers = range(purchase.first, purchase.last)
            names = tuple(name for (_, number), name in whole.places().items() if number in numbers)
            jobs.append(replace(whole, samples=names))
        return jobs


def leave_filler(job: Job) -> Job:
    """A plain job without the filler, which the padded cells that may be bought later are alone to have."""
    return replace(job, arguments={name: value for name, value in job.arguments.items() if name != "filler"})


def open_accounts(jobs: Sequence[Job], plan: Plan) -> list[Account]:
    """The curves of a suite with a plan. Raises SuiteError for conditions that no plan can buy from."""
    accounts = []
    for job in jobs:
        if not job.is_plain:
            raise SuiteError(f"{job.label}: a plan chooses layouts, m and slots by itself: give plain conditions")
        if job.work != GAMES:
            continue
        where = (job.model, job.arguments["game"])
        alike = [other for other in jobs if (other.model, other.arguments["game"]) == where and other is not job]
        if any(other.work == GAMES for other in alike) or len(alike) > 1:
            raise SuiteError(f"{job.label}: a plan takes one condition of games, and at most one of probes")
        probes = next(iter(alike), None)
        account = Account(job, probes)
        if not set(plan.start) <= set(account.numbers):
            raise SuiteError(f"{job.label}: the plan starts with n = {plan.start}, and offers {account.numbers}")
        if any(int(other.arguments["sets"]) < plan.sets for other in (job, *alike)):
            raise SuiteError(f"{job.label}: the plan buys {plan.sets} sets at a time, more than the condition has")
        accounts.append(account)
    if len(accounts) != len({job.model + str(job.arguments["game"]) for job in jobs}):
        raise SuiteError("a plan needs a condition of games beside that of probes")
    return accounts


@dataclass(frozen=True)
class Bought:
    """What the logs hold of a curve: by kind the view that each asked-for view and set shows, tables and costs."""

    shown: dict[Kind, dict[tuple[View, int], View]]
    games: pd.DataFrame
    answers: pd.DataFrame | None
    costs: Costs

    @property
    def n_max(self) -> int:
        """The most examples that the window held."""
        return int(self.games.loc[self.games["layout"].eq("plain"), "n"].max())

    def count(self, kind: Kind, view: View) -> int:
        """Finished sets of an asked-for view, from 0 on without a gap."""
        number = 0
        while (view, number) in self.shown[kind]:
            number += 1
        return number

    def tell(self, asked: View) -> PhaseZero:
        """The first games of a view, or of the plain n nearest to it where it has none: its next opponents' prior."""
        from quickstudy.tasks.match import PhaseZero

        view = self.shown["games"].get((asked, 0), asked)
        played = self.games[self.games["forfeit"].eq(0) & self.games["result"].notna()]
        alike = [played[name].eq(getattr(view, name)) for name in ("layout", "m", "slots")]
        own = played[np.logical_and.reduce(alike)]
        if own.empty:
            plain = played[played["layout"].eq("plain")]
            gap = (np.log2(1.0 + plain["n"]) - np.log2(1.0 + view.m)).abs()
            own = plain[gap.eq(gap.min())]
        own = own.sort_values(["set", "game"]).head(_TOLD)
        games = tuple(zip(own["opponent_elo"].astype(float), own["result"].astype(float), strict=True))
        return PhaseZero("" if own.empty else str(own["cell_id"].iloc[0]), games)

    def cells(self) -> Cells:
        """The strengths that a curve is fitted to, from games and probes."""
        from quickstudy.reports.ceilings import list_used
        from quickstudy.reports.probe_curves import add_probes
        from quickstudy.reports.results import correlate_points, list_curves

        (curve,) = list_curves(self.games)
        if self.answers is not None:
            curve = add_probes(curve, self.games, self.answers)
        used = list_used(curve)
        elo, se = (np.array([getattr(point, name) for point in used], dtype=np.float64) for name in ("elo", "se"))
        return Cells(tuple(point.view for point in used), elo, se, correlate_points(used) if used else None)


def read_bought(account: Account, logs: Path) -> Bought | None:
    """What the logs hold of a curve; None where no match is finished. Raises SuiteError, TableError."""
    from quickstudy.reports.probes import read_answers
    from quickstudy.reports.tables import TableError, read_games

    shown = {kind: list_finished(job.stem, logs) if (job := account.job_of(kind)) else {} for kind in KINDS}
    if not shown["games"]:
        return None
    games = read_games(logs, account.games.stem)
    try:
        answers = read_answers(logs, account.probes.stem) if account.probes and shown["probes"] else None
    except TableError:  # all that is finished was a repeat
        answers = None
    return Bought(shown, games, answers, measure_costs(games, answers))


def list_start(account: Account, plan: Plan, bought: Bought | None) -> list[Purchase]:
    """What the first round buys and the logs lack."""
    return [
        Purchase(kind, View.plain(n), held, plan.sets)
        for n in plan.start or account.numbers
        for kind in KINDS
        if account.job_of(kind) is not None and (held := bought.count(kind, View.plain(n)) if bought else 0) < plan.sets
    ]


@dataclass(frozen=True)
class Round:
    """What a look at a curve led to: purchases, or the reason to stop."""

    look: Look | None
    purchases: list[Purchase]
    stopped: str | None = None


def plan_round(
    account: Account, bought: Bought, plan: Plan, budget: Budget, price: Price | None, rng: np.random.Generator
) -> Round:
    """Look at a curve and choose what to buy next, within the budget."""
    n_max, costs = bought.n_max, bought.costs
    cells = bought.cells()
    if n_max < 2 or len({view.m for view in cells.views if view.layout == "plain"}) < 2:
        return Round(None, [], "no curve: strengths at two numbers of examples are needed")
    look = look_at(cells, n_max, plan.bar)
    if look.decision:
        return Round(look, [], "decided")
    limit = budget.limit(costs.price_all(list_full(account.numbers, n_max), price))
    offers = dict(_list_offers(account, bought, plan, price))
    left = limit - costs.spent(price)
    chosen = choose_offers(cells, n_max, list(offers), plan.offers, left, rng=rng)
    purchases = [replace(item, nats=round(nats, 5)) for offer, nats in chosen for item in offers[offer]]
    dear = min((offer.cost for offer in offers), default=0.0) > left
    return Round(look, purchases, None if purchases else "budget" if dear else "nothing that can be bought tells more")


def _list_offers(
    account: Account, bought: Bought, plan: Plan, price: Price | None
) -> Iterator[tuple[Offer, list[Purchase]]]:
    """Each offer with the purchases that it stands for: games, probes, or both where a view has none yet.

    A strength of probes alone has nothing to be compared with, and one of games alone among others that lean on probes
    is apart from them by an offset that is not well known.
    """
    rate = measure_rate(account) if account.probes else None
    padded = list_padded(bought.n_max, account.numbers) if bought.n_max >= 2 else []
    for asked in [*list_plain(account, bought), *padded]:
        view = bought.shown["games"].get((asked, 0), asked)
        single: list[tuple[Offer, list[Purchase]]] = []
        for kind in KINDS:
            job, held = account.job_of(kind), bought.count(kind, asked)
            sets = 0 if job is None else min(plan.sets, int(job.arguments["sets"]) - held)
            if job is None or sets < 1:
                continue
            if kind == "games":
                worth = amount = sets * float(job.arguments.get("games_per_match", 4))
                cost = bought.costs.price_games(view, amount, price)
            elif rate is not None:
                each = float(job.arguments.get("probes", 25))
                worth = worth_of_probes(held * each, sets * each, rate.probes, rate.sigma)
                cost = bought.costs.price_probes(view, sets * each, price)
            else:
                continue
            single.append((Offer((kind,), view, sets, worth, cost), [Purchase(kind, asked, held, held + sets)]))
        if bought.count("games", asked):
            yield from single
        elif single:
            kinds = tuple(kind for offer, _ in single for kind in offer.kinds)
            worth, cost = (sum(getattr(offer, name) for offer, _ in single) for name in ("worth", "cost"))
            yield Offer(kinds, view, plan.sets, worth, cost), [item for _, items in single for item in items]


def list_plain(account: Account, bought: Bought) -> list[View]:
    """The plain views that can be bought, as they are asked for: each n once that the window holds."""
    shown, n_max = bought.shown["games"], bought.n_max
    plain: list[View] = []
    for n in account.numbers:
        held = shown.get((View.plain(n), 0), View.plain(n)).m
        known = {shown.get((view, 0), view).m for view in plain}
        if held not in known and (n <= n_max or held == n_max):
            plain.append(View.plain(n))
    return plain


def measure_rate(account: Account) -> Rate | None:
    """What probes tell on a curve's game, by what the ladder's levels lose; None where they measure no strength."""
    from quickstudy.scorers.probes import exchange_rate, fit_mapping

    game = account.games.arguments["game"]
    track = find_track(game)
    levels, ladder = track.load_probes(game).levels, track.read_ladder(game)
    try:
        mapping = fit_mapping([level.regret for level in levels], [ladder.rating_of(level.level) for level in levels])
    except ValueError:
        return None
    rates = [exchange_rate(mapping.slope(level.regret), level.total) for level in levels]
    return Rate(float(np.median(rates)), mapping.sigma)
