"""Anybody's results as a table of games: read from CSV or Parquet, checked, and split into the cells of curves."""

from __future__ import annotations

import csv
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from quickstudy.reports.records import TableError, shorten
from quickstudy.reports.tables import SETTINGS, SHOWN
from quickstudy.scorers.agreement import Agreement
from quickstudy.scorers.correlation import correlate_cells
from quickstudy.scorers.firth import ClusterEstimate, estimate_cells, half_score_elo
from quickstudy.scorers.probes import ProbeStrength
from quickstudy.scorers.rating import Strength, estimate_strength
from quickstudy.scorers.recall import LAYOUTS, PADDED, View
from quickstudy.scorers.scale import ONE_SIDED_Z95, SCALE, FloatArray
from quickstudy.tasks.chains.course import REGIMES

REQUIRED = ("model", "skill", "n", "layout", "m", "slots", "set", "opponent_elo", "result", "forfeit")
COUNTS = ("n", "m", "slots")
EVIDENCE = ("rules", "examples")
"""The regimes whose games are evidence on a curve."""
MOST_EXAMPLES = 10_000_000
LARGEST_ELO = 10_000
LARGEST_TOKENS = 1_000_000_000
_NAMES = {"model": "str", "skill": "str", "set": "str"}  # pandas would take 001 and 1 for the same one, and NA for none
_NOTHING = ["", "NA", "N/A", "#N/A", "<NA>", "n/a", "NaN", "nan", "-NaN", "-nan", "NULL", "null", "None"]
_SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "bars"}


@dataclass(frozen=True)
class Point:
    """One cell of a curve: what was in view, its strength, and the estimate and error that a curve is fitted to.

    `elo` and `se` are None where half of the games or more were forfeited. Of a perfect or zero score `elo` is the
    penalised estimate, and `se` the error that the one-sided bound implies. `probes` is the strength from the cell's
    probes where there are any; where it is `combined`, `elo` and `se` are of games and probes together.
    """

    n: int
    view: View
    strength: Strength
    elo: float | None
    se: float | None
    se_opponents: float
    probes: ProbeStrength | None = None
    combined: bool = False
    influence: tuple[float, ...] = ()
    """What each of the curve's example sets contributes to the error of the games' strength, in Elo."""

    @property
    def effective_games(self) -> float:
        """K_eff: the games, and the games against an equal opponent by which the probes lower the error."""
        games, alone = float(self.strength.games), self.strength.se_games
        if not (self.combined and self.se and alone):
            return games
        return games + max((2.0 * SCALE) ** 2 * (self.se**-2 - alone**-2), 0.0)


@dataclass(frozen=True)
class Curve:
    """All cells of one model, skill and setting, in order of n and layout."""

    model: str
    skill: str
    settings: str
    points: tuple[Point, ...]
    warnings: list[str] = field(default_factory=list)
    tokens: tuple[float, float] | None = None
    """Tokens of a prompt without examples, and of each example."""
    agreement: Agreement | None = None
    """Of games and probes; None where no cell can be compared."""


def read_results(path: Path) -> pd.DataFrame:
    """The games of a CSV or Parquet file with the columns `REQUIRED`; others are kept. Raises TableError.

    `result` is 1, 0.5 or 0, or empty (NaN) where a game was not scored; `forfeit` is 0 or 1, and its result 0.
    """
    return _check(read_columns(path, REQUIRED, "game"), path)


def read_columns(path: Path, required: Sequence[str], what: str) -> pd.DataFrame:
    """A CSV or Parquet file with the `required` columns and a row for each `what`. Raises TableError."""
    kind = path.suffix.lower()
    if kind not in (".csv", ".parquet"):
        raise TableError(f"cannot tell what {path} is: name a file that ends in .csv or .parquet")
    try:
        frame = _read_csv(path) if kind == ".csv" else pd.read_parquet(path)
    except (OSError, ValueError) as error:
        raise TableError(f"cannot read the table {path}: {shorten(error)}") from error
    missing = [name for name in required if name not in frame]
    if missing:
        raise TableError(f"{path} lacks the columns {', '.join(missing)}; it needs {', '.join(required)}")
    twice = frame.columns[frame.columns.duplicated()]
    if len(twice):
        raise TableError(f"{path}: the column {twice[0]} occurs twice: drop or rename one of them")
    if frame.empty:
        raise TableError(f"{path} holds no {what}")
    return frame


