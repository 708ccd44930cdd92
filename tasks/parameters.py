"""What is typed for a task's parameters, checked and turned into a study, whatever the track.

What would change nothing is refused here and not by studies and courses, which are also made from finished logs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from inspect_ai.model._model import active_model

from quickstudy.scorers.recall import View
from quickstudy.tasks.chains.course import Course
from quickstudy.tasks.chains.rings import OPENINGS
from quickstudy.tasks.checks import require
from quickstudy.tasks.conditions import Conditions
from quickstudy.tasks.match import PhaseZero
from quickstudy.tasks.regimes.self_study import PRACTICE, SelfStudy
from quickstudy.tasks.study import Study, list_views
from quickstudy.tasks.thinking import check_alone, read_thinking
from quickstudy.tasks.window import check_window

Several = str | int | list[int]


def read_study(game: str, examples: Several, window: int | None, **conditions: Any) -> Study:
    """The study of a board game from a task's parameters, as `read_conditions`."""
    return read_conditions(Study, game, examples, window, **conditions)


AnyStudy = TypeVar("AnyStudy", bound=Conditions)


def read_conditions(
    track: type[AnyStudy],
    game: str,
    examples: Several,
    window: int | None,
    opponents: str | list[str] = "adaptive",
    layouts: str | list[str] = "plain",
    thinking: object = None,
    **conditions: Any,
) -> AnyStudy:
    """The study of a track from a task's parameters, checked as far as is known before a model is asked.

    `conditions` are passed on as they are. Raises ValueError, one sentence that names the parameter.
    """
    study = track(
        game_name=game,
        examples=tuple(_integers(examples)),
        opponents=() if opponents == "adaptive" else tuple(read_words(opponents)),
        layouts=tuple(read_words(layouts)),
        thinking=read_thinking(thinking),
        **conditions,
    )
    check_window(study, window)
    if set(study.layouts) == {"plain"}:
        _refuse_unused(study, ("m", "slots", "filler"), "only other layouts than plain have it")
        if study.library_lead:
            _refuse_unused(study, ("teacher",), "the examples are games of a file, and nobody's of the ladder")
    _refuse_twice("opponents", study.opponents)
    model = active_model()  # Inspect opens it first where it makes the task itself
    check_alone(study.thinking, {} if model is None else model.config.model_dump(exclude_none=True))
    return study


def read_course(
    track: type[Conditions],
    game: str,
    examples: int,
    window: int | None,
    chains: int,
    study: Mapping[str, Any],
    kinds: str | list[str],
    control: str,
    rings: str | list[str],
    ring_generations: str | int | list[str] | list[int],
    own: Mapping[str, Any],
    **conditions: Any,
) -> Course:
    """The course of a track from a task's parameters, checked as far as is known before a model is asked.

    `study` are those of its matches, `own` those of `SelfStudy`; `conditions` are passed on as they are. Raises
    ValueError, one sentence that names the parameter.
    """
    if chains < 1:
        raise ValueError("task parameter chains: give at least 1")
    made = read_conditions(track, game, [examples], None, sets=chains, **study)
    course = Course(
        made,
        chains=chains,
        kinds=tuple(read_words(kinds)),
        control="" if control == "none" else control,
        rings=tuple(read_words(rings)),
        ring_generations=tuple(read_words(ring_generations)),
        self_study=SelfStudy(**own),
        **conditions,
    )
    check_window(made, window, course.room)
    _check_course(course)
    return course


def _check_course(course: Course) -> None:
    """Refuse parameters of a course that would change nothing. Raises ValueError, one sentence."""
    regime, own = course.regime, course.self_study
    if regime == PRACTICE:
        _refuse_unused(course, ("games",), "practice plays as many games as verifier_calls allow")
    else:
        _refuse_unused(own, ("verifier_calls", "own_tasks"), f"only {PRACTICE} has it, and the regime is {regime}")
    if course.carries_examples:
        _refuse_unused(course, ("kinds",), "games are handed on, and no notes")
    else:
        _refuse_unused(own, ("keep",), "notes are handed on, and no games")
    meets = regime == "notes" or course.control == "placebo" or course.practice == course.study.families[0]
    require(meets, "practice", f"only notes of own games have opponents, and the regime is {regime}: leave it out")
    if set(course.rings) <= {OPENINGS}:
        _refuse_unused(course, ("ring_generations",), "there are no other rings than openings")
    for name in ("kinds", "rings"):
        _refuse_twice(name, getattr(course, name))


def _refuse_unused(made: object, names: Sequence[str], reason: str) -> None:
    """Refuse values other than the defaults for what would change nothing. Raises ValueError, one sentence."""
    for name in names:
        require(getattr(made, name) == getattr(type(made), name), name, f"{reason}: leave it out")


def _refuse_twice(name: str, words: Sequence[str]) -> None:
    twice = next((word for i, word in enumerate(words) if word in words[:i]), None)
    require(twice is None, name, f"{twice} is listed twice: name each once")


def read_phases(given: Any) -> dict[str, PhaseZero]:
    """The phase 0 that views have been through elsewhere, by their names. Raises ValueError, one sentence."""
    try:
        return {str(name): PhaseZero.from_dict(found) for name, found in (given or {}).items()}
    except (AttributeError, ValueError) as error:
        reason = error if isinstance(error, ValueError) else f"{given!r} is no mapping of views"
        raise ValueError(f"task parameter phase_0: {reason}") from None


def read_views(examples: Several, layouts: str | list[str] = "plain", m: int = 0, slots: int = 0) -> tuple[View, ...]:
    """What these parameters ask to be in view, cell by cell. Raises ValueError, one sentence."""
    return list_views(_integers(examples), read_words(layouts), m, slots)


def read_words(value: str | int | list[str] | list[int]) -> list[str]:
    """Words that are separated by commas, or in a list."""
    items = value if isinstance(value, list) else str(value).split(",")
    return [str(item).strip() for item in items if str(item).strip()]


def _integers(value: Several) -> list[int]:
    for word in read_words(value):
        if not (word.isascii() and word.isdigit()):
            raise ValueError(f"task parameter examples: {word!r} is not a whole number; write for instance 0,1,4,16")
    return [int(word) for word in read_words(value)]
