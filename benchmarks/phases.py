"""The phases of a run: conditions that wait for the plain curve, and what they become once it is played.

A condition that reads the notes of the same run waits for the chains that write them. One with `m: adaptive` is a
second phase, too. Its `slots: full` are the most examples that the window held in the plain cells, its m the number
that is expected to tell most about the cause (`scorers.planning.choose_m`). Both are the same for games and probes:
they follow from the plain cells of the games, with the probes of these cells where there are any.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from quickstudy.benchmarks.suite import GAMES, PROBES, WRITTEN, Job, SuiteError, list_parameters
from quickstudy.tasks.tracks import find_track

ADAPTIVE, FULL = "adaptive", "full"
_APART = {"examples", "sets", "layouts", "m", "slots", "filler", "games_per_match", "opponents", "phase_0"}
LEAST = 2  # examples in a window that can be padded


def waits(job: Job) -> bool:
    """Whether a job is of the second phase."""
    return job.arguments.get("m") == ADAPTIVE or job.arguments.get("slots") == FULL or find_writer(job) is not None


def find_writer(job: Job) -> str | None:
    """The stem of the chains of the same run whose notes a job reads; None of other jobs."""
    where, colon, stem = str(job.arguments.get("notes_from", "")).partition(":")
    return stem if (where, colon) == (WRITTEN, ":") else None


def check_phases(jobs: Sequence[Job]) -> None:
    """Refuse second phases that would have nothing to follow from. Raises SuiteError before anything is played."""
    played = {job.stem for job in jobs if not waits(job) and job.is_plain}
    for job in filter(waits, jobs):
        if find_writer(job) is None and (job.is_plain or _find_stem(job, jobs) not in played):
            raise SuiteError(
                f"{job.label}: m: adaptive and slots: full need a condition with plain cells of games beside them"
            )


def try_out(job: Job) -> Job:
    """A job of the second phase with numbers that could come out, to check all else before anything is played.

    Raises ValueError for one that reads notes and could not read any.
    """
    if find_writer(job) is not None:
        from quickstudy.tasks.reading import check_reading

        check_reading(**{name: job.arguments[name] for name in ("generation", "play_games") if name in job.arguments})
        return job
    return _fill_in(job, LEAST, max(_count_most(job), LEAST)) if waits(job) else job


def settle(jobs: Sequence[Job], logs: Path, progress: Callable[[str], None] = lambda line: None) -> list[Job]:
    """Jobs of the second phase with the numbers that the plain cells below `logs` call for, and m at most the slots.

    `jobs` are those of both phases. Left out, and told, are those of a model whose window holds fewer than two
    examples. Raises SuiteError where no plain cells of the same conditions were played.
    """
    settled = []
    for job in filter(waits, jobs):
        writer = find_writer(job)
        if writer is not None:
            where = {"notes_from": str(logs / f"{writer}.eval")}
            settled.append(replace(job, arguments={**job.arguments, **where}))
            continue
        m, slots = _choose(job, jobs, logs)
        if slots < LEAST:
            progress(f"{job.label} is left out: there were at most {slots} examples in view")
        else:
            filled = _fill_in(job, m, slots)
            fewest = min(filled.arguments["m"], filled.arguments["slots"])
            settled.append(replace(filled, arguments={**filled.arguments, "m": fewest}))
    return settled


def _fill_in(job: Job, m: int, slots: int) -> Job:
    """The numbers in place of the words."""
    given = {"m": 0, "slots": 0, **job.arguments}
    chosen = {
        "m": m if given["m"] == ADAPTIVE else given["m"],
        "slots": slots if given["slots"] == FULL else given["slots"],
    }
    return replace(job, arguments={**given, **chosen})


def _count_most(job: Job) -> int:
    return max((view.slots for view in job.plain.views), default=0)


def _find_plain(job: Job, jobs: Iterable[Job], work: str) -> list[Job]:
    """The jobs that do some work on the plain cells that a padded job's conditions are the same as."""
    asked = _list_conditions(job)
    return [
        other
        for other in jobs
        if other.work == work and other.is_plain and not waits(other) and _list_conditions(other) == asked
    ]


def _find_stem(job: Job, jobs: Iterable[Job]) -> str | None:
    """The logs' name of the games on the plain cells; None where there are no games beside probes."""
    games = [job.plain] if job.work == GAMES else _find_plain(job, jobs, GAMES)
    return games[0].stem if games else None


def _list_conditions(job: Job) -> tuple[str, dict[str, object]]:
    """The model, and all that games and probes share except views and sets."""
    usual = list_parameters(f"{find_track(job.arguments['game']).prefix}{GAMES}")
    shared = {**usual, "game": None}
    given = {name: job.arguments.get(name, default) for name, default in shared.items()}
    return job.model, {name: value for name, value in given.items() if name not in _APART}


def _choose(job: Job, jobs: Sequence[Job], logs: Path) -> tuple[int, int]:
    from quickstudy.reports.advice import advise_m
    from quickstudy.reports.ceilings import list_used
    from quickstudy.reports.probe_curves import add_probes
    from quickstudy.reports.probes import read_answers
    from quickstudy.reports.results import list_curves
    from quickstudy.reports.tables import TableError, read_games

    stem = _find_stem(job, jobs)
    if stem is None:
        raise SuiteError(f"{job.label}: the suite has no games on plain cells of the same conditions")
    try:
        games = read_games(logs, stem)
    except TableError as error:
        raise SuiteError(f"{job.label}: no plain cells of the same conditions were played ({error})") from error
    plain = games[games["layout"] == "plain"]
    if plain.empty:
        raise SuiteError(f"{job.label}: no plain cells of the same conditions were played")
    n_max = int(plain["n"].max())
    if n_max < LEAST:
        return n_max, n_max
    (curve,) = list_curves(plain)
    for probes in _find_plain(job, jobs, PROBES)[:1]:
        answers = read_answers(logs, probes.stem)
        curve = add_probes(curve, plain, answers[answers["layout"] == "plain"])
    used = list_used(curve)
    return advise_m(used, n_max) if any(point.n for point in used) else n_max, n_max
