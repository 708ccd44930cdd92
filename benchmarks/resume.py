"""What is left to play of a run: its tasks less the matches that the logs of earlier runs into the folder hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from quickstudy.benchmarks.job import UNFINISHED
from quickstudy.benchmarks.suite import GAMES, Job, SuiteError
from quickstudy.scorers.recall import LAYOUTS, View

PHASE_ZERO = "phase_0"  # the task parameter
Place = tuple[View, int]  # what was asked to be in view, and the number of the example set


@dataclass(frozen=True)
class Log:
    """One log: what it was to play, of each finished match what the window held, and whether it has a phase 0."""

    path: Path
    created: str
    arguments: dict[str, Any]
    samples: tuple[str, ...]
    finished: dict[Place, View]
    phased: bool = False

    @property
    def sets(self) -> int:
        """The number of example sets that its views were fitted to."""
        return int(self.arguments["sets"])


@dataclass
class _Asked:
    """What the jobs with logs of one name ask for: one of them, the sets of each view, matches, and phases told."""

    job: Job
    sets: dict[View, int] = field(default_factory=dict)
    places: set[Place] = field(default_factory=set)
    told: dict[str, Any] = field(default_factory=dict)


def list_rest(jobs: Sequence[Job], logs: Path) -> list[Job]:
    """The jobs that play what no log below `logs` holds; each match that several jobs ask for is in one of them.

    An interrupted job goes on as it was, where all that it would play is still missing. Of a job that names samples
    only these are asked for; its sets are those that the window is fitted to. Raises SuiteError where a log cannot be
    read.
    """
    asked: dict[str, _Asked] = {}
    chains = {job.stem: replace(job, name=job.stem) for job in jobs if job.is_chain}
    for job in (job for job in jobs if not job.is_chain):
        given = {name: value for name, value in job.arguments.items() if name != PHASE_ZERO}
        found = asked.setdefault(job.stem, _Asked(replace(job, arguments=given, samples=())))
        for view in job.views:
            found.sets[view] = max(found.sets.get(view, 0), int(job.arguments["sets"]))
        found.places.update(job.places())
        found.told.update(job.arguments.get(PHASE_ZERO, {}))
    rest = [rest for stem, found in asked.items() for rest in _list_rest(stem, found, logs)]
    # the log of chains is moved here when the last stage is finished; until then its folder goes on as it was
    return rest + [job for stem, job in chains.items() if not (logs / f"{stem}.eval").is_file()]


def list_finished(stem: str, logs: Path) -> dict[Place, View]:
    """What the logs of one name hold, finished or not: each finished match, and what its window held.

    Raises SuiteError where a log cannot be read.
    """
    known = [_read_log(path) for path in sorted(logs.glob(f"{stem}*.eval"))]
    known += [log for folder in sorted((logs / UNFINISHED).glob(f"{stem}*")) for log in _read_folder(folder)]
    return {place: view for log in sorted(known, key=lambda log: log.created) for place, view in log.finished.items()}


def _list_rest(stem: str, given: _Asked, logs: Path) -> list[Job]:
    job, asked = given.job, given.sets
    finished = [_read_log(path) for path in sorted(logs.glob(f"{stem}*.eval"))]
    broken = {folder: _read_folder(folder) for folder in sorted((logs / UNFINISHED).glob(f"{stem}*"))}
    known = finished + [log for found in broken.values() for log in found]
    missing = {(view, number) for view, sets in asked.items() for number in _list_missing(view, sets, known)}
    missing &= given.places
    rest = []
    for folder, found in broken.items():
        again = _continue_job(job, folder, found)
        if again is None or (_has_phases(again) and not all(log.phased for log in found)):
            # begun by a version without phase 0: what it finished is kept, the rest goes into a task of its own
            continue
        own = set(again.places()) - {place for log in found for place in log.finished}
        if own <= missing and all(asked.get(view) == again.arguments["sets"] for view, _ in own):
            missing -= own
            rest.append(again)
    taken = {path.stem for path in logs.glob(f"{stem}*.eval")} | {
        folder.name for folder, found in broken.items() if found
    }
    groups: dict[tuple[int, ...], set[Place]] = {}
    order = sorted(missing, key=lambda place: (place[0].name, place[1]))
    informative = {view.slots: view.m for view, _ in order if view.layout != "plain" and view.m}
    for view, number in order:
        shape = () if view.layout == "plain" else (view.slots, view.m or informative.get(view.slots, 0))
        groups.setdefault((asked[view], *shape), set()).add((view, number))
    for key in sorted(groups):
        group = groups[key]
        views = {view for view, _ in group}
        if len(key) == 1:  # where the window makes several n equal, the task must know those that are played elsewhere
            views |= {view for view in _list_played(known, key[0]) | set(asked) if view.layout == "plain"}
            views = {view for view in views if asked.get(view, key[0]) >= key[0]}
        arguments = {**job.arguments, **_ask_for(views), "sets": key[0]}
        if _has_phases(replace(job, arguments=arguments)):
            told = {view.name: given.told[view.name] for view, _ in group if view.name in given.told}
            begun = {view for view, _ in group if (view, 0) not in group and view.name not in told}
            told |= _tell_phases(begun, job, known)
            arguments |= {PHASE_ZERO: told} if told else {}
        whole = replace(job, arguments=arguments, samples=())
        part = 1
        while (name := whole.stem if part == 1 else f"{whole.stem}-{part}") in taken:
            part += 1
        taken.add(name)
        samples = tuple(identifier for place, identifier in whole.places().items() if place in group)
        rest.append(replace(whole, name=name, samples=() if len(samples) == whole.matches else samples))
    return rest


def _has_phases(job: Job) -> bool:
    """Whether further sets of the job's views begin from what set 0 tells."""
    return job.work == GAMES and job.arguments.get("opponents", "adaptive") == "adaptive" and job.arguments["sets"] > 1


