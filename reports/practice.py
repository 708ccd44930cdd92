"""What practice was by itself: legal, different and telling questions, tasks of a learner's own making, and choices.

All of it is from the records of study stages: means over chains and generations of what each was scored by the rules.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from quickstudy.reports.leaderboard import markdown_table
from quickstudy.reports.notes import PRACTISED, name_arm
from quickstudy.reports.tables import name_settings
from quickstudy.scorers.differences import compare_cells
from quickstudy.tasks.regimes.self_study import RANDOM, STUDY

FILE = "practice.md"
ARM = ["skill", "model", "author", "regime", "control", "budget", "note_kinds", *PRACTISED]
SHARES = ("legal", "distinct", "won_by_first", "coverage", "early", "middle", "late")
COUNTS = ("asked", "unreadable", "illegal", "held_out", "dropped", "games", "positions")
OF_TASKS = ("readable", "valid", "solved", "unanswered", "chance", "claims", "coverage")
TASK_COUNTS = ("wanted", "made")
COLUMNS = (
    *(*ARM, "chain", "generation", *COUNTS, *SHARES),
    *(f"tasks_{name}" for name in (*TASK_COUNTS, *OF_TASKS)),
    *("kept", "tokens"),
)
HEADERS = {
    "practice": (
        "Game",
        "Player",
        "Arm",
        "Stages",
        "Asked",
        "Unreadable",
        "Legal",
        "Distinct",
        "Games",
        "Coverage",
        "Phases",
        "First wins",
    ),
    "tasks": (
        "Game",
        "Player",
        "Arm",
        "Made",
        "Readable",
        "Valid",
        "Solved",
        "By chance",
        "Unanswered",
        "Claims",
        "Coverage",
    ),
    "choice": ("Game", "Player", "Arm", "Stages", "Kept", "Tokens"),
    "worth": ("Game", "Player", "Arm", "Generations", "Chosen less drawn", "p"),
}


def tabulate_practice(stages: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """One row for each study stage with a practice, or whose artefact is games; what is not known is NaN."""
    rows = []
    for record in stages:
        cell, score = record["cell"], record.get("practice", {}).get("score", {})
        carries = cell.get("artefact", "") == "examples"
        if not (score or carries):
            continue
        row = {name: cell.get(name, "") for name in ARM}
        row |= {"chain": record["chain"], "generation": record["generation"]}
        row |= {name: score.get(name) for name in (*COUNTS, *SHARES)}
        tasks = score.get("tasks", {})
        row |= {f"tasks_{name}": tasks.get(name) for name in (*TASK_COUNTS, *OF_TASKS)}
        row |= {"kept": len(record["notes"]) if carries else None, "tokens": record["tokens"]}
        rows.append(row)
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    numbers = [name for name in COLUMNS if name not in ARM]
    return frame.astype(dict.fromkeys(numbers, "float64")).sort_values([*ARM, "chain", "generation"], kind="stable")


def compare_choices(games: pd.DataFrame) -> list[dict[str, Any]]:
    """What choosing examples is worth: strength at the end less that with as many games drawn at random.

    A row has the conditions of the arm, `generation`, and `elo`, `low`, `high`, `p` and `flag` as `compare_cells` has
    them, paired by chain. Without games of the control there is no row.
    """
    kept, rows = games[games["regime"] == STUDY], list[dict[str, Any]]()
    same = [name for name in (*ARM, "settings") if name != "control"]
    for _, part in kept.assign(settings=name_settings(kept)).groupby(same, sort=True):
        final = part[part["generation"] == part["generation"].max()]
        cells = {str(control): str(cell["cell_id"].iloc[0]) for control, cell in final.groupby("control")}
        if {"", RANDOM} <= set(cells):
            found = compare_cells(final, [(cells[""], cells[RANDOM])])[["elo", "low", "high", "p", "flag"]]
            first = final[final["control"] == ""].iloc[0]
            row = {str(name): value for name, value in found.iloc[0].items()}
            rows.append({**{name: first[name] for name in (*ARM, "generation")}, **row})
    return rows


def write_practice(stages: Sequence[Mapping[str, Any]], games: pd.DataFrame, report: Path) -> list[Path]:
    """Write practice.md and practice.csv; nothing without such stages."""
    table = tabulate_practice(stages)
    if table.empty:
        return []
    page, cells = report / FILE, report / "practice.csv"
    table.to_csv(cells, index=False, float_format="%.4f")
    page.write_text(write_page(table, compare_choices(games)), encoding="utf-8")
    return [page, cells]


def write_page(table: pd.DataFrame, choices: Sequence[Mapping[str, Any]] = ()) -> str:
    """The arms as Markdown: a table each of practice, of tasks, and of games that were handed on, with `choices`."""
    parts = ["# Practice"]
    arms = [(dict(zip(ARM, values, strict=True)), rows) for values, rows in table.groupby(ARM, sort=True)]
    asked = [(arm, rows) for arm, rows in arms if rows["asked"].notna().any()]
    if asked:
        parts += [_PRACTICE, _write_table("practice", [_list_practice(arm, rows) for arm, rows in asked])]
    made = [(arm, rows) for arm, rows in asked if rows["tasks_wanted"].notna().any()]
    if made:
        parts += [
            "## Tasks of their own",
            _TASKS,
            _write_table("tasks", [_list_tasks(arm, rows) for arm, rows in made]),
        ]
    kept = [(arm, rows) for arm, rows in arms if rows["kept"].notna().any()]
    if kept:
        parts += [
            "## Games handed on",
            _CHOICE,
            _write_table("choice", [_list_choice(arm, rows) for arm, rows in kept]),
        ]
    if choices:
        parts += [_WORTH, _write_table("worth", [_list_worth(row) for row in choices])]
    return "\n\n".join(parts) + "\n"


_PRACTICE = (
    "Means over the study stages of all chains. `Asked` counts calls of the verifier, `Unreadable` those of them that "
    "were spent on what is no question. `Legal` is the share of readable questions whose moves are legal, `Distinct` "
    "that of those unlike any before in the stage, `Games` the number that was played to its end. `Coverage` is the "
    "share of what stands in the game's probes that was met, `Phases` how the different positions spread over early, "
    "middle and late ones, and `First wins` the share of points of the side that begins: near a half, the games were "
    "balanced."
)
_TASKS = (
    "`Valid` is the share of the tasks made that have a legal position, are unlike any before, and whose author's "
    "answer is right by the rules. `Solved` is the share of the valid ones that a fresh instance answers right, "
    "`By chance` that of a guess, `Unanswered` that of answers that cannot be read. `Claims` is the share of the "
    "language's claims in use."
)
_CHOICE = "How many games a fresh instance got, and their size in tokens (bytes / 4), by means over stages."

_WORTH = (
    "What the choice is worth: strength at the end in Elo less that with as many games drawn at random from all that "
    "were seen, with its 95 % interval, paired by chain."
)


def _write_table(kind: str, rows: list[tuple[str, ...]]) -> str:
    return "\n".join(markdown_table(HEADERS[kind], rows))


def _name(arm: Mapping[str, Any]) -> tuple[str, str, str]:
    return str(arm["skill"]), str(arm["model"]), name_arm({**arm, "n": 0, "settings": ""})


def _list_practice(arm: Mapping[str, Any], rows: pd.DataFrame) -> tuple[str, ...]:
    phases = " / ".join(_share(rows[name]) for name in ("early", "middle", "late"))
    return (
        *_name(arm),
        str(len(rows)),
        _mean(rows["asked"]),
        _mean(rows["unreadable"]),
        _share(rows["legal"]),
        _share(rows["distinct"]),
        _mean(rows["games"]),
        _share(rows["coverage"]),
        phases,
        _share(rows["won_by_first"]),
    )


def _list_tasks(arm: Mapping[str, Any], rows: pd.DataFrame) -> tuple[str, ...]:
    shown = (f"tasks_{name}" for name in ("readable", "valid", "solved", "chance", "unanswered", "claims", "coverage"))
    made = f"{_mean(rows['tasks_made'])} of {_mean(rows['tasks_wanted'])}"
    return (*_name(arm), made, *(_share(rows[name]) for name in shown))


def _list_choice(arm: Mapping[str, Any], rows: pd.DataFrame) -> tuple[str, ...]:
    return (*_name(arm), str(len(rows)), _mean(rows["kept"]), _mean(rows["tokens"]))


def _list_worth(row: Mapping[str, Any]) -> tuple[str, ...]:
    known = not np.isnan(row["low"]) and not np.isnan(row["high"])
    shown = f"{row['elo']:+.0f} [{row['low']:+.0f}, {row['high']:+.0f}]" if known else str(row["flag"]) or "undefined"
    return (*_name(row), str(row["generation"]), shown, f"{row['p']:.3f}" if known else "-")


def _mean(values: pd.Series) -> str:
    mean = float(values.mean())
    return "-" if np.isnan(mean) else f"{mean:.1f}"


def _share(values: pd.Series) -> str:
    mean = float(values.mean())
    return "-" if np.isnan(mean) else f"{mean:.2f}"
