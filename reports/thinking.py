"""Thinking told apart from learning: strength by n at each level of thinking, and what each of the two adds.

The thinking-only cells are those without examples, the learning-only cells those at the lowest level of thinking. What
both add together beyond their sum is the interaction.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from quickstudy.reports.leaderboard import markdown_table, show_player, show_strength
from quickstudy.reports.plots import COLOURS, DASHES, LEVEL_COLOUR, MARKERS, open_figure, shorten, write_figure
from quickstudy.reports.tables import SETTINGS, is_plain, name_settings, tabulate_strengths
from quickstudy.scorers.differences import contrast_cells
from quickstudy.tasks.thinking import OFF, rank_thinking

EFFECTS = ("thinking alone", "learning alone", "both", "interaction")
_WHO = ["skill", "model", "settings"]
_ALIKE = ["skill", "model", *(name for name in SETTINGS if name != "thinking")]


def tabulate_thinking(games: pd.DataFrame) -> pd.DataFrame:
    """One row for each plain cell of a model that played a game at several levels of thinking, all else being equal.

    Columns: `skill`, `model`, `settings` (all but thinking), `thinking`, `n`, the strength `elo`, `low`, `high` and
    `flag`, `games`, `sets`, `cell_id`, and `thought`, the mean reasoning tokens of an answer (NaN where not known).
    """
    plain = games[is_plain(games)]
    several = [part for _, part in plain.groupby(_ALIKE, sort=True) if part["thinking"].nunique() > 1]
    if not several:
        return pd.DataFrame()
    kept = pd.concat(several)
    told = kept.groupby("cell_id")[["reasoning_tokens", "asked"]].sum(min_count=1)
    settings = name_settings(kept.assign(thinking="")).groupby(kept["cell_id"]).first()
    table = tabulate_strengths(kept).drop(columns="settings")
    table = table.merge((told["reasoning_tokens"] / told["asked"]).rename("thought"), on="cell_id")
    table = table.merge(settings.rename("settings"), on="cell_id")
    rank = table["thinking"].map(rank_thinking)
    table = table.assign(rank=rank).sort_values([*_WHO, "rank", "n"], kind="stable")
    names = [*_WHO, "thinking", "n", "elo", "low", "high", "flag", "games", "sets", "thought", "cell_id"]
    return table.drop_duplicates([*_WHO, "thinking", "n"])[names].reset_index(drop=True)


def tabulate_effects(games: pd.DataFrame, strengths: pd.DataFrame) -> pd.DataFrame:
    """One row for each effect of `EFFECTS` that the cells of `strengths` (see `tabulate_thinking`) hold, in Elo.

    Of `thinking` above the lowest level, at `n` examples: what it adds without examples, what they add at the lowest
    level, what both add, and the last less the other two. Figures are those of `scorers.differences.contrast_cells`,
    paired by example set.
    """
    names, contrasts = [], []
    for values, part in strengths.groupby(_WHO, sort=True) if len(strengths) else ():
        who = dict(zip(_WHO, values, strict=True))
        for level, n, effect, contrast in _list_contrasts(part):
            names.append({**who, "thinking": level, "n": n, "effect": effect})
            contrasts.append(contrast)
    parts = []
    frame = pd.DataFrame(names)
    for skill in dict.fromkeys(name["skill"] for name in names):  # the cells of a sum are on one ladder
        rows = np.flatnonzero(frame["skill"] == skill)
        figures = contrast_cells(games[games["skill"] == skill], [contrasts[i] for i in rows])
        parts.append(pd.concat([frame.iloc[rows].reset_index(drop=True), figures], axis=1))
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def _list_contrasts(part: pd.DataFrame) -> Iterator[tuple[str, int, str, dict[Any, float]]]:
    """Level, n, effect and weighted cells of one player's effects."""
    cells = {(str(row["thinking"]), int(row["n"])): row["cell_id"] for row in part.to_dict("records")}
    levels = list(dict.fromkeys(level for level, _ in cells))
    least, ns = levels[0], sorted({n for _, n in cells} - {0})
    for n in ns:
        for level in levels[1:]:
            corners = [(least, 0), (level, 0), (least, n), (level, n)]
            if all(corner in cells for corner in corners):
                start, thinking, learning, both = (cells[corner] for corner in corners)
                yield level, n, EFFECTS[0], {thinking: 1.0, start: -1.0}
                yield level, n, EFFECTS[1], {learning: 1.0, start: -1.0}
                yield level, n, EFFECTS[2], {both: 1.0, start: -1.0}
                yield level, n, EFFECTS[3], {both: 1.0, learning: -1.0, thinking: -1.0, start: 1.0}


def write_thinking(games: pd.DataFrame, folder: Path) -> list[Path]:
    """Write thinking.csv, .md, .png, .svg and .data.json, if the games hold several levels of thinking; the paths."""
    strengths = tabulate_thinking(games)
    if strengths.empty:
        return []
    effects = tabulate_effects(games, strengths)
    paths = [folder / "thinking.csv", folder / "thinking.md"]
    both = pd.concat([strengths.assign(effect="strength"), effects]).drop(columns="cell_id")
    both.to_csv(paths[0], index=False, float_format="%.4f")
    paths[1].write_text(write_thinking_page(strengths, effects), encoding="utf-8")
    return [*paths, *write_figure(draw_thinking(strengths, effects), both, folder / "thinking")]


