"""The Inspect task on notes: stages as samples, roles, retries."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from inspect_ai import eval as run
from inspect_ai._util.error import PrerequisiteError
from inspect_ai.log import EvalLog, read_eval_log_sample, read_eval_log_sample_summaries

from quickstudy.reports.records import find_items, read_records
from quickstudy.tasks.memory import memory

SMALL: dict[str, Any] = {"generations": 2, "games": 2, "budget": 200, "chains": 2, "play_games": 2}


def evaluate(folder: Path, roles: dict[str, str] | None = None, **changes: Any) -> EvalLog:
    task = memory("tvafindil", **{**SMALL, **changes})
    model, given = "quickstudy/notebook", dict(roles or {})
    (log,) = run(task, model=model, model_roles=given, log_dir=str(folder), display="none")
    return log


def test_stages_are_samples_whose_notes_can_be_read_in_the_log(tmp_path: Path) -> None:
    log = evaluate(tmp_path)
    assert log.status == "success"
    names = {summary.id for summary in read_eval_log_sample_summaries(log.location)}
    stages = {f"tvafindil-chain{c}-generation{g}-{s}" for c in (0, 1) for g in (1, 2) for s in ("study", "play")}
    assert names == stages | {f"tvafindil-chain{c}-generation0-play" for c in (0, 1)}
    sample = read_eval_log_sample(log.location, "tvafindil-chain1-generation2-study", resolve_attachments=True)
    shown = [event.data for event in sample.events if event.event == "info"]
    assert any("**Edits:**" in str(data) and "+advice: from 4 games" in str(data) for data in shown)
    play = read_eval_log_sample(log.location, "tvafindil-chain1-generation2-play", resolve_attachments=True)
    assert "1. advice: from 4 games" in play.messages[0].text
    assert log.results is not None
    metrics = log.results.scores[0].metrics
    assert {"generation_strength", "forfeits"} & set(metrics) or any(name.startswith("g=") for name in metrics)
    kinds = [find_items(record) for _, record in read_records(tmp_path)]
    assert sorted(kinds) == ["games"] * 6 + ["notes"] * 4


def test_notes_are_read_in_rings_as_samples_of_their_own(tmp_path: Path) -> None:
    rings: dict[str, Any] = {"rings": ["skin", "sibling"], "ring_generations": "0,last"}
    log = evaluate(tmp_path, generations=1, chains=1, **rings)
    assert log.status == "success" and log.results is not None
    names = {summary.id for summary in read_eval_log_sample_summaries(log.location)}
    plays = {f"tvafindil-chain0-generation{g}-play{ring}" for g in (0, 1) for ring in ("", "-skin", "-sibling")}
    assert names == plays | {"tvafindil-chain0-generation1-study"}
    sample = read_eval_log_sample(log.location, "tvafindil-chain0-generation1-play-skin", resolve_attachments=True)
    assert "pieces: man is " in sample.messages[0].text and "1. advice: from 2 games" in sample.messages[0].text
    records = [record for _, record in read_records(tmp_path) if find_items(record) == "games"]
    assert sorted(record["cell"]["ring"] for record in records) == ["", "", "sibling", "sibling", "skin", "skin"]
    assert {name.split()[0] for name in log.results.scores[0].metrics if name.startswith("g=")} <= {"g=0", "g=1"}


def test_one_model_can_write_what_another_reads(tmp_path: Path) -> None:
    evaluate(tmp_path, {"author": "quickstudy/notebook-lines"}, generations=1, chains=1)
    plays = [record for _, record in read_records(tmp_path) if find_items(record) == "games"]
    assert {record["cell"]["model"] for record in plays} == {"quickstudy/notebook"}
    assert {record["cell"]["author"] for record in plays} == {"quickstudy/notebook-lines"}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"regime": "dream"}, "task parameter regime"),
        ({"kinds": "advice,joke"}, "task parameter kinds"),
        ({"budget": "much"}, "task parameter budget: 'much' is not a whole number"),
        ({"control": "sleep"}, "task parameter control"),
        ({"rings": "moon"}, "task parameter rings: choose from seen"),
        ({"rings": "skin", "ring_generations": 7}, "task parameter ring_generations: '7' is none"),
    ],
)
def test_a_wrong_parameter_is_a_sentence(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(PrerequisiteError, match=message):
        memory("tvafindil", **{**SMALL, **changes})
