"""Probes: one tidy table with a row for each answer, and from it regret and mapped strength for each cell."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from quickstudy.reports.leaderboard import markdown_table, name_player, show_share, show_strength, text_table
from quickstudy.reports.records import Rows, TableError, check_kinds, find_items, keep_fullest, list_rows, read_records
from quickstudy.reports.tables import COLUMNS, CONDITIONS, SHOWN, name_settings, rate_games, read_table, tidy
from quickstudy.scorers.outcome import is_forfeit
from quickstudy.scorers.probe_metrics import read_mapping
from quickstudy.scorers.probes import (
    ANSWERED,
    ProbeMapping,
    ProbeStrength,
    disagreement,
    estimate_probe_strength,
)

_TALLIED = ("illegal", "unreadable", "asked", "input_tokens", "output_tokens", "reasoning_tokens")
_OF_A_GAME = {
    *("pair", "game", "opponent", "opponent_elo", "result", "plies", "opening", "seed"),
    *("colour", "outcome", "forfeit", "seconds", "moves", "match", *_TALLIED),
    # there are no probes with notes
    *("control", "generation", "studied", "budget", "note_kinds", "author", "practice", "ring", "studied_game"),
    *("notes_hash", "carried", "verifier_calls", "own_tasks", "artefact", "keep", "reviews", "reviewer"),
}
CELL_COLUMNS = {name: column for name, column in COLUMNS.items() if name not in _OF_A_GAME}
"""What tables of games and tables of single answers have in common."""
PROBE_COLUMNS: dict[str, tuple[str, str]] = {
    **CELL_COLUMNS,
    "match": ("int64", "sitting within cell and set"),
    "probe_version": ("str", "version of the probes; others are not comparable"),
    "probe": ("int64", "number of the probe in its game's file"),
    "phase": ("str", "third of the game that the position is from"),
    "level": ("str", "level that was to move in that game"),
    "ply": ("int64", "moves before the position"),
    "colour": COLUMNS["colour"],
    "moves": ("str", "the moves that lead to the position"),
    "move": ("str", "the answer in canonical notation; empty if forfeited"),
    "value": ("float64", "value of the answer, 0 lost to 1 won; NaN if forfeited"),
    "best": ("float64", "value of the best move"),
    "regret": ("float64", "win probability that the answer loses; NaN if forfeited"),
    "outcome": ("str", "answered or forfeit_*"),
    "forfeit": ("int64", "1 if the player forfeited"),
    **{name: COLUMNS[name] for name in _TALLIED},
    "seconds": ("float64", "wall time of the probe (a timing column)"),
    "levels": ("str", "the ladder's levels with their Elo and mean regret on the probes, as JSON"),
}
PROBE_KEY = ["cell_id", "probe_version", "set", "match", "probe"]
MEASURED = ("regret", "regret_low", "regret_high", "elo", "low", "high", "sigma", "effective_games", "games_elo", "z")


def read_answers(folder: Path, stem: str = "") -> pd.DataFrame:
    """All answers to probes in the logs below a folder whose names begin with `stem`, one row each, and nothing else.

    An answer that is in several logs counts once, from the sitting with the most answers. Raises TableError as
    `tables.read_games`.
    """
    sittings: Rows = {}
    for where, record in read_records(folder, stem):
        if find_items(record) == "probes":
            add_sitting(sittings, where, record)
    if not sittings:
        raise TableError(f"no answers to probes in {folder}")
    return tabulate_answers(sittings)


def add_sitting(sittings: Rows, where: str, record: Any) -> None:
    """Add a sitting's answers to those read so far. Raises TableError for an ill-formed or contradictory record."""
    keep_fullest(sittings, _list_rows(record, where), PROBE_KEY)


def tabulate_answers(sittings: Rows) -> pd.DataFrame:
    """The table of all answers. Raises TableError where a value is of the wrong kind."""
    return tidy(pd.DataFrame([row for _, row in sittings.values()]), PROBE_COLUMNS, PROBE_KEY)


def _list_rows(record: Any, where: str) -> list[dict[str, Any]]:
    shown = {key: record[key] for key in ("probe_version", "levels") if key in record}
    rows = list_rows(record, where, "probes", PROBE_COLUMNS, **shown)
    for row in rows:
        row |= {"levels": json.dumps(row["levels"]), "move": row["move"] or ""}
    check_kinds(rows, where, PROBE_COLUMNS)
    for row in rows:
        forfeit = read_forfeit(row, where)
        answered = bool(row["move"]) and row["value"] is not None and row["regret"] is not None
        if forfeit is None or row["forfeit"] != forfeit or answered == forfeit:
            raise TableError(f"{where}: move, regret or forfeit of probe {row['probe']} contradicts its outcome")
    return rows


def read_forfeit(row: Mapping[str, Any], where: str) -> bool | None:
    """Whether a question was forfeited, by its outcome; None where that is a game's. Raises TableError for others."""
    try:
        forfeit = row["outcome"] != ANSWERED and is_forfeit(row["outcome"])
    except ValueError as error:
        raise TableError(f"{where}: {error}") from error
    return forfeit if forfeit or row["outcome"] == ANSWERED else None


