"""The report test: what players say they go by, beside what their answers to probes show that they go by."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from quickstudy.reports.leaderboard import markdown_table, name_player, show_share, text_table
from quickstudy.reports.probes import CELL_COLUMNS, PROBE_COLUMNS, read_forfeit
from quickstudy.reports.records import Rows, TableError, check_kinds, find_items, keep_fullest, list_rows, read_records
from quickstudy.reports.report_test_plot import write_cue_chart
from quickstudy.reports.reviews import show_figure
from quickstudy.reports.tables import CONDITIONS, SHOWN, name_settings, read_table, tidy
from quickstudy.scorers.cues import agree, fit_cues, score_report, weigh_cues
from quickstudy.scorers.understanding import UNKNOWN, Figure, divide_sums
from quickstudy.tasks.games.notation import format_move, parse_move
from quickstudy.tasks.games.rules import Rules
from quickstudy.tasks.games.tables import build_tables
from quickstudy.tasks.learners.cues import list_cues, measure_cues

_ASKED = ("outcome", "forfeit", "unreadable", "asked", "input_tokens", "output_tokens", "reasoning_tokens")
CUE_COLUMNS: dict[str, tuple[str, str]] = {
    **CELL_COLUMNS,
    "match": ("int64", "number of the answer within cell and set"),
    "cue": ("str", "the cue"),
    "letter": ("str", "the letter behind which the question lists it"),
    "foil": ("int64", "1 for a cue that is in the list to be left out"),
    "rank": ("int64", "1 for the cue named first; 0 for one that was not named"),
    "want": ("str", "more or less; empty for a cue that was not named"),
    "most": ("int64", "most cues that could be named"),
    "spec": ("str", "the game's rules spec, as JSON"),
    **{name: PROBE_COLUMNS[name] for name in _ASKED},
    "seconds": ("float64", "wall time of the question (a timing column)"),
}
CUE_KEY = ["cell_id", "set", "match", "cue"]
FILE = "report_test.md"
FEWEST = 20
"""Answers to probes of a set from which on cues are fitted to them."""
HEADER = (
    *("Game", "Player", "n", "Reports", "Agreement", "Attainable", "Other sets", "Before"),
    *("Precision", "Recall", "Foils", "Choices"),
)


def read_reports(folder: Path, stem: str = "") -> pd.DataFrame:
    """All cues asked for in the logs below a folder whose names begin with `stem`, one row each.

    An answer that is in several logs counts once. Raises TableError as `tables.read_games`.
    """
    reports: Rows = {}
    for where, record in read_records(folder, stem):
        if find_items(record) == "cues":
            add_report(reports, where, record)
    if not reports:
        raise TableError(f"no answers to the report test in {folder}")
    return tabulate_reports(reports)


def add_report(reports: Rows, where: str, record: Any) -> None:
    """Add the cues of an answer to those read so far. Raises TableError for an ill-formed or contradictory record."""
    shared = {name: record[name] for name in ("most", "spec", *_ASKED, "seconds") if name in record}
    rows = list_rows(record, where, "cues", CUE_COLUMNS, **shared)
    check_kinds(rows, where, CUE_COLUMNS)
    for row in rows:
        try:
            rules = _read_spec(row["spec"])
        except ValueError as error:
            raise TableError(f"{where}: its spec is none of a game ({error})") from error
        if rules.hash != row["rules_hash"] or row["cue"] not in list_cues(rules):
            raise TableError(f"{where}: {row['cue']!r} is no cue of {row['skill']}, or its spec is another game's")
        forfeit = read_forfeit(row, where)
        named = bool(row["rank"])
        if forfeit is None or row["forfeit"] != forfeit or (named and forfeit) or named != bool(row["want"]):
            raise TableError(f"{where}: rank or direction of {row['cue']} contradicts the outcome")
    keep_fullest(reports, rows, CUE_KEY)


def tabulate_reports(reports: Rows) -> pd.DataFrame:
    """The table of all cues. Raises TableError where a value is of the wrong kind."""
    return tidy(pd.DataFrame([row for _, row in reports.values()]), CUE_COLUMNS, CUE_KEY)


def load_reports(path: Path) -> pd.DataFrame:
    """Read a table of cues that was written as Parquet. Raises TableError where it cannot be read."""
    return tidy(read_table(path), CUE_COLUMNS, CUE_KEY)


def compare_cues(reports: pd.DataFrame, answers: pd.DataFrame | None) -> pd.DataFrame:
    """The table of cues with what was `told` and what is `used`, as `scorers.cues.score_report` takes it.

    What is used is fitted to the answers to probes of the same cell and set: `used`, `p`, `used_odd`, `used_even`, and
    `choices`, how many they are; NaN where a set has fewer than `FEWEST`.
    """
    want = reports["want"].map({"more": 1, "less": -1, "": 0})
    table = reports.assign(told=want * (reports["most"] + 1 - reports["rank"]))
    fitted = []
    for (cell, number), part in reports.drop_duplicates(["cell_id", "set", "cue"]).groupby(["cell_id", "set"]):
        cues, spec = part["cue"].tolist(), str(part["spec"].iloc[0])
        names = list_cues(_read_spec(spec))
        found = _weigh(spec, answers, cell, number)
        for cue in cues:
            own = {name: column[names.index(cue)] for name, column in found.items()}
            fitted.append({"cell_id": cell, "set": number, "cue": cue, **own})
    return table.merge(pd.DataFrame(fitted), on=["cell_id", "set", "cue"], how="left")


def _weigh(spec: str, answers: pd.DataFrame | None, cell: Any, number: Any) -> dict[str, NDArray[np.float64]]:
    """What a set's choices show of each cue."""
    rules = _read_spec(spec)
    size, options, chosen = len(list_cues(rules)), list[NDArray[np.float64]](), list[int]()
    if answers is not None:
        own = answers[(answers["cell_id"] == cell) & (answers["set"] == number) & (answers["forfeit"] == 0)]
        own = own[own["rules_hash"] == rules.hash].sort_values(["probe", "match"])
        for moves, move in zip(own["moves"], own["move"], strict=True):
            named, cues = _look(spec, str(moves))
            if move not in named:
                raise TableError(f"{move} is no legal move in a probe of {rules.name} after {moves}")
            options.append(cues)
            chosen.append(named.index(move))
    columns = ("used", "p", "used_odd", "used_even")
    if len(chosen) < FEWEST:
        unknown = np.full(size, np.nan)
        return {**dict.fromkeys(columns, unknown), "choices": np.full(size, float(len(chosen)))}
    whole = weigh_cues(options, chosen)
    halves = [fit_cues(options[first::2], chosen[first::2]) for first in (0, 1)]
    return {**dict(zip(columns, (*whole, *halves), strict=True)), "choices": np.full(size, float(len(chosen)))}


