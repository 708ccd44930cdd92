"""What an author reads who makes notes of games, and what every stage of studying has in common."""

from __future__ import annotations

from collections.abc import Sequence

from quickstudy.tasks.prompts.notes import EDITS, MEMORY_WORDINGS, write_notes
from quickstudy.tasks.prompts.play import WORDINGS, number_lines
from quickstudy.tasks.prompts.reviews import REVIEW_WORDINGS
from quickstudy.tasks.prompts.titles import ANSWER_TITLE, EXAMPLES_TITLE, REVIEWS_TITLE, RULES_TITLE, STUDIED_TITLE


def write_author(
    rules: str | None,
    notes: Sequence[str],
    games: Sequence[str],
    opening_plies: int,
    kinds: Sequence[str],
    budget: int,
    wording: int = 0,
    *,
    own: bool = True,
    lead: str = "",
    more: Sequence[str] = (),
    reviews: Sequence[str] = (),
) -> str:
    """The constant part of what an author is asked: the task, the rules, the notes so far, games, and the answer format.

    `games` are lines of `write_studied`, of a player with the notes where they are its `own`. `budget` is in bytes;
    `kinds` are those of notes that may be written. A `lead` stands above games of other origin, or says that there are
    none, and `more` sections follow them. `reviews` are lines of `write_named` and `write_none_named`.
    """
    words, memory = WORDINGS[wording], MEMORY_WORDINGS[wording]
    if lead:
        title, lines = STUDIED_TITLE, [lead, *games]
    elif not games:
        title, lines = EXAMPLES_TITLE, [words.no_examples]
    elif own:
        title, lines = STUDIED_TITLE, [memory.own_games % opening_plies, *games]
    else:
        title, lines = EXAMPLES_TITLE, [words.examples % opening_plies, *games]
    used = len("\n".join(notes).encode())
    named = ", ".join(getattr(memory, kind) for kind in kinds)
    parts = [
        memory.author,
        f"{RULES_TITLE}\n{rules if rules is not None else words.no_rules}",
        write_notes(notes, wording),
        "\n".join([title, *lines]),
        *more,
        *(["\n".join([REVIEWS_TITLE, REVIEW_WORDINGS[wording].reviews, *reviews])] if reviews else []),
        f"{ANSWER_TITLE}\n{memory.answer % (EDITS % kinds[-1], named, budget, used)}",
    ]
    return "\n\n".join(parts)


def write_known(
    rules: str | None, notes: Sequence[str] | None, examples: Sequence[str], lead: str, wording: int = 0
) -> str:
    """What a model knows before it is asked something: the rules, and notes or else examples with what is said of them.

    `examples` are lines of `write_example`; notes are None where examples are passed on.
    """
    words = WORDINGS[wording]
    if notes is not None:
        passed = write_notes(notes, wording)
    else:
        passed = "\n".join([EXAMPLES_TITLE, lead if examples else words.no_examples, *number_lines(examples)])
    return f"{RULES_TITLE}\n{rules if rules is not None else words.no_rules}\n\n{passed}"


def write_teacher_lead(opening_plies: int, wording: int = 0, *, unequal: bool = False) -> str:
    """What is said above games of teachers, equal or not, whose first moves are random."""
    words = WORDINGS[wording]
    return (words.unequal if unequal else words.examples) % opening_plies


def write_request(wording: int = 0) -> str:
    """The question that asks an author for edits."""
    return MEMORY_WORDINGS[wording].request


def write_studied(number: int, name: str, line: str, side: str = "") -> str:
    """A game (a line of `write_example`) as an author reads it: number, name, and the side of the player with notes."""
    return f"Game {number} ({name}){f' as {side}' if side else ''}: {line}"


def write_forfeited(side: str, wording: int = 0) -> str:
    """How a game ended in which a side gave no legal answer."""
    return MEMORY_WORDINGS[wording].forfeited % side


def write_no_edits(kind: str, wording: int = 0) -> str:
    """The retry after a reply without readable edits."""
    return MEMORY_WORDINGS[wording].unreadable % (EDITS % kind)


def write_too_long(size: int, budget: int, wording: int = 0) -> str:
    """The retry after edits that would break the budget, both in bytes."""
    return MEMORY_WORDINGS[wording].too_long % (size, budget)
