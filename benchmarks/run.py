"""Running a suite: its tasks go to worker processes, each through Inspect's eval_set, then the report is written.

Finished matches are in the logs: the same command goes on where it stopped.
"""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from quickstudy.benchmarks.console import complain
from quickstudy.benchmarks.lock import FolderInUse, lock_folder
from quickstudy.benchmarks.phases import check_phases, find_writer, settle, try_out, waits
from quickstudy.benchmarks.resume import list_rest
from quickstudy.benchmarks.suite import Job, Suite, SuiteError, find_task, list_jobs, list_unfit
from quickstudy.benchmarks.worker import GRACE
from quickstudy.tasks.tracks import find_track

# more example sets can leave room for fewer examples, and then the first sets are played anew, with as many as the rest
ROUNDS = 3


class RunError(RuntimeError):
    """A run that cannot start or whose tasks failed; the message says what to do."""


@dataclass
class Tally:
    """Matches done of all (by the job's name), and the failures so far."""

    total: int
    done: Counter[str] = field(default_factory=Counter)
    failed: list[tuple[Job, str]] = field(default_factory=list)


def run_suite(
    suite: Suite,
    folder: Path,
    *,
    workers: int | None = None,
    price: tuple[float, float] | None = None,
    progress: Callable[[str], None] = lambda line: None,
) -> list[Path]:
    """Run what is not finished yet of a suite and write its report; returns the paths written.

    `workers` processes (default: one for each core) take the tasks in turn. A suite with a plan buys its evidence in
    rounds, at the `price` if it is given: dollars per million tokens read and written. Raises SuiteError, before
    anything is written, for what cannot be run, RunError where the folder cannot be written or a task failed,
    KeyboardInterrupt after ^C, when all workers have stopped.
    """
    if price is not None and suite.plan is None:
        raise SuiteError(f"--price: the suite {suite.name} has no plan that would spend money: leave it out")
    jobs = list_jobs(suite)
    for unfit in list_unfit(suite):
        complain(unfit)
    if suite.plan is not None:  # what plans need is slow to import
        from quickstudy.benchmarks.purchases import open_accounts
        from quickstudy.benchmarks.rounds import run_rounds

        accounts = open_accounts(jobs, suite.plan)
    check_phases(jobs)
    check_jobs([try_out(job) for job in jobs])
    logs = _prepare_folder(folder)
    count = workers or os.cpu_count() or 1
    try:
        with lock_folder(folder, GRACE + 5) as lock:
            if suite.plan is None:
                return _run_locked(jobs, folder, logs, lock, count, progress)
            play = partial(_play_jobs, logs=logs, lock=lock, workers=count, progress=progress)
            run_rounds(accounts, suite.plan, folder, play, progress, price)
            return _report(folder, progress)
    except FolderInUse as error:
        raise RunError(
            f"another run is writing to {folder} (process {error}): wait for it, or choose another folder with --out"
        ) from error


def _run_locked(
    jobs: list[Job], folder: Path, logs: Path, lock: int, workers: int, progress: Callable[[str], None]
) -> list[Path]:
    second = [job for job in jobs if waits(job)]
    _play_jobs([job for job in jobs if not waits(job)], logs, lock, workers, progress)
    if second:
        progress("choosing what the second phase shows")
        settled = settle(jobs, logs, complain)
        check_jobs(settled)
        _play_jobs(settled, logs, lock, workers, progress)
    return _report(folder, progress)


def _report(folder: Path, progress: Callable[[str], None]) -> list[Path]:
    from quickstudy.reports.report import write_report

    progress("writing the report")
    return write_report(folder)


def _play_jobs(jobs: list[Job], logs: Path, lock: int, workers: int, progress: Callable[[str], None]) -> None:
    for _ in range(ROUNDS):
        rest = list_rest(jobs, logs)
        if not rest:
            break
        prepare_games(rest, progress)
        failed = _run_jobs(rest, logs, lock, min(workers, len(rest)), progress)
        if failed:
            raise RunError(
                f"{len(failed)} of {len(rest)} tasks did not finish: {_list_reasons(failed)}. What is finished is "
                "kept: run the same command again to go on"
            )
    else:
        raise RunError("each time another number of examples fits the window: impose one with the parameter window")


