"""One job of a run inside a worker process: its matches go through Inspect's eval_set, which resumes them."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from inspect_ai import eval_set
from inspect_ai.hooks import Hooks, SampleEnd, hooks
from inspect_ai.log import EvalLog

UNFINISHED = "unfinished"
_listeners: list[Callable[[str], None]] = []
_MARKUP = re.compile(r"\[/?(?:bold|italic|red|blue|green|yellow|dim)[^\]]*\]")


@hooks(name="quickstudy_progress", description="Tells the run about each finished match.")
class MatchProgress(Hooks):
    """Reports finished matches."""

    async def on_sample_end(self, data: SampleEnd) -> None:
        """One match is done (or failed or interrupted: then it has no scores, and is none)."""
        if data.sample.scores and data.sample.error is None:
            for listener in _listeners:
                listener(str(data.sample.id))


def run_job(job: dict[str, Any], logs: Path, finished_match: Callable[[str], None]) -> str | None:
    """Run one job; returns None, or one sentence on why it did not finish.

    A job has a folder of its own while it runs, because eval_set reads all logs of its folder, even those that
    another process is writing. The finished log moves to `logs`.
    """
    _listeners[:] = [finished_match]
    folder = logs / UNFINISHED / job["name"]
    try:
        success, headers = eval_set(
            # by name: Inspect opens the model first, so that the task can check the model's window
            tasks=f"quickstudy/{job['task']}",
            task_args=job["arguments"],
            sample_id=job["samples"] or None,
            log_dir=str(folder),
            model=job["model"],
            model_roles=job["roles"] or None,
            display="none",
            log_realtime=False,
            log_buffer=1,
            retry_attempts=0,
            retry_immediate=False,
            max_samples=4,
            score_display=False,
            ctl_server=False,
        )
    except Exception as error:  # a worker reports every fault to its parent, which shows it
        return tidy_reason(str(error)) or type(error).__name__
    # after an interruption eval_set reports success, too, although the log says "cancelled"
    done = [header.location for header in headers if header.status == "success"]
    if not (success and done):
        return _find_reason(headers)
    _local_path(done[-1]).replace(logs / f"{job['name']}.eval")
    shutil.rmtree(folder)
    return None


def tidy_reason(text: str) -> str:
    """A fault's message as one sentence without the markup of terminals and without the last stop."""
    return " ".join(_MARKUP.sub("", text).split()).removeprefix("ERROR: ").rstrip(". ")


def _find_reason(headers: Sequence[EvalLog]) -> str:
    errors = [header.error.message for header in headers if header.error]
    if not errors:
        return "it was interrupted"
    # Inspect stores repr(error): the message is what its quotes hold
    message = errors[0].strip()
    quoted = re.fullmatch(r"""\w+\((?:\d+, )?(["'])(.*)\1\)""", message, re.DOTALL)
    return tidy_reason(quoted[2] if quoted else message.split("\n")[-1])


def _local_path(location: str) -> Path:
    return Path(unquote(urlsplit(location).path)) if location.startswith("file://") else Path(location)
