"""Recall by place in the window as a figure: a panel for each game and length of the window, a line for each model."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from quickstudy.reports.leaderboard import name_player
from quickstudy.reports.plots import (
    COLOURS,
    COLUMNS,
    LEVEL_COLOUR,
    open_figure,
    pick_dashes,
    pick_marker,
    shorten,
    write_figure,
)

_PANEL = ["skill", "padded", "slots", "n"]
_WIDTH, _HEIGHT, _LETTER_INCHES = 3.4, 2.9, 0.088


def write_replay_chart(table: pd.DataFrame, folder: Path) -> list[Path]:
    """Write recall.png, .svg and .data.json from the games of `replays.tabulate_recall`; returns the paths."""
    games = table[table["part"] == "game"]
    return write_figure(draw_recall(games), games, folder / "recall")


def draw_recall(table: pd.DataFrame) -> Figure:
    """The share of moves reproduced against the place of their game, 0 first to 1 last, with 95 % intervals.

    `table` has the columns of `replays.tabulate_recall`, a row for each game. Padded layouts of equal size share a
    panel. The dashed line is chance.
    """
    table = table.assign(player=_name_players(table), padded=table["layout"] != "plain")
    players = sorted(set(table["player"]), key=lambda name: (-table[table["player"] == name]["recall"].mean(), name))
    panels = list(table.groupby(_PANEL, sort=True))
    columns = min(len(panels), COLUMNS)
    rows = -(-len(panels) // columns)
    with open_figure(_WIDTH * columns + 0.4, _HEIGHT * rows + 0.9) as figure:
        grid = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False)
        for axis, ((skill, padded, slots, n), part) in zip(grid.flat, panels, strict=False):
            view = f"{n} in {slots} slots" if padded else f"n = {n}"
            axis.set_title(f"{shorten(str(skill))}, {view}")
            axis.set_xlim(-0.05, 1.05)
            axis.set_ylim(-0.03, 1.03)
            _draw_lines(axis, part, players)
        for axis in grid.flat[len(panels) :]:
            axis.set_visible(False)
        figure.supylabel("Moves reproduced (share)", fontsize=9, color="#333333")
        figure.supxlabel("Place of the game among the examples' tokens: 0 first, 1 last", fontsize=9, color="#333333")
        lines = [
            Line2D([], [], color=COLOURS[i % 7], marker=pick_marker(i), ls=pick_dashes(i), lw=1.6)
            for i in range(len(players))
        ]
        lines.append(Line2D([], [], color=LEVEL_COLOUR, ls="--", lw=1.0))
        names = [*map(shorten, players), "chance"]
        fitting = max(1, int((_WIDTH * columns) / (0.6 + _LETTER_INCHES * max(map(len, names)))))
        figure.legend(lines, names, loc="outside upper center", ncols=fitting, frameon=False, fontsize=8)
    return figure


def _draw_lines(axis: Axes, part: pd.DataFrame, players: list[str]) -> None:
    """The players' lines of a panel with their bands, and chance, which is nearly the same for all."""
    axis.axhline(part["chance"].mean(), color=LEVEL_COLOUR, ls="--", lw=1.0, zorder=0)
    for i, player in enumerate(players):
        for _, rows in part[part["player"] == player].groupby("cell_id", sort=True):
            shown = rows.sort_values("place")
            x, y, low, high = (shown[name].to_numpy(float) for name in ("place", "recall", "low", "high"))
            colour = COLOURS[i % 7]
            axis.plot(x, y, color=colour, marker=pick_marker(i), ls=pick_dashes(i), lw=1.6, ms=4.5)
            if len(x) > 1:
                axis.fill_between(x, low, high, color=colour, alpha=0.12, linewidth=0)
            else:
                axis.vlines(x, low, high, color=colour, lw=0.8)


def _name_players(table: pd.DataFrame) -> pd.Series:
    """The model, and in brackets its settings and what it is shown, where that is not the plain condition."""
    names = [name_player(row).removeprefix("quickstudy/") for row in table.to_dict("records")]
    return pd.Series(names, index=table.index, dtype="str")
