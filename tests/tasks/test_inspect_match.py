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

from quickstudy.reports.records import read_records
from quickstudy.reports.tables import read_games
from quickstudy.scorers.matching import Posterior, choose_level, freeze_prior
from quickstudy.tasks.inspect_match import InfrastructureError, read_output
from quickstudy.tasks.match import PhaseZero
from quickstudy.tasks.opponents.ladder import load_ladder
from tests.same_tables import same_games
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


def evaluate(folder: Path, asked: dict[str, Any] = SMALL, **options: Any) -> EvalLog:
    given = {"model": "paid/one", "max_samples": 1, "log_dir": str(folder), "display": "none", **options}
    (log,) = run_eval(TASK, task_args=asked, **given)
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


def priors(folder: Path) -> dict[tuple[int, int, int], dict[str, Any]]:
    """The records below a folder by n, set and match."""
    return {(r["cell"]["n"], r["set"], r["match"]): r for _, r in read_records(folder)}


def check_priors(records: dict[tuple[int, int, int], dict[str, Any]], ratings: Any) -> None:
    """Each match's prior is recomputed from the record of its cell's first match, as a verifier does."""
    for (n, number, _), record in records.items():
        first = records[n, 0, 0]
        told = PhaseZero.of_record(first)
        wanted = freeze_prior(ratings, told.games) if number else Posterior.wide(ratings)
        assert record["prior"] == {"phase_0": first["cell"]["cell_id"] if number else None, "digest": wanted.digest()}
        assert record["games"][0]["opponent"] == load_ladder("morvane").levels[choose_level(wanted, ratings)]


def test_further_sets_and_epochs_begin_from_the_first_match_of_their_cell(tmp_path: Path) -> None:
    log = evaluate(tmp_path, {**SMALL, "examples": [0, 1], "sets": 3}, epochs=2, max_samples=3)
    assert log.status == "success" and log.results is not None and log.results.completed_samples == 12
    records = priors(tmp_path)
    assert set(records) == {(n, number, match) for n in (0, 1) for number in range(3) for match in (0, 1)}
    check_priors(records, load_ladder("morvane").ratings)


def test_a_first_match_that_fails_holds_up_its_cell_alone_until_a_retry(tmp_path: Path) -> None:
    BREAKS_AT.append(2)
    asked = {**SMALL, "examples": [0, 1]}
    log = evaluate(tmp_path, asked, fail_on_error=False)
    failed = {str(sample.id): sample.error.message for sample in log.samples or [] if sample.error}
    assert set(failed) == {"morvane-n0-set0", "morvane-n0-set1"}
    assert "begins from what morvane-n0-set0 tells, which did not finish: retry" in failed["morvane-n0-set1"]
    (again,) = eval_retry(log, log_dir=str(tmp_path), display="none", max_samples=1)
    assert again.status == "success" and not any(sample.error for sample in again.samples or [])
    asked_in_all = len(CALLS)
    forget_calls()
    Path(log.location).unlink()
    check_priors(priors(tmp_path), load_ladder("morvane").ratings)
    evaluate(tmp_path / "whole", asked)
    assert same_games(read_games(tmp_path), read_games(tmp_path / "whole"))
    assert asked_in_all == len(CALLS) + 2, "what was asked anew is the call that broke down and the one before"


def test_a_retry_of_a_log_without_phase_zero_is_refused_and_asks_nothing(tmp_path: Path) -> None:
    BREAKS_AT.append(5)
    log = read_eval_log(evaluate(tmp_path).location)
    assert log.status == "error" and log.eval.metadata is not None
    del log.eval.metadata["phase_0"]
    write_eval_log(log, log.location)
    asked = len(CALLS)
    (again,) = eval_retry(log, log_dir=str(tmp_path), display="none", max_samples=1)
    assert again.status == "error" and again.error is not None and len(CALLS) == asked
    assert "was begun by a version without phase 0" in again.error.message


def test_a_later_set_by_itself_is_refused(tmp_path: Path) -> None:
    log = evaluate(tmp_path, sample_id="morvane-n0-set1")
    assert log.status == "error" and log.error is not None and "name set 0 too" in log.error.message


def test_a_phase_zero_played_elsewhere_is_begun_from(tmp_path: Path) -> None:
    evaluate(tmp_path / "whole")
    records = priors(tmp_path / "whole")
    told = {"n0": PhaseZero.of_record(records[0, 0, 0]).to_dict()}
    evaluate(tmp_path / "part", {**SMALL, "phase_0": told}, sample_id="morvane-n0-set1")
    (part,) = priors(tmp_path / "part").values()
    whole = records[0, 1, 0]
    assert (part["prior"], [g["moves"] for g in part["games"]]) == (
        whole["prior"],
        [g["moves"] for g in whole["games"]],
    )


def test_fixed_opponents_have_no_phase_zero(tmp_path: Path) -> None:
    log = evaluate(tmp_path, {**SMALL, "opponents": "random"}, sample_id="morvane-n0-set1")
    assert log.status == "success" and "phase_0" not in (log.eval.metadata or {})
    assert "prior" not in priors(tmp_path)[0, 1, 0]


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
