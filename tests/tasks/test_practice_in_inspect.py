"""The regimes `practice` and `study` as Inspect runs them: samples, transcripts, and replies that are paid once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from inspect_ai import eval as run
from inspect_ai import eval_retry
from inspect_ai._util.error import PrerequisiteError
from inspect_ai.log import EvalLog, read_eval_log_sample
from inspect_ai.model import ChatMessage, GenerateConfig, ModelOutput, ModelUsage, modelapi
from inspect_ai.tool import ToolChoice, ToolInfo

from quickstudy.reports.records import find_items, read_records
from quickstudy.tasks.learners.notebook import Notebook
from quickstudy.tasks.memory import memory
from tests.tasks.paid_provider import BREAKS_AT, CALLS, CountedAPI, forget_calls

SMALL: dict[str, Any] = {"generations": 1, "games": 4, "budget": 1000, "chains": 1, "play_games": 2}
PRACTICE: dict[str, Any] = {"regime": "practice", "games": 16, "verifier_calls": 6, "own_tasks": 2}


@modelapi("paid-notebook")
class PaidNotebookAPI(CountedAPI):
    """Practises, plays and writes as an embedded learner does, and breaks down at the calls of `BREAKS_AT`."""

    async def generate(
        self, input: list[ChatMessage], tools: list[ToolInfo], tool_choice: ToolChoice, config: GenerateConfig
    ) -> ModelOutput:
        CALLS.append(input[-1].text)
        if len(CALLS) in BREAKS_AT:
            raise ConnectionError("the line went dead")
        reply = Notebook().answer([(message.role, message.text) for message in input])
        output = ModelOutput.from_content(self.model_name, reply)
        output.usage = ModelUsage(input_tokens=90, output_tokens=10, total_tokens=100)
        return output


@pytest.fixture(autouse=True)
def fresh() -> None:
    forget_calls()


def evaluate(folder: Path, model: str = "quickstudy/notebook", **changes: Any) -> EvalLog:
    # by its name in the registry, so that a log can be retried
    (log,) = run(
        "quickstudy/memory",
        task_args={"game": "tvafindil", **SMALL, **changes},
        model=model,
        log_dir=str(folder),
        display="none",
        max_samples=1,
    )
    return log


def read_stages(folder: Path) -> list[dict[str, Any]]:
    return [record for _, record in read_records(folder) if find_items(record) == "notes"]


def test_a_practice_can_be_read_in_the_log(tmp_path: Path) -> None:
    log = evaluate(tmp_path, **PRACTICE)
    assert log.status == "success"
    study = read_eval_log_sample(log.location, "tvafindil-chain0-generation1-study", resolve_attachments=True)
    assert "practises with 6 answers of the rules" in str(study.input)
    shown = [str(event.data) for event in study.events if event.event == "info"]
    assert any("4 questions (" in text and "2 tasks, 1.00 of them valid" in text for text in shown)
    asked = [event.input[0].text for event in study.events if event.event == "model"]
    assert sum("practise for a board game" in text for text in asked) == 4
    assert sum("You make training tasks" in text for text in asked) == 1
    assert sum("You are asked a question" in text for text in asked) == 2
    (record,) = read_stages(tmp_path)
    assert record["practice"]["score"]["asked"] == 4 and record["tokens"] <= 1000


def test_a_choice_is_played_with_in_the_next_stage(tmp_path: Path) -> None:
    log = evaluate(tmp_path, regime="study", keep=2)
    assert log.status == "success"
    (record,) = read_stages(tmp_path)
    play = read_eval_log_sample(log.location, "tvafindil-chain0-generation1-play", resolve_attachments=True)
    for _, line in record["notes"]:
        assert f": {line}\n" in play.messages[0].text
    assert play.messages[0].text.count("\nGame ") == 2
    study = read_eval_log_sample(log.location, "tvafindil-chain0-generation1-study", resolve_attachments=True)
    assert "chooses among 4 games" in str(study.input)


def test_replies_of_a_practice_are_paid_once(tmp_path: Path) -> None:
    assert evaluate(tmp_path / "whole", "paid-notebook/one", **PRACTICE).status == "success"
    calls = len(CALLS)
    first = next(i for i, text in enumerate(CALLS, 1) if text.startswith("## Answers"))
    solving = next(i for i, text in enumerate(CALLS, 1) if "## Task" in text)
    forget_calls()
    BREAKS_AT.extend([first + 2, solving + 2])
    log = evaluate(tmp_path / "broken", "paid-notebook/one", **PRACTICE)
    for status in ("error", "success"):
        assert log.status == "error" and list((tmp_path / "broken").rglob("*.journal"))
        (log,) = eval_retry(log, log_dir=str(tmp_path / "broken"), display="none", max_samples=1)
        assert log.status == status
    assert len(CALLS) == calls + 2, "each call that broke down is the only one made again"
    whole, broken = read_stages(tmp_path / "whole"), read_stages(tmp_path / "broken")
    assert [(r["digest"], r["practice"]) for r in broken] == [(r["digest"], r["practice"]) for r in whole]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"verifier_calls": "many"}, "task parameter verifier_calls: 'many' is not a whole number"),
        ({"regime": "practice", "own_tasks": 64}, "task parameter own_tasks: choose fewer"),
        ({"regime": "study", "examples": 3}, "task parameter examples: those that are kept"),
        ({"artefact": "examples"}, "task parameter artefact"),
    ],
)
def test_a_wrong_parameter_is_a_sentence(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(PrerequisiteError, match=message):
        memory("tvafindil", **{**SMALL, **changes})
