"""The figure of rings: strength in each ring with and without notes, and the gap to the usual play stage."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from quickstudy.reports.notes import GROUP, name_arm, name_ring
from quickstudy.reports.plots import COLOURS, LEVEL_COLOUR, MARKERS, open_figure, shorten, write_figure
from quickstudy.tasks.chains.rings import OPENINGS, RINGS


def draw_rings(table: pd.DataFrame, report: Path) -> list[Path]:
    """Write rings.png, .svg and .data.json: for each game and player strengths on the left, gaps on the right."""
    panels = list(table.groupby(["skill", "model"], sort=True))
    with open_figure(9.6, 3.8 * len(panels)) as figure:
        grid = figure.subplots(len(panels), 2, squeeze=False)
        for (left, right), ((skill, model), part) in zip(grid, panels, strict=True):
            rings = [ring for ring in RINGS if ring in set(part["ring"])]
            _draw(left, part, rings, ("elo", "low", "high"))
            hidden = part["ring"].eq(OPENINGS) | part["generation"].eq(0)
            gaps = ("gap", "gap_low", "gap_high")
            _draw(right, part.assign(**{name: part[name].mask(hidden) for name in gaps}), rings, gaps)
            right.axhline(0.0, color=LEVEL_COLOUR, lw=0.8, zorder=0)
            left.set_title(f"{shorten(str(skill))}, {shorten(str(model))}")
            left.set_ylabel("strength (Elo, random = 0)")
            right.set_ylabel("gap to ring 1 (Elo)")
            for axis in (left, right):
                axis.set_xticks(range(len(rings)), [name_ring(ring) for ring in rings], rotation=20)
                axis.set_xlim(-0.5, len(rings) - 0.5)
            left.legend(fontsize=7)
    return write_figure(figure, table, report / "rings")


def _draw(axis: Axes, part: pd.DataFrame, rings: list[str], columns: tuple[str, str, str]) -> None:
    """A series of points for each arm and generation, in the places of their rings; those of one have one colour."""
    series = list(part.groupby([*GROUP, "generation"], sort=True))
    for number, (_, rows) in enumerate(series):
        shown = rows.dropna(subset=list(columns))
        if shown.empty:
            continue
        first: dict[str, Any] = {str(name): value for name, value in rows.iloc[0].items()}
        said = f"notes of {first['studied']} games" if first["generation"] else "no notes"
        shift = 0.12 * (number - (len(series) - 1) / 2.0)
        value, low, high = (shown[name] for name in columns)
        axis.errorbar(
            [rings.index(ring) + shift for ring in shown["ring"]],
            value,
            yerr=[value - low, high - value],
            label=f"{name_arm(first)}, {first['budget']} tokens: {said}",
            color=COLOURS[number % len(COLOURS)],
            marker=MARKERS[number % len(MARKERS)],
            ls="none",
            ms=5,
            capsize=3,
        )
