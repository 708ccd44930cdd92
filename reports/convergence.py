"""How intervals narrow with games: their width where only the first example sets of each cell count.

The law that a width should follow is the square root of the games. Against equal opponents, whose games tell most, the
interval of k games that are independent is ± 1.96 x 2 s / sqrt(k); no real one is narrower but by luck. Few sets are
above it, because Student's t is wide with few sets, and so are players whose opponents do not match or whose sets
differ.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator

from quickstudy.reports.leaderboard import markdown_table, show_player
from quickstudy.reports.plots import (
    COLOURS,
    COLUMNS,
    DASHES,
    LETTER_INCHES,
    LEVEL_COLOUR,
    MARKERS,
    name_players,
    open_figure,
    shorten,
    write_figure,
)
from quickstudy.reports.tables import is_plain, name_settings, rate_games
from quickstudy.scorers.scale import SCALE, Z95, FloatArray

COUNTS = [sets * 2**i for i in range(16) for sets in (4, 6)]  # fewer sets have intervals that say nothing
TICKS = (10, 20, 30, 50, 70, 100, 150, 200, 300, 400, 600, 800, 1200, 2000, 4000)
NARROW = 100.0  # Elo: the width of ± 50
_WHO = ["skill", "model", "settings"]


def tabulate_convergence(games: pd.DataFrame) -> pd.DataFrame:
    """One row for each plain cell and number of its example sets that count: 4, 6, 8, 12 and so on, and all.

    Columns: `skill`, `model`, `settings`, `n`, `cell_id`, `sets`, `games` (scored ones) and `width`, from end to end of
    the 95 % interval in Elo; NaN where the strength has none. Sets are taken in their order. Cells of fewer than six
    sets are left out.
    """
    plain = games[is_plain(games)]
    plain = plain[plain["outcome"] != "error"].assign(settings=name_settings(plain))
    rows = []
    for values, cell in plain.groupby([*_WHO, "n", "cell_id"], sort=True):
        numbers = sorted(set(cell["set"]))
        if len(numbers) < COUNTS[1]:
            continue
        for sets in [*(count for count in COUNTS if count < len(numbers)), len(numbers)]:
            first = cell[cell["set"].isin(numbers[:sets])]
            found = rate_games(first, str(values[0]))
            width = np.nan if found.low is None or found.high is None else found.high - found.low
            shown = dict(zip([*_WHO, "n", "cell_id"], values, strict=True))
            rows.append({**shown, "sets": sets, "games": len(first), "width": width})
    return pd.DataFrame(rows).astype({"width": "float64"}) if rows else pd.DataFrame()


def summarise_convergence(table: pd.DataFrame) -> pd.DataFrame:
    """One row for each player, game and number of sets: the medians `games` and `width` over its cells.

    Cells that lack a width at some number of sets are left out, so that each median is of the same cells; `cells`
    counts the others. `needed` are the games for ± 50 Elo by the square-root law, from all sets.
    """
    rows = []
    for values, part in table.groupby(_WHO, sort=True) if len(table) else ():
        whole = part.groupby("cell_id").filter(lambda cell: bool(cell["width"].notna().all()))
        if whole.empty:
            continue
        medians = whole.groupby("sets")[["games", "width"]].median()
        most = medians.iloc[-1]
        needed = float(most["games"] * (most["width"] / NARROW) ** 2)
        shown = {**dict(zip(_WHO, values, strict=True)), "cells": whole["cell_id"].nunique(), "needed": needed}
        rows += [{**shown, "sets": int(str(sets)), **row} for sets, row in medians.to_dict("index").items()]
    return pd.DataFrame(rows)


def bound_width(games: FloatArray) -> FloatArray:
    """The width of the 95 % interval of so many independent games against equal opponents, in Elo."""
    return np.asarray(2.0 * Z95 * 2.0 * SCALE / np.sqrt(games))


def write_convergence(games: pd.DataFrame, folder: Path) -> list[Path]:
    """Write convergence.md, .png, .svg and .data.json, if cells have sets enough; returns the paths."""
    table = summarise_convergence(tabulate_convergence(games))
    if table.empty:
        return []
    page = folder / "convergence.md"
    page.write_text(write_convergence_page(table), encoding="utf-8")
    return [page, *write_figure(draw_convergence(table), table, folder / "convergence")]


def write_convergence_page(table: pd.DataFrame) -> str:
    """The medians of `summarise_convergence` as a Markdown page."""
    counts = sorted({int(sets) for sets in table["sets"]})
    head = ("Game", "Model", "Cells", *(f"{sets} sets" for sets in counts), "Games for ± 50 Elo")
    body = []
    for _, part in table.groupby(_WHO, sort=True):
        first = part.iloc[0]
        shown = {
            int(row["sets"]): f"{row['width']:.0f} ({row['width'] / float(bound_width(row['games'])):.1f})"
            for row in part.to_dict("records")
        }
        cells = (shown.get(sets, "-") for sets in counts)
        body.append((first["skill"], show_player(dict(first)), str(first["cells"]), *cells, f"{first['needed']:.0f}"))
    lines = [
        "# Convergence",
        "",
        "Median width of the 95 % intervals of plain cells, from end to end in Elo, where only their first example "
        "sets count; in brackets by how much it is wider than that of as many independent games against equal "
        "opponents. The last column follows from all sets by the square-root law, for each cell.",
        "",
        *markdown_table(head, body),
    ]
    return "\n".join(lines) + "\n"


def draw_convergence(table: pd.DataFrame) -> Figure:
    """Median width against games on logarithmic axes, a panel for each game, with the square-root law.

    `table` is that of `summarise_convergence`.
    """
    table = name_players(table)
    skills, players = sorted(set(table["skill"])), sorted(set(table["player"]))
    few, most = float(table["games"].min()), float(table["games"].max())
    bounds = bound_width(np.array([most, few]))
    widest, narrowest = max(table["width"].max(), bounds[1]), min(table["width"].min(), bounds[0])
    ends = (few, most, 0.9 * float(narrowest), 1.1 * float(widest))
    columns = min(len(skills), COLUMNS)
    rows = -(-len(skills) // columns)
    with open_figure(3.7 * columns + 0.5, 3.3 * rows + 0.7) as figure:
        grid = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False)
        for axis, skill in zip(grid.flat, skills, strict=False):
            axis.set_title(shorten(skill))
            _draw_panel(axis, table[table["skill"] == skill], players, ends)
        for axis in grid.flat[len(skills) :]:
            axis.set_visible(False)
        named = {
            label: handle for axis in grid.flat for handle, label in zip(*axis.get_legend_handles_labels(), strict=True)
        }
        fitting = int((3.7 * columns + 0.5) / (0.7 + LETTER_INCHES * max(map(len, named))))
        figure.legend(
            list(named.values()), list(named), loc="outside lower center", ncols=max(fitting, 1), frameon=False
        )
        figure.supylabel("Median width of the 95 % interval (Elo)", fontsize=9, color="#333333")
    return figure


def _draw_panel(axis: Axes, part: pd.DataFrame, players: list[str], ends: tuple[float, float, float, float]) -> None:
    """One game's widths; `ends` are the fewest and most games, and the lower and upper end of the axis of widths."""
    x = np.geomspace(ends[0], ends[1], 50)
    axis.plot(x, bound_width(x), color=LEVEL_COLOUR, lw=1.0, ls=(0, (5, 2)), label="equal opponents: 1/√games")
    for i, player in enumerate(players):
        rows = part[part["player"] == player].sort_values("games")
        colour = COLOURS[i % 7]
        if not rows.empty:
            axis.plot(
                rows["games"],
                rows["width"],
                color=colour,
                marker=MARKERS[i % 7],
                ls=DASHES[i % 7],
                label=shorten(player),
            )
    axis.set_xscale("log", base=2)
    axis.set_yscale("log")
    axis.set_xlabel("Games of a cell that count")
    axis.xaxis.set_major_formatter(lambda value, _: f"{value:g}")
    axis.set_yticks(TICKS, [f"{tick}" for tick in TICKS])
    axis.yaxis.set_minor_locator(NullLocator())
    axis.set_ylim(ends[2], ends[3])
