"""A chess variant: orthodox chess, a published variant, or an invented one of the catalogue or of a user's file."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from pathlib import Path

from quickstudy.tasks.chess_variants.definition import write_definition
from quickstudy.tasks.chess_variants.interpreter import SpecPosition
from quickstudy.tasks.chess_variants.library import (
    CHESS_LETTERS,
    CHESS_NAMES,
    PUBLISHED,
    STARTS,
    USUAL,
    LibraryPosition,
)
from quickstudy.tasks.chess_variants.position import Position
from quickstudy.tasks.chess_variants.published import TEXTS
from quickstudy.tasks.chess_variants.siblings import find_variant_sibling, find_wrong_variant
from quickstudy.tasks.chess_variants.skin import ChessSkin
from quickstudy.tasks.chess_variants.spec import FILES, VariantError, VariantSpec, read_spec
from quickstudy.tasks.chess_variants.wording import write_notation, write_rules
from quickstudy.tasks.strict_json import name_missing

CATALOGUE = Path(__file__).parent / "catalogue"
SIBLING = "-sibling"
"""What follows the name of a variant where its nearest sibling is meant, as with board games."""
SIBLING_FOLDER = "sibling"
"""Where what is measured of the sibling lies, in the folder of the variant."""


class UnknownVariant(ValueError):
    """A name that is neither a published variant, nor in the catalogue, nor a spec file."""


@dataclass(frozen=True)
class EngineVariant:
    """A variant as an engine knows it: its name there, its start position, and its definition ("" where built in)."""

    name: str
    start_fen: str
    ini: str


@dataclass(frozen=True)
class Variant:
    """A variant by its name; `folder` holds its spec, if it is invented, and what was measured of it.

    `spec` is None for chess and the published variants, whose rules python-chess knows.
    """

    name: str
    folder: Path
    spec: VariantSpec | None = None

    @property
    def title(self) -> str:
        """The name of the game as players read it."""
        return TEXTS[self.name].title if self.spec is None else self.spec.name

    @property
    def board(self) -> str:
        """The size of the board, files by ranks."""
        return "8x8" if self.spec is None else f"{self.spec.files}x{self.spec.ranks}"

    @property
    def squares(self) -> list[str]:
        """The names of all squares, a1 first, then b1."""
        files, ranks = (8, 8) if self.spec is None else (self.spec.files, self.spec.ranks)
        return [f"{file}{rank}" for rank in range(1, ranks + 1) for file in FILES[:files]]

    @property
    def pieces(self) -> list[tuple[str, str]]:
        """The letter and the name of each kind of piece."""
        if self.spec is None:
            return list(zip(CHESS_LETTERS, CHESS_NAMES, strict=True))
        return [(piece.letter, piece.name) for piece in self.spec.pieces]

    @property
    def goal(self) -> str:
        """What wins, in a few words."""
        if self.spec is None:
            return TEXTS[self.name].goal
        beside = (
            "or a race of the kings" if self.spec.race else f"or {self.spec.checks} checks" if self.spec.checks else ""
        )
        return f"checkmate {beside}".strip()

    @cached_property
    def text(self) -> str:
        """The rules in English."""
        rules = f"{self.title}.\n{TEXTS[self.name].rules}" if self.spec is None else write_rules(self.spec)
        return f"{rules}\n\n{write_notation()}"

    @cached_property
    def for_engine(self) -> EngineVariant:
        """What the engine is told."""
        if self.spec is None:
            return EngineVariant(TEXTS[self.name].engine, self.start(USUAL).fen, "")
        return EngineVariant(self.spec.name.lower(), self.spec.start_fen, write_definition(self.spec))

    @property
    def shuffled(self) -> bool:
        """Whether games begin from positions drawn by chance: Chess960."""
        return self.name == "chess960"

    @property
    def starts(self) -> int:
        """The number of start positions."""
        return STARTS if self.shuffled else 1

    @cached_property
    def hash(self) -> str:
        """SHA-256 (hexadecimal) of what is played: the variant as the engine is told it."""
        told = self.for_engine
        return hashlib.sha256("\n".join([told.name, told.start_fen, told.ini]).encode()).hexdigest()

    @property
    def sibling(self) -> Variant:
        """The nearest variant that differs in one atom. Raises VariantError for one that was not invented."""
        return Variant(self.name + SIBLING, self.folder / SIBLING_FOLDER, find_variant_sibling(self.invented))

    @property
    def wrong(self) -> Variant:
        """The variant that differs in one atom and misleads most. Raises VariantError likewise."""
        return replace(self, spec=find_wrong_variant(self.invented))

    def wear(self, skin: ChessSkin) -> Variant:
        """The same variant under the names and letters of a skin; one that was not invented as it is."""
        return self if self.spec is None else replace(self, spec=skin.rename(self.spec))

    @property
    def invented(self) -> VariantSpec:
        """The spec. Raises VariantError where there is none."""
        if self.spec is None:
            raise VariantError(f"{self.name} was not invented: only variants with a spec have siblings")
        return self.spec

    def start(self, number: int = 0) -> Position:
        """A new game from the start position of that number."""
        if self.spec is not None:
            return SpecPosition(self.spec)
        return LibraryPosition(self.name, number) if self.shuffled else LibraryPosition(self.name)

    def name_start(self, number: int) -> list[str]:
        """What names a start position where it is drawn by chance: White's pieces from a to h, in brackets."""
        if not self.shuffled:
            return []
        return [f"[{self.start(number).fen.split()[0].rpartition('/')[2]}]"]

    def split_start(self, words: Sequence[str]) -> tuple[int, tuple[str, ...]]:
        """The number of the start position that the first word of a game names, where one does, and the other words.

        Raises ValueError where there is no such start position.
        """
        if not self.shuffled or not words or not words[0].startswith("["):
            return 0, tuple(words)
        if words[0] not in self._starts:
            raise ValueError(f"there is no start position {words[0]}")
        return self._starts[words[0]], tuple(words[1:])

    def follow(self, words: Sequence[str]) -> Iterator[Position]:
        """The position before each move of a game in SAN, behind its start's name if it has one, and the last one.

        It is one position that goes on: copy what is to be kept. Raises ValueError for a move that is not legal, or a
        start that the variant has not.
        """
        start, moves = self.split_start(words)
        position = self.start(start)
        for text in moves:
            yield position
            move = position.read_move(text)
            if move is None:
                raise ValueError(f"{text} is no legal move of {self.name} in the game {' '.join(words)}")
            position.push(move)
        yield position

    @cached_property
    def _starts(self) -> dict[str, int]:
        """The numbers of start positions by their names."""
        return {self.name_start(number)[0]: number for number in range(STARTS)}