@lru_cache(maxsize=64)
def _read_spec(spec: str) -> Rules:
    return Rules.from_json(json.loads(spec))


@lru_cache(maxsize=4096)
def _look(spec: str, moves: str) -> tuple[list[str], NDArray[np.float64]]:
    """The legal moves after some moves, and the cues (moves, K) of where each leads."""
    from quickstudy.tasks.games.kernel import apply, legal_moves, successors

    rules = _read_spec(spec)
    tables = build_tables(rules)
    state = np.array(tables["start"], dtype=np.uint64)
    for text in moves.split():
        move = parse_move(rules, text, legal_moves(tables, state).tolist())
        if move is None:
            raise TableError(f"{text} is no legal move on the way to a probe of {rules.name}")
        apply(tables, state, move)
    legal, after = successors(tables, state)
    return [format_move(rules, int(move)) for move in legal], measure_cues(rules, after, int(state[5]))


def tabulate_report_test(cues: pd.DataFrame) -> pd.DataFrame:
    """A row for each cell of `compare_cues`: its conditions, figures with their intervals, and counts.

    `before` is the agreement of what the same player tells without examples with what its choices with examples show.
    What is undefined is NaN.
    """
    rows = []
    named = cues.assign(settings=name_settings(cues))
    cells = [(dict(zip([*CONDITIONS, "cell_id"], values, strict=True)), part) for values, part in _group(named)]
    for conditions, cell in cells:
        answers = cell.drop_duplicates(["set", "match"])
        known = cell[(cell["forfeit"] == 0) & cell["used"].notna()]
        most, read = int(cell["most"].iloc[0]), int((1 - answers["forfeit"]).sum())
        figures: dict[str, Figure] = score_report(known, most)
        figures["before"] = _look_before(conditions, known, cells)
        rows.append(
            {
                **conditions,
                **{f"{name}{end}": value for name, f in figures.items() for end, value in zip(_ENDS, f, strict=True)},
                "most": most,
                "cues": cell["cue"].nunique(),
                "told": math.nan if answers["forfeit"].all() else float((cell["rank"] > 0).sum()) / read,
                "reports": len(answers),
                "forfeits": int(answers["forfeit"].sum()),
                "unreadable_rate": answers["unreadable"].sum() / max(int(answers["asked"].sum()), 1),
                "choices": cell.drop_duplicates("set")["choices"].mean(),
                "sets": known["set"].nunique(),
            }
        )
    return pd.DataFrame(rows)


