"""The Inspect task on notes: stages as samples, roles, retries."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from inspect_ai import eval as run
from inspect_ai._util.error import PrerequisiteError
from inspect_ai.log import EvalLog, read_eval_log_sample, read_eval_log_sample_summaries
from inspect_ai.model import get_model

from quickstudy.reports.records import find_items, read_records
from quickstudy.tasks.memory import memory
from quickstudy.tasks.parameters import read_study
from quickstudy.tasks.window import fit_examples, reserve_position

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
    assert any("longest quote" in str(data) and "+advice: from 4 games" in str(data) for data in shown)
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


@pytest.mark.parametrize("most", [3, 60])
def test_a_study_stage_that_a_limit_ends_ends_its_chain_and_is_no_match(tmp_path: Path, most: int) -> None:
    task = memory("tvafindil", **{**SMALL, "games": 8, "chains": 1})
    (log,) = run(task, model="quickstudy/notebook", log_dir=str(tmp_path), display="none", message_limit=most)
    assert log.status == "success"
    stage, play = (f"tvafindil-chain0-generation{name}" for name in ("1-study", "0-play"))
    summaries = {summary.id: summary for summary in read_eval_log_sample_summaries(log.location)}
    assert set(summaries) == {stage, play} and summaries[stage].limit == "message"
    games = [record["games"] for _, record in read_records(tmp_path)]
    assert len(games) <= 1, "that of the play stage, as far as it came"
    scored = (read_eval_log_sample(log.location, stage).scores or {})["stage_score"]
    assert scored.reason == ("no_notes" if most == 60 else "no_games")


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


def test_examples_stand_beside_notes_as_many_as_the_window_holds(tmp_path: Path) -> None:
    log = evaluate(tmp_path, examples=64, window=13_000, generations=1)
    assert log.status == "success"
    records = [record for _, record in read_records(tmp_path)]
    held = {record["cell"]["n"] for record in records}
    assert len(held) == 1 and 0 < min(held) < 64, "in every set and stage the same"
    assert {record["cell"]["n_requested"] for record in records} == {64}
    play = read_eval_log_sample(log.location, "tvafindil-chain0-generation1-play", resolve_attachments=True)
    (n,) = held
    assert (play.metadata["n"], play.metadata["n_requested"]) == (n, 64)
    system = play.messages[0].text
    assert f"\nGame {n}: " in system and f"\nGame {n + 1}: " not in system and "1. advice: from 2 games" in system
    shown = [str(event.data) for event in play.events if event.event == "info"]
    assert any(f"**{n} of 64** examples" in data for data in shown)


def test_notes_take_room_from_examples() -> None:
    study, player = read_study("tvafindil", [64], None, sets=2), get_model("quickstudy/notebook")
    held = [asyncio.run(fit_examples(study, player, study.views[0], 13_000, notes)).m for notes in (None, 0, 200, 2000)]
    assert held == sorted(held, reverse=True) and held[0] > held[3] > 0


def test_a_window_without_room_for_the_notes_is_refused_before_anything_runs() -> None:
    study = read_study("tvafindil", [0], None, sets=2)
    room = reserve_position(study) + study.reply_tokens
    with pytest.raises(PrerequisiteError, match=r"does not hold the rules .* 400 for notes and 8192 for the reply"):
        memory("tvafindil", **{**SMALL, "window": room + 300})
    with pytest.raises(PrerequisiteError, match="task parameter window: 'wide' is not a whole number"):
        memory("tvafindil", **{**SMALL, "window": "wide"})


def test_the_strongest_control_and_the_matched_one_run_without_an_author(tmp_path: Path) -> None:
    for control in ("oracle", "matched"):
        log = evaluate(tmp_path / control, {"author": "mockllm/model"}, control=control, generations=1, chains=1)
        assert log.status == "success"
    kinds = [find_items(record) for _, record in read_records(tmp_path / "matched")]
    assert kinds == ["games"]
    oracle = [record for _, record in read_records(tmp_path / "oracle")]
    assert sorted(map(find_items, oracle)) == ["games"] * 2 + ["notes"]
    assert {record["cell"]["author"] for record in oracle} == {""}