def list_variants() -> list[str]:
    """Names of all variants: orthodox chess, the published ones, then the invented ones in alphabetical order."""
    return [*PUBLISHED, *sorted(path.parent.name for path in CATALOGUE.glob("*/variant.json"))]


@lru_cache(maxsize=256)
def load_variant(name: str) -> Variant:
    """The variant of that name, or of a spec file (`*.json`), or the sibling of one by its name and `-sibling`.

    Raises UnknownVariant, and VariantError for a file that is no spec, or a variant that has no sibling.
    """
    if name in PUBLISHED:
        return Variant(name, CATALOGUE / name)
    if name in list_variants():
        return Variant(name, CATALOGUE / name, read_spec(CATALOGUE / name / "variant.json"))
    if name.endswith(SIBLING):
        return load_variant(name.removesuffix(SIBLING)).sibling
    path = Path(name)
    if path.suffix == ".json" and path.is_file():
        spec = read_spec(path)
        if SpecPosition(spec).in_check:
            raise VariantError(f"cannot use the variant spec {path}: the game begins with a check")
        return Variant(path.stem, path.parent, spec)
    if path.suffix == ".json":
        raise UnknownVariant(name_missing(path))
    raise UnknownVariant(
        f"unknown chess variant {name!r}: choose one of {', '.join(list_variants())}, or give a spec file (.json)"
    )
