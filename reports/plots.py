"""Figures as pure functions of tidy tables, with the same bytes on every run of the same library versions.

Each figure is written as PNG and SVG, with the numbers it shows beside it as `<figure>.data.json`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import matplotlib.style
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from quickstudy.reports.tables import find_ladder, is_plain, tabulate_strengths
from quickstudy.tasks.answers import clean_text

STYLE = Path(__file__).with_name("quickstudy.mplstyle")
# Okabe and Ito's colours, which people with any colour vision can tell apart (jfly.uni-koeln.de/color, 2008)
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
MARKERS = ("o", "s", "D", "^", "v", "P", "X")
DASHES = ("-", (0, (5, 1.5)), (0, (3, 1, 1, 1)), (0, (1, 1.2)), (0, (7, 2, 1, 2)), (0, (2, 2)), "-")
LEVEL_COLOUR = "#9a9a9a"
LABEL_GAP = 0.036
COLUMNS = 4  # of panels; more games go into further rows
LONGEST_NAME = 40
DATA_INCHES, LETTER_INCHES, LEVEL_INCHES = 3.1, 0.088, 1.0


def write_learning_curves(games: pd.DataFrame, folder: Path) -> list[Path]:
    """Write learning_curves.png, .svg and .data.json, if the games hold plain cells; returns the paths."""
    table = tabulate_strengths(games[is_plain(games)])
    return [] if table.empty else write_figure(draw_learning_curves(table), table, folder / "learning_curves")


def write_token_curves(games: pd.DataFrame, folder: Path) -> list[Path]:
    """Write token_curves.png, .svg and .data.json, if the games hold plain cells whose tokens are told; the paths.

    `tokens` in the data is the mean length of a cell's prompts.
    """
    plain = games[is_plain(games)]
    told = plain[(plain["asked"] > 0) & (plain["input_tokens"] > 0)].groupby("cell_id")[["input_tokens", "asked"]].sum()
    if told.empty:
        return []
    tokens = (told["input_tokens"] / told["asked"]).rename("tokens")
    table = tabulate_strengths(plain).merge(tokens, on="cell_id").sort_values(["skill", "model", "settings", "n"])
    return write_figure(draw_learning_curves(table, by="tokens"), table, folder / "token_curves")


def write_rules_examples(games: pd.DataFrame, folder: Path) -> list[Path]:
    """Write the rules x examples figure, if the games hold cells with the rules withheld; returns the paths."""
    own = games[is_plain(games.assign(rules="full")) & games["rules"].isin(["full", "none"])]
    withheld = own[own["rules"] == "none"]
    if withheld.empty:
        return []
    own = own[own["teacher"].isin(withheld["teacher"])]
    # how many examples fit depends on the model's window and on the game
    most = withheld.groupby(["skill", "model"])["n"].max().rename("most")
    most_of_each = own.join(most, on=["skill", "model"])["most"]
    shown = most_of_each.notna() & ((own["n"] == 0) | (own["n"] == most_of_each))
    table = tabulate_strengths(own[shown])
    return write_figure(draw_rules_examples(table), table, folder / "rules_examples")


def draw_learning_curves(table: pd.DataFrame, by: str = "n") -> Figure:
    """Strength against n, or `by` the tokens of a prompt, a panel for each game, up to `COLUMNS` side by side.

    `table` has columns model, settings, skill, n (and tokens), elo, low, high, flag (a row for each point); each model
    and settings is a line. Undefined strengths are open triangles at the bound that is known, else at the edge of the
    panel: up where the strength is higher, down where it is lower.
    """
    table = name_players(table)
    skills, players = sorted(set(table["skill"])), _order(table)
    room = LETTER_INCHES * max(len(shorten(player)) for player in players)
    columns = min(len(skills), COLUMNS)
    rows = -(-len(skills) // columns)
    size = ((DATA_INCHES + room + LEVEL_INCHES) * columns + 0.4, 4.4 if rows == 1 else 3.4 * rows + 0.4)
    with open_figure(*size) as figure:
        grid = figure.subplots(rows, columns, sharey=True, squeeze=False)
        limits = _limits(table)
        for axis, skill in zip(grid.flat, skills, strict=False):
            part = table[table["skill"] == skill]
            ticks = (
                {int(n): _place(float(n), by) for n in part["n"]} if by == "n" else _list_token_ticks(part["tokens"])
            )
            part = part.assign(x=[_place(float(value), by) for value in part[by]])
            _draw_panel(axis, part, skill, players, limits, room / DATA_INCHES, ticks)
        for axis in grid.flat[len(skills) :]:
            axis.set_visible(False)
        figure.supylabel("Strength (Elo, random mover = 0)", fontsize=9, color="#333333")
        what = {
            "n": "Example games in the context window, n",
            "tokens": "Tokens of a prompt, rules and examples included",
        }
        figure.supxlabel(
            # one panel is too narrow for a single line
            f"{what[by]}{chr(10) if columns == 1 else ' '}(bands: 95 % intervals; grey lines: levels of the ladder)",
            fontsize=9,
            color="#333333",
        )
    return figure


def _place(value: float, by: str) -> float:
    """Where a number of examples or tokens stands on its axis."""
    return float(np.log2(1 + value if by == "n" else value))


def _list_token_ticks(tokens: pd.Series) -> dict[int, float]:
    """Powers of two that cover the tokens, with their places: at most eight."""
    low, high = int(np.floor(np.log2(tokens.min()))), int(np.ceil(np.log2(tokens.max())))
    return {2**power: float(power) for power in range(low, high + 1, 1 + (high - low) // 8)}


def _draw_panel(
    axis: Axes,
    part: pd.DataFrame,
    skill: str,
    players: Sequence[str],
    limits: tuple[float, float],
    room: float,
    ticks: dict[int, float],
) -> None:
    """One game's curves at `x`; `room` for the players' names is a share of the width of the data."""
    left = min(ticks.values())
    right = max([*ticks.values(), left + 1])
    wide = right - left
    axis.set_title(shorten(skill))
    axis.set_ylim(*limits)
    axis.set_xlim(left - 0.06 * wide, left + (1.06 + 1.1 * room) * wide)
    axis.set_xticks(sorted(ticks.values()), [str(number) for number in sorted(ticks)])
    _draw_ladder(axis, skill, limits)
    ends = []
    for i, player in enumerate(players):
        rows = part[part["player"] == player].sort_values("n")
        if not rows.empty:
            ends.append((_draw_curve(axis, rows, i, limits), shorten(player), COLOURS[i % 7]))
    ends.sort()
    style: dict[str, Any] = {"va": "center", "fontweight": "bold", "fontsize": 8.5}
    box = {"facecolor": "white", "edgecolor": "none", "pad": 0.6}
    for place, (_, name, colour) in zip(_separate([end[0] for end in ends], limits), ends, strict=True):
        axis.text(left + 1.05 * wide, place, name, color=colour, bbox=box, **style)


def _draw_curve(axis: Axes, rows: pd.DataFrame, i: int, limits: tuple[float, float]) -> float:
    """The curve of player number i with its band and its undefined points; returns the place of its last point."""
    x, y, low, high = (rows[name].to_numpy(float) for name in ("x", "elo", "low", "high"))
    known = np.isfinite(y)
    axis.fill_between(x[known], low[known], high[known], color=COLOURS[i % 7], alpha=0.16, linewidth=0)
    axis.plot(x[known], y[known], color=COLOURS[i % 7], marker=pick_marker(i), ls=pick_dashes(i), lw=1.8, ms=5)
    places = [
        float(y[j]) if known[j] else _draw_undefined(axis, float(x[j]), row, COLOURS[i % 7], limits)
        for j, (_, row) in enumerate(rows.iterrows())
    ]
    return float(np.clip(places[-1], *limits))


def _draw_undefined(axis: Axes, x: float, row: Any, colour: str, limits: tuple[float, float]) -> float:
    """An open triangle for a strength that has a flag (nothing where no game was scored); returns its place."""
    up = row["flag"] == "above_top" or bool(np.isfinite(row["low"]))
    edge = limits[1] if up else limits[0]
    bounds = [value for value in (row["low"], row["high"], edge) if np.isfinite(value)]
    margin = 0.02 * (limits[1] - limits[0])
    place = float(np.clip(bounds[0], limits[0] + margin, limits[1] - margin))
    if row["flag"]:
        axis.plot(x, place, marker="^" if up else "v", mfc="white", mec=colour, ms=7, ls="none")
    return place


def _draw_ladder(axis: Axes, skill: str, limits: tuple[float, float]) -> None:
    """Grey lines at the levels' ratings, named right of the panel."""
    ladder = find_ladder(skill)
    if ladder is None:
        return
    shown = -np.inf
    for level, rating in zip(ladder.levels, ladder.ratings, strict=True):
        if not limits[0] <= rating <= limits[1]:
            continue
        axis.axhline(float(rating), color=LEVEL_COLOUR, lw=0.5, alpha=0.7, zorder=0)
        if rating - shown >= 0.9 * LABEL_GAP * (limits[1] - limits[0]):
            place = axis.get_yaxis_transform()
            axis.text(1.01, float(rating), level, color="#777777", fontsize=6, va="center", transform=place)
            shown = float(rating)


