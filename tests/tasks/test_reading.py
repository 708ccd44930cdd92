"""The Inspect task of reading: a sample for each chain, named by what is read, and audited."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from inspect_ai import eval as run
from inspect_ai._util.error import PrerequisiteError
from inspect_ai.log import EvalLog, read_eval_log_sample, read_eval_log_sample_summaries

from quickstudy.reports.records import find_items, read_records
from quickstudy.tasks.chains.artefacts import Artefact
from quickstudy.tasks.inspect_reading import read_artefact
from quickstudy.tasks.match import MatchPlan, play_match
from quickstudy.tasks.memory import memory
from quickstudy.tasks.reading import reading
from quickstudy.tasks.regimes.notes import Item, Notes

GAME = "tvafindil"


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The log of a small course."""
    task = memory(GAME, generations=1, games=2, budget=200, chains=2, play_games=2)
    (log,) = run(task, model="quickstudy/notebook", log_dir=str(tmp_path_factory.mktemp("written")), display="none")
    assert log.status == "success"
    return Path(log.location.removeprefix("file://"))


def read(written: Path, folder: Path) -> EvalLog:
    task = reading(GAME, str(written), play_games=2)
    (log,) = run(task, model="quickstudy/notebook-lines", log_dir=str(folder), display="none")
    return log


def test_each_chain_is_a_sample_named_by_its_artefact(written: Path, tmp_path: Path) -> None:
    log, artefact = read(written, tmp_path), read_artefact(written, GAME, 2)
    assert log.status == "success" and log.eval.metadata is not None
    assert log.eval.metadata["artefact"] == artefact.digest
    names = [summary.id for summary in read_eval_log_sample_summaries(log.location)]
    assert sorted(names) == [f"{GAME}-chain{chain}-generation1-{artefact.digest}" for chain in (0, 1)]
    sample = read_eval_log_sample(log.location, names[0], resolve_attachments=True)
    notes = artefact.notes[int(sample.metadata["chain"])]
    assert notes.text in sample.messages[0].text and sample.metadata["digest"] == notes.digest
    records = [record for _, record in read_records(tmp_path)]
    assert {find_items(record) for record in records} == {"games"}
    assert {record["cell"]["author"] for record in records} == {"quickstudy/notebook"}
    assert {record["cell"]["notes_hash"] for record in records} == {artefact.digest}


def test_a_prompt_with_other_notes_fails_the_audit(
    written: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def smuggle(plan: MatchPlan, *rest: Any) -> Any:
        """What is sent says more than the plan."""
        return await play_match(replace(plan, system=f"{plan.system}\nmore"), *rest)

    monkeypatch.setattr("quickstudy.tasks.inspect_chain.play_match", smuggle)
    log = read(written, tmp_path)
    assert log.status == "error" and log.error is not None
    assert "is not what rules, notes and position make" in log.error.message


def test_other_notes_have_other_sample_names(written: Path) -> None:
    found = read_artefact(written, GAME, 2)
    other = Artefact(found.course, 1, found.author, {**found.notes, 1: Notes((Item("advice", "win"),))})
    assert other.digest != found.digest


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"notes_from": "nowhere.eval"}, "notes_from: cannot read nowhere.eval"),
        ({"play_games": 3}, "play_games: give an even number"),
        ({"generation": -1}, "generation: choose 1 or more, or 0"),
        ({"generation": "last"}, "generation: 'last' is not a whole number"),
        ({"generation": 2}, "generation: .* has notes of generations 1 to 1 of every chain"),
        ({"game": "velun"}, "has no notes on velun"),
    ],
)
def test_a_wrong_parameter_is_a_sentence(written: Path, changes: dict[str, Any], message: str) -> None:
    given: dict[str, Any] = {"game": GAME, "notes_from": str(written), **changes}
    with pytest.raises(PrerequisiteError, match=message):
        reading(**given)


def test_a_file_that_is_no_log_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "broken.eval").write_text("no log")
    with pytest.raises(ValueError, match=r"notes_from: cannot read the log .*broken\.eval"):
        read_artefact(tmp_path / "broken.eval", GAME, 2)
