"""The Inspect task of the report test: the same as a direct run, shown in the log, resumed without asking twice."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from inspect_ai import eval as run_eval
from inspect_ai import eval_retry
from inspect_ai._util.error import PrerequisiteError
from inspect_ai.log import EvalLog

from quickstudy.reports.report_test import read_reports
from quickstudy.scorers.recall import View
from quickstudy.tasks.board_report import board_report
from quickstudy.tasks.direct import report_study, write_records
from quickstudy.tasks.study import Study
from tests.same_tables import same_reports
from tests.tasks.paid_provider import BREAKS_AT, CALLS, forget_calls

SMALL: dict[str, Any] = {"game": "morvane", "examples": [0, 4], "sets": 2, "most": 3, "teacher": "mcts-100"}
STUDY = Study("morvane", examples=(0, 4), sets=2, teacher="mcts-100")


@pytest.fixture(autouse=True)
def fresh() -> None:
    forget_calls()


def evaluate(folder: Path, model: str = "quickstudy/weigher", **arguments: Any) -> EvalLog:
    options = {name: arguments.pop(name) for name in ("epochs",) if name in arguments}
    (log,) = run_eval(
        "quickstudy/board_report",
        task_args={**SMALL, **arguments},
        model=model,
        max_samples=1,
        log_dir=str(folder),
        display="none",
        **options,
    )
    return log


def test_a_log_holds_the_reports_of_a_direct_run_and_shows_them(tmp_path: Path) -> None:
    log = evaluate(tmp_path / "log")
    write_records(report_study(STUDY, "quickstudy/weigher", 3), tmp_path / "direct" / "a.jsonl")
    cues, direct = read_reports(tmp_path / "log"), read_reports(tmp_path / "direct")
    assert same_reports(cues, direct) and set(cues["most"]) == {3}
    for sample in log.samples or []:
        record = sample.store["ReportStore:record"]
        first, question, reply = sample.messages
        assert first.text == STUDY.write_system(View.plain(sample.metadata["n"]), sample.metadata["set"])
        assert question.text.startswith("## Cues\n") and reply.text == record["answers"][0]["text"]
        named = sorted((cue["rank"], cue["cue"], cue["want"]) for cue in record["cues"] if cue["rank"])
        told = ", ".join(f"{'+' if want == 'more' else '-'}{cue}" for _, cue, want in named)
        assert sample.scores is not None
        score = sample.scores["report_score"]
        assert score.answer == (told or "nothing")
        assert isinstance(score.value, dict) and (score.value["told"], score.value["forfeits"]) == (len(named), 0.0)
    assert log.results is not None
    shown = {name: metric.value for score in log.results.scores for name, metric in score.metrics.items()}
    assert shown["n=0"] == 0.0 and 0.0 < shown["n=4"] <= 3.0 and shown["readability"] == 1.0


def test_replies_paid_before_interruptions_are_not_asked_for_again(tmp_path: Path) -> None:
    arguments: dict[str, Any] = {"model": "paid-probes/one", "examples": [4]}
    assert evaluate(tmp_path / "whole", **arguments).status == "success"
    calls = len(CALLS)
    assert calls == 2 * 3, "its answers hold no list, so that each set is asked with both retries"
    CALLS.clear()
    BREAKS_AT.append(calls // 2 + 1)
    log = evaluate(tmp_path / "broken", **arguments)
    assert log.status == "error" and list((tmp_path / "broken").rglob("*.journal"))
    (log,) = eval_retry(log, log_dir=str(tmp_path / "broken"), display="none", max_samples=1)
    assert log.status == "success" and len(CALLS) == calls + 1
    whole = read_reports(tmp_path / "whole")
    assert same_reports(read_reports(tmp_path / "broken"), whole) and set(whole["forfeit"]) == {1}


def test_each_epoch_is_an_answer_of_its_own(tmp_path: Path) -> None:
    evaluate(tmp_path, examples=[0], epochs=2)
    assert sorted(set(read_reports(tmp_path)["match"])) == [0, 1]


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ({"game": "nosuch"}, "'nosuch'"),
        ({"most": 0}, "most: choose 1 to"),
        ({"most": "all"}, "'all' is not a whole number"),
        ({"most": True}, "True is not a whole number"),
        ({"rules": "some"}, "full, none or wrong"),
        ({"window": 10}, "the context window of 10 tokens does not hold"),
    ],
)
def test_impossible_parameters_are_refused_in_a_sentence(arguments: dict[str, Any], named: str) -> None:
    with pytest.raises(PrerequisiteError) as caught:
        board_report(**{"game": "morvane", **arguments})
    message = str(caught.value.message)
    assert named in message and "\n" not in message
