"""What the harness costs: time per model call outside model and engine, against a bare loop of Inspect's calls.

Both are real evaluations of the same embedded learner with the same prompts, one sample at a time so that nothing
overlaps, with the log settings of `quickstudy run`. They take turns, and the ratio is the median over rounds.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from inspect_ai import Task, eval_set
from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.model import ChatMessage, ChatMessageAssistant, ChatMessageSystem, ChatMessageUser, get_model
from inspect_ai.solver import Generate, Solver, TaskState, solver

from quickstudy.reports.tables import read_games
from quickstudy.tasks import game_challenge
from quickstudy.tasks.board_games import board_game
from quickstudy.tasks.learners.imitator import Imitator

Messages = Sequence[tuple[str, str]]
MODEL = "quickstudy/imitator"
CLASSES: dict[str, Any] = {"system": ChatMessageSystem, "user": ChatMessageUser, "assistant": ChatMessageAssistant}


@dataclass(frozen=True)
class Overhead:
    """Milliseconds per model call outside model and engine: ours, a bare loop's, and their ratio; the log's size."""

    ours: float
    bare: float
    ratio: float
    calls: int
    games: int
    bytes_per_game: float


def measure_overhead(
    game: str = "velun", examples: Sequence[int] = (1, 16), sets: int = 2, rounds: int = 3
) -> Overhead:
    """Play a small study and ask the same questions in a bare loop, in turns."""
    task = board_game(game, examples=list(examples), sets=sets)
    asked: list[list[Messages]] = []
    _run(task, asked)  # compiles, imports, fits, and tells what is asked
    bare = Task(
        dataset=MemoryDataset([Sample(id=i, input="bare", metadata={"i": i}) for i in range(len(asked))]),
        solver=ask_all(asked),
    )
    pairs, size, games = [], 0, 0
    for _ in range(rounds):
        ours, size, games = _run(task)
        pairs.append((ours, _run(bare)[0]))
    calls = sum(map(len, asked))
    milliseconds = [1000 * statistics.median(values) / calls for values in zip(*pairs, strict=True)]
    ratio = statistics.median(ours / other for ours, other in pairs)
    return Overhead(milliseconds[0], milliseconds[1], ratio, calls, games, size / max(games, 1))


@solver
def ask_all(asked: list[list[Messages]]) -> Solver:
    """Ask the questions of a sample, one after the other, and do nothing else."""

    async def solve(state: TaskState, generate: Generate) -> TaskState:
        model = get_model()
        for messages in asked[state.metadata["i"]]:
            sent: list[ChatMessage] = [CLASSES[role](content=text) for role, text in messages]
            await model.generate(sent)
        return state

    return solve


def _run(task: Task, asked: list[list[Messages]] | None = None) -> tuple[float, int, int]:
    """Seconds of an evaluation outside model and engine, the log's bytes, and its games; `asked` gets the questions."""

    def keep(learner: Imitator, messages: Messages) -> None:
        if asked is not None:
            # a match has its own system message: the evaluation plays one match at a time
            if not asked or asked[-1][-1][0] != messages[0]:
                asked.append([])
            asked[-1].append(messages)

    with tempfile.TemporaryDirectory() as folder:
        with _timed(Imitator, "answer", keep) as model, _timed(game_challenge, "choose_move") as engine:
            start = time.perf_counter()
            eval_set(
                tasks=task,
                model=MODEL,
                log_dir=folder,
                display="none",
                log_realtime=False,
                log_buffer=1,
                max_samples=1,
                score_display=False,
            )
            seconds = time.perf_counter() - start - sum(model) - sum(engine)
        logs = list(Path(folder).glob("*.eval"))
        games = len(read_games(Path(folder))) if engine else 0
        return seconds, sum(log.stat().st_size for log in logs), games


@contextmanager
def _timed(owner: Any, name: str, seen: Callable[..., None] | None = None) -> Iterator[list[float]]:
    """Replace a function by itself with a stop-watch; yields the seconds of each call."""
    original, seconds = getattr(owner, name), list[float]()

    def watched(*arguments: Any) -> Any:
        if seen is not None:
            seen(*arguments)
        start = time.perf_counter()
        result = original(*arguments)
        seconds.append(time.perf_counter() - start)
        return result

    setattr(owner, name, watched)
    try:
        yield seconds
    finally:
        setattr(owner, name, original)
