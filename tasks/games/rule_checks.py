"""Which specs are refused: ill-formed ones, and those whose atoms contradict each other."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, get_args, get_type_hints

from quickstudy.tasks.games.board import FILES, MAX_CELLS, Board, name_of
from quickstudy.tasks.games.patterns import HEX_SHAPES, LEAPS, SQUARE_SHAPES, patterns
from quickstudy.tasks.games.reach import (
    converting,
    fewest_joining,
    goes_ahead,
    most_pieces,
    removing,
)

if TYPE_CHECKING:
    from quickstudy.tasks.games.rules import Rules


class RulesError(ValueError):
    """An ill-formed or contradictory spec; the message names the atom."""


def refuse(condition: bool, atom: str, why: str) -> None:
    """Raise `RulesError` with the atom and the reason, at most 200 characters of it, where the condition holds."""
    if condition:
        raise RulesError(f"{atom}: {why if len(why) <= 200 else why[:200] + '...'}")


def check_rules(rules: Rules) -> None:
    """Refuse ill-formed and contradictory specs with `RulesError`; the message starts with the atom's name."""
    name = rules.name
    refuse(
        not (name.isprintable() and name == name.strip() and 0 < len(name) <= 40),
        "name",
        "1 to 40 printable characters",
    )
    _check_board(rules.board)
    _check_kinds(rules)
    _check_setup(rules)
    _check_placing(rules)
    _check_turns(rules)
    _check_endings(rules)
    _check_sides(rules)
    _check_reach(rules)


def _check_board(board: Board) -> None:
    refuse(
        board.shape not in get_args(get_type_hints(Board)["shape"]),
        "board.shape",
        f"unknown shape {board.shape!r}",
    )
    refuse(not 1 <= min(board.width, board.height), "board.width", "sizes must be positive")
    hexagon = board.shape == "hexagon"
    refuse(
        hexagon and board.width != board.height,
        "board.height",
        "a hexagon has one side length: height = width",
    )
    refuse(hexagon and board.edges != "plain", "board.edges", "a hexagon board cannot have joined edges")
    refuse(board.files > len(FILES), "board.width", f"at most {len(FILES)} files")
    refuse(board.ranks > MAX_CELLS, "board.height", f"at most {MAX_CELLS} cells")
    refuse(len(board.outline) > MAX_CELLS, "board", f"{len(board.outline)} cells; at most {MAX_CELLS}")
    refuse(
        board.edges != "plain" and board.width < 5,
        "board.edges",
        "joined left and right edges need width >= 5",
    )
    refuse(board.edges == "torus" and board.height < 5, "board.edges", "a torus needs height >= 5")
    outline = {name_of(place) for place in board.outline}
    for hole in board.holes:
        refuse(hole not in outline, "board.holes", f"{hole!r} is not a cell of the board")
    refuse(list(board.holes) != sorted(set(board.holes)), "board.holes", "list each hole once, in sorted order")
    refuse(len(board.cells) < 4, "board", "fewer than 4 cells")


