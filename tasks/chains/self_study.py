"""Study stages in which the learner decides by itself what it sees: what it reads then, and what it hands on.

A practising learner knows the rules and what was passed on to it; one that chooses sees the games that were kept and
the next examples. The prompts of both follow from the study, the artefact so far and the conditions.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from quickstudy.scorers.recall import View
from quickstudy.tasks.conditions import Conditions
from quickstudy.tasks.examples.kinds import Example
from quickstudy.tasks.match import Ask
from quickstudy.tasks.prompts.author import write_known
from quickstudy.tasks.prompts.choice import write_chooser
from quickstudy.tasks.prompts.practice import write_none_finished, write_passed_on, write_self_played
from quickstudy.tasks.regimes.kept_games import Room, keep_chosen, list_kept
from quickstudy.tasks.regimes.notes import BYTES_PER_TOKEN, Applied, Notes
from quickstudy.tasks.regimes.practice import Practice, Practised
from quickstudy.tasks.regimes.self_study import SelfStudy


def open_practice(source: Conditions, notes: Notes, options: SelfStudy) -> Practice:
    """A practice of the game `source` by a learner with this artefact: notes, or games of its own."""
    carries = options.artefact != "notes"
    known = _write_known(source, None if carries else notes, list_kept(notes), write_self_played(source.wording))
    return Practice(
        source.verifier,
        known,
        source.random_plies,
        options.verifier_calls,
        options.own_tasks,
        source.retries,
        source.wording,
    )


def describe_practised(source: Conditions, practised: Practised) -> dict[str, Any]:
    """What an author's prompt says of a practice beside its finished games: keywords of `write_author`."""
    wording = source.wording
    lead = write_self_played(wording) if practised.games else write_none_finished(wording)
    return {"lead": lead, "more": [write_passed_on(practised.answered, wording)] if practised.answered else []}


def show_kept(study: Conditions, view: View, number: int, notes: Notes, *, self_played: bool) -> str:
    """The constant part of the prompt of a player to whom games are handed on."""
    lead = write_self_played(study.wording) if self_played else ""
    return study.write_system(view, number, shown=list_kept(notes), lead=lead)


def open_choice(source: Conditions, pool: Sequence[Example], room: Room) -> str:
    """The constant part of what an author reads that chooses among games of the teacher."""
    known = _write_known(source, None, pool, source.teacher_lead)
    return write_chooser(known, room.games, room.tokens * BYTES_PER_TOKEN, source.wording)


async def choose_games(
    source: Conditions, old: Notes, new: Sequence[Example], room: Room, ask_author: Callable[[str], Ask]
) -> tuple[Applied, list[dict[str, Any]]]:
    """Ask an author which of the games that were kept, and of the new ones behind them, to keep."""
    pool = [*list_kept(old), *new]
    system = open_choice(source, pool, room)
    return await keep_chosen(old, pool, room, ask_author(system), system, source.retries, source.wording)


def _write_known(source: Conditions, notes: Notes | None, games: Sequence[Example], lead: str) -> str:
    """The part of a prompt with the rules and notes, or games."""
    lines = [source.write_game(game) for game in games]
    return write_known(source.rules_text, None if notes is None else notes.lines, lines, lead, source.wording)
