"""The Inspect solver of a match: fits the examples to the window, asks the model, and stores the record."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from typing import Any

import anyio
import anyio.to_thread
from inspect_ai.log import transcript
from inspect_ai.model import (
    ChatMessage,
    ChatMessageAssistant,
    ChatMessageSystem,
    ChatMessageUser,
    Model,
    get_model,
    get_model_info,
)
from inspect_ai.model._model import active_model
from inspect_ai.solver import Generate, Solver, TaskState, solver
from inspect_ai.util import StoreModel, store_as
from pydantic import Field

from quickstudy.scorers.metrics import describe_game
from quickstudy.tasks.examples.corpus import cache_folder
from quickstudy.tasks.journal import Journal
from quickstudy.tasks.learners.learner import count_tokens
from quickstudy.tasks.match import Question, Reply, play_match
from quickstudy.tasks.study import Study

POSITION_RESERVE = 2048
INLINE_WORK = 40
EMBEDDED = "quickstudy/"
_TRANSPORT = {
    "adaptive_connections",
    "attempt_timeout",
    "batch",
    "cache_prompt",
    "max_connections",
    "max_retries",
    "stream_idle_timeout",
    "timeout",
}
_ROLES: dict[str, Any] = {
    "system": ChatMessageSystem,
    "user": ChatMessageUser,
    "assistant": ChatMessageAssistant,
}


class MatchStore(StoreModel):
    """The record of a match in the sample's store: the source of truth of all published numbers."""

    record: dict[str, Any] = Field(default_factory=dict)


class WindowTooSmall(ValueError):
    """The context window does not hold the rules and one example beside the position and the reply."""


@solver
def match_solver(study: Study, window: int | None = None) -> Solver:
    """Play one match per sample; each epoch is a match of its own. `window` is in tokens (see `board_game`)."""
    fitted: dict[tuple[str, int], int] = {}
    lock = anyio.Lock()
    limiter: anyio.CapacityLimiter | None = None

    async def solve(state: TaskState, generate: Generate) -> TaskState:
        nonlocal limiter
        limiter = limiter or anyio.CapacityLimiter(os.cpu_count() or 1)
        model = get_model()
        requested, number = int(state.metadata["n_requested"]), int(state.metadata["set"])
        async with lock:
            key = (str(model), requested)
            if key not in fitted:
                fitted[key] = await fit_examples(study, model, requested, window)
        n = fitted[key]
        match = int(state.metadata["match"]) + state.epoch - 1
        plan = study.plan(str(model), _arguments(model), n, requested, number, match)
        state.metadata.update(n=n, match=match)
        state.messages = [ChatMessageSystem(content=plan.system)]
        store = store_as(MatchStore)

        paid = not str(model).startswith(EMBEDDED)
        journal = Journal(cache_folder() / "journal", plan.cell["cell_id"], number, match) if paid else None

        async def ask(question: Question) -> Reply:
            kept = journal.find(question) if journal else None
            if kept is not None:
                state.messages += [ChatMessageUser(content=question.messages[-1][1])]
                state.messages += [ChatMessageAssistant(content=kept.text)]
                return kept
            messages: list[ChatMessage] = [_ROLES[role](content=text) for role, text in question.messages]
            output = await model.generate(messages)
            state.messages += [messages[-1], output.message]
            usage = output.usage
            reply = Reply(
                output.completion,
                output.stop_reason,
                usage.total_tokens - usage.output_tokens if usage else 0,
                usage.output_tokens if usage else 0,
            )
            if journal:
                journal.add(question, reply)
            return reply

        async def compute(function: Callable[[], int], work: float) -> int:
            if work <= INLINE_WORK:
                return function()
            return await anyio.to_thread.run_sync(function, limiter=limiter)

        def finished(record: dict[str, Any]) -> None:
            transcript().info(describe_game(record["games"][-1]), source="quickstudy")

        if n < requested:
            transcript().info(f"The window holds **{n} of {requested}** examples of every set.", source="quickstudy")
        store.record = await play_match(plan, ask, compute, finished)
        if journal:
            journal.close()
        state.completed = True
        return state

    return solve


async def fit_examples(study: Study, model: Model, n: int, window: int | None) -> int:
    """The largest number of whole examples, at most n, that fits the window in every set, so that all share one n.

    Raises WindowTooSmall where n > 0 and not one example fits, or where the rules alone do not fit.
    """
    limit = _find_window(model, window)
    if limit is None:
        return n
    room = limit - POSITION_RESERVE - study.reply_tokens

    async def fits(k: int) -> bool:
        for number in range(study.sets):
            text = study.write_system(k, number)
            # a token is at least one byte, so a short text needs no counting
            if len(text.encode()) > room and await model.count_tokens(text) > room:
                return False
        return True

    if await fits(n):
        return n
    low, high = 0, n
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if await fits(middle) else (low, middle)
    if low == 0:
        raise _too_small(study, n, limit)
    return low


def check_window(study: Study, window: int | None) -> None:
    """Refuse a window that is too small before anything runs, as far as that is known by then.

    Raises WindowTooSmall. Only the embedded learners' tokens can be counted here; other models are asked when their
    first match starts (`fit_examples`).
    """
    model = active_model()
    limit = window if model is None else _find_window(model, window)
    if limit is None:
        return
    room = limit - POSITION_RESERVE - study.reply_tokens
    counted = model is not None and str(model).startswith(EMBEDDED)
    for n in study.examples:
        texts = [study.write_system(min(n, 1), number) for number in range(study.sets)] if counted and room > 0 else []
        if room <= 0 or any(count_tokens(text) > room for text in texts):
            raise _too_small(study, n, limit)


def _find_window(model: Model, window: int | None) -> int | None:
    """The window to keep to: the one imposed, the one the model was opened with, or what Inspect knows, in tokens."""
    own: int | None = getattr(model.api, "context", None)
    info = None if window or own else get_model_info(model)
    return window or own or (info.input_tokens or info.context_length if info else None)


def _too_small(study: Study, n: int, limit: int) -> WindowTooSmall:
    held = f"the rules of {study.game.name}" + (" and one example" if n else "")
    return WindowTooSmall(
        f"the context window of {limit} tokens does not hold {held} beside {POSITION_RESERVE} tokens for the position "
        f"and {study.reply_tokens} for the reply: use a larger window or fewer reply_tokens"
    )


def _arguments(model: Model) -> str:
    """What the model was opened with, as canonical JSON; settings of the transport change no answer."""
    config = {key: value for key, value in model.config.model_dump(exclude_none=True).items() if key not in _TRANSPORT}
    given = {"model_args": model.model_args, "config": config}
    return json.dumps({key: value for key, value in given.items() if value}, sort_keys=True, default=str)