def _tell_phases(views: set[View], job: Job, logs: list[Log]) -> dict[str, Any]:
    """What set 0 of these views has shown, by their names, from the last log that holds it."""
    from inspect_ai.log import read_eval_log_sample

    from quickstudy.tasks.match import PhaseZero
    from quickstudy.tasks.study_task import read_record

    told = {}
    for view in sorted(views, key=lambda view: view.name):
        held = [log for log in logs if (view, 0) in log.finished]
        if held:
            last = max(held, key=lambda log: log.created)
            name = replace(job, arguments={**job.arguments, **_ask_for({view}), "sets": 1}).places()[view, 0]
            try:
                sample = read_eval_log_sample(str(last.path), name, resolve_attachments=True)
            except Exception as error:
                raise _refuse(last.path, error) from error
            told[view.name] = PhaseZero.of_record(read_record(sample)).to_dict()
    return told


def _list_played(logs: list[Log], sets: int) -> set[View]:
    """What was asked for in logs and is finished in all of so many sets."""
    numbers: dict[View, set[int]] = {}
    for log in logs:
        for view, number in log.finished:
            numbers.setdefault(view, set()).add(number)
    return {view for view, found in numbers.items() if found >= set(range(sets))}


def _ask_for(views: set[View]) -> dict[str, Any]:
    """The task parameters that ask for views, all plain or all of one m (but filler) and slots."""
    numbers, layouts = sorted({view.m for view in views}), {view.layout for view in views}
    shape = (
        {"m": 0, "slots": 0} if "plain" in layouts else {"m": numbers[-1], "slots": max(view.slots for view in views)}
    )
    return {"examples": numbers, "layouts": ",".join(name for name in LAYOUTS if name in layouts), **shape}


def _list_missing(view: View, sets: int, logs: list[Log]) -> set[int]:
    """The sets without a finished match. All must show the same number of examples, however many the window holds."""
    wanted = set(range(sets))
    held = [log for log in logs if any(asked == view for asked, _ in log.finished)]
    done: dict[int, set[int]] = {}  # by the slots that the window held
    for log in held:
        for (asked, number), fitted in log.finished.items():
            if asked == view:
                done.setdefault(fitted.slots, set()).add(number)
    if not done or any(wanted <= numbers for numbers in done.values()):
        return set() if done else wanted
    # what these sets are fitted to is known from a log of as many, and is likely that of the most sets
    best = max(held, key=lambda log: (log.sets == sets, log.sets, log.created))
    return wanted - done[min(fitted.slots for (asked, _), fitted in best.finished.items() if asked == view)]


def _continue_job(job: Job, folder: Path, found: list[Log]) -> Job | None:
    if not found:
        return None
    last = max(found, key=lambda log: log.created)
    return replace(job, name=folder.name, arguments=last.arguments, samples=last.samples)


def _read_folder(folder: Path) -> list[Log]:
    return [_read_log(path) for path in sorted(folder.glob("*.eval"))]


def _read_log(path: Path) -> Log:
    from inspect_ai.log import read_eval_log, read_eval_log_sample_summaries

    from quickstudy.tasks.study_task import read_asked, read_shown

    try:
        spec = read_eval_log(str(path), header_only=True).eval
        summaries = read_eval_log_sample_summaries(str(path))
        finished = {
            (read_asked(sample.metadata), int(sample.metadata["set"])): read_shown(sample.metadata)
            for sample in summaries
            if sample.scores and sample.error is None
        }
        samples = spec.config.sample_id or []
        listed = tuple(map(str, samples if isinstance(samples, list) else [samples]))
        return Log(
            path, spec.created, spec.task_args_passed, listed, finished, bool((spec.metadata or {}).get(PHASE_ZERO))
        )
    except Exception as error:  # a file that is no whole log makes Inspect and its decoders raise of all kinds
        raise _refuse(path, error) from error


def _refuse(path: Path, error: Exception) -> SuiteError:
    reason = " ".join(str(error).split())[:200]
    return SuiteError(f"cannot read the log {path} ({reason}): restore it, or remove it to play its matches again")
