"""The declarative spec of a two-player board game: one frozen object from which all else is derived.

Meaning of the atoms (the English of `wording.py`, the kernel and the reference interpreter all follow this):

- Players X and O alternate; X begins. A turn is one action (with `double`: X's first turn has one action, every
  later turn of either player has two). An action is placing a piece of the first kind or moving a piece.
- Directions are given for X; for O each is the opposite (N-S, E-W, NE-SW, NW-SE). Leaps are the same for both.
- `place`: `any` empty cell; `drop`: an empty cell whose neighbour to the S (SW on hexagons) is not an empty
  cell; `touch`: next to any piece (anywhere while the board is empty); `touch_own`: next to an own piece
  (anywhere while one has none); `apart_own`: not next to an own piece; `flank`: only where a flank results.
- `hand` > 0 limits the placements of each player. A player may move pieces when not able to place by hand
  (`place` none, or hand used up), and at any time if `mixed`.
- `contact`: a piece may not (`ban`) or must (`must`) be placed next to the cell where the previous action ended,
  unless this would leave no placement. Does not apply at the start or after a pass.
- `step`/`slide`/`vault`/`leap` go to an empty cell; `capture`/`slide_capture`/`leap_capture` replace an enemy;
  `jump` goes over an adjacent enemy to the empty cell behind it and removes it; `vault` goes over any adjacent
  piece and removes nothing. A `clone` leaves a copy behind when it steps (not otherwise).
- `must_capture`: if any move captures (replaces or jumps), only such moves are legal and nothing may be placed.
- `burn`: the cell that a moved piece leaves (unless a copy stays) is burnt: never empty again.
- `effect` after each action, around the cell where it ended: flanked enemies are removed or change owner
  (`flank_remove`, `flank_flip`; a flank is 1..`flank_length` enemies in a straight line that starts next to that
  cell and is ended by another own piece), all adjacent enemies change owner (`infect`), enemy groups next to it
  without an adjacent empty cell are removed (`surround`, all judged before any is removed).
- Endings are judged for the player who acted, after each action, in the order of `ENDINGS`; the first met counts:
  `royal` (the opponent has no piece of the royal kind), `line`/`shape` (own pieces form it, counted only if a
  cell of it changed to own in this action), `connect` (an own group joins own sides), `far` (an own piece on the
  far rank), `eliminate` (opponent has fewer than that many pieces), `captures` (pieces this player has removed
  by capture, jump or effect since the start), `unify` (all own pieces form one group). `misere` turns
  line, shape, connect and far into a loss for the player who meets them.
- A player to act who has no legal action: `stalemate` pass (skipped; two passes in a row end the game, which is
  then scored; a pass ends the turn), lose, win, draw, or count (the game is scored).
- After `cap` plies (actions and passes) the game is scored. Scoring: `score` draw, most (more pieces wins, equal
  is a draw) or fewest.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Literal, cast, get_args, get_type_hints

from quickstudy.tasks.games.board import FILES, MAX_CELLS, Board, Coordinate, name_of, placements

Place = Literal["none", "any", "drop", "touch", "touch_own", "apart_own", "flank"]
Effect = Literal["none", "flank_remove", "flank_flip", "infect", "surround"]
Axes = Literal["all", "orthogonal", "diagonal"]
Connect = Literal["none", "own_sides", "same_sides"]
Stalemate = Literal["pass", "lose", "win", "draw", "count"]
Score = Literal["draw", "most", "fewest"]
Contact = Literal["none", "ban", "must"]

ENDINGS = ("royal", "line", "shape", "connect", "far", "eliminate", "captures", "unify")
LEAPS: dict[str, tuple[Coordinate, ...]] = {
    "knight": tuple((x, y) for x in (-2, -1, 1, 2) for y in (-2, -1, 1, 2) if abs(x) != abs(y)),
    "camel": tuple((x, y) for x in (-3, -1, 1, 3) for y in (-3, -1, 1, 3) if abs(x) != abs(y)),
    "ring": tuple((x, y) for x in range(-2, 3) for y in range(-2, 3) if max(abs(x), abs(y)) == 2),
}
HEX_RING = tuple((x, y) for x in range(-2, 3) for y in range(-2, 3) if max(abs(x), abs(y), abs(x + y)) == 2)
SQUARE_SHAPES: dict[str, tuple[Coordinate, ...]] = {
    "square": ((0, 0), (1, 0), (0, 1), (1, 1)),
    "ell": ((0, 0), (1, 0), (2, 0), (0, 1)),
    "tee": ((0, 0), (1, 0), (2, 0), (1, 1)),
    "cross": ((0, 1), (1, 0), (1, 1), (1, 2), (2, 1)),
}
HEX_SHAPES: dict[str, tuple[Coordinate, ...]] = {
    "triangle": ((0, 0), (1, 0), (0, 1)),
    "rhombus": ((0, 0), (1, 0), (0, 1), (1, 1)),
    "propeller": ((1, 1), (2, 1), (0, 2), (1, 0)),
}


class RulesError(ValueError):
    """An ill-formed or contradictory spec; the message names the atom."""


@dataclass(frozen=True)
class Kind:
    """How one kind of piece moves; each direction set is a tuple of compass names for X."""

    name: str = "stone"
    step: tuple[str, ...] = ()
    capture: tuple[str, ...] = ()
    slide: tuple[str, ...] = ()
    slide_capture: tuple[str, ...] = ()
    jump: tuple[str, ...] = ()
    vault: tuple[str, ...] = ()
    leap: str = ""
    leap_capture: str = ""
    clone: bool = False
    royal: bool = False

    @property
    def moves(self) -> bool:
        """Whether a piece of this kind can ever move."""
        return bool(
            self.step
            or self.capture
            or self.slide
            or self.slide_capture
            or self.jump
            or self.vault
            or self.leap
            or self.leap_capture
        )

    @property
    def captures(self) -> bool:
        """Whether a piece of this kind can ever capture by a move."""
        return bool(self.capture or self.slide_capture or self.jump or self.leap_capture)


@dataclass(frozen=True)
class Rules:
    """A game: board, kinds of piece, set-up and rule atoms. Immutable, JSON in and out, hashed by content.

    `setup_x` and `setup_o` hold, for each kind in order, the names of the cells where the player's pieces start.
    """

    name: str
    board: Board
    kinds: tuple[Kind, ...] = (Kind(),)
    setup_x: tuple[tuple[str, ...], ...] = ()
    setup_o: tuple[tuple[str, ...], ...] = ()
    place: Place = "none"
    hand: int = 0
    mixed: bool = False
    contact: Contact = "none"
    double: bool = False
    must_capture: bool = False
    burn: bool = False
    effect: Effect = "none"
    flank_length: int = 0
    line: int = 0
    axes: Axes = "all"
    shape: str = ""
    connect: Connect = "none"
    far: bool = False
    eliminate: int = 0
    captures: int = 0
    unify: bool = False
    misere: bool = False
    stalemate: Stalemate = "draw"
    score: Score = "draw"
    cap: int = 100

    def __post_init__(self) -> None:
        check_rules(self)

    def to_json(self) -> dict[str, Any]:
        """Plain JSON form: every atom that differs from its default, `name` and `board` always."""
        return {
            "name": self.name,
            **{
                key: value
                for key, value in json.loads(json.dumps(asdict(self))).items()
                if key in ("board", "kinds") or (key != "name" and _plain(getattr(self, key)) != _default(key))
            },
        }

    @cached_property
    def hash(self) -> str:
        """SHA-256 of the canonical JSON of everything except the name (hex, 64 digits)."""
        content = {key: value for key, value in json.loads(json.dumps(asdict(self))).items() if key != "name"}
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> Rules:
        """Build rules from their JSON form. Raises `RulesError` naming the atom that is wrong."""
        return cast("Rules", _build(Rules, data, ""))

    @property
    def moving(self) -> bool:
        """Whether any piece can ever move."""
        return any(kind.moves for kind in self.kinds)


def load_rules(path: Path) -> Rules:
    """Read a spec file (JSON). Raises `RulesError` with the file's name in the message."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(data, dict):
            raise RulesError("the file must hold one JSON object")
        return Rules.from_json(data)
    except (OSError, ValueError, RecursionError) as error:
        raise RulesError(f"cannot read the game spec {path}: {error}") from error