def draw_rules_examples(table: pd.DataFrame) -> Figure:
    """The 2 x 2 of rules (full, none) and examples (none, most) for each model and game, with 95 % intervals.

    `table` is as for `draw_learning_curves`, with the column rules; the points of one model and game have n = 0 or
    one other n.
    """
    table = name_players(table)
    skills, players = sorted(set(table["skill"])), _order(table)
    most = sorted({int(n) for n in table["n"]} - {0})
    shown = f"n = {most[0]}" if len(most) == 1 else "examples"
    with open_figure(4.6 * len(skills), 4.0) as figure:
        axes = figure.subplots(1, len(skills), sharey=True, squeeze=False)[0]
        limits = _limits(table)
        for axis, skill in zip(axes, skills, strict=True):
            axis.set_title(shorten(skill))
            axis.set_ylim(*limits)
            axis.set_xlim(-0.5, 3.5)
            axis.set_xticks(range(4), ["rules", f"rules\n{shown}", "neither", f"{shown}\nonly"])
            axis.axhline(0, color=LEVEL_COLOUR, lw=0.8)
            for _, row in table[table["skill"] == skill].iterrows():
                i = players.index(row["player"])
                offset = (i - (len(players) - 1) / 2) * min(0.15, 0.8 / len(players))
                x = 2 * (row["rules"] == "none") + (row["n"] > 0) + offset
                _draw_point(axis, x, row, i, limits)
        axes[0].set_ylabel("Strength (Elo, random mover = 0)")
        handles = [Line2D([], [], color=COLOURS[i % 7], marker=pick_marker(i), ls="none") for i in range(len(players))]
        names = [shorten(player) for player in players]
        columns = max(1, int(4.6 * len(skills) / (0.5 + LETTER_INCHES * max(map(len, names)))))
        figure.legend(handles, names, loc="outside lower center", ncols=columns, frameon=False)
    return figure


