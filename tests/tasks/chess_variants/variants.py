"""A small invented variant that several tests share."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from quickstudy.tasks.chess_variants.interpreter import SpecPosition
from quickstudy.tasks.chess_variants.spec import CHESS_PAWN, Piece, VariantSpec
from quickstudy.tasks.chess_variants.variant import Variant

SPEC = VariantSpec(
    name="Zvurin",
    files=5,
    ranks=6,
    pieces=(Piece("zbal", "Z", "FD"), Piece("rook", "R", "R"), Piece("king", "K", "K"), Piece("pawn", "P", CHESS_PAWN)),
    rows=("RZKZR", "PPPPP"),
    promotions="RZ",
)


def invent(spec: VariantSpec) -> Variant:
    return Variant(spec.name.lower(), Path("nowhere"), spec)


def place(board: str, turn: int = 0, spec: VariantSpec = SPEC, **changes: Any) -> SpecPosition:
    """A position by its ranks from the top, `.` an empty square."""
    position = SpecPosition(replace(spec, **changes))
    rows = board.split()
    position.board = [letter.strip(".") for row in reversed(rows) for letter in row]
    position.turn = turn
    position.seen.clear()
    position.seen[position.key] += 1
    return position
