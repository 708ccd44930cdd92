"""The ceilings of a run as files: verdicts as JSON and as a page, and a figure of each curve with its layouts."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from quickstudy.reports.ceiling_chart import write_ceiling_chart
from quickstudy.reports.ceilings import format_verdict, judge_curves, show_figure
from quickstudy.reports.leaderboard import markdown_table, show_player
from quickstudy.reports.plots import COLOURS, COLUMNS, LEVEL_COLOUR, open_figure, shorten, write_figure
from quickstudy.reports.pooling import POOLED
from quickstudy.reports.spending import describe_spending, read_bar, write_spending
from quickstudy.scorers.ceiling import DECIDED
from quickstudy.scorers.recall import PADDED

FILE = "ceilings.json"
HEADER = ("Game", "Model", "n = 0", "Ceiling", "Gain", "n50", "n_knee", "n_max", "Cause", "Posterior", "Lost to recall")
# colour, marker and shift of each layout's points
_POINTS = {
    "plain": (COLOURS[0], "o", 0.0),
    "early": (COLOURS[2], "<", -0.12),
    "middle": (COLOURS[4], "D", 0.0),
    "late": (COLOURS[1], ">", 0.12),
    "filler": (LEVEL_COLOUR, "x", 0.12),
}


def write_ceilings(games: pd.DataFrame, folder: Path, probes: pd.DataFrame | None = None) -> list[Path]:
    """Write ceilings.json, .md, .png, .svg and .data.json of the models and games with padded layouts; the paths.

    `probes` are the run's answers to probes. Of a run that bought its evidence by a plan, whose ledger lies beside
    `folder`, what was spent is told, too.
    """
    bar = read_bar(folder.parent)
    padded = games if bar is not None else games[games["layout"].isin(PADDED)]
    padded = padded[["model", "skill"]].drop_duplicates()
    if padded.empty:
        return []
    verdicts = judge_curves(games.merge(padded, on=["model", "skill"]), probes, advise=True, bar=bar or DECIDED)
    if bar is not None:
        verdicts = [verdict | describe_spending(verdict, games, probes, folder.parent) for verdict in verdicts]
    paths = [folder / FILE, folder / "ceilings.md"]
    paths[0].write_text(json.dumps({"curves": verdicts}, indent=1, allow_nan=False) + "\n", encoding="utf-8")
    paths[1].write_text(write_ceilings_page(verdicts, bar or DECIDED), encoding="utf-8")
    paths += write_spending(verdicts, folder)
    drawn = [verdict for verdict in verdicts if verdict["curve"]]
    if not drawn:
        return paths
    paths += write_figure(draw_ceilings(drawn), tabulate_points(drawn), folder / "ceilings")
    return paths + write_ceiling_chart(drawn, folder)


def write_ceilings_page(verdicts: Sequence[dict[str, Any]], bar: float = DECIDED) -> str:
    """The verdicts, named from a posterior of `bar` on, as a Markdown page: a table, then each in words."""
    lines = [
        "# Ceilings",
        "",
        "Where each learning curve starts and stops, in Elo with 95 % intervals, and why. A cause is named where its "
        f"posterior is {bar:g} or more.",
        "",
        *markdown_table(HEADER, [_list_cells(verdict) for verdict in verdicts]),
        "",
        *_list_pools(verdicts),
        *(f"```\n{format_verdict(verdict)}\n```\n" for verdict in verdicts),
    ]
    return "\n".join(lines)


def _list_pools(verdicts: Sequence[dict[str, Any]]) -> list[str]:
    """The pooled n50 of the models that have some, as a table with a title of its own."""
    pooled = [verdict for verdict in verdicts if verdict["pool"] is not None]
    if not pooled:
        return []
    body = []
    for verdict in pooled:
        mean = {"mean": verdict["pool"]["mean"], "mean_interval": verdict["pool"]["mean_interval"]}
        figures = (show_figure(verdict, "n50"), show_figure(verdict, POOLED), show_figure(mean, "mean"))
        body.append((verdict["skill"], show_player(verdict), *figures, f"{verdict['pool']['octaves']:.1f}"))
    return [
        "## n50 pooled over games",
        "",
        "A second estimate beside each curve's own: a model's n50 on its games is taken as log-normal, and a curve "
        "that says little of its n50 learns it from the others. It holds as far as these games are alike; the spread "
        "between them is a standard deviation in octaves. The mean is that of all games such as these.",
        "",
        *markdown_table(("Game", "Model", "n50 alone", "n50 pooled", "Mean over games", "Spread"), body),
        "",
    ]


def _list_cells(verdict: dict[str, Any]) -> tuple[str, ...]:
    shown = {name: show_figure(verdict, name) for name in ("start", "ceiling", "gain", "n50", "n_knee", "loss_recall")}
    posterior = verdict["posterior"] or {}
    best = max(posterior.values(), default=0.0)
    return (
        *(verdict["skill"], show_player(verdict)),
        *(shown[name] for name in ("start", "ceiling", "gain", "n50", "n_knee")),
        *(str(verdict["n_max"]), verdict["decision"], f"{best:.2f}" if posterior else "-", shown["loss_recall"]),
    )


def read_verdicts(folder: Path) -> list[dict[str, Any]]:
    """The verdicts in a run's report; none where it has no padded layouts."""
    path = folder / "report" / FILE
    return list(json.loads(path.read_text(encoding="utf-8"))["curves"]) if path.is_file() else []


