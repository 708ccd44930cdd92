"""The command that measures the statistics' marks, at its fastest checks."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from quickstudy.benchmarks import cli
from quickstudy.benchmarks.validation import table
from quickstudy.benchmarks.validation.check import Check
from tests.benchmarks.commands import ROOT


def test_chosen_checks_are_measured_and_written(tmp_path: Path) -> None:
    out = tmp_path / "new" / "table.md"
    result = CliRunner().invoke(cli.main, ["validate", "--only", "1,2", "--out", str(out)])
    assert result.exit_code == 0, result.output
    assert re.findall(r"^\| (\d+) \|", out.read_text(), re.MULTILINE) == ["1", "2"]
    assert "Elo | yes |" in out.read_text()


def test_a_missed_mark_is_said_and_ends_with_1(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(table._CHECKS, 2, lambda: Check(2, "scores", "finite", "infinite", False))
    result = CliRunner().invoke(cli.main, ["validate", "--only", "2"])
    assert result.exit_code == 1 and "| infinite | NO |" in result.output


def test_numbers_and_ranges_choose_checks() -> None:
    assert table.parse_numbers("4, 10-13") == (4, 10, 11, 12, 13)
    assert table.parse_numbers("") == (*range(1, 22), 23)


@pytest.mark.parametrize("text", ["99", "a", "1-2-3", "-4"])
def test_what_is_no_check_is_refused(text: str) -> None:
    result = CliRunner().invoke(cli.main, ["validate", "--only", text])
    assert result.exit_code == 1 and "--only" in result.output and "Traceback" not in result.output


def test_the_published_table_has_every_check() -> None:
    rows = re.findall(r"^\| (\d+) \|", (ROOT / "docs" / "validation.md").read_text(), re.MULTILINE)
    assert [int(row) for row in rows] == [*range(1, 22), 23]
