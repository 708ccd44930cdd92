"""Data parity in chess: how much the best human players studied, beside what a context window holds.

Hours of serious study until grandmaster strength: about 5,000 alone in the first ten years (Charness, Tuffiash, Krampe,
Reingold and Vasyukova, Applied Cognitive Psychology 19, 2005); about 11,000 in all until 2200 Elo, from 3,000 to 23,000
in single players (Gobet and Campitelli, Developmental Psychology 43, 2007). How many games that is nobody has counted:
at 10 to 60 minutes a game, 5,000 to 11,000 hours are 5,000 to 66,000 games; the band is given as 10^4 to 10^5 games,
which is an estimate and is said to be one.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from quickstudy.reports.leaderboard import markdown_table
from quickstudy.reports.plots import draw_learning_curves, name_players, shorten, use_style, write_figure
from quickstudy.reports.tables import is_plain, tabulate_strengths

SKILL = "orthodox"
HOURS = (5_000, 11_000)
GAMES = (10_000, 100_000)
"""Games that the best players met (an estimate from the hours)."""
HEADER = ("Player", "n", "Strength", "Tokens a game", "Human games in tokens", "Times the examples shown")


def write_parity(games: pd.DataFrame, folder: Path) -> list[Path]:
    """Write parity.md and its figure, if there are plain cells with examples of orthodox chess; returns the paths."""
    plain = games[is_plain(games) & games["skill"].eq(SKILL)]
    table = tabulate_parity(plain) if not plain.empty and plain["n"].max() > 0 else pd.DataFrame()
    if table.empty:
        return []
    page = folder / "parity.md"
    page.write_text(_write_page(table), encoding="utf-8")
    curve = tabulate_strengths(plain)
    return [page, *write_figure(draw_parity(curve), curve, folder / "parity")]


def tabulate_parity(plain: pd.DataFrame) -> pd.DataFrame:
    """One row for each player: strength with the most examples, tokens of one, and what human experience would take.

    `tokens` is the slope of a prompt's tokens on n; `human_tokens_low` and `_high` are those of `GAMES`;
    `shortfall_low` and `_high` say how many times the examples that were shown these games are. A player whose tokens
    are not told has NaN. `plain` are games of plain cells of orthodox chess.
    """
    strengths = tabulate_strengths(plain)
    asked = (
        plain[(plain["asked"] > 0) & (plain["input_tokens"] > 0)].groupby("cell_id")[["input_tokens", "asked"]].sum()
    )
    lengths = (asked["input_tokens"] / asked["asked"]).rename("tokens")
    rows = []
    for (model, settings), part in strengths.join(lengths, on="cell_id").groupby(["model", "settings"], sort=True):
        best = part.sort_values("n").iloc[-1]
        told = part.dropna(subset="tokens")
        slope = float(np.polyfit(told["n"], told["tokens"], 1)[0]) if told["n"].nunique() > 1 else np.nan
        rows.append(
            {
                "model": model,
                "settings": settings,
                "n": int(best["n"]),
                **{name: best[name] for name in ("elo", "low", "high")},
                "tokens": slope,
                "human_tokens_low": GAMES[0] * slope,
                "human_tokens_high": GAMES[1] * slope,
                "shortfall_low": GAMES[0] / best["n"],
                "shortfall_high": GAMES[1] / best["n"],
            }
        )
    return pd.DataFrame(rows)


def draw_parity(curve: pd.DataFrame) -> Figure:
    """The learning curves of orthodox chess with the band of games that the best human players met."""
    with use_style():
        figure = draw_learning_curves(curve)
        axis = figure.axes[0]
        low, high = (float(np.log2(1 + games)) for games in GAMES)
        axis.axvspan(low, high, color="#E69F00", alpha=0.18, linewidth=0)
        ticks = {int(n): float(np.log2(1 + n)) for n in [*curve["n"], *GAMES]}
        axis.set_xticks(list(ticks.values()), [f"{n:,}" for n in ticks])
        axis.set_xlim(axis.get_xlim()[0], max(axis.get_xlim()[1], high + 0.5))
        said = f"games that grandmasters met\n(estimate from {HOURS[0]:,} to {HOURS[1]:,} hours)"
        place = axis.get_xaxis_transform()
        axis.text((low + high) / 2, 0.03, said, ha="center", va="bottom", fontsize=6.5, rotation=90, transform=place)
    return figure


def _write_page(table: pd.DataFrame) -> str:
    """The table in Markdown, with what the band is."""
    lines = [
        "# Data parity in chess",
        "",
        f"Grandmasters had studied for about {HOURS[0]:,} to {HOURS[1]:,} hours, in which they met some {GAMES[0]:,} "
        f"to {GAMES[1]:,} games (an estimate: sources in `reports/parity.py`). The last column says how many times the "
        "examples that the player was shown these are.",
        "",
        *markdown_table(HEADER, [_list_cells(row) for _, row in name_players(table).iterrows()]),
    ]
    return "\n".join(lines) + "\n"


def _list_cells(row: Any) -> list[str]:
    known = np.isfinite(row["elo"])
    strength = f"{row['elo']:.0f} [{row['low']:.0f}, {row['high']:.0f}]" if known else "not defined"
    told = np.isfinite(row["tokens"])
    return [
        shorten(row["player"]),
        f"{row['n']:,}",
        strength,
        f"{row['tokens']:.0f}" if told else "not told",
        f"{row['human_tokens_low']:,.0f} to {row['human_tokens_high']:,.0f}" if told else "not told",
        f"{row['shortfall_low']:,.0f} to {row['shortfall_high']:,.0f}" if row["n"] else "no examples",
    ]
