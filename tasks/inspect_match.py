"""The Inspect solver of a match: asks the model, journals paid replies, and stores the record."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, ClassVar, NamedTuple
from urllib.parse import unquote, urlsplit

import anyio
import anyio.to_thread
from inspect_ai.hooks import Hooks, TaskEnd, TaskStart, hooks
from inspect_ai.log import read_eval_log_async, transcript
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
from quickstudy.scorers.recall import View
from quickstudy.tasks.challenge import Compute
from quickstudy.tasks.conditions import Conditions
from quickstudy.tasks.examples.corpus import cache_folder
from quickstudy.tasks.journal import Journal
from quickstudy.tasks.match import Ask, MatchPlan, PhaseZero, Question, Reply, play_match
from quickstudy.tasks.study_task import PHASE_ZERO, name_sample, read_asked, read_phase_zero
from quickstudy.tasks.thinking import check_alone
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
def match_solver(study: Conditions, window: int | None = None) -> Solver:
    """Play one match per sample; each epoch is a match of its own. `window` is in tokens (see `board_game`)."""
    fit, compute = share_fits(study, window), compute_in_threads()
    if study.has_phases:
        fit = refuse_older_logs(fit)

    async def solve(state: TaskState, generate: Generate) -> TaskState:
        model = get_model()
        seat = await fit(state, model)
        if is_repeat(study, seat):
            return state
        plan = plan_seat(study, model, seat, find_phase_zero(study, state, seat))
        store = store_as(MatchStore)
        ask = open_ask(state, model, seat, plan.system, plan.cell["cell_id"])

        def finished(record: dict[str, Any]) -> None:
            store.record = {**record, "games": [*record["games"]]}  # a limit may end the match here
            transcript().info(describe_game(record["games"][-1]), source="quickstudy")

        await play_match(plan, ask, compute, finished)
        state.completed = True
        return state

    return solve


def compute_in_threads() -> Compute:
    """What runs the opposition's computation: more than `INLINE_WORK` in threads, as many as there are cores."""
    limiter: anyio.CapacityLimiter | None = None

    async def compute(function: Callable[[], int], work: float) -> int:
        nonlocal limiter
        if work <= INLINE_WORK:
            return function()
        limiter = limiter or anyio.CapacityLimiter(os.cpu_count() or 1)  # belongs to the running event loop
        return await anyio.to_thread.run_sync(function, limiter=limiter)

    return compute


class Seat(NamedTuple):
    """Where a sample stands: what is in view and was asked for, its example set, and its match (or sitting) there."""

    view: View
    requested: View
    set: int
    match: int


def plan_seat(study: Conditions, model: Model, seat: Seat, phase_zero: PhaseZero | None = None) -> MatchPlan:
    """The plan of a sample's match. Raises ValueError where the model was opened with other thinking."""
    check_alone(study.thinking, model.config.model_dump(exclude_none=True))
    arguments, requested = name_arguments(model), seat.requested
    return study.plan(
        str(model), arguments, seat.view, seat.set, seat.match, requested=requested, phase_zero=phase_zero
    )


def find_phase_zero(study: Conditions, state: TaskState, seat: Seat) -> PhaseZero | None:
    """What a sample's match begins from; None for matches of set 0 and against fixed opponents.

    Raises InfrastructureError where set 0 of the view was not finished: then its other sets wait for a retry.
    """
    found = read_phase_zero(state.metadata)
    if found is None and study.has_phases and seat.set:
        first = name_sample(study.name, seat.requested, 0)
        raise InfrastructureError(f"it begins from what {first} tells, which did not finish: retry the evaluation")
    return found


def is_repeat(study: Conditions, seat: Seat) -> bool:
    """Whether a sample with fewer examples or slots is fitted to the same view, so that nothing is left to play."""
    layout, most = seat.view.layout, seat.requested.slots
    smaller = [view for view in study.views if view.layout == layout and seat.view.slots <= view.slots < most]
    if smaller:
        transcript().info(f"It is the same as {smaller[0].name}: the window holds no more.", source="quickstudy")
    return bool(smaller)


Fit = Callable[[TaskState, Model], Awaitable[Seat]]


