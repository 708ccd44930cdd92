"""A worker process of a run: reads jobs from standard input, runs each, and reports on standard output.

The end of its input is its only signal: between jobs it means that nothing is left to do, within a job that the run
was interrupted or died. Then the worker closes its log and ends. It starts in a session of its own, so that ^C
reaches it once and in this way alone.
"""

from __future__ import annotations

import json
import os
import queue
import signal
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

GRACE = 10.0
INTERRUPTED = 130


class Inbox:
    """The jobs that arrive on standard input, read by a thread of their own so that its end is seen at once."""

    def __init__(self) -> None:
        self.jobs: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()
        self.ready = threading.Event()  # the main thread turns SIGINT into a closed log
        self.busy = threading.Event()  # a job has arrived and is not finished
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        for line in sys.stdin:
            self.busy.set()
            self.jobs.put(json.loads(line))
        interrupted = self.busy.is_set()
        self.jobs.put(None)
        if interrupted:
            if self.ready.is_set():
                # to the main thread, so that it wakes even where it waits for the network
                signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
                time.sleep(GRACE)
            os._exit(INTERRUPTED)


class Outbox:
    """The way to the parent process: standard output, which from now on is closed to what others print."""

    def __init__(self) -> None:
        self._pipe = os.dup(sys.stdout.fileno())
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

    def tell(self, **message: Any) -> None:
        """Report an event as one JSON line; nobody may be listening any more."""
        with suppress(OSError):
            os.write(self._pipe, (json.dumps(message) + "\n").encode())


def serve(logs: Path) -> None:
    """Run jobs until none is left."""
    outbox = Outbox()
    inbox = Inbox()
    from quickstudy.benchmarks.job import run_job

    inbox.ready.set()
    while (job := inbox.jobs.get()) is not None:
        reason = run_job(job, logs, lambda match: outbox.tell(event="match", id=match))
        inbox.busy.clear()
        outbox.tell(event="finished") if reason is None else outbox.tell(event="failed", reason=reason)


def main() -> int:
    """Serve the run whose logs folder is the only argument."""
    os.environ.setdefault("INSPECT_DISPLAY", "none")
    os.environ.setdefault("INSPECT_TRACE_LEVEL", "WARNING")  # else every call is traced to a file that nobody reads
    # where SIGINT is ignored, as below nohup or `&` in a script, that is inherited, and Inbox would wake nobody
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        serve(Path(sys.argv[1]))
    except KeyboardInterrupt:
        return INTERRUPTED
    return 0


if __name__ == "__main__":
    sys.exit(main())
