"""The leaderboard: one row for each model and game, as JSON and as Markdown."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from quickstudy.reports.differences import is_instrument, measure_difference, rank_rows
from quickstudy.reports.tables import SHOWN, is_plain, name_settings, tabulate_strengths
from quickstudy.tasks.answers import clean_text
from quickstudy.tasks.opponents.ladder import is_submittable

MARK = "*"
OWN_ENGINE = (
    f"Rows with {MARK} were played against a chess engine of the user's own. Their Elo is on its ladder: they "
    "compare with no other row, and cannot be submitted."
)


def build_rows(games: pd.DataFrame) -> list[dict[str, Any]]:
    """Leaderboard rows of the plain cells, sorted by game and then by best strength.

    A model that played a game under several settings (wordings, seeds, its own arguments) has a row for each. `rank`
    is that of `differences.rank_rows`, models and instruments (`is_instrument`) each on a board of their own.
    """
    plain = games[is_plain(games)]
    plain = plain.assign(settings=name_settings(plain))
    ranks = rank_rows(plain)
    rows = [
        {**_build_row(str(skill), str(model), str(settings), part), "rank": ranks.get((skill, model, settings))}
        for (skill, model, settings), part in plain.groupby(["skill", "model", "settings"], sort=True)
    ]
    return sorted(rows, key=lambda row: (row["game"], -_rank(row["best"]), row["model"], row["settings"]))


def _build_row(skill: str, model: str, settings: str, part: pd.DataFrame) -> dict[str, Any]:
    strengths = tabulate_strengths(part).sort_values("n")
    by_n = {str(int(row["n"])): _strength(row) for _, row in strengths.iterrows()}
    ranked = [(n, value) for n, value in by_n.items() if _rank(value) > -math.inf]
    best = max(ranked, key=lambda item: _rank(item[1]), default=None)
    scored = part[part["outcome"] != "error"]
    asked = max(int(scored["asked"].sum()), 1)
    return {
        "model": model,
        "game": skill,
        "settings": settings,
        "strength_by_n": by_n,
        "start": by_n.get("0"),
        "best": None if best is None else {"n": int(best[0]), **best[1]},
        "gain": None if best is None else measure_gain(part, int(best[0])),
        "forfeit_rate": round(float(scored["forfeit"].mean()), 4) if len(scored) else None,
        "illegal_rate": round(float(scored["illegal"].sum()) / asked, 4),
        "unreadable_rate": round(float(scored["unreadable"].sum()) / asked, 4),
        "submittable": bool(part["ladder_version"].map(is_submittable).all()),
        "games": len(scored),
        "errors": int((part["outcome"] == "error").sum()),
    }


def _rank(value: dict[str, Any] | None) -> float:
    """What a strength is sorted by: its Elo, or the lower bound of one that is only known to be higher."""
    if value is None:
        return -math.inf
    known = [value[key] for key in ("elo", "low") if value[key] is not None]
    return float(known[0]) if known else -math.inf


def measure_gain(part: pd.DataFrame, n: int) -> dict[str, Any] | None:
    """Strength at n minus strength at 0 in Elo, as `measure_difference` has it; None where nothing is known of it."""
    return None if n == 0 else measure_difference(part[part["n"] == n], part[part["n"] == 0])


def build_conditions(games: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows of all other cells in the plain layout: rules withheld or wrong, other examples, a skin.

    Other orders of the examples are a diagnostic of their own.
    """
    other = games[~is_plain(games) & (games["layout"] == "plain") & (games["order"] == 0)]
    if other.empty:
        return []
    submittable = other.groupby("cell_id")["ladder_version"].first().map(is_submittable)
    table = tabulate_strengths(other).sort_values(["skill", "model", "settings", *SHOWN, "n"])
    return [
        {
            "model": row["model"],
            "game": row["skill"],
            "settings": row["settings"],
            "rules": row["rules"],
            "evidence": row["evidence"],
            "kind": row["kind"],
            "skin": int(row["skin"]),
            "n": int(row["n"]),
            "submittable": bool(submittable[row["cell_id"]]),
            **_strength(row),
            "forfeit_rate": _round(row["forfeit_rate"], 4),
        }
        for _, row in table.iterrows()
    ]


def write_leaderboard(games: pd.DataFrame, folder: Path) -> list[Path]:
    """Write leaderboard.json and leaderboard.md; returns their paths."""
    rows, conditions = build_rows(games), build_conditions(games)
    paths = [folder / "leaderboard.json", folder / "leaderboard.md"]
    content = {"rows": rows, "conditions": conditions}
    paths[0].write_text(json.dumps(content, indent=1, sort_keys=True, allow_nan=False) + "\n", encoding="utf-8")
    paths[1].write_text(write_markdown(rows, conditions), encoding="utf-8")
    return paths


HEADER = (
    *("Game", "Model", "n = 0", "Best strength", "at n", "Gain", "Rank (marginal 95 %)", "Tier"),
    *("Forfeits", "Illegal", "Unreadable", "Games"),
)


INSTRUMENTS = "Instruments"
BOARDS = ("Models", INSTRUMENTS)


