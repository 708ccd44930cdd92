"""The context window: how many whole examples fit beside the rules, the longest position and the reply."""

from __future__ import annotations

from dataclasses import replace

from inspect_ai.log import transcript
from inspect_ai.model import Model, get_model_info
from inspect_ai.model._model import active_model

from quickstudy.scorers.recall import View
from quickstudy.tasks.conditions import Conditions
from quickstudy.tasks.learners.learner import count_tokens
from quickstudy.tasks.prompts.play import MAX_QUOTED

PHRASES = 200
EMBEDDED = "quickstudy/"


class WindowTooSmall(ValueError):
    """The context window does not hold the rules and one example beside the position and the reply."""


def is_embedded(model: Model) -> bool:
    """Whether a model is one of the embedded learners, which cost nothing and count tokens offline."""
    return str(model).startswith(EMBEDDED)


async def fit_examples(
    study: Conditions, model: Model, view: View, window: int | None, notes: int | None = None
) -> View:
    """The view with the most whole examples or slots, at most those asked for, that fits the window in every set.

    So all sets share one n, and all padded views of a study share their slots. A padded view keeps its informative
    examples and loses filler. `notes` are the most bytes of notes beside them, None where the prompt tells of none.
    Raises WindowTooSmall where not one example (or not the informative ones) fits, or where the rules alone do not fit.
    """
    if view.layout == "plain":
        return await _fit_alone(study, model, view, window, notes)
    alike = {view, *(other for other in study.views if other.layout != "plain" and other.slots == view.slots)}
    fitted = [await _fit_alone(study, model, other, window) for other in alike]
    return _shrink(view, max(min(other.slots for other in fitted), view.m))


async def _fit_alone(study: Conditions, model: Model, view: View, window: int | None, notes: int | None = None) -> View:
    limit = _find_window(model, window)
    if limit is None:
        return view
    room = limit - reserve_position(study) - study.reply_tokens - reserve_notes(notes)
    told = None if notes is None else ()

    async def fits(slots: int) -> bool:
        for number in range(study.sets):
            text = study.write_system(_shrink(view, slots), number, notes=told)
            # a token is at least one byte, so a short text needs no counting
            if len(text.encode()) > room and await _count_tokens(model, text) > room:
                return False
        return True

    if await fits(view.slots):
        return view
    least = _find_least(view)
    low, high = least - 1, view.slots
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if await fits(middle) else (low, middle)
    if low < least:
        raise _too_small(study, view, limit, notes)
    return _shrink(view, low)


def _shrink(view: View, slots: int) -> View:
    return View.plain(slots) if view.layout == "plain" else replace(view, slots=slots)


def _find_least(view: View) -> int:
    """The slots without which a view would not be what it is."""
    return 1 if view.layout == "plain" else max(view.m, 1)


async def _count_tokens(model: Model, text: str) -> int:
    """Tokens of a text as the model's provider counts them; offline, where it cannot, as many as bytes: the most."""
    try:
        return await model.count_tokens(text)
    except OSError as error:
        transcript().info(f"Tokens cannot be counted ({error}): each byte counts as one.", source="quickstudy")
        return len(text.encode())


def reserve_position(study: Conditions) -> int:
    """Tokens kept free for the messages after the constant part: the longest position and its retries.

    Two bytes of notation count as one token. A game's moves are bounded by its ply cap, a quoted reply by `MAX_QUOTED`.
    """
    return PHRASES + (study.longest_question + study.retries * (MAX_QUOTED + PHRASES)) // 2


def reserve_notes(notes: int | None) -> int:
    """Tokens kept free for so many bytes of notes, two bytes to a token as in `reserve_position`."""
    return -(-(notes or 0) // 2)


def check_window(study: Conditions, window: int | None, notes: int | None = None) -> None:
    """Refuse a window that is too small before anything runs, as far as that is known by then.

    `notes` are the most bytes of notes in view, as in `fit_examples`. Raises WindowTooSmall, or ValueError for a
    window of no tokens. Only the embedded learners' tokens can be counted here; other models are asked when their first
    match starts (`fit_examples`).
    """
    if window is not None and window < 1:
        raise ValueError("task parameter window: give at least 1 token")
    model = active_model()
    limit = window if model is None else _find_window(model, window)
    if limit is None:
        return
    room = limit - reserve_position(study) - study.reply_tokens - reserve_notes(notes)
    counted = model is not None and is_embedded(model)
    for view in study.views:
        least = _shrink(view, min(view.slots, _find_least(view)))
        texts = [study.write_system(least, number) for number in range(study.sets)] if counted and room > 0 else []
        if room <= 0 or any(count_tokens(text) > room for text in texts):
            raise _too_small(study, view, limit, notes)


def _find_window(model: Model, window: int | None) -> int | None:
    """The window to keep to: the one imposed, the one the model was opened with, or what Inspect knows, in tokens."""
    own: int | None = getattr(model.api, "context", None)
    info = None if window or own else get_model_info(model)
    return window or own or (info.input_tokens or info.context_length if info else None)


def _too_small(study: Conditions, view: View, limit: int, notes: int | None = None) -> WindowTooSmall:
    least = min(view.slots, _find_least(view))
    held = f"the rules of {study.name}"
    if least:
        held += " and one example" if least == 1 else f" and {least} examples"
    return WindowTooSmall(
        f"the context window of {limit} tokens does not hold {held} beside {reserve_position(study)} tokens for the "
        f"position{f', {reserve_notes(notes)} for notes' if notes else ''} and {study.reply_tokens} for the reply: use "
        "a larger window or fewer reply_tokens"
    )
