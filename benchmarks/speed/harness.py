"""What the harness costs: time per model call outside model and engine, against a bare loop of Inspect's calls.

Both are real evaluations of the same embedded learner with the same prompts and the log settings of `quickstudy run`,
but one sample at a time: else opponents compute beside the event loop, and no wall time is left for either alone. They
take turns, and ratios are medians over rounds. Processor time is told first, since other load hardly changes it.
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
from unittest import mock

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
    """What the harness costs outside model and engine, and the log's size.

    `ours` and `bare` are milliseconds of processor time per model call, `ours_wall` and `bare_wall` of wall time.
    """

    ours: float
    bare: float
    ratio: float
    ours_wall: float
    bare_wall: float
    ratio_wall: float
    calls: int
    games: int
    bytes_per_game: float
    bytes_per_call: float


@dataclass(frozen=True)
class Cost:
    """Seconds of one evaluation outside model and engine, its log's bytes, its model calls and its games."""

    processor: float
    wall: float
    size: int
    calls: int
    games: int


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
    pairs = [(_run(task), _run(bare)) for _ in range(rounds)]
    last = pairs[-1][0]
    if any(cost.calls != last.calls for pair in pairs for cost in pair):
        raise RuntimeError("the evaluations asked different numbers of questions")
    return Overhead(
        *_compare([(ours.processor, other.processor) for ours, other in pairs], last.calls),
        *_compare([(ours.wall, other.wall) for ours, other in pairs], last.calls),
        calls=last.calls,
        games=last.games,
        bytes_per_game=last.size / last.games,
        bytes_per_call=last.size / last.calls,
    )


def _compare(pairs: list[tuple[float, float]], calls: int) -> tuple[float, float, float]:
    """Median milliseconds per call of both sides, and the median of the rounds' ratios, from seconds of each round."""
    ours, bare = (1000 * statistics.median(side) / calls for side in zip(*pairs, strict=True))
    return ours, bare, statistics.median(a / b for a, b in pairs)


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


def _run(task: Task, asked: list[list[Messages]] | None = None) -> Cost:
    """Run an evaluation; `asked` gets its questions, those of each sample in a list."""

    def keep(learner: Imitator, messages: Messages, thinking: int = 0) -> None:
        if asked is not None:
            # a match has its own system message: the evaluation plays one match at a time
            if not asked or asked[-1][-1][0] != messages[0]:
                asked.append([])
            asked[-1].append(messages)

    with tempfile.TemporaryDirectory() as folder:
        with timed(Imitator, "reply", keep) as model, timed(game_challenge, "choose_move") as engine:
            processor, wall = time.process_time(), time.perf_counter()
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
            processor, wall = time.process_time() - processor, time.perf_counter() - wall
        size = sum(log.stat().st_size for log in Path(folder).glob("*.eval"))
        games = len(read_games(Path(folder))) if engine else 0
    elsewhere = [sum(times) for times in zip(*model, *engine, strict=True)]
    return Cost(processor - elsewhere[0], wall - elsewhere[1], size, len(model), games)


@contextmanager
def timed(owner: Any, name: str, seen: Callable[..., None] | None = None) -> Iterator[list[tuple[float, float]]]:
    """Replace a function by itself with a stop-watch; yields each call's seconds of processor and of wall time."""
    original, times = getattr(owner, name), list[tuple[float, float]]()

    def watched(*arguments: Any) -> Any:
        if seen is not None:
            seen(*arguments)
        # of this thread alone: opponents may compute in another
        processor, wall = time.thread_time(), time.perf_counter()
        result = original(*arguments)
        times.append((time.thread_time() - processor, time.perf_counter() - wall))
        return result

    # restores an inherited function as inherited
    with mock.patch.object(owner, name, watched):
        yield times
