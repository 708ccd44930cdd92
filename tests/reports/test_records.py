"""Records and logs that are broken: a half-written end is passed over, other faults are sentences that name it."""

from __future__ import annotations

import json
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from inspect_ai import Task
from inspect_ai import eval as run_eval
from inspect_ai.dataset import Sample
from inspect_ai.log import EvalLog

from quickstudy.reports.tables import TableError, read_games
from tests.reports.records import record, rewrite, write
from tests.same_tables import same_games


@settings(max_examples=15)
@given(st.integers(0, 10**6))
def test_half_written_last_line_is_ignored(cut: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        path = write(Path(name), record("10"), record("01", column=1)) / "direct.jsonl"
        first, second = path.read_text().splitlines()
        path.write_text(first + "\n" + second[: cut % len(second)])
        assert list(read_games(Path(name))["set"]) == [0, 0]


def test_last_line_needs_no_newline(tmp_path: Path) -> None:
    path = write(tmp_path, record("10"), record("01", column=1)) / "direct.jsonl"
    path.write_text(path.read_text().rstrip("\n"))
    assert list(read_games(tmp_path)["set"]) == [0, 0, 1, 1]


def without(name: str) -> dict[str, Any]:
    broken = record("10")
    del broken["games"][1][name]
    return broken


def with_game(**fields: Any) -> dict[str, Any]:
    broken = record("10")
    broken["games"][1].update(fields)
    return broken


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ('{"cell": {"model": "qu', "not a match record"),
        ("[]", "not a record of games"),
        ("3", "not a record of games"),
        ('{"cell": 1, "set": 0, "match": 0, "games": []}', "not a record of games"),
        ("{}", "'cell'"),
        (json.dumps({**record("10"), "games": None}), "not a record of games"),
        (json.dumps(without("opening")), "no field 'opening'"),
        (json.dumps(with_game(outcome="victory")), "unknown outcome 'victory'"),
        (json.dumps(with_game(result=1.0)), "contradicts its outcome"),
        (json.dumps(with_game(result=None)), "contradicts its outcome"),
        (json.dumps(with_game(forfeit=1)), "contradicts its outcome"),
    ],
)
def test_broken_line_is_a_sentence_that_names_file_and_line(line: str, named: str, tmp_path: Path) -> None:
    path = write(tmp_path, record("10")) / "direct.jsonl"
    whole = path.read_text()
    path.write_text(whole + line + "\n" + whole)
    with pytest.raises(TableError) as caught:
        read_games(tmp_path)
    message = str(caught.value)
    assert message.startswith(f"{path}, line 2: ") and named in message and "\n" not in message


def with_cell(**conditions: Any) -> dict[str, Any]:
    broken = record("10")
    broken["cell"].update(conditions)
    return broken


@pytest.mark.parametrize(
    ("broken", "named"),
    [
        (with_game(plies="many"), 'plies must be a whole number from 0, and is "many"'),
        (with_game(plies=-3), "plies must be a whole number from 0, and is -3"),
        (with_game(opponent_elo="x"), 'opponent_elo must be a number, and is "x"'),
        (with_game(opponent_elo=float("nan")), "opponent_elo must be a number, and is NaN"),
        (with_game(opponent_elo=None), "opponent_elo must be a number, and is null"),
        (with_game(seed="x"), 'seed must be a whole number, and is "x"'),
        (with_game(moves=["a1"]), 'moves must be text, and is ["a1"]'),
        (with_cell(model=None), "model must be text, and is null"),
        (with_cell(cell_id=["x"]), 'cell_id must be text, and is ["x"]'),
        (with_cell(n=-1), "n must be a whole number from 0, and is -1"),
        (with_cell(n="x"), 'n must be a whole number from 0, and is "x"'),
        (with_cell(legal_moves=1), "legal_moves must be true or false, and is 1"),
        (record("10") | {"set": "x"}, 'set must be a whole number from 0, and is "x"'),
        (record("10") | {"match": 1.5}, "match must be a whole number from 0, and is 1.5"),
    ],
)
def test_field_of_the_wrong_kind_is_a_sentence_that_names_file_and_line(
    broken: dict[str, Any], named: str, tmp_path: Path
) -> None:
    path = write(tmp_path, record("10"), broken) / "direct.jsonl"
    with pytest.raises(TableError) as caught:
        read_games(tmp_path)
    assert str(caught.value) == f"{path}, line 2: {named}"


def test_copies_of_a_match_that_contradict_each_other_are_named(tmp_path: Path) -> None:
    first = write(tmp_path, record("10"), name="a.jsonl") / "a.jsonl"
    second = write(tmp_path, record("11"), name="b.jsonl") / "b.jsonl"
    with pytest.raises(TableError) as caught:
        read_games(tmp_path)
    assert str(caught.value) == (
        f"{second}, line 1: the same match (set 0, match 0) has other games than in {first}, line 1: "
        "remove one of the two"
    )


def test_a_zip_that_is_no_log_is_named(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "other.eval", "w") as other:
        other.writestr("header.json", "{}")
    with pytest.raises(TableError, match=r"cannot read the log .*other\.eval: "):
        read_games(tmp_path)


def test_folder_without_logs_is_a_sentence(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(TableError, match=r"^no logs .* in .*run a suite first"):
            read_games(folder)


def test_logs_without_a_finished_match_are_a_sentence(evaluated: Path, tmp_path: Path) -> None:
    def interrupt(log: EvalLog) -> None:
        log.status, log.samples = "started", []

    write(tmp_path, name="empty.jsonl")
    write(tmp_path, {**record("1"), "games": []}, name="no_games.jsonl")
    rewrite(evaluated, tmp_path / "a.eval", interrupt)
    # somebody else's evaluation
    run_eval(Task([Sample("one")], name="other"), model="quickstudy/random", log_dir=str(tmp_path), display="none")
    assert len(list(tmp_path.glob("*.eval"))) == 2
    with pytest.raises(TableError, match=r"^no finished match in "):
        read_games(tmp_path)


@pytest.mark.parametrize(
    ("name", "keep"),
    [("a.eval", 0), ("a.eval", 10), ("a.eval", 1000), ("a.eval", -30), ("a.jsonl", 0), ("a.jsonl", -1)],
)
def test_corrupt_file_is_a_sentence_that_names_it(name: str, keep: int, evaluated: Path, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(evaluated.read_bytes()[:keep] if keep else b"\xff\xfe not a log")
    write(tmp_path, record("10"))
    with pytest.raises(TableError) as caught:
        read_games(tmp_path)
    message = str(caught.value)
    assert message.startswith("cannot read the ") and str(tmp_path / name) in message and "\n" not in message


@settings(max_examples=40)
@given(place=st.integers(0, 10**6), change=st.integers(1, 255))
def test_changed_byte_of_a_log_never_makes_other_games(place: int, change: int, evaluated: Path) -> None:
    with tempfile.TemporaryDirectory() as name:
        content = bytearray(evaluated.read_bytes())
        content[place % len(content)] ^= change
        (Path(name) / "a.eval").write_bytes(content)
        try:
            games = read_games(Path(name))
        except TableError as error:
            assert "\n" not in str(error)
        else:
            assert same_games(games, read_games(evaluated.parent))