def leap_offsets(board: Board, leap: str) -> tuple[Coordinate, ...]:
    """Offsets of a named leap on a board (`ring` is the cells exactly two steps away)."""
    return HEX_RING if board.shape != "square" else LEAPS[leap]


def shape_offsets(board: Board, shape: str) -> tuple[Coordinate, ...]:
    """Offsets of a named shape on a board."""
    return SQUARE_SHAPES[shape] if board.shape == "square" else HEX_SHAPES[shape]


@lru_cache(maxsize=1024)
def patterns(rules: Rules) -> tuple[tuple[int, ...], ...]:
    """The sets of cells that complete the `line` or `shape` goal, each sorted, in a fixed order."""
    board = rules.board
    if rules.shape:
        return placements(board, shape_offsets(board, rules.shape))
    names = {"all": list(board.steps), "orthogonal": ["N", "E"], "diagonal": ["NE", "SE"]}[rules.axes]
    lines = [tuple((x * i, y * i) for i in range(rules.line)) for x, y in (board.steps[name] for name in names)]
    return tuple(sorted({cells for line in lines for cells in placements(board, line, turned=False)}))


def _plain(value: Any) -> Any:
    return json.loads(json.dumps(value, default=asdict))


def _default(key: str) -> Any:
    return _plain(next(f for f in fields(Rules) if f.name == key).default)


