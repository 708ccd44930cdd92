"""What a limited budget buys next: the evidence on a curve whose expected information about the cause costs least.

A plan begins with a few cells of the plain curve. After each round the curve is fitted to all that was bought, and the
offers (more games or more probes in one view) are ranked by the information that they are expected to give about the
cause for what they cost. It ends when the posterior of a cause reaches the plan's bar, or nothing is left to spend.

A plan looks at its evidence many times and stops where it likes what it sees. A posterior allows that where the model
is right, but a curve is never quite of the bank, and the error of few sets is itself uncertain. So the bar is higher
than the 0.7 of an experiment of fixed size, both for stopping and for what is published.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from quickstudy.scorers.ceiling import CAUSES, LARGEST_MISFIT, find_ceiling
from quickstudy.scorers.planning import expect_information
from quickstudy.scorers.recall import PADDED, View
from quickstudy.scorers.scale import FloatArray

Kind = Literal["games", "probes"]
KINDS: tuple[Kind, ...] = ("games", "probes")
_LEAST = 1e-3  # nats below which an offer is not worth its cost, whatever that is


@dataclass(frozen=True)
class Offer:
    """More evidence in a view: `sets` more example sets of each of `kinds`, worth so many games in all, and their cost.

    `view` is what the window holds of what is asked for.
    """

    kinds: tuple[Kind, ...]
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