_ENDS = ("", "_low", "_high")
Cell = tuple[dict[str, Any], pd.DataFrame]


def _group(named: pd.DataFrame) -> Iterator[tuple[Any, pd.DataFrame]]:
    yield from named.groupby([*CONDITIONS, "cell_id"], sort=True)


def _look_before(conditions: Mapping[str, Any], known: pd.DataFrame, cells: Sequence[Cell]) -> Figure:
    """Agreement, set by set, of what was told without examples with what the choices of a cell show."""
    apart = ("n", "slots", "regime", "cell_id")
    alike = [part for other, part in cells if other["n"] == other["slots"] == 0 and _same(other, conditions, apart)]
    if conditions["n"] == 0 or len(alike) != 1 or known.empty:
        return UNKNOWN
    told = {number: part for number, part in alike[0][alike[0]["forfeit"] == 0].groupby("set")}
    taus, sets = list[float](), list[int]()
    for number, part in known.drop_duplicates(["set", "cue"]).groupby("set"):
        if number in told:
            for _, answer in told[number].groupby("match"):
                both = answer[["cue", "told"]].merge(part[["cue", "used"]], on="cue")
                taus.append(agree(both["told"].to_numpy(np.float64), both["used"].to_numpy(np.float64)))
                sets.append(int(str(number)))
    return divide_sums(taus, np.ones(len(taus)), sets, (-1.0, 1.0))


def _same(one: Mapping[str, Any], other: Mapping[str, Any], apart: tuple[str, ...]) -> bool:
    return all(value == other[name] for name, value in one.items() if name not in apart)


def write_report_test(cues: pd.DataFrame, report: Path) -> list[Path]:
    """Write report_test.md, .csv and figures from `compare_cues`; returns the paths."""
    table = tabulate_report_test(cues)
    page, cells = report / FILE, report / "report_test.csv"
    table.to_csv(cells, index=False, float_format="%.4f")
    page.write_text(write_page(table), encoding="utf-8")
    return [page, cells, *write_cue_chart(cues, report)]


def write_page(table: pd.DataFrame) -> str:
    """The cells of `tabulate_report_test` as a Markdown page."""
    lead = (
        "Each player was asked, once for each example set, which of a list of cues its choices go by, the one that "
        "matters most first, each with whether more or less of it is wanted. What it uses is fitted to its own answers "
        "to probes with the same examples. Agreement is Kendall's tau-b of told and used over all cues, directions "
        "included: 0 for telling at random or nothing. Attainable is what telling the weights of one half of the "
        "choices would reach on the other half. Other sets is agreement with the choices of the same player with "
        "other examples: as high as Agreement where all sets teach the same. Before is that of what is told without "
        "any examples. Precision is the share of the named cues that are used, in that direction; recall the share of "
        "the used ones that are named. In brackets stands what as many cues named at random would give, and behind a "
        "semicolon the most that so many names can reach. Foils are those among the named cues that the list holds to "
        "be left out. Intervals are 95 %, over example sets. Answers that cannot be read are counted apart."
    )
    body = "\n".join(markdown_table(HEADER, _list_cells(table)))
    return f"# Report test\n\n{lead}\n\n{body}\n"


def write_report_test_text(cues: pd.DataFrame) -> str:
    """The cells as aligned text for a terminal."""
    return text_table(HEADER, _list_cells(tabulate_report_test(cues)))


def _list_cells(table: pd.DataFrame) -> list[tuple[str, ...]]:
    order = ["skill", "model", "settings", *SHOWN, "n"]
    return [_show(row) for row in table.sort_values(order, kind="stable").to_dict("records")]


def _show(row: Mapping[Any, Any]) -> tuple[str, ...]:
    reports = str(row["reports"]) + (f" ({row['forfeits']} unreadable)" if row["forfeits"] else "")
    return (
        str(row["skill"]),
        name_player(row, {**SHOWN, "layout": "plain"}),
        str(row["n"]),
        reports,
        *(_show_figure(row, name) for name in ("agreement", "attainable", "others", "before")),
        f"{_show_figure(row, 'precision')} ({_number(row['precision_chance'])})",
        f"{_show_figure(row, 'recall')} ({_number(row['recall_chance'])}; {_number(row['recall_most'])})",
        _number(row["foils"]) if math.isnan(row["foils"]) else show_share(row["foils"]),
        "-" if math.isnan(row["choices"]) else f"{row['choices']:.0f}",
    )


def _show_figure(row: Mapping[Any, Any], name: str) -> str:
    return show_figure(Figure(*(float(row[f"{name}{end}"]) for end in _ENDS)))


def _number(value: float) -> str:
    return f"{value:.2f}" if math.isfinite(value) else "-"
