"""The spec of an invented chess variant: the one source of its English rules, the engine's definition and play."""

from __future__ import annotations

import hashlib
import json
from dataclasses import MISSING, asdict, dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

from quickstudy.tasks.chess_variants.betza import BetzaError, list_rays
from quickstudy.tasks.strict_json import read_object

FILES = "abcdefgh"
KING, PAWN = "K", "P"
CHESS_PAWN = "mfWcfF"
MOVES_WITHOUT_PROGRESS = 50
REPETITIONS = 3
MAX_PLIES = 300
_KINDS = {str: "text", int: "a whole number", bool: "true or false"}


class VariantError(ValueError):
    """A spec of a variant that cannot be read, or that is none."""


@dataclass(frozen=True)
class Piece:
    """A kind of piece: its name in the rules, its letter in notation (upper case), its moves in Betza notation."""

    name: str
    letter: str
    betza: str


@dataclass(frozen=True)
class VariantSpec:
    """An invented chess variant on a board of 5 to 8 files and ranks.

    `pieces` are all kinds, the king (K, royal) and the pawn (P, which promotes on the last rank) among them. `rows` are
    White's first ranks in letters, from rank 1 on, with `.` for an empty square; Black's are their mirror image.
    `promotions` are the letters that a pawn may become; with `double_step` a pawn may first go two squares straight
    ahead, and can then be taken en passant. Beside checkmate, a king that reaches the far rank wins with `race`, and so
    does the check with number `checks` (0: none). A player without a legal move who is not in check draws or, with
    `stalemate` "loss", loses. Raises VariantError, one sentence, for a spec that contradicts itself.
    """

    name: str
    files: int
    ranks: int
    pieces: tuple[Piece, ...]
    rows: tuple[str, ...]
    promotions: str
    double_step: bool = False
    race: bool = False
    checks: int = 0
    stalemate: str = "draw"

    def __post_init__(self) -> None:
        letters = [piece.letter for piece in self.pieces]
        _require(self.name.isidentifier() and self.name.isascii(), f"the name {self.name!r} is no word")
        _require(5 <= self.files <= 8 and 5 <= self.ranks <= 8, "a board has 5 to 8 files and ranks")
        _require(all(len(x) == 1 and "A" <= x <= "Z" for x in letters), "a piece's letter is one of A to Z")
        _require(len(set(letters)) == len(letters), "two kinds of piece have the same letter")
        _require(len({piece.name for piece in self.pieces}) == len(letters), "two kinds of piece have the same name")
        _require(KING in letters and PAWN in letters, f"pieces lack the king ({KING}) or the pawn ({PAWN})")
        for piece in self.pieces:
            try:
                rays = list_rays(piece.betza)
            except BetzaError as error:
                raise VariantError(f"the moves of {piece.name}: {error}") from error
            if piece.letter == PAWN:
                forwards = all(ray.leap[1] > 0 and ray.steps == 1 for ray in rays)
                _require(forwards, f"a pawn moves one leap at a time and only forwards, not by {piece.betza}")
        _require(2 <= len(self.rows) <= self.ranks // 2, "rows are White's first 2 ranks, or up to half of the board")
        _require(all(len(row) == self.files for row in self.rows), f"each row has {self.files} squares")
        _require(set("".join(self.rows)) <= {".", *letters}, "rows show letters of pieces and . for an empty square")
        _require("".join(self.rows).count(KING) == 1, f"rows have one king ({KING})")
        _require(PAWN not in self.rows[0], "no pawn begins on the first rank")
        chosen = set(self.promotions)
        _require(bool(chosen) and len(chosen) == len(self.promotions), "promotions are letters of pieces, each once")
        _require(chosen <= set(letters) - {KING, PAWN}, "a pawn promotes to neither king nor pawn")
        _require(self.stalemate in ("draw", "loss"), "stalemate is draw or loss")
        _require(0 <= self.checks <= 9, "checks are 0 (no such goal) to 9")
        if self.double_step:
            _require(self.ranks >= 6, "a double step needs six ranks")
            _require(all(PAWN not in row for row in self.rows[2:]), "pawns that may step twice begin on rank 2")
            _require(self.kinds[PAWN].betza == CHESS_PAWN, f"a double step needs the pawn of chess, {CHESS_PAWN}")

    @cached_property
    def kinds(self) -> dict[str, Piece]:
        """The pieces by their letters."""
        return {piece.letter: piece for piece in self.pieces}

    @cached_property
    def start_fen(self) -> str:
        """The start of the game as the engine writes it; with `checks`, those left to White and Black."""
        black = [row.lower() for row in reversed(self.rows)]
        rows = [*self.rows, *["." * self.files] * (self.ranks - 2 * len(self.rows)), *black]
        board = "/".join(_pack(row) for row in reversed(rows))
        left = f" {self.checks}+{self.checks}" if self.checks else ""
        return f"{board} w - -{left} 0 1"

    def to_dict(self) -> dict[str, Any]:
        """The spec as JSON types; conditions at their defaults are left out."""
        found = asdict(self)
        defaults = {"double_step": False, "race": False, "checks": 0, "stalemate": "draw"}
        return {key: value for key, value in found.items() if defaults.get(key, not value) != value}

    @cached_property
    def hash(self) -> str:
        """SHA-256 of the canonical JSON."""
        return hashlib.sha256(json.dumps(self.to_dict(), sort_keys=True).encode()).hexdigest()


def write_spec(spec: VariantSpec) -> str:
    """The text of a spec's file."""
    return json.dumps(spec.to_dict(), indent=1) + "\n"


def read_spec(path: Path) -> VariantSpec:
    """The spec in a JSON file. Raises VariantError, with the file's name, where it is none."""
    try:
        return build_spec(read_object(path))
    except (OSError, ValueError) as error:
        raise VariantError(f"cannot use the variant spec {path}: {error}") from error


def build_spec(data: Any) -> VariantSpec:
    """The spec of JSON types. Raises VariantError."""
    known = set(VariantSpec.__dataclass_fields__)
    if not isinstance(data, dict) or not set(data) <= known:
        raise VariantError(f"a variant has the keys {', '.join(sorted(known))}")
    return VariantSpec(**_check_kinds(VariantSpec, data, ""))


def _check_kinds(kind: type[Any], data: dict[str, Any], where: str) -> dict[str, Any]:
    """The values of the fields of a dataclass in JSON types, strictly of their kinds. Raises VariantError."""
    hints = get_type_hints(kind)
    missing = [f.name for f in fields(kind) if f.default is MISSING and f.name not in data]
    _require(not missing, f"the key {where}{''.join(missing[:1])} is missing")
    return {key: _read_value(hints[key], value, f"{where}{key}") for key, value in data.items()}


def _read_value(hint: Any, value: Any, where: str) -> Any:
    """A value of the kind that is hinted at: an object is a piece, a list a tuple."""
    if hint is Piece:
        known = [f.name for f in fields(Piece)]
        if not isinstance(value, dict) or not set(value) <= set(known):
            raise VariantError(f"{where} must be an object with the keys {', '.join(known)}, not {_shorten(value)}")
        return Piece(**_check_kinds(Piece, value, f"{where}."))
    if get_origin(hint) is tuple:
        _require(isinstance(value, list | tuple), f"{where} must be a list, not {_shorten(value)}")
        return tuple(_read_value(get_args(hint)[0], item, f"{where}[{i}]") for i, item in enumerate(value))
    # true is an int to Python
    _require(type(value) is hint, f"{where} must be {_KINDS[hint]}, not {_shorten(value)}")
    return value


def _shorten(value: Any) -> str:
    """A value as JSON has it, and not too much of it."""
    text = json.dumps(value)
    return text if len(text) <= 60 else f"{text[:60]}..."


def _pack(row: str) -> str:
    """A row in FEN: runs of empty squares as numbers."""
    packed = row
    for run in range(8, 0, -1):
        packed = packed.replace("." * run, str(run))
    return packed


def _require(condition: bool, message: str) -> None:
    if not condition:
        raise VariantError(message)