def _build(kind: type[Any], data: Any, where: str) -> Any:
    """Build a dataclass from JSON strictly: unknown keys and wrong types are refused with the atom named."""
    if not isinstance(data, Mapping):
        raise RulesError(f"{where or 'the spec'} must be an object, not {type(data).__name__}")
    hints = get_type_hints(kind)
    prefix = f"{where}." if where else ""
    unknown = sorted(set(data) - {f.name for f in fields(kind)})
    if unknown:
        raise RulesError(f"unknown atom {prefix}{unknown[0]}; known: {', '.join(f.name for f in fields(kind))}")
    missing = [f.name for f in fields(kind) if f.name in ("name", "board") and f.name not in data and kind is Rules]
    if missing:
        raise RulesError(f"atom {prefix}{missing[0]} is missing")
    return kind(**{key: _value(hints[key], value, f"{prefix}{key}") for key, value in data.items()})


def _value(hint: Any, value: Any, where: str) -> Any:
    if hint is Board or hint is Kind:
        return _build(hint, value, where)
    arguments = get_args(hint)
    if getattr(hint, "__origin__", None) is tuple:
        if not isinstance(value, list | tuple):
            raise RulesError(f"{where} must be a list, not {value!r}")
        return tuple(_value(arguments[0], item, f"{where}[{i}]") for i, item in enumerate(value))
    if arguments:
        if not isinstance(value, str) or value not in arguments:
            raise RulesError(f"{where} is {value!r}; it must be one of {', '.join(map(str, arguments))}")
        return value
    if type(value) is not hint:
        raise RulesError(f"{where} must be {hint.__name__}, not {value!r}")
    return value


def _refuse(condition: bool, atom: str, why: str) -> None:
    if condition:
        raise RulesError(f"{atom}: {why}")


def check_rules(rules: Rules) -> None:
    """Refuse ill-formed and contradictory specs with `RulesError`; the message starts with the atom's name."""
    name = rules.name
    _refuse(
        not (name.isprintable() and name == name.strip() and 0 < len(name) <= 40),
        "name",
        "1 to 40 printable characters",
    )
    _check_board(rules.board)
    _check_kinds(rules)
    _check_setup(rules)
    _check_placing(rules)
    _check_endings(rules)


def _check_board(board: Board) -> None:
    _refuse(
        board.shape not in get_args(get_type_hints(Board)["shape"]),
        "board.shape",
        f"unknown shape {board.shape!r}",
    )
    _refuse(not 1 <= min(board.width, board.height), "board.width", "sizes must be positive")
    hexagon = board.shape == "hexagon"
    _refuse(
        hexagon and board.width != board.height,
        "board.height",
        "a hexagon has one side length: height = width",
    )
    _refuse(hexagon and board.edges != "plain", "board.edges", "a hexagon board cannot have joined edges")
    _refuse(board.files > len(FILES), "board.width", f"at most {len(FILES)} files")
    _refuse(board.ranks > MAX_CELLS, "board.height", f"at most {MAX_CELLS} cells")
    _refuse(len(board.outline) > MAX_CELLS, "board", f"{len(board.outline)} cells; at most {MAX_CELLS}")
    _refuse(
        board.edges != "plain" and board.width < 5,
        "board.edges",
        "joined left and right edges need width >= 5",
    )
    _refuse(board.edges == "torus" and board.height < 5, "board.edges", "a torus needs height >= 5")
    outline = {name_of(place) for place in board.outline}
    for hole in board.holes:
        _refuse(hole not in outline, "board.holes", f"{hole!r} is not a cell of the board")
    _refuse(list(board.holes) != sorted(set(board.holes)), "board.holes", "list each hole once, in sorted order")
    _refuse(len(board.cells) < 4, "board", "fewer than 4 cells")