def _read_csv(path: Path) -> pd.DataFrame:
    """A CSV file, each column under the very name that its header has. Raises ValueError, OSError."""
    with path.open("rb") as file:
        if file.read(4) == b"PAR1":
            raise ValueError("it is a Parquet file: give it a name that ends in .parquet")
    header = _check_rows(path)
    with warnings.catch_warnings():
        # empty cells beyond the header, which pandas drops
        warnings.filterwarnings("ignore", "Length of header", pd.errors.ParserWarning)
        # without index_col a comma at the end of each row would shift all columns by one
        nothing = {name: [""] if name in _NAMES else _NOTHING for name in header}
        frame = pd.read_csv(path, index_col=False, dtype=_NAMES, keep_default_na=False, na_values=nothing)
    if len(header) == len(frame.columns):
        names = [name or str(own) for name, own in zip(header, frame.columns, strict=True)]
        frame.columns = pd.Index(names)  # pandas has numbered those that occur twice
    return frame


def _check_rows(path: Path) -> list[str]:
    """The header of a CSV file. Raises ValueError, one sentence that names the line, for a row of another length.

    Rows may be longer by empty cells. pandas would fill short rows up, and names what it refuses in its own words.
    """
    rows = _list_rows(path)
    _, header = next(rows, (0, list[str]()))
    separator = next((sign for sign in _SEPARATORS if header and sign in header[0]), None)
    if len(header) == 1 and separator is not None:
        raise ValueError(f"{_SEPARATORS[separator]} separate its columns: write it with commas")
    for line, row in rows:
        if len(row) < len(header):
            raise ValueError(f"line {line} has {len(row)} of the {len(header)} cells that its header names")
        if any(row[len(header) :]):
            raise ValueError(
                f"line {line} has more cells than its header has names, {len(row)} and {len(header)}: name them, drop "
                "them, or put a cell with a comma in quotes"
            )
    return header


