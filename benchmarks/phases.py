"""The phases of a run: conditions that wait for the plain curve, and what they become once it is played.

A condition with `m: adaptive` is a second phase. Its `slots: full` are the most examples that the window held in the
plain cells, its m the number at which the plain curve is steep (`scorers.ceiling.choose_m`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from quickstudy.benchmarks.suite import TASK, Job, SuiteError

ADAPTIVE, FULL = "adaptive", "full"
LEAST = 2  # examples in a window that can be padded


def waits(job: Job) -> bool:
    """Whether a job is of the second phase."""
    return job.arguments.get("m") == ADAPTIVE or job.arguments.get("slots") == FULL


def check_phases(jobs: Sequence[Job]) -> None:
    """Refuse second phases that would have nothing to follow from. Raises SuiteError before anything is played."""
    played = {job.stem for job in jobs if not waits(job) and job.is_plain}
    for job in filter(waits, jobs):
        if job.task != TASK:
            raise SuiteError(f"{job.label}: m: adaptive and slots: full follow from games, not from {job.task}")
        if job.is_plain or job.plain.stem not in played:
            raise SuiteError(f"{job.label}: m: adaptive and slots: full need a condition with plain cells beside them")


def try_out(job: Job) -> Job:
    """A job of the second phase with numbers that could come out, to check all else before anything is played."""
    return _fill_in(job, LEAST, max(_count_most(job), LEAST)) if waits(job) else job


def settle(jobs: Iterable[Job], logs: Path, progress: Callable[[str], None] = lambda line: None) -> list[Job]:
    """Jobs of the second phase with the numbers that the plain cells below `logs` call for, and m at most the slots.

    Left out, and told, are those of a model whose window holds fewer than two examples. Raises SuiteError where no
    plain cells of the same conditions were played.
    """
    settled = []
    for job in jobs:
        m, slots = _choose(job, logs)
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


def _choose(job: Job, logs: Path) -> tuple[int, int]:
    from quickstudy.reports.ceilings import fit_ceiling
    from quickstudy.reports.results import list_curves
    from quickstudy.reports.tables import TableError, read_games
    from quickstudy.scorers.ceiling import choose_m

    try:
        games = read_games(logs, job.plain.stem)
    except TableError as error:
        raise SuiteError(f"{job.label}: no plain cells of the same conditions were played ({error})") from error
    plain = games[games["layout"] == "plain"]
    if plain.empty:
        raise SuiteError(f"{job.label}: no plain cells of the same conditions were played")
    n_max = int(plain["n"].max())
    if n_max < LEAST:
        return n_max, n_max
    (curve,) = list_curves(plain)
    return choose_m(fit_ceiling(curve, n_max), [point.n for point in curve.points], n_max), n_max
