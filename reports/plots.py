"""Figures as pure functions of tidy tables, with the same bytes on every run of the same library versions.

Each figure is written as PNG and SVG, with the numbers it shows beside it as `<figure>.data.json`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import matplotlib.style
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from quickstudy.reports.leaderboard import is_plain
from quickstudy.reports.tables import find_ladder, tabulate_strengths

STYLE = Path(__file__).with_name("quickstudy.mplstyle")
# Okabe and Ito's colours, which people with any colour vision can tell apart (jfly.uni-koeln.de/color, 2008)
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
MARKERS = ("o", "s", "D", "^", "v", "P", "X")
DASHES = ("-", (0, (5, 1.5)), (0, (3, 1, 1, 1)), (0, (1, 1.2)), (0, (7, 2, 1, 2)), (0, (2, 2)), "-")
LEVEL_COLOUR = "#9a9a9a"
LABEL_GAP = 0.036


def write_learning_curves(games: pd.DataFrame, folder: Path) -> list[Path]:
    """Write learning_curves.png, .svg and .data.json from games; returns the paths."""
    table = tabulate_strengths(games[is_plain(games)])
    return _write(draw_learning_curves(table), table, folder / "learning_curves")


def write_rules_examples(games: pd.DataFrame, folder: Path) -> list[Path]:
    """Write the rules x examples figure, if the games hold cells with the rules withheld; returns the paths."""
    own = games[(games["evidence"] == "own") & (games["layout"] == "plain")]
    if set(own["rules"]) != {"full", "none"}:
        return []
    withheld = own[own["rules"] == "none"]
    table = tabulate_strengths(own[own["n"].isin({0, int(withheld["n"].max())})])
    return _write(draw_rules_examples(table), table, folder / "rules_examples")


def draw_learning_curves(table: pd.DataFrame) -> Figure:
    """Strength against n, a panel for each game.

    `table` has columns model, skill, n, elo, low, high, flag (a row for each point). Undefined strengths are open
    triangles at the edge of the panel, down for below_floor, up for above_top, at the bound that is known.
    """
    skills, models = sorted(set(table["skill"])), _order(table)
    with matplotlib.style.context(str(STYLE)):
        figure = Figure(figsize=(5.2 * len(skills), 4.4), layout="constrained")
        FigureCanvasAgg(figure)
        axes = figure.subplots(1, len(skills), sharey=True, squeeze=False)[0]
        low, high = _limits(table)
        for axis, skill in zip(axes, skills, strict=True):
            _draw_panel(axis, table[table["skill"] == skill], skill, models, (low, high))
        axes[0].set_ylabel("Strength (Elo, random mover = 0)")
        figure.supxlabel(
            "Example games in the context window, n (bands: 95 % intervals; grey lines: levels of the ladder)",
            fontsize=9,
            color="#333333",
        )
    return figure


def _draw_panel(axis: Axes, part: pd.DataFrame, skill: str, models: Sequence[str], limits: tuple[float, float]) -> None:
    ns = sorted(int(n) for n in set(part["n"]))
    right = float(np.log2(1 + max([*ns, 1])))
    axis.set_title(skill)
    axis.set_ylim(*limits)
    axis.set_xlim(-0.06 * right, 1.62 * right)
    axis.set_xticks([np.log2(1 + n) for n in ns], [str(n) for n in ns])
    _draw_ladder(axis, skill, right, limits)
    ends = []
    for model in models:
        rows = part[part["model"] == model].sort_values("n")
        if rows.empty:
            continue
        i = models.index(model)
        x = np.log2(1 + rows["n"].to_numpy(float))
        y, low, high = (rows[name].to_numpy(float) for name in ("elo", "low", "high"))
        known = np.isfinite(y)
        axis.fill_between(x[known], low[known], high[known], color=COLOURS[i % 7], alpha=0.16, linewidth=0)
        axis.plot(x[known], y[known], color=COLOURS[i % 7], marker=MARKERS[i % 7], ls=DASHES[i % 7], lw=1.8, ms=5)
        for j in np.flatnonzero(~known):
            up = rows["flag"].iloc[j] == "above_top" or np.isfinite(low[j])
            bound = low[j] if np.isfinite(low[j]) else high[j] if np.isfinite(high[j]) else limits[0]
            place = float(np.clip(bound, limits[0] + 10, limits[1] - 10))
            axis.plot(x[j], place, marker="^" if up else "v", mfc="white", mec=COLOURS[i % 7], ms=7, ls="none")
        last = y[known][-1] if known.any() else limits[0]
        ends.append((float(np.clip(last, *limits)), model.removeprefix("quickstudy/"), COLOURS[i % 7]))
    for place, (_, name, colour) in zip(_separate([end[0] for end in sorted(ends)], limits), sorted(ends), strict=True):
        axis.text(1.035 * right, place, name, color=colour, va="center", fontweight="bold", fontsize=8.5)


def _draw_ladder(axis: Axes, skill: str, right: float, limits: tuple[float, float]) -> None:
    ladder = find_ladder(skill)
    if ladder is None:
        return
    shown = -np.inf
    for level, rating in zip(ladder.levels, ladder.ratings, strict=True):
        if not limits[0] <= rating <= limits[1]:
            continue
        axis.plot([-0.06 * right, 1.02 * right], [rating, rating], color=LEVEL_COLOUR, lw=0.5, alpha=0.7, zorder=0)
        if rating - shown >= 0.9 * LABEL_GAP * (limits[1] - limits[0]):
            axis.text(1.62 * right, rating, level, color="#777777", fontsize=6, va="center", ha="right")
            shown = float(rating)


def draw_rules_examples(table: pd.DataFrame) -> Figure:
    """The 2 x 2 of rules (full, none) and examples (none, most) for each model and game, with 95 % intervals."""
    skills, models = sorted(set(table["skill"])), _order(table)
    most = int(table["n"].max())
    cells = [("full", 0), ("full", most), ("none", 0), ("none", most)]
    names = ["rules", f"rules\nn = {most}", "neither", f"n = {most}\nonly"]
    with matplotlib.style.context(str(STYLE)):
        figure = Figure(figsize=(4.6 * len(skills), 4.0), layout="constrained")
        FigureCanvasAgg(figure)
        axes = figure.subplots(1, len(skills), sharey=True, squeeze=False)[0]
        limits = _limits(table)
        for axis, skill in zip(axes, skills, strict=True):
            axis.set_title(skill)
            axis.set_ylim(*limits)
            axis.set_xticks(range(4), names)
            axis.axhline(0, color=LEVEL_COLOUR, lw=0.8)
            for i, model in enumerate(models):
                offset = (i - (len(models) - 1) / 2) * 0.15
                for j, (rules, n) in enumerate(cells):
                    rows = table[(table["skill"] == skill) & (table["model"] == model)]
                    rows = rows[(rows["rules"] == rules) & (rows["n"] == n)]
                    for _, row in rows.iterrows():
                        _draw_point(axis, j + offset, row, i, limits, model if j == 0 else None)
        axes[0].set_ylabel("Strength (Elo, random mover = 0)")
        handles, labels = axes[0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside lower center", ncols=len(models), frameon=False)
    return figure


def _draw_point(axis: Axes, x: float, row: Any, i: int, limits: tuple[float, float], label: str | None) -> None:
    colour, name = COLOURS[i % 7], None if label is None else label.removeprefix("quickstudy/")
    if pd.isna(row["elo"]):
        axis.plot(x, limits[0] + 12, marker="v", mfc="white", mec=colour, ms=7, ls="none", label=name)
        return
    error = [[row["elo"] - row["low"]], [row["high"] - row["elo"]]]
    axis.errorbar(x, row["elo"], yerr=error, color=colour, marker=MARKERS[i % 7], ls="none", capsize=2, label=name)


def _order(table: pd.DataFrame) -> list[str]:
    """Models by their highest strength, so that colours follow the ranking and not the names."""
    best = table.groupby("model")["elo"].max().fillna(-np.inf)
    return sorted(best.index, key=lambda model: (-best[model], model))


def _limits(table: pd.DataFrame) -> tuple[float, float]:
    values = pd.concat([table["elo"], table["low"], table["high"]]).dropna().to_numpy(float)
    low, high = (float(values.min()), float(values.max())) if len(values) else (0.0, 100.0)
    return 100 * float(np.floor((min(low, 0.0) - 20) / 100)), 100 * float(np.ceil((high + 20) / 100))


def _separate(places: list[float], limits: tuple[float, float]) -> list[float]:
    """Shift ascending label places apart to a least distance, staying as close as can be (one pass up, one down)."""
    gap = LABEL_GAP * 1.3 * (limits[1] - limits[0])
    moved = list(places)
    for i in range(1, len(moved)):
        moved[i] = max(moved[i], moved[i - 1] + gap)
    overflow = max(moved[-1] - limits[1], 0.0) if moved else 0.0
    for i in range(len(moved) - 1, -1, -1):
        bound = limits[1] if i == len(moved) - 1 else moved[i + 1] - gap
        moved[i] = min(moved[i], bound) if overflow else moved[i]
    return moved


def _write(figure: Figure, table: pd.DataFrame, stem: Path) -> list[Path]:
    """Save a figure and its data; neither holds a date or a version that would change its bytes."""
    paths = [stem.with_suffix(suffix) for suffix in (".png", ".svg", ".data.json")]
    with matplotlib.style.context(str(STYLE)):
        figure.savefig(paths[0], metadata={"Software": None})
        figure.savefig(paths[1], metadata={"Date": None, "Creator": None})
    rows = json.loads(table.to_json(orient="records", double_precision=3))
    paths[2].write_text(json.dumps(rows, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return paths
