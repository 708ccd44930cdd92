"""The records that the logs below a folder hold: of matches, of sittings (probes), of replays and of the report test.

They are the only source of what is published; numbers in log headers are never used.
"""

from __future__ import annotations

import json
import math
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from numbers import Integral, Real
from pathlib import Path
from typing import TYPE_CHECKING, Any

from quickstudy.scorers.metrics import RECORD_KEY
from quickstudy.scorers.probe_metrics import SITTING_KEY
from quickstudy.scorers.replay_metrics import REPLAY_KEY
from quickstudy.scorers.report_metrics import REPORT_KEY
from quickstudy.scorers.stage_metrics import STAGE_KEY
from quickstudy.tasks.cell import YOUNGER

if TYPE_CHECKING:
    from inspect_ai.log import EvalSample


ITEMS = ("notes", "games", "probes", "replays", "cues")
"""What the records of study stages, matches, sittings, replays and the report test list."""


_SEEDS = {"seed", "study_seed"}
TIMES = {"seconds", "input_tokens", "output_tokens", "reasoning_tokens"}
"""What may differ where the same is done again."""
_MAY_LACK = {"result", "reasoning_tokens", "carried", "value", "regret"}
Rows = dict[tuple[Any, ...], tuple[int, dict[str, Any]]]
"""Rows by their keys, each with the number of rows of the record that it is from."""


class TableError(ValueError):
    """Logs or tables that cannot be read."""


def read_records(folder: Path, stem: str = "") -> Iterator[tuple[str, Any]]:
    """Where it was found, and the record of each finished match, sitting or replay below a folder, by file names.

    Logs are `*.eval`, and `*.jsonl` of direct runs, with names that begin with `stem`. Raises TableError where there is
    none, or one cannot be read.
    """
    files = sorted(folder.rglob(f"{stem}*.eval")) + sorted(folder.rglob(f"{stem}*.jsonl"))
    if not files:
        raise TableError(f"no logs (*.eval, *.jsonl) in {folder}: run a suite first, as in `quickstudy run smoke`")
    for path in files:
        yield from _read_log(path) if path.suffix == ".eval" else _read_lines(path)


def find_logs(folder: Path) -> Path:
    """Where a run's folder has its logs: in `logs/`, or in the folder itself where that is a folder of logs."""
    return folder / "logs" if (folder / "logs").is_dir() else folder


def find_items(record: Any) -> str:
    """What a record lists, one of `ITEMS`; what lists none should be the record of a match."""
    return next((items for items in ITEMS if isinstance(record, dict) and items in record), "games")


def _read_log(path: Path) -> Iterator[tuple[str, Any]]:
    """The record of each finished match, sitting or replay of a log, and where it was found."""
    from inspect_ai.log import read_eval_log, read_eval_log_sample, read_eval_log_sample_summaries

    try:
        # Inspect reads past changed bytes, which may then change moves
        with zipfile.ZipFile(path) as log:
            damaged = log.testzip()
        if damaged is not None:
            raise TableError(f"its part {damaged!r} is damaged")
        # Inspect's own loop over samples goes by the log's header, which lists only those that the task began with
        samples = dict.fromkeys((found.id, found.epoch) for found in read_eval_log_sample_summaries(str(path)))
        if not samples:  # as in a log that was interrupted early, and in what is no log
            read_eval_log(str(path), header_only=True)
        for listed in samples:
            sample = read_eval_log_sample(
                path, *listed, resolve_attachments="core", exclude_fields={"events", "messages"}
            )
            kept = [sample.store.get(key) for key in (RECORD_KEY, SITTING_KEY, REPLAY_KEY, REPORT_KEY)]
            stage = sample.store.get(STAGE_KEY) or {}  # one that a limit ended has games, but is no match
            record = next(filter(None, [*kept, stage if "notes" in stage else None]), None) or _find_scored(sample)
            if sample.error is None and record:
                yield f"{path}, sample {sample.id}", record
    except Exception as error:  # a file that is no whole log makes Inspect and its decoders raise of all kinds
        raise TableError(f"cannot read the log {path}: {shorten(error)}") from error


