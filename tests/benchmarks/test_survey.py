"""Surveys: games of families and seeds are screened once, on several cores, and counted by what became of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from quickstudy.benchmarks import survey as surveys
from quickstudy.benchmarks.cli import main
from quickstudy.benchmarks.survey import SURVEY, find_home, format_survey, read_seeds, survey
from quickstudy.tasks.games.game import load_game

FAMILIES = ("line", "points")  # whose games of seed 1002 are soon rejected


def test_seeds_are_numbers_lists_and_ranges() -> None:
    assert read_seeds("7") == ["7"]
    assert read_seeds("7, 9-11") == ["7", "9", "10", "11"]


@pytest.mark.parametrize("text", ["", "a", "1-", "-1", "1-b", "1,,2"])
def test_other_seeds_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"^--seeds: cannot read"):
        read_seeds(text)


def test_a_range_of_seeds_that_runs_backwards_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^--seeds: the range 5-3 runs backwards; write --seeds 3-5$"):
        read_seeds("1,5-3")


def test_processes_change_nothing_and_an_interrupted_survey_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = survey(FAMILIES, ["1002"], tmp_path / "alone", deep=False)
    together = survey(FAMILIES, ["1002"], tmp_path / "together", deep=False, workers=2)
    assert [{**row, "seconds": 0} for row in alone] == [{**row, "seconds": 0} for row in together]
    assert [(row["family"], row["seed"]) for row in alone] == [("line", "1002"), ("points", "1002")]
    assert json.loads((tmp_path / "alone" / SURVEY).read_text()) == alone and all(row["seconds"] > 0 for row in alone)

    def refuse(*_: Any) -> Any:
        raise AssertionError("made again")

    monkeypatch.setattr(surveys, "generate_rules", refuse)
    monkeypatch.setattr("quickstudy.tasks.screening.screen.screen_self_play", refuse)
    assert survey(FAMILIES, ["1002"], tmp_path / "alone", deep=False) == alone
    with pytest.raises(AssertionError, match="made again"):
        survey(FAMILIES, ["1003"], tmp_path / "alone", deep=False)


def test_of_near_duplicates_the_first_stays(tmp_path: Path) -> None:
    survey(["count"], ["1006"], tmp_path, deep=False)
    first, twin = find_home("count", "1006", tmp_path), find_home("count", "3000", tmp_path)
    twin.mkdir()
    spec = {**load_game(str(first / "rules.json")).rules.to_json(), "name": "Twin"}
    (twin / "rules.json").write_text(json.dumps(spec))
    rows = survey(["count"], ["1006", "3000"], tmp_path, deep=False)
    assert [row["reasons"] for row in rows] == [[], ["duplicate: played like count-1006"]]


def test_the_table_counts_the_first_reason_of_each_rejected_game() -> None:
    def row(family: str, *reasons: str) -> dict[str, Any]:
        return {"family": family, "accepted": not reasons, "reasons": list(reasons), "seconds": 60.0}

    text = format_survey(
        [row("a"), row("a", "draws: 99 %", "length: 3"), row("b", "draws: 40 %"), row("b", "rungs: 4")]
    )
    assert [line.split() for line in text.splitlines()[1:]] == [
        ["a", "2", "1", "draws", "1"],
        ["b", "2", "0", "draws", "1,", "rungs", "1"],
        ["all", "4", "1", "draws", "2,", "rungs", "1"],
        ["4", "minutes", "of", "processor", "time"],
    ]


def test_the_command_prints_the_table(tmp_path: Path) -> None:
    words = ["survey", "--family", "line", "--seeds", "2000", "--cheap", "--out", str(tmp_path)]
    result = CliRunner().invoke(main, words)
    assert result.exit_code == 0, result.output
    assert "draws 1" in result.stdout and f"Written: {tmp_path / SURVEY}" in result.stdout
    refused = CliRunner().invoke(main, ["survey", "--family", "chess", "--seeds", "1", "--out", str(tmp_path)])
    assert refused.exit_code == 1 and refused.stderr.startswith("Error: unknown family 'chess'")
