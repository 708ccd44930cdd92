"""The phases of a run: conditions that wait for the plain curve, and what they become once it is played.

A condition with `m: adaptive` is a second phase. Its `slots: full` are the most examples that the window held in the
plain cells, its m the number at which the plain curve is steep (`scorers.ceiling.choose_m`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from quickstudy.benchmarks.suite import Job, SuiteError

ADAPTIVE, FULL = "adaptive", "full"


def waits(job: Job) -> bool:
    """Whether a job is of the second phase."""
    return job.arguments.get("m") == ADAPTIVE or job.arguments.get("slots") == FULL


def try_out(job: Job) -> Job:
    """A job of the second phase with numbers that could come out, to check all else before anything is played."""
    most = max(job.arguments["examples"])
    return replace(job, arguments={**job.arguments, "m": min(2, most), "slots": most}) if waits(job) else job


def settle(jobs: Iterable[Job], logs: Path) -> list[Job]:
    """Jobs of the second phase with the numbers that the plain cells below `logs` call for.

    Left out are those of a model whose window holds fewer than two examples. Raises SuiteError where no plain cells of
    the same conditions were played.
    """
    settled = []
    for job in jobs:
        found = _choose(job, logs)
        if found is not None:
            known = {name: value for name, value in job.arguments.items() if value not in (ADAPTIVE, FULL)}
            settled.append(replace(job, arguments={**found, **known}))
    return settled


def _choose(job: Job, logs: Path) -> dict[str, Any] | None:
    from quickstudy.reports.ceilings import fit_ceiling
    from quickstudy.reports.results import list_curves
    from quickstudy.reports.tables import TableError, read_games
    from quickstudy.scorers.ceiling import choose_m

    try:
        games = read_games(logs, job.stem)
    except TableError as error:
        raise SuiteError(f"{job.label}: m: adaptive needs plain cells of the same conditions ({error})") from error
    plain = games[games["layout"] == "plain"]
    n_max = int(plain["n"].max())
    if n_max < 2:
        return None
    (curve,) = list_curves(plain)
    ceiling = fit_ceiling(curve, n_max)
    m = max(n_max // 4, 1) if ceiling is None else choose_m(ceiling, n_max)
    return {"m": m, "slots": n_max}