def _draw_point(axis: Axes, x: float, row: Any, i: int, limits: tuple[float, float]) -> None:
    if pd.isna(row["elo"]):
        _draw_undefined(axis, x, row, COLOURS[i % 7], limits)
        return
    error = [[row["elo"] - row["low"]], [row["high"] - row["elo"]]]
    axis.errorbar(x, row["elo"], yerr=error, color=COLOURS[i % 7], marker=pick_marker(i), ls="none", capsize=2)


@contextmanager
def open_figure(width: float, height: float) -> Iterator[Figure]:
    """An empty figure of so many inches, which is drawn inside the context: there the figures' style holds."""
    with use_style():
        figure = Figure(figsize=(width, height), layout="constrained")
        FigureCanvasAgg(figure)
        yield figure


def use_style() -> AbstractContextManager[None]:
    """The figures' style over matplotlib's defaults, so that a user's own settings change no byte.

    Text is no mathematics there, since names may have dollar signs.
    """
    return matplotlib.style.context(str(STYLE), after_reset=True)


def pick_marker(i: int) -> str:
    """Marker of player number i; past seven, where colours come again, it is another than the colour's first."""
    return MARKERS[(i + 2 * (i // 7)) % 7]


def pick_dashes(i: int) -> Any:
    """Dashes of player number i; past seven, where colours come again, they are others than the colour's first."""
    return DASHES[(i + i // 7) % 7]


def name_players(table: pd.DataFrame) -> pd.DataFrame:
    """The table with the column player: the model, and its settings where it has more than one."""
    settings = table["settings"].map(lambda text: f" ({text})" if text else "")
    return table.assign(player=table["model"].str.removeprefix("quickstudy/") + settings)


def shorten(name: str) -> str:
    """A name on one line, cut in the middle where it is long."""
    shown = " ".join(clean_text(name).split())
    half = LONGEST_NAME // 2
    return shown if len(shown) <= LONGEST_NAME else f"{shown[: half - 1]}…{shown[-half:]}"


def _order(table: pd.DataFrame) -> list[str]:
    """Players by their highest strength, so that colours follow the ranking and not the names."""
    best = table.groupby("player")["elo"].max().fillna(-np.inf)
    return sorted(best.index, key=lambda player: (-best[player], player))


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


def write_figure(figure: Figure, table: pd.DataFrame, stem: Path) -> list[Path]:
    """Save a figure and its data; neither holds a date or a version that would change its bytes."""
    paths = [stem.with_suffix(suffix) for suffix in (".png", ".svg", ".data.json")]
    with use_style():
        figure.savefig(paths[0], metadata={"Software": None})
        figure.savefig(paths[1], metadata={"Date": None, "Creator": None})
    rows = json.loads(table.to_json(orient="records", double_precision=3))
    paths[2].write_text(json.dumps(rows, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return paths
