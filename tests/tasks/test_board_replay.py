"""The Inspect task on replays: the same as a direct run, shown in the log, resumed without asking twice."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from inspect_ai import eval as run_eval
from inspect_ai import eval_retry
from inspect_ai._util.error import PrerequisiteError
from inspect_ai.log import EvalLog, read_eval_log, write_eval_log

from quickstudy.reports.replays import read_replays
from quickstudy.reports.tables import TableError, read_games
from quickstudy.scorers.recall import View
from quickstudy.tasks.board_replay import board_replay
from quickstudy.tasks.direct import replay_study, write_records
from quickstudy.tasks.study import Study
from tests.same_tables import same_replays
from tests.tasks.paid_provider import BREAKS_AT, CALLS, forget_calls

SMALL: dict[str, Any] = {"game": "morvane", "examples": [1, 3], "sets": 2, "places": 2, "moves": 3, "teacher": "random"}
STUDY = Study("morvane", examples=(1, 3), sets=2, teacher="random")


@pytest.fixture(autouse=True)
def fresh() -> None:
    forget_calls()


def evaluate(folder: Path, model: str = "quickstudy/copycat", **arguments: Any) -> EvalLog:
    options = {name: arguments.pop(name) for name in ("token_limit", "epochs") if name in arguments}
    (log,) = run_eval(
        "quickstudy/board_replay",
        task_args={**SMALL, **arguments},
        model=model,
        max_samples=1,
        log_dir=str(folder),
        display="none",
        **options,
    )
    return log


def test_a_log_holds_the_moves_of_a_direct_run_and_shows_them(tmp_path: Path) -> None:
    log = evaluate(tmp_path / "log")
    write_records(replay_study(STUDY, "quickstudy/copycat", 2, 3), tmp_path / "direct" / "a.jsonl")
    moves, direct = read_replays(tmp_path / "log"), read_replays(tmp_path / "direct")
    assert same_replays(moves, direct) and len(moves) == 2 * (1 + 2) * 3
    assert (moves["reproduced"] == 1).all() and not same_replays(moves, direct.assign(ply=9))
    for sample in log.samples or []:
        record = sample.store["ReplayStore:record"]
        first, *turns = sample.messages
        assert first.text == STUDY.write_system(View.plain(sample.metadata["n"]), sample.metadata["set"])
        assert [turn.role for turn in turns] == ["user", "assistant"] * len(record["replays"])
        for question, move in zip(turns[::2], record["replays"], strict=True):
            assert f"Moves so far: {move['moves']}\n" in question.text and f"Game {move['number']} " in question.text
        assert sample.scores is not None
        value = sample.scores["replay_score"].value
        assert isinstance(value, dict) and (value["recall"], value["forfeits"]) == (1.0, 0.0)
    assert log.results is not None
    shown = {name: metric.value for score in log.results.scores for name, metric in score.metrics.items()}
    assert (shown["n=1"], shown["n=3"], shown["n=3 high"]) == (1.0, 1.0, 1.0)
    assert shown["n=3 low"] < 1.0 and 0.0 < shown["n=3 chance"] < 0.5
    with pytest.raises(TableError, match="no finished match"):
        read_games(tmp_path / "log")


def test_replies_paid_before_interruptions_are_not_asked_for_again(tmp_path: Path) -> None:
    arguments: dict[str, Any] = {"model": "paid-probes/one", "legal_moves": True, "examples": [3]}
    assert evaluate(tmp_path / "whole", **arguments).status == "success"
    calls = len(CALLS)
    CALLS.clear()
    BREAKS_AT.append(calls // 2)
    log = evaluate(tmp_path / "broken", **arguments)
    assert log.status == "error" and list((tmp_path / "broken").rglob("*.journal"))
    (log,) = eval_retry(log, log_dir=str(tmp_path / "broken"), display="none", max_samples=1)
    assert log.status == "success" and len(CALLS) == calls + 1
    assert same_replays(read_replays(tmp_path / "broken"), read_replays(tmp_path / "whole"))


@pytest.mark.slow
def test_moves_before_a_limit_count_and_a_whole_copy_counts_more(tmp_path: Path) -> None:
    arguments: dict[str, Any] = {"model": "paid-probes/one", "legal_moves": True, "examples": [3], "retries": 0}
    evaluate(tmp_path / "whole", **arguments)
    log = evaluate(tmp_path / "limited", token_limit=250, **arguments)
    assert any(sample.limit for sample in log.samples or [])
    limited, whole = (read_replays(tmp_path / name) for name in ("limited", "whole"))
    assert 0 < len(limited) < len(whole) and same_replays(read_replays(tmp_path), whole)


@pytest.mark.slow
def test_a_replay_whose_store_was_not_restored_counts(tmp_path: Path) -> None:
    log = read_eval_log(evaluate(tmp_path / "whole", examples=[1], epochs=2).location)
    for sample in log.samples or []:
        sample.store = {}
    (tmp_path / "restored").mkdir()
    write_eval_log(log, str(tmp_path / "restored" / "log.eval"))
    whole = read_replays(tmp_path / "whole")
    assert same_replays(read_replays(tmp_path / "restored"), whole)
    assert sorted(set(whole["match"])) == [0, 1], "each epoch is a replay of its own"


def test_a_window_shows_fewer_games_and_asks_for_those(tmp_path: Path) -> None:
    evaluate(tmp_path, examples=[40], sets=1, window=4700, reply_tokens=1000, places=3)
    moves = read_replays(tmp_path)
    (n,) = set(moves["n"])
    assert 1 < n < 40 and sorted(set(moves["number"]))[-1] == n and (moves["reproduced"] == 1).all()


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ({"game": "nosuch"}, "'nosuch'"),
        ({"places": 0}, "places: choose 1 to"),
        ({"moves": "all"}, "'all' is not a whole number"),
        ({"moves": True}, "True is not a whole number"),
        ({"examples": [0, 1]}, "n = 0 shows no game"),
        ({"layouts": "filler", "slots": 4}, "filler has no one place"),
        ({"rules": "some"}, "full, none or wrong"),
        ({"window": 10}, "the context window of 10 tokens does not hold"),
    ],
)
def test_impossible_parameters_are_refused_in_a_sentence(arguments: dict[str, Any], named: str) -> None:
    with pytest.raises(PrerequisiteError) as caught:
        board_replay(**{"game": "morvane", **arguments})
    message = str(caught.value.message)
    assert named in message and "\n" not in message
