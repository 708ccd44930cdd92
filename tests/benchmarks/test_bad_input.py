"""What a user can get wrong on the command line: one sentence on standard error, an exit code, no traceback."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from quickstudy.benchmarks.cli import main
from quickstudy.tasks.study import Study
from quickstudy.tasks.window import reserve_position

GAME: dict[str, Any] = {
    "name": "Tiny",
    "board": {"shape": "square", "width": 3, "height": 3},
    "place": "any",
    "line": 3,
}
FLANKS = {"place": "flank", "effect": "flank_flip", "flank_length": 2}
SUITE = """
version: 1-A
title: Tiny
games: [morvane]
models: [quickstudy/random]
conditions:
  - examples: [0]
    sets: 1
"""


def refused(*words: str) -> Result:
    """Run the command in this process and check that it is refused with a sentence."""
    result = CliRunner().invoke(main, list(words))
    assert isinstance(result.exception, SystemExit), result.exception
    assert result.exit_code not in (0, 1) or result.stderr.startswith("Error: ")
    assert result.exit_code != 0
    assert result.stdout == ""
    lines = [line for line in result.stderr.splitlines() if line.startswith("Error: ")]
    assert len(lines) == 1 and len(lines[0]) > 20
    assert "Traceback" not in result.stderr
    return result


def test_unknown_game_lists_the_known_ones() -> None:
    for words in (["show", "nosuch"], ["play", "nosuch", "--level", "random"], ["run", "smoke", "--game", "nosuch"]):
        error = refused(*words).stderr
        assert "'nosuch'" in error and "morvane" in error


@pytest.mark.parametrize(
    "words",
    [
        ["run", "chess"],
        ["list-chess"],
        ["calibrate-chess", "fnipil"],
        ["probes-chess", "fnipil"],
        ["screen-chess", "fnipil"],
        ["games-chess", "orthodox", "--out", "games.pgn"],
    ],
)
def test_an_engine_that_is_not_there_is_a_sentence_for_every_command(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("QUICKSTUDY_UCI", str(tmp_path / "none"))
    assert "give the path of a UCI engine, or unset $QUICKSTUDY_UCI" in refused(*words).stderr


def test_unknown_suite_lists_the_known_ones() -> None:
    error = refused("run", "nosuch").stderr
    assert "'nosuch'" in error and "smoke" in error


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ("{bad", "line 1"),
        ("[]", "one JSON object"),
        (json.dumps({**GAME, "colour": 1}), "colour"),
        (json.dumps({**GAME, "place": "somewhere"}), "'somewhere'"),
        (json.dumps({**GAME, "line": 0}), "nobody could ever win"),
        (json.dumps({**GAME, "line": "3"}), "line"),
        (json.dumps({**GAME, "board": {**GAME["board"], "width": 99}}), "width"),
        (json.dumps({**GAME, "board": {**GAME["board"], "width": 9, "height": 8}}), "72 cells; at most 64"),
        (json.dumps({**GAME, "cap": 10**9}), "cap: 2 to 1000"),
        (json.dumps({**GAME, "cap": 4}), "cap: the game is over after 4 plies"),
        (json.dumps({**GAME, "cap": None}), "cap must be int"),
        (json.dumps({**GAME, "cap": float("nan")}), "NaN is not JSON"),
        (json.dumps(GAME).replace('"line": 3', '"line": 3, "line": 4'), "the key 'line' occurs twice"),
        (json.dumps({**GAME, "name": "x" * 2_000_000}), "more than 1048576 bytes"),
        (json.dumps({**GAME, "kinds": [{}] * 200_000}), "200000 entries; at most 64"),
        ("[" * 500_000, "nested too deep"),
        ('{"cap": ' + "9" * 500_000 + "}", "500000 digits"),
        (
            json.dumps({**GAME, "place": "flank", "effect": "flank_flip", "flank_length": 2, "setup_x": [["a1"]]}),
            "start",
        ),
    ],
)
def test_malformed_spec_names_the_file_and_the_fault(content: str, named: str, tmp_path: Path) -> None:
    path = tmp_path / "tiny.json"
    path.write_text(content)
    error = refused("show", str(path)).stderr
    assert str(path) in error and named in error


def test_spec_that_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "tiny.json"
    path.write_bytes(b"\xff\xfe\x00")
    assert str(path) in refused("show", str(path)).stderr


@pytest.mark.parametrize("n", ["70000", "x", "-1", "1.5", "0,0", "1;2", ",", "0,,1"])
def test_impossible_n_is_refused_before_anything_is_written(n: str, tmp_path: Path) -> None:
    error = refused("run", "smoke", "--game", "morvane", f"--n={n}", "--out", str(tmp_path / "out")).stderr
    assert "0,1,4,16" in error or "beyond the corpus" in error or "listed twice" in error
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("words", "option"),
    [
        (["run", "smoke"], "--n"),
        (["run", "ceiling-lite"], "--budget"),
        (["run", "ceiling-lite"], "--price"),
        (["run", "notes"], "--author"),
        (["validate"], "--only"),
        (["games-chess", "orthodox", "--games", "1", "--out", "games.pgn"], "--levels"),
        (["calibrate-chess", "orthodox"], "--engine"),
        (["fingerprint", "morvane"], "--version"),
    ],
)
@pytest.mark.parametrize("value", ["", " "])
def test_an_empty_option_is_refused_instead_of_being_left_out(
    words: list[str], option: str, value: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    error = refused(*words, option, value).stderr
    assert option in error and "leave the option out" in error
    assert not list(tmp_path.iterdir())


def test_a_file_of_games_that_cannot_be_written_is_found_out_before_they_are_played(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("quickstudy.tasks.examples.engine_games.write_games", lambda *_: pytest.fail("played"))
    path = tmp_path / "none" / "x.pgn"
    assert str(path) in refused("games-chess", "orthodox", "--games", "1", "--out", str(path)).stderr


@pytest.mark.parametrize("levels", ["nodes-1,random", "random,random"])
def test_levels_that_are_not_from_the_weakest_on_are_refused(levels: str, tmp_path: Path) -> None:
    path = tmp_path / "x.pgn"
    words = ["games-chess", "orthodox", "--games", "1", "--levels", levels, "--out", str(path)]
    assert "list each level once, weakest first" in refused(*words).stderr
    assert not path.exists()


@pytest.mark.parametrize(
    ("words", "file"), [(["show"], "none.json"), (["run", "smoke", "--game"], "none.json"), (["run"], "none.yaml")]
)
def test_a_file_that_is_not_there_is_no_unknown_name(words: list[str], file: str, tmp_path: Path) -> None:
    assert f"there is no file {tmp_path / file}" in refused(*words, str(tmp_path / file)).stderr
    (tmp_path / file).mkdir()
    assert f"{tmp_path / file} is a folder" in refused(*words, str(tmp_path / file)).stderr


def test_checks_without_a_number_are_refused() -> None:
    assert "--only: '' is no number" in refused("validate", "--only", ",").stderr


@pytest.mark.parametrize("command", ["run", "play"])
@pytest.mark.parametrize("below", ["file", "file/deeper"])
def test_folder_that_cannot_be_written_is_refused(command: str, below: str, tmp_path: Path) -> None:
    # a file in the way, because root may write everywhere
    (tmp_path / "file").write_text("kept")
    words = {"run": ["run", "smoke", "--game", "morvane", "--n", "0"], "play": ["play", "morvane", "--level", "random"]}
    error = refused(*words[command], "--out", str(tmp_path / below)).stderr
    assert str(tmp_path / "file") in error
    assert (tmp_path / "file").read_text() == "kept"


def test_unknown_level_lists_those_of_the_ladder() -> None:
    error = refused("play", "morvane", "--level", "nosuch").stderr
    assert "'nosuch'" in error and "random" in error


def test_unknown_learner_lists_the_known_ones(tmp_path: Path) -> None:
    error = refused("run", "smoke", "--model", "quickstudy/nobody", "--out", str(tmp_path / "out")).stderr
    assert "quickstudy/nobody" in error and "imitator" in error
    assert not (tmp_path / "out").exists()


def test_model_without_provider_is_refused() -> None:
    assert "PROVIDER/NAME" in refused("run", "smoke", "--model", "imitator").stderr


@pytest.mark.parametrize("words", [["smoke", "--model"], ["notes", "--author"]])
def test_model_of_an_unknown_provider_is_refused_before_anything_is_made(words: list[str], tmp_path: Path) -> None:
    result = refused("run", *words, "nosuch/a", "--out", str(tmp_path / "out"))
    assert "'nosuch/a': Inspect knows no provider 'nosuch'" in result.stderr and result.exit_code == 1
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(("option", "condition"), [("--n", "memory"), ("--n", "reading"), ("--sets", "reading")])
def test_an_option_that_no_task_of_a_suite_takes_is_refused(option: str, condition: str, tmp_path: Path) -> None:
    told = "task: memory" if condition == "memory" else "task: reading\n    notes_from: none.eval"
    (tmp_path / "tiny.yaml").write_text(SUITE.replace("examples: [0]", told).replace("    sets: 1\n", ""))
    error = refused("run", str(tmp_path / "tiny.yaml"), option, "4", "--out", str(tmp_path / "out")).stderr
    assert f"{option}: no condition of the suite tiny has" in error
    assert not (tmp_path / "out").exists()


def test_a_price_without_a_plan_is_refused(tmp_path: Path) -> None:
    error = refused("run", "smoke", "--price", "3,15", "--out", str(tmp_path / "out")).stderr
    assert "--price: the suite smoke has no plan" in error
    assert not (tmp_path / "out").exists()


def test_game_without_a_ladder_says_how_to_make_one(tmp_path: Path) -> None:
    (tmp_path / "tiny.json").write_text(json.dumps(GAME))
    for words in (["run", "smoke", "--game"], ["play", "--level", "random"]):
        error = refused(*words, str(tmp_path / "tiny.json")).stderr
        assert "no ladder" in error and "quickstudy calibrate" in error


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("title: Tiny", "title: Tiny\nspeed: 3", "speed"),
        ("title: Tiny", "", "title"),
        ("title: Tiny", "title: [1]", "title must be text"),
        ("title: Tiny", "title: ''", "title must be text"),
        ("version: 1-A", "version: banana", "as in 1-A, and not 'banana'"),
        ("version: 1-A", "version: 1", "as in 1-A, and not 1"),
        ("models:", "models: [quickstudy/imitator]\nmodels:", "the key 'models' occurs twice in one map (line 6)"),
        ("sets: 1", "sets: 1\n    sets: 2", "the key 'sets' occurs twice in one map (line 9)"),
        ("sets: 1", "sets: 2001-99-99", "month must be in 1..12"),
        ("sets: 1", f"sets: {'[' * 20_000}", "nested too deep"),
        ("sets: 1", "sets: 1\n    colour: red", "'colour'"),
        ("sets: 1", "sets: many", "sets"),
        ("sets: 1", "legal_moves: 3", "legal_moves"),
        ("sets: 1", "window: wide", "window"),
        ("sets: 1", "games_per_match: 3", "even number"),
        ("sets: 1", "rules: some", "full, none or wrong"),
        ("sets: 1", "opponents: [nosuch]", "'nosuch'"),
        ("sets: 1", "evidence: nosuch", "'nosuch'"),
        ("sets: 1", "evidence: other", "two games"),
        ("examples: [0]", "examples: [a]", "'a'"),
        ("examples: [0]", "examples: 0", "examples"),
        ("games: [morvane]", "games: []", "games"),
        ("games: [morvane]", "games: [morvane", "cannot read"),
        ("conditions:", "conditions: 3\nold:", "keys"),
    ],
)
def test_wrong_suite_file_names_the_key(old: str, new: str, named: str, tmp_path: Path) -> None:
    path = tmp_path / "tiny.yaml"
    path.write_text(SUITE.replace(old, new))
    assert named in refused("run", str(path), "--out", str(tmp_path / "out")).stderr
    assert not (tmp_path / "out").exists()


def test_tasks_that_fail_in_a_worker_are_named_with_their_reason(tmp_path: Path) -> None:
    # neither is known before a worker opens the model: its window, and that `openai-api` needs the name of a service
    window = reserve_position(Study("morvane")) + 8192 + 50
    (tmp_path / "tiny.yaml").write_text(
        SUITE.replace("sets: 1", f"sets: 1\n    window: {window}").replace(
            "quickstudy/random]", "quickstudy/random, openai-api/a]"
        )
    )
    result = refused("run", str(tmp_path / "tiny.yaml"), "--out", str(tmp_path / "out"), "--workers", "1")
    assert result.exit_code == 3
    assert "2 of 2 tasks did not finish" in result.stderr
    assert f"window of {window} tokens does not hold the rules of morvane beside" in result.stderr
    assert "openai-api/a morvane: " in result.stderr
    assert "run the same command again" in result.stderr
