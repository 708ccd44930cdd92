"""What a run that buys its evidence spent: calls, tokens and money, curve by curve, and what each round bought.

The spending is counted from the tables of games and answers; `purchases.jsonl` says why each round bought what it did.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from quickstudy.reports.leaderboard import markdown_table
from quickstudy.scorers.recall import View
from quickstudy.tasks.jsonl import read_lines

LEDGER = "purchases.jsonl"
FULL_GAMES, FULL_PROBES = 64, 240
"""Games and probes of each cell of the full experiment (suite `ceiling`)."""
FULL_PADDED = 4
"""Its padded cells: early, middle, late and filler."""
_PER = 1e6
_HEADER = ("Layout", "m", "Slots", "Games", "Probes", "Calls", "Input tokens", "Output tokens")
_ROUNDS = ("Round", "Calls before", "Most likely", "Posterior", "Bought")


@dataclass(frozen=True)
class Price:
    """Dollars per million tokens read and written."""

    read: float
    written: float


@dataclass(frozen=True)
class Costs:
    """What evidence on a curve cost so far, and will: `calls` of a game and of a probe, and tokens of a call.

    A call reads `start` tokens and `slope` for each example slot, and writes `written`.
    """

    game: float
    probe: float
    start: float
    slope: float
    written: float
    calls: int
    input_tokens: int
    output_tokens: int

    def price_call(self, view: View, price: Price | None) -> float:
        """Dollars of a call in a view; 1 without prices."""
        if price is None:
            return 1.0
        return (self.count_tokens(view.slots) * price.read + self.written * price.written) / _PER

    def price_games(self, view: View, games: float, price: Price | None) -> float:
        """Dollars, or calls, of so many games in a view."""
        return games * self.game * self.price_call(view, price)

    def price_probes(self, view: View, probes: float, price: Price | None) -> float:
        """Dollars, or calls, of so many probes in a view."""
        return probes * self.probe * self.price_call(view, price)

    def price_all(self, views: Sequence[View], price: Price | None) -> float:
        """Dollars, or calls, of the full experiment on these views."""
        return sum(
            self.price_games(view, FULL_GAMES, price) + self.price_probes(view, FULL_PROBES, price) for view in views
        )

    def spent(self, price: Price | None) -> float:
        """Dollars, or calls, that were spent."""
        if price is None:
            return float(self.calls)
        return (self.input_tokens * price.read + self.output_tokens * price.written) / _PER

    def count_tokens(self, slots: int) -> float:
        """Tokens that a call reads with so many example slots filled."""
        return max(self.start + self.slope * slots, 0.0)


def measure_costs(games: pd.DataFrame, answers: pd.DataFrame | None) -> Costs:
    """The costs of one model on one game, from its games and its answers to probes."""
    both = [games] if answers is None or answers.empty else [games, answers]
    counted = pd.concat([part[["slots", "asked", "input_tokens", "output_tokens"]] for part in both])
    totals = counted[["asked", "input_tokens", "output_tokens"]].sum()
    by_slots = counted.groupby("slots")[["asked", "input_tokens"]].sum()
    by_slots = by_slots[by_slots["asked"] > 0]
    slots, each = by_slots.index.to_numpy(dtype=np.float64), by_slots["input_tokens"] / by_slots["asked"]
    slope, start = np.polyfit(slots, each, 1) if len(slots) > 1 else (0.0, float(each.mean()) if len(slots) else 0.0)
    return Costs(
        game=float(games["asked"].mean()),
        probe=float(answers["asked"].mean()) if len(both) > 1 and answers is not None else 1.0,
        start=float(start),
        slope=float(slope),
        written=float(totals["output_tokens"] / max(totals["asked"], 1)),
        calls=int(totals["asked"]),
        input_tokens=int(totals["input_tokens"]),
        output_tokens=int(totals["output_tokens"]),
    )


def list_full(numbers: Sequence[int], n_max: int) -> list[View]:
    """Views of the full experiment, for what they cost: the plain numbers that the window holds, and padded ones."""
    plain = sorted({min(n, n_max) for n in numbers})
    return [*map(View.plain, plain), *[View("filler", 0, n_max)] * FULL_PADDED]


def read_bar(folder: Path) -> float | None:
    """The posterior from which a run's causes are named, by its last plan; None for a run without one."""
    return next((float(line["bar"]) for line in reversed(read_lines(folder / LEDGER)) if "bar" in line), None)


