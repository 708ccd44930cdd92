"""The page of arms: one table of all carriers, notes beside examples, and what kinds of notes are worth."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from quickstudy.reports.arms import compare_beside, compare_kinds, show_figures, tabulate_arms
from quickstudy.reports.leaderboard import markdown_table
from quickstudy.reports.notes import is_memory

ARMS = (
    *("Game", "Player", "Arm", "Budget", "Games studied", "Carried bytes", "Strength", "Worth in examples"),
    *("At equal evidence", "At equal bytes"),
)
BESIDE = ("Game", "Player", "Arm", "Budget", "Strength", "Minus examples alone", "Minus notes alone", "Verdict")
KINDS = ("Game", "Player", "Arm", "Budget", "Kinds", "Strength", "Minus the fewest kinds")
_ALL = "mistake,reason,advice"
_LEAD = (
    "Strength in Elo with 95 % intervals over chains or example sets. `Games studied` are all games of the game behind "
    "what is in view, `Carried bytes` what reaches the player beside rules and position, on average. `Worth in "
    "examples` is the number of examples that make the same player as strong. The last two columns are the strength "
    "minus that of examples alone: as many as games were studied, and as many as take the same bytes, on the player's "
    "own curve; `-` where the curve does not reach so far. Games of the player's own are other evidence than those of "
    "the strong teacher."
)
_LEAD_BESIDE = (
    "The same examples are in view with and without notes, and the same notes with and without examples. Notes hurt "
    "where the interval of the difference to examples alone is below 0."
)


def write_arms(games: pd.DataFrame, report: Path) -> list[Path]:
    """Write arms.md and arms.csv; nothing without chains."""
    if not is_memory(games).any():
        return []
    table, page, cells = tabulate_arms(games), report / "arms.md", report / "arms.csv"
    table.to_csv(cells, index=False, float_format="%.3f")
    page.write_text(write_page(table, compare_beside(games), compare_kinds(games)), encoding="utf-8")
    return [page, cells]


def write_page(arms: pd.DataFrame, beside: pd.DataFrame, kinds: pd.DataFrame) -> str:
    """The three tables as Markdown; those of nothing are left out."""
    parts = [
        "# Arms",
        _LEAD,
        "\n".join(markdown_table(ARMS, [_list_arm(row) for _, row in arms.iterrows()])),
    ]
    if not beside.empty:
        parts += [
            "## Notes beside examples",
            _LEAD_BESIDE,
            "\n".join(markdown_table(BESIDE, [_list_beside(row) for _, row in beside.iterrows()])),
        ]
    if not kinds.empty:
        parts += [
            "## Kinds of notes",
            "Arms that differ only in the kinds of notes that could be written, after their last generation.",
            "\n".join(markdown_table(KINDS, [_list_kinds(row) for _, row in kinds.iterrows()])),
        ]
    return "\n\n".join(parts) + "\n"


def _list_arm(row: Any) -> tuple[str, ...]:
    examples = row["regime"] == "examples"
    arm = f"{row['n']} examples" if examples else f"{row['arm']}, generation {row['generation']:.0f}"
    return (
        *(str(row["skill"]), str(row["model"])),
        ", ".join(filter(None, [arm, str(row["settings"])])),
        "-" if examples else f"{row['budget']:.0f}",
        f"{row['evidence']:.0f}",
        "-" if pd.isna(row["carried"]) else f"{row['carried']:.0f}",
        _show_strength(row),
        "-" if examples else show_figures(row, "worth_"),
        *("-" if examples else show_figures(row, kind, "+") for kind in ("evidence_", "bytes_")),
    )


def _list_beside(row: Any) -> tuple[str, ...]:
    shown = [show_figures(row, kind, "+") for kind in ("examples_", "notes_")]
    return (*_name(row), _show_strength(row), *shown, str(row["verdict"]))


def _list_kinds(row: Any) -> tuple[str, ...]:
    return (*_name(row), str(row["note_kinds"]) or _ALL, _show_strength(row), show_figures(row, "gain_", "+"))


def _name(row: Any) -> tuple[str, ...]:
    return tuple(str(row[name]) for name in ("skill", "model", "arm", "budget"))


def _show_strength(row: Any) -> str:
    return str(row["flag"]).replace("_", " ") if pd.isna(row["elo"]) else show_figures(row)
