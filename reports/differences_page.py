"""The differences of a run as files: all of them as a table, and those that are read as a page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from quickstudy.reports.differences import BEFORE, MODEL, START, is_instrument, tabulate_differences
from quickstudy.reports.leaderboard import markdown_table, show_player

ALPHA = 0.05
_SHOWN = (
    *("comparison", "skill", "model", "settings", "n", "other_model", "other_settings", "other_n"),
    *("elo", "low", "high", "p", "se", "df", "detectable", "shared_sets", "flag"),
)


def write_differences(games: pd.DataFrame, folder: Path) -> list[Path]:
    """Write differences.csv and .md, if the games hold cells to compare; returns the paths."""
    table = tabulate_differences(games)
    if table.empty:
        return []
    paths = [folder / "differences.csv", folder / "differences.md"]
    table[list(_SHOWN)].to_csv(paths[0], index=False, float_format="%.4f")
    paths[1].write_text(write_differences_page(table), encoding="utf-8")
    return paths


def write_differences_page(table: pd.DataFrame) -> str:
    """The differences as a Markdown page: a row for each n of a curve, and one for each two neighbours in strength."""
    lines = [
        "# Differences",
        "",
        "Differences of strength in Elo with 95 % intervals, paired by example set. Each is tested by itself. Where no "
        "difference is found, the smallest one that would be found four times in five is given.",
    ]
    along = table[table["comparison"] != MODEL]
    if len(along):
        body = [_show_point(rows) for _, rows in along.groupby(["skill", "model", "settings", "n"], sort=True)]
        head = ("Game", "Model", "n", "Against n = 0", "Against the n before")
        lines += ["", "## Along each curve", "", *markdown_table(head, body)]
    between = table[table["comparison"] == MODEL]
    for title, kept in (
        ("models", ~between["model"].map(is_instrument)),
        ("instruments", between["model"].map(is_instrument)),
    ):
        board = between[kept.astype(bool)]
        if len(board):
            head = ("Game", "n", "Stronger", "Weaker", "Difference")
            lines += [
                *("", f"## Between {title}", "", "Neighbours in strength; all pairs are in differences.csv.", ""),
                *markdown_table(head, [_show_pair(row) for row in _list_neighbours(board)]),
            ]
    return "\n".join(lines) + "\n"


def show_difference(row: Any) -> str:
    """`120 [80, 160]`, the smallest difference that would be found where none is, or the bound that is known."""
    elo, low, high = (row[name] for name in ("elo", "low", "high"))
    if row["flag"] == "one_sided":
        return f"> {round(low)} (one-sided)" if pd.notna(low) else f"< {round(high)} (one-sided)"
    if row["flag"] == "undefined":
        return "not defined"
    if row["flag"] == "one_set":
        return f"{round(elo)} (one example set: no interval)"
    found = f"{round(elo)} [{round(low)}, {round(high)}]"
    if row["p"] < ALPHA:
        return found
    return f"{found}: no difference found (smallest that would be: {row['detectable']:.0f} Elo)"


def _show_point(rows: pd.DataFrame) -> tuple[str, ...]:
    shown = {str(row["comparison"]): show_difference(row) for row in rows.to_dict("records")}
    first = rows.iloc[0]
    before = shown.get(BEFORE, "the same" if first["other_n"] == 0 else "-")
    return str(first["skill"]), show_player(dict(first)), str(first["n"]), shown.get(START, "-"), before


def _show_pair(row: dict[str, Any]) -> tuple[str, ...]:
    other = show_player({"model": row["other_model"], "settings": row["other_settings"]})
    return row["skill"], str(row["n"]), show_player(row), other, show_difference(row)


def _list_neighbours(board: pd.DataFrame) -> list[dict[str, Any]]:
    """The pairs whose second player follows the first in strength: the first pair of each first player."""
    first = board.drop_duplicates(["skill", "number", "n", "model", "settings"])
    return [{str(key): value for key, value in row.items()} for row in first.to_dict("records")]
