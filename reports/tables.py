"""From logs to one tidy table with a row for each game, and from that table to strengths.

The records inside the logs are the only source; numbers in log headers are never used.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from quickstudy.scorers.metrics import RECORD_KEY
from quickstudy.scorers.outcome import is_forfeit, is_scored, score_outcome
from quickstudy.scorers.rating import Strength, estimate_strength
from quickstudy.tasks.cell import YOUNGER
from quickstudy.tasks.opponents.ladder import Ladder, LadderError, load_ladder

if TYPE_CHECKING:
    from inspect_ai.log import EvalSample

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
    "rules": ("str", "full, none or wrong"),
    "legal_moves": ("bool", "whether legal moves were listed"),
    "evidence": ("str", "own, or whose examples were shown: sibling, or another game"),
    "kind": ("str", "kind of evidence: games, annotated, outcomes or moves"),
    "teacher": ("str", "level that played the examples, or two in turns"),
    "skin": ("int64", "number of the names and notation that were shown, 0 the game's own"),
    "counts": ("bool", "whether questions show points or pieces removed"),
    "opponents": ("str", "adaptive, or the fixed levels"),
    "retries": ("int64", "how often a faulty answer may be mended"),
    "reply_tokens": ("int64", "most tokens of a reply"),
    "study_seed": ("int64", "seed of examples and openings"),
    "arguments": ("str", "the model's own arguments and generation settings, as JSON"),
}
# What may differ between cells of one model, skill, n, layout and other shown things, and its name for readers.
SETTINGS = {
    "wording": "wording",
    "legal_moves": "legal_moves",
    "retries": "retries",
    "reply_tokens": "reply_tokens",
    "study_seed": "seed",
    "teacher": "teacher",
    "counts": "counts",
    "opponents": "opponents",
    "arguments": "arguments",
    "rules_hash": "rules_hash",
    "ladder_version": "ladder_version",
    "task_version": "task_version",
}
# What the player is shown, with what stands in the plain cells.
SHOWN = {"rules": "full", "evidence": "own", "kind": "games", "skin": 0}
KEY = ["cell_id", "set", "match", "game"]
TIMING = ["seconds"]


class TableError(ValueError):
    """Logs or tables that cannot be read."""


def read_games(folder: Path) -> pd.DataFrame:
    """All finished matches below a folder (`*.eval` logs and `*.jsonl` of direct runs), one row for each game.

    A match that is in several logs, as after an interruption, counts once: the key is (cell_id, set, match), and the
    copy with the most games counts. Raises TableError where there is no log, or no finished match, or a file cannot be
    read, or a record contradicts itself.
    """
    matches: dict[tuple[str, int, int], list[dict[str, Any]]] = {}
    files = sorted(folder.rglob("*.eval")) + sorted(folder.rglob("*.jsonl"))
    if not files:
        raise TableError(f"no logs (*.eval, *.jsonl) in {folder}: run a suite first, as in `quickstudy run smoke`")
    for path in files:
        for where, record in _read_log(path) if path.suffix == ".eval" else _read_lines(path):
            rows = _list_rows(record, where)
            key = (record["cell"]["cell_id"], record["set"], record["match"])
            if len(rows) > len(matches.get(key, [])):
                matches[key] = rows
    if not matches:
        raise TableError(f"no finished match in {folder}")
    return _tidy(pd.DataFrame([row for rows in matches.values() for row in rows]))


def _read_log(path: Path) -> Iterator[tuple[str, Any]]:
    """The record of each finished match of a log, and where it was found."""
    from inspect_ai.log import read_eval_log_samples

    try:
        # Inspect reads past changed bytes, which may then change moves
        with zipfile.ZipFile(path) as log:
            damaged = log.testzip()
        if damaged is not None:
            raise TableError(f"its part {damaged!r} is damaged")
        samples = read_eval_log_samples(
            path, all_samples_required=False, resolve_attachments="core", exclude_fields={"events", "messages"}
        )
        for sample in samples:
            record = sample.store.get(RECORD_KEY) or _find_scored(sample)
            if sample.error is None and record:
                yield f"{path}, sample {sample.id}", record
    except Exception as error:  # a file that is no whole log makes Inspect and its decoders raise of all kinds
        raise TableError(f"cannot read the log {path}: {_shorten(error)}") from error


def _find_scored(sample: EvalSample) -> Any:
    """The record that the score holds: Inspect restores no store of a sample finished before a kill."""
    return next((s.metadata for s in (sample.scores or {}).values() if s.metadata and "games" in s.metadata), None)


def _shorten(error: Exception) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__


def _read_lines(path: Path) -> Iterator[tuple[str, Any]]:
    """The record on each line of a direct run, and where it was found."""
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise TableError(f"cannot read the records {path}: {_shorten(error)}") from error
    for number, line in enumerate(lines, 1):
        if not line:
            continue
        where = f"{path}, line {number}"
        try:
            record = json.loads(line)
        except json.JSONDecodeError as error:
            # the last line of an interrupted run may be half written; any other is a fault
            if number < len(lines):
                raise TableError(f"{where}: not a match record ({error.msg})") from error
            return
        yield where, record


def _list_rows(record: Any, where: str) -> list[dict[str, Any]]:
    """The games of a record as rows of the table. Raises TableError for a record that is ill-formed or contradictory.

    The result follows from the outcome: a game that the infrastructure ended has none.
    """
    try:
        cell = record["cell"]
        shared = {**YOUNGER, **cell, "study_seed": cell["seed"], "set": record["set"], "match": record["match"]}
        rows = [{**shared, **game} for game in record["games"]]
    except (KeyError, TypeError) as error:
        raise TableError(f"{where}: not a match record ({error!r})") from error
    for row in rows:
        missing = [name for name in COLUMNS if name not in row]
        if missing:
            raise TableError(f"{where}: no field {missing[0]!r}: the record is of another version of quickstudy")
        try:
            points, forfeit, scored = (f(row["outcome"]) for f in (score_outcome, is_forfeit, is_scored))
        except ValueError as error:
            raise TableError(f"{where}: {error}") from error
        if row["forfeit"] != forfeit or (scored and row["result"] != points):
            raise TableError(f"{where}: result or forfeit of game {row['game']} contradicts its outcome")
        row["result"] = points
    return rows


def _tidy(frame: pd.DataFrame) -> pd.DataFrame:
    missing = [name for name in COLUMNS if name not in frame]
    if missing:
        raise TableError(f"the table has no column {missing[0]!r}: it is of another version of quickstudy")
    try:
        frame = frame[list(COLUMNS)].astype({name: kind for name, (kind, _) in COLUMNS.items()})
    except (ValueError, TypeError) as error:
        raise TableError(f"a field of the games has a value of the wrong kind: {_shorten(error)}") from error
    return frame.sort_values(["skill", "model", "n", *KEY], kind="stable").reset_index(drop=True)


def write_games(frame: pd.DataFrame, path: Path) -> None:
    """Write the table as Parquet."""
    frame.to_parquet(path, index=False)


def load_games(path: Path) -> pd.DataFrame:
    """Read a table written by `write_games`. Raises TableError where it cannot be read."""
    try:
        frame = pd.read_parquet(path)
    except (OSError, ValueError) as error:
        raise TableError(f"cannot read the table {path}: {_shorten(error)}") from error
    return _tidy(frame)


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
    """Strength of one cell's games, with the ladder's own error where they were played on the ladder known today."""
    ladder = find_ladder(skill)
    if ladder is None or not _is_played_on(games, ladder):
        return estimate_strength(games)
    return estimate_strength(
        games, ladder_levels=ladder.levels, ladder_ratings=ladder.ratings, ladder_covariance=ladder.covariance
    )


def _is_played_on(games: pd.DataFrame, ladder: Ladder) -> bool:
    """Whether rules and ratings are the ladder's: a user's game may share a name, and a ladder may be made anew."""
    known = dict(zip(ladder.levels, ladder.ratings, strict=True))
    met = set(zip(games["opponent"], games["opponent_elo"], strict=True))
    return set(games["rules_hash"]) == {ladder.rules_hash} and all(known.get(level) == elo for level, elo in met)


def name_settings(games: pd.DataFrame) -> pd.Series:
    """What sets each game's cell apart from its model's other cells on the skill, as in `wording=1, seed=3`; else "".

    Cells that differ in more than n are never pooled and never joined by a line; so they need names.
    """
    names = pd.Series("", index=games.index, dtype="str")
    for _, part in games.groupby(["skill", "model"], sort=True):
        varying = [name for name in SETTINGS if part[name].nunique() > 1]
        for values, same in part.groupby(varying) if varying else []:
            pairs = zip(varying, values, strict=True)
            names[same.index] = ", ".join(_show_setting(name, value) for name, value in pairs)
    return names


def _show_setting(name: str, value: Any) -> str:
    if name == "rules_hash":
        value = value[:8]
    if name == "arguments":
        parts = json.loads(value)
        flat = {key: inner for part in parts.values() if isinstance(part, dict) for key, inner in part.items()}
        if flat:
            return ", ".join(f"{key}={inner}" for key, inner in sorted(flat.items()))
    return f"{SETTINGS[name]}={value}"


MEASURED = ("elo", "low", "high", "forfeit_rate", "plies", "input_tokens", "output_tokens")


def tabulate_strengths(games: pd.DataFrame) -> pd.DataFrame:
    """One row for each cell: its conditions, strength with interval and flag, and the rates of faults.

    `settings` is what sets the cell apart from its model's others (`name_settings`). What is undefined is NaN.
    """
    conditions = ["model", "skill", "settings", "regime", "layout", "n", *SHOWN, "teacher", "legal_moves", "wording"]
    rows = []
    for values, cell in games.assign(settings=name_settings(games)).groupby([*conditions, "cell_id"], sort=True):
        strength = rate_games(cell, str(cell["skill"].iloc[0]))
        scored = cell[cell["outcome"] != "error"]
        asked = max(int(scored["asked"].sum()), 1)
        rows.append(
            {
                **dict(zip([*conditions, "cell_id"], values, strict=True)),
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
    return pd.DataFrame(rows).astype(dict.fromkeys(MEASURED, "float64") if rows else {})
