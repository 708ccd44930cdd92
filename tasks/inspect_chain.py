"""Chains in Inspect: a sample for each study stage and each play stage, the next ones added as stages finish.

The study stage of generation g hands its notes to two new samples: the play stage of g, and the study stage of g + 1.
Nothing else reaches them, as their metadata show. Inspect tells a retried task of the samples that are finished, so a
chain goes on at the stage where it was stopped, and within it by the journal of replies.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import anyio
from inspect_ai import SampleSource, Task
from inspect_ai.dataset import Sample
from inspect_ai.log import EvalSample, transcript
from inspect_ai.model import GenerateConfig, Model, get_model
from inspect_ai.scorer import Scorer
from inspect_ai.solver import Generate, Solver, TaskState, solver
from inspect_ai.util import StoreModel, store_as
from pydantic import Field

from quickstudy.scorers.metrics import describe_game
from quickstudy.scorers.recall import View
from quickstudy.scorers.stage_metrics import STAGE_KEY
from quickstudy.tasks.cell import TASK_VERSION
from quickstudy.tasks.chains.audit import Audit
from quickstudy.tasks.chains.course import Course
from quickstudy.tasks.chains.stage import Stage, describe_stage, play_stage, remember_games
from quickstudy.tasks.challenge import Compute
from quickstudy.tasks.inspect_match import MatchStore, Seat, compute_in_threads, name_arguments, open_ask
from quickstudy.tasks.match import Ask, MatchPlan, play_match
from quickstudy.tasks.regimes.notes import Notes
from quickstudy.tasks.window import fit_examples

STUDY, PLAY = "study", "play"


class StageStore(StoreModel):
    """The record of a study stage: notes before and after, games, edits."""

    record: dict[str, Any] = Field(default_factory=dict)


def build_chains(course: Course, scorer: Scorer, window: int | None = None, **metadata: Any) -> Task:
    """The task of a course; `window` is a context window in tokens to impose on the player; the log has `metadata`."""
    study = course.study
    return Task(
        dataset=Chains(course),
        solver=chain_solver(course, window),
        scorer=scorer,
        config=GenerateConfig(max_tokens=study.reply_tokens),
        version=TASK_VERSION,
        metadata={"skill": study.name, "rules_hash": study.rules_hash, "regime": course.regime, **metadata},
    )


class Chains(SampleSource):
    """The samples of a course, in the order in which they can be played."""

    def __init__(self, course: Course) -> None:
        self._course = course

    def initial_samples(self) -> list[Sample]:
        """Of each chain the play stage without notes, and the first study stage."""
        return [sample for chain in range(self._course.chains) for sample in self._follow(chain, 0, Notes(), [])]

    async def sample_complete(self, sample: EvalSample) -> list[Sample] | None:
        """What can be played with the notes of a finished study stage; nothing after one that a limit ended."""
        given = sample.metadata
        record = None if sample.error else read_stage(sample)
        if given["stage"] != STUDY or not record:
            return None
        games = [*given["told"], {"games": record["games"]}]
        told = [{"games": [_shorten(game) for game in stage["games"]]} for stage in games]
        return self._follow(int(given["chain"]), int(given["generation"]), Notes.from_list(record["notes"]), told)

    async def next_samples(self) -> None:
        """Nothing more."""
        return

    def _follow(self, chain: int, generation: int, notes: Notes, told: Sequence[Mapping[str, Any]]) -> list[Sample]:
        course = self._course
        following = [self._sample(PLAY, chain, generation, notes, [], ring) for ring in course.list_rings(generation)]
        if generation < course.last:
            following.append(self._sample(STUDY, chain, generation + 1, notes, told))
        return following

    def _sample(
        self,
        stage: str,
        chain: int,
        generation: int,
        notes: Notes,
        told: Sequence[Mapping[str, Any]],
        ring: str = "",
    ) -> Sample:
        study = self._course.study
        what = {STUDY: _name_study(self._course), PLAY: f"plays {self._course.play_games} games"}
        return Sample(
            id=f"{study.name}-chain{chain}-generation{generation}-{stage}" + (f"-{ring}" if ring else ""),
            input=f"{study.title}: generation {generation} of chain {chain} {what[stage]}"
            + (f" in the ring {ring}" if ring else ""),
            metadata={
                "skill": study.name,
                "stage": stage,
                "chain": chain,
                "set": chain,
                "generation": generation,
                "notes": notes.to_list(),
                "digest": notes.digest,
                "told": list(told),
                **({"ring": ring} if ring else {}),
            },
        )


def _name_study(course: Course) -> str:
    """What is done in a study stage."""
    if course.practises:
        return f"practises with {course.self_study.verifier_calls} answers of the rules"
    return f"{'chooses among' if course.regime == 'study' else 'makes notes of'} {course.games} games"


def read_stage(sample: EvalSample) -> Mapping[str, Any]:
    """The record of a finished study stage, from its store, or from its score where the store was not restored.

    Empty for a stage that was ended before it had notes: its store holds the games so far.
    """
    kept: Mapping[str, Any] = sample.store.get(STAGE_KEY) or {}
    scored = [score.metadata or {} for score in (sample.scores or {}).values()]
    return next((found for found in (kept, *scored) if "notes" in found), {})


def _shorten(game: Mapping[str, Any]) -> dict[str, Any]:
    """What a game tells of the player's strength."""
    return {name: game[name] for name in ("opponent_elo", "result", "forfeit")}