def prepare_games(jobs: list[Job], progress: Callable[[str], None]) -> None:
    """Compile the kernel once and generate all examples on all cores, so that workers find both ready."""
    seen: set[str] = set()
    for job in (job for job in jobs if not job.is_chain):
        names = ("sets", "seed", "teacher", "evidence", "kind", "filler", "examples_from", "least_rating")
        known = {name: job.arguments[name] for name in names if name in job.arguments}
        view = max(job.views, key=lambda view: (view.slots, view.layout != "plain"))
        key = json.dumps([job.task, job.arguments["game"], view.name, known], sort_keys=True)
        if key in seen:
            continue
        seen.add(key)
        padded: dict[str, Any] = {"layouts": (view.layout,), "m": view.m, "slots": view.slots}
        build = find_track(job.arguments["game"]).find_study()
        study = build(job.arguments["game"], examples=(view.m,), **known, **padded)
        progress(f"preparing {study.name}: examples of {study.sets} sets")
        study.write_system(view, 0)


def check_jobs(jobs: list[Job]) -> None:
    """Refuse, before anything is played, jobs that cannot be run. Raises SuiteError with the first fault."""
    from inspect_ai._util.error import PrerequisiteError

    tried: set[str] = set()  # models that are asked alike have one and the same task
    for job in jobs:
        for model in dict.fromkeys((job.model, *job.roles.values())):
            check_model(model)
        if find_writer(job) is not None:  # there is nothing to read yet
            continue
        asked = json.dumps([job.task, job.arguments], sort_keys=True)
        if asked in tried:
            continue
        tried.add(asked)
        try:
            find_task(job.task)(**job.parameters)
        except PrerequisiteError as error:
            raise SuiteError(str(error.message)) from error


def check_model(model: str) -> None:
    """Refuse a model that nobody provides. Raises ValueError, one sentence, also for an unknown learner."""
    from inspect_ai._util.registry import registry_find, registry_unqualified_name

    from quickstudy.tasks.learners.directory import find_learner

    provider, _, name = model.partition("/")
    if not (provider and name):
        raise SuiteError(f"unknown model {model!r}: write PROVIDER/NAME, for instance quickstudy/imitator")
    if provider == "quickstudy":
        find_learner(name)
    # as Inspect looks for it: by the name alone, among all packages that are installed
    elif not registry_find(lambda info: info.type == "modelapi" and registry_unqualified_name(info) == provider):
        raise SuiteError(
            f"unknown model {model!r}: Inspect knows no provider {provider!r}; correct the name, or install the "
            "package that provides it"
        )


def _list_reasons(failed: list[tuple[Job, str]]) -> str:
    """Each reason once, with the tasks that it stopped."""
    reasons: dict[str, list[str]] = {}
    for job, reason in failed:
        reasons.setdefault(reason, []).append(job.label)
    return "; ".join(f"{', '.join(labels)}: {reason}" for reason, labels in reasons.items())


def _prepare_folder(folder: Path) -> Path:
    logs = folder / "logs"
    try:
        logs.mkdir(parents=True, exist_ok=True)
        probe = logs / ".writable"
        probe.write_text("")
        probe.unlink()
    except OSError as error:
        raise RunError(
            f"cannot write to {folder}: {error.strerror or error}; choose another folder with --out"
        ) from error
    return logs


