"""The Inspect solver of a match: asks the model, journals paid replies, and stores the record."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import unquote, urlsplit

import anyio
import anyio.to_thread
from inspect_ai.hooks import Hooks, TaskEnd, TaskStart, hooks
from inspect_ai.log import transcript
from inspect_ai.log._samples import sample_active
from inspect_ai.model import (
    CachePolicy,
    ChatMessage,
    ChatMessageAssistant,
    ChatMessageSystem,
    ChatMessageUser,
    Model,
    ModelOutput,
    get_model,
)
from inspect_ai.solver import Generate, Solver, TaskState, solver
from inspect_ai.util import StoreModel, store_as
from pydantic import Field

from quickstudy.scorers.metrics import describe_game
from quickstudy.tasks.examples.corpus import cache_folder
from quickstudy.tasks.journal import Journal
from quickstudy.tasks.match import Question, Reply, play_match
from quickstudy.tasks.study import Study
from quickstudy.tasks.window import fit_examples, is_embedded

INLINE_WORK = 40
_TRANSPORT = {
    "adaptive_connections",
    "attempt_timeout",
    "batch",
    "cache",
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


class InfrastructureError(RuntimeError):
    """No answer of the model came back; the match is asked again by Inspect's retries and never scored."""


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

        paid = not is_embedded(model)
        journal = Journal(find_journals(), plan.cell["cell_id"], number, match) if paid else None

        async def ask(question: Question) -> Reply:
            kept = journal.find(question) if journal else None
            if kept is not None:
                state.messages += [ChatMessageUser(content=question.messages[-1][1])]
                state.messages += [ChatMessageAssistant(content=kept.text)]
                return kept
            messages: list[ChatMessage] = [_ROLES[role](content=text) for role, text in question.messages]
            cache = _scope_cache(model, f"{plan.cell['cell_id']}-{number}-{match}-{question.game}")
            output = await model.generate(messages, cache=cache)
            reply = read_output(output)
            state.messages += [messages[-1], output.message]
            if journal:
                journal.add(question, reply)
            return reply

        async def compute(function: Callable[[], int], work: float) -> int:
            if work <= INLINE_WORK:
                return function()
            return await anyio.to_thread.run_sync(function, limiter=limiter)

        def finished(record: dict[str, Any]) -> None:
            store.record = {**record, "games": [*record["games"]]}  # a limit may end the match here
            transcript().info(describe_game(record["games"][-1]), source="quickstudy")

        if n < requested:
            transcript().info(f"The window holds **{n} of {requested}** examples of every set.", source="quickstudy")
        await play_match(plan, ask, compute, finished)
        state.completed = True
        return state

    return solve


def read_output(output: ModelOutput) -> Reply:
    """A model's output as a reply.

    Raises InfrastructureError for what is no answer of the model, so that it is asked again and never scored: an error
    that the provider reports, an output without a choice, and a prompt that was too long to be answered at all.
    """
    usage = output.usage
    written = usage.output_tokens if usage else 0
    if not output.choices or (output.error and output.stop_reason != "content_filter"):
        raise InfrastructureError(f"the provider gave no answer: {output.error or 'its output is empty'}")
    if output.stop_reason == "model_length" and not written:
        raise InfrastructureError(
            f"the prompt does not fit the model's context window ({output.completion[:200] or 'no reason given'}): "
            "impose a smaller one with the task parameter window"
        )
    return Reply(output.completion, output.stop_reason, usage.total_tokens - written if usage else 0, written)


def _scope_cache(model: Model, match: str) -> bool | CachePolicy:
    """Inspect's cache of responses, if it was asked for, one for each game: else equal positions share one reply."""
    asked = model.config.cache
    if not asked:
        return False
    policy = asked if isinstance(asked, CachePolicy) else CachePolicy()
    return policy.model_copy(update={"scopes": {**policy.scopes, "game": match}})


@hooks(name="quickstudy_journals", description="Removes the journal of paid replies when an evaluation's log is whole.")
class Journals(Hooks):
    """Knows the running evaluations' journal folders; one that fails or is interrupted keeps its folder."""

    folders: ClassVar[dict[str, Path]] = {}

    async def on_task_start(self, data: TaskStart) -> None:
        """An evaluation that is retried keeps its task's id, and so finds its journals again."""
        self.folders[data.eval_id] = Path("journals", data.spec.task_id)

    async def on_task_end(self, data: TaskEnd) -> None:
        """The log is written: a finished evaluation's replies are in it."""
        folder = self.folders.pop(data.eval_id, None)
        if folder is not None and data.log.status == "success":
            shutil.rmtree(_log_folder(data.log.location) / folder, ignore_errors=True)


def find_journals() -> Path:
    """The folder of the running evaluation's journals: beside its log, or in the cache folder if that is remote."""
    active = sample_active()
    if active is None:
        return cache_folder() / "journals"
    return _log_folder(active.log_location) / Journals.folders.get(active.eval_id, Path("journals", active.eval_id))


def _log_folder(location: str) -> Path:
    path = urlsplit(location)
    if path.scheme not in ("", "file"):
        return cache_folder()
    return Path(unquote(path.path) if path.scheme else location).parent


def _arguments(model: Model) -> str:
    """What the model was opened with, as canonical JSON; settings of the transport change no answer."""
    config = {key: value for key, value in model.config.model_dump(exclude_none=True).items() if key not in _TRANSPORT}
    given = {"model_args": model.model_args, "config": config}
    return json.dumps({key: value for key, value in given.items() if value}, sort_keys=True, default=str)
