"""Reviews in Inspect: a role of their own, all of it in the log, and nothing paid twice after an interruption."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from inspect_ai import eval as run
from inspect_ai import eval_retry
from inspect_ai.log import EvalLog
from inspect_ai.model import ChatMessage, GenerateConfig, ModelOutput, ModelUsage, modelapi
from inspect_ai.tool import ToolChoice, ToolInfo

from quickstudy.reports.records import find_items, read_records
from quickstudy.tasks.learners.notebook import Notebook
from quickstudy.tasks.memory import memory
from tests.tasks.paid_provider import BREAKS_AT, CALLS, CountedAPI, forget_calls

SMALL: dict[str, Any] = {"generations": 1, "games": 2, "budget": 200, "chains": 1, "play_games": 2, "reviews": 2}


@modelapi("paid-reviews")
class PaidReviewsAPI(CountedAPI):
    """Plays, writes and reviews as the notebook does, and breaks down at the calls of `BREAKS_AT`."""

    async def generate(
        self, input: list[ChatMessage], tools: list[ToolInfo], tool_choice: ToolChoice, config: GenerateConfig
    ) -> ModelOutput:
        messages = [(str(message.role), message.text) for message in input]
        CALLS.append(json.dumps(messages))
        if len(CALLS) in BREAKS_AT:
            raise ConnectionError("the line went dead")
        output = ModelOutput.from_content(self.model_name, Notebook().answer(messages))
        output.usage = ModelUsage(input_tokens=90, output_tokens=10, total_tokens=100)
        return output


@pytest.fixture(autouse=True)
def fresh() -> None:
    forget_calls()


def evaluate(folder: Path, model: str = "quickstudy/notebook", roles: dict[str, Any] | None = None) -> EvalLog:
    options: dict[str, Any] = {"model_roles": roles or {}, "log_dir": str(folder), "display": "none", "max_samples": 1}
    (log,) = run(memory("velun", **SMALL), model=model, **options)
    return log


def stage_of(folder: Path) -> dict[str, Any]:
    """The record of the only study stage, which is in the log of each attempt that came so far."""
    records = [record for _, record in read_records(folder) if find_items(record) == "notes"]
    assert all(record == records[0] for record in records)
    return dict(records[0])


def test_a_review_by_another_model_is_in_the_log_with_regrets_and_repairs(tmp_path: Path) -> None:
    log = evaluate(tmp_path, roles={"reviewer": "quickstudy/notebook-lines"})
    assert log.status == "success"
    record = stage_of(tmp_path)
    assert (record["cell"]["reviews"], record["cell"]["reviewer"]) == (2, "quickstudy/notebook-lines")
    assert [review["game"] for review in record["reviews"]] == [0, 1] and record["regrets"] and record["repairs"]
    plays = [r["cell"]["reviewer"] for _, r in read_records(tmp_path) if find_items(r) == "games"]
    assert plays == ["quickstudy/notebook-lines"] * 2


@pytest.mark.slow
def test_what_was_paid_for_a_review_and_its_repairs_is_not_asked_for_again(tmp_path: Path) -> None:
    assert evaluate(tmp_path / "whole", "paid-reviews/one").status == "success"
    systems = [json.loads(call)[0][1] for call in CALLS]
    review, author = (next(i for i, text in enumerate(systems) if form in text) for form in ('"worst"', '"edits"'))
    last = len(systems)
    calls = len(CALLS)
    CALLS.clear()
    # in the second review, in the author's call, in the middle of what is asked again, and in the play stage
    BREAKS_AT.extend([review + 2, author + 2, author + 5, last])
    log = evaluate(tmp_path / "broken", "paid-reviews/one")
    tries = 0
    while log.status == "error":
        (log,) = eval_retry(log, log_dir=str(tmp_path / "broken"), display="none", max_samples=1)
        tries += 1
    assert tries >= 3 and log.status == "success"
    assert len(CALLS) == calls + tries, "each call that broke down is the only one made again"
    whole, broken = (stage_of(tmp_path / name) for name in ("whole", "broken"))
    for name in ("reviews", "regrets", "repairs", "notes", "replies"):
        assert whole[name] == broken[name]
    assert not list((tmp_path / "broken").rglob("*.journal")), "a whole log needs no journal"
