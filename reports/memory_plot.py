"""The figure of notes: strength over generations for each arm, with the strength of examples beside it."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from quickstudy.reports.notes import GROUP, is_memory, join_curves, name_arm
from quickstudy.reports.plots import COLOURS, LEVEL_COLOUR, open_figure, shorten, write_figure
from quickstudy.reports.tables import rate_games


def write_generations(table: pd.DataFrame, games: pd.DataFrame, report: Path) -> list[Path]:
    """Write memory.png and .svg: a panel for each game and player, a line for each arm, dashed lines for examples."""
    panels = list(table.groupby(["skill", "model"], sort=True))
    with open_figure(8.5, 4.2 * len(panels)) as figure:
        axes = figure.subplots(len(panels), 1, squeeze=False)[:, 0]
        named = join_curves(games)
        plain = named[~is_memory(named)]
        arms = [name for name in GROUP if name not in ("skill", "model")]
        for axis, ((skill, model), part) in zip(axes, panels, strict=True):
            several = part["budget"].nunique() > 1
            for number, (_, arm) in enumerate(part.groupby(arms, sort=True)):
                first = {str(name): value for name, value in arm.iloc[0].items()}
                label = name_arm(first) + (f", {first['budget']} tokens" if several else "")
                shift = 0.04 * number  # so that intervals do not hide each other
                error = [arm["elo"] - arm["low"], arm["high"] - arm["elo"]]
                axis.errorbar(
                    arm["generation"] + shift,
                    arm["elo"],
                    yerr=error,
                    label=label,
                    color=COLOURS[number % len(COLOURS)],
                    marker="os"[number // len(COLOURS) % 2],
                    ls=("-", "--")[number // len(COLOURS) % 2],
                    ms=3,
                    capsize=2,
                    lw=1.2,
                )
            shown = plain[(plain["skill"] == skill) & (plain["model"] == model)]
            for (settings, n), cell in shown.groupby(["settings", "n"], sort=True):
                strength = rate_games(cell, str(skill)).elo
                if strength is not None:
                    axis.axhline(strength, color=LEVEL_COLOUR, ls="--", lw=0.8, zorder=0)
                    where = {"xycoords": ("axes fraction", "data"), "ha": "right", "va": "bottom"}
                    label = ", ".join(filter(None, [f"{n} examples", str(settings)]))
                    axis.annotate(label, (1.0, strength), fontsize=7, **where)
            axis.set(
                xlabel="generation of notes",
                ylabel="strength (Elo, random = 0)",
                title=f"{shorten(str(skill))}, {shorten(str(model))}",
            )
            axis.legend(fontsize=7, loc="upper left", bbox_to_anchor=(1.01, 1.0))
    return write_figure(figure, table, report / "memory")
