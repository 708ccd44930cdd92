"""The command that measures the statistics' marks, at its fastest checks."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from quickstudy.benchmarks import cli
from quickstudy.benchmarks.validation import table
from quickstudy.benchmarks.validation.causes import Found, games_needed
from quickstudy.benchmarks.validation.check import Check, format_page, read_page
from quickstudy.benchmarks.validation.designs import Cells, play_allotted_once, play_even, play_fixed
from quickstudy.benchmarks.validation.planted import Planted
from quickstudy.scorers.recall import View
from tests.benchmarks.commands import ROOT


def test_chosen_checks_are_measured_and_written(tmp_path: Path) -> None:
    out = tmp_path / "new" / "table.md"
    result = CliRunner().invoke(cli.main, ["validate", "--only", "1,2", "--out", str(out)])
    assert result.exit_code == 0, result.output
    assert re.findall(r"^\| (\d+) \|", out.read_text(), re.MULTILINE) == ["1", "2"]
    assert "Elo | yes |" in out.read_text()


def test_checks_that_were_not_chosen_stay_on_the_page(tmp_path: Path) -> None:
    out = tmp_path / "table.md"
    before = Check(1, "ratings", "same", "other", False), Check(3, "bias", "none", "-2 Elo", True)
    out.write_text(format_page(before), encoding="utf-8")
    assert CliRunner().invoke(cli.main, ["validate", "--only", "1", "--out", str(out)]).exit_code == 0
    first, last = read_page(out.read_text(encoding="utf-8"))
    assert first.number == 1 and first.passed and last == before[1]


def test_a_missed_mark_is_said_and_ends_with_1(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(table._CHECKS, 2, lambda: Check(2, "scores", "finite", "infinite", False))
    result = CliRunner().invoke(cli.main, ["validate", "--only", "2"])
    assert result.exit_code == 1 and "| infinite | NO |" in result.output


def test_numbers_and_ranges_choose_checks() -> None:
    assert table.parse_numbers("4, 10-13") == (4, 10, 11, 12, 13)
    assert table.parse_numbers("") == table.NUMBERS


@pytest.mark.parametrize("text", ["99", "a", "1-2-3", "-4"])
def test_what_is_no_check_is_refused(text: str) -> None:
    result = CliRunner().invoke(cli.main, ["validate", "--only", text])
    assert result.exit_code == 1 and "--only" in result.output and "Traceback" not in result.output


def test_the_published_table_has_every_check() -> None:
    rows = re.findall(r"^\| (\d+) \|", (ROOT / "docs" / "validation.md").read_text(), re.MULTILINE)
    assert [int(row) for row in rows] == sorted(table.NUMBERS)


def test_the_prior_odds_of_saturation_choose_between_causes_that_a_curve_does_not_tell_apart() -> None:
    rest = {"context_full": 0.0, "no_learning": 0.0}
    alone = [{"saturation": 0.6, "recall_failure": 0.4, **rest}, {"saturation": 0.9, "recall_failure": 0.1, **rest}]
    found = Found(cause=["saturation", "saturation"], alone=alone)
    assert found.right_alone() == [True, True] and found.right_alone(1 / 3) == [False, True]
    assert found.of_cause([True, False], "recall_failure") == []


def test_games_are_read_between_the_numbers_that_were_tried() -> None:
    assert games_needed((64, 256), (0.6, 0.8), 0.7) == pytest.approx(128)
    assert games_needed((64, 128, 256), (0.6, 0.5, 0.8), 0.8) == pytest.approx(256)  # 0.5 came by chance
    assert games_needed((64, 256), (0.6, 0.8), 0.5) == pytest.approx(64)
    assert games_needed((64, 256), (0.6, 0.8), 0.9) == np.inf


def test_designs_play_the_games_that_they_are_given() -> None:
    for design in (play_even, play_fixed, play_allotted_once):
        cells = Cells(Planted(), np.random.default_rng(1))
        design(cells, 448.0)
        assert sum(cells.games.values()) == pytest.approx(448.0) and View.plain(256) in cells.games
    assert {view.m for view in cells.games if view.layout == "middle"} <= {2, 4, 8, 16, 32, 64, 128}
