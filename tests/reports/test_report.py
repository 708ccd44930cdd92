"""The whole report of a run: everything from its logs, and the same bytes each time."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from quickstudy.reports import report
from quickstudy.reports.report import format_tables, write_report
from quickstudy.reports.tables import TableError, load_games, read_games
from tests.reports.records import load_strictly, record, sets, write
from tests.same_tables import same_games

PARTS = {
    "games.parquet",
    "report/strengths.csv",
    "report/differences.csv",
    "report/differences.md",
    "report/leaderboard.json",
    "report/leaderboard.md",
    "report/learning_curves.png",
    "report/learning_curves.svg",
    "report/learning_curves.data.json",
    "report/token_curves.png",
    "report/token_curves.svg",
    "report/token_curves.data.json",
}


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_report_of_a_log_is_the_same_bytes_each_time(evaluated: Path, tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir()
    shutil.copy(evaluated, tmp_path / "logs" / "a.eval")
    paths = write_report(tmp_path)
    first = contents(tmp_path)
    assert set(first) == PARTS | {"logs/a.eval", "report/.written"}
    assert {str(path.relative_to(tmp_path)) for path in paths} == PARTS | {"logs"}
    assert write_report(tmp_path) == paths
    assert contents(tmp_path) == first
    assert same_games(load_games(tmp_path / "games.parquet"), read_games(evaluated.parent))
    assert set(load_strictly(tmp_path / "report" / "leaderboard.json")["rows"][0]["strength_by_n"]) == {"0", "1"}


def test_report_grows_with_the_logs(tmp_path: Path) -> None:
    write(tmp_path / "logs", *sets(["10", "01"]))
    write_report(tmp_path)
    assert format_tables(tmp_path).splitlines()[2].split()[-1] == "4"
    write(tmp_path / "logs", *sets(["10", "01"], n=4))
    write_report(tmp_path)
    assert format_tables(tmp_path).splitlines()[2].split()[-1] == "8"


def test_report_of_controls_alone_has_their_figure_and_no_curves(tmp_path: Path) -> None:
    write(tmp_path / "logs", *sets(["10", "e1"], rules="none"), record("ee", n=4, rules="none"))
    written = {path.name for path in write_report(tmp_path)}
    assert "rules_examples.png" in written and "learning_curves.png" not in written
    content = load_strictly(tmp_path / "report" / "leaderboard.json")
    assert content["rows"] == [] and [row["games"] for row in content["conditions"]] == [3, 0]


def test_what_earlier_logs_left_goes_and_a_users_own_files_stay(tmp_path: Path) -> None:
    write(tmp_path / "logs", *sets(["10", "01"]), *sets(["11", "01"], n=4, rules="none"))
    write_report(tmp_path)
    pages = tmp_path / "report"
    assert (pages / "leaderboard.md").is_file()
    (pages / "remarks.md").write_text("a user's own")
    (tmp_path / "logs" / "direct.jsonl").unlink()
    write(tmp_path / "logs", *sets(["10", "01"], regime="notes", budget=200))
    write_report(tmp_path)
    assert {path.name.split(".")[0] for path in pages.glob("[!.]*")} == {"memory", "arms", "notes", "remarks"}
    assert format_tables(tmp_path).startswith("Game ")


def test_a_report_that_fails_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise TableError("at the very end")

    write(tmp_path / "logs", *sets(["10", "01"]))
    write_report(tmp_path)
    before = contents(tmp_path)
    monkeypatch.setattr(report, "write_tacit", fail)
    with pytest.raises(TableError, match="at the very end"):
        write_report(tmp_path)
    assert contents(tmp_path) == before


def test_report_without_a_finished_match_writes_nothing(tmp_path: Path) -> None:
    write(tmp_path / "logs")
    before = contents(tmp_path)
    with pytest.raises(TableError, match="no finished match"):
        write_report(tmp_path)
    assert contents(tmp_path) == before and not (tmp_path / "report").exists()
