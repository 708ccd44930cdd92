"""`quickstudy analyse`: the verdict on a file, as text and as JSON, and refusals in one line."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner

from quickstudy.benchmarks.cli import main

EXAMPLE = Path(__file__).parents[2] / "docs/results.csv"


def call(*words: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(main, ["analyse", *words])
    return result.exit_code, result.stdout, result.stderr


def test_the_example_file_is_judged_as_its_page_says() -> None:
    code, shown, _ = call(str(EXAMPLE))
    assert code == 0 and "examples in the window are not recalled (recall failure)" in shown
    page = (EXAMPLE.parent / "how-to.md").read_text(encoding="utf-8")
    assert shown.strip() in page


def test_json_has_a_verdict_for_each_curve() -> None:
    code, shown, _ = call(str(EXAMPLE), "--json", "--n-max", "256")
    (verdict,) = json.loads(shown)["curves"]
    assert code == 0 and verdict["decision"] == "recall_failure" and verdict["n_max"] == 256
    assert len(verdict["points"]) == 14


def test_refusals_are_one_line(tmp_path: Path) -> None:
    (tmp_path / "bad.csv").write_text("model,skill\na,b\n")
    code, shown, told = call(str(tmp_path / "bad.csv"))
    assert (code, shown, told.count("\n")) == (1, "", 1) and "lacks the columns n, layout" in told
    code, _, told = call(str(EXAMPLE), "--n-max", "256", "--window", "9")
    assert code == 1 and "not both" in told


def test_more_games_than_can_be_dealt_in_seconds_are_refused() -> None:
    code, shown, told = call(str(EXAMPLE), "--more", "1000000")
    assert (code, shown) == (2, "") and "1000000 is not in the range 1<=x<=100000" in told


def test_games_that_are_left_out_are_counted(tmp_path: Path) -> None:
    head, *games = EXAMPLE.read_text(encoding="utf-8").splitlines()
    lines = [f"{head},order", *(f"{game},{int(place % 64 == 0)}" for place, game in enumerate(games))]
    (tmp_path / "orders.csv").write_text("\n".join(lines))
    code, shown, _ = call(str(tmp_path / "orders.csv"))
    assert code == 0 and "note: 14 of 896 games of this model and skill are left out: 14 with examples in" in shown
