"""Ceilings over models as two figures: where each curve starts and stops and why, and recall by place in the window."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from quickstudy.reports.plots import COLOURS, LEVEL_COLOUR, open_figure, shorten, write_figure

PLACES = ("early", "middle", "late")
_CAUSE_COLOURS = {
    "saturation": COLOURS[2],
    "context_full": COLOURS[0],
    "recall_failure": COLOURS[1],
    "no_learning": COLOURS[6],
    "undecided": LEVEL_COLOUR,
}
_ROW_INCHES, _LETTER_INCHES = 0.34, 0.075


def write_ceiling_chart(verdicts: Sequence[dict[str, Any]], folder: Path) -> list[Path]:
    """Write ceiling_chart and recall_map (.png, .svg, .data.json) of the verdicts that have such figures; the paths."""
    table = tabulate_ceilings(verdicts)
    recall = tabulate_recall(verdicts)
    written = [] if table.empty else write_figure(draw_ceiling_chart(table), table, folder / "ceiling_chart")
    return written + ([] if recall.empty else write_figure(draw_recall_map(recall), recall, folder / "recall_map"))


def tabulate_ceilings(verdicts: Sequence[dict[str, Any]]) -> pd.DataFrame:
    """One row for each verdict with a start and a ceiling: both in Elo with intervals, and the decision."""
    rows = [
        {
            "name": _name(verdict),
            "decision": verdict["decision"],
            **{
                f"{figure}{end}": value
                for figure in ("start", "ceiling")
                for end, value in zip(
                    ("", "_low", "_high"), (verdict[figure], *verdict[f"{figure}_interval"]), strict=True
                )
            },
        }
        for verdict in verdicts
        if verdict["start"] is not None and verdict["ceiling"] is not None
    ]
    return pd.DataFrame(rows)


def tabulate_recall(verdicts: Sequence[dict[str, Any]]) -> pd.DataFrame:
    """One row for each verdict and place with a recall efficiency, with its interval."""
    rows = [
        {"name": _name(verdict), "place": place, "recall": value, "low": low, "high": high}
        for verdict in verdicts
        for place, value in verdict["recall_efficiency"].items()
        for low, high in [verdict["recall_efficiency_interval"][place]]
        if value is not None
    ]
    return pd.DataFrame(rows)


def draw_ceiling_chart(table: pd.DataFrame) -> Figure:
    """A line from start to ceiling for each row of `tabulate_ceilings`, in the colour of its cause."""
    y = np.arange(len(table))[::-1]
    with _open_figure(list(table["name"]), len(table), 4.6) as figure:
        axis = figure.subplots()
        for place, row in zip(y, table.to_dict("records"), strict=True):
            colour = _CAUSE_COLOURS[row["decision"]]
            axis.plot([row["start"], row["ceiling"]], [place, place], color=colour, lw=1.6)
            for figure_name, face in (("start", "white"), ("ceiling", colour)):
                value = row[figure_name]
                ends = [row[f"{figure_name}_low"], row[f"{figure_name}_high"]]
                reach = [[0.0 if pd.isna(end) else abs(value - end)] for end in ends]
                axis.errorbar(
                    value, place, xerr=reach, color=colour, marker="o", ms=5, mfc=face, capsize=2, lw=0.8, ls="none"
                )
        axis.set_yticks(y, list(table["name"]))
        axis.set_xlabel("Strength (Elo, random mover = 0): open at n = 0, filled at the ceiling")
        found = [cause for cause in _CAUSE_COLOURS if cause in set(table["decision"])]
        lines = [Line2D([], [], color=_CAUSE_COLOURS[cause], marker="o", lw=1.6) for cause in found]
        figure.legend(lines, found, loc="outside lower center", ncols=len(found), frameon=False, fontsize=8)
    return figure


def draw_recall_map(table: pd.DataFrame) -> Figure:
    """Recall efficiency by place in a full window, a row for each curve: 1 where examples count as if alone, 0 not."""
    names = list(dict.fromkeys(table["name"]))
    shown = table.pivot(index="name", columns="place", values="recall").reindex(index=names, columns=list(PLACES))
    with _open_figure(names, len(names), 3.2) as figure:
        axis = figure.subplots()
        image = axis.imshow(shown.to_numpy(float), vmin=0.0, vmax=1.0, cmap="cividis", aspect="auto")
        for row in table.to_dict("records"):
            dark = row["recall"] < 0.5
            text = f"{row['recall']:.2f}"
            if not (pd.isna(row["low"]) or pd.isna(row["high"])):
                text += f"\n[{row['low']:.2f}, {row['high']:.2f}]"
            x, y = PLACES.index(row["place"]), names.index(row["name"])
            axis.text(x, y, text, ha="center", va="center", fontsize=6.5, color="white" if dark else "black")
        axis.grid(visible=False)
        axis.set_xticks(range(len(PLACES)), list(PLACES))
        axis.set_yticks(range(len(names)), names)
        figure.colorbar(image, ax=axis, label="recall efficiency")
    return figure


def _name(verdict: dict[str, Any]) -> str:
    settings = f" ({verdict['settings']})" if verdict["settings"] else ""
    return f"{shorten(verdict['skill'])}, {shorten(verdict['model'].removeprefix('quickstudy/') + settings)}"


def _open_figure(names: Sequence[str], rows: int, inches: float) -> AbstractContextManager[Figure]:
    room = _LETTER_INCHES * max(map(len, names))
    return open_figure(inches + room, _ROW_INCHES * rows + 1.2)