def write_thinking_page(strengths: pd.DataFrame, effects: pd.DataFrame) -> str:
    """Strengths and effects as a Markdown page."""
    ns = sorted({int(n) for n in strengths["n"]})
    head = ("Game", "Model", "Thinking", "Thought", *(f"n = {n}" for n in ns))
    body = []
    for _, part in strengths.groupby([*_WHO, "thinking"], sort=False):
        first, shown = part.iloc[0], {int(row["n"]): _show(row) for row in part.to_dict("records")}
        thought = part["thought"].mean()
        told = "-" if pd.isna(thought) else f"{thought:.0f}"
        level = show_level(first["thinking"])
        cells = (shown.get(n, "-") for n in ns)
        body.append((str(first["skill"]), show_player(dict(first)), level, told, *cells))
    lines = [
        "# Thinking and learning",
        "",
        "Strength in Elo with 95 % intervals at each level of thinking: a budget in tokens, or an effort. Thought are "
        "the reasoning tokens of an answer, as the provider tells them.",
        *("", *markdown_table(head, body)),
    ]
    if effects.empty:
        return "\n".join(lines) + "\n"
    lines += [
        "",
        "What thinking adds without examples, what examples add at the lowest level of thinking, what both add, and "
        "how much more that is than the sum of the two (the interaction): Elo with 95 % intervals, paired by set.",
    ]
    body = []
    for _, part in effects.groupby([*_WHO, "n", "thinking"], sort=False):
        first, by_effect = part.iloc[0], part.set_index("effect")
        head_cells = (str(first["skill"]), show_player(dict(first)), str(first["n"]), show_level(first["thinking"]))
        body.append((*head_cells, *(_show(by_effect.loc[effect]) for effect in EFFECTS)))
    head = ("Game", "Model", "n", "Thinking", *(effect.capitalize() for effect in EFFECTS))
    return "\n".join([*lines, "", *markdown_table(head, body)]) + "\n"


def show_level(thinking: str) -> str:
    """A level of thinking for readers."""
    return {"": "the provider's own", OFF: "none"}.get(
        thinking, f"{thinking} tokens" if thinking.isdigit() else thinking
    )


def _show(row: Any) -> str:
    values = {name: None if pd.isna(row[name]) else float(row[name]) for name in ("elo", "low", "high")}
    return show_strength({**values, "flag": row["flag"]})


def draw_thinking(strengths: pd.DataFrame, effects: pd.DataFrame) -> Figure:
    """For each player a curve for each level of thinking, and beside it the effects at the most examples."""
    players = list(strengths.groupby(_WHO, sort=True))
    with open_figure(9.6, 3.4 * len(players) + 0.3) as figure:
        grid = figure.subplots(len(players), 2, squeeze=False, width_ratios=(1.15, 1.0))
        for (left, right), (who, part) in zip(grid, players, strict=True):
            levels = list(dict.fromkeys(part["thinking"]))
            model = shorten(str(who[1]).removeprefix("quickstudy/"))
            left.set_title(f"{shorten(str(who[0]))}, {model}" + (f" ({who[2]})" if who[2] else ""))
            _draw_curves(left, part, levels)
            own = effects
            for name, value in zip(_WHO, who, strict=True):
                own = own[own[name] == value] if len(own) else own
            _draw_effects(right, own, levels)
    return figure


def _draw_curves(axis: Axes, part: pd.DataFrame, levels: list[str]) -> None:
    for i, level in enumerate(levels):
        rows = part[part["thinking"] == level].dropna(subset=["elo", "low", "high"])
        x = np.log2(1 + rows["n"].to_numpy(float))
        y, low, high = (rows[name].to_numpy(float) for name in ("elo", "low", "high"))
        colour = COLOURS[i % 7]
        style: dict[str, Any] = {"marker": MARKERS[i % 7], "ls": DASHES[i % 7]}
        axis.fill_between(x, low, high, color=colour, alpha=0.16, linewidth=0)
        axis.plot(x, y, color=colour, lw=1.8, ms=5, label=f"thinking: {show_level(level)}", **style)
    ns = sorted({int(n) for n in part["n"]})
    axis.set_xticks([np.log2(1 + n) for n in ns], [str(n) for n in ns])
    axis.set_xlabel("Example games in the context window, n")
    axis.set_ylabel("Strength (Elo, random mover = 0)")
    axis.legend(frameon=False, fontsize=8)


def _draw_effects(axis: Axes, effects: pd.DataFrame, levels: list[str]) -> None:
    axis.axvline(0, color=LEVEL_COLOUR, lw=0.8)
    axis.set_yticks(range(len(EFFECTS)), EFFECTS)
    axis.set_ylim(len(EFFECTS) - 0.5, -0.5)
    if effects.empty:
        return
    most = int(effects["n"].max())
    shown = effects[effects["n"] == most].dropna(subset=["elo", "low", "high"])
    for i, level in enumerate(levels[1:], 1):
        rows = shown[shown["thinking"] == level]
        offset = (i - len(levels) / 2) * min(0.2, 0.8 / len(levels))
        places = [EFFECTS.index(effect) + offset for effect in rows["effect"]]
        errors = [rows["elo"] - rows["low"], rows["high"] - rows["elo"]]
        style: dict[str, Any] = {"color": COLOURS[i % 7], "marker": MARKERS[i % 7], "ls": "none"}
        axis.errorbar(rows["elo"], places, xerr=errors, capsize=2, ms=4.5, **style)
    axis.set_xlabel(f"Elo added, with 95 % intervals, at n = {most}")
