"""What a limited budget buys next: the evidence on a curve whose expected information about the cause costs least.

A plan begins with a few cells of the plain curve. After each round the curve is fitted to all that was bought, and the
offers (more games or more probes in one view) are ranked by the information that they are expected to give about the
cause for what they cost. It ends when the posterior of a cause reaches the plan's bar, or nothing is left to spend.

A plan looks at its evidence many times and stops where it likes what it sees. A posterior allows that where the model
is right, but a curve is never quite of the bank, and the error of few sets is itself uncertain. So the bar is higher
than the 0.7 of an experiment of fixed size, both for stopping and for what is published.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Literal

import numpy as np

from quickstudy.reports.spending import Price
from quickstudy.scorers.ceiling import CAUSES, DECIDED, LARGEST_MISFIT, find_ceiling
from quickstudy.scorers.planning import expect_information
from quickstudy.scorers.recall import PADDED, View
from quickstudy.scorers.scale import FloatArray

Kind = Literal["games", "probes"]
_LEAST = 1e-4  # nats below which an offer is chance alone


@dataclass(frozen=True)
class Plan:
    """How a suite spends: the plain n of its first round, example `sets` of an offer, offers bought in a round.

    `bar` is the posterior at which a cause is published and the spending ends. `budget` is as `read_budget` takes it.
    """

    start: tuple[int, ...] = (0, 4, 16, 64)
    sets: int = 4
    offers: int = 2
    bar: float = 0.9
    budget: str = "20%"


@dataclass(frozen=True)
class Offer:
    """More evidence in a view: `sets` more example sets of a kind, which tell as much as `worth` games and cost `cost`.

    `view` is what the window holds of what is asked for.
    """

    kind: Kind
    view: View
    sets: int
    worth: float
    cost: float


@dataclass(frozen=True)
class Cells:
    """The evidence on a curve so far: views, strengths and errors (C,) in Elo, and the errors' correlation (C, C)."""

    views: tuple[View, ...]
    elo: FloatArray
    se: FloatArray
    correlation: FloatArray | None = None


@dataclass(frozen=True)
class Look:
    """What a look at the evidence shows: the posterior of the causes, and the cause if it reaches the bar."""

    posterior: dict[str, float]
    decision: str | None

    @property
    def best(self) -> str:
        """The cause of highest posterior."""
        return max(CAUSES, key=lambda cause: self.posterior[cause])


def look_at(cells: Cells, n_max: int, bar: float) -> Look:
    """Fit the curve and see whether its cause is decided; padded layouts are needed, and no misfit."""
    found = find_ceiling(cells.views, cells.elo, cells.se, n_max, correlation=cells.correlation)
    seen = Look(found.posterior, None)
    fits = found.chi2 <= LARGEST_MISFIT * found.df and any(view.layout in PADDED for view in cells.views)
    return Look(found.posterior, seen.best if fits and found.posterior[seen.best] >= bar else None)


def choose_offers(
    cells: Cells, n_max: int, offers: Sequence[Offer], count: int, left: float, *, rng: np.random.Generator
) -> list[tuple[Offer, float]]:
    """The best `count` offers that what is `left` pays together, at most one for each view, with the nats expected."""
    paid = [offer for offer in offers if offer.cost <= left and offer.worth > 0.0]
    if not paid:
        return []
    worth = np.array([offer.worth for offer in paid])
    views = [offer.view for offer in paid]
    nats = expect_information(
        cells.views, cells.elo, cells.se, n_max, views, worth, rng=rng, correlation=cells.correlation
    )
    chosen: list[tuple[Offer, float]] = []
    for i in np.argsort(-nats / np.array([offer.cost for offer in paid]), kind="stable"):
        taken = {offer.view for offer, _ in chosen}
        if len(chosen) < count and paid[i].view not in taken and paid[i].cost <= left and nats[i] > _LEAST:
            chosen.append((paid[i], float(nats[i])))
            left -= paid[i].cost
    return chosen


def list_padded(n_max: int, grid: Sequence[int]) -> list[View]:
    """The padded views of a window of `n_max` examples: places for each m of the grid from 2 to n_max / 4, and filler.

    In order of what tells most where all else is equal: middle, early, late.
    """
    numbers = [m for m in grid if 2 <= m <= max(n_max // 4, 2)]
    places = [View(layout, m, n_max) for layout in ("middle", "early", "late") for m in reversed(numbers)]
    return [*places, View("filler", 0, n_max)]


def read_plan(given: Any) -> Plan:
    """A suite's section `plan`. Raises ValueError, one sentence that names the key."""
    known = {field.name: field.default for field in fields(Plan)}
    if not isinstance(given, dict) or not set(given) <= set(known):
        raise ValueError(f"plan maps some of {', '.join(known)} to values, and is {given!r}")
    values: dict[str, Any] = {k: tuple(value) if isinstance(value, list) else value for k, value in given.items()}
    plan = Plan(**values)
    wrong = {
        "start is a list of at least two different whole numbers of examples": not isinstance(plan.start, tuple)
        or len(set(plan.start)) < max(len(plan.start), 2)
        or not all(_is_whole(n, 0) for n in plan.start),
        "sets is a whole number from 2": not _is_whole(plan.sets, 2),
        "offers is a whole number from 1": not _is_whole(plan.offers, 1),
        "bar is at least 0.7 and below 1": not isinstance(plan.bar, float) or not DECIDED <= plan.bar < 1.0,
    }
    for rule, broken in wrong.items():
        if broken:
            raise ValueError(f"plan: {rule}")
    return replace(plan, budget=str(plan.budget)) if read_budget(str(plan.budget)) else plan


def _is_whole(value: Any, least: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= least


@dataclass(frozen=True)
class Budget:
    """What a plan may spend on each curve: calls, dollars, or a share of what the full experiment would cost."""

    amount: float
    unit: Literal["calls", "dollars", "share"]

    def limit(self, full: float) -> float:
        """The most to spend where the full experiment costs `full`."""
        return self.amount * full if self.unit == "share" else self.amount


def read_budget(text: str) -> Budget:
    """A budget as it is typed: `2600` calls, `$5`, or `20%` of the full experiment. Raises ValueError."""
    number = text.strip().removeprefix("$").removesuffix("%")
    try:
        amount = float(number)
    except ValueError:
        amount = math.nan
    if not (math.isfinite(amount) and amount > 0.0) or text.strip() == f"${number}%":
        raise ValueError(f"a budget is a number of calls, dollars or a share, as 2600, $5 or 20%, and not {text!r}")
    if text.strip().startswith("$"):
        return Budget(amount, "dollars")
    return Budget(amount / 100.0, "share") if text.strip().endswith("%") else Budget(amount, "calls")


def read_price(text: str) -> Price:
    """Dollars per million tokens read and written, as in `3,15`. Raises ValueError."""
    try:
        read, written = (float(word) for word in text.split(","))
        if math.isfinite(read + written) and min(read, written) >= 0.0 and read + written > 0.0:
            return Price(read, written)
    except ValueError:
        pass
    raise ValueError(f"a price is two numbers, dollars per million tokens read and written, as 3,15, and not {text!r}")