def _check_kinds(rules: Rules) -> None:
    board = rules.board
    refuse(not 1 <= len(rules.kinds) <= 4, "kinds", "a game has 1 to 4 kinds of piece")
    names = [kind.name for kind in rules.kinds]
    refuse(len(set(names)) < len(names), "kinds", "two kinds have the same name")
    initials = [name[:1] for name in names]
    refuse(
        len(set(initials)) < len(initials),
        "kinds",
        "two kinds have the same first letter, which is their symbol",
    )
    for name in names:
        refuse(len(name) > 40, "kinds", f"{name[:40]!r}... is longer than 40 letters")
        refuse(
            not (name.isascii() and name.isalpha() and name.islower()),
            "kinds",
            f"{name!r} is not a lower-case word",
        )
    refuse(sum(kind.royal for kind in rules.kinds) > 1, "kinds.royal", "only one kind may be royal")
    for kind in rules.kinds:
        for atom in ("step", "capture", "slide", "slide_capture", "jump", "vault"):
            directions = getattr(kind, atom)
            where = f"kinds.{kind.name}.{atom}"
            for direction in directions:
                refuse(
                    direction not in board.steps,
                    where,
                    f"no direction {direction!r} on a {board.shape} board",
                )
            ordered = tuple(d for d in board.steps if d in directions)
            refuse(
                tuple(directions) != ordered,
                where,
                "list directions once each, clockwise from N (hexagons: NE)",
            )
        known = ("", "ring") if board.shape != "square" else ("", *LEAPS)
        for atom in ("leap", "leap_capture"):
            value = getattr(kind, atom)
            refuse(value not in known, f"kinds.{kind.name}.{atom}", f"no leap {value!r} on a {board.shape} board")
        refuse(kind.clone and not kind.step, f"kinds.{kind.name}.clone", "a clone needs steps")
        refuse(kind.clone and bool(kind.slide), f"kinds.{kind.name}.clone", "a clone cannot slide")
    captures = any(kind.captures for kind in rules.kinds)
    refuse(rules.must_capture and not captures, "must_capture", "no kind can capture")
    moves = [bool(k.slide or k.vault or k.leap or k.captures or (k.step and not k.clone)) for k in rules.kinds]
    refuse(rules.burn and not any(moves), "burn", "no piece ever leaves its cell")


def _check_setup(rules: Rules) -> None:
    seen: set[str] = set()
    for atom, setup in (("setup_x", rules.setup_x), ("setup_o", rules.setup_o)):
        refuse(len(setup) not in (0, len(rules.kinds)), atom, "one list of cells for each kind, or none at all")
        refuse(bool(setup) and not any(setup), atom, "leave it out when nothing is set up")
        for cells in setup:
            for cell in cells:
                refuse(cell not in rules.board.index, atom, f"{cell!r} is not a cell of the board")
                refuse(cell in seen, atom, f"{cell} is set up twice")
                seen.add(cell)
            order = sorted(cells, key=lambda cell: rules.board.index[cell])
            refuse(list(cells) != order, atom, "list cells in board order (rank by rank from a1)")
    pieces = [sum(map(len, setup)) for setup in (rules.setup_x, rules.setup_o)]
    refuse(
        rules.place == "none" and 0 in pieces,
        "setup_x",
        "without placing, both players need pieces at the start",
    )
    refuse(rules.place == "none" and not rules.moving, "place", "pieces can neither be placed nor moved")
    for index, kind in enumerate(rules.kinds):
        placed = index == 0 and rules.place != "none"
        refuse(kind.name not in _present(rules), f"kinds.{kind.name}", "this kind never gets onto the board")
        refuse(kind.royal and placed, f"kinds.{kind.name}.royal", "royal pieces start on the board")
        for player, setup in ((0, rules.setup_o), (1, rules.setup_x)):
            refuse(
                kind.royal and "royal" in rules.endings_of(player) and not (setup and setup[index]),
                f"kinds.{kind.name}.royal",
                f"{'OX'[player]} must start with royal pieces, or {'XO'[player]} would win at once",
            )


def _check_placing(rules: Rules) -> None:
    placing = rules.place != "none"
    refuse(rules.hand < 0, "hand", "must not be negative")
    refuse(rules.hand > 0 and not placing, "hand", "nothing is placed")
    refuse(rules.mixed and not (placing and rules.moving), "mixed", "needs both placing and moving")
    unlimited = placing and rules.hand == 0 and not rules.mixed and not rules.rhythm
    refuse(unlimited and rules.moving, "hand", "pieces could never move: limit the hand or set mixed or rhythm")
    refuse(rules.contact != "none" and not placing, "contact", "nothing is placed")
    refuse(rules.place == "drop" and rules.board.edges == "torus", "place", "a torus has no bottom to drop to")
    flanking = rules.effect in ("flank_remove", "flank_flip")
    refuse(rules.place == "flank" and not flanking, "place", "flank needs effect flank_remove or flank_flip")
    setup = bool(rules.setup_x or rules.setup_o)
    refuse(rules.place == "flank" and not setup, "place", "flank needs pieces at the start")
    refuse(
        rules.flank_length < 0 or flanking != (rules.flank_length > 0),
        "flank_length",
        "set it (1 to 16) exactly when the effect flanks",
    )
    refuse(rules.flank_length > 16, "flank_length", "at most 16")


