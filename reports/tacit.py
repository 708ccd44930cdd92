"""The tacit gap: strength by examples against strength by notes of these examples, token for token, and retention."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from quickstudy.reports.leaderboard import markdown_table
from quickstudy.reports.notes import PLAYER, is_memory
from quickstudy.reports.tables import is_plain, name_settings, rate_games
from quickstudy.reports.tacit_plot import write_gaps
from quickstudy.scorers.tacit import Gap, measure_gaps, measure_retention
from quickstudy.tasks.regimes.notes import BYTES_PER_TOKEN

FILE = "tacit.md"
SHARED = ("Game", "Player")
GAPS = (*SHARED, "T", "Examples", "Their tokens", "By examples", "By notes", "Gap", "All at once", "Detectable")
KEPT = (*SHARED, "Examples", "Their tokens", "Notes", "By examples", "By notes", "Retention")

Pair = dict[str, Any]


def tabulate_tacit(games: pd.DataFrame) -> pd.DataFrame:
    """A row for each pair of cells, n examples in view and notes of at most `budget` tokens written from these.

    `n_tokens` is what the examples take (bytes / 4, mean over sets). A pair is of the tacit gap (`fills`) where the
    budget is a power of two that the examples fill: they fit, and of all pairs of that budget they are the most. The
    gap has its own 95 % interval (`gap_low`, `gap_high`), and ends that hold for all gaps of a player at once
    (`all_low`, `all_high`); `detectable` is the smallest that would be found. `retention` is the notes' share of the
    examples' gain over the cell with neither. What is not known is NaN.
    """
    rows: list[Pair] = []
    for player, pairs, start, used in _list_players(games):
        gapped = [pair for pair in pairs if pair["fills"]]
        cells = [(pair["examples_cell"], pair["notes_cell"]) for pair in gapped]
        gaps: list[Gap | None] = measure_gaps(used, cells, np.random.default_rng(0)) if cells else []
        for pair in pairs:  # those that are of no gap have the columns too
            pair |= _name_figures(None)
        for pair, gap in zip(gapped, gaps, strict=True):
            pair |= _name_figures(gap)
        all_cells = [(pair["examples_cell"], pair["notes_cell"]) for pair in pairs]
        kept = [None] * len(pairs) if start is None else measure_retention(used, start, all_cells)
        for pair, ratio in zip(pairs, kept, strict=True):
            value = (math.nan, math.nan, math.nan) if ratio is None else tuple(ratio)
            pair |= dict(zip(("retention", "retention_low", "retention_high"), value, strict=True))
            rows.append({**player, **pair})
    return pd.DataFrame(rows)


_NAMES = {"low": "gap_low", "high": "gap_high"}


def _name_figures(gap: Gap | None) -> Pair:
    figures = {name: math.nan if gap is None else float(getattr(gap, name)) for name in Gap._fields}
    return {"gap" if name == "elo" else _NAMES.get(name, name): value for name, value in figures.items()}


def _list_players(games: pd.DataFrame) -> Iterator[tuple[Pair, list[Pair], Any, pd.DataFrame]]:
    """Each player that has such pairs: its name, the pairs, the cell without examples, and the games of these cells."""
    noted = is_plain(games) & (games["regime"] == "distil") & (games["generation"] == 1) & (games["n"] == 0)
    for name in ("control", "note_kinds", "author"):
        noted &= games[name] == ""
    shown = is_plain(games) & ~is_memory(games)
    used = games[noted | shown]
    if used.empty:
        return
    named = used.assign(settings=name_settings(used))
    for values, part in named.groupby(PLAYER, sort=True):
        written, read = (part[is_memory(part) == kind].drop_duplicates("cell_id") for kind in (True, False))
        by_n = {int(row["n"]): row["cell_id"] for _, row in read.iterrows()}
        pairs = [
            {
                "n": int(row["studied"]),
                "budget": int(row["budget"]),
                "n_tokens": count_examples(part[part["cell_id"] == by_n[int(row["studied"])]]),
                "examples_cell": by_n[int(row["studied"])],
                "notes_cell": row["cell_id"],
                **_rate(part, by_n[int(row["studied"])], "examples"),
                **_rate(part, row["cell_id"], "notes"),
            }
            for _, row in written.sort_values(["studied", "budget"]).iterrows()
            if int(row["studied"]) in by_n
        ]
        if pairs:
            yield dict(zip(PLAYER, values, strict=True)), _mark_filled(pairs), by_n.get(0), part


def _mark_filled(pairs: list[Pair]) -> list[Pair]:
    """Tell of each pair whether its examples are the most that fit its budget, and fill more than half of it."""
    for pair in pairs:
        budget = pair["budget"]
        rivals = [p["n"] for p in pairs if p["budget"] == budget and p["n_tokens"] <= budget]
        fits = budget / 2 < pair["n_tokens"] <= budget
        pair["fills"] = fits and pair["n"] == max(rivals) and budget & (budget - 1) == 0
    return pairs


def _rate(games: pd.DataFrame, cell: Any, name: str) -> Pair:
    own = games[games["cell_id"] == cell]
    strength = rate_games(own, str(own["skill"].iloc[0]))
    ends = {"elo": strength.elo, "low": strength.low, "high": strength.high}
    return {f"{name}_{end}": math.nan if value is None else value for end, value in ends.items()}


def count_examples(cell: pd.DataFrame) -> float:
    """Tokens (bytes / 4) that a plain cell's examples take in its prompts, the mean over sets; NaN of older logs."""
    return float(cell.groupby("set")["carried"].first().mean()) / BYTES_PER_TOKEN


