"""From the English rules of a game back to its spec, as a player has to understand them.

Written against the text alone: one table gives every sentence its meaning, and a sentence that is not in the table is
an error. Sentences that only repeat what follows from others (the cells of a side, say) are checked against the spec.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from quickstudy.tasks.games.board import FILES, Board
from quickstudy.tasks.games.rules import ENDINGS, Kind, Rules, RulesError, patterns

Groups = Mapping[str, str]
Claim = Callable[[Rules], bool]


class ReadError(ValueError):
    """A text that is not understood; the message quotes the sentence or names what is missing."""


def read_rules(text: str) -> Rules:
    """Recover the spec from its English text.

    Blank lines and spaces at the end of lines do not matter. Only where the text leaves the order of kinds open
    (none of them moves) it is a convention: the placed kind, then X's pieces as listed, then O's.
    Raises ReadError for a sentence that is not understood, that is missing, or that contradicts another.
    """
    draft = _Draft()
    for line in text.split("\n"):
        draft.sentence = line.rstrip()
        if not draft.sentence:
            continue
        for pattern, handler in SENTENCES:
            found = pattern.fullmatch(draft.sentence)
            if found:
                handler(draft, found.groupdict())
                break
        else:
            raise ReadError(f"this sentence is not understood: {draft.sentence!r}")
    return draft.build()


@dataclass
class _Draft:
    """What the sentences read so far have said."""

    sentence: str = ""
    game: dict[str, Any] = field(default_factory=dict)  # name, setup (cells by kind), the placed and the royal kind
    board: dict[str, Any] = field(default_factory=dict)
    kinds: dict[str, dict[str, Any]] = field(default_factory=dict)  # in the order of the sentences on their moves
    atoms: dict[str, Any] = field(default_factory=dict)
    endings: list[str] = field(default_factory=list)
    claims: list[tuple[str, Claim]] = field(default_factory=list)

    def put(self, said: dict[str, Any], name: str, value: Any) -> None:
        """Note a value; saying something else about the same thing later is an error."""
        if said.setdefault(name, value) != value:
            raise ReadError(f"this sentence contradicts an earlier one on {name}: {self.sentence!r}")

    def claim(self, claim: Claim) -> None:
        """Note what the sentence claims about the game as a whole, to be checked at the end."""
        self.claims.append((self.sentence, claim))

    def build(self) -> Rules:
        """The rules that all sentences together describe."""
        self._require(self.game, "name", "setup_x", "setup_o")
        self._require(self.board, "shape")
        self._require(self.atoms, "double", "mixed", "stalemate", "score", "cap")
        if "placed" in self.game:
            self._require(self.atoms, "place", "hand")
        names = _merge([[self.game["placed"]] if "placed" in self.game else [], *self._listed()])
        royal = self.game.get("royal")
        if royal is not None and royal not in names:
            raise ReadError(f"the text speaks of a kind of piece that the game does not have: {royal}")
        kinds = tuple(Kind(name, **self.kinds.get(name, {}), royal=name == royal) for name in names)
        setups = [self.game["setup_x"], self.game["setup_o"]]
        setup_x, setup_o = (tuple(cells.get(name, ()) for name in names) if cells else () for cells in setups)
        try:
            rules = Rules(self.game["name"], Board(**self.board), kinds, setup_x, setup_o, **self.atoms)
        except RulesError as error:
            raise ReadError(f"the text describes a game that cannot be: {error}") from error
        for sentence, claim in self.claims:
            if not claim(rules):
                raise ReadError(f"this sentence contradicts the rest of the text: {sentence!r}")
        return rules

    def _require(self, said: dict[str, Any], *names: str) -> None:
        for name in names:
            if name not in said:
                raise ReadError(f"the text has no sentence on {name}")

    def _listed(self) -> list[list[str]]:
        return [list(self.kinds), list(self.game["setup_x"]), list(self.game["setup_o"])]


def _merge(orders: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """One order of all names that keeps every given order, earlier lists first where they leave it open."""
    merged: list[str] = []
    while rest := [[name for name in order if name not in merged] for order in orders]:
        heads = [order[0] for order in rest if order]
        if not heads:
            break
        free = [head for head in heads if not any(head in order[1:] for order in rest)]
        if not free:
            raise ReadError(f"the text lists the kinds of piece in different orders: {', '.join(heads)}")
        merged.append(free[0])
    return tuple(merged)


Handler = Callable[[_Draft, Groups], None]

_CELL = "[a-p][1-9][0-9]?"
_NUMBER = "[1-9][0-9]{0,3}"
_AXES = {
    "N-S, E-W, NE-SW or NW-SE": "all",
    "E-W, NE-SW or NW-SE": "all",
    "N-S or E-W": "orthogonal",
    "NE-SW or NW-SE": "diagonal",
}
_PARTS = {
    "name": ".*",
    "a kind": "an? (?P<kind>[a-z]+)",
    "A kind": "An? (?P<kind>[a-z]+)",
    "royal": "(?!pieces )[a-z]+",
    "a shape": "an? (?P<shape>[a-z]+)",
    "directions": "[NESW]{1,2}(?:, [NESW]{1,2})*",
    "axes": "|".join(_AXES),
    "player": "[XO]",
    "pieces": f"[a-z]+(?: {_CELL})+(?:; [a-z]+(?: {_CELL})+)*",
    "cells": f"(?:{_CELL}(?: {_CELL})*)?",
    "holes": f"{_CELL}(?:, {_CELL})*(?: or {_CELL})?",
    "rows": f"{_CELL} to {_CELL}(?:, {_CELL} to {_CELL})*",
    "file": "[a-p]",
    "number": _NUMBER,
    "distances": r"(?: \(holes do not change distances\))?",
    "verdict": "win|lose",
}


def _pattern(sentence: str) -> re.Pattern[str]:
    """The expression for a sentence with parts in angle brackets: `<part>` or, under another name, `<part:name>`."""
    pieces = re.split(r"<([^>]*)>", sentence)
    for i in range(1, len(pieces), 2):
        part, _, name = pieces[i].partition(":")
        pieces[i] = _PARTS[part] if " " in part else f"(?P<{name or part}>{_PARTS[part]})"
    return re.compile("".join(piece if i % 2 else re.escape(piece) for i, piece in enumerate(pieces)))


def _sets(*claims: Claim, **atoms: Any) -> Handler:
    """A sentence that always means the same: values of atoms, and claims about the rest of the text."""

    def handler(draft: _Draft, _: Groups) -> None:
        for name, value in atoms.items():
            draft.put(draft.atoms, name, value)
        for claim in claims:
            draft.claim(claim)

    return handler


def _number(atom: str) -> Handler:
    return lambda draft, groups: draft.put(draft.atoms, atom, int(groups["number"]))


def _name(draft: _Draft, groups: Groups) -> None:
    draft.put(draft.game, "name", groups["name"])


def _board(shape: str) -> Handler:
    def handler(draft: _Draft, groups: Groups) -> None:
        width, height = FILES.index(groups["file"]) + 1, int(groups["number"])
        for name, value in (("shape", shape), ("width", width), ("height", height)):
            draft.put(draft.board, name, value)

    return handler


def _hexagon(draft: _Draft, groups: Groups) -> None:
    ranks = int(groups["number"])
    for name, value in (("shape", "hexagon"), ("width", (ranks + 1) // 2), ("height", (ranks + 1) // 2)):
        draft.put(draft.board, name, value)
    draft.claim(lambda rules: rules.board.ranks == ranks and _rows(rules.board) == groups["rows"])


def _rows(board: Board) -> str:
    ranks = [[f"{FILES[x]}{y + 1}" for x, y in board.outline if y == rank] for rank in range(board.ranks)]
    return ", ".join(f"{names[0]} to {names[-1]}" for names in ranks)


def _edges(edges: str) -> Handler:
    def handler(draft: _Draft, groups: Groups) -> None:
        draft.put(draft.board, "edges", edges)
        draft.claim(lambda rules: groups["file"] == FILES[rules.board.files - 1])
        draft.claim(lambda rules: int(groups.get("number", rules.board.ranks)) == rules.board.ranks)

    return handler


def _holes(draft: _Draft, groups: Groups) -> None:
    draft.put(draft.board, "holes", tuple(groups["holes"].replace(" or ", ", ").split(", ")))


def _setup(draft: _Draft, groups: Groups) -> None:
    cells: dict[str, Any] = {}
    for piece in filter(None, groups.get("pieces", "").split("; ")):
        name, *places = piece.split()
        draft.put(cells, name, tuple(places))
    for player in groups.get("player", "XO"):
        draft.put(draft.game, f"setup_{player.lower()}", cells)


def _placing(*claims: Claim, **atoms: Any) -> Handler:
    """A sentence on placing names the kind that is placed; the first kind is the one."""

    def handler(draft: _Draft, groups: Groups) -> None:
        draft.put(draft.game, "placed", groups["kind"])
        _sets(*claims, **atoms)(draft, groups)

    return handler


def _kind(*claims: Callable[[Kind], bool], **atoms: Any) -> Handler:
    """A sentence on one kind of piece; the value `...` stands for the directions that it lists."""

    def handler(draft: _Draft, groups: Groups) -> None:
        kind = draft.kinds.setdefault(groups["kind"], {})
        for name, value in atoms.items():
            draft.put(kind, name, tuple(groups["directions"].split(", ")) if value is ... else value)
        for claim in claims:
            draft.claim(lambda rules: all(claim(kind) for kind in rules.kinds if kind.name == groups["kind"]))

    return handler


def _ending(atom: str, value: Callable[[Groups], Any], claim: Callable[[Rules, Groups], bool] | None = None) -> Handler:
    """A numbered ending. Its number and its place among the others must be as the order of judging demands."""

    def handler(draft: _Draft, groups: Groups) -> None:
        ranks = [ENDINGS.index(name) for name in (*draft.endings, atom)]
        draft.endings.append(atom)
        if int(groups["number"]) != len(ranks) or ranks != sorted(set(ranks)):
            raise ReadError(f"this ending is out of order: {draft.sentence!r}")
        draft.put(draft.game if atom == "royal" else draft.atoms, atom, value(groups))
        if "verdict" in groups:
            draft.put(draft.atoms, "misere", groups["verdict"] == "lose")
        if "axes" in groups:
            draft.put(draft.atoms, "axes", _AXES[groups["axes"]])
        if claim is not None:
            draft.claim(lambda rules: claim(rules, groups))

    return handler


def _covers(rules: Rules, groups: Groups) -> bool:
    cells = sorted(rules.board.index.get(cell, -1) for cell in groups["cells"].split())
    return tuple(cells) in patterns(rules)


def _joins(rules: Rules, groups: Groups) -> bool:
    sides = {side: " ".join(rules.board.names[i] for i in cells) for side, cells in rules.board.sides.items()}
    return all(groups[side] == sides[side] for side in sides if side in groups)


def _is_square(rules: Rules) -> bool:
    return rules.board.shape == "square"


def _is_hexagonal(rules: Rules) -> bool:
    return rules.board.shape != "square"


def _places(rules: Rules) -> bool:
    return rules.place != "none"


_TABLE: tuple[tuple[str, Handler], ...] = (
    ("<name> is a game for two players, X and O. X begins.", _name),
    # Board
    ("Board:", _sets()),
    ("The board has square cells: files a to <file> from left to right, ranks 1 to <number> from bottom to top.", _board("square")),
    ("The board is a rhombus of hexagonal cells: files a to <file>, ranks 1 to <number> from bottom to top.", _board("rhombus")),
    ("The board is a hexagon of hexagonal cells with <number> ranks, from bottom to top: <rows>.", _hexagon),
    ("Directions: N is the next higher rank, E the next file (a to b), S and W the opposite; NE, SE, SW and NW are "
     "diagonal. A cell is adjacent to the cells one step away in these eight directions.", _sets(_is_square)),
    ("Directions: E is the next file on the same rank, NE the same file on the next higher rank, NW the previous file "
     "on the next higher rank; W, SW and SE are their opposites. A cell is adjacent to the cells one step away in these "
     "six directions.", _sets(_is_hexagonal)),
    ("The left and right edges are joined: file a lies to the E of file <file>.", _edges("cylinder")),
    ("Opposite edges are joined: file a lies to the E of file <file>, and rank 1 follows rank <number>, so the board has "
     "no edge.", _edges("torus")),
    ("There is no cell at <holes>: the board has holes there.", _holes),
    ("A group is a largest set of pieces of one player that are joined through adjacent cells.", _sets()),
    ("The board is empty at the start.", _setup),
    ("<player> starts with: nothing.", _setup),
    ("<player> starts with: <pieces>.", _setup),
    # Actions
    ("Actions:", _sets()),
    ("The players take turns; a turn is one action.", _sets(double=False)),
    ("The players take turns; X's first turn is one action; after that every turn is two actions.", _sets(double=True)),
    ("An action is to move one of your pieces.", _sets(lambda rules: rules.place == "none", mixed=False)),
    ("An action is to place <a kind>.", _placing(lambda rules: not rules.moving, mixed=False)),
    ("An action is either to place <a kind> or to move one of your pieces.", _placing(mixed=True)),
    ("An action is to place <a kind>; once you have placed all of yours, it is to move one of your pieces.",
     _placing(lambda rules: rules.moving and rules.hand > 0, mixed=False)),
    ("There is no limit on the pieces a player may place.", _sets(_places, hand=0)),
    ("Each player has <number> pieces to place in the whole game.", _number("hand")),
    ("<A kind> may be placed on any empty cell.", _placing(place="any")),
    ("<A kind> may be placed only on an empty cell whose neighbour to the S is not an empty cell (occupied, burnt or "
     "missing).", _placing(_is_square, place="drop")),
    ("<A kind> may be placed only on an empty cell whose neighbour to the SW is not an empty cell (occupied, burnt or "
     "missing).", _placing(_is_hexagonal, place="drop")),
    ("<A kind> may be placed only on an empty cell adjacent to a piece of either player; while the board has no pieces, "
     "on any empty cell.", _placing(place="touch")),
    ("<A kind> may be placed only on an empty cell adjacent to a piece of your own; while you have no pieces on the "
     "board, on any empty cell.", _placing(place="touch_own")),
    ("<A kind> may be placed only on an empty cell that is not adjacent to a piece of your own.", _placing(place="apart_own")),
    ("<A kind> may be placed only on an empty cell from which it flanks at least one enemy piece.", _placing(place="flank")),
    ("A piece may not be placed adjacent to the cell where the previous action (of either player) ended, unless that "
     "would leave no placement at all. This does not apply to the first action of the game or right after a pass.",
     _sets(contact="ban")),
    ("A piece must be placed adjacent to the cell where the previous action (of either player) ended, if any allowed "
     "placement is adjacent to it. This does not apply to the first action of the game or right after a pass.",
     _sets(contact="must")),
    ("The directions of moves below are X's. For O they are the opposite ones: N and S, E and W, NE and SW, NW and SE "
     "change places.", _sets(_is_square)),
    ("The directions of moves below are X's. For O they are the opposite ones: E and W, NE and SW, NW and SE change "
     "places.", _sets(_is_hexagonal)),
    ("<A kind> may step to an adjacent empty cell: <directions>.", _kind(step=..., clone=False)),
    ("<A kind> may step to an adjacent empty cell: <directions>. When it steps it also stays where it was, so you gain a "
     "piece.", _kind(step=..., clone=True)),
    ("<A kind> may capture an enemy piece on an adjacent cell: <directions>.", _kind(capture=...)),
    ("<A kind> may slide any distance in a straight line over empty cells: <directions>.", _kind(slide=...)),
    ("<A kind> may capture the first piece in a straight line, at any distance over empty cells, if it is an enemy: "
     "<directions>.", _kind(slide_capture=...)),
    ("<A kind> may jump over an adjacent enemy piece to the empty cell straight behind it, which captures the piece "
     "jumped over: <directions>.", _kind(jump=...)),
    ("<A kind> may vault over an adjacent piece of either player to the empty cell straight behind it, which captures "
     "nothing: <directions>.", _kind(vault=...)),
    ("<A kind> may leap, over anything, to an empty cell two cells N, E, S or W and then one cell to the side.",
     _kind(leap="knight")),
    ("<A kind> may leap, over anything, to an empty cell three cells N, E, S or W and then one cell to the side.",
     _kind(leap="camel")),
    ("<A kind> may leap, over anything, to an empty cell exactly two steps away<distances>.", _kind(leap="ring")),
    ("<A kind> may leap, over anything, and capture an enemy piece two cells N, E, S or W and then one cell to the side.",
     _kind(leap_capture="knight")),
    ("<A kind> may leap, over anything, and capture an enemy piece three cells N, E, S or W and then one cell to the "
     "side.", _kind(leap_capture="camel")),
    ("<A kind> may leap, over anything, and capture an enemy piece exactly two steps away<distances>.",
     _kind(leap_capture="ring")),
    ("<A kind> that captures takes the cell of the captured piece, which is removed.",
     _kind(lambda kind: bool(kind.capture or kind.slide_capture or kind.leap_capture))),
    ("<A kind> never moves.", _kind(lambda kind: not kind.moves)),
    ("If one of your moves captures a piece, you must make a capturing move; other moves are not allowed then.",
     _sets(lambda rules: not rules.mixed, must_capture=True)),
    ("If one of your moves captures a piece, you must make a capturing move; neither other moves nor placing are allowed "
     "then.", _sets(_places, must_capture=True)),
    ("A cell that a piece leaves is burnt: it is shown as # and never counts as empty again.", _sets(burn=True)),
    ("Flanking: from the cell where an action ended, look along each direction. Enemy pieces on the next cells in "
     "unbroken line are flanked if there are 1 to <number> of them and the cell after the last one holds another piece of "
     "the player who acted.", _number("flank_length")),
    ("After each action all flanked pieces are removed.", _sets(effect="flank_remove")),
    ("After each action all flanked pieces change owner and keep their kind.", _sets(effect="flank_flip")),
    ("After each action all enemy pieces adjacent to the cell where it ended change owner and keep their kind.",
     _sets(effect="infect")),
    ("After each action every enemy group adjacent to the cell where it ended is removed if no empty cell is adjacent to "
     "the group; all groups are judged before any is removed.", _sets(effect="surround")),
    # End of the game
    ("End of the game:", _sets()),
    ("After each action, with its effects done, these are checked in order for the player who acted (you):", _sets()),
    ("<number>. Your opponent has no <royal> left: you win.", _ending("royal", lambda g: g["royal"])),
    ("<number>. <number:length> of your pieces stand on successive cells of a straight line (<axes>), at least one of "
     "whose cells became yours in this action: you <verdict>.",
     _ending("line", lambda g: int(g["length"]), lambda r, g: r.axes != "all" or ("N-S" in g["axes"]) == _is_square(r))),
    ("<number>. Your pieces cover <a shape>, that is a set of cells like <cells>, anywhere, turned or mirrored in any "
     "way, at least one of whose cells became yours in this action: you <verdict>.",
     _ending("shape", lambda g: g["shape"], _covers)),
    ("<number>. One group of your pieces has a cell on each of your two sides: you <verdict>. X's sides are "
     "<cells:bottom> and <cells:top>; O's sides are <cells:left> and <cells:right>.",
     _ending("connect", lambda g: "own_sides", _joins)),
    ("<number>. One group of your pieces has a cell on each of the two sides: you <verdict>. For both players the sides "
     "are <cells:bottom> and <cells:top>.", _ending("connect", lambda g: "same_sides", _joins)),
    ("<number>. One of your pieces is on the far rank (rank <number:last> for X, rank 1 for O): you <verdict>.",
     _ending("far", lambda g: True, lambda r, g: int(g["last"]) == r.board.ranks)),
    ("<number>. Your opponent has no pieces left: you win.", _ending("eliminate", lambda g: 1)),
    ("<number>. Your opponent has fewer than <number:pieces> pieces left: you win.",
     _ending("eliminate", lambda g: int(g["pieces"]))),
    ("<number>. You have removed <number:pieces> or more enemy pieces since the start (captured or removed after an "
     "action; pieces that changed owner do not count): you win.", _ending("captures", lambda g: int(g["pieces"]))),
    ("<number>. All your pieces form one group (a single piece does): you win.", _ending("unify", lambda g: True)),
    ("The first that holds ends the game.", _sets()),
    ("A player to act who has no legal action passes, and the turn is over. Two passes in a row end the game, and it is "
     "scored.", _sets(stalemate="pass")),
    ("A player to act who has no legal action loses.", _sets(stalemate="lose")),
    ("A player to act who has no legal action wins.", _sets(stalemate="win")),
    ("If the player to act has no legal action, the game is a draw.", _sets(stalemate="draw")),
    ("If the player to act has no legal action, the game ends and is scored.", _sets(stalemate="count")),
    ("After <number> plies (actions and passes of both players together) the game ends and is scored.", _number("cap")),
    ("A game that is scored is a draw.", _sets(score="draw")),
    ("When a game is scored, the player with more pieces on the board wins; equal numbers are a draw.", _sets(score="most")),
    ("When a game is scored, the player with fewer pieces on the board wins; equal numbers are a draw.",
     _sets(score="fewest")),
    # How moves are written
    ("How moves are written:", _sets()),
    ("A placement is written as its cell, like c3.", _sets(_places)),
    ("A move is written with - between the cell it starts from and the cell it ends on, like c2-c3.",
     _sets(lambda rules: rules.moving)),
    ("A move that captures is written with x instead of -, like c2xd3; the second cell is where the piece ends.",
     _sets(lambda rules: any(kind.captures for kind in rules.kinds))),
    ("A pass is made automatically and shown as pass.", _sets(lambda rules: rules.stalemate == "pass")),
)

SENTENCES = tuple((_pattern(sentence), handler) for sentence, handler in _TABLE)
