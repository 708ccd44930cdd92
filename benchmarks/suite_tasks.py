"""The tasks that a suite can name, their parameters, and which of them does on a game what another does elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from quickstudy.tasks.tracks import find_track, name_parameter, split_task

if TYPE_CHECKING:
    from inspect_ai import Task

TASKS = (
    *("board_game", "board_probe", "board_replay", "board_report", "memory", "reading"),
    *("chess_game", "chess_probe", "chess_replay", "chess_memory"),
)
TASK, PROBE_TASK, _, _, MEMORY_TASK, READING_TASK = TASKS[:6]
GAMES, PROBES = "game", "probe"
"""What a task does, on whatever track."""
ROLES = ("player", "author")
"""Model roles that a condition of chains can name; what it does not name is the model that is measured."""


class SuiteError(ValueError):
    """A suite that is unknown or ill-formed."""


def read_work(condition: Mapping[str, Any]) -> str:
    """What a condition's task does, whatever the track."""
    return split_task(condition.get("task", TASK))[1]


def fit_task(task: str, game: str, condition: Mapping[str, Any]) -> str:
    """The task on a game that does what a condition's `task` does, of the game's own track.

    Raises SuiteError where that track has no such task, or the task lacks a parameter of the condition.
    """
    named, work = split_task(task)
    track = find_track(game)
    own = f"{track.prefix}{work}"
    fitting = next((name for name in (own, work) if name in TASKS), None)  # notes on board games have a plain name
    if named is track or fitting == task:
        return task
    if fitting is None:
        raise SuiteError(f"{game} has no task {own}, which would do what {task} does: leave it out")
    unknown = sorted(set(condition) - set(list_parameters(fitting)) - {"task", *ROLES})
    if unknown:
        raise SuiteError(f"{game} is played by {fitting}, which has no parameter {unknown[0]!r}: leave the game out")
    return fitting


def fit_rings(game: str, condition: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """A condition with the rings in which notes on a game can be read, and those that only other games have."""
    from quickstudy.tasks.chains.rings import OPENINGS, RINGS
    from quickstudy.tasks.parameters import read_words

    known, given = find_track(game).list_rings(game), read_words(condition.get("rings", []))
    lacking = [ring for ring in given if ring in RINGS and ring not in known]
    if not lacking:
        return dict(condition), []
    fitted = {**condition, "rings": [ring for ring in given if ring not in lacking]}
    if set(fitted["rings"]) <= {OPENINGS}:  # then there is nothing to read in some generations only
        fitted.pop("ring_generations", None)
    return fitted, lacking


def find_task(name: str) -> Callable[..., Task]:
    """The Inspect task of that name, one of `TASKS`."""
    from quickstudy.tasks import registry

    found: Callable[..., Task] = getattr(registry, name)
    return found


def list_parameters(task: str) -> dict[str, Any]:
    """The parameters of a condition of a task and their defaults."""
    from quickstudy.tasks.checked_task import read_signature

    named = name_parameter(task)
    return {name: p.default for name, p in read_signature(find_task(task)).items() if name != named}
