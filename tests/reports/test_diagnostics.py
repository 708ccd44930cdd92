"""Duplicates and other orders are told apart from learning curves, and in lines of their own."""

from __future__ import annotations

from pathlib import Path

import pytest

from quickstudy.reports.ceilings import judge_curves
from quickstudy.reports.controls import tabulate_controls
from quickstudy.reports.diagnostics import (
    tabulate_duplicates,
    tabulate_orders,
    write_diagnostics,
    write_diagnostics_text,
)
from quickstudy.reports.leaderboard import build_conditions, build_rows
from quickstudy.reports.report import write_report
from quickstudy.reports.results import list_curves
from quickstudy.reports.tables import read_games, tabulate_strengths
from quickstudy.scorers.recall import View
from tests.reports.records import sets, write

LEVELS = "random alphabeta-300-e75"
PLAIN = [*sets(["10", "00", "10", "00"], LEVELS), *sets(["10", "01", "10", "11"], LEVELS, n=2)]
REPEATED = sets(["11", "01", "10", "11"], LEVELS, n=2, layout="duplicate", slots=8)
ORDERS = [record for k in (1, 2) for record in sets(["01", "10", "11", "10"], LEVELS, n=2, order=k)]


def test_diagnostics_are_no_evidence_on_a_curve(tmp_path: Path) -> None:
    alone, all_ = (
        read_games(write(tmp_path, *records, name=f"{name}.jsonl"), name)
        for name, records in (("a", PLAIN), ("b", [*PLAIN, *REPEATED, *ORDERS]))
    )
    (before,), (after,) = list_curves(alone), list_curves(all_)
    assert [point.view for point in after.points] == [View.plain(0), View.plain(2)]
    assert [point.strength for point in before.points] == [point.strength for point in after.points]
    assert judge_curves(alone) == judge_curves(all_)
    assert build_rows(alone) == build_rows(all_) and build_conditions(all_) == []
    assert tabulate_controls(alone).equals(tabulate_controls(all_))
    assert len(tabulate_strengths(all_)) == 5


def test_a_table_of_diagnostics_only_has_no_curve_and_says_so(tmp_path: Path) -> None:
    (verdict,) = judge_curves(read_games(write(tmp_path, *REPEATED)))
    assert verdict["posterior"] is None and "nothing but duplicates" in " ".join(verdict["warnings"])


def test_duplicates_are_compared_with_the_same_examples_alone(tmp_path: Path) -> None:
    games = read_games(write(tmp_path, *PLAIN, *REPEATED, *ORDERS))
    (row,) = tabulate_duplicates(games).to_dict("records")
    assert (row["m"], row["slots"], row["games"]) == (2, 8, 8)
    assert row["gain"] == pytest.approx(row["elo"] - row["alone"], abs=0.1) and row["gain"] > 0
    assert row["low"] < row["gain"] < row["high"]
    text = write_diagnostics_text(games)
    assert f"+{row['gain']:.0f}" in text and "Elo against 2 alone" in text
    (row,) = tabulate_duplicates(games[games["layout"] == "duplicate"]).to_dict("records")
    assert row["gain"] != row["gain"]


def test_orders_that_play_alike_have_no_spread_and_opposite_ones_have(tmp_path: Path) -> None:
    alike = [r for k in (0, 1, 2) for r in sets(["10" * 8, "01" * 8], "random", n=4, order=k)]
    (row,) = tabulate_orders(read_games(write(tmp_path, *alike))).to_dict("records")
    assert (row["orders"], row["sd"], row["low"], row["df"]) == (3, 0.0, 0.0, 4)
    other = [r for k in (0, 1) for r in sets([("1" * 15 + "0", "0" * 15 + "1")[k]] * 3, "random", n=4, order=k)]
    (row,) = tabulate_orders(read_games(write(tmp_path / "other", *other))).to_dict("records")
    assert row["low"] > 100.0
    assert tabulate_orders(read_games(write(tmp_path / "one", *PLAIN))).empty


def test_the_report_has_a_page_of_diagnostics_where_there_are_some(tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir()
    write(tmp_path / "logs", *PLAIN, *REPEATED, *ORDERS)
    written = {path.name for path in write_report(tmp_path)}
    assert {"diagnostics.csv", "diagnostics.md"} <= written and "ceilings.json" not in written
    page = (tmp_path / "report" / "diagnostics.md").read_text()
    assert "Elo between orders" in page and "Elo against 2 alone" in page
    assert write_diagnostics(read_games(write(tmp_path / "plain", *PLAIN)), tmp_path) == []
    assert not (tmp_path / "diagnostics.md").exists()
