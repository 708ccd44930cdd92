"""Matches inside Inspect: what is an answer, what is a fault, and what survives interruptions and limits."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from inspect_ai import eval as run_eval
from inspect_ai import eval_retry
from inspect_ai.log import EvalLog, read_eval_log, write_eval_log
from inspect_ai.model import ChatMessage, GenerateConfig, ModelOutput, ModelUsage, modelapi
from inspect_ai.tool import ToolChoice, ToolInfo

from quickstudy.reports.tables import read_games, same_games
from quickstudy.tasks.inspect_match import InfrastructureError, read_output
from tests.tasks.paid_provider import BREAKS_AT, CALLS, CountedAPI, forget_calls

TASK = "quickstudy/board_game"
SMALL: dict[str, Any] = {"game": "morvane", "examples": [0], "sets": 2, "games_per_match": 2, "legal_moves": True}


@modelapi("full")
class FullAPI(CountedAPI):
    """A provider whose window is smaller than Inspect knows: it says so in place of an answer."""

    async def generate(
        self, input: list[ChatMessage], tools: list[ToolInfo], tool_choice: ToolChoice, config: GenerateConfig
    ) -> ModelOutput:
        return ModelOutput.from_content(self.model_name, "maximum context length is 8", stop_reason="model_length")


@pytest.fixture(autouse=True)
def fresh() -> None:
    forget_calls()


def evaluate(folder: Path, **options: Any) -> EvalLog:
    given = {"model": "paid/one", "max_samples": 1, "log_dir": str(folder), "display": "none", **options}
    (log,) = run_eval(TASK, task_args=SMALL, **given)
    return log


def test_replies_paid_before_interruptions_are_not_asked_for_again(tmp_path: Path) -> None:
    whole = evaluate(tmp_path / "whole")
    assert whole.status == "success"
    calls = len(CALLS)
    CALLS.clear()
    BREAKS_AT.extend([5, calls - 1])
    log = evaluate(tmp_path / "broken")
    assert log.status == "error" and list((tmp_path / "broken").rglob("*.journal"))
    for status in ("error", "success"):
        (log,) = eval_retry(log, log_dir=str(tmp_path / "broken"), display="none", max_samples=1)
        assert log.status == status
    assert len(CALLS) == calls + 2  # each call that broke down is the only one made again
    assert not list((tmp_path / "broken").rglob("*.journal")), "a whole log needs no journal"
    assert same_games(read_games(tmp_path / "broken"), read_games(tmp_path / "whole"))


def test_two_evaluations_in_one_folder_share_no_replies(tmp_path: Path) -> None:
    BREAKS_AT.append(5)
    evaluate(tmp_path)
    asked = len(CALLS)
    CALLS.clear()
    BREAKS_AT.clear()
    evaluate(tmp_path)
    assert len(CALLS) > asked and CALLS[0].count("## Position")


def test_games_finished_before_a_limit_count(tmp_path: Path) -> None:
    evaluate(tmp_path / "whole")
    whole = read_games(tmp_path / "whole")
    first = whole[(whole["set"] == 0) & (whole["game"] == 0)]
    limit = 100 * (int(first["asked"].iloc[0]) + 1)  # ends in the second game of each match, or later
    log = evaluate(tmp_path / "limited", token_limit=limit)
    limited = read_games(tmp_path / "limited")
    assert log.status == "success" and any(sample.limit for sample in log.samples or [])
    assert 1 <= len(limited) < len(whole)
    kept = whole.merge(limited[["set", "game"]], on=["set", "game"])
    assert list(kept["moves"]) == list(limited["moves"])


def test_a_finished_match_whose_store_was_not_restored_counts(tmp_path: Path) -> None:
    log = read_eval_log(evaluate(tmp_path / "whole").location)
    for sample in log.samples or []:
        sample.store = {}
    (tmp_path / "restored").mkdir()
    write_eval_log(log, str(tmp_path / "restored" / "log.eval"))
    assert same_games(read_games(tmp_path / "restored"), read_games(tmp_path / "whole"))


def output(text: str, stop: Any = "stop", written: int | None = 5, error: str | None = None) -> ModelOutput:
    made = ModelOutput.from_content("m", text, stop_reason=stop, error=error)
    made.usage = (
        None if written is None else ModelUsage(input_tokens=9, output_tokens=written, total_tokens=9 + written)
    )
    return made


@pytest.mark.parametrize(
    ("made", "told"),
    [
        (output("", "unknown", 0, "server exploded"), "server exploded"),
        (output("server exploded", "stop", 3, "server exploded"), "server exploded"),
        (ModelOutput(model="m", choices=[]), "empty"),
        (output("prompt is too long: 9 > 8", "model_length", None), "does not fit the model's context window"),
        (output("", "model_length", 0), "task parameter window"),
    ],
)
def test_faults_of_the_provider_are_no_answers(made: ModelOutput, told: str) -> None:
    with pytest.raises(InfrastructureError, match=told):
        read_output(made)


@pytest.mark.parametrize(
    ("made", "stop"),
    [
        (output("c3"), "stop"),
        (output(""), "stop"),
        (output("I will not", "content_filter", 3, "refused"), "content_filter"),
        (output("Let me think", "max_tokens"), "max_tokens"),
        (output("Let me think", "model_length"), "model_length"),
        (output("c3", "stop", None), "stop"),
    ],
)
def test_whatever_a_model_says_is_an_answer(made: ModelOutput, stop: str) -> None:
    reply = read_output(made)
    assert (reply.text, reply.stop) == (made.completion, stop)
    assert (reply.input_tokens, reply.output_tokens) == ((9, made.usage.output_tokens) if made.usage else (0, 0))


def test_a_prompt_beyond_an_unknown_window_is_an_error_and_no_forfeit(tmp_path: Path) -> None:
    log = evaluate(tmp_path, model="full/one")
    assert log.status == "error" and log.error is not None
    assert "task parameter window" in log.error.message
    assert not any(sample.scores for sample in log.samples or [])
