"""The plan of a suite that buys its evidence in rounds: how it begins, when it ends, and what it may spend."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields, replace
from typing import Any, Literal

LEAST_BAR = 0.7  # that of an experiment of fixed size
INFORMATION = "information"
_DEALT: dict[str, Any] = {"start": (), "sets": 8, "bar": LEAST_BAR, "budget": "100%"}  # the defaults where it deals


@dataclass(frozen=True)
class Plan:
    """How a suite spends: the plain n of its first round, example `sets` of an offer, offers bought in a round.

    `bar` is the posterior at which a cause is published and the spending ends. `budget` is as `read_budget` takes it.
    With `deal` the budget is always spent: the first round buys all plain n, if none are named, and what is left is
    dealt in so many `rounds` (see `dealing`).
    """

    start: tuple[int, ...] = (0, 4, 16, 64)
    sets: int = 4
    offers: int = 3
    bar: float = 0.95
    budget: str = "20%"
    deal: str = ""
    rounds: int = 2

    @property
    def deals(self) -> bool:
        """Whether what is left after the first round is dealt at once instead of bought offer by offer."""
        return self.deal == INFORMATION


def read_plan(given: Any) -> Plan:
    """A suite's section `plan`. Raises ValueError, one sentence that names the key."""
    known = {field.name: field.default for field in fields(Plan)}
    if not isinstance(given, dict) or not set(given) <= set(known):
        raise ValueError(f"plan maps some of {', '.join(known)} to values, and is {given!r}")
    values: dict[str, Any] = {k: tuple(value) if isinstance(value, list) else value for k, value in given.items()}
    dealt = values.get("deal") == INFORMATION
    plan = Plan(**(_DEALT | values if dealt else values))
    wrong = {
        f"deal is {INFORMATION}, or left out": plan.deal not in ("", INFORMATION),
        "rounds is a whole number from 1": not _is_whole(plan.rounds, 1),
        f"rounds needs deal: {INFORMATION}": "rounds" in values and not dealt,
        f"offers and deal: {INFORMATION} exclude each other": "offers" in values and dealt,
        "start is a list of at least two different whole numbers of examples": ("start" in values or not dealt)
        and not _is_start(plan.start),
        "sets is a whole number from 2": not _is_whole(plan.sets, 2),
        "offers is a whole number from 1": not _is_whole(plan.offers, 1),
        "bar is at least 0.7 and below 1": not isinstance(plan.bar, float) or not LEAST_BAR <= plan.bar < 1.0,
    }
    for rule, broken in wrong.items():
        if broken:
            raise ValueError(f"plan: {rule}")
    return replace(plan, budget=str(plan.budget)) if read_budget(str(plan.budget)) else plan


def _is_start(numbers: Any) -> bool:
    return (
        isinstance(numbers, tuple)
        and len(set(numbers)) >= max(len(numbers), 2)
        and all(_is_whole(n, 0) for n in numbers)
    )


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


def read_price(text: str) -> tuple[float, float]:
    """Dollars per million tokens read and written, as in `3,15`. Raises ValueError."""
    try:
        read, written = (float(word) for word in text.split(","))
        if math.isfinite(read + written) and min(read, written) >= 0.0 and read + written > 0.0:
            return read, written
    except ValueError:
        pass
    raise ValueError(f"a price is two numbers, dollars per million tokens read and written, as 3,15, and not {text!r}")