def _run_jobs(
    jobs: list[Job], logs: Path, lock: int, count: int, progress: Callable[[str], None]
) -> list[tuple[Job, str]]:
    waiting: queue.SimpleQueue[Job] = queue.SimpleQueue()
    for job in jobs:
        waiting.put(job)
    state = Tally(sum(job.matches for job in jobs))
    started = time.monotonic()
    turn = threading.Lock()

    def tell(job: Job, message: dict[str, Any]) -> None:
        with turn:
            if message["event"] == "match":
                state.done[job.name] += 1
            elif message["event"] == "finished":
                state.done[job.name] = job.matches  # those of an interrupted run are reported by nobody
            elif message["event"] == "failed":
                state.failed.append((job, message["reason"]))
            done = state.done.total()
            with suppress(Exception):  # nobody may be looking any more; the matches go on
                progress(f"{done}/{state.total} matches, {time.monotonic() - started:.0f} s, {job.label}")

    processes = [_start_worker(logs, lock) for _ in range(count)]
    threads = [threading.Thread(target=_feed, args=(process, waiting, tell), daemon=True) for process in processes]
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            while thread.is_alive():
                thread.join(0.2)
    except KeyboardInterrupt:
        _stop(processes)
        raise
    finally:
        for process, thread in zip(processes, threads, strict=True):
            if process.poll() is None:
                process.kill()
            if thread.ident is not None:
                thread.join(1)  # it reads to the end of the worker's output
            process.wait()
            for pipe in (process.stdin, process.stdout):
                with suppress(OSError):
                    pipe.close() if pipe else None
    while not waiting.empty():
        state.failed.append((waiting.get(), "no worker process was left to run it"))
    known = {job.name for job, _ in state.failed}
    lost = [job for job in jobs if job.name not in known and not (logs / f"{job.name}.eval").is_file()]
    return state.failed + [(job, "it left no finished log") for job in lost]


def _start_worker(logs: Path, lock: int) -> subprocess.Popen[str]:
    # Inspect leaves coroutines behind where it is interrupted before its first match
    quiet = ["-W", "ignore:coroutine:RuntimeWarning"]
    command = [sys.executable, *quiet, "-m", "quickstudy.benchmarks.worker", str(logs)]
    pipe = subprocess.PIPE
    return subprocess.Popen(
        command, stdin=pipe, stdout=pipe, encoding="utf-8", errors="replace", start_new_session=True, pass_fds=[lock]
    )


def _feed(
    process: subprocess.Popen[str],
    waiting: queue.SimpleQueue[Job],
    tell: Callable[[Job, dict[str, Any]], None],
) -> None:
    """Give one worker a job at a time until none is left."""
    send, receive = process.stdin, process.stdout
    if send is None or receive is None:
        raise RunError("a worker process has no pipes")
    while True:
        try:
            job = waiting.get_nowait()
        except queue.Empty:
            with suppress(OSError):
                send.close()
            process.wait()
            return
        try:
            send.write(json.dumps(asdict(job) | {"arguments": job.parameters}) + "\n")
            send.flush()
        except (OSError, ValueError):  # the process has ended, or its input was closed after ^C
            tell(job, {"event": "failed", "reason": _name_end(process)})
            return
        finished = False
        for line in receive:
            message = _read_message(line)
            tell(job, message)
            if message["event"] in ("finished", "failed"):
                finished = True
                break
        if not finished:
            tell(job, {"event": "failed", "reason": _name_end(process)})
            return


def _name_end(process: subprocess.Popen[str]) -> str:
    """How a worker whose output has ended came to its end; the usual cause of a kill is a full memory."""
    with suppress(subprocess.TimeoutExpired):
        code = process.wait(GRACE)
        return f"its worker process ended ({f'killed by signal {-code}' if code < 0 else f'exit code {code}'})"
    return "its worker process closed its output"


def _read_message(line: str) -> dict[str, Any]:
    """A worker's message; a line that is none, such as one cut short by its end, is of no event."""
    try:
        message = json.loads(line)
    except ValueError:
        return {"event": ""}
    return message if isinstance(message, dict) and isinstance(message.get("event"), str) else {"event": ""}


def _stop(processes: list[subprocess.Popen[str]]) -> None:
    """Ask the workers to close their logs, by the end of their input, and wait for them; a second ^C cuts it short."""
    for process in processes:
        if process.stdin is not None:
            with suppress(OSError, ValueError):
                process.stdin.close()
    deadline = time.monotonic() + GRACE + 5
    with suppress(subprocess.TimeoutExpired, KeyboardInterrupt):
        for process in processes:
            process.wait(max(deadline - time.monotonic(), 0.1))
