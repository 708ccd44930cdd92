"""Reading in Inspect: a sample for each chain of an artefact, in which a fresh instance plays with the chain's notes.

The notes come from the log of the course that wrote them, and samples are named by their hash: a retried task never
takes a match with other notes for its own.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from inspect_ai import Task
from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.log import read_eval_log_sample, read_eval_log_sample_summaries
from inspect_ai.model import GenerateConfig, get_model
from inspect_ai.scorer import Scorer
from inspect_ai.solver import Generate, Solver, TaskState, solver

from quickstudy.tasks.cell import TASK_VERSION
from quickstudy.tasks.chains.artefacts import Artefact, collect_artefact
from quickstudy.tasks.inspect_chain import STUDY, play_audited, read_stage
from quickstudy.tasks.inspect_match import Seat, compute_in_threads, name_arguments


def build_reading(artefact: Artefact, scorer: Scorer) -> Task:
    """The task of reading an artefact."""
    course, study = artefact.course, artefact.course.study
    samples = [
        Sample(
            id=f"{study.name}-chain{chain}-generation{artefact.generation}-{artefact.digest}",
            input=f"{study.title}: plays {course.play_games} games with notes by {artefact.author}, chain {chain}",
            metadata={
                "skill": study.name,
                "chain": chain,
                "set": chain,
                "generation": artefact.generation,
                "author": artefact.author,
                "artefact": artefact.digest,
                "notes": notes.to_list(),
                "digest": notes.digest,
            },
        )
        for chain, notes in artefact.notes.items()
    ]
    return Task(
        dataset=MemoryDataset(samples, name=f"reading-{TASK_VERSION}"),
        solver=reading_solver(artefact),
        scorer=scorer,
        config=GenerateConfig(max_tokens=course.study.reply_tokens),
        version=TASK_VERSION,
        metadata={
            **{"skill": study.name, "rules_hash": study.rules_hash, "regime": course.regime},
            **{"author": artefact.author, "artefact": artefact.digest},
        },
    )


@solver
def reading_solver(artefact: Artefact) -> Solver:
    """Play with the notes of one chain per sample; the role `player` plays, by default the model itself."""
    compute, course = compute_in_threads(), artefact.course

    async def solve(state: TaskState, generate: Generate) -> TaskState:
        chain, generation, view = int(state.metadata["chain"]), artefact.generation, course.study.views[0]
        player = get_model(role="player")
        plan = artefact.plan(str(player), name_arguments(player), chain)
        seat = Seat(view, view, chain, 0)
        await play_audited(state, player, seat, plan, course.list_canaries(chain, generation), compute)
        state.completed = True
        return state

    return solve


def read_artefact(path: Path, game: str, play_games: int, generation: int = 0) -> Artefact:
    """The artefact that a log holds (`.eval`, or `.jsonl` of a direct run): see `collect_artefact`.

    Raises ValueError, one sentence, where it cannot be read.
    """
    try:
        changed = path.stat().st_mtime_ns
    except OSError as error:
        raise ValueError(f"task parameter notes_from: cannot read {path}: {error.strerror or error}") from None
    return collect_artefact(_read_stages(path, changed), game, play_games, generation, str(path))


@lru_cache(maxsize=64)  # a run asks for the same logs several times
def _read_stages(path: Path, changed: int) -> tuple[Mapping[str, Any], ...]:
    try:
        return tuple(_list_lines(path) if path.suffix == ".jsonl" else _list_samples(path))
    except Exception as error:  # a file that is no whole log makes Inspect and its decoders raise of all kinds
        reason = " ".join(str(error).split())[:200] or type(error).__name__
        raise ValueError(f"task parameter notes_from: cannot read the log {path}: {reason}") from None


def _list_samples(path: Path) -> Iterator[Mapping[str, Any]]:
    for listed in dict.fromkeys((found.id, found.epoch) for found in read_eval_log_sample_summaries(str(path))):
        if not str(listed[0]).endswith(f"-{STUDY}"):
            continue
        sample = read_eval_log_sample(path, *listed, resolve_attachments="core", exclude_fields={"events", "messages"})
        record = None if sample.error else read_stage(sample)
        if record:
            yield record


def _list_lines(path: Path) -> Iterator[Mapping[str, Any]]:
    for line in path.read_text(encoding="utf-8").split("\n"):
        record = json.loads(line) if line else {}
        if "notes" in record:
            yield record
