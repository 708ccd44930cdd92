"""The report of a run: tables, strengths, leaderboard and figures, all from its logs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd

from quickstudy.reports.arms_page import write_arms
from quickstudy.reports.ceiling_report import read_verdicts, write_ceilings
from quickstudy.reports.ceilings import format_verdict
from quickstudy.reports.controls import write_controls
from quickstudy.reports.convergence import write_convergence
from quickstudy.reports.diagnostics import write_diagnostics, write_diagnostics_text
from quickstudy.reports.differences_page import write_differences
from quickstudy.reports.exchange import is_read, write_exchange, write_exchange_text
from quickstudy.reports.leaderboard import build_rows, write_leaderboard, write_text
from quickstudy.reports.memory import add_stage, write_memory, write_memory_text
from quickstudy.reports.notes import is_memory
from quickstudy.reports.parity import write_parity
from quickstudy.reports.plots import write_learning_curves, write_rules_examples, write_token_curves
from quickstudy.reports.practice import write_practice
from quickstudy.reports.probes import (
    add_sitting,
    load_answers,
    tabulate_answers,
    tabulate_regrets,
    write_probes_page,
    write_probes_text,
)
from quickstudy.reports.records import Rows, TableError, find_items, find_logs, read_records
from quickstudy.reports.replays import (
    add_replay,
    load_replays,
    tabulate_recall,
    tabulate_replays,
    write_recall,
    write_recall_text,
)
from quickstudy.reports.report_test import (
    add_report,
    compare_cues,
    load_reports,
    tabulate_reports,
    write_report_test,
    write_report_test_text,
)
from quickstudy.reports.reviews import write_reviews
from quickstudy.reports.rings import write_rings, write_rings_text
from quickstudy.reports.tables import Matches, add_match, load_games, tabulate_games, tabulate_strengths, write_games
from quickstudy.reports.tacit import write_tacit
from quickstudy.reports.thinking import write_thinking

TABLES = ("games.parquet", "probes.parquet", "replays.parquet", "cues.parquet")
GAMES, PROBES, REPLAYS, CUES = TABLES
LISTED = ".written"
"""The file in report/ that lists what is ours there: whatever else a user keeps beside it stays."""


def write_report(folder: Path) -> list[Path]:
    """Write the tables and report/ into a run's folder from its logs/ (or its own logs); returns the paths.

    games.parquet is of its matches, probes.parquet of its probes, replays.parquet of its replays, cues.parquet of its
    answers to the report test; what the logs do not hold is not written. Raises TableError where they hold none. What
    earlier logs left is replaced when all is written: a report that fails changes nothing.
    """
    logs = find_logs(folder)
    matches: Matches = {}
    sittings: Rows = {}
    replays: Rows = {}
    told: Rows = {}
    stages: Rows = {}
    for where, record in read_records(logs):
        items = find_items(record)
        if items == "probes":
            add_sitting(sittings, where, record)
        elif items == "replays":
            add_replay(replays, where, record)
        elif items == "cues":
            add_report(told, where, record)
        elif items == "notes":
            add_stage(stages, where, record)
        else:
            add_match(matches, where, record)
    if not (matches or sittings or replays or told):
        raise TableError(f"no finished match in {logs}")
    games = tabulate_games(matches) if matches else None
    answers = tabulate_answers(sittings) if sittings else None
    # beside report/, where the run's ledger is looked for, and from where files can be moved
    with TemporaryDirectory(prefix=".report-", dir=folder) as made:
        fresh, written = Path(made), list[Path]()
        if games is not None:
            written += _report_games(games, answers, fresh)
            written += _report_chains(games, [record for _, record in stages.values()], fresh)
        if answers is not None:
            written += _report_probes(answers, games, fresh)
        if replays:
            moves, table = tabulate_replays(replays), fresh / REPLAYS
            moves.to_parquet(table, index=False)
            written += [table, *write_recall(tabulate_recall(moves), fresh)]
        if told:
            cues, table = tabulate_reports(told), fresh / CUES
            cues.to_parquet(table, index=False)
            written += [table, *write_report_test(compare_cues(cues, answers), fresh)]
        return [logs, *_replace(written, folder)]


def _replace(written: list[Path], folder: Path) -> list[Path]:
    """Move tables into a run's folder and all else into its report/, in the place of what was there; the new paths."""
    report = folder / "report"
    report.mkdir(exist_ok=True)
    listed = report / LISTED
    earlier = listed.read_text(encoding="utf-8").splitlines() if listed.is_file() else []
    for old in [*(folder / name for name in TABLES), *(report / Path(name).name for name in earlier if name)]:
        old.unlink(missing_ok=True)
    replaced = [path.replace((folder if path.name in TABLES else report) / path.name) for path in written]
    listed.write_text("".join(f"{path.name}\n" for path in replaced if path.parent == report), encoding="utf-8")
    return replaced


