"""Check 23: planted learners under a plan that spends a fifth of the full experiment's calls, round by round.

Each example set of a cell tells the learner's strength with a normal error: of its games, or of its probes, which err
by an offset that the curve shares and by one of each cell's own as well. Errors are estimated from the sets, as in
real runs: few sets know theirs badly.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from quickstudy.benchmarks.plan import Cells, Kind, Offer, Plan, choose_offers, list_padded, look_at
from quickstudy.benchmarks.validation.planted import PLAIN, Planted
from quickstudy.scorers.agreement import OWN, combine_curve
from quickstudy.scorers.firth import floor_share
from quickstudy.scorers.planning import error_of, worth_of_probes
from quickstudy.scorers.recall import View
from quickstudy.scorers.scale import SCALE

N_MAX = 64
BETWEEN_SETS = 40.0  # Elo
FULL_CELLS, FULL_GAMES = 14, 64


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
        """Calls of the full experiment, without probes."""
        return FULL_CELLS * FULL_GAMES * self.calls


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
        both = [i for i, view in enumerate(views) if self.count(view, "probes")]
        if both:
            probes, error = np.array([self._estimate(views[i], "probes") for i in both]).T
            found = combine_curve(elo[both], se[both], probes, error, self.market.sigma)
            apart = found.se_common**2 if len(both) < len(views) else 0.0
            elo[both], se[both] = found.elo, np.sqrt(found.se**2 + apart)
        return Cells(views, elo, se)

    def _estimate(self, view: View, kind: Kind) -> tuple[float, float]:
        values = np.array(self.told[view, kind])
        variance = float(values.var(ddof=1)) / len(values)
        if kind == "games":
            games = 2.0 * len(values)
            variance = max(variance, float(floor_share(np.array(games))) * error_of(games) ** 2)
        return float(values.mean()), variance**0.5

    def offers(self, views: list[View], sets: int) -> Iterator[Offer]:
        """More of each view: games, and probes where there are games to compare them with."""
        market = self.market
        for view in views:
            yield Offer("games", view, sets, 2.0 * sets, 2.0 * sets * market.calls)
            if self.count(view, "games"):
                answers, before = sets * market.sitting, self.count(view, "probes") * market.sitting
                worth = worth_of_probes(before, answers, market.probes, market.sigma)
                yield Offer("probes", view, sets, worth, float(answers))


def spend(
    player: Planted, plan: Plan, market: Market, share: float, rng: np.random.Generator
) -> tuple[str | None, float]:
    """The cause that a plan decides on, None if it does not, and its calls as a share of the full experiment's."""
    bought, views = Purchases(player, market, rng), [*map(View.plain, PLAIN_64), *list_padded(N_MAX, PLAIN_64)]
    for n in plan.start:
        bought.buy(View.plain(n), "games", plan.sets)
        if market.sitting:
            bought.buy(View.plain(n), "probes", plan.sets)
    while True:
        cells = bought.cells()
        look, left = look_at(cells, N_MAX, plan.bar), share * market.full - bought.spent
        offers = list(bought.offers(views, plan.sets))
        chosen = [] if look.decision else choose_offers(cells, N_MAX, offers, plan.offers, left, rng=rng)
        if not chosen:
            return look.decision, bought.spent / market.full
        for offer, _ in chosen:
            bought.buy(offer.view, offer.kind, offer.sets)


PLAIN_64 = tuple(n for n in PLAIN if n <= N_MAX)
