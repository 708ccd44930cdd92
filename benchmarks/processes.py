"""Work on many games at once: one process for each core, since compiled code alone runs on several threads."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import Any, TypeVar

Result = TypeVar("Result")


def map_processes(
    function: Callable[..., Result], jobs: Sequence[tuple[Any, ...]], workers: int | None = None
) -> Iterator[Result]:
    """The results of `function(*job)` for each job, in their order; `workers` processes, by default one for each core.

    An exception of a job is raised when its turn comes; jobs that have not begun by then are given up.
    """
    processes = min(workers or os.cpu_count() or 1, len(jobs))
    if processes <= 1:
        yield from (function(*job) for job in jobs)
        return
    with ProcessPoolExecutor(processes, mp_context=multiprocessing.get_context("spawn")) as pool:
        futures = [pool.submit(function, *job) for job in jobs]
        try:
            for future in futures:
                yield future.result()
        finally:
            pool.shutdown(cancel_futures=True)
