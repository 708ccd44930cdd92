"""What a player reads of notes that were not written for the very game and notation in which it plays.

Labels (`files`, `pieces` …) are the same in all wordings, as titles are; the sentences have three paraphrases.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class RingWording:
    """One paraphrase: notes in other names and signs, and notes of a game with one rule different."""

    names: str
    sibling: str
    here: str
    there: str
    notes: str


RING_WORDINGS: tuple[RingWording, ...] = (
    RingWording(
        names="An earlier player of this game left the notes below for you. They are written in other names and signs than the rules above: "
        "what the notes call by the first name is called by the second here.",
        sibling="The notes below are not of this game: they were left by a player of another game, whose rules are those above but for a single one.",
        here="Only the rules above say:",
        there="Only the rules of the other game say:",
        notes="The notes:",
    ),
    RingWording(
        names="Someone who played this game before you wrote down what follows, but knew it by other names and signs than those of the rules above. "
        "Of each pair, the first is that person's word and the second yours.",
        sibling="What follows was written down by someone who played not this game but another one. Except for one rule the two games are the same.",
        here="This is a rule of your game alone:",
        there="This is a rule of that game alone:",
        notes="What was written:",
    ),
    RingWording(
        names="The one who played before you passed on notes in a notation that is not the one of the rules above. In the list, "
        "the notes' own name comes first, and then the name that the rules have for the same thing.",
        sibling="The one who passed on these notes had played a different game, which has the rules of this one but for one of them.",
        here="What holds in this game only:",
        there="What held in that game only:",
        notes="And these are the notes:",
    ),
)


def write_names(names: Mapping[str, Sequence[tuple[str, str]]], wording: int = 0) -> list[str]:
    """What stands above notes in another notation: for each label, as `files`, pairs of their name and the one here."""
    words = RING_WORDINGS[wording]
    lines = [f"{label}: " + ", ".join(f"{old} is {new}" for old, new in pairs) for label, pairs in names.items()]
    return [words.names, *lines, words.notes]


def write_sibling(here: Sequence[str], there: Sequence[str], wording: int = 0) -> list[str]:
    """What stands above notes of a game with one rule different: the sentences that only one of the two games has."""
    words = RING_WORDINGS[wording]
    parts = [*([words.here, *here] if here else []), *([words.there, *there] if there else [])]
    return [words.sibling, *parts, words.notes]