async def play_audited(
    state: TaskState, player: Model, seat: Seat, plan: MatchPlan, canaries: set[str], compute: Compute
) -> None:
    """Play a match with notes, its record in the sample's store; raises AuditError where prompts held anything else."""
    audit, store = Audit(plan, canaries), store_as(MatchStore)
    ask = open_ask(state, player, seat, plan.system, plan.cell["cell_id"])

    def finished(record: dict[str, Any]) -> None:
        store.record = {**record, "games": [*record["games"]]}
        transcript().info(describe_game(record["games"][-1]), source="quickstudy")

    record = await play_match(plan, audit.watch(ask), compute, finished)
    audit.check(record)
    store.record = record


def share_views(course: Course, window: int | None) -> Callable[[TaskState, Model], Awaitable[View]]:
    """A function that fits the examples beside the notes to the player's window, once for all samples of a player.

    The sample's metadata tell how many are in view and were asked for, and its transcript where they differ.
    """
    fitted: dict[str, View] = {}
    lock = anyio.Lock()

    async def fit(state: TaskState, player: Model) -> View:
        async with lock:
            if str(player) not in fitted:
                fitted[str(player)] = await fit_examples(course.study, player, course.view, window, course.room)
        view = fitted[str(player)]
        state.metadata.update(n=view.m, n_requested=course.view.m)
        if view.m < course.view.m:
            shown = f"The window holds **{view.m} of {course.view.m}** examples of every set beside the notes."
            transcript().info(shown, source="quickstudy")
        return view

    return fit


@solver
def chain_solver(course: Course, window: int | None = None) -> Solver:
    """Carry out one stage per sample, with the roles `player`, `author`, `reviewer` (by default the model itself)."""
    compute, fit = compute_in_threads(), share_views(course, window)

    async def solve(state: TaskState, generate: Generate) -> TaskState:
        given = state.metadata
        chain, generation = int(given["chain"]), int(given["generation"])
        notes = Notes.from_list(given["notes"])
        player, author = get_model(role="player"), get_model(role="author")
        name, arguments = str(player), name_arguments(player)
        view, by = await fit(state, player), "" if str(author) == name else str(author)
        reviewer = get_model(role="reviewer") if course.reviews else player
        seen_by = "" if str(reviewer) == name else str(reviewer)
        seat = Seat(view, view, chain, generation)
        if given["stage"] == PLAY:
            ring = str(given.get("ring", ""))
            plan = course.plan_play(name, arguments, view, chain, generation, notes, by, ring=ring, reviewer=seen_by)
            await play_audited(state, player, seat, plan, course.list_canaries(chain, generation, ring), compute)
        else:
            known = remember_games(given["told"])
            plan_own = course.plan_study(name, arguments, chain, generation, notes, known)
            reviewing = (str(reviewer), name_arguments(reviewer))
            cell = course.name_stage(name, arguments, str(author), name_arguments(author), reviewing)
            ask = open_ask(state, player, seat, plan_own.system if plan_own else "", cell)

            def ask_author(system: str) -> Ask:
                return open_ask(state, author, seat, system, f"{cell}-author")

            def ask_fresh(role: str, system: str) -> Ask:
                model = reviewer if role == "reviewer" else player
                return open_ask(state, model, seat, system, f"{cell}-{role}")

            stages = store_as(StageStore)

            def told(record: dict[str, Any]) -> None:
                stages.record = dict(record)

            following = course.plan_play(name, arguments, view, chain, generation, Notes(), by, reviewer=seen_by).cell
            stage = Stage(course, chain, generation, notes, following)
            record = await play_stage(stage, plan_own, ask, ask_author, compute, told, ask_fresh)
            stages.record = record
            transcript().info(describe_stage(record), source="quickstudy")
        state.completed = True
        return state

    return solve
