"""Check 29: planted learners under a plan that spends a fifth of the full experiment's calls, round by round.

Each example set of a cell tells the learner's strength with a normal error: of its games, or of its probes, which err
by an offset that the curve shares and by one of each cell's own as well. Errors are estimated from the sets, as in
real runs: few sets know theirs badly.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from quickstudy.benchmarks.offers import KINDS, Cells, Kind, Offer, choose_offers, list_padded, look_at
from quickstudy.benchmarks.plan import Plan
from quickstudy.benchmarks.suite import load_suite
from quickstudy.benchmarks.validation.check import Check
from quickstudy.benchmarks.validation.planted import PLAIN, Planted, draw_clear
from quickstudy.reports.spending import FULL_GAMES, FULL_PADDED, FULL_PROBES
from quickstudy.scorers.agreement import OWN, combine_curve
from quickstudy.scorers.firth import floor_share
from quickstudy.scorers.planning import error_of, worth_of_probes
from quickstudy.scorers.recall import View
from quickstudy.scorers.scale import SCALE
from quickstudy.tasks.seeds import new_generator

N_MAX = 64
NUMBERS = tuple(n for n in PLAIN if n <= N_MAX)
BETWEEN_SETS = 40.0  # Elo


@dataclass(frozen=True)
class Market:
    """What evidence costs and tells on a game: `calls` of a game, `probes` worth a game, the mapping's `sigma` in Elo.

    A set holds two games, or `sitting` probes.
    """

    calls: float = 15.0
    probes: float = 3.7
    sigma: float = 50.0
    sitting: int = 15

    @property
    def full(self) -> float:
        """Calls of the full experiment: the suite `ceiling`."""
        return (len(NUMBERS) + FULL_PADDED) * (FULL_GAMES * self.calls + FULL_PROBES)


@dataclass
class Purchases:
    """The evidence on a planted learner: what each set of a view told, by kind, in Elo."""

    player: Planted
    market: Market
    rng: np.random.Generator
    told: dict[tuple[View, Kind], list[float]] = field(default_factory=dict)
    off: dict[View, float] = field(default_factory=dict)
    spent: float = 0.0

    def __post_init__(self) -> None:
        self.offset = self.rng.normal(0.0, (1.0 - OWN) ** 0.5 * self.market.sigma)

    def buy(self, view: View, kind: Kind, sets: int) -> None:
        """Let so many more sets tell of a view."""
        truth = self.player.strength(view)
        if kind == "games":
            sd, cost = float(np.hypot(error_of(2.0), BETWEEN_SETS)), 2.0 * self.market.calls
        else:
            own = self.off.setdefault(view, float(self.rng.normal(0.0, OWN**0.5 * self.market.sigma)))
            truth += self.offset + own
            sd, cost = 2.0 * SCALE * (self.market.probes / self.market.sitting) ** 0.5, float(self.market.sitting)
        self.told.setdefault((view, kind), []).extend(self.rng.normal(truth, sd, sets))
        self.spent += sets * cost

    def count(self, view: View, kind: Kind) -> int:
        """Sets that told of a view so far."""
        return len(self.told.get((view, kind), ()))

    def cells(self) -> Cells:
        """What a fit is given: games, and probes with them where they agree."""
        views = tuple(view for view, kind in self.told if kind == "games")
        elo, se = np.array([self._estimate(view, "games") for view in views]).T
        probes, error = np.array([self._estimate(view, "probes") for view in views]).T
        found = combine_curve(elo, se, probes, error, self.market.sigma)
        return Cells(views, found.elo, found.se)

    def _estimate(self, view: View, kind: Kind) -> tuple[float, float]:
        values = np.array(self.told[view, kind])
        variance, games = float(values.var(ddof=1)) / len(values), 2.0 * len(values)
        # as real estimates have it, because few sets can agree by luck
        if kind == "games":
            floor = float(floor_share(np.array(games))) * error_of(games) ** 2
        else:
            floor = 0.5 * (2.0 * SCALE) ** 2 * self.market.probes / (self.market.sitting * len(values))
        return float(values.mean()), max(variance, floor) ** 0.5

    def offers(self, views: list[View], sets: int) -> Iterator[Offer]:
        """More of each view: games, probes, and both where there are none yet."""
        market = self.market
        for view in views:
            held, answers = self.count(view, "probes") * market.sitting, sets * market.sitting
            games, told = 2.0 * sets, worth_of_probes(held, answers, market.probes, market.sigma)
            if self.count(view, "games"):
                yield Offer(("games",), view, sets, games, games * market.calls)
                yield Offer(("probes",), view, sets, told, float(answers))
            else:
                yield Offer(("games", "probes"), view, sets, games + told, games * market.calls + answers)


def spend(
    player: Planted, plan: Plan, market: Market, share: float, rng: np.random.Generator
) -> tuple[str | None, float]:
    """The cause that a plan decides on, None if it does not, and its calls as a share of the full experiment's."""
    bought, views = Purchases(player, market, rng), [*map(View.plain, NUMBERS), *list_padded(N_MAX, NUMBERS)]
    for n in plan.start:
        for kind in KINDS:
            bought.buy(View.plain(n), kind, plan.sets)
    while True:
        cells = bought.cells()
        look, left = look_at(cells, N_MAX, plan.bar), share * market.full - bought.spent
        offers = list(bought.offers(views, plan.sets))
        chosen = [] if look.decision else choose_offers(cells, N_MAX, offers, plan.offers, left, rng=rng)
        if not chosen:
            return look.decision, bought.spent / market.full
        for offer, _ in chosen:
            for kind in offer.kinds:
                bought.buy(offer.view, kind, offer.sets)


def check_spending(learners: int = 60, share: float = 0.2) -> Check:
    """Check 29: what the plan of the suite `ceiling-lite` decides of planted learners at a fifth of the calls."""
    plan = load_suite("ceiling-lite").plan
    if plan is None:
        raise ValueError("the suite ceiling-lite has no plan")
    found = judge_spending(plan, Market(), share, learners, new_generator("validation", 23))
    decided = [cause == decision for cause, decision, _ in found if decision is not None]
    spent = [calls for *_, calls in found]
    return Check(
        29,
        f"plan of ceiling-lite, {learners} clear planted learners, 3.7 probes worth a game of 15 calls",
        "of the decided right >= .93, calls <= 1/5 of the full experiment's (decided reported)",
        f"{sum(decided)} of {len(decided)} decided, {np.mean(spent):.2f} of the calls",
        bool(decided) and sum(decided) >= 0.93 * len(decided) and max(spent) <= share,
    )


def judge_spending(
    plan: Plan, market: Market, share: float, learners: int, rng: np.random.Generator
) -> list[tuple[str, str | None, float]]:
    """Of each planted learner its cause, what is decided, and the share of the full experiment's calls."""
    found = []
    for _ in range(learners):
        cause, player, _ = draw_clear(rng, 0.0, n_max=N_MAX)
        found.append((cause, *spend(player, plan, market, share, rng)))
    return found