def _check_turns(rules: Rules) -> None:
    placing = rules.place != "none"
    setup = bool(rules.setup_x or rules.setup_o)
    refuse(rules.swap and (not placing or setup), "swap", "needs placing on an empty board")
    refuse(rules.swap and rules.double, "swap", "a double turn of O makes up for the first move already")
    refuse(rules.swap and rules.far, "swap", "the piece that changes owner may stand on the far rank")
    refuse(rules.swap and rules.hand == 1, "swap", "both hands would be empty")
    refuse(rules.swap and rules.rhythm == 3, "swap", "X would have to move at ply 3 and have no piece")
    refuse(
        rules.swap and bool(rules.only_x or rules.only_o),
        "swap",
        "the players have different goals, which do not change places",
    )
    refuse(
        rules.rhythm not in (0, 3, 5, 7, 9), "rhythm", "3, 5, 7 or 9 plies: an odd number, so that both players move"
    )
    refuse(
        rules.rhythm > 0 and (not placing or not rules.moving or rules.mixed),
        "rhythm",
        "needs placing and moving, and not mixed",
    )


def _present(rules: Rules) -> set[str]:
    """Names of the kinds that can ever be on the board."""
    found = {rules.kinds[0].name} if rules.place != "none" else set()
    for setup in (rules.setup_x, rules.setup_o):
        found |= {kind.name for kind, cells in zip(rules.kinds, setup, strict=False) if cells}
    for _ in rules.kinds:
        found |= {kind.promotes for kind in rules.kinds if kind.name in found and kind.promotes}
    return found


def _check_sides(rules: Rules) -> None:
    """Refuse promotions and goals of one side that mean nothing."""
    kinds = {kind.name: kind for kind in rules.kinds}
    for kind in rules.kinds:
        where = f"kinds.{kind.name}.promotes"
        if kind.promotes:
            refuse(kind.promotes == kind.name or kind.promotes not in kinds, where, f"no other kind {kind.promotes!r}")
            refuse(not kind.moves, where, "this kind never moves")
            refuse(
                kind.royal or kinds[kind.promotes].royal, where, "a royal piece is neither lost nor won by promotion"
            )
            refuse(rules.board.edges == "torus", where, "a torus has no far rank")
            refuse(rules.board.ranks == 1, where, "the only rank is the far one")
            refuse(rules.far, where, "a piece on the far rank ends the game")
    for atom, names in (("only_x", rules.only_x), ("only_o", rules.only_o)):
        for name in names:
            refuse(name not in rules.endings, atom, f"the game has no ending {name!r}")
        refuse(list(names) != [name for name in rules.endings if name in names], atom, "list endings once, in order")
    refuse(bool(set(rules.only_x) & set(rules.only_o)), "only_o", "an ending cannot be of one side and of the other")
    free = rules.score != "draw" or rules.stalemate in ("lose", "win")
    for player, atom in ((0, "only_o"), (1, "only_x")):
        refuse(not free and not rules.endings_of(player), atom, f"{'XO'[player]} could never win")


