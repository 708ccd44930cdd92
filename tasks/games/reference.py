"""A slow, plain interpreter of the games, written from the English rules alone.

It shares no code with the fast kernel and serves as a check on it: nothing here imports the board's neighbour
functions, its patterns or the kernel, so that a mistake made there is not made here too. `Rules`, `Kind` and `Board`
are read only for their fields.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from quickstudy.tasks.games.reference_geometry import OPPOSITE, Geometry, geometry_of
from quickstudy.tasks.games.rules import Kind, Rules

Cells = dict[str, tuple[str, str]]
"""The player and the kind of the piece on each cell that has one."""


@dataclass(frozen=True)
class Position:
    """A moment of a game; never changed, `play` makes a new one."""

    cells: Cells
    burnt: frozenset[str] = frozenset()
    to_act: str = "x"
    captured: tuple[int, int] = (0, 0)
    placed: tuple[int, int] = (0, 0)
    points: tuple[int, int] = (0, 0)
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
    swap = ["swap"] if _may_swap(rules, position) else []
    return sorted([*_actions(rules, position), *swap]) or ["pass"]


def play(rules: Rules, position: Position, move: str) -> Position:
    """The position after a move; an illegal one raises `ValueError`."""
    if position.result is not None:
        raise ValueError(f"the game is over, so {move!r} cannot be played")
    actions = _actions(rules, position)
    if move == "swap" and _may_swap(rules, position):
        return _swap(rules, position)
    if not actions and move == "pass" and not _may_swap(rules, position):
        return _pass(rules, position)
    if move not in actions:
        raise ValueError(f"{move!r} is not legal for {position.to_act}")
    return _act(rules, position, actions[move])


# --- actions ---


def _actions(rules: Rules, position: Position) -> dict[str, Action]:
    """Each legal action by the way it is written."""
    placed = position.placed[_index(position.to_act)]
    in_hand = rules.place != "none" and (rules.hand == 0 or placed < rules.hand)
    if rules.rhythm and (position.plies + 1) % rules.rhythm == 0:
        in_hand = False
    actions: dict[str, Action] = {}
    if rules.mixed or not in_hand:
        actions.update(_moves(rules, position))
    if rules.must_capture and any(action.captures for action in actions.values()):
        return {move: action for move, action in actions.items() if action.captures}
    if in_hand:
        actions.update({cell: Action(None, cell) for cell in _placements(rules, position)})
    return actions


def _may_swap(rules: Rules, position: Position) -> bool:
    """Whether the action to come is O's first, which may be a swap."""
    return rules.swap and position.plies == 1


def _is_empty(position: Position, cell: str) -> bool:
    return cell not in position.cells and cell not in position.burnt


def _owner(position: Position, cell: str | None) -> str | None:
    piece = position.cells.get(cell) if cell is not None else None
    return piece[0] if piece else None


def _placements(rules: Rules, position: Position) -> list[str]:
    geometry = geometry_of(rules.board)
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
        below = geometry.next(cell, geometry.down)
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
    geometry = geometry_of(rules.board)
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
    for target in geometry.leap(cell, kind.leap):
        if empty(target):
            yield Action(cell, target)
    for target in geometry.leap(cell, kind.leap_capture):
        if _owner(position, target) == enemy:
            yield Action(cell, target, captures=target)


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
        cells[action.end] = (me, _kind_at(rules, me, position.cells[action.start][1], action.end))
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
    after = _judge(rules, after, gained)
    if after.result is not None:
        return after
    return _settle(rules, after if after.actions_left else _next_turn(rules, after))


def _kind_at(rules: Rules, me: str, kind: str, end: str) -> str:
    """The kind that a moved piece is where its move ends."""
    promoted = {kind.name: kind.promotes for kind in rules.kinds if kind.promotes}
    return promoted.get(kind, kind) if end in geometry_of(rules.board).far_rank(me) else kind


def _swap(rules: Rules, position: Position) -> Position:
    """X's only piece goes over to O, who has placed it then; X is to act."""
    cells = {cell: ("o", kind) for cell, (_, kind) in position.cells.items()}
    after = replace(
        position, cells=cells, placed=position.placed[::-1], plies=position.plies + 1, actions_left=0, last=None
    )
    return _settle(rules, _next_turn(rules, after))


def _pass(rules: Rules, position: Position) -> Position:
    after = _next_turn(rules, replace(position, plies=position.plies + 1, last=None, passed=True))
    if position.passed:
        return replace(after, result=_score(rules, after))
    return _settle(rules, after)


def _next_turn(rules: Rules, position: Position) -> Position:
    return replace(position, to_act=_other(position.to_act), actions_left=2 if rules.double else 1)