def write_tacit(games: pd.DataFrame, report: Path) -> list[Path]:
    """Write tacit.md, .csv and figures; nothing where no notes were written from examples that were also shown."""
    table = tabulate_tacit(games)
    if table.empty:
        return []
    page, cells = report / FILE, report / "tacit.csv"
    table.to_csv(cells, index=False, float_format="%.4f")
    page.write_text(write_page(table), encoding="utf-8")
    return [page, cells, *write_gaps(table, report)]


def write_page(table: pd.DataFrame) -> str:
    """The gaps and retentions as Markdown, with a sentence for each player."""
    lead = (
        "At T tokens the tacit gap is the strength in Elo with as many examples in view as T tokens hold, minus that "
        "with notes of at most T tokens that an author wrote from these very examples. Intervals are 95 %, over "
        "example sets and paired by them. Those of the column All at once hold together for all T of a player: a gap "
        "is shown where the lower end is above 0. Detectable is the smallest gap that would be found in four of five "
        "cases."
    )
    keep = (
        "Retention is the share of the examples' gain that the notes keep: (by notes - by neither) / (by examples - by "
        "neither), with Fieller's interval; it has none where the examples add nothing that is certain."
    )
    gapped = table[table["fills"]]
    parts = ["# Tacit gap", lead]
    if len(gapped):
        parts.append("\n".join(markdown_table(GAPS, [_list_gap(row) for row in _rows(gapped)])))
        parts += [describe_gaps(part) for _, part in gapped.groupby(PLAYER, sort=True)]
    else:
        parts.append("No budget is a power of two that its examples fill.")
    kept = "\n".join(markdown_table(KEPT, [_list_kept(row) for row in _rows(table)]))
    return "\n\n".join([*parts, "## Retention", keep, kept]) + "\n"


def _rows(table: pd.DataFrame) -> Sequence[dict[str, Any]]:
    return [{str(name): value for name, value in row.items()} for row in table.to_dict("records")]


def describe_gaps(part: pd.DataFrame) -> str:
    """What a player's gaps say, in a sentence: the largest, and whether it is shown."""
    known = part[part["gap"].notna()]
    who = f"{part['model'].iloc[0]} on {part['skill'].iloc[0]}"
    if known.empty:
        return f"{who}: no gap is known."
    shown = known[known["all_low"] > 0.0]
    top = known.iloc[int(known["gap"].argmax())]
    figures = f"{top['gap']:.0f} [{top['all_low']:.0f}, {top['all_high']:.0f}] Elo at {top['budget']} tokens"
    if len(shown):
        at = ", ".join(str(budget) for budget in sorted(shown["budget"]))
        return f"{who}: examples carry more than notes at {at} tokens; the largest gap is {figures}."
    reversed_ = known[known["all_high"] < 0.0]
    more = ""
    if len(reversed_):
        more = f" Notes carry more than examples at {', '.join(str(b) for b in sorted(reversed_['budget']))} tokens."
    return (
        f"{who}: no gap is shown; the largest is {figures}, and from {known['detectable'].min():.0f} to "
        f"{known['detectable'].max():.0f} Elo would have been found.{more}"
    )


def _list_shared(row: Pair) -> tuple[str, str]:
    return str(row["skill"]), " ".join(filter(None, [str(row["model"]), str(row["settings"])]))


def _list_gap(row: Pair) -> tuple[str, ...]:
    return (
        *_list_shared(row),
        str(row["budget"]),
        str(row["n"]),
        f"{row['n_tokens']:.0f}",
        _show(row, "examples_elo", "examples_low", "examples_high"),
        _show(row, "notes_elo", "notes_low", "notes_high"),
        _show(row, "gap", "gap_low", "gap_high", "+.0f"),
        "-" if math.isnan(row["all_low"]) else f"[{row['all_low']:+.0f}, {row['all_high']:+.0f}]",
        "-" if math.isnan(row["detectable"]) else f"{row['detectable']:.0f}",
    )


def _list_kept(row: Pair) -> tuple[str, ...]:
    return (
        *_list_shared(row),
        str(row["n"]),
        "-" if math.isnan(row["n_tokens"]) else f"{row['n_tokens']:.0f}",
        str(row["budget"]),
        _show(row, "examples_elo", "examples_low", "examples_high"),
        _show(row, "notes_elo", "notes_low", "notes_high"),
        _show(row, "retention", "retention_low", "retention_high", ".2f"),
    )


def _show(row: Pair, name: str, low: str, high: str, form: str = ".0f") -> str:
    value, *ends = (float(row[key]) for key in (name, low, high))
    if math.isnan(value):
        return "undefined" if form == ".0f" else "-"
    return f"{value:{form}} [{ends[0]:{form}}, {ends[1]:{form}}]"