def write_markdown(rows: list[dict[str, Any]], conditions: list[dict[str, Any]]) -> str:
    """The leaderboard as a Markdown page."""
    lines = [
        "# Leaderboard",
        "",
        "Strength in Elo against the game's ladder (random mover = 0), with 95 % intervals; n counts example games in "
        "view. Forfeits are a share of games, illegal and unreadable answers a share of the answers asked for.",
    ]
    if any(row["rank"] for row in rows):
        lines += [
            "",
            "Ranks and tiers are those at the largest n that all have who played a game under the same conditions. A "
            "rank's interval is marginal: it holds for that row alone at 95 %. Whoever is in a further tier is "
            "certainly below somebody in the tier before it, and all of this holds at once at 95 %.",
        ]
    for title, board in _split_boards(rows):
        lines += [*(["", f"## {title}"] if title else []), "", *markdown_table(HEADER, [_cells(row) for row in board])]
    if not all(row["submittable"] for row in (*rows, *conditions)):
        lines += ["", _escape(OWN_ENGINE)]
    if conditions:
        head = ("Game", "Model", "Rules", "Examples of", "Kind", "Skin", "n", "Strength", "Forfeits", "Games")
        body = [
            (
                _show_game(row),
                show_player(row),
                row["rules"],
                row["evidence"],
                row["kind"],
                str(row["skin"]),
                str(row["n"]),
                show_strength(row),
                show_share(row["forfeit_rate"]),
                str(row["games"]),
            )
            for row in conditions
        ]
        lines += ["", "## Other conditions", "", *markdown_table(head, body)]
    return "\n".join(lines) + "\n"


def write_text(rows: list[dict[str, Any]]) -> str:
    """The leaderboard as aligned text for a terminal."""
    tables = [(title, text_table(HEADER, [_cells(row) for row in board])) for title, board in _split_boards(rows)]
    parts = [f"{title}\n{table}" if title else table for title, table in tables]
    return "\n\n".join(parts) + ("" if all(row["submittable"] for row in rows) else f"\n{OWN_ENGINE}")


def _split_boards(rows: list[dict[str, Any]]) -> list[tuple[str, list[dict[str, Any]]]]:
    """The rows of models and those of instruments, with titles where there are both."""
    boards = {name: [row for row in rows if is_instrument(row["model"]) == (name == INSTRUMENTS)] for name in BOARDS}
    filled = [(name, board) for name, board in boards.items() if board]
    return filled if len(filled) > 1 else [("", rows)]


def _show_game(row: dict[str, Any]) -> str:
    """The name of a row's game, marked where its results cannot be submitted."""
    return str(row["game"]) + ("" if row["submittable"] else MARK)


def text_table(head: Sequence[str], body: Sequence[Sequence[str]]) -> str:
    """A table as aligned text."""
    table = [tuple(clean_text(cell).replace("\n", " ") for cell in line) for line in (head, *body)]
    widths = [max(len(line[i]) for line in table) for i in range(len(head))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in table]
    return "\n".join([lines[0], "  ".join("-" * width for width in widths), *lines[1:]])


def show_strength(value: dict[str, Any] | None) -> str:
    """`812 [701, 923]`, or the flag with the bound that is known."""
    if value is None or (value["elo"] is None and not value["flag"]):
        return "-"
    if value["elo"] is None:
        bound = [f"< {value['high']:.0f}"] if value.get("high") is not None else []
        bound += [f"> {value['low']:.0f}"] if value.get("low") is not None else []
        return " ".join([str(value["flag"]).replace("_", " "), *(f"({part})" for part in bound)])
    elo, low, high = (None if value[key] is None else round(value[key]) for key in ("elo", "low", "high"))
    return f"{elo}" if low is None or high is None else f"{elo} [{low}, {high}]"


def _cells(row: dict[str, Any]) -> tuple[str, ...]:
    gain = row["gain"]
    return (
        _show_game(row),
        show_player(row),
        show_strength(row["start"]),
        show_strength(row["best"]),
        str(row["best"]["n"]) if row["best"] else "-",
        show_strength(gain),
        *show_rank(row["rank"]),
        show_share(row["forfeit_rate"]),
        f"{row['illegal_rate']:.1%}",
        f"{row['unreadable_rate']:.1%}",
        str(row["games"]),
    )


def show_rank(rank: dict[str, Any] | None) -> tuple[str, str]:
    """`1-2 of 5 at n = 8` and the tier, or dashes where nobody else played under the same conditions."""
    if rank is None:
        return "-", "-"
    span = str(rank["low"]) if rank["low"] == rank["high"] else f"{rank['low']}-{rank['high']}"
    return f"{span} of {rank['players']} at n = {rank['n']}", str(rank["tier"])


def markdown_table(head: Sequence[str], body: Sequence[Sequence[str]]) -> list[str]:
    """The lines of a Markdown table."""
    lines = [head, tuple("---" for _ in head), *body]
    return ["| " + " | ".join(_escape(cell) for cell in line) + " |" for line in lines]


def _escape(text: str) -> str:
    """Text that cannot break a table or carry markup."""
    plain = clean_text(text).replace("\n", " ").replace("\t", " ")
    # a link is one only where the parenthesis follows the bracket
    return "".join(f"\\{c}" if c in "\\|`*_<>~$&" else c for c in plain).replace("](", "]\\(")


def show_player(row: dict[str, Any]) -> str:
    """A row's model, and its settings where it has some."""
    return f"{row['model']} ({row['settings']})" if row["settings"] else str(row["model"])


def name_player(row: Mapping[Any, Any], shown: Mapping[str, Any] = SHOWN) -> str:
    """A row's model, with its settings and what it was `shown`, where that is not what stands in the plain cells."""
    other = [f"{name}={row[name]}" for name, usual in shown.items() if row[name] != usual]
    return show_player(
        {"model": row["model"], "settings": ", ".join(part for part in (row["settings"], *other) if part)}
    )


def show_share(value: float | None) -> str:
    """A share in per cent."""
    return "-" if value is None else f"{value:.0%}"


def _strength(row: Any) -> dict[str, Any]:
    values = {key: _round(row[key], 1) for key in ("elo", "low", "high")}
    return {**values, "games": int(row["games"]), "flag": str(row["flag"])}


def _round(value: float, digits: int) -> float | None:
    return None if pd.isna(value) else round(float(value), digits)