def _list_rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """The rows of a CSV file that are not blank, each with the line on which it begins. Raises ValueError."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader, line = csv.reader(file, strict=True), 1
        try:
            for row in reader:
                if len(row) > 1 or "".join(row).strip():
                    yield line, row
                line = reader.line_num + 1
        except csv.Error as error:
            raise ValueError(
                f"the quotes of line {line} do not close as they should ({error}): close them before the next comma, "
                "and double those inside a cell"
            ) from error


def check_numbers(frame: pd.DataFrame, names: Sequence[str], empty: Sequence[str], path: Path) -> pd.DataFrame:
    """The table with its columns `names` as numbers; only those in `empty` may have empty cells. Raises TableError."""
    found = {}
    for name in names:
        values = pd.to_numeric(frame[name], errors="coerce")
        lost = values.isna() & (frame[name].notna() | (name not in empty)) | np.isinf(values)
        if lost.any():
            row = int(np.flatnonzero(lost)[0])
            cell = frame[name].iloc[row]
            shown = "empty" if pd.isna(cell) else f"'{cell!s}'"
            raise TableError(f"{path}: row {row + 1}: {name} is {shown}, and must be a number")
        found[name] = values
    return frame.assign(**found)


def count_rules(frame: pd.DataFrame) -> dict[str, pd.Series]:
    """What the columns `COUNTS` must be, each with the rows that break it."""
    return {
        f"{name} is a whole number from 0 to {MOST_EXAMPLES:,}": ~frame[name].between(0, MOST_EXAMPLES)
        | (frame[name] % 1 != 0)
        for name in COUNTS
    }


def _check(frame: pd.DataFrame, path: Path) -> pd.DataFrame:
    optional = [name for name in ("opponent_sd", "tokens", "order") if name in frame]
    frame = check_numbers(frame, (*COUNTS, "opponent_elo", "result", "forfeit", *optional), ("result",), path)
    wrong = count_rules(frame) | {
        f"opponent_elo is from -{LARGEST_ELO:,} to {LARGEST_ELO:,}": frame["opponent_elo"].abs() > LARGEST_ELO,
        "result is 1, 0.5, 0 or empty": frame["result"].notna() & ~frame["result"].isin((0.0, 0.5, 1.0)),
        "forfeit is 0 or 1": ~frame["forfeit"].isin((0, 1)),
        "a forfeited game has result 0": (frame["forfeit"] == 1) & frame["result"].notna() & (frame["result"] != 0.0),
        f"layout is one of {', '.join(LAYOUTS)}": ~frame["layout"].isin(LAYOUTS),
        "a padded layout has at most as many informative examples (m) as slots": frame["layout"].ne("plain")
        & (frame["m"] > frame["slots"]),
        "filler has no informative example (m = 0)": frame["layout"].eq("filler") & (frame["m"] > 0),
        "n of a padded layout is its number of informative examples, as m is": frame["layout"].isin(PADDED)
        & (frame["n"] != frame["m"]),
        "model, skill and set must not be empty": frame[["model", "skill", "set"]].isna().any(axis=1),
    }
    limits = {
        "opponent_sd": (LARGEST_ELO, f"opponent_sd is from 0 to {LARGEST_ELO:,}"),
        "tokens": (LARGEST_TOKENS, f"tokens is from 0 to {LARGEST_TOKENS:,}"),
        "order": (MOST_EXAMPLES, f"order is a whole number from 0 to {MOST_EXAMPLES:,}"),
    }
    for name in optional:
        most, rule = limits[name]
        wrong[rule] = ~frame[name].between(0, most) | ((name == "order") & (frame[name] % 1 != 0))
    if "regime" in frame:
        wrong[f"regime is one of {', '.join((*EVIDENCE, *REGIMES))}"] = ~frame["regime"].isin((*EVIDENCE, *REGIMES))
    for rule, rows in wrong.items():
        if rows.any():
            row = int(np.flatnonzero(rows)[0])
            names = [*REQUIRED[2:], *(name for name in (*optional, "regime") if name in frame and name in rule)]
            shown = ", ".join(f"{name} {frame[name].iloc[row]!s}" for name in names)
            raise TableError(f"{path}: row {row + 1}: {rule} ({shown})")
    return frame.astype(dict.fromkeys(COUNTS, "int64") | {"model": "str", "skill": "str"})


def list_curves(frame: pd.DataFrame) -> Iterator[Curve]:
    """The curves of a checked table; games of other conditions (a run's controls, wordings) are kept apart.

    Diagnostics are left out.
    """
    for curve, _ in split_curves(frame):
        yield curve


def split_curves(frame: pd.DataFrame) -> Iterator[tuple[Curve, pd.DataFrame]]:
    """The curves of a checked table, each with its games."""
    conditions = [name for name in (*SHOWN, *SETTINGS) if name in frame]
    diagnostic = is_diagnostic(frame)
    for (model, skill), games in _split_rows(frame, ["model", "skill"]):
        if diagnostic.iloc[games].all():
            warning = "it has nothing but duplicates, other orders of examples or notes"
            yield Curve(str(model), str(skill), "", (), [warning]), frame.iloc[games[:0]]
    frame = frame[~diagnostic]
    numbers = _number_columns(frame)
    for (model, skill), games in _split_rows(frame, ["model", "skill"]) if len(frame) else ():
        varying = [name for name in conditions if frame[name].iloc[games].astype("str").nunique() > 1]
        groups = _split_rows(frame.iloc[games], varying) if varying else [((), np.arange(len(games)))]
        for values, rows in groups:
            settings = ", ".join(f"{name}={str(value)[:40]}" for name, value in zip(varying, values, strict=True))
            part = frame.iloc[games[rows]]
            own = {name: column[games[rows]] for name, column in numbers.items()}
            yield _read_curve(str(model), str(skill), settings, part, own), part


def is_diagnostic(frame: pd.DataFrame) -> pd.Series:
    """Rows that are no evidence on a curve: repeated examples, another order than they were drawn in, or notes.

    `reports.diagnostics` and `reports.memory` tell what they say.
    """
    kinds = _find_diagnostics(frame)
    return pd.Series(np.logical_or.reduce([rows.to_numpy() for rows in kinds.values()]), index=frame.index)


def _find_diagnostics(frame: pd.DataFrame) -> dict[str, pd.Series]:
    """What rows are no evidence on a curve for, each with these rows."""
    kinds = {"with repeated examples (layout duplicate)": frame["layout"].eq("duplicate")}
    if "regime" in frame:
        kinds[f"of another regime than {' and '.join(EVIDENCE)}"] = ~frame["regime"].isin(EVIDENCE)
    if "order" in frame:
        kinds["with examples in another order (order above 0)"] = frame["order"].ne(0)
    return kinds


def tell_left_out(frame: pd.DataFrame) -> str | None:
    """How many games of a model and skill are left out of its curves as diagnostics, and why; None where none is."""
    left = int(is_diagnostic(frame).sum())
    if not left:
        return None
    parts = [f"{int(rows.sum())} {kind}" for kind, rows in _find_diagnostics(frame).items() if rows.any()]
    return f"{left} of {len(frame)} games of this model and skill are left out: {', '.join(parts)}"


def _split_rows(frame: pd.DataFrame, names: list[str]) -> Iterator[tuple[tuple[Any, ...], NDArray[np.intp]]]:
    """The values of the columns `names` in order, each with the places of its rows."""
    groups = frame.groupby(names, sort=True)
    code = groups.ngroup().to_numpy()
    rows = np.argsort(code, kind="stable")
    first = np.flatnonzero(np.diff(code[rows], prepend=-1))
    for places in np.split(rows, first[1:]):
        yield tuple(frame[name].iloc[places[0]] for name in names), places


def _number_columns(frame: pd.DataFrame) -> dict[str, NDArray[Any]]:
    """What rates cells as arrays: the cell's keys (of plain cells m and slots say nothing new), and its games."""
    plain = frame["layout"].eq("plain").to_numpy()
    n, m, slots = (frame[name].to_numpy() for name in COUNTS)
    games = {name: frame[name].to_numpy(dtype=np.float64) for name in ("opponent_elo", "result", "forfeit")}
    if "opponent_sd" in frame:
        games["opponent_sd"] = frame["opponent_sd"].to_numpy(dtype=np.float64)
    return {
        "place": frame["layout"].map(LAYOUTS.index).to_numpy(dtype=np.int64),
        "n": n,
        "m": np.where(plain, n, m),
        "slots": np.where(plain, n, slots),
        "set": pd.factorize(frame["set"])[0],
        **games,
    }


def _read_curve(model: str, skill: str, settings: str, games: pd.DataFrame, numbers: dict[str, NDArray[Any]]) -> Curve:
    points, warnings = [], []
    scored = np.flatnonzero(~np.isnan(numbers["result"]))
    if len(scored) < len(games):
        warnings.append(f"{len(games) - len(scored)} games without a result are left out")
    padded = numbers["place"] > 0
    if "filler" in games and padded.any() and games["filler"][padded].nunique() > 1:
        warnings.append("padded cells with the examples of several other games are taken together")
    keys = np.stack([numbers[name][scored] for name in ("place", *COUNTS)], axis=1)
    values, cells = np.unique(keys, axis=0, return_inverse=True)
    sets = np.unique(numbers["set"][scored], return_inverse=True)[1]
    figures = (numbers[name][scored] for name in ("opponent_elo", "result", "forfeit"))
    estimates, sizes = estimate_cells(len(values), cells.reshape(-1), sets, *figures)
    for number, (place, n, m, slots) in enumerate(values.tolist()):
        view = View(LAYOUTS[place], m, slots)
        rows = scored[cells.reshape(-1) == number]
        cell = {name: column[rows] for name, column in numbers.items()}
        estimate = estimates.pick(number, sizes[number])
        point = _rate(n, view, cell, estimate if estimate.df else None)  # of one set the games are taken apart
        point = replace(point, influence=tuple(np.nan_to_num(estimates.influence[number]).tolist()))
        points.append(point)
        name = f"n = {n}" if place == 0 else f"{view.layout} (m = {m} of {slots})"
        strength = point.strength
        if strength.clusters < 2:
            warnings.append(f"{name}: one example set only, so its interval is too narrow")
        if point.elo is None:
            warnings.append(f"{name}: half of the games or more were forfeited; the cell is left out")
        elif strength.elo is None:
            what = "every finished game was won" if cell["result"].sum() > 0 else "no game was won or drawn"
            warnings.append(f"{name}: {what}, so its strength is one-sided")
    return Curve(model, skill, settings, tuple(points), warnings, _fit_tokens(games))


def _rate(n: int, view: View, cell: dict[str, NDArray[Any]], estimate: ClusterEstimate | None) -> Point:
    games = {name: cell[name] for name in ("opponent_elo", "result", "forfeit", "set")}
    strength = estimate_strength(games, estimate=estimate)
    error = 0.0
    if "opponent_sd" in cell:
        _, level, size = np.unique(cell["opponent_elo"], return_inverse=True, return_counts=True)
        mean = np.bincount(level, weights=cell["opponent_sd"]) / size
        error = float(np.sqrt(((size / size.sum() * mean) ** 2).sum()))
    if strength.elo is not None:
        return Point(n, view, strength, strength.elo, strength.se_games, error)
    if strength.theta is None or strength.forfeit_rate is None or strength.forfeit_rate >= 0.5:
        return Point(n, view, strength, None, None, error)
    elo = float(half_score_elo(strength.theta, strength.forfeit_rate))
    bound = strength.low if strength.low is not None else strength.high
    if bound is None:
        return Point(n, view, strength, None, None, error)
    return Point(n, view, strength, elo, max(abs(elo - bound) / ONE_SIDED_Z95, 1.0), error)


def correlate_points(points: Sequence[Point]) -> FloatArray:
    """The correlation (C, C) of the errors of cells of one curve; of a cell with probes, its games' part alone.

    A cell whose games were all won or all lost is independent of the others: its error is that of a bound.
    """
    influence = [np.array(point.influence) * (point.strength.elo is not None) for point in points]
    found = correlate_cells(influence, [float(point.strength.elo or 0.0) for point in points])
    games = np.array(
        [float(point.se or 0.0) / float(point.strength.se_games or 1.0) if point.combined else 1.0 for point in points]
    )
    shared = np.minimum(games, 1.0)
    found = found * np.outer(shared, shared)
    np.fill_diagonal(found, 1.0)
    return found


def _fit_tokens(games: pd.DataFrame) -> tuple[float, float] | None:
    """Tokens of a prompt and of each of its examples: a line through the mean `tokens` of each n; None without them."""
    plain = games[games["layout"].eq("plain")]
    if "tokens" not in plain or plain["n"].nunique() < 2:
        return None
    means = plain.groupby("n")["tokens"].mean()
    slope, start = np.polyfit(means.index.to_numpy(dtype=np.float64), means.to_numpy(), 1)
    return round(float(start), 6), round(float(slope), 6)
