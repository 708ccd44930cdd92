"""The Inspect solvers of sittings, replays and reports: ask the model about one example set, and store the record."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from inspect_ai.model import get_model
from inspect_ai.solver import Generate, Solver, TaskState, solver
from inspect_ai.util import StoreModel, store_as
from pydantic import Field

from quickstudy.scorers.recall import View
from quickstudy.tasks.conditions import Conditions
from quickstudy.tasks.inspect_match import is_repeat, open_ask, plan_seat, share_fits
from quickstudy.tasks.match import Ask, MatchPlan
from quickstudy.tasks.replay import plan_replay, reproduce_games
from quickstudy.tasks.report_test import plan_report, tell_cues
from quickstudy.tasks.sitting import answer_probes, plan_sitting
from quickstudy.tasks.study import Study

Finished = Callable[[dict[str, Any]], None]
Answer = Callable[[MatchPlan, View, Ask, Finished], Awaitable[dict[str, Any]]]


class SittingStore(StoreModel):
    """The record of a sitting in the sample's store: the source of truth of all published numbers."""

    record: dict[str, Any] = Field(default_factory=dict)


class ReplayStore(StoreModel):
    """The same for a replay."""

    record: dict[str, Any] = Field(default_factory=dict)


class ReportStore(StoreModel):
    """The same for the report test."""

    record: dict[str, Any] = Field(default_factory=dict)


@solver
def sitting_solver(study: Conditions, probes: int, window: int | None = None) -> Solver:
    """Answer the probes of one example set per sample; each epoch is a sitting of its own on the same probes."""

    async def answer(plan: MatchPlan, view: View, ask: Ask, finished: Finished) -> dict[str, Any]:
        return await answer_probes(plan_sitting(plan, study.skill, study.probe_set, probes), ask, finished)

    return _answer_once(study, window, SittingStore, "probes", answer)


@solver
def replay_solver(study: Conditions, places: int, moves: int, window: int | None = None) -> Solver:
    """Reproduce games of one example set per sample; each epoch is a replay of its own of the same moves."""

    async def answer(plan: MatchPlan, view: View, ask: Ask, finished: Finished) -> dict[str, Any]:
        return await reproduce_games(plan_replay(study, places, moves, view, plan), ask, finished)

    return _answer_once(study, window, ReplayStore, "replays", answer)


@solver
def report_solver(study: Study, most: int, window: int | None = None) -> Solver:
    """Ask one example set per sample for the cues that the player goes by; each epoch is an answer of its own."""

    async def answer(plan: MatchPlan, view: View, ask: Ask, finished: Finished) -> dict[str, Any]:
        return await tell_cues(plan_report(study, most, plan), ask, finished)

    return _answer_once(study, window, ReportStore, "cues", answer)


def _answer_once(
    study: Conditions,
    window: int | None,
    kept: type[SittingStore | ReplayStore | ReportStore],
    items: str,
    answer: Answer,
) -> Solver:
    """Let `answer` ask for the `items` of a record in place of each sample's match, and keep them as they come in."""
    fit = share_fits(study, window)

    async def solve(state: TaskState, generate: Generate) -> TaskState:
        model = get_model()
        seat = await fit(state, model)
        if is_repeat(study, seat):
            return state
        plan, store = plan_seat(study, model, seat), store_as(kept)

        def finished(record: dict[str, Any]) -> None:
            store.record = {**record, items: [*record[items]]}  # a limit may end it here

        await answer(plan, seat.view, open_ask(state, model, seat, plan.system, plan.cell["cell_id"]), finished)
        state.completed = True
        return state

    return solve