def share_fits(study: Conditions, window: int | None) -> Fit:
    """A function that seats a sample: it fits what is in view to the window, once for all samples of a model and view.

    The sample's metadata and transcript tell how many examples are in view.
    """
    fitted: dict[tuple[str, View], View] = {}
    lock = anyio.Lock()

    async def fit(state: TaskState, model: Model) -> Seat:
        given = state.metadata
        requested = read_asked(given)
        async with lock:
            key = (str(model), requested)
            if key not in fitted:
                fitted[key] = await fit_examples(study, model, requested, window)
        view = fitted[key]
        seat = Seat(view, requested, int(given["set"]), int(given["match"]) + state.epoch - 1)
        given.update(n=view.m, m=view.m, slots=view.slots, match=seat.match)
        if view.slots < requested.slots:
            what = "examples of every set" if view.layout == "plain" else "example slots"
            shown = f"The window holds **{view.slots} of {requested.slots}** {what}."
            transcript().info(shown, source="quickstudy")
        return seat

    return fit


def refuse_older_logs(fit: Fit) -> Fit:
    """The same, but for a retry of a log from before there was a phase 0: Inspect would play its matches anew."""
    tried: set[str] = set()

    async def check(state: TaskState, model: Model) -> Seat:
        active = sample_active()
        if active is not None and active.eval_id not in tried:
            task_id, own = (
                Journals.folders.get(active.eval_id, Path(active.eval_id)).name,
                Path(active.log_location).name,
            )
            for path in sorted(_log_folder(active.log_location).glob(f"*{task_id}*.eval")):
                if path.name != own and PHASE_ZERO not in (await _read_header(path)):
                    raise InfrastructureError(
                        f"{path.name} was begun by a version without phase 0: its matches stay valid, but retry it "
                        "with that version, or start a new evaluation"
                    )
            tried.add(active.eval_id)
        return await fit(state, model)

    return check


def open_ask(state: TaskState, model: Model, seat: Seat, system: str, cell_id: str) -> Ask:
    """How a sample asks its model; replies that were paid before an interruption come from the journal.

    The sample's messages begin with the system message, and each question and reply is added to them.
    """
    state.messages = [ChatMessageSystem(content=system)]
    journal = None if is_embedded(model) else Journal(find_journals(), cell_id, seat.set, seat.match)

    async def ask(question: Question) -> Reply:
        kept = journal.find(question) if journal else None
        if kept is not None:
            state.messages += [ChatMessageUser(content=question.messages[-1][1])]
            state.messages += [ChatMessageAssistant(content=kept.text)]
            return kept
        messages: list[ChatMessage] = [_ROLES[role](content=text) for role, text in question.messages]
        cache = _scope_cache(model, f"{cell_id}-{seat.set}-{seat.match}-{question.game}")
        output = await model.generate(messages, cache=cache)
        reply = read_output(output)
        state.messages += [messages[-1], output.message]
        if journal:
            journal.add(question, reply)
        return reply

    return ask


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
    read, thought = (usage.total_tokens - written, usage.reasoning_tokens or 0) if usage else (0, 0)
    return Reply(output.completion, output.stop_reason, read, written, thought)


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


async def _read_header(path: Path) -> dict[str, Any]:
    return (await read_eval_log_async(str(path), header_only=True)).eval.metadata or {}


def _log_folder(location: str) -> Path:
    path = urlsplit(location)
    if path.scheme not in ("", "file"):
        return cache_folder()
    return Path(unquote(path.path) if path.scheme else location).parent


def name_arguments(model: Model) -> str:
    """What the model was opened with, as canonical JSON; settings of the transport change no answer.

    Arguments that are a part of its name (`named_arguments` of its provider) are left out.
    """
    config = {key: value for key, value in model.config.model_dump(exclude_none=True).items() if key not in _TRANSPORT}
    named = getattr(model.api, "named_arguments", ())
    own = {key: value for key, value in model.model_args.items() if key not in named}
    given = {"model_args": own, "config": config}
    return json.dumps({key: value for key, value in given.items() if value}, sort_keys=True, default=str)
