"""Betza notation: how a piece moves, as the field writes it, restricted to what is said here.

An atom is a leap: W (1,0), F (1,1), D (2,0), N (2,1), A (2,2), H (3,0), C (3,1), Z (3,2), G (3,3); K is W and F.
R, B and Q are W, F and both repeated without end. A number or a second letter behind W, F or N repeats the leap, over
empty squares: `W3` at most three times, `NN` without end. Before an atom stand m (only to empty squares) or c (only
captures), and a direction: f and b (towards and away from the enemy), v (both) or s (sideways); of the oblique leaps
f, b and v are those that go further along the files, s the others.
Source: R. Betza's notation (1996), in the reading of Fairy-Stockfish, with which the tests compare.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

Offset = tuple[int, int]
LEAPS = {
    "W": (1, 0),
    "F": (1, 1),
    "D": (2, 0),
    "N": (2, 1),
    "A": (2, 2),
    "H": (3, 0),
    "C": (3, 1),
    "Z": (3, 2),
    "G": (3, 3),
}
COMPOUNDS = {"K": ("W", "F"), "R": ("W",), "B": ("F",), "Q": ("W", "F")}
ENDLESS = 0
_TERM = re.compile(r"([mc]?)([fbsv]?)([WFDNAHCZGKRBQ])(\d|\3)?")


class BetzaError(ValueError):
    """A text that is no piece in the notation of this module."""


@dataclass(frozen=True)
class Ray:
    """One direction in which a piece moves: a leap (files, ranks) seen by White, and how often it may be repeated.

    `steps` is 0 where it has no end; `moves` and `captures` say whether it may end on an empty cell, and on an enemy.
    """

    leap: Offset
    steps: int
    moves: bool
    captures: bool


@dataclass(frozen=True)
class Term:
    """One atom with what stands before and behind it, as the text has it; `modality` is "", "m" or "c"."""

    modality: str
    direction: str
    atom: str
    steps: int

    @property
    def leaps(self) -> tuple[Offset, ...]:
        """The leaps (files, ranks) of the atom in its directions, seen by White, in a fixed order."""
        found = [leap for name in COMPOUNDS.get(self.atom, (self.atom,)) for leap in _turn(LEAPS[name])]
        return tuple(leap for leap in found if _faces(leap, self.direction))


@lru_cache(maxsize=512)
def read_terms(betza: str) -> tuple[Term, ...]:
    """The terms of a piece. Raises BetzaError for a text that is not wholly made of them, or that never moves."""
    terms, place = list[Term](), 0
    while place < len(betza):
        found = _TERM.match(betza, place)
        if found is None:
            raise BetzaError(f"{betza!r} is no piece in Betza notation: {betza[place:]!r} cannot be read")
        modality, direction, atom, repeat = found.groups()
        if repeat and atom not in "WFNRBQ":
            raise BetzaError(f"{betza!r}: only W, F and N can be repeated, not {atom}")
        if atom in "RBQ":
            steps = int(repeat) if repeat and repeat.isdigit() else ENDLESS
        else:
            steps = 1 if repeat is None else int(repeat) if repeat.isdigit() else ENDLESS
        term = Term(modality, direction, atom, steps)
        if direction and len(term.leaps) in (0, len(Term(modality, "", atom, steps).leaps)):
            raise BetzaError(f"{betza!r}: the direction of {found.group()!r} leaves all or nothing")
        terms.append(term)
        place = found.end()
    if not terms:
        raise BetzaError("a piece without moves: give Betza notation such as WfF")
    return tuple(terms)


@lru_cache(maxsize=512)
def list_rays(betza: str) -> tuple[Ray, ...]:
    """The rays of a piece, seen by White. Raises BetzaError."""
    return tuple(
        Ray(leap, term.steps, term.modality != "c", term.modality != "m")
        for term in read_terms(betza)
        for leap in term.leaps
    )


def _turn(leap: Offset) -> list[Offset]:
    """All leaps of the same lengths: four of a straight or diagonal one, eight of others."""
    x, y = leap
    return sorted({(a * s, b * t) for a, b in ((x, y), (y, x)) for s in (1, -1) for t in (1, -1)})


def _faces(leap: Offset, direction: str) -> bool:
    """Whether a leap lies in a direction."""
    x, y = leap
    steep = abs(y) >= abs(x)
    return {"f": steep and y > 0, "b": steep and y < 0, "v": steep, "s": abs(x) >= abs(y)}.get(direction, True)