def _check_endings(rules: Rules) -> None:
    board = rules.board
    royal = any(kind.royal for kind in rules.kinds)
    targets = (rules.line, rules.shape, rules.connect != "none", rules.far)
    refuse(bool(rules.line and rules.shape), "shape", "line and shape cannot both be goals")
    refuse(bool(rules.line) and not 3 <= rules.line <= 7, "line", "3 to 7 in a row")
    refuse(rules.axes != "all" and not rules.line, "axes", "applies to line only")
    refuse(
        rules.axes != "all" and board.shape != "square",
        "axes",
        "hexagons have no orthogonal or diagonal axes",
    )
    shapes = SQUARE_SHAPES if board.shape == "square" else HEX_SHAPES
    refuse(
        bool(rules.shape) and rules.shape not in shapes,
        "shape",
        f"no shape {rules.shape!r} on a {board.shape} board",
    )
    refuse(
        bool(rules.line or rules.shape) and not patterns(rules),
        "line" if rules.line else "shape",
        "does not fit the board",
    )
    refuse(rules.connect != "none" and board.edges != "plain", "connect", "needs plain edges")
    empty = [side for side, cells in board.sides.items() if not cells]
    refuse(rules.connect != "none" and bool(empty), "connect", "holes remove a whole side of the board")
    single = board.ranks == 1 or (board.files == 1 and rules.connect == "own_sides")
    refuse(rules.connect != "none" and single, "connect", "two opposite sides are the same cells")
    refuse(rules.far and board.edges == "torus", "far", "a torus has no far rank")
    refuse(rules.eliminate < 0, "eliminate", "must not be negative")
    refuse(rules.captures < 0, "captures", "must not be negative")
    refuse(rules.misere and not any(targets), "misere", "needs line, shape, connect or far")
    for player, setup in ((0, rules.setup_o), (1, rules.setup_x)):
        few = "eliminate" in rules.endings_of(player) and sum(map(len, setup)) < rules.eliminate
        refuse(few, "eliminate", "a player would be eliminated at the start")
    refuse(rules.unify and rules.place != "none", "unify", "the first placed piece would end the game")
    taking = removing(rules)
    refuse(rules.captures > 0 and not taking, "captures", "nothing is ever removed")
    losing = taking or converting(rules)
    refuse(rules.eliminate > 0 and not losing, "eliminate", "no piece is ever lost")
    refuse(royal and not losing, "kinds.royal", "no piece is ever lost")
    counted = bool(rules.line or rules.shape)
    refuse(not 0 <= rules.points <= 15 or rules.points == 1, "points", "2 to 15 points")
    refuse(rules.points > 0 and not counted, "points", "needs line or shape")
    refuse(rules.points > 0 and rules.misere, "points", "a goal that is to be avoided gives no points")
    refuse(rules.score == "points" and not rules.points, "score", "there are no points: set points")
    refuse(rules.score == "captures" and not taking, "score", "nothing is ever removed")
    goals = (*targets, rules.eliminate, rules.captures, rules.unify, royal, rules.score != "draw")
    refuse(not any(goals) and rules.stalemate not in ("lose", "win"), "score", "nobody could ever win")
    refuse(not 2 <= rules.cap <= 1000, "cap", "2 to 1000 plies")


def _check_reach(rules: Rules) -> None:
    """Refuse goals that nobody can ever reach and those that the first piece to come reaches at once."""
    board, most, why = rules.board, most_pieces(rules), "and nobody can ever have so many"
    if rules.line or rules.shape:
        needed = len(patterns(rules)[0])
        refuse(needed > most, "line" if rules.line else "shape", f"needs {needed} pieces, {why}")
    if rules.connect != "none":
        joining = fewest_joining(rules)
        refuse(math.isinf(joining), "connect", "holes part the sides, and nobody can ever join them")
        refuse(joining > most, "connect", f"needs {joining} pieces, {why}")
    refuse(rules.captures > most, "captures", f"needs {rules.captures} enemy pieces, {why}")
    if rules.far:
        setups = (rules.setup_x, rules.setup_o)
        ahead = [goes_ahead(rules, setups[p]) for p in (0, 1) if "far" in rules.endings_of(p)]
        fixed = rules.place == "none" and not converting(rules)
        refuse(fixed and not any(ahead), "far", "no piece can ever get nearer to the far rank")
        free = rules.place == "touch_own" and not (rules.setup_x and rules.setup_o)
        free |= rules.place in ("any", "drop", "touch", "apart_own")
        refuse(free and not rules.misere, "far", "a piece placed on the far rank would win at once")
        sides = (("setup_x", rules.setup_x, board.ranks - 1), ("setup_o", rules.setup_o, 0))
        for player, (atom, setup, rank) in enumerate(sides):
            far = {board.names[i] for i in board.rank_cells(rank) if "far" in rules.endings_of(player)}
            refuse(any(cell in far for cells in setup for cell in cells), atom, "a piece starts on its far rank")
