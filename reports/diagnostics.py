"""Diagnostics of recall in games: what repeating examples adds, and how far the order of examples moves strength.

Neither is evidence on a learning curve. Repeated examples tell stochastic recall from missing information: what is
recalled by chance is recalled more often, what is not there stays away. Other orders of the same examples tell how much
of the spread between example sets is a matter of order.
"""

from __future__ import annotations

from collections.abc import Hashable
from pathlib import Path
from typing import Any

import pandas as pd

from quickstudy.reports.differences import measure_difference
from quickstudy.reports.leaderboard import markdown_table, name_player, show_strength, text_table
from quickstudy.reports.tables import SHOWN, name_settings, rate_games
from quickstudy.scorers.spread import deviate, estimate_spread

HEADER = ("Game", "Model", "In view", "Diagnostic", "Result", "Games")
_SHOWN = {name: usual for name, usual in SHOWN.items() if name != "order"}
_ALIKE = ["skill", "model", "settings", *_SHOWN]


def tabulate_duplicates(games: pd.DataFrame) -> pd.DataFrame:
    """One row for each cell of duplicates: m and slots, and in Elo its strength, that of m alone and the difference.

    The difference `gain` has a 95 % interval `low` to `high`, paired by example set; it is NaN where m alone was not
    played.
    """
    rows = []
    for values, part in _group(games[games["order"] == 0]):
        plain, repeated = part[part["layout"] == "plain"], part[part["layout"] == "duplicate"]
        for (m, slots), cell in repeated.groupby(["m", "slots"], sort=True):
            alone = plain[plain["n"] == m]
            gain = measure_difference(cell, alone) or {"elo": None, "low": None, "high": None}
            strengths = [rate_games(found, str(values["skill"])).elo for found in (cell, alone)]
            rows.append(
                {
                    **values,
                    **{"m": int(str(m)), "slots": int(str(slots)), "elo": strengths[0], "alone": strengths[1]},
                    **{"gain": gain["elo"], "low": gain["low"], "high": gain["high"], "games": len(cell)},
                }
            )
    return pd.DataFrame(rows).astype(dict.fromkeys(("elo", "alone", "gain", "low", "high"), "float64") if rows else {})


def tabulate_orders(games: pd.DataFrame) -> pd.DataFrame:
    """One row for each view that was shown in several orders: the standard deviation of strength between orders.

    It is that of one example set, in Elo beyond the chance of the games, with its 95 % interval `low` to `high` and the
    degrees of freedom that it was told from. Forfeits are left out.
    """
    rows = []
    view = ["layout", "n", "slots"]
    for values, part in _group(games[games["result"].notna()]):
        for shown, cells in part.groupby(view, sort=True):
            orders, finished = cells["order"].nunique(), cells[cells["forfeit"] == 0]
            rating = rate_games(cells, str(values["skill"])).theta
            if orders < 2 or rating is None:
                continue
            groups: list[Hashable] = []
            found = []
            for (number, _), one in finished.groupby(["set", "order"], sort=True):
                found.append(deviate(rating, one["opponent_elo"], one["result"]))
                groups.append(number)
            spread = estimate_spread([value for value, _ in found], [chance for _, chance in found], groups)
            if spread is not None:
                names = dict(zip(view, shown, strict=True))
                rows.append({**values, **names, "orders": orders, **spread._asdict(), "games": len(cells)})
    return pd.DataFrame(rows)


def _group(games: pd.DataFrame) -> list[tuple[dict[str, Any], pd.DataFrame]]:
    """The games of each model and skill under each of the other conditions."""
    named = games.assign(settings=name_settings(games))
    return [(dict(zip(_ALIKE, values, strict=True)), part) for values, part in named.groupby(_ALIKE, sort=True)]


def write_diagnostics(games: pd.DataFrame, folder: Path) -> list[Path]:
    """Write diagnostics.csv and .md, if the games hold duplicates or several orders; returns the paths."""
    duplicates, orders = tabulate_duplicates(games), tabulate_orders(games)
    if duplicates.empty and orders.empty:
        return []
    paths = [folder / "diagnostics.csv", folder / "diagnostics.md"]
    both = [table.assign(diagnostic=name) for name, table in (("duplicates", duplicates), ("orders", orders))]
    pd.concat([table for table in both if not table.empty]).to_csv(paths[0], index=False, float_format="%.3f")
    lines = [
        "# Diagnostics of recall",
        "",
        "Duplicates: the strength that the same m examples add when they are repeated in all slots, in Elo against m "
        "alone. Orders: the standard deviation of one example set's strength between orders of its examples, in Elo "
        "beyond the chance of the games. 95 % intervals; neither is part of a learning curve.",
        "",
        *markdown_table(HEADER, _list_lines(duplicates, orders)),
    ]
    paths[1].write_text("\n".join(lines) + "\n", encoding="utf-8")
    return paths


def write_diagnostics_text(games: pd.DataFrame) -> str:
    """The same as aligned text for a terminal; empty where there are none."""
    lines = _list_lines(tabulate_duplicates(games), tabulate_orders(games))
    return text_table(HEADER, lines) if lines else ""


def _list_lines(duplicates: pd.DataFrame, orders: pd.DataFrame) -> list[tuple[str, ...]]:
    lines: list[tuple[str, ...]] = [
        (
            str(row["skill"]),
            name_player(row, _SHOWN),
            f"{row['m']} in {row['slots']} slots",
            "duplicates",
            f"{_show_gain(row)} Elo against {row['m']} alone",
            str(row["games"]),
        )
        for row in duplicates.to_dict("records")
    ]
    return lines + [
        (
            str(row["skill"]),
            name_player(row, _SHOWN),
            f"n = {row['n']}" if row["layout"] == "plain" else f"{row['layout']}, {row['n']} in {row['slots']} slots",
            f"{row['orders']} orders",
            f"sd {row['sd']:.0f} [{row['low']:.0f}, {row['high']:.0f}] Elo between orders",
            str(row["games"]),
        )
        for row in orders.to_dict("records")
    ]


def _show_gain(row: dict[Any, Any]) -> str:
    gain, low, high = (None if pd.isna(row[key]) else float(row[key]) for key in ("gain", "low", "high"))
    if gain is None:
        return "unknown"
    shown = show_strength({"elo": gain, "low": low, "high": high, "flag": ""})
    return shown if gain < 0 else f"+{shown}"
