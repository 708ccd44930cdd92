"""Direct runs: an embedded learner plays the matches of a study, answers probes or reproduces games, without Inspect.

They are for large studies and tests. Prompts, records and tables are the same as in Inspect's logs; records are written
as JSONL, one match, sitting or replay on a line.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from quickstudy.tasks.chains.artefacts import Artefact
from quickstudy.tasks.chains.course import Course
from quickstudy.tasks.chains.stage import Stage, play_stage, remember_games
from quickstudy.tasks.conditions import Conditions
from quickstudy.tasks.jsonl import append_lines
from quickstudy.tasks.learners.directory import find_learner
from quickstudy.tasks.learners.learner import Learner, count_tokens
from quickstudy.tasks.learners.limits import CONTEXT, Instrument
from quickstudy.tasks.match import Ask, PhaseZero, Question, Reply, play_match
from quickstudy.tasks.regimes.notes import Notes
from quickstudy.tasks.replay import MOVES, PLACES, check_replays, plan_replay, reproduce_games
from quickstudy.tasks.report_test import MOST, check_reports, plan_report, tell_cues
from quickstudy.tasks.sitting import DEFAULT, answer_probes, check_sittings, plan_sitting
from quickstudy.tasks.study import Study

PREFIX = "quickstudy/"


def play_study(study: Conditions, model: str) -> Iterator[dict[str, Any]]:
    """Play every match of a study with an embedded learner (`quickstudy/<name>`), one record at a time."""
    name, ask = _open_learner(model, study.thinking)
    for view in study.views:
        known: PhaseZero | None = None
        for number in range(study.sets):
            record = asyncio.run(play_match(study.plan(name, "{}", view, number, phase_zero=known), ask))
            known = PhaseZero.of_record(record) if study.has_phases and number == 0 else known
            yield record


def probe_study(study: Conditions, model: str, probes: int = DEFAULT) -> Iterator[dict[str, Any]]:
    """Let an embedded learner answer so many probes for each view and set of a study, one record at a time."""
    check_sittings(study, probes)
    name, ask = _open_learner(model, study.thinking)
    for view in study.views:
        for number in range(study.sets):
            plan = study.plan(name, "{}", view, number)
            yield asyncio.run(answer_probes(plan_sitting(plan, study.skill, study.probe_set, probes), ask))


def replay_study(study: Conditions, model: str, places: int = PLACES, moves: int = MOVES) -> Iterator[dict[str, Any]]:
    """Let an embedded learner reproduce example games for each view and set of a study, one record at a time."""
    check_replays(study, places, moves)
    name, ask = _open_learner(model, study.thinking)
    for view in study.views:
        for number in range(study.sets):
            plan = plan_replay(study, places, moves, view, study.plan(name, "{}", view, number))
            yield asyncio.run(reproduce_games(plan, ask))


def report_study(study: Study, model: str, most: int = MOST) -> Iterator[dict[str, Any]]:
    """Ask an embedded learner for each view and set of a study which cues it goes by, one record at a time."""
    check_reports(study, most)
    name, ask = _open_learner(model, study.thinking)
    for view in study.views:
        for number in range(study.sets):
            yield asyncio.run(tell_cues(plan_report(study, most, study.plan(name, "{}", view, number)), ask))


def play_chains(
    course: Course,
    model: str | Learner,
    author: str | Learner | None = None,
    numbers: Sequence[int] | None = None,
) -> Iterator[dict[str, Any]]:
    """Play the chains of a course with an embedded learner, one record of a study or play stage at a time.

    Notes are written by the player unless an `author` is named. `numbers` are those of the chains to play, by default
    all.
    """
    name, ask = _open_learner(model, course.study.thinking)
    writer, ask_author = _open_learner(author or model, course.study.thinking)
    view = course.view
    for chain in range(course.chains) if numbers is None else numbers:
        notes, stages = Notes(), list[dict[str, Any]]()
        for generation in range(course.last + 1):
            by = "" if writer == name else writer
            if generation:
                own = course.plan_study(name, "{}", chain, generation, notes, remember_games(stages))
                cell = course.plan_play(name, "{}", view, chain, generation, notes, by).cell
                stage = Stage(course, chain, generation, notes, cell)
                done = play_stage(stage, own, ask, lambda system: ask_author, ask_fresh=lambda role, system: ask)
                stages.append(asyncio.run(done))
                yield stages[-1]
                notes = Notes.from_list(stages[-1]["notes"])
            for ring in course.list_rings(generation):
                plan = course.plan_play(name, "{}", view, chain, generation, notes, by, ring=ring)
                yield asyncio.run(play_match(plan, ask))


def play_reading(artefact: Artefact, model: str) -> Iterator[dict[str, Any]]:
    """Let an embedded learner play with the notes of each chain of an artefact, one record at a time."""
    name, ask = _open_learner(model, artefact.course.study.thinking)
    for chain in artefact.notes:
        yield asyncio.run(play_match(artefact.plan(name, "{}", chain), ask))


def _open_learner(model: str | Learner, thinking: str) -> tuple[str, Ask]:
    """A learner's full name and how it is asked."""
    if thinking and not thinking.isdigit():
        raise ValueError(f"thinking: only Inspect knows what the effort {thinking} means; give a number of tokens")
    budget = int(thinking or 0)
    learner = model if isinstance(model, Learner) else find_learner(model.removeprefix(PREFIX))
    if isinstance(learner, Instrument) and learner.limit.kind == CONTEXT:
        raise ValueError(f"{model}: its window is known only to Inspect; run it there, or show fewer examples")

    async def ask(question: Question) -> Reply:
        text, thought = learner.reply(question.messages, budget)
        read = sum(count_tokens(part) for _, part in question.messages)
        return Reply(text, "stop", read, count_tokens(text) + thought, thought)

    return PREFIX + learner.name, ask


def write_records(records: Iterable[dict[str, Any]], path: Path) -> None:
    """Append records to a JSONL file, each a line. Raises OSError."""
    append_lines(path, records)
