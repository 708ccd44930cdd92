"""The report of a run: table, strengths, leaderboard and figures, all from its logs."""

from __future__ import annotations

from pathlib import Path

from quickstudy.reports.controls import write_controls
from quickstudy.reports.leaderboard import build_rows, write_leaderboard, write_text
from quickstudy.reports.plots import write_learning_curves, write_rules_examples
from quickstudy.reports.tables import load_games, read_games, tabulate_strengths, write_games


def write_report(folder: Path) -> list[Path]:
    """Write games.parquet and report/ into a run's folder from its logs/ (or its own logs); returns the paths.

    Raises TableError where the logs hold no finished match.
    """
    logs = folder / "logs" if (folder / "logs").is_dir() else folder
    games = read_games(logs)
    report = folder / "report"
    report.mkdir(parents=True, exist_ok=True)
    table = folder / "games.parquet"
    write_games(games, table)
    strengths = report / "strengths.csv"
    tabulate_strengths(games).to_csv(strengths, index=False, float_format="%.3f")
    curves = write_learning_curves(games, report)
    square, controls = write_rules_examples(games, report), write_controls(games, report)
    return [logs, table, *write_leaderboard(games, report), *curves, *square, *controls, strengths]


def format_leaderboard(folder: Path) -> str:
    """The leaderboard of a run as text for a terminal."""
    return write_text(build_rows(load_games(folder / "games.parquet")))
