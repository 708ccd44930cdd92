"""What each sentence of the rules means: a table from patterns of the English to atoms of the spec.

A sentence that says something new has a handler, which notes it in the draft of a spec; what a sentence only repeats
(the cells of a side, say) is a claim, which is checked against the spec when all has been read.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NamedTuple

from quickstudy.tasks.games.board import FILES
from quickstudy.tasks.games.patterns import patterns
from quickstudy.tasks.games.rules import ENDINGS, Rules
from quickstudy.tasks.learners.draft import Claim, Draft, Groups, ReadError

# Handlers: what a sentence says, given the parts found in it.
_Handler = Callable[..., None]


def _set(draft: Draft, groups: Groups, **atoms: Any) -> None:
    """Atoms of the game; `...` stands for the number in the sentence."""
    draft.put(draft.atoms, **{k: int(groups["number"]) if v is ... else v for k, v in atoms.items()})


def _name(draft: Draft, groups: Groups) -> None:
    draft.put(draft.game, name=groups["name"])


def _board(draft: Draft, groups: Groups, **values: Any) -> None:
    if "number" in groups:
        values |= {"width": FILES.index(groups["file"]) + 1, "height": int(groups["number"])}
    draft.put(draft.board, **values)


def _hexagon(draft: Draft, groups: Groups) -> None:
    side = (int(groups["number"]) + 1) // 2
    draft.put(draft.board, shape="hexagon", width=side, height=side)


def _holes(draft: Draft, groups: Groups) -> None:
    draft.put(draft.board, holes=tuple(groups["holes"].replace(" or ", ", ").split(", ")))


def _setup(draft: Draft, groups: Groups) -> None:
    cells: dict[str, Any] = {}
    for piece in filter(None, groups.get("pieces", "").split("; ")):
        kind, *places = piece.split()
        draft.put(cells, **{kind: tuple(places)})
    for player in groups.get("player", "XO"):
        draft.put(draft.game, **{f"setup_{player.lower()}": cells})


def _placing(draft: Draft, groups: Groups, **atoms: Any) -> None:
    draft.put(draft.game, placed=groups["kind"])
    _set(draft, groups, **atoms)


def _kind(draft: Draft, groups: Groups, **atoms: Any) -> None:
    """Atoms of one kind; `...` stands for the leap, the other kind or the directions in the sentence."""
    given: Any = groups.get("other") or tuple(groups.get("directions", "").split(", "))
    given = _LEAPS[groups["leap"]] if "leap" in groups else given
    kind = draft.kinds.setdefault(groups["kind"], {})
    draft.put(kind, **{k: given if v is ... else v for k, v in atoms.items()})


def _ending(draft: Draft, groups: Groups, **ending: Any) -> None:
    """One ending; its number and its place among the others must be as the order of judging demands."""
    draft.endings.extend(ending)
    order = [ENDINGS.index(name) for name in draft.endings]
    if int(groups["number"]) != len(order) or order != sorted(set(order)):
        raise ReadError(f"this ending is out of order: {draft.sentence!r}")
    for name, value in ending.items():
        if groups["player"]:
            only = f"only_{groups['player'].lower()}"
            draft.atoms[only] = (*draft.atoms.get(only, ()), name)
        given = int(groups["count"]) if "count" in groups else groups.get(name)
        draft.put(draft.game if name == "royal" else draft.atoms, **{name: given if value is ... else value})
    if "verdict" in groups:
        draft.put(draft.atoms, misere=groups["verdict"] == "lose")
    if "points" in groups:
        draft.put(draft.atoms, points=int(groups["points"] or 0))
    if "axes" in groups:
        draft.put(draft.atoms, axes=_AXES[groups["axes"]])


# Claims: what a sentence implies about the game that the other sentences describe.


def _limited(rules: Rules, groups: Groups) -> bool:
    """A clause that a limit on placing brings is there exactly where the hand is limited."""
    return bool(groups["limited"]) == (rules.hand > 0)


def _after(rules: Rules, groups: Groups) -> bool:
    return bool(groups["swapped"]) == rules.swap


def _square(rules: Rules, _: Groups) -> bool:
    return rules.board.shape == "square"


def _hexagonal(rules: Rules, _: Groups) -> bool:
    return rules.board.shape != "square"


def _rows(rules: Rules, groups: Groups) -> bool:
    files = [[FILES[x] for x, y in rules.board.outline if y == rank] for rank in range(rules.board.ranks)]
    rows = ", ".join(f"{row[0]}{i} to {row[-1]}{i}" for i, row in enumerate(files, 1))
    return rows == groups["rows"] and len(files) == int(groups["number"])


def _last(rules: Rules, groups: Groups) -> bool:
    file, rank = FILES[rules.board.files - 1], str(rules.board.ranks)
    return groups.get("file", file) == file and groups.get("last", rank) == rank


def _places(rules: Rules, _: Groups) -> bool:
    return rules.place != "none"


def _takes(rules: Rules, groups: Groups) -> bool:
    kinds = (kind for kind in rules.kinds if kind.name == groups["kind"])
    return any(kind.capture or kind.slide_capture or kind.leap_capture for kind in kinds)


def _rests(rules: Rules, groups: Groups) -> bool:
    return not any(kind.moves for kind in rules.kinds if kind.name == groups["kind"])


def _axes(rules: Rules, groups: Groups) -> bool:
    return rules.axes != "all" or _square(rules, groups) == ("N-S" in groups["axes"])


def _covers(rules: Rules, groups: Groups) -> bool:
    cells = sorted(rules.board.index.get(cell, -1) for cell in groups["cells"].split())
    return tuple(cells) in patterns(rules)


def _exist(rules: Rules, groups: Groups) -> bool:
    """The cells of an example of notation are on the board, and all different."""
    return set(groups.values()) <= set(rules.board.names) and len(set(groups.values())) == len(groups)


def _joins(rules: Rules, groups: Groups) -> bool:
    sides = {side: " ".join(rules.board.names[i] for i in cells) for side, cells in rules.board.sides.items()}
    return all(groups.get(side, cells) == cells for side, cells in sides.items())


_AXES = {"N-S, E-W, NE-SW or NW-SE": "all", "E-W, NE-SW or NW-SE": "all"}
_AXES |= {"N-S or E-W": "orthogonal", "NE-SW or NW-SE": "diagonal"}
_LEAPS = {
    "two cells N, E, S or W and then one cell to the side": "knight",
    "three cells N, E, S or W and then one cell to the side": "camel",
    "exactly two steps away": "ring",
    "exactly two steps away (holes do not change distances)": "ring",
}
_CELL = "[a-p][1-9][0-9]?"
_PARTS = {
    "name": ".*",
    "file": "[a-p]",
    "number": "[1-9][0-9]{0,3}",
    "several": "[2-9]|[1-9][0-9]{1,3}",
    "player": "[XO]",
    "cells": f"(?:{_CELL}(?: {_CELL})*)?",
    "cell": _CELL,
    "holes": f"(?:{_CELL}, )*{_CELL} or {_CELL}",
    "rows": f"{_CELL} to {_CELL}(?:, {_CELL} to {_CELL})*",
    "pieces": f"[a-z]+(?: {_CELL})+(?:; [a-z]+(?: {_CELL})+)*",
    "directions": "[NESW]{1,2}(?:, [NESW]{1,2})*",
    "royal": "[a-z]+",
    "axes": "|".join(_AXES),
    "leap": "|".join(map(re.escape, _LEAPS)),
    "verdict": "win|lose",
    # Parts with a space in their name are no groups: an article with its noun, or a clause met repeatedly.
    "the nth": r"(?P<number>[1-9][0-9]{0,3})\. (?:Only for (?P<player>[XO]): )?",
    "odd nth": "(?P<number>3(?=rd)|[579](?=th))(?:rd|th)",
    "the reward": "you (?:(?P<verdict>win|lose)|score one point, however many there are, and with "
    "(?P<points>[2-9]|1[0-5]) points you win)",
    "used up": "(?P<limited>; once you have placed all of yours, it is always a move)?",
    "as counted": "(?P<limited> and counts as placed by O)?",
    "or swap": "(?P<swapped> or a swap)?",
    "an other": "(?:an (?=[aeiou])|a (?![aeiou]))(?P<other>[a-z]+)",
    "A kind": "(?:An (?=[aeiou])|A (?![aeiou]))(?P<kind>[a-z]+)",
    "a kind": "(?:an (?=[aeiou])|a (?![aeiou]))(?P<kind>[a-z]+)",
    "a shape": "(?:an (?=[aeiou])|a (?![aeiou]))(?P<shape>[a-z]+)",
    "on an": "may be placed only on an empty cell",
    "not empty": r"is not an empty cell \(occupied, burnt or missing\)",
    "by last": r"be placed adjacent to the cell where the previous action \(of either player\) ended",
    "not first": "This does not apply to the first action of the game or right after a pass",
    "O turned": "The directions of moves below are X's. For O they are the opposite ones:",
    "behind it": "to the empty cell straight behind it",
    "as removed": r"\(captured or removed after an action; pieces that changed owner do not count\)",
    "forced to": "one of your moves captures a piece, you must make a capturing move",
    "just now": "at least one of whose cells became yours in this action",
    "stuck": "to act who has no legal action",
}


class _Row(NamedTuple):
    pattern: re.Pattern[str]
    handler: _Handler
    values: dict[str, Any]
    claim: Claim | None


def _row(sentence: str, handler: _Handler = _set, *, claim: Claim | None = None, **values: Any) -> _Row:
    """A row of the table: `<part>` or, under another name, `<part:name>` stands for a part of it."""
    pieces = re.split(r"<([^>]*)>", sentence)
    for i, piece in enumerate(pieces):
        part, _, name = piece.partition(":")
        if i % 2 == 0:
            pieces[i] = re.escape(piece)
        else:
            pieces[i] = _PARTS[part] if " " in part else f"(?P<{name or part}>{_PARTS[part]})"
    return _Row(re.compile("".join(pieces)), handler, values, claim)


# fmt: off
SENTENCES = (
    _row("<name> is a game for two players, X and O. X begins.", _name),
    _row("Board:"),
    _row("The board has square cells: files a to <file> from left to right, ranks 1 to <number> from bottom "
         "to top.", _board, shape="square"),
    _row("The board is a rhombus of hexagonal cells: files a to <file>, ranks 1 to <number> from bottom to "
         "top.", _board, shape="rhombus"),
    _row("The board is a hexagon of hexagonal cells with <number> ranks, from bottom to top: <rows>.",
         _hexagon, claim=_rows),
    _row("Directions: N is the next higher rank, E the next file (a to b), S and W the opposite; NE, SE, SW "
         "and NW are diagonal. A cell is adjacent to the cells one step away in these eight directions.",
         claim=_square),
    _row("Directions: E is the next file on the same rank, NE the same file on the next higher rank, NW the "
         "previous file on the next higher rank; W, SW and SE are their opposites. A cell is adjacent to the "
         "cells one step away in these six directions.", claim=_hexagonal),
    _row("The left and right edges are joined: file a lies to the E of file <file>.",
         _board, edges="cylinder", claim=_last),
    _row("Opposite edges are joined: file a lies to the E of file <file>, and rank 1 follows rank "
         "<number:last>, so the board has no edge.", _board, edges="torus", claim=_last),
    _row("There is no cell at <cell:holes>: the board has a hole there.", _holes),
    _row("There is no cell at <holes>: the board has holes there.", _holes),
    _row("A group is a largest set of pieces of one player that are joined through adjacent cells."),
    _row("The board is empty at the start.", _setup),
    _row("<player> starts with: nothing.", _setup),
    _row("<player> starts with: <pieces>.", _setup),
    _row("Actions:"),
    _row("The players take turns; a turn is one action.", double=False),
    _row("The players take turns; X's first turn is one action; after that every turn is two actions.",
         double=True),
    _row("An action is to move one of your pieces.", mixed=False, claim=lambda r, g: r.place == "none"),
    _row("An action is to place <a kind>.", _placing, mixed=False, claim=lambda r, g: not r.moving),
    _row("An action is either to place <a kind> or to move one of your pieces.", _placing, mixed=True),
    _row("An action is to place <a kind>; once you have placed all of yours, it is to move one of your "
         "pieces.", _placing, mixed=False, claim=lambda r, g: r.moving and r.hand > 0),
    _row("An action is to place <a kind>, but the action at every <odd nth> ply of the game is to move one of "
         "your pieces<used up>. Plies are the actions and passes of both players, counted from 1.",
         _placing, mixed=False, rhythm=..., claim=lambda r, g: r.moving and _limited(r, g)),
    _row("There is no limit on the pieces a player may place.", hand=0, claim=_places),
    _row("Each player has 1 piece to place in the whole game.", hand=1),
    _row("Each player has <several:number> pieces to place in the whole game.", hand=...),
    _row("O's first action may be a swap instead: the piece that X has placed becomes O's<as counted>, where it "
         "stands, and it is X's turn again. A swap has no other effects, and no ending is checked after it.",
         swap=True, claim=_limited),
    _row("<A kind> may be placed on any empty cell.", _placing, place="any"),
    _row("<A kind> <on an> whose neighbour to the S <not empty>.", _placing, place="drop", claim=_square),
    _row("<A kind> <on an> whose neighbour to the SW <not empty>.", _placing, place="drop", claim=_hexagonal),
    _row("<A kind> <on an> adjacent to a piece of either player; while the board has no pieces, on any empty "
         "cell.", _placing, place="touch"),
    _row("<A kind> <on an> adjacent to a piece of your own; while you have no pieces on the board, on any "
         "empty cell.", _placing, place="touch_own"),
    _row("<A kind> <on an> that is not adjacent to a piece of your own.", _placing, place="apart_own"),
    _row("<A kind> <on an> from which it flanks at least one enemy piece.", _placing, place="flank"),
    _row("A piece may not <by last>, unless that would leave no placement at all. <not first><or swap>.",
         contact="ban", claim=_after),
    _row("A piece must <by last>, if any allowed placement is adjacent to it. <not first><or swap>.",
         contact="must", claim=_after),
    _row("<O turned> N and S, E and W, NE and SW, NW and SE change places.", claim=_square),
    _row("<O turned> E and W, NE and SW, NW and SE change places.", claim=_hexagonal),
    _row("<A kind> may step to an adjacent empty cell: <directions>.", _kind, step=..., clone=False),
    _row("<A kind> may step to an adjacent empty cell: <directions>. When it steps it also stays where it "
         "was, so you gain a piece.", _kind, step=..., clone=True),
    _row("<A kind> may capture an enemy piece on an adjacent cell: <directions>.", _kind, capture=...),
    _row("<A kind> may slide any distance in a straight line over empty cells: <directions>.",
         _kind, slide=...),
    _row("<A kind> may capture the first piece in a straight line, at any distance over empty cells, if it "
         "is an enemy: <directions>.", _kind, slide_capture=...),
    _row("<A kind> may jump over an adjacent enemy piece <behind it>, which captures the piece jumped over: "
         "<directions>.", _kind, jump=...),
    _row("<A kind> may vault over an adjacent piece of either player <behind it>, which captures nothing: "
         "<directions>.", _kind, vault=...),
    _row("<A kind> may leap, over anything, to an empty cell <leap>.", _kind, leap=...),
    _row("<A kind> may leap, over anything, and capture an enemy piece <leap>.", _kind, leap_capture=...),
    _row("<A kind> that captures takes the cell of the captured piece, which is removed.", claim=_takes),
    _row("<A kind> whose move ends on its far rank (rank <number:last> for X, rank 1 for O), wherever it started, "
         "becomes <an other> there, before the effects of the action.", _kind, promotes=..., claim=_last),
    _row("<A kind> never moves.", _kind, claim=_rests),
    _row("If <forced to>; other moves are not allowed then.", must_capture=True,
         claim=lambda r, g: not r.mixed and not r.rhythm),
    _row("At a ply for moving, if <forced to>; other moves are not allowed then.", must_capture=True,
         claim=lambda r, g: r.rhythm > 0),
    _row("If <forced to>; neither other moves nor placing are allowed then.", must_capture=True,
         claim=lambda r, g: r.mixed),
    _row("A cell that a piece leaves is burnt: it is shown as # and never counts as empty again.", burn=True),
    _row("Flanking: from the cell where an action ended, look along each direction. An enemy piece on the "
         "next cell is flanked if the cell after it holds another piece of the player who acted.", flank_length=1),
    _row("Flanking: from the cell where an action ended, look along each direction. Enemy pieces on the next "
         "cells in unbroken line are flanked if there are 1 to <several:number> of them and the cell after the last "
         "one holds another piece of the player who acted.", flank_length=...),
    _row("After each action all flanked pieces are removed.", effect="flank_remove"),
    _row("After each action all flanked pieces change owner and keep their kind.", effect="flank_flip"),
    _row("After each action all enemy pieces adjacent to the cell where it ended change owner and keep their "
         "kind.", effect="infect"),
    _row("After each action every enemy group adjacent to the cell where it ended is removed if no empty "
         "cell is adjacent to the group; all groups are judged before any is removed.", effect="surround"),
    _row("End of the game:"),
    _row("After each action, with its effects done, these are checked in order for the player who acted "
         "(you):"),
    _row("<the nth>Your opponent has no <royal> left: you win.", _ending, royal=...),
    _row("<the nth><number:count> of your pieces stand on successive cells of a straight line (<axes>), "
         "<just now>: <the reward>.", _ending, line=..., claim=_axes),
    _row("<the nth>Your pieces cover <a shape>, that is a set of cells like <cells>, anywhere, turned or "
         "mirrored in any way, <just now>: <the reward>.", _ending, shape=..., claim=_covers),
    _row("<the nth>One group of your pieces has a cell on each of your two sides: you <verdict>. X's sides "
         "are <cells:bottom> and <cells:top>; O's sides are <cells:left> and <cells:right>.",
         _ending, connect="own_sides", claim=_joins),
    _row("<the nth>One group of your pieces has a cell on each of the two sides: you <verdict>. For both "
         "players the sides are <cells:bottom> and <cells:top>.",
         _ending, connect="same_sides", claim=_joins),
    _row("<the nth>One of your pieces is on the far rank (rank <number:last> for X, rank 1 for O): you "
         "<verdict>.", _ending, far=True, claim=_last),
    _row("<the nth>Your opponent has no pieces left on the board: you win.", _ending, eliminate=1),
    _row("<the nth>Your opponent has fewer than <several:count> pieces left on the board: you win.",
         _ending, eliminate=...),
    _row("<the nth>You have removed <number:count> or more enemy pieces since the start <as removed>: you win.",
         _ending, captures=...),
    _row("<the nth>All your pieces form one group (a single piece does): you win.", _ending, unify=True),
    _row("The first that holds ends the game.", claim=lambda r, g: not r.points),
    _row("The first that ends the game counts; a point alone does not end it.", claim=lambda r, g: r.points > 0),
    _row("A player <stuck> passes, and the turn is over. Two passes in a row end the game, and it is scored.",
         stalemate="pass"),
    _row("A player <stuck> loses.", stalemate="lose"),
    _row("A player <stuck> wins.", stalemate="win"),
    _row("If the player to act has no legal action, the game is a draw.", stalemate="draw"),
    _row("If the player to act has no legal action, the game ends and is scored.", stalemate="count"),
    _row("After <number> plies (actions and passes of both players together) the game ends and is scored, "
         "whether or not the next player could act.", cap=...),
    _row("A game that is scored is a draw.", score="draw"),
    _row("When a game is scored, the player with more pieces on the board wins; equal numbers are a draw.",
         score="most"),
    _row("When a game is scored, the player with fewer pieces on the board wins; equal numbers are a draw.",
         score="fewest"),
    _row("When a game is scored, the player who has removed more enemy pieces since the start <as removed> wins; "
         "equal numbers are a draw.", score="captures"),
    _row("When a game is scored, the player with more points wins; equal numbers are a draw.", score="points"),
    _row("How moves are written:"),
    _row("A placement is written as its cell, like <cell>.",
         claim=lambda r, g: r.place != "none" and _exist(r, g)),
    _row("A move is written with - between the cell it starts from and the cell it ends on, like "
         "<cell:start>-<cell:end>.", claim=lambda r, g: r.moving and _exist(r, g)),
    _row("A move that captures is written with x instead of -, like <cell:start>x<cell:end>; the second cell "
         "is where the piece ends.", claim=lambda r, g: any(k.captures for k in r.kinds) and _exist(r, g)),
    _row("A swap is written as swap.", claim=lambda r, g: r.swap),
    _row("A pass is made automatically and shown as pass.", claim=lambda r, g: r.stalemate == "pass"),
)