def describe_spending(
    verdict: Mapping[str, Any], games: pd.DataFrame, answers: pd.DataFrame | None, folder: Path
) -> dict[str, Any]:
    """What the evidence of a verdict cost, as `spending`; nothing where the run in `folder` bought none by a plan.

    `share` is of the full experiment, as the calls and tokens so far price it, `within_tokens` the prompt of a full
    window. `rounds` are the curve's lines of the ledger.
    """
    lines = read_lines(folder / LEDGER)
    rounds = [line for line in lines if (line.get("model"), line.get("skill")) == (verdict["model"], verdict["skill"])]
    if not rounds:
        return {}
    own, answered = _select(games, verdict), None if answers is None else _select(answers, verdict)
    costs, last = measure_costs(own, answered), rounds[-1]
    price = Price(*last["price"]) if last.get("price") else None
    full = costs.price_all(list_full(last["numbers"], verdict["n_max"]), price)
    found = {
        "calls": costs.calls,
        "input_tokens": costs.input_tokens,
        "output_tokens": costs.output_tokens,
        "dollars": None if price is None else costs.spent(price),
        "budget": last["budget"],
        "share": costs.spent(price) / full,
        "full": full,
        "bar": last["bar"],
        "within_tokens": costs.count_tokens(verdict["n_max"]),
        "stopped": last.get("stopped"),
        "rounds": rounds,
        "cells": _list_cells(own, answered),
    }
    return {"spending": found}


def _select(table: pd.DataFrame, verdict: Mapping[str, Any]) -> pd.DataFrame:
    return table[table["model"].eq(verdict["model"]) & table["skill"].eq(verdict["skill"])]


def _list_cells(games: pd.DataFrame, answers: pd.DataFrame | None) -> list[dict[str, Any]]:
    key, sums = ["layout", "m", "slots"], ["asked", "input_tokens", "output_tokens"]
    parts = [games.assign(games=1, probes=0)]
    parts += [] if answers is None else [answers.assign(games=0, probes=1)]
    table = pd.concat([part[[*key, "games", "probes", *sums]] for part in parts])
    found = table.groupby(key, sort=True).sum().reset_index()
    return [{str(name): value for name, value in row.items()} for row in found.astype("object").to_dict("records")]


def format_spending(found: Mapping[str, Any] | None) -> list[str]:
    """The spending behind a verdict in two lines for people; none where it was not bought by a plan."""
    if not found:
        return []
    money = "" if found["dollars"] is None else f"${found['dollars']:.2f}, "
    why = {
        "decided": "the cause is decided",
        "budget": "the budget is spent",
        "dealt": "all of it is dealt",
        None: "not finished",
    }
    return [
        f"  spent {money}{found['calls']} calls, {found['input_tokens'] / _PER:.2f} million tokens read and "
        f"{found['output_tokens'] / _PER:.2f} written: {found['share']:.2f} of the full experiment (budget "
        f"{found['budget']}; {why.get(found['stopped'], found['stopped'])})",
        f"  a cause is named from a posterior of {found['bar']:g} on, and within a window of "
        f"{found['within_tokens']:.0f} tokens",
    ]


def write_spending(verdicts: Sequence[Mapping[str, Any]], folder: Path) -> list[Path]:
    """Write spending.md into a folder, a section for each verdict that has a spending; the paths."""
    bought = [verdict for verdict in verdicts if verdict.get("spending")]
    if not bought:
        return []
    path = folder / "spending.md"
    lines = ["# Spending", "", "What each verdict cost, view by view and round by round.", ""]
    for verdict in bought:
        found = verdict["spending"]
        cells = [tuple(str(cell[name]) for name in _CELL) for cell in found["cells"]]
        lines += [f"## {verdict['skill']}, {verdict['model']}", "", *(line.strip() for line in format_spending(found))]
        lines += ["", *markdown_table(_HEADER, cells), "", *markdown_table(_ROUNDS, list(map(_show, found["rounds"])))]
        lines.append("")
    path.write_text("\n".join(lines), encoding="utf-8")
    return [path]


_CELL = ("layout", "m", "slots", "games", "probes", "asked", "input_tokens", "output_tokens")


def _show(row: Mapping[str, Any]) -> tuple[str, ...]:
    posterior = row.get("posterior") or {}
    best = max(posterior, key=lambda cause: posterior[cause], default="-")
    bought = "; ".join(
        f"{item['sets']} sets of {item['kind']} in {item['view']}"
        + (f" ({item['nats']:.3f} nats)" if item.get("nats") is not None else "")
        for item in row["bought"]
    )
    share = f"{posterior[best]:.2f}" if posterior else "-"
    return str(row["round"]), str(row["calls"]), best, share, bought or f"nothing: {row.get('stopped')}"
