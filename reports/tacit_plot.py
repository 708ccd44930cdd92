"""The figure of the tacit gap: gaps by tokens with intervals that hold at once, and what notes keep by their budget."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from quickstudy.reports.notes import PLAYER
from quickstudy.reports.plots import COLOURS, LEVEL_COLOUR, MARKERS, open_figure, shorten, write_figure


def write_gaps(table: pd.DataFrame, report: Path) -> list[Path]:
    """Write tacit.png, .svg and .data.json: a row of panels for each game, a line for each player and n."""
    skills = sorted(table["skill"].unique())
    with open_figure(10.0, 4.0 * len(skills)) as figure:
        rows = figure.subplots(len(skills), 2, squeeze=False)
        for (left, right), skill in zip(rows, skills, strict=True):
            part = table[table["skill"] == skill]
            count = 0
            for number, (values, player) in enumerate(part.groupby(PLAYER, sort=True)):
                name = " ".join(filter(None, map(shorten, values[1:])))
                colour, marker = COLOURS[number % len(COLOURS)], MARKERS[number % len(MARKERS)]
                style = {"color": colour, "marker": marker, "ms": 4, "capsize": 2, "lw": 1.2}
                gaps = player[player["fills"] & player["gap"].notna()].sort_values("budget")
                if len(gaps):
                    ends = [gaps["gap"] - gaps["all_low"], gaps["all_high"] - gaps["gap"]]
                    left.errorbar(gaps["budget"] * 1.02**number, gaps["gap"], yerr=ends, label=name, **style)
                for n, kept in player[player["retention"].notna()].groupby("n", sort=True):
                    kept = kept.sort_values("budget")
                    ends = [kept["retention"] - kept["retention_low"], kept["retention_high"] - kept["retention"]]
                    dash = ("-", "--", ":", "-.")[count % 4] if len(kept) > 1 else ""
                    label = f"{name}, {n} examples"
                    own, places = {**style, "marker": MARKERS[count % len(MARKERS)]}, kept["budget"] * 1.02**count
                    right.errorbar(places, kept["retention"], yerr=ends, label=label, ls=dash, **own)
                    count += 1
            left.axhline(0.0, color=LEVEL_COLOUR, ls="--", lw=0.8, zorder=0)
            right.axhline(1.0, color=LEVEL_COLOUR, ls="--", lw=0.8, zorder=0)
            left.set(
                xlabel="tokens", ylabel="examples - notes (Elo)", title=f"{shorten(skill)}: tacit gap", xscale="log"
            )
            right.set(
                xlabel="tokens of notes",
                ylabel="share of the gain kept",
                title=f"{shorten(skill)}: retention",
                xscale="log",
            )
            for axis, budgets in ((left, part.loc[part["fills"], "budget"]), (right, part["budget"])):
                ticks = sorted(set(budgets))
                axis.set_xticks(ticks, [str(tick) for tick in ticks], fontsize=7)
                axis.minorticks_off()
                if axis.has_data() and axis.get_legend_handles_labels()[0]:
                    axis.legend(fontsize=6)
    return write_figure(figure, table, report / "tacit")