def load_answers(path: Path) -> pd.DataFrame:
    """Read a table of answers that was written as Parquet. Raises TableError where it cannot be read."""
    return tidy(read_table(path), PROBE_COLUMNS, PROBE_KEY)


def tabulate_regrets(answers: pd.DataFrame, games: pd.DataFrame | None = None) -> pd.DataFrame:
    """One row for each cell and version of the probes: its conditions, regret, mapped Elo, and the rates of faults.

    `games_elo` is the play strength over the cell's finished games, forfeits left out as here, where there are any, and
    `z` how far the mapped Elo lies above it in standard errors. What is undefined is NaN.
    """
    rows = []
    named = answers.assign(settings=name_settings(answers))
    for values, cell in named.groupby([*CONDITIONS, "cell_id", "probe_version"], sort=True):
        conditions = dict(zip([*CONDITIONS, "cell_id", "probe_version"], values, strict=True))
        answered = cell[cell["forfeit"] == 0]
        mapping = read_mapping(json.loads(str(cell["levels"].iloc[0])))
        found = estimate_probe_strength(answered["regret"], answered["set"].tolist(), mapping)
        played = None if games is None else games[games["cell_id"] == conditions["cell_id"]]
        theta, se = _rate(played, str(conditions["skill"]))
        asked = max(int(cell["asked"].sum()), 1)
        rows.append(
            {
                **conditions,
                "regret": found.regret,
                "regret_low": found.low_regret,
                "regret_high": found.high_regret,
                "elo": found.elo,
                "low": found.low,
                "high": found.high,
                "flag": found.flag,
                "sigma": None if mapping is None else mapping.sigma,
                "probes": len(cell),
                "sets": found.clusters,
                "forfeit_rate": cell["forfeit"].mean(),
                "illegal_rate": cell["illegal"].sum() / asked,
                "unreadable_rate": cell["unreadable"].sum() / asked,
                "effective_games": found.probes / found.per_game if found.per_game else None,
                "games_elo": theta,
                "z": _compare(found, mapping, theta, se),
            }
        )
    return pd.DataFrame(rows).astype(dict.fromkeys(MEASURED, "float64") if rows else {})


def _compare(found: ProbeStrength, mapping: ProbeMapping | None, theta: float | None, se: float | None) -> float | None:
    if mapping is None or found.elo is None or found.se is None or theta is None or se is None:
        return None
    return disagreement(found.elo, found.se, theta, se, mapping.sigma)


def _rate(games: pd.DataFrame | None, skill: str) -> tuple[float | None, float | None]:
    """Play strength over finished games and its standard error; None where it is not defined."""
    if games is None or games.empty:
        return None, None
    finished = games[games["forfeit"] == 0]
    strength = rate_games(finished if len(finished) else games, skill)
    return strength.elo, strength.se


HEADER = ("Game", "Model", "n", "Regret", "Elo from probes", "Elo from games", "z", "Forfeits", "Probes", "As games")


def write_probes_page(table: pd.DataFrame) -> str:
    """The cells of `tabulate_regrets` as a Markdown page."""
    lines = [
        "# Probes",
        "",
        "Mean regret (win probability lost against the best move) with its 95 % interval by example set, and the Elo "
        "to which the game's ladder maps it, with the mapping's own error. z is the difference to the Elo from games "
        "in standard errors. Forfeits are a share of the probes and have no regret. The last column is the number of "
        "games against an equal opponent that tell as much, the mapping's error left out.",
        "",
        *markdown_table(HEADER, _list_cells(table)),
    ]
    return "\n".join(lines) + "\n"


def write_probes_text(table: pd.DataFrame) -> str:
    """The cells of `tabulate_regrets` as aligned text for a terminal."""
    return text_table(HEADER, _list_cells(table))


def _list_cells(table: pd.DataFrame) -> list[tuple[str, ...]]:
    order = ["skill", "model", "settings", *SHOWN, "n"]
    return [_show(row) for row in table.sort_values(order, kind="stable").to_dict("records")]


def _show(row: Mapping[Any, Any]) -> tuple[str, ...]:
    known = {key: None if not isinstance(value, str) and pd.isna(value) else value for key, value in row.items()}
    regret = "-" if known["regret"] is None else f"{known['regret']:.3f}"
    if known["regret_low"] is not None:
        regret += f" [{known['regret_low']:.3f}, {known['regret_high']:.3f}]"
    return (
        str(known["skill"]),
        name_player(known, {**SHOWN, "layout": "plain"}),
        str(known["n"]),
        regret,
        show_strength({key: known[key] for key in ("elo", "low", "high", "flag")}),
        *("-" if known[key] is None else f"{known[key]:{form}}" for key, form in (("games_elo", ".0f"), ("z", "+.1f"))),
        show_share(known["forfeit_rate"]),
        str(known["probes"]),
        "-" if known["effective_games"] is None else f"{known['effective_games']:.0f}",
    )
