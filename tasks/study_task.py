"""A study as an Inspect task: a sample for each n and example set, for whatever is done with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from inspect_ai import Task
from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.model import GenerateConfig
from inspect_ai.scorer import Scorer
from inspect_ai.solver import Solver

from quickstudy.scorers.recall import View
from quickstudy.tasks.cell import TASK_VERSION
from quickstudy.tasks.study import Study


def build_task(study: Study, name: str, what: str, solver: Solver, scorer: Scorer, **metadata: Any) -> Task:
    """The task of a study: `what` is done with each sample; the dataset has the `name`, the log the `metadata`."""
    return Task(
        dataset=MemoryDataset(_list_samples(study, what), name=f"{name}-{TASK_VERSION}"),
        solver=solver,
        scorer=scorer,
        config=GenerateConfig(max_tokens=study.reply_tokens),
        version=TASK_VERSION,
        metadata={"skill": study.game.name, "rules_hash": study.game.rules.hash, **metadata},
    )


def _list_samples(study: Study, what: str) -> list[Sample]:
    return [
        Sample(
            id=f"{study.game.name}-{view.name}-set{number}",
            input=f"{study.game.rules.name}: {what} with {_describe(view)} of set {number}",
            metadata={
                "skill": study.game.name,
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