def _find_scored(sample: EvalSample) -> Any:
    """The record that the score holds: Inspect restores no store of a sample finished before a kill."""
    return next(
        (s.metadata for s in (sample.scores or {}).values() if s.metadata and set(ITEMS) & set(s.metadata)),
        None,
    )


def list_rows(record: Any, where: str, items: str, columns: Iterable[str], **conditions: Any) -> list[dict[str, Any]]:
    """The `items` (one of `ITEMS`) of a record as rows with these columns, each with its cell and the `conditions`.

    Raises TableError for a record without them.
    """
    try:
        cell = record["cell"]
        shared = {**YOUNGER, **cell, "study_seed": cell["seed"], "set": record["set"], "match": record["match"]}
        # of items that are older than their count
        shared |= {"reasoning_tokens": math.nan, "carried": record.get("carried", math.nan)}
        rows = [{**shared, **conditions, **item} for item in record[items]]
    except (KeyError, TypeError) as error:
        raise TableError(f"{where}: not a record of {items} ({error!r})") from error
    for row in rows:
        missing = [name for name in columns if name not in row]
        if missing:
            raise TableError(f"{where}: no field {missing[0]!r}: the record is of another version of quickstudy")
    return rows


def check_kinds(rows: Sequence[dict[str, Any]], where: str, columns: Mapping[str, tuple[str, str]]) -> None:
    """Raise TableError, naming place and field, where a value of the rows of one record is none of its column's kind.

    Numbers of things are not negative, and of fractions only those in `_MAY_LACK` can be NaN or missing.
    """
    for row in rows:
        for name, (kind, _) in columns.items():
            value = row[name]
            if kind == "str":
                fits, asked = isinstance(value, str), "text"
            elif kind == "bool":
                fits, asked = isinstance(value, bool), "true or false"
            elif kind == "int64":
                least = -math.inf if name in _SEEDS else 0
                fits = isinstance(value, Integral) and not isinstance(value, bool) and int(value) >= least
                asked = "a whole number" if name in _SEEDS else "a whole number from 0"
            else:
                lacks = value is None or value != value
                number = isinstance(value, Real) and not isinstance(value, bool) and math.isfinite(value)
                fits, asked = name in _MAY_LACK if lacks else number, "a number"
            if not fits:
                raise TableError(f"{where}: {name} must be {asked}, and is {json.dumps(value, default=str)[:60]}")


def keep_fullest(known: Rows, rows: Sequence[dict[str, Any]], key: Sequence[str]) -> None:
    """Add the rows of a record to those known, by their keys; of copies that of the record with the most rows stays."""
    for row in rows:
        name = tuple(row[part] for part in key)
        if len(rows) > known.get(name, (0, {}))[0]:
            known[name] = (len(rows), row)


def has_other_games(one: Sequence[Any], other: Sequence[Any]) -> bool:
    """Whether two copies of a match, a sitting or the like with as many items differ in what was played or told."""
    names = ("game", "probe", "number", "ply", "cue", "opponent", "moves", "move", "rank", "want", "outcome")
    played, again = (
        [[item.get(name) for name in names] if isinstance(item, Mapping) else item for item in copy]
        for copy in (one, other)
    )
    return played != again


def strip_times(value: Any) -> Any:
    """A record, or a part of it, without `TIMES`."""
    if isinstance(value, Mapping):
        return {name: strip_times(part) for name, part in value.items() if name not in TIMES}
    return [strip_times(part) for part in value] if isinstance(value, (list, tuple)) else value


def shorten(error: Exception) -> str:
    """A fault as one short line."""
    return " ".join(str(error).split())[:200] or type(error).__name__


def _read_lines(path: Path) -> Iterator[tuple[str, Any]]:
    """The record on each line of a direct run, and where it was found."""
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise TableError(f"cannot read the records {path}: {shorten(error)}") from error
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
