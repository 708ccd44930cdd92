"""A worker process of a run: reads jobs from standard input, runs each through eval_set, reports on standard output."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

from inspect_ai import eval_set
from inspect_ai.hooks import Hooks, SampleEnd, hooks

from quickstudy.tasks.board_games import board_game


def tell(**message: Any) -> None:
    """Report an event to the parent process as one JSON line."""
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


@hooks(name="quickstudy_progress", description="Tells the run about each finished match.")
class MatchProgress(Hooks):
    """Reports finished matches."""

    async def on_sample_end(self, data: SampleEnd) -> None:
        """One match is done (or failed, which the log says)."""
        tell(event="match", id=str(data.sample.id))


def run_job(job: dict[str, Any], logs: Path) -> str | None:
    """Run one job; returns None, or one sentence on why it did not finish."""
    success, headers = eval_set(
        tasks=[board_game(**job["arguments"])],
        log_dir=str(logs),
        model=job["model"],
        display="none",
        log_dir_allow_dirty=True,
        log_realtime=False,
        log_buffer=1,
        retry_attempts=0,
        retry_immediate=False,
        max_samples=4,
        score_display=False,
    )
    if success:
        return None
    errors = [header.error.message for header in headers if header.error]
    return errors[0].strip().split("\n")[-1] if errors else "it was interrupted"


def main() -> int:
    """Serve jobs until standard input ends."""
    logs = Path(sys.argv[1])
    for line in sys.stdin:
        try:
            reason = run_job(json.loads(line), logs)
        except KeyboardInterrupt:
            return 130
        except Exception as error:  # a worker reports every fault to its parent, which shows it
            reason = " ".join(str(error).split()) or type(error).__name__
        if reason is None:
            tell(event="finished")
        else:
            tell(event="failed", reason=reason)
    return 0


if __name__ == "__main__":
    os.environ.setdefault("INSPECT_DISPLAY", "none")
    sys.exit(main())
