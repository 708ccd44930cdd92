"""Skins: a game in other names and another notation, so that nothing in a text can be known by heart.

A skin renames the game, its pieces, the two sides, files and ranks, and the signs of moves. What is played stays as it
is, and so do records: a skin is put on where a text goes to the player, and taken off where an answer comes back.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from quickstudy.tasks.games.board import FILES, MAX_CELLS
from quickstudy.tasks.games.names import invent_name, invent_pieces
from quickstudy.tasks.games.notation import cell_symbols, draw_board, symbols
from quickstudy.tasks.games.rules import Rules
from quickstudy.tasks.games.wording import HIGHER, UPWARDS, write_names, write_rules
from quickstudy.tasks.seeds import new_generator

MAX_SKIN = 1_000_000
# Consonants that are no direction (N, E, S, W), no piece and no sign of a move: no two of them are an English word.
_LETTERS = tuple("bcdfghjklmpqrtvz")
_SIDES = tuple("BCDFGHJKLMPQRTUVYZ")
_QUIET, _CAPTURE = (">", "/", ":", "="), ("!", "+", "^", "&")
_CELL = r"[a-p][1-9]\d?"
_RANK = r"[1-9]\d?"
_NAMED = re.compile(
    rf"\b(?P<start>{_CELL})(?P<sign>[-x])(?P<end>{_CELL})\b"
    rf"|\b(?P<cell>{_CELL})\b"
    r"|(?<=\bfile )(?P<file>[a-p])\b"
    r"|(?:(?<=\bfiles )|(?<=\())(?P<first>[a-p]) to (?P<last>[a-p])\b"
    rf"|(?<=\branks )(?P<bottom>{_RANK}) to (?P<top>{_RANK})\b"
    rf"|(?<=\brank )(?P<rank>{_RANK})\b"
    r"|(?<=\bwritten with )(?P<mark>[-x])(?= )|(?<=\binstead of )(?P<other>-)"
    r"|(?<=\bwritten as )(?P<swap>swap)\b|(?<=\bshown as )(?P<skip>pass)\b"
    r"|\b(?P<side>[XO])\b"
)


@dataclass(frozen=True)
class Skin:
    """The names and signs of one skin; number 0 is the game as it is.

    `kinds` maps the game's names of pieces to others. `files` and `ranks` are the labels from left to right and from
    bottom to top, more than any board has; a cell is a file's label and a rank's. `skip` is what a pass is shown as.
    """

    number: int
    name: str
    kinds: tuple[tuple[str, str], ...]
    sides: tuple[str, str] = ("X", "O")
    files: tuple[str, ...] = tuple(FILES)
    ranks: tuple[str, ...] = tuple(str(rank) for rank in range(1, MAX_CELLS + 1))
    quiet: str = "-"
    capture: str = "x"
    skip: str = "pass"
    swap: str = "swap"

    def write_rules(self, rules: Rules) -> str:
        """The rules in English, of the game itself or of one with the same board, in the names of the skin."""
        if self.number == 0:
            return write_rules(rules)
        lines = _NAMED.sub(self._rename, write_rules(self.rename(rules))).replace(HIGHER, UPWARDS).split("\n")
        names = write_names(self.files[: rules.board.files], self.ranks[: rules.board.ranks])
        place = lines.index("Board:") + 2
        return "\n".join([*lines[:place], names, *lines[place:]])

    def rename(self, rules: Rules) -> Rules:
        """The rules with the skin's names of game and pieces; a piece that the skin does not know keeps its name."""
        names = dict(self.kinds)
        kinds = tuple(
            replace(kind, name=names.get(kind.name, kind.name), promotes=names.get(kind.promotes, kind.promotes))
            for kind in rules.kinds
        )
        return replace(rules, name=self.name, kinds=kinds)

    def write_move(self, move: str) -> str:
        """A move in canonical notation as the skin writes it."""
        words = {"pass": self.skip, "swap": self.swap}
        return words[move] if move in words else _NAMED.sub(self._rename, move)

    def write_moves(self, moves: Sequence[str]) -> list[str]:
        """Several moves."""
        return list(moves) if self.number == 0 else [self.write_move(move) for move in moves]

    def write_result(self, result: str) -> str:
        """A result as the skin names it: `X wins` names a side."""
        return result if self.number == 0 else _NAMED.sub(self._rename, result)

    def write_text(self, rules: Rules, text: str) -> str:
        """A text in plain notation with its cells, moves, sides, and names of game and pieces as the skin has them."""
        names = {rules.name: self.name, **dict(self.kinds)}
        known = re.compile(r"\b(?:" + "|".join(map(re.escape, names)) + r")\b")
        return known.sub(lambda found: names[found[0]], _NAMED.sub(self._rename, text))

    def list_names(self, rules: Rules) -> dict[str, list[tuple[str, str]]]:
        """What the plain notation calls otherwise: pairs of the plain name and the skin's, by what they are.

        Signs and words of moves are those that moves of this game have.
        """
        plain, board = write_rules(rules), rules.board
        signs = {
            "written with - ": ("-", self.quiet),
            "instead of -": ("x", self.capture),
            "shown as pass": ("pass", self.skip),
            "written as swap": ("swap", self.swap),
        }
        return {
            "game": [(rules.name, self.name)],
            "sides": list(zip("XO", self.sides, strict=True)),
            "pieces": list(self.kinds),
            "files": list(zip(FILES, self.files[: board.files], strict=False)),
            "ranks": [(str(rank), label) for rank, label in enumerate(self.ranks[: board.ranks], 1)],
            "signs": [pair for said, pair in signs.items() if said in plain],
        }

    def read_move(self, text: str) -> str | None:
        """An answer in canonical notation; None where it names no move in the notation of the skin.

        It is as tolerant as `notation.parse_move`: of case, blanks, brackets and a missing sign.
        """
        if self.number == 0:
            return text
        words = text.strip().strip("[]").strip().lower()
        if words in (self.skip, self.swap):
            return "pass" if words == self.skip else "swap"
        found = self._move.match(words) if len(words) <= 16 else None
        if found is None:
            return None
        start, sign, end = (found.group(name) or "" for name in ("start", "sign", "end"))
        signs = {self.quiet: "-", self.capture: "x", "": ""}
        return f"{self._cells.get(start, '')}{signs[sign]}{self._cells[end]}"

    def draw_board(self, rules: Rules, state: NDArray[np.uint64]) -> str:
        """The board as a grid with the skin's labels and symbols."""
        return draw_board(rules, state, self.files, self.ranks, self.symbols(rules))

    def symbols(self, rules: Rules) -> dict[tuple[int, int], str]:
        """Symbol of each (player, kind): with one kind the sides' letters, else the first letter of the kind's name."""
        if self.number == 0 or len(rules.kinds) > 1:
            return symbols(self.rename(rules))
        return {(player, 0): side.lower() for player, side in enumerate(self.sides)}

    def write_cells(self, rules: Rules, state: NDArray[np.uint64]) -> str:
        """A position on one line: the symbols of each rank from the top, ranks parted by slashes, `_` for a hole."""
        board = rules.board
        found = dict(zip(board.cells, cell_symbols(rules, state, self.symbols(rules)), strict=True))
        rows = [
            "".join(found.get(place, "_") for place in board.outline if place[1] == rank)
            for rank in range(board.ranks - 1, -1, -1)
        ]
        return "/".join(rows)

    def _rename(self, found: re.Match[str]) -> str:
        """What stands for a name or sign of the plain notation."""
        part = {name: text for name, text in found.groupdict().items() if text is not None}
        signs = {"-": self.quiet, "x": self.capture, "pass": self.skip, "swap": self.swap}
        match part:
            case {"start": start, "sign": sign, "end": end}:
                return f"{self._label(start)}{signs[sign]}{self._label(end)}"
            case {"cell": cell}:
                return self._label(cell)
            case {"file": file}:
                return self.files[FILES.index(file)]
            case {"first": first, "last": last}:
                return f"{self.files[FILES.index(first)]} to {self.files[FILES.index(last)]}"
            case {"bottom": bottom, "top": top}:
                return f"{self.ranks[int(bottom) - 1]} to {self.ranks[int(top) - 1]}"
            case {"rank": rank}:
                return self.ranks[int(rank) - 1]
            case {"side": side}:
                return self.sides["XO".index(side)]
        return signs[next(iter(part.values()))]

    def _label(self, cell: str) -> str:
        return self.files[FILES.index(cell[0])] + self.ranks[int(cell[1:]) - 1]

    @cached_property
    def _cells(self) -> dict[str, str]:
        """The canonical name of each label of a cell."""
        return {
            file + rank: f"{FILES[x]}{y}" for x, file in enumerate(self.files) for y, rank in enumerate(self.ranks, 1)
        }

    @cached_property
    def _move(self) -> re.Pattern[str]:
        files, ranks = ("|".join(sorted(labels, key=len, reverse=True)) for labels in (self.files, self.ranks))
        cell, signs = rf"(?:{files})(?:{ranks})", re.escape(self.quiet) + "|" + re.escape(self.capture)
        return re.compile(rf"^(?:(?P<start>{cell})\s*(?P<sign>{signs})?\s*)?(?P<end>{cell})$")


