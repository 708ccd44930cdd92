"""The figure of the report test: for each player, cue by cue, what is told beside what is used."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from scipy.special import stdtrit

from quickstudy.reports.plots import COLOURS, COLUMNS, LEVEL_COLOUR, open_figure, shorten, write_figure
from quickstudy.reports.tables import SHOWN, name_settings
from quickstudy.scorers.cues import LEVEL

_WIDTH, _ROW = 3.4, 0.22


def tabulate_cues(cues: pd.DataFrame) -> pd.DataFrame:
    """A row for each cell and cue: means over sets of `told` and `used` from -1 to 1, and the 95 % interval of `used`.

    `found` is the share of the sets whose choices show that the cue is used, `reach` half of the interval. `told` is 1
    for the cue that is named first with more, and `used` is divided by the largest weight of its set.
    `cues` is what `report_test.compare_cues` gives; sets whose answer or choices are not known are left out.
    """
    known = cues[(cues["forfeit"] == 0) & cues["used"].notna()]
    known = known.assign(settings=name_settings(known))
    largest = known.groupby(["cell_id", "set"])["used"].transform(lambda weights: weights.abs().max())
    scaled = known.assign(told=known["told"] / known["most"], used=(known["used"] / largest.where(largest > 0.0, 1.0)))
    rows = []
    named = ["skill", "model", "settings", *SHOWN, "layout", "n", "cell_id", "foil", "cue"]
    for values, part in scaled.groupby(named, sort=True):
        by_set = part.groupby("set")["used"].mean()
        sets = len(by_set)
        reach = float(stdtrit(sets - 1, 0.975) * by_set.std() / sets**0.5) if sets > 1 else float("nan")
        used = float(by_set.mean())
        found, told = float((part["p"] < LEVEL).mean()), float(part["told"].mean())
        shown = {"told": told, "used": used, "reach": reach, "found": found}
        rows.append({**dict(zip(named, values, strict=True)), **shown})
    return pd.DataFrame(rows)


def write_cue_chart(cues: pd.DataFrame, report: Path) -> list[Path]:
    """Write report_test.png, .svg and .data.json; nothing where told and used are known of no set."""
    table = tabulate_cues(cues)
    return [] if table.empty else write_figure(draw_cues(table), table, report / "report_test")


def draw_cues(table: pd.DataFrame) -> Figure:
    """A panel for each cell of `tabulate_cues`: bars for what is used, diamonds for what is told, foils at the foot."""
    panels = list(table.groupby(["skill", "model", "settings", *SHOWN, "layout", "n", "cell_id"], sort=True))
    columns = min(len(panels), COLUMNS)
    rows = -(-len(panels) // columns)
    height = _ROW * table.groupby("cell_id").size().max() + 0.7
    with open_figure(_WIDTH * columns + 0.6, height * rows + 0.7) as figure:
        grid = figure.subplots(rows, columns, sharex=True, squeeze=False)
        for axis, ((skill, model, settings, *_, layout, n, _cell), part) in zip(grid.flat, panels, strict=False):
            shown = part.sort_values(["foil", "cue"], ascending=False)
            labels = [f"{cue} (foil)" if foil else cue for cue, foil in zip(shown["cue"], shown["foil"], strict=True)]
            places = range(len(shown))
            colours = [to_rgba(COLOURS[0], 1.0 if found >= 0.5 else 0.3) for found in shown["found"]]
            axis.barh(places, shown["used"], color=colours, height=0.55)
            axis.errorbar(shown["used"], places, xerr=shown["reach"].fillna(0.0), fmt="none", ecolor="#333333", lw=0.8)
            axis.plot(shown["told"], places, ls="", marker="D", ms=4.5, color=COLOURS[1])
            axis.set_yticks(places, labels, fontsize=7)
            axis.axvline(0.0, color=LEVEL_COLOUR, lw=0.8)
            axis.set_xlim(-1.05, 1.05)
            view = f"n = {n}" if layout == "plain" else f"n = {n}, {layout}"
            player = " ".join(filter(None, [str(model).removeprefix("quickstudy/"), str(settings)]))
            axis.set_title(f"{shorten(str(skill))}, {shorten(player)}, {view}", fontsize=8)
        for axis in grid.flat[len(panels) :]:
            axis.set_visible(False)
        figure.supxlabel("less is wanted  ←  weight, of the largest 1  →  more is wanted", fontsize=9, color="#333333")
        bars = [Patch(color=COLOURS[0]), Patch(color=to_rgba(COLOURS[0], 0.3))]
        keys = [*bars, Line2D([], [], ls="", marker="D", ms=4.5, color=COLOURS[1])]
        names = ["used", "not shown to be used in most sets", "told"]
        figure.legend(keys, names, loc="outside upper center", ncols=3, frameon=False, fontsize=8)
    return figure
