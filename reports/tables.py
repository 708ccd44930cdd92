"""From logs to one tidy table with a row for each game, and from that table to strengths.

The records inside the logs are the only source; numbers in log headers are never used.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from quickstudy.reports.records import TableError as TableError
from quickstudy.reports.records import check_kinds, find_items, has_other_games, list_rows, read_records, shorten
from quickstudy.scorers.firth import half_score_elo
from quickstudy.scorers.outcome import is_forfeit, is_scored, score_outcome
from quickstudy.scorers.rating import Strength, estimate_strength
from quickstudy.tasks.opponents.ladder import Ladder
from quickstudy.tasks.tracks import find_track

COLUMNS: dict[str, tuple[str, str]] = {
    "cell_id": ("str", "hash of every condition that one strength is estimated for"),
    "model": ("str", "the player, as Inspect names it"),
    "skill": ("str", "the game"),
    "regime": ("str", "how experience reached the player: rules, examples, notes, distil, state, practice or study"),
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
    "reasoning_tokens": ("float64", "tokens of reasoning, as far as the provider tells; NaN in older logs"),
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
    "filler": ("str", "game whose examples fill a padded layout; empty in the plain one"),
    "order": ("int64", "number of the order of the examples, 0 as they were drawn"),
    "control": ("str", "what was switched off of notes; empty where nothing was"),
    "generation": ("int64", "how often the notes in view were edited"),
    "studied": ("int64", "games that the notes in view are of"),
    "budget": ("int64", "most tokens of the notes, 0 without notes"),
    "note_kinds": ("str", "kinds of notes that could be written; empty for all"),
    "author": ("str", "the model that wrote the notes, where it is not the player"),
    "practice": ("str", "opponents of the games that the notes are of, where not mcts"),
    "ring": ("str", "where the notes were read, besides unseen openings; empty there"),
    "studied_game": ("str", "the game that the notes are of, where it is not the one that is played"),
    "notes_hash": ("str", "hash of the notes, where they are of another course than the player's own"),
    "carried": ("float64", "UTF-8 bytes of the examples and notes in view; NaN in older logs"),
    "verifier_calls": ("int64", "answers of the rules in each generation of practice, 0 without practice"),
    "own_tasks": ("int64", "how many of them judged tasks of the learner's own making"),
    "artefact": ("str", "examples where games were handed on; empty for notes and without either"),
    "keep": ("int64", "most games that were handed on, 0 where none were"),
    "reviews": ("int64", "most moves that a review of a game could name, 0 without reviews"),
    "reviewer": ("str", "the model that reviewed the games, where it is not the player"),
    "counts": ("bool", "whether questions show points or pieces removed"),
    "opponents": ("str", "adaptive, or the fixed levels"),
    "retries": ("int64", "how often a faulty answer may be mended"),
    "reply_tokens": ("int64", "most tokens of a reply"),
    "thinking": ("str", "budget of thinking in tokens, or effort; empty where left to the provider"),
    "study_seed": ("int64", "seed of examples and openings"),
    "arguments": ("str", "the model's own arguments and generation settings, as JSON"),
}
# What may differ between cells of one model, skill, n, layout and other shown things, and its name for readers.
SETTINGS = {
    "wording": "wording",
    "legal_moves": "legal_moves",
    "retries": "retries",
    "reply_tokens": "reply_tokens",
    "thinking": "thinking",
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
SHOWN = {"rules": "full", "evidence": "own", "kind": "games", "skin": 0, "order": 0}
KEY = ["cell_id", "set", "match", "game"]
CONDITIONS = [
    *("model", "skill", "settings", "regime", "layout", "n", "slots", "filler"),
    *SHOWN,
    *("teacher", "legal_moves", "wording", "thinking"),
]
Matches = dict[tuple[str, int, int], list[dict[str, Any]]]


def read_games(folder: Path, stem: str = "") -> pd.DataFrame:
    """All finished matches below a folder (logs as in `records`), one row for each game.

    A match that is in several logs, as after an interruption, counts once: the key is (cell_id, set, match), and the
    copy with the most games counts. Sittings and replays are passed over (see `probes`, `replays`). Raises TableError
    where there is no log, or no finished match, or a file cannot be read, or a record contradicts itself.
    """
    matches: Matches = {}
    for where, record in read_records(folder, stem):
        if find_items(record) == "games":
            add_match(matches, where, record)
    if not matches:
        raise TableError(f"no finished match in {folder}")
    return tabulate_games(matches)


def add_match(matches: Matches, where: str, record: Any) -> None:
    """Add a match's rows to those read so far, unless a copy with as many games is among them.

    Raises TableError, also where that copy is of other games.
    """
    rows = _list_rows(record, where)
    key = (record["cell"]["cell_id"], record["set"], record["match"])
    known = matches.get(key, [])
    if len(rows) > len(known):
        matches[key] = [row | {"where": where} for row in rows]
    elif rows and len(rows) == len(known) and has_other_games(rows, known):
        raise TableError(
            f"{where}: the same match (set {record['set']}, match {record['match']}) has other games than in "
            f"{known[0]['where']}: remove one of the two"
        )


def tabulate_games(matches: Matches) -> pd.DataFrame:
    """The table of the rows of all matches. Raises TableError where a value is of the wrong kind."""
    return tidy(pd.DataFrame([row for rows in matches.values() for row in rows]), COLUMNS, KEY)


def _list_rows(record: Any, where: str) -> list[dict[str, Any]]:
    """The games of a record as rows of the table. Raises TableError for a record that is ill-formed or contradictory.

    The result follows from the outcome: a game that the infrastructure ended has none.
    """
    rows = list_rows(record, where, "games", COLUMNS)
    check_kinds(rows, where, COLUMNS)
    for row in rows:
        try:
            points, forfeit, scored = (f(row["outcome"]) for f in (score_outcome, is_forfeit, is_scored))
        except ValueError as error:
            raise TableError(f"{where}: {error}") from error
        if row["forfeit"] != forfeit or (scored and row["result"] != points):
            raise TableError(f"{where}: result or forfeit of game {row['game']} contradicts its outcome")
        row["result"] = points
    return rows


def tidy(frame: pd.DataFrame, columns: Mapping[str, tuple[str, str]], key: list[str]) -> pd.DataFrame:
    """Rows with these columns in their kinds, sorted by skill, model, n and key. Raises TableError where one lacks."""
    missing = [name for name in columns if name not in frame]
    if missing:
        raise TableError(f"the table has no column {missing[0]!r}: it is of another version of quickstudy")
    try:
        frame = frame[list(columns)].astype({name: kind for name, (kind, _) in columns.items()})
    except (ValueError, TypeError) as error:
        raise TableError(f"a field of the records has a value of the wrong kind: {shorten(error)}") from error
    return frame.sort_values(["skill", "model", "n", *key], kind="stable").reset_index(drop=True)


def write_games(frame: pd.DataFrame, path: Path) -> None:
    """Write the table as Parquet."""
    frame.to_parquet(path, index=False)


def load_games(path: Path) -> pd.DataFrame:
    """Read a table written by `write_games`. Raises TableError where it cannot be read."""
    return tidy(read_table(path), COLUMNS, KEY)


def read_table(path: Path) -> pd.DataFrame:
    """A Parquet file as it is. Raises TableError where it cannot be read."""
    try:
        return pd.read_parquet(path)
    except (OSError, ValueError) as error:
        raise TableError(f"cannot read the table {path}: {shorten(error)}") from error


def find_ladder(skill: str, version: str = "") -> Ladder | None:
    """The ladder of a game or a chess variant for games of a ladder's version, the published one by default, or None.

    A ladder is read without the engine that it is of, so that a report does not depend on what is installed.
    """
    try:
        return find_track(skill).find_ladder(skill, version)
    except ValueError:
        return None


def rate_games(games: pd.DataFrame, skill: str) -> Strength:
    """Strength of one cell's games, with the ladder's own error where they were played on the ladder known today."""
    ladder = find_ladder(skill, str(games["ladder_version"].iloc[0])) if len(games) else None
    if ladder is None or not _is_played_on(games, ladder):
        return estimate_strength(games)
    return estimate_strength(
        games, ladder_levels=ladder.levels, ladder_ratings=ladder.ratings, ladder_covariance=ladder.covariance
    )


def rate_sets(games: pd.DataFrame, skill: str) -> dict[int, float]:
    """Strength in Elo of each example set, or chain, of one cell, but for those that forfeited half of their games.

    Where every game was won or lost, it is what the penalty of the fit makes of that: there is no bound in it.
    """
    found = {}
    for number, own in games.groupby("set", sort=True):
        strength = rate_games(own, skill)
        if strength.theta is not None and strength.forfeit_rate is not None:
            elo = float(half_score_elo(strength.theta, strength.forfeit_rate))
            if np.isfinite(elo):
                found[int(str(number))] = elo
    return found


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
    if name == "thinking":
        value = value or "default"
    return f"{SETTINGS[name]}={value}"


def is_plain(table: pd.DataFrame) -> pd.Series:
    """Rows of the plain learning curve: rules given, whole games of its own as examples, no skin, plain layout."""
    plain = table["layout"] == "plain"
    for name, value in SHOWN.items():
        plain &= table[name] == value
    return plain


MEASURED = ("elo", "low", "high", "forfeit_rate", "plies", "input_tokens", "output_tokens", "reasoning_tokens")


def tabulate_strengths(games: pd.DataFrame) -> pd.DataFrame:
    """One row for each cell: its conditions, strength with interval and flag, and the rates of faults.

    `settings` is what sets the cell apart from its model's others (`name_settings`). What is undefined is NaN.
    """
    rows = []
    for values, cell in games.assign(settings=name_settings(games)).groupby([*CONDITIONS, "cell_id"], sort=True):
        strength = rate_games(cell, str(cell["skill"].iloc[0]))
        scored = cell[cell["outcome"] != "error"]
        asked = max(int(scored["asked"].sum()), 1)
        rows.append(
            {
                **dict(zip([*CONDITIONS, "cell_id"], values, strict=True)),
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
                "reasoning_tokens": scored["reasoning_tokens"].mean(),
                "chi2": strength.chi2,
                "df": strength.df,
            }
        )
    return pd.DataFrame(rows).astype(dict.fromkeys(MEASURED, "float64") if rows else {})