def _check_kinds(rules: Rules) -> None:
    board = rules.board
    _refuse(not 1 <= len(rules.kinds) <= 4, "kinds", "a game has 1 to 4 kinds of piece")
    names = [kind.name for kind in rules.kinds]
    _refuse(len(set(names)) < len(names), "kinds", "two kinds have the same name")
    initials = [name[:1] for name in names]
    _refuse(
        len(set(initials)) < len(initials),
        "kinds",
        "two kinds have the same first letter, which is their symbol",
    )
    for name in names:
        _refuse(
            not (name.isascii() and name.isalpha() and name.islower()),
            "kinds",
            f"{name!r} is not a lower-case word",
        )
    _refuse(sum(kind.royal for kind in rules.kinds) > 1, "kinds.royal", "only one kind may be royal")
    for kind in rules.kinds:
        for atom in ("step", "capture", "slide", "slide_capture", "jump", "vault"):
            directions = getattr(kind, atom)
            where = f"kinds.{kind.name}.{atom}"
            for direction in directions:
                _refuse(
                    direction not in board.steps,
                    where,
                    f"no direction {direction!r} on a {board.shape} board",
                )
            ordered = tuple(d for d in board.steps if d in directions)
            _refuse(
                tuple(directions) != ordered,
                where,
                "list directions once each, clockwise from N (hexagons: NE)",
            )
        known = ("", "ring") if board.shape != "square" else ("", *LEAPS)
        for atom in ("leap", "leap_capture"):
            value = getattr(kind, atom)
            _refuse(value not in known, f"kinds.{kind.name}.{atom}", f"no leap {value!r} on a {board.shape} board")
        _refuse(kind.clone and not kind.step, f"kinds.{kind.name}.clone", "a clone needs steps")
        _refuse(kind.clone and bool(kind.slide), f"kinds.{kind.name}.clone", "a clone cannot slide")
    captures = any(kind.captures for kind in rules.kinds)
    _refuse(rules.must_capture and not captures, "must_capture", "no kind can capture")
    moves = [bool(k.slide or k.vault or k.leap or k.captures or (k.step and not k.clone)) for k in rules.kinds]
    _refuse(rules.burn and not any(moves), "burn", "no piece ever leaves its cell")


def _check_setup(rules: Rules) -> None:
    seen: set[str] = set()
    for atom, setup in (("setup_x", rules.setup_x), ("setup_o", rules.setup_o)):
        _refuse(len(setup) not in (0, len(rules.kinds)), atom, "one list of cells for each kind, or none at all")
        _refuse(bool(setup) and not any(setup), atom, "leave it out when nothing is set up")
        for cells in setup:
            for cell in cells:
                _refuse(cell not in rules.board.index, atom, f"{cell!r} is not a cell of the board")
                _refuse(cell in seen, atom, f"{cell} is set up twice")
                seen.add(cell)
            order = sorted(cells, key=lambda cell: rules.board.index[cell])
            _refuse(list(cells) != order, atom, "list cells in board order (rank by rank from a1)")
    pieces = [sum(map(len, setup)) for setup in (rules.setup_x, rules.setup_o)]
    _refuse(
        rules.place == "none" and 0 in pieces,
        "setup_x",
        "without placing, both players need pieces at the start",
    )
    _refuse(rules.place == "none" and not rules.moving, "place", "pieces can neither be placed nor moved")
    for index, kind in enumerate(rules.kinds):
        used = any(setup and setup[index] for setup in (rules.setup_x, rules.setup_o))
        placed = index == 0 and rules.place != "none"
        _refuse(not used and not placed, f"kinds.{kind.name}", "this kind never gets onto the board")
        missing = any(not setup or not setup[index] for setup in (rules.setup_x, rules.setup_o))
        _refuse(
            kind.royal and (missing or placed),
            f"kinds.{kind.name}.royal",
            "both players must start with royal pieces",
        )