def tabulate_points(verdicts: Sequence[dict[str, Any]]) -> pd.DataFrame:
    """The points (`kind` is their layout) and the fitted curves (`kind` is `curve`) of the figure, one row each."""
    rows = []
    for verdict in verdicts:
        name = {key: verdict[key] for key in ("skill", "model", "settings")}
        for point in verdict["points"]:
            low, high = point["interval"]
            shown = {"kind": point["layout"], "n": point["n"], "slots": point["slots"], "elo": point["elo"]}
            rows.append({**name, **shown, "low": low, "high": high, "effective_games": point["effective_games"]})
        rows += [{**name, "kind": "curve", "slots": None, **point} for point in verdict["curve"]]
    return pd.DataFrame(rows).astype(dict.fromkeys(("n", "slots", "elo", "low", "high", "effective_games"), "float64"))


def draw_ceilings(verdicts: Sequence[dict[str, Any]]) -> Figure:
    """Strength against n, a panel for each curve: the fitted curve, its ceiling and n_max, plain and padded points."""
    columns = min(len(verdicts), COLUMNS)
    rows = -(-len(verdicts) // columns)
    with open_figure(3.6 * columns + 0.4, 3.4 * rows + 0.6) as figure:
        grid = figure.subplots(rows, columns, sharey=True, squeeze=False)
        for axis, verdict in zip(grid.flat, verdicts, strict=False):
            _draw_panel(axis, verdict)
        for axis in grid.flat[len(verdicts) :]:
            axis.set_visible(False)
        named = {
            label: handle for axis in grid.flat for handle, label in zip(*axis.get_legend_handles_labels(), strict=True)
        }
        handles, labels = list(named.values()), list(named)
        figure.legend(handles, labels, loc="outside lower center", ncols=len(labels), frameon=False, fontsize=8)
        figure.supylabel("Strength (Elo, random mover = 0)", fontsize=9, color="#333333")
    return figure


def _draw_panel(axis: Axes, verdict: dict[str, Any]) -> None:
    model = shorten(verdict["model"].removeprefix("quickstudy/"))
    worth = sorted(point["effective_games"] for point in verdict["points"])
    counted = f", K_eff {worth[0]:.0f} to {worth[-1]:.0f}" if (verdict["probes"] or {}).get("combined") else ""
    title = f"{shorten(verdict['skill'])}, {model}\n{verdict['decision']}{counted}"
    axis.set_title(title, fontsize=9)
    curve = pd.DataFrame(verdict["curve"])
    within = curve[curve["n"] <= verdict["n_max"]]
    x = np.log2(1 + within["n"].to_numpy(float))
    axis.fill_between(x, within["low"], within["high"], color=COLOURS[0], alpha=0.16, linewidth=0)
    axis.plot(x, within["elo"], color=COLOURS[0], lw=1.6, label="fitted curve")
    if verdict["ceiling"] is not None:
        axis.axhline(verdict["ceiling"], color="#333333", lw=0.8, ls=(0, (5, 2)), label="ceiling")
    axis.axvline(np.log2(1 + verdict["n_max"]), color=LEVEL_COLOUR, lw=0.8, label="n_max")
    for layout, (colour, marker, shift) in _POINTS.items():
        points = [p for p in verdict["points"] if p["layout"] == layout and p["elo"] is not None]
        if not points:
            continue
        y, low, high = (np.array(values, float) for values in zip(*map(_ends, points), strict=True))
        place = np.log2(1 + np.array([p["n"] for p in points], float)) + shift
        errors = [y - low, high - y]
        axis.errorbar(place, y, yerr=errors, color=colour, marker=marker, ls="none", ms=5, capsize=2, label=layout)
    ns = sorted({p["n"] for p in verdict["points"] if p["layout"] == "plain"})
    axis.set_xticks([np.log2(1 + n) for n in ns], [str(n) for n in ns])


def _ends(point: dict[str, Any]) -> tuple[float, float, float]:
    low, high = point["interval"]
    return point["elo"], point["elo"] if low is None else low, point["elo"] if high is None else high
