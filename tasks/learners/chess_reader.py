"""From the English rules of chess or a variant back to what is played, as a player has to understand them.

An invented variant is read sentence by sentence into a spec; of a published one the text names a game that everybody
knows, and must be just the known one.
"""

from __future__ import annotations

import re
from typing import Any

from quickstudy.tasks.chess_variants.betza import BetzaError
from quickstudy.tasks.chess_variants.library import PUBLISHED
from quickstudy.tasks.chess_variants.piece_wording import read_moves
from quickstudy.tasks.chess_variants.spec import Piece, VariantError, VariantSpec
from quickstudy.tasks.chess_variants.variant import Variant, load_variant
from quickstudy.tasks.chess_variants.wording import (
    BARE,
    CAPTURING,
    CHECK,
    DOUBLE,
    LEAPING,
    LONG,
    NOTATION,
    OUTCOMES,
    PASSING,
    QUIET,
    RACE,
    REPEATED,
    STALEMATE,
    write_ordinal,
)
from quickstudy.tasks.learners.draft import ReadError

_OPENING = re.compile(
    r"(\w+) is a game like chess for two players, White and Black, who move in turn\. White moves first\."
)
_BOARD = re.compile(
    r"The board has (\d) files, a to [a-h], and (\d) ranks, 1 to \d\. White's first rank is rank 1 and Black's is the "
    r"highest; forwards is towards the enemy's first rank\."
)
_RANK = re.compile(r"Rank (\d): ((?:[A-Z.] ?)+)")
_PIECE = re.compile(r"The (\w+) \(([A-Z])\) (.+)\.")
_PROMOTION = re.compile(r"A pawn that reaches the last rank must promote to one of: (.+)\.")
_CHECKS = re.compile(r"A player who gives check for the (\w+) time in the game wins at once\.")
_SAID = {
    "Set-up of White, rank by rank:",
    "Black's pieces stand on the same files, on the ranks counted from Black's side.",
    "Pieces, with their letters:",
    "How the game ends:",
    *(LEAPING, CAPTURING, PASSING, CHECK, BARE, REPEATED, QUIET, LONG, NOTATION, OUTCOMES),
}
_ORDINALS = {write_ordinal(number): number for number in range(1, 10)}


def is_chess(text: str) -> bool:
    """Whether rules are those of chess or a variant, by their first line."""
    first = text.strip().split("\n", 1)[0]
    return _OPENING.fullmatch(first) is not None or any(first == f"{load_variant(name).title}." for name in PUBLISHED)


def read_variant(text: str) -> VariantSpec | Variant:
    """The spec of an invented variant, or the published one that a text is the rules of.

    Raises ReadError for a sentence that is not understood or that contradicts another.
    """
    known = next((found for found in map(load_variant, PUBLISHED) if found.text == text.strip()), None)
    return _read_spec(text) if known is None else known


def _read_spec(text: str) -> VariantSpec:
    found: dict[str, Any] = {"rows": [], "pieces": [], "race": False, "checks": 0, "double_step": False}
    for line in filter(None, map(str.strip, text.split("\n"))):
        _read_line(line, found)
    missing = {"name", "files", "ranks", "promotions", "stalemate"} - set(found)
    if missing:
        raise ReadError(f"the text has no sentence on {sorted(missing)[0]}")
    letters = {piece.name: piece.letter for piece in found["pieces"]}
    try:
        chosen = "".join(letters[name] for name in found["promotions"])
        return VariantSpec(
            **{**found, "rows": tuple(found["rows"]), "pieces": tuple(found["pieces"]), "promotions": chosen}
        )
    except (KeyError, VariantError) as error:
        raise ReadError(f"the text describes a game that cannot be: {error}") from error


def _read_line(line: str, found: dict[str, Any]) -> None:
    if match := _OPENING.fullmatch(line):
        found["name"] = match[1]
    elif match := _BOARD.fullmatch(line):
        found["files"], found["ranks"] = int(match[1]), int(match[2])
    elif match := _RANK.fullmatch(line):
        found["rows"].append(match[2].replace(" ", ""))
    elif match := _PIECE.fullmatch(line):
        try:
            found["pieces"].append(Piece(match[1], match[2], read_moves(match[3])))
        except BetzaError as error:
            raise ReadError(f"this sentence is not understood: {line!r}") from error
    elif match := _PROMOTION.fullmatch(line):
        found["promotions"] = match[1].split(", ")
    elif (match := _CHECKS.fullmatch(line)) and match[1] in _ORDINALS:
        found["checks"] = _ORDINALS[match[1]]
    elif line in STALEMATE.values():
        found["stalemate"] = next(value for value, said in STALEMATE.items() if said == line)
    elif line == DOUBLE:
        found["double_step"] = True
    elif line == RACE:
        found["race"] = True
    elif line not in _SAID:
        raise ReadError(f"this sentence is not understood: {line!r}")