def _affected(rules: Rules, cells: Cells, burnt: set[str], me: str, end: str) -> set[str]:
    """The enemy pieces that the effect of an action removes or turns over."""
    geometry = geometry_of(rules.board)
    enemies = {cell for cell in geometry.adjacent[end] if cell in cells and cells[cell][0] != me}
    if rules.effect in ("flank_remove", "flank_flip"):
        return _flanked(rules, cells, me, end)
    if rules.effect == "infect":
        return enemies
    affected: set[str] = set()
    if rules.effect == "surround":
        for enemy in enemies:
            group = geometry.group({cell for cell, (owner, _) in cells.items() if owner != me}, enemy)
            border = {other for cell in group for other in geometry.adjacent[cell]}
            if all(cell in cells or cell in burnt for cell in border):
                affected |= group
    return affected


def _flanked(rules: Rules, cells: Cells, me: str, end: str) -> set[str]:
    """The enemy pieces flanked from a cell, which counts as taken by the player who acts."""
    geometry = geometry_of(rules.board)
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


# --- the end of the game ---


def _judge(rules: Rules, position: Position, gained: set[str]) -> Position:
    """The position with the point or the result that an action by the player still to act in it brings."""
    me, enemy = position.to_act, _other(position.to_act)
    for ending, holds in _goals(rules, position, gained).items():
        if ending in (rules.only_o if me == "x" else rules.only_x) or not holds():
            continue
        if rules.points and ending in ("line", "shape"):
            position = replace(position, points=_add(position.points, me, 1))
            if position.points[_index(me)] < rules.points:
                continue
        lost = rules.misere and ending in ("line", "shape", "connect", "far")
        return replace(position, result=enemy if lost else me)
    return position


def _goals(rules: Rules, position: Position, gained: set[str]) -> dict[str, Callable[[], bool]]:
    """Whether each goal of the player still to act is met, in the order of judging."""
    geometry = geometry_of(rules.board)
    me = position.to_act
    mine = {cell for cell, (owner, _) in position.cells.items() if owner == me}
    theirs = [kind for owner, kind in position.cells.values() if owner != me]
    return {
        "royal": lambda: any(kind.royal and kind.name not in theirs for kind in rules.kinds),
        "line": lambda: rules.line > 0 and _has_line(rules, mine, gained),
        "shape": lambda: rules.shape != "" and _has_shape(rules, mine, gained),
        "connect": lambda: rules.connect != "none" and _has_connection(rules, position, mine),
        "far": lambda: rules.far and bool(mine & geometry.far_rank(me)),
        "eliminate": lambda: len(theirs) < rules.eliminate,
        "captures": lambda: 0 < rules.captures <= position.captured[_index(me)],
        "unify": lambda: rules.unify and geometry.group(mine, next(iter(mine))) == mine,
    }


def _has_line(rules: Rules, mine: set[str], gained: set[str]) -> bool:
    geometry = geometry_of(rules.board)
    for first in mine:
        for direction in geometry.axes[rules.axes]:
            run = [first]
            for cell in geometry.line(first, direction):
                if len(run) == rules.line or cell not in mine or cell in run:
                    break
                run.append(cell)
            if len(run) == rules.line and gained.intersection(run):
                return True
    return False


def _has_shape(rules: Rules, mine: set[str], gained: set[str]) -> bool:
    covers = geometry_of(rules.board).covers(rules.shape)
    return any(covered <= mine and covered & gained for covered in covers)


def _has_connection(rules: Rules, position: Position, mine: set[str]) -> bool:
    geometry = geometry_of(rules.board)
    first, second = geometry.sides(across=rules.connect == "own_sides" and position.to_act == "o")
    return any(geometry.group(mine, cell) & second for cell in mine & first)


def _settle(rules: Rules, position: Position) -> Position:
    """Add the result that a position has by itself: too many plies, or a player who cannot act."""
    if position.plies >= rules.cap:
        return replace(position, result=_score(rules, position))
    if rules.stalemate == "pass" or _may_swap(rules, position) or _actions(rules, position):
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
    counted = {"captures": position.captured, "points": position.points}
    x, o = counted.get(rules.score, (owners.count("x"), owners.count("o")))
    if rules.score == "draw" or x == o:
        return "draw"
    return "x" if (x > o) == (rules.score != "fewest") else "o"


def _other(player: str) -> str:
    return "o" if player == "x" else "x"


def _index(player: str) -> int:
    return 0 if player == "x" else 1


def _add(pair: tuple[int, int], player: str, amount: int) -> tuple[int, int]:
    return (pair[0] + amount, pair[1]) if player == "x" else (pair[0], pair[1] + amount)
