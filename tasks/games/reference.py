"""A slow, plain interpreter of the games, written from the English rules alone.

It shares no code with the fast kernel and serves as a check on it: nothing here imports the board's neighbour
functions, its patterns or the kernel, so that a mistake made there is not made here too. `Rules`, `Kind` and `Board` are
read only for their fields. An atom whose English this module has never seen raises `ValueError` in `start`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from quickstudy.tasks.games.board import Board
from quickstudy.tasks.games.rules import Kind, Rules

Offset = tuple[int, int]
Cells = dict[str, tuple[str, str]]

SQUARE_DIRECTIONS: dict[str, Offset] = {
    "N": (0, 1),
    "NE": (1, 1),
    "E": (1, 0),
    "SE": (1, -1),
    "S": (0, -1),
    "SW": (-1, -1),
    "W": (-1, 0),
    "NW": (-1, 1),
}
HEX_DIRECTIONS: dict[str, Offset] = {
    "NE": (0, 1),
    "E": (1, 0),
    "SE": (1, -1),
    "SW": (0, -1),
    "W": (-1, 0),
    "NW": (-1, 1),
}
OPPOSITE = {"N": "S", "S": "N", "E": "W", "W": "E", "NE": "SW", "SW": "NE", "NW": "SE", "SE": "NW"}

SQUARE_AXES = {"orthogonal": ("N", "E"), "diagonal": ("NE", "NW"), "all": ("N", "E", "NE", "NW")}
HEX_AXES = {"all": ("E", "NE", "NW")}

# The shapes that the English shows, as files and ranks counted from the first cell of its example.
SQUARE_SHAPES: dict[str, tuple[Offset, ...]] = {"square": ((0, 0), (1, 0), (0, 1), (1, 1))}
HEX_SHAPES: dict[str, tuple[Offset, ...]] = {"propeller": ((0, 0), (1, 0), (1, 1), (2, -1))}

# How far along, and how far to the side; `ring` is told by distance instead.
SIDEWAYS_LEAPS: dict[str, Offset] = {"knight": (2, 1), "camel": (3, 1)}


@dataclass(frozen=True)
class Position:
    """A moment of a game; never changed, `play` makes a new one."""

    cells: Cells
    burnt: frozenset[str] = frozenset()
    to_act: str = "x"
    captured: tuple[int, int] = (0, 0)
    placed: tuple[int, int] = (0, 0)
    plies: int = 0
    actions_left: int = 1
    last: str | None = None
    passed: bool = False
    result: str | None = None


@dataclass(frozen=True)
class Action:
    """What one written move does, before its effects: `start` is None for a placement."""

    start: str | None
    end: str
    captures: str | None = None
    stays: bool = False


def start(rules: Rules) -> Position:
    """The position before the first action, with its result if the first player cannot act."""
    _check_known(rules)
    cells: Cells = {}
    for player, setup in (("x", rules.setup_x), ("o", rules.setup_o)):
        for kind, names in zip(rules.kinds, setup, strict=False):
            for name in names:
                cells[name] = (player, kind.name)
    return _settle(rules, Position(cells))


def legal_moves(rules: Rules, position: Position) -> list[str]:
    """Every move of the player to act, sorted; `["pass"]` for one who must pass, none in a finished game."""
    if position.result is not None:
        return []
    return sorted(_actions(rules, position)) or ["pass"]


def play(rules: Rules, position: Position, move: str) -> Position:
    """The position after a move; an illegal one raises `ValueError`."""
    if position.result is not None:
        raise ValueError(f"the game is over, so {move!r} cannot be played")
    actions = _actions(rules, position)
    if not actions and move == "pass":
        return _pass(rules, position)
    if move not in actions:
        raise ValueError(f"{move!r} is not legal for {position.to_act}")
    return _act(rules, position, actions[move])


# --- the board ---


class Geometry:
    """Which cells a board has and which lie where from which."""

    def __init__(self, board: Board) -> None:
        """Lay the board out; `whole` still has the cells that holes take away."""
        self.hexagonal = board.shape != "square"
        self.directions = HEX_DIRECTIONS if self.hexagonal else SQUARE_DIRECTIONS
        if board.shape == "hexagon":
            side = board.width - 1
            self.files = self.ranks = 2 * side + 1
        else:
            self.files, self.ranks = board.width, board.height
        self.joined_files = board.edges in ("cylinder", "torus")
        self.joined_ranks = board.edges == "torus"
        self.coordinates: dict[str, Offset] = {}
        for rank in range(self.ranks):
            for file in range(self.files):
                if board.shape != "hexagon" or side <= file + rank <= 3 * side:
                    self.coordinates[_name(file, rank)] = (file, rank)
        self.whole = set(self.coordinates)
        self.cells = self.whole - set(board.holes)
        self.adjacent = {cell: self._around(cell) & self.cells for cell in self.whole}
        self._next = {
            (cell, direction): self.shifted(cell, offset)
            for cell in self.cells
            for direction, offset in self.directions.items()
        }

    def shifted(self, cell: str, offset: Offset) -> str | None:
        """The cell some files and ranks away, None if there is none or it is a hole."""
        target = self._shifted_on_whole(cell, offset)
        return target if target in self.cells else None

    def next(self, cell: str, direction: str) -> str | None:
        """The cell one step away in a direction."""
        return self._next[cell, direction]

    def line(self, cell: str, direction: str) -> Iterator[str]:
        """The cells beyond one in a direction; on joined edges this goes round for ever."""
        ahead = self.next(cell, direction)
        while ahead is not None:
            yield ahead
            ahead = self.next(ahead, direction)

    def ring(self, cell: str) -> set[str]:
        """The cells exactly two steps away, where steps may also cross holes."""
        near = self._around(cell)
        return ({far for middle in near for far in self._around(middle)} - near - {cell}) & self.cells

    def rank(self, number: int) -> set[str]:
        """The cells of a rank, the first being 0."""
        return {cell for cell in self.cells if self.coordinates[cell][1] == number}

    def file(self, number: int) -> set[str]:
        """The cells of a file, the first being 0."""
        return {cell for cell in self.cells if self.coordinates[cell][0] == number}

    def _shifted_on_whole(self, cell: str, offset: Offset) -> str | None:
        file, rank = self.coordinates[cell]
        file, rank = file + offset[0], rank + offset[1]
        if self.joined_files:
            file %= self.files
        if self.joined_ranks:
            rank %= self.ranks
        target = _name(file, rank)
        return target if target in self.coordinates else None

    def _around(self, cell: str) -> set[str]:
        reached = {self._shifted_on_whole(cell, offset) for offset in self.directions.values()}
        return {other for other in reached if other is not None and other != cell}


def _name(file: int, rank: int) -> str:
    return f"{chr(ord('a') + file)}{rank + 1}"


@lru_cache(maxsize=256)
def _geometry(board: Board) -> Geometry:
    return Geometry(board)


def orientations(shape: tuple[Offset, ...], hexagonal: bool) -> set[tuple[Offset, ...]]:
    """A shape turned and mirrored in every way."""
    found = set()
    for mirrored in (False, True):
        turned = shape
        if mirrored:
            turned = tuple((y, x) for x, y in shape)
        for _ in range(6 if hexagonal else 4):
            turned = tuple((-y, x + y) if hexagonal else (-y, x) for x, y in turned)
            found.add(turned)
    return found


def _check_known(rules: Rules) -> None:
    """Refuse the atoms of which no English was at hand."""
    hexagonal = rules.board.shape != "square"
    shapes = HEX_SHAPES if hexagonal else SQUARE_SHAPES
    leaps = {"", "ring"} if hexagonal else {"", "ring", *SIDEWAYS_LEAPS}
    unknown = [
        rules.board.shape == "hexagon" and rules.board.edges != "plain" and "a hexagon with joined edges",
        rules.board.shape == "hexagon" and rules.connect == "own_sides" and "each player's own sides on a hexagon",
        hexagonal and rules.place == "drop" and "drops on hexagonal cells",
        hexagonal and rules.line > 0 and rules.axes not in HEX_AXES and f"{rules.axes} lines on hexagonal cells",
        rules.shape not in ("", *shapes) and f"the shape {rules.shape}",
        *(leap not in leaps and f"the leap {leap}" for kind in rules.kinds for leap in (kind.leap, kind.leap_capture)),
    ]
    for atom in unknown:
        if atom:
            raise ValueError(f"the reference knows no rules for {atom}")


# --- actions ---


def _actions(rules: Rules, position: Position) -> dict[str, Action]:
    """Each legal action by the way it is written."""
    placed = position.placed[_index(position.to_act)]
    in_hand = rules.place != "none" and (rules.hand == 0 or placed < rules.hand)
    actions: dict[str, Action] = {}
    if rules.mixed or not in_hand:
        actions.update(_moves(rules, position))
    if rules.must_capture and any(action.captures for action in actions.values()):
        return {move: action for move, action in actions.items() if action.captures}
    if in_hand:
        actions.update({cell: Action(None, cell) for cell in _placements(rules, position)})
    return actions


def _is_empty(position: Position, cell: str) -> bool:
    return cell not in position.cells and cell not in position.burnt


def _owner(position: Position, cell: str | None) -> str | None:
    piece = position.cells.get(cell) if cell is not None else None
    return piece[0] if piece else None


def _placements(rules: Rules, position: Position) -> list[str]:
    geometry = _geometry(rules.board)
    allowed = [
        cell for cell in geometry.cells if _is_empty(position, cell) and _may_place(rules, position, geometry, cell)
    ]
    if rules.contact == "none" or position.last is None:
        return allowed
    near = geometry.adjacent[position.last]
    preferred = [cell for cell in allowed if (cell in near) == (rules.contact == "must")]
    return preferred or allowed


def _may_place(rules: Rules, position: Position, geometry: Geometry, cell: str) -> bool:
    """Whether an empty cell takes a placement, leaving contact aside."""
    me = position.to_act
    around = [_owner(position, other) for other in geometry.adjacent[cell]]
    if rules.place == "drop":
        below = geometry.next(cell, "S")
        return below is None or not _is_empty(position, below)
    if rules.place == "touch":
        return not position.cells or any(around)
    if rules.place == "touch_own":
        return me in around or not any(owner == me for owner, _ in position.cells.values())
    if rules.place == "apart_own":
        return me not in around
    if rules.place == "flank":
        return bool(_flanked(rules, position.cells, me, cell))
    return True


def _moves(rules: Rules, position: Position) -> dict[str, Action]:
    """Each move of a piece; where one spelling has several meanings, the first that the English lists."""
    kinds = {kind.name: kind for kind in rules.kinds}
    moves: dict[str, Action] = {}
    for cell, (owner, kind) in position.cells.items():
        if owner == position.to_act:
            for action in _piece_moves(rules, position, cell, kinds[kind]):
                moves.setdefault(f"{cell}{'x' if action.captures else '-'}{action.end}", action)
    return moves


def _piece_moves(rules: Rules, position: Position, cell: str, kind: Kind) -> Iterator[Action]:
    geometry = _geometry(rules.board)
    me, enemy = position.to_act, _other(position.to_act)

    def turned(directions: tuple[str, ...]) -> list[str]:
        return [direction if me == "x" else OPPOSITE[direction] for direction in directions]

    def empty(target: str | None) -> bool:
        return target is not None and _is_empty(position, target)

    for direction in turned(kind.step):
        target = geometry.next(cell, direction)
        if target is not None and empty(target):
            yield Action(cell, target, stays=kind.clone)
    for direction in turned(kind.capture):
        target = geometry.next(cell, direction)
        if target is not None and _owner(position, target) == enemy:
            yield Action(cell, target, captures=target)
    for direction in turned(kind.slide):
        for target in geometry.line(cell, direction):
            if not empty(target):
                break
            yield Action(cell, target)
    for direction in turned(kind.slide_capture):
        for target in geometry.line(cell, direction):
            if _owner(position, target) == enemy:
                yield Action(cell, target, captures=target)
            if not empty(target):
                break
    for direction in turned(kind.jump):
        over = geometry.next(cell, direction)
        if over is not None and _owner(position, over) == enemy:
            behind = geometry.next(over, direction)
            if behind is not None and empty(behind):
                yield Action(cell, behind, captures=over)
    for direction in turned(kind.vault):
        over = geometry.next(cell, direction)
        if over is not None and over != cell and _owner(position, over):
            behind = geometry.next(over, direction)
            if behind is not None and empty(behind):
                yield Action(cell, behind)
    for target in _leap_targets(geometry, cell, kind.leap):
        if empty(target):
            yield Action(cell, target)
    for target in _leap_targets(geometry, cell, kind.leap_capture):
        if _owner(position, target) == enemy:
            yield Action(cell, target, captures=target)


def _leap_targets(geometry: Geometry, cell: str, leap: str) -> set[str]:
    if not leap:
        return set()
    if leap == "ring":
        return geometry.ring(cell)
    along, aside = SIDEWAYS_LEAPS[leap]
    offsets = [(x, y) for x in (-along, along) for y in (-aside, aside)]
    offsets += [(y, x) for x, y in offsets]
    return {target for offset in offsets if (target := geometry.shifted(cell, offset)) is not None}


# --- what an action does ---


def _act(rules: Rules, position: Position, action: Action) -> Position:
    me = position.to_act
    cells, burnt, removed = dict(position.cells), set(position.burnt), 0
    if action.captures is not None:
        del cells[action.captures]
        removed += 1
    if action.start is None:
        cells[action.end] = (me, rules.kinds[0].name)
    else:
        cells[action.end] = position.cells[action.start]
        if not action.stays:
            del cells[action.start]
            if rules.burn:
                burnt.add(action.start)
    for cell in _affected(rules, cells, burnt, me, action.end):
        if rules.effect in ("flank_remove", "surround"):
            del cells[cell]
            removed += 1
        else:
            cells[cell] = (me, cells[cell][1])
    gained = {cell for cell, (owner, _) in cells.items() if owner == me and _owner(position, cell) != me}
    after = replace(
        position,
        cells=cells,
        burnt=frozenset(burnt),
        captured=_add(position.captured, me, removed),
        placed=_add(position.placed, me, 1 if action.start is None else 0),
        plies=position.plies + 1,
        actions_left=position.actions_left - 1,
        last=action.end,
        passed=False,
    )
    result = _goal_reached(rules, after, gained)
    if result is not None:
        return replace(after, result=result)
    return _settle(rules, after if after.actions_left else _next_turn(rules, after))


def _pass(rules: Rules, position: Position) -> Position:
    after = _next_turn(rules, replace(position, plies=position.plies + 1, last=None, passed=True))
    if position.passed:
        return replace(after, result=_score(rules, after))
    return _settle(rules, after)


def _next_turn(rules: Rules, position: Position) -> Position:
    return replace(position, to_act=_other(position.to_act), actions_left=2 if rules.double else 1)


def _affected(rules: Rules, cells: Cells, burnt: set[str], me: str, end: str) -> set[str]:
    """The enemy pieces that the effect of an action removes or turns over."""
    geometry = _geometry(rules.board)
    enemies = {cell for cell in geometry.adjacent[end] if cell in cells and cells[cell][0] != me}
    if rules.effect in ("flank_remove", "flank_flip"):
        return _flanked(rules, cells, me, end)
    if rules.effect == "infect":
        return enemies
    affected: set[str] = set()
    if rules.effect == "surround":
        for enemy in enemies:
            group = _group(geometry, cells, enemy)
            border = {other for cell in group for other in geometry.adjacent[cell]}
            if all(cell in cells or cell in burnt for cell in border):
                affected |= group
    return affected


def _flanked(rules: Rules, cells: Cells, me: str, end: str) -> set[str]:
    """The enemy pieces flanked from a cell, which counts as taken by the player who acts."""
    geometry = _geometry(rules.board)
    flanked: set[str] = set()
    for direction in geometry.directions:
        run: list[str] = []
        for cell in geometry.line(end, direction):
            if cell == end or cell not in cells:
                break
            if cells[cell][0] == me:
                if 1 <= len(run) <= rules.flank_length:
                    flanked.update(run)
                break
            run.append(cell)
    return flanked


def _group(geometry: Geometry, cells: Cells, first: str) -> set[str]:
    owner = cells[first][0]
    group, fresh = {first}, [first]
    while fresh:
        for cell in geometry.adjacent[fresh.pop()]:
            if cell not in group and cell in cells and cells[cell][0] == owner:
                group.add(cell)
                fresh.append(cell)
    return group


# --- the end of the game ---


def _goal_reached(rules: Rules, position: Position, gained: set[str]) -> str | None:
    """The result after an action by the player still to act in `position`."""
    geometry = _geometry(rules.board)
    me, enemy = position.to_act, _other(position.to_act)
    mine = {cell for cell, (owner, _) in position.cells.items() if owner == me}
    theirs = [kind for owner, kind in position.cells.values() if owner == enemy]
    far = geometry.rank(geometry.ranks - 1 if me == "x" else 0)
    patterns = (
        (rules.line > 0 and _has_line(rules, mine, gained))
        or (rules.shape != "" and _has_shape(rules, mine, gained))
        or (rules.connect != "none" and _has_connection(rules, position, mine))
        or (rules.far and bool(mine & far))
    )
    if patterns:
        return enemy if rules.misere else me
    wins = (
        any(kind.royal and kind.name not in theirs for kind in rules.kinds)
        or len(theirs) < rules.eliminate
        or (rules.captures > 0 and position.captured[_index(me)] >= rules.captures)
        or (rules.unify and _group(geometry, position.cells, next(iter(mine))) == mine)
    )
    return me if wins else None


def _has_line(rules: Rules, mine: set[str], gained: set[str]) -> bool:
    geometry = _geometry(rules.board)
    for first in mine:
        for direction in (HEX_AXES if geometry.hexagonal else SQUARE_AXES)[rules.axes]:
            run = [first]
            for cell in geometry.line(first, direction):
                if len(run) == rules.line or cell not in mine or cell in run:
                    break
                run.append(cell)
            if len(run) == rules.line and gained.intersection(run):
                return True
    return False


def _has_shape(rules: Rules, mine: set[str], gained: set[str]) -> bool:
    geometry = _geometry(rules.board)
    shape = (HEX_SHAPES if geometry.hexagonal else SQUARE_SHAPES)[rules.shape]
    for offsets in orientations(shape, geometry.hexagonal):
        for first in mine:
            covered = {geometry.shifted(first, offset) for offset in offsets}
            if len(covered) == len(offsets) and covered <= mine and covered & gained:
                return True
    return False


def _has_connection(rules: Rules, position: Position, mine: set[str]) -> bool:
    geometry = _geometry(rules.board)
    sides = (geometry.rank(0), geometry.rank(geometry.ranks - 1))
    if rules.connect == "own_sides" and position.to_act == "o":
        sides = (geometry.file(0), geometry.file(geometry.files - 1))
    return any(_group(geometry, position.cells, cell) & sides[1] for cell in mine & sides[0])


def _settle(rules: Rules, position: Position) -> Position:
    """Add the result that a position has by itself: too many plies, or a player who cannot act."""
    if position.plies >= rules.cap:
        return replace(position, result=_score(rules, position))
    if rules.stalemate == "pass" or _actions(rules, position):
        return position
    results = {
        "lose": _other(position.to_act),
        "win": position.to_act,
        "draw": "draw",
        "count": _score(rules, position),
    }
    return replace(position, result=results[rules.stalemate])


def _score(rules: Rules, position: Position) -> str:
    owners = [owner for owner, _ in position.cells.values()]
    x, o = owners.count("x"), owners.count("o")
    if rules.score == "draw" or x == o:
        return "draw"
    return "x" if (x > o) == (rules.score == "most") else "o"


def _other(player: str) -> str:
    return "o" if player == "x" else "x"


def _index(player: str) -> int:
    return 0 if player == "x" else 1


def _add(pair: tuple[int, int], player: str, amount: int) -> tuple[int, int]:
    return (pair[0] + amount, pair[1]) if player == "x" else (pair[0], pair[1] + amount)
