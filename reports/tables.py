"""From logs to one tidy table with a row for each game, and from that table to strengths.

The records inside the logs are the only source; numbers in log headers are never used.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from quickstudy.scorers.metrics import RECORD_KEY
from quickstudy.scorers.rating import Strength, estimate_strength
from quickstudy.tasks.opponents.ladder import Ladder, LadderError, load_ladder

COLUMNS: dict[str, tuple[str, str]] = {
    "cell_id": ("str", "hash of every condition that one strength is estimated for"),
    "model": ("str", "the player, as Inspect names it"),
    "skill": ("str", "the game"),
    "regime": ("str", "how experience reached the player: rules or examples"),
    "layout": ("str", "how examples lie in the window"),
    "n": ("int64", "examples in view"),
    "n_requested": ("int64", "examples asked for (more than n where the window was full)"),
    "m": ("int64", "informative examples"),
    "slots": ("int64", "example slots filled"),
    "set": ("int64", "example set, the statistical cluster"),
    "match": ("int64", "match within cell and set"),
    "pair": ("int64", "colour-swapped pair within the match"),
    "task_version": ("str", "version of the task; others are not comparable"),
    "ladder_version": ("str", "version of the ladder that opponent_elo is from"),
    "game": ("int64", "game within the match"),
    "opponent": ("str", "level of the ladder"),
    "opponent_elo": ("float64", "its rating in Elo, random mover = 0"),
    "colour": ("str", "the player's side: x moves first"),
    "result": ("float64", "points of the player: 1, 0.5 or 0; NaN where the infrastructure failed"),
    "outcome": ("str", "win, draw, loss, forfeit_* or error"),
    "forfeit": ("int64", "1 if the player forfeited"),
    "plies": ("int64", "moves of both players, the opening included"),
    "illegal": ("int64", "illegal answers, retries included"),
    "unreadable": ("int64", "answers without a readable move, retries included"),
    "asked": ("int64", "answers asked for"),
    "input_tokens": ("int64", "tokens read, cached ones included"),
    "output_tokens": ("int64", "tokens written, reasoning included"),
    "seconds": ("float64", "wall time of the game (a timing column)"),
    "moves": ("str", "all moves in canonical notation"),
    "opening": ("str", "the random opening"),
    "seed": ("int64", "seed of the opponent's moves"),
    "rules_hash": ("str", "hash of the rules"),
    "wording": ("int64", "paraphrase of the prompt's fixed words"),
    "rules": ("str", "full or none"),
    "legal_moves": ("bool", "whether legal moves were listed"),
    "evidence": ("str", "own, or the game whose examples were shown"),
    "teacher": ("str", "level that played the examples"),
    "opponents": ("str", "adaptive, or the fixed levels"),
}
KEY = ["cell_id", "set", "match", "game"]
TIMING = ["seconds"]


class TableError(ValueError):
    """Logs or tables that cannot be read."""


def read_games(folder: Path) -> pd.DataFrame:
    """All finished matches below a folder (`*.eval` logs and `*.jsonl` of direct runs), one row for each game.

    A match that is in several logs, as after an interruption, counts once: the key is (cell_id, set, match). Raises
    TableError where there is no log, or no finished match, or a file cannot be read.
    """
    matches: dict[tuple[str, int, int], dict[str, Any]] = {}
    files = sorted(folder.rglob("*.eval")) + sorted(folder.rglob("*.jsonl"))
    if not files:
        raise TableError(f"no logs (*.eval, *.jsonl) in {folder}: run a suite first, as in `quickstudy run smoke`")
    for path in files:
        for record in _read_log(path) if path.suffix == ".eval" else _read_lines(path):
            cell = record["cell"]
            matches.setdefault((cell["cell_id"], record["set"], record["match"]), record)
    if not matches:
        raise TableError(f"no finished match in {folder}")
    rows = [
        {**record["cell"], "set": record["set"], "match": record["match"], **game}
        for record in matches.values()
        for game in record["games"]
    ]
    return _tidy(pd.DataFrame(rows))


def _read_log(path: Path) -> Iterator[dict[str, Any]]:
    from inspect_ai.log import read_eval_log_samples

    try:
        samples = read_eval_log_samples(
            path, all_samples_required=False, resolve_attachments="core", exclude_fields={"events", "messages"}
        )
        for sample in samples:
            record = sample.store.get(RECORD_KEY)
            if sample.error is None and sample.limit is None and record and record.get("games"):
                yield record
    except (OSError, ValueError, KeyError) as error:
        raise TableError(f"cannot read the log {path}: {' '.join(str(error).split())[:200]}") from error


def _read_lines(path: Path) -> Iterator[dict[str, Any]]:
    lines = path.read_text(encoding="utf-8").split("\n")
    for number, line in enumerate(lines, 1):
        if not line:
            continue
        try:
            yield json.loads(line)
        except json.JSONDecodeError as error:
            # the last line of an interrupted run may be half written; any other is a fault
            if number < len(lines):
                raise TableError(f"{path}, line {number}: not a match record ({error.msg})") from error


def _tidy(frame: pd.DataFrame) -> pd.DataFrame:
    missing = [name for name in COLUMNS if name not in frame]
    if missing:
        raise TableError(f"the records have no field {missing[0]!r}: they are of another version of quickstudy")
    frame = frame[list(COLUMNS)].astype({name: kind for name, (kind, _) in COLUMNS.items()})
    return frame.sort_values(["skill", "model", "n", *KEY], kind="stable").reset_index(drop=True)


def write_games(frame: pd.DataFrame, path: Path) -> None:
    """Write the table as Parquet."""
    frame.to_parquet(path, index=False)


def load_games(path: Path) -> pd.DataFrame:
    """Read a table written by `write_games`."""
    return _tidy(pd.read_parquet(path))


def same_games(a: pd.DataFrame, b: pd.DataFrame) -> bool:
    """Whether two tables are equal after sorting by key and dropping the timing columns."""
    tables = [frame.drop(columns=TIMING).sort_values(KEY).reset_index(drop=True) for frame in (a, b)]
    return tables[0].equals(tables[1])


def find_ladder(skill: str) -> Ladder | None:
    """The ladder of a skill of the catalogue, or None."""
    try:
        return load_ladder(skill)
    except (LadderError, ValueError):
        return None


def rate_games(games: pd.DataFrame, skill: str) -> Strength:
    """Strength of one cell's games, with the ladder's own error where its ladder is known."""
    ladder = find_ladder(skill)
    if ladder is None or not set(games["opponent"]) <= set(ladder.levels):
        return estimate_strength(games)
    return estimate_strength(
        games, ladder_levels=ladder.levels, ladder_ratings=ladder.ratings, ladder_covariance=ladder.covariance
    )


def tabulate_strengths(games: pd.DataFrame) -> pd.DataFrame:
    """One row for each cell: its conditions, strength with interval and flag, and the rates of faults."""
    conditions = ["model", "skill", "regime", "layout", "n", "rules", "evidence", "legal_moves", "wording", "cell_id"]
    rows = []
    for values, cell in games.groupby(conditions, sort=True):
        skill = str(cell["skill"].iloc[0])
        strength = rate_games(cell, skill)
        scored = cell[cell["outcome"] != "error"]
        asked = max(int(scored["asked"].sum()), 1)
        rows.append(
            {
                **dict(zip(conditions, values, strict=True)),
                "elo": strength.elo,
                "low": strength.low,
                "high": strength.high,
                "flag": strength.flag,
                "games": strength.games,
                "sets": strength.clusters,
                "forfeit_rate": strength.forfeit_rate,
                "illegal_rate": scored["illegal"].sum() / asked,
                "unreadable_rate": scored["unreadable"].sum() / asked,
                "forfeits_illegal": int((scored["outcome"] == "forfeit_illegal").sum()),
                "errors": int((cell["outcome"] == "error").sum()),
                "plies": scored["plies"].mean(),
                "input_tokens": scored["input_tokens"].mean(),
                "output_tokens": scored["output_tokens"].mean(),
                "chi2": strength.chi2,
                "df": strength.df,
            }
        )
    return pd.DataFrame(rows)
