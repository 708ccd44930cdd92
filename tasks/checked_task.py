"""Inspect tasks whose parameters are checked: what is wrong with them ends in one sentence, before a model is asked.

Inspect itself warns of a parameter that a task has not and goes on with the defaults, which would measure something
else than was asked for. It reads what is typed as YAML, so that a name can come as a list, a number or nothing.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from types import NoneType
from typing import Any, ParamSpec, get_args, get_origin, get_type_hints

from inspect_ai import Task
from inspect_ai._util.error import PrerequisiteError

from quickstudy.tasks.opponents.uci import EngineFault

Parameters = ParamSpec("Parameters")
UNKNOWN = "unknown"
"""The name under which the signature takes parameters that the task has not, so that Inspect passes them on."""


def checked(build: Callable[Parameters, Task]) -> Callable[Parameters, Task]:
    """The same task, which refuses parameters that it has not or lacks, and those of another kind than annotated.

    These, ValueError and EngineFault are raised as Inspect's PrerequisiteError, which it shows as a sentence.
    """
    signature, hints = inspect.signature(build), get_type_hints(build)
    kinds = {name: list_kinds(hints[name]) for name in signature.parameters}
    needed = [name for name, p in signature.parameters.items() if p.default is inspect.Parameter.empty]

    @wraps(build)
    def wrapper(*args: Parameters.args, **kwargs: Parameters.kwargs) -> Task:
        given: dict[str, Any] = dict(zip(kinds, args, strict=False)) | kwargs
        try:
            for name, value in given.items():
                if name not in kinds:
                    known = ", ".join(kinds)
                    raise ValueError(f"task parameter {name}: {build.__name__} has none of that name, but {known}")
                check_kind(name, value, kinds[name])
            lacking = next((name for name in needed if name not in given), None)
            if lacking is not None:
                raise ValueError(f"task parameter {lacking}: {build.__name__} needs it, as in -T {lacking}=...")
            return build(*args, **kwargs)
        except (ValueError, EngineFault) as error:
            raise PrerequisiteError(str(error)) from None

    catching = inspect.Parameter(UNKNOWN, inspect.Parameter.VAR_KEYWORD)
    shown = signature.replace(parameters=[*signature.parameters.values(), catching])
    # functions may carry a signature (PEP 362), which their type does not list
    wrapper.__signature__ = shown  # type: ignore[attr-defined]
    return wrapper


def read_signature(task: Callable[..., Task]) -> dict[str, inspect.Parameter]:
    """The parameters of a checked task by their names."""
    return {name: found for name, found in inspect.signature(task).parameters.items() if name != UNKNOWN}


def list_kinds(hint: Any) -> tuple[type, ...]:
    """The kinds of values that an annotation allows; none where it allows any."""
    if hint is Any:
        return ()
    parts = get_args(hint) if get_origin(hint) not in (None, list, dict) else (hint,)
    return tuple(get_origin(part) or part for part in parts)


def check_kind(name: str, value: object, kinds: tuple[type, ...]) -> None:
    """Refuse the value of a task parameter that is of none of these kinds. Raises ValueError, one sentence."""
    if not kinds or (isinstance(value, kinds) and (not isinstance(value, bool) or bool in kinds)):
        return
    plain = set(kinds) - {NoneType}
    if plain == {int}:
        reason = f"{value!r} is not a whole number"
    elif plain == {bool}:
        reason = f"{value!r} is neither true nor false"
    elif plain == {str}:
        reason = f"{value!r} is not one name"
    elif value is None:
        reason = "nothing is given"
    else:  # of several kinds: who reads it knows best what to say
        return
    raise ValueError(f"task parameter {name}: {reason}")
