"""A study as an Inspect task: a sample for each n and example set, for whatever is done with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from inspect_ai import SampleSource, Task
from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.log import EvalSample
from inspect_ai.model import GenerateConfig
from inspect_ai.scorer import Scorer
from inspect_ai.solver import Solver

from quickstudy.scorers.metrics import RECORD_KEY
from quickstudy.scorers.recall import View
from quickstudy.tasks.cell import TASK_VERSION
from quickstudy.tasks.conditions import Conditions
from quickstudy.tasks.match import PhaseZero
from quickstudy.tasks.thinking import list_settings

PHASE_ZERO = "phase_0"  # in the metadata of samples and tasks


def build_task(
    study: Conditions,
    name: str,
    what: str,
    solver: Solver,
    scorer: Scorer,
    known: Mapping[str, PhaseZero] | None = None,
    **metadata: Any,
) -> Task:
    """The task of a study: `what` is done with each sample; the dataset has the `name`, the log the `metadata`.

    With `known`, the phase 0 of views that have been through it, the other views' further sets are added to the task
    when set 0 is finished. Without, all samples are independent.
    """
    samples = _list_samples(study, what)
    full = MemoryDataset(samples, name=f"{name}-{TASK_VERSION}")
    if known is not None and study.has_phases:
        metadata[PHASE_ZERO] = True
    return Task(
        dataset=full if known is None or not study.has_phases else Phases(samples, known),
        solver=solver,
        scorer=scorer,
        config=GenerateConfig(max_tokens=study.reply_tokens, **list_settings(study.thinking)),
        version=TASK_VERSION,
        metadata={"skill": study.name, "rules_hash": study.rules_hash, **metadata},
    )


def _list_samples(study: Conditions, what: str) -> list[Sample]:
    return [
        Sample(
            id=name_sample(study.name, view, number),
            input=f"{study.title}: {what} with {_describe(view)} of set {number}",
            metadata={
                "skill": study.name,
                "layout": view.layout,
                "n": view.m,
                "n_requested": view.m,
                "m": view.m,
                "slots": view.slots,
                "slots_requested": view.slots,
                "set": number,
                "match": 0,
            },
        )
        for view in study.views
        for number in range(study.sets)
    ]


def name_sample(game: str, view: View, number: int) -> str:
    """The name of the sample of a view and example set."""
    return f"{game}-{view.name}-set{number}"


class Phases(SampleSource):
    """The samples of a study in the order that they can be played: a cell's further sets after its set 0.

    Those of a view that is `known` need not wait, and its set 0 begins from what is known as well.

    Inspect tells of each finished sample, also of those that a retry takes from the log before, so a retried task goes
    through the same phases. What is told is kept nowhere: one task can serve several models.
    """

    def __init__(self, samples: list[Sample], known: Mapping[str, PhaseZero]) -> None:
        self._heard = False
        self._first: list[Sample] = []
        self._further: dict[View, list[Sample]] = {}
        for sample in samples:
            given = sample.metadata or {}
            view = read_asked(given)
            if view.name in known:
                self._first.append(_tell(sample, known[view.name]))
            elif given["set"] == 0:
                self._first.append(sample)
            else:
                self._further.setdefault(view, []).append(sample)

    def initial_samples(self) -> list[Sample]:
        """Set 0 of each view, and what can begin from a phase 0 that is known."""
        return self._first

    async def sample_complete(self, sample: EvalSample) -> list[Sample] | None:
        """The further sets of a view whose set 0 is finished."""
        self._heard = True
        return self._follow(sample.metadata, sample.epoch, None if sample.error else read_record(sample))

    async def next_samples(self) -> None:
        """Nothing more. Raises ValueError where nothing was played at all."""
        if not self._heard:
            raise ValueError("no sample asked for can be played: name set 0 too, which the other sets begin from")

    async def sample_abandoned(self, sample: Sample, epoch: int) -> list[Sample] | None:
        """The further sets of a view whose set 0 was taken from the queue: each will say that it cannot be played."""
        return self._follow(sample.metadata or {}, epoch, None)

    def _follow(self, given: Mapping[str, Any], epoch: int, record: Mapping[str, Any] | None) -> list[Sample] | None:
        if given["set"] != 0 or epoch != 1:
            return None
        found = None if record is None else PhaseZero.of_record(record)
        return [_tell(sample, found) for sample in self._further.get(read_asked(given), [])]


def _tell(sample: Sample, found: PhaseZero | None) -> Sample:
    """The sample with what its match begins from."""
    added = {PHASE_ZERO: found.to_dict()} if found else {}
    return sample.model_copy(update={"metadata": {**(sample.metadata or {}), **added}})


def read_record(sample: EvalSample) -> Mapping[str, Any]:
    """The record of a finished match, from its store, or from its score, where Inspect has not restored the store."""
    kept: Mapping[str, Any] = sample.store.get(RECORD_KEY) or {}
    scored = [score.metadata or {} for score in (sample.scores or {}).values()]
    return kept or next((found for found in scored if "games" in found), {})


def read_phase_zero(metadata: Mapping[str, Any]) -> PhaseZero | None:
    """What a sample's match begins from, if it was told."""
    return PhaseZero.from_dict(metadata[PHASE_ZERO]) if PHASE_ZERO in metadata else None


def read_asked(metadata: Mapping[str, Any]) -> View:
    """What a sample was asked to show, from its metadata; logs from before there were layouts say nothing of slots."""
    n = int(metadata["n_requested"])
    return View(metadata["layout"], n, int(metadata.get("slots_requested", n)))


def read_shown(metadata: Mapping[str, Any]) -> View:
    """What a finished sample did show."""
    n = int(metadata["n"])
    return View(metadata["layout"], n, int(metadata.get("slots", n)))


def _describe(view: View) -> str:
    if view.layout == "duplicate":
        return f"{view.m} example games (repeated in {view.slots} slots)"
    place = "" if view.layout in ("plain", "filler") else f"{view.layout} among "
    padding = "" if view.layout == "plain" else f" ({place}{view.slots} slots)"
    return f"{view.m} example games{padding}"
