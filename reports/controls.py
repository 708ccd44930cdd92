"""What each control takes away: a model's strength under full conditions minus that under a control, game by game.

The full condition has the rules, and most whole games of the strong teacher. A control changes one thing about it, or a
few that belong together.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from quickstudy.reports.differences import measure_difference
from quickstudy.reports.leaderboard import markdown_table, show_strength
from quickstudy.reports.plots import COLOURS, LEVEL_COLOUR, MARKERS, open_figure, shorten, write_figure
from quickstudy.reports.tables import SETTINGS, SHOWN, rate_games
from quickstudy.tasks.examples.teachers import MIXED, TEACHER, WEAK

# Conditions that make a control, with their values in the full condition; the number of examples is one more.
FULL = {**SHOWN, "teacher": TEACHER}
CONTROLS: dict[str, dict[str, Any]] = {
    "skin": {"skin": True},
    "sibling's examples": {"evidence": "sibling"},
    "another game's examples": {"evidence": "other"},
    "no examples": {"n": 0},
    "wrong rules": {"rules": "wrong"},
    "no rules": {"rules": "none"},
    "no rules, no examples": {"rules": "none", "n": 0},
    "prior only": {"rules": "none", "n": 0, "skin": True},
    "annotated games": {"kind": "annotated"},
    "outcomes only": {"kind": "outcomes"},
    "single moves": {"kind": "moves"},
    "mixed teacher": {"teacher": MIXED},
    "weak teacher": {"teacher": WEAK},
}
_APART = [name for name in SETTINGS if name not in FULL]


def tabulate_controls(games: pd.DataFrame) -> pd.DataFrame:
    """One row for each model, game and control that the games hold beside the full condition.

    `full` and `elo` are the strengths (Elo) without and with the control; `drop` is their difference with a 95 %
    interval `low` to `high`, paired by example set. Where the control leaves no strength, `flag` says why and `low` is
    the least drop: that to the random mover. Cells that differ in other settings, or in no way that is a control, are
    left out, as are models without a full condition.
    """
    rows = []
    for (skill, model, *_), part in games.groupby(["skill", "model", *_APART], sort=True):
        plain = part[(part["layout"] == "plain")]
        full = plain[np.logical_and.reduce([plain[name] == value for name, value in FULL.items()]) & (plain["n"] > 0)]
        if full.empty:
            continue
        most = int(full["n"].max())
        full = full[full["n"] == most]
        for _, cell in plain.groupby("cell_id", sort=True):
            control = _name_control(cell.iloc[0], most)
            if control is not None:
                rows.append(_compare(str(skill), str(model), control, most, full, cell))
    if not rows:
        return pd.DataFrame()
    table = pd.DataFrame(rows).astype(dict.fromkeys(("full", "elo", "drop", "low", "high"), "float64"))
    order = {name: place for place, name in enumerate(CONTROLS)}
    return table.sort_values(["skill", "model", "control"], key=lambda c: c.map(order) if c.name == "control" else c)


def _name_control(cell: Any, most: int) -> str | None:
    """The control that a cell is: its differences from the full condition are just those of the control."""
    changed = {name: cell[name] for name, value in FULL.items() if cell[name] != value}
    if int(cell["n"]) != most:
        changed["n"] = int(cell["n"])
    if "skin" in changed:
        changed["skin"] = True
    if changed.get("evidence", "sibling") != "sibling":
        changed["evidence"] = "other"
    return next((name for name, changes in CONTROLS.items() if changes == changed), None)


def _compare(skill: str, model: str, control: str, most: int, full: pd.DataFrame, cell: pd.DataFrame) -> dict[str, Any]:
    whole, left = rate_games(full, skill), rate_games(cell, skill)
    drop = measure_difference(full, cell) or {"elo": None, "low": None, "high": None}
    if left.elo is None and left.flag == "below_floor":
        drop["low"] = whole.elo
    return {
        "skill": skill,
        "model": model,
        "control": control,
        "n": most if int(cell["n"].iloc[0]) else 0,
        "full": whole.elo,
        "elo": left.elo,
        "flag": left.flag,
        "forfeit_rate": left.forfeit_rate,
        "drop": drop["elo"],
        "low": drop["low"],
        "high": drop["high"],
    }


def write_controls(games: pd.DataFrame, folder: Path) -> list[Path]:
    """Write controls.png, .svg, .data.json and .md, if the games hold more than one control; returns the paths."""
    table = tabulate_controls(games)
    if table.empty or set(table["control"]) <= {"no examples"}:
        return []
    page = folder / "controls.md"
    page.write_text(write_table(table), encoding="utf-8")
    return [*write_figure(draw_controls(table), table, folder / "controls"), page]


def write_table(table: pd.DataFrame) -> str:
    """The drops as a Markdown table: a row for each control and game, a column for each model."""
    models = sorted(set(table["model"]))
    head = ["game", "control", *(model.removeprefix("quickstudy/") for model in models)]
    body = []
    for skill in sorted(set(table["skill"])):
        part = table[table["skill"] == skill]
        for control in CONTROLS:
            same = part[part["control"] == control].set_index("model")
            if not same.empty:
                body.append([skill, control, *(_show(same.loc[m]) if m in same.index else "-" for m in models)])
    return "\n".join(markdown_table(head, body)) + "\n"


def _show(row: Any) -> str:
    """`512 [430, 594]`, or what is known of a drop to where there is no strength."""
    if pd.isna(row["drop"]):
        bounds = [f"{sign} {row[end]:.0f}" for sign, end in ((">", "low"), ("<", "high")) if pd.notna(row[end])]
        flag = [str(row["flag"]).replace("_", " ")] if row["flag"] else []
        return ", ".join([*bounds, *flag, f"{row['forfeit_rate']:.0%} forfeits"])
    return show_strength(
        {"elo": row["drop"], "flag": "", **{k: None if pd.isna(row[k]) else row[k] for k in ("low", "high")}}
    )


def draw_controls(table: pd.DataFrame) -> Figure:
    """The drop by each control, a panel for each game and a marker for each model, with 95 % intervals.

    `table` is that of `tabulate_controls`. Where no strength is left, an open triangle stands at the least drop.
    """
    skills, models = sorted(set(table["skill"])), sorted(set(table["model"]))
    shown = [name for name in CONTROLS if name in set(table["control"])]
    with open_figure(4.2 * len(skills) + 1.6, 0.8 + 0.42 * len(shown)) as figure:
        axes = figure.subplots(1, len(skills), sharey=True, squeeze=False)[0]
        for axis, skill in zip(axes, skills, strict=True):
            axis.set_title(shorten(skill))
            axis.axvline(0, color=LEVEL_COLOUR, lw=0.8)
            for _, row in table[table["skill"] == skill].iterrows():
                i = models.index(row["model"])
                offset = (i - (len(models) - 1) / 2) * min(0.22, 0.8 / len(models))
                _draw_drop(axis, row, shown.index(row["control"]) + offset, i)
            axis.set_yticks(range(len(shown)), shown)
            axis.set_ylim(len(shown) - 0.5, -0.5)
        figure.supxlabel("Strength lost (Elo), with 95 % intervals; triangles: at least that much", fontsize=9)
        handles = [Line2D([], [], color=COLOURS[i % 7], marker=MARKERS[i % 7], ls="none") for i in range(len(models))]
        names = [shorten(model.removeprefix("quickstudy/")) for model in models]
        figure.legend(handles, names, loc="outside lower center", ncols=max(1, len(models)), frameon=False)
    return figure


def _draw_drop(axis: Axes, row: Any, place: float, i: int) -> None:
    colour, marker = COLOURS[i % 7], MARKERS[i % 7]
    if pd.notna(row["drop"]):
        known = pd.notna(row["low"]) and pd.notna(row["high"])
        error = [[row["drop"] - row["low"]], [row["high"] - row["drop"]]] if known else None
        axis.errorbar(row["drop"], place, xerr=error, color=colour, marker=marker, ls="none", capsize=2, ms=4.5)
    elif pd.notna(row["low"]):
        axis.plot(row["low"], place, marker=">", mfc="white", mec=colour, ms=6.5, ls="none")
