"""The commands that make and screen games, as a user runs them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from quickstudy.benchmarks.cli import main
from quickstudy.tasks.games.game import load_game


def run(*words: str) -> str:
    result = CliRunner().invoke(main, list(words))
    assert result.exit_code == 0, result.output
    return result.stdout


def test_a_generated_game_is_written_shown_and_screened(tmp_path: Path) -> None:
    shown = run("generate", "--family", "line", "--seed", "1", "--out", str(tmp_path))
    path = Path(shown.rpartition("Written: ")[2].strip())
    assert load_game(str(path)).text in shown
    first = path.read_bytes()
    run("generate", "--family", "line", "--seed", "1", "--out", str(tmp_path))
    assert path.read_bytes() == first

    screened = run("screen", str(path), "--cheap", "--out", str(tmp_path / "report"))

    report = json.loads((tmp_path / "report" / "screening.json").read_text())
    assert report["rules_hash"] == load_game(str(path)).rules.hash
    verdict = f"{path.parent.name}: {'rejected' if report['reasons'] else 'passes the cheap step'}"
    assert verdict in screened and all(reason in screened for reason in report["reasons"])


def test_a_copy_of_a_game_of_the_catalogue_is_a_duplicate(tmp_path: Path) -> None:
    spec = tmp_path / "copied.json"
    spec.write_text(json.dumps({**load_game("tarsk").rules.to_json(), "name": "Copied"}))
    screened = run("screen", str(spec), "--cheap", "--out", str(tmp_path))
    assert "copied: rejected; duplicate: played like tarsk" in screened


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("generate", "--family", "chess", "--seed", "1"), "unknown family 'chess': choose one of connect"),
        (("screen", "nosuch"), "unknown game 'nosuch'"),
    ],
)
def test_what_is_not_known_is_refused_in_a_sentence(words: tuple[str, ...], named: str) -> None:
    result = CliRunner().invoke(main, list(words))
    assert result.exit_code == 1 and result.stderr.startswith(f"Error: {named}")


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for words in (["generate", "--family", "line", "--seed", "1"], ["screen", "tarsk", "--cheap"]):
        result = CliRunner().invoke(main, [*words, "--out", str(tmp_path / "file")])
        assert result.exit_code == 74 and result.stderr.startswith("Error: ") and "file" in result.stderr
