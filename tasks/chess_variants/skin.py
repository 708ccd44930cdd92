"""Skins of invented chess variants: the same game under another name, with other names and letters of its pieces.

King and pawn, squares and the signs of notation stay: a variant without them would not be like chess any more.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from quickstudy.tasks.chess_variants.interpreter import SpecPosition
from quickstudy.tasks.chess_variants.position import Position
from quickstudy.tasks.chess_variants.spec import KING, PAWN, Piece, VariantSpec
from quickstudy.tasks.games.names import invent_name, invent_pieces
from quickstudy.tasks.seeds import new_generator

_PROMOTION = re.compile(r"^[a-h][1-8][a-h][1-8]([a-z])$")
_NONE = "?"  # no letter of a piece
_NAMED = (
    r"\b(?P<san>[A-Z]?[a-h]?[1-8]?[x-]?[a-h][1-8](?:=?[A-Z])?)(?!\w)"
    r"|\b(?P<squares>[a-h][1-8][a-h][1-8])(?P<promoted>[a-z])\b"
    r"|\b(?P<letter>[B-HJ-Z])\b"  # A and I are words
)


@dataclass(frozen=True)
class ChessSkin:
    """The name of the game that is shown, and of each kind of piece but king and pawn its letter and what is shown.

    `pieces` are triples of the variant's letter, the letter shown and the name shown; none of the plain notation.
    """

    name: str = ""
    pieces: tuple[tuple[str, str, str], ...] = ()

    @cached_property
    def _shown(self) -> dict[int, str]:
        return str.maketrans({own: shown for own, shown, _ in self.pieces})

    @cached_property
    def _lower(self) -> dict[int, str]:
        return str.maketrans({own.lower(): shown.lower() for own, shown, _ in self.pieces})

    @cached_property
    def _meant(self) -> dict[int, str]:
        """Letters back; those of the plain notation name nothing."""
        return str.maketrans({own: _NONE for own, _, _ in self.pieces} | {shown: own for own, shown, _ in self.pieces})

    def rename(self, spec: VariantSpec) -> VariantSpec:
        """A spec with the letters of this variant (or of a sibling), under the names that are shown."""
        if not self.pieces:
            return spec
        named = {own: (name, shown) for own, shown, name in self.pieces}
        pieces = tuple(
            Piece(*named[piece.letter], piece.betza) if piece.letter in named else piece for piece in spec.pieces
        )
        rows = tuple(row.translate(self._shown) for row in spec.rows)
        promotions = spec.promotions.translate(self._shown)
        return replace(spec, name=self.name, pieces=pieces, rows=rows, promotions=promotions)

    def write_moves(self, moves: Sequence[str]) -> list[str]:
        """Moves in SAN as they are shown."""
        return [move.translate(self._shown) for move in moves]

    def write_fen(self, pieces: str) -> str:
        """The first field of a FEN as it is shown."""
        return pieces.translate(self._shown | self._lower)

    def write_text(self, spec: VariantSpec, text: str) -> str:
        """A text on the variant of a spec with its moves, letters, and names of game and pieces as they are shown."""
        if not self.pieces:
            return text
        names = {spec.name: self.name} | {spec.kinds[own].name: name for own, _, name in self.pieces}
        names |= {name.capitalize(): shown.capitalize() for name, shown in names.items()}
        known = re.compile(rf"\b(?P<name>{'|'.join(map(re.escape, names))})\b|{_NAMED}")

        def rename(found: re.Match[str]) -> str:
            if found["name"]:
                return names[found["name"]]
            if found["promoted"]:
                return found["squares"] + found["promoted"].translate(self._lower)
            return found[0].translate(self._shown)

        return known.sub(rename, text)

    def list_names(self, spec: VariantSpec) -> dict[str, list[tuple[str, str]]]:
        """What is called otherwise than in the variant of a spec: pairs of its name and the one shown."""
        return {
            "game": [(spec.name, self.name or spec.name)],
            "pieces": [(spec.kinds[own].name, name) for own, _, name in self.pieces],
            "letters": [(own, shown) for own, shown, _ in self.pieces],
        }

    def draw(self, position: Position) -> tuple[str, str]:
        """The board of a position and its FEN as they are shown."""
        if not self.pieces or not isinstance(position, SpecPosition):
            return position.draw_board(), position.fen
        shown = position.copy()
        shown.board = [self.write_fen(piece) for piece in position.board]
        placed, _, rest = position.fen.partition(" ")
        return shown.draw_board(), f"{self.write_fen(placed)} {rest}"

    def read_move(self, text: str) -> str:
        """What an answer means in the plain notation; one that is written in that means nothing."""
        word = text.strip()
        if not self.pieces:
            return word
        found = _PROMOTION.match(word)
        if found:
            return word[:4] + found[1].upper().translate(self._meant).lower()
        return word.translate(self._meant)


PLAIN = ChessSkin()


@lru_cache(maxsize=256)
def find_chess_skin(spec: VariantSpec, number: int) -> ChessSkin:
    """The skin of that number of a variant; 0 is the variant's own names. No letter is one that the variant has."""
    if number == 0:
        return PLAIN
    rng, own = new_generator("chess skin", spec.hash, number), [piece.letter for piece in spec.pieces]
    renamed = [letter for letter in own if letter not in (KING, PAWN)]
    while True:
        words = invent_pieces(rng, len(renamed))
        letters = [word[0].upper() for word in words]
        if not set(letters) & set(own) and len(set(letters)) == len(letters):
            return ChessSkin(invent_name(rng), tuple(zip(renamed, letters, words, strict=True)))