def _report_games(games: pd.DataFrame, answers: pd.DataFrame | None, report: Path) -> list[Path]:
    table = report / GAMES
    write_games(games, table)
    games = games[~is_memory(games)]
    if games.empty:  # chains alone, which have a report of their own
        return [table]
    strengths = report / "strengths.csv"
    tabulate_strengths(games).to_csv(strengths, index=False, float_format="%.3f")
    curves = [*write_learning_curves(games, report), *write_token_curves(games, report)]
    square, controls = write_rules_examples(games, report), write_controls(games, report)
    ceilings, differences = write_ceilings(games, report, answers), write_differences(games, report)
    diagnostics, thinking = write_diagnostics(games, report), write_thinking(games, report)
    board, convergence = write_leaderboard(games, report), write_convergence(games, report)
    parity = write_parity(games, report)
    return [
        table,
        *board,
        *differences,
        *curves,
        *square,
        *controls,
        *ceilings,
        *thinking,
        *convergence,
        *diagnostics,
        *parity,
        strengths,
    ]


def _report_chains(games: pd.DataFrame, studied: Sequence[Mapping[str, Any]], report: Path) -> list[Path]:
    own = games[~is_read(games)]
    return [
        *write_memory(own, studied, report),
        *write_arms(own, report),
        *write_exchange(games, studied, report),
        *write_rings(own, report),
        *write_practice(studied, own, report),
        *write_reviews(own, studied, report),
        *write_tacit(own, report),
    ]


def _report_probes(answers: pd.DataFrame, games: pd.DataFrame | None, report: Path) -> list[Path]:
    table, page, cells = report / PROBES, report / "probes.md", report / "probes.csv"
    answers.to_parquet(table, index=False)
    regrets = tabulate_regrets(answers, games)
    regrets.to_csv(cells, index=False, float_format="%.4f")
    page.write_text(write_probes_page(regrets), encoding="utf-8")
    return [table, page, cells]


def format_tables(folder: Path) -> str:
    """The leaderboard of a run, and its probes, report test, recall and verdicts as far as it has them, as text."""
    games = load_games(folder / GAMES) if (folder / GAMES).is_file() else None
    noted = [] if games is None else [write_memory_text(games[~is_read(games)]), write_exchange_text(games)]
    noted += [] if games is None else [write_rings_text(games[~is_read(games)])]
    games = None if games is None else games[~is_memory(games)]
    games = None if games is None or games.empty else games
    parts = [] if games is None else [write_text(build_rows(games))]
    answers = load_answers(folder / PROBES) if (folder / PROBES).is_file() else None
    if answers is not None:
        parts.append(write_probes_text(tabulate_regrets(answers, games)))
    if (folder / REPLAYS).is_file():
        parts.append(write_recall_text(tabulate_recall(load_replays(folder / REPLAYS))))
    if (folder / CUES).is_file():
        parts.append(write_report_test_text(compare_cues(load_reports(folder / CUES), answers)))
    parts += map(format_verdict, read_verdicts(folder))
    parts += [] if games is None else filter(None, [write_diagnostics_text(games)])
    parts += filter(None, noted)
    return "\n\n".join(parts)
