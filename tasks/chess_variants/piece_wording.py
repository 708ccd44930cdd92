"""How a piece moves, in English: a phrase for each term of its Betza notation, and the way back."""

from __future__ import annotations

from functools import lru_cache
from itertools import product

from quickstudy.tasks.chess_variants.betza import ENDLESS, BetzaError, Term, read_terms

VERBS = {"": "moves or captures", "m": "moves without capturing", "c": "captures (but does not move)"}
STRAIGHT = {
    "": "along its file or rank",
    "f": "straight forwards",
    "b": "straight backwards",
    "v": "along its file",
    "s": "along its rank",
}
DIAGONAL = {"": "diagonally", "f": "diagonally forwards", "b": "diagonally backwards"}
BOTH = {
    "": "along its file, its rank or a diagonal",
    "f": "straight or diagonally forwards",
    "b": "straight or diagonally backwards",
    "v": "along its file or a diagonal",
    "s": "along its rank or a diagonal",
}
WALKS = {"W": STRAIGHT, "F": DIAGONAL, "K": BOTH, "R": STRAIGHT, "B": DIAGONAL, "Q": BOTH}
LEAPS = {
    "D": ("to the second square", STRAIGHT, ""),
    "A": ("to the second square", DIAGONAL, ""),
    "H": ("to the third square", STRAIGHT, ""),
    "G": ("to the third square", DIAGONAL, ""),
    "N": ("of two squares", STRAIGHT, " and one across"),
    "C": ("of three squares", STRAIGHT, " and one across"),
    "Z": ("of three squares", STRAIGHT, " and two across"),
}


def write_moves(betza: str) -> str:
    """The moves of a piece as a clause without a subject: `moves or captures one square diagonally; ...`."""
    return "; ".join(write_term(term) for term in read_terms(betza))


def read_moves(text: str) -> str:
    """Betza notation of such a clause, which may differ from the one it was written from but means the same.

    Raises BetzaError where no piece moves like this.
    """
    known, terms = _list_phrases(), text.split("; ")
    unknown = next((term for term in terms if term not in known), None)
    if unknown is not None:
        raise BetzaError(f"no piece moves like this: {unknown!r}")
    return "".join(known[term] for term in terms)


def write_term(term: Term) -> str:
    """One term as a phrase."""
    verb = VERBS[term.modality]
    if term.atom in WALKS:
        far = {1: "one square", ENDLESS: "any number of squares"}.get(term.steps, f"one to {term.steps} squares")
        return f"{verb} {far} {WALKS[term.atom][term.direction]}"
    often = {1: "a leap", ENDLESS: "one or more equal leaps"}.get(term.steps, f"one to {term.steps} equal leaps")
    size, line, across = LEAPS[term.atom]
    return f"{verb} by {often} {size} {line[term.direction]}{across}"


@lru_cache(maxsize=1)
def _list_phrases() -> dict[str, str]:
    """Betza notation of every phrase; where several mean the same, the first."""
    found = dict[str, str]()
    for modality, direction, atom, steps in product(VERBS, STRAIGHT, (*WALKS, *LEAPS), range(10)):
        repeat = "" if steps == 1 and atom not in "RBQ" else str(steps)
        try:
            (term,) = read_terms(f"{modality}{direction}{atom}{repeat}")
        except BetzaError:
            continue
        found.setdefault(write_term(term), f"{modality}{direction}{atom}{repeat}")
    return found