def _check_placing(rules: Rules) -> None:
    placing = rules.place != "none"
    _refuse(rules.hand < 0, "hand", "must not be negative")
    _refuse(rules.hand > 0 and not placing, "hand", "nothing is placed")
    _refuse(rules.mixed and not (placing and rules.moving), "mixed", "needs both placing and moving")
    unlimited = placing and rules.hand == 0 and not rules.mixed
    _refuse(unlimited and rules.moving, "hand", "pieces could never move: limit the hand or set mixed")
    _refuse(rules.contact != "none" and not placing, "contact", "nothing is placed")
    _refuse(rules.place == "drop" and rules.board.edges == "torus", "place", "a torus has no bottom to drop to")
    flanking = rules.effect in ("flank_remove", "flank_flip")
    _refuse(rules.place == "flank" and not flanking, "place", "flank needs effect flank_remove or flank_flip")
    setup = bool(rules.setup_x or rules.setup_o)
    _refuse(rules.place == "flank" and not setup, "place", "flank needs pieces at the start")
    _refuse(
        rules.flank_length < 0 or flanking != (rules.flank_length > 0),
        "flank_length",
        "set it (1 to 16) exactly when the effect flanks",
    )
    _refuse(rules.flank_length > 16, "flank_length", "at most 16")


def _check_endings(rules: Rules) -> None:
    board = rules.board
    royal = any(kind.royal for kind in rules.kinds)
    targets = (rules.line, rules.shape, rules.connect != "none", rules.far)
    _refuse(bool(rules.line and rules.shape), "shape", "line and shape cannot both be goals")
    _refuse(bool(rules.line) and not 3 <= rules.line <= 7, "line", "3 to 7 in a row")
    _refuse(rules.axes != "all" and not rules.line, "axes", "applies to line only")
    _refuse(
        rules.axes != "all" and board.shape != "square",
        "axes",
        "hexagons have no orthogonal or diagonal axes",
    )
    shapes = SQUARE_SHAPES if board.shape == "square" else HEX_SHAPES
    _refuse(
        bool(rules.shape) and rules.shape not in shapes,
        "shape",
        f"no shape {rules.shape!r} on a {board.shape} board",
    )
    _refuse(
        bool(rules.line or rules.shape) and not patterns(rules),
        "line" if rules.line else "shape",
        "does not fit the board",
    )
    _refuse(rules.connect != "none" and board.edges != "plain", "connect", "needs plain edges")
    empty = [side for side, cells in board.sides.items() if not cells]
    _refuse(rules.connect != "none" and bool(empty), "connect", "holes remove a whole side of the board")
    _refuse(rules.far and board.edges == "torus", "far", "a torus has no far rank")
    _refuse(rules.eliminate < 0, "eliminate", "must not be negative")
    _refuse(rules.captures < 0, "captures", "must not be negative")
    _refuse(rules.misere and not any(targets), "misere", "needs line, shape, connect or far")
    pieces = min(sum(map(len, rules.setup_x)), sum(map(len, rules.setup_o)))
    _refuse(rules.eliminate > pieces, "eliminate", "a player would be eliminated at the start")
    _refuse(rules.unify and rules.place != "none", "unify", "the first placed piece would end the game")
    removing = rules.effect in ("flank_remove", "surround") or any(kind.captures for kind in rules.kinds)
    _refuse(rules.captures > 0 and not removing, "captures", "nothing is ever removed")
    losing = removing or rules.effect in ("flank_flip", "infect")
    _refuse(rules.eliminate > 0 and not losing, "eliminate", "no piece is ever lost")
    _refuse(royal and not losing, "kinds.royal", "no piece is ever lost")
    goals = (*targets, rules.eliminate, rules.captures, rules.unify, royal, rules.score != "draw")
    _refuse(not any(goals) and rules.stalemate not in ("lose", "win"), "score", "nobody could ever win")
    _refuse(not 2 <= rules.cap <= 1000, "cap", "2 to 1000 plies")
    if rules.far:
        for atom, setup, rank in (("setup_x", rules.setup_x, board.ranks - 1), ("setup_o", rules.setup_o, 0)):
            far = {board.names[i] for i in board.rank_cells(rank)}
            _refuse(any(cell in far for cells in setup for cell in cells), atom, "a piece starts on its far rank")
