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
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from quickstudy.benchmarks.suite import Job, Suite, list_jobs


class RunError(RuntimeError):
    """A run that cannot start or whose tasks failed; the message says what to do."""


@dataclass
class Progress:
    """Matches done of all, and the failures so far."""

    total: int
    done: int = 0
    failed: list[str] = field(default_factory=list)


def run_suite(
    suite: Suite,
    folder: Path,
    *,
    workers: int | None = None,
    progress: Callable[[str], None] = lambda line: None,
) -> list[Path]:
    """Run what is not finished yet of a suite and write its report; returns the paths written.

    `workers` processes (default: one for each core) take the tasks in turn. Raises RunError where the folder cannot be
    written or a task failed, KeyboardInterrupt after ^C, when all workers have stopped.
    """
    jobs = list_jobs(suite)
    logs = _prepare_folder(folder)
    prepare_games(suite, jobs, progress)
    count = min(workers or os.cpu_count() or 1, len(jobs))
    failed = _run_jobs(jobs, logs, count, progress)
    if failed:
        raise RunError(
            f"{len(failed)} of {len(jobs)} tasks did not finish: {'; '.join(failed)}. What is finished is kept: run "
            "the same command again to go on"
        )
    from quickstudy.reports.report import write_report

    progress("writing the report")
    return write_report(folder)


def prepare_games(suite: Suite, jobs: list[Job], progress: Callable[[str], None]) -> None:
    """Compile the kernel once and generate all examples on all cores, so that workers find both ready."""
    from quickstudy.tasks.study import Study

    seen: set[str] = set()
    for job in jobs:
        known = {key: job.arguments[key] for key in ("sets", "seed", "teacher") if key in job.arguments}
        most = max(job.arguments["examples"])
        for game in (job.arguments["game"], job.arguments.get("evidence", "own")):
            key = json.dumps([game, most, known], sort_keys=True)
            if game == "own" or key in seen:
                continue
            seen.add(key)
            progress(f"preparing {game}: examples of {known.get('sets', 8)} sets")
            study = Study(game_name=game, examples=(most,), **known)
            study.examples_of(most, 0)


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


def _run_jobs(jobs: list[Job], logs: Path, count: int, progress: Callable[[str], None]) -> list[str]:
    waiting: queue.SimpleQueue[Job] = queue.SimpleQueue()
    for job in jobs:
        waiting.put(job)
    state = Progress(sum(job.matches for job in jobs))
    started = time.monotonic()
    lock = threading.Lock()

    def tell(job: Job, message: dict[str, Any]) -> None:
        with lock:
            if message["event"] == "match":
                state.done += 1
                progress(f"{state.done}/{state.total} matches, {time.monotonic() - started:.0f} s, {job.label}")
            elif message["event"] == "failed":
                state.failed.append(f"{job.label}: {message['reason']}")

    processes = [_start_worker(logs) for _ in range(count)]
    threads = [threading.Thread(target=_feed, args=(process, waiting, tell), daemon=True) for process in processes]
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            while thread.is_alive():
                thread.join(0.2)
    except KeyboardInterrupt:
        # the terminal has sent the signal to the workers, too; they close their logs
        for process in processes:
            _stop(process)
        raise
    finally:
        for process in processes:
            if process.poll() is None:
                _stop(process)
    return state.failed


def _start_worker(logs: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "quickstudy.benchmarks.worker", str(logs)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8")


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
            send.close()
            process.wait()
            return
        try:
            send.write(json.dumps({"model": job.model, "arguments": job.arguments}) + "\n")
            send.flush()
        except OSError:
            tell(job, {"event": "failed", "reason": "its worker process ended"})
            return
        finished = False
        for line in receive:
            if not line.startswith("{"):
                continue
            message = json.loads(line)
            tell(job, message)
            if message["event"] in ("finished", "failed"):
                finished = True
                break
        if not finished:
            tell(job, {"event": "failed", "reason": "its worker process ended"})
            return


def _stop(process: subprocess.Popen[str]) -> None:
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
