"""The Inspect solver of a sitting: asks the model the probes of one example set, and stores the record."""

from __future__ import annotations

from typing import Any

from inspect_ai.model import get_model
from inspect_ai.solver import Generate, Solver, TaskState, solver
from inspect_ai.util import StoreModel, store_as
from pydantic import Field

from quickstudy.tasks.inspect_match import is_repeat, open_ask, plan_seat, share_fits
from quickstudy.tasks.sitting import answer_probes, plan_sitting
from quickstudy.tasks.study import Study


class SittingStore(StoreModel):
    """The record of a sitting in the sample's store: the source of truth of all published numbers."""

    record: dict[str, Any] = Field(default_factory=dict)


@solver
def sitting_solver(study: Study, probes: int, window: int | None = None) -> Solver:
    """Answer the probes of one example set per sample; each epoch is a sitting of its own on the same probes."""
    fit = share_fits(study, window)

    async def solve(state: TaskState, generate: Generate) -> TaskState:
        model = get_model()
        seat = await fit(state, model)
        if is_repeat(study, seat):
            return state
        plan = plan_sitting(study, probes, plan_seat(study, model, seat))
        store = store_as(SittingStore)

        def finished(record: dict[str, Any]) -> None:
            store.record = {**record, "probes": [*record["probes"]]}  # a limit may end the sitting here

        await answer_probes(plan, open_ask(state, model, seat, plan.system, plan.cell["cell_id"]), finished)
        state.completed = True
        return state

    return solve