@lru_cache(maxsize=256)
def find_skin(rules: Rules, number: int) -> Skin:
    """The skin of a game with that number: 0 is none, others follow from the rules' hash and the number.

    Ranks have numbers or, where letters are enough for the board, letters. Raises ValueError for a number that is
    negative or beyond `MAX_SKIN`.
    """
    if not 0 <= number <= MAX_SKIN:
        raise ValueError(f"there is no skin {number}: choose 0 (none) to {MAX_SKIN}")
    if number == 0:
        return Skin(0, rules.name, tuple((kind.name, kind.name) for kind in rules.kinds))
    rng = new_generator("skin", rules.hash, number)
    names = invent_pieces(rng, len(rules.kinds))
    numbers = _shuffle(rng, tuple(map(str, range(17, 100))))[:MAX_CELLS]  # no cell of the plain notation has these
    first, second = _shuffle(rng, _SIDES)[:2]
    # the letters of the sides stand on the board, so they come last among the labels
    files, letters = (
        tuple(sorted(_shuffle(rng, _LETTERS), key=lambda letter: letter in (first + second).lower())) for _ in range(2)
    )
    lettered = rules.board.ranks <= len(letters) and rng.random() < 0.5
    return Skin(
        number=number,
        name=invent_name(rng),
        kinds=tuple((kind.name, name) for kind, name in zip(rules.kinds, names, strict=True)),
        sides=(first, second),
        files=files,
        ranks=(letters + numbers)[:MAX_CELLS] if lettered else numbers,
        quiet=_QUIET[int(rng.integers(len(_QUIET)))],
        capture=_CAPTURE[int(rng.integers(len(_CAPTURE)))],
        skip=invent_pieces(rng, 1)[0],
        swap=invent_name(rng).lower(),
    )


def _shuffle(rng: np.random.Generator, items: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(items[i] for i in rng.permutation(len(items)).tolist())
