"""From `Rules` to the packed record that the compiled kernel reads: topology, moves, goals and weights."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import numpy as np

from quickstudy.tasks.games import kernel
from quickstudy.tasks.games.board import OPPOSITE
from quickstudy.tasks.games.patterns import leap_offsets, patterns
from quickstudy.tasks.games.rule_checks import RulesError
from quickstudy.tasks.games.rules import ENDINGS, Rules

PLACES = ("none", "any", "drop", "touch", "touch_own", "apart_own", "flank")
EFFECTS = ("none", "flank_remove", "flank_flip", "infect", "surround")
STALEMATES = ("pass", "lose", "win", "draw", "count")
SCORES = ("draw", "most", "fewest", "captures", "points")
CONTACTS = ("none", "ban", "must")
Pair = tuple[int, int]
Triple = tuple[int, int, int]
Beside = list[list[int]]  # the cell beside each cell (64) in each direction (8), -1 where there is none


def build_tables(rules: Rules) -> Any:
    """The record of a game (dtype `kernel.GAME`), the `g` of all kernel functions.

    Built once for each content hash.

    Raises `RulesError` when the game does not fit the kernel's fixed sizes.
    """
    return _build(_Hashed(rules))


class _Hashed:
    """Rules that compare by content hash: games that differ only in name share their tables."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules

    def __hash__(self) -> int:
        return hash(self.rules.hash)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Hashed) and self.rules.hash == other.rules.hash


@lru_cache(maxsize=1024)
def _build(hashed: _Hashed) -> Any:
    rules = hashed.rules
    record = np.zeros(1, kernel.GAME).view(np.recarray)[0]
    record["full"] = _mask(range(len(rules.board.cells)))
    _fill_topology(record, rules)
    _fill_moves(record, rules)
    _fill_goals(record, rules)
    _fill_parameters(record, rules)
    _fill_weights(record, rules)
    _fill_start(record, rules)
    return record


def _mask(cells: Iterable[int]) -> np.uint64:
    bits = 0
    for cell in cells:
        if cell >= 0:
            bits |= 1 << cell
    return np.uint64(bits)


def _fill_topology(record: Any, rules: Rules) -> None:
    board = rules.board
    steps = list(board.steps.values())
    beside = [[-1] * 8 for _ in range(64)]
    near = np.zeros(64, np.uint64)
    for cell in range(len(board.cells)):
        beside[cell][: len(steps)] = [board.shift(cell, step) for step in steps]
        near[cell] = _mask(other for other in beside[cell] if other != cell)
    record["beside"], record["near"] = beside, near
    turns: list[int] = []
    masks: list[Any] = []
    starts = [0]
    for d in range(8):
        pairs = [(cell, row[d]) for cell, row in enumerate(beside) if row[d] >= 0]
        for turn, members in _groups(pairs).items():
            turns.append(turn)
            masks.append(_mask(members))
        starts.append(len(turns))
    record["group_start"] = starts
    record["group_turn"][: len(turns)] = turns
    record["group_mask"][: len(masks)] = np.array(masks, np.uint64)
    parameters = record["P"]
    parameters[kernel.DIRECTIONS] = len(steps)
    parameters[kernel.PLAIN] = board.edges == "plain"
    parameters[kernel.UNIFORM] = starts[: len(steps) + 1] == list(range(len(steps) + 1))
    parameters[kernel.SPREAD_BY_SHIFT] = len(turns) <= 20
    parameters[kernel.UP] = list(board.steps).index("N" if board.shape == "square" else "NE")
    ascending = [(y, x) > (0, 0) for x, y in steps]
    record["ascending"][: len(steps)] = ascending
    if board.edges == "plain":
        rays = [[0] * 8 for _ in range(64)]
        for d in range(len(steps)):
            order = range(len(board.cells))
            for cell in reversed(order) if ascending[d] else order:
                other = beside[cell][d]
                if other >= 0:
                    rays[cell][d] = rays[other][d] | 1 << other
        record["ray"] = np.array(rays, np.uint64)


def _groups(pairs: Iterable[Pair]) -> dict[int, list[int]]:
    """Starting cells of pairs by the rotation (1 to 63) that takes a cell's bit to its partner's."""
    found: dict[int, list[int]] = {}
    for start, end in sorted(set(pairs)):
        found.setdefault((end - start) % 64, []).append(start)
    return found


def _directions(rules: Rules, names: tuple[str, ...], player: int) -> list[int]:
    order = list(rules.board.steps)
    return [order.index(name if player == 0 else OPPOSITE[name]) for name in names]


def _steps(beside: Beside, directions: list[int]) -> set[Pair]:
    return {(cell, row[d]) for cell, row in enumerate(beside) for d in directions if row[d] >= 0}


def _leaps(rules: Rules, leap: str) -> set[Pair]:
    board = rules.board
    if not leap:
        return set()
    pairs = {(cell, board.shift(cell, step)) for cell in range(len(board.cells)) for step in leap_offsets(board, leap)}
    return {(start, end) for start, end in pairs if end >= 0 and end != start}


def _hops(beside: Beside, directions: list[int]) -> set[Triple]:
    """Triples (start, over, end) of straight double steps."""
    found = set()
    for cell, row in enumerate(beside):
        for d in directions:
            over = row[d]
            end = beside[over][d] if over >= 0 else -1
            if end >= 0:
                found.add((cell, over, end))
    return found


def _fill_moves(record: Any, rules: Rules) -> None:
    beside: Beside = record["beside"].tolist()
    ops: list[list[tuple[int, int, int, int, np.uint64]]] = [[], []]
    for player in (0, 1):
        for index, kind in enumerate(rules.kinds):
            chosen = {
                atom: _directions(rules, getattr(kind, atom), player)
                for atom in ("step", "capture", "slide", "slide_capture", "jump", "vault")
            }
            steps = _steps(beside, chosen["step"])
            quiet = steps | _leaps(rules, kind.leap)
            capture = _steps(beside, chosen["capture"]) | _leaps(rules, kind.leap_capture)
            for name, pairs in (
                ("quiet", quiet),
                ("capture", capture),
                ("copy", steps if kind.clone else set()),
            ):
                reached = [0] * 64
                for start, end in pairs:
                    reached[start] |= 1 << end
                record[name][player, index] = np.array(reached, np.uint64)
            for name in ("slide", "slide_capture", "jump", "vault"):
                record[name][player, index] = sum(1 << d for d in chosen[name])
            for type_, pairs in ((kernel.QUIET, quiet), (kernel.CAPTURE, capture)):
                for turn, starts in _groups(pairs).items():
                    ops[player].append((index, type_, turn, 0, _mask(starts)))
            for type_, atom in ((kernel.JUMP, "jump"), (kernel.VAULT, "vault")):
                hops: dict[Pair, list[int]] = {}
                for start, over, end in sorted(_hops(beside, chosen[atom])):
                    hops.setdefault(((over - start) % 64, (end - over) % 64), []).append(start)
                for (turn, over), starts in hops.items():
                    ops[player].append((index, type_, turn, over, _mask(starts)))
    sliding = any(kind.slide or kind.slide_capture for kind in rules.kinds)
    # A vault and a leap can reach the same cell: these are one move, which counting by shifts would count twice.
    doubled = any(kind.vault and kind.leap for kind in rules.kinds)
    fits = not sliding and not doubled and max(map(len, ops)) <= kernel.MAXOPS
    parameters = record["P"]
    parameters[kernel.SLIDING] = sliding
    parameters[kernel.JUMPING] = any(kind.jump or kind.vault for kind in rules.kinds)
    parameters[kernel.PICK_BY_SHIFT] = fits
    if fits:
        for player in (0, 1):
            record["ops"][player] = len(ops[player])
            for i, entry in enumerate(ops[player]):
                for name, value in zip(("op_kind", "op_type", "op_turn", "op_over", "op_mask"), entry, strict=True):
                    record[name][player, i] = value


def _fill_goals(record: Any, rules: Rules) -> None:
    board = rules.board
    sets = patterns(rules) if rules.line or rules.shape else ()
    masks = [_mask(cells) for cells in sets]
    by_cell: list[list[np.uint64]] = [[] for _ in range(65)]
    for mask, cells in zip(masks, sets, strict=True):
        for cell in set(cells):
            by_cell[cell].append(mask)
    total = sum(map(len, by_cell))
    if len(masks) > kernel.MAXPATTERNS or total > kernel.MAXPATTERNCELLS:
        atom = "line" if rules.line else "shape"
        raise RulesError(f"atom {atom}: {len(masks)} winning patterns; at most {kernel.MAXPATTERNS} fit the engine")
    record["P"][kernel.PATTERNS] = len(masks)
    if masks:
        record["pattern"][: len(masks)] = masks
        record["cell_start"] = np.cumsum([0, *map(len, by_cell)])
        record["cell_pattern"][:total] = [mask for cell in by_cell for mask in cell]
    sides = {name: _mask(cells) for name, cells in board.sides.items()}
    upright = [sides["bottom"], sides["top"]]
    record["side"] = [upright, upright if rules.connect == "same_sides" else [sides["left"], sides["right"]]]
    record["far"] = [sides["top"], sides["bottom"]]
    promoting = any(kind.promotes for kind in rules.kinds)
    progress = record["progress"]
    for player in (0, 1):
        racing = "far" in rules.endings_of(player)
        for cell, (_, rank) in enumerate(board.cells):
            steps = rank if player == 0 else board.ranks - 1 - rank
            progress[player, cell] = steps * (steps + 1) // 2 if racing else 2 * steps * promoting
    record["potential"] = [0, *(3**n for n in range(7))]


def _fill_parameters(record: Any, rules: Rules) -> None:
    parameters = record["P"]
    for player in (0, 1):
        record["judged"][player] = sum(1 << ENDINGS.index(name) for name in rules.endings_of(player))
    for index, kind in enumerate(rules.kinds):
        names = [other.name for other in rules.kinds]
        record["promotes"][index] = names.index(kind.promotes) + 1 if kind.promotes else 0
    sign = -1 if rules.misere else 1
    royal = [index for index, kind in enumerate(rules.kinds) if kind.royal]
    contact = CONTACTS.index(rules.contact)
    for slot, value in (
        (kernel.PLACE, PLACES.index(rules.place)),
        (kernel.HAND, rules.hand),
        (kernel.MIXED, rules.mixed),
        (kernel.EFFECT, EFFECTS.index(rules.effect)),
        (kernel.FLANK_LENGTH, rules.flank_length),
        (kernel.PATTERN, sign * bool(rules.line or rules.shape)),
        (kernel.CONNECT, sign * (rules.connect != "none")),
        (kernel.FAR, sign * rules.far),
        (kernel.ELIMINATE, rules.eliminate),
        (kernel.CAPTURES, rules.captures),
        (kernel.UNIFY, rules.unify),
        (kernel.ROYAL, royal[0] + 1 if royal else 0),
        (kernel.STALEMATE, STALEMATES.index(rules.stalemate)),
        (kernel.SCORE, SCORES.index(rules.score)),
        (kernel.CAP, rules.cap),
        (kernel.CONTACT, contact),
        (kernel.DOUBLE, rules.double),
        (kernel.BURN, rules.burn),
        (kernel.MUST_CAPTURE, rules.must_capture),
        (kernel.MOVING, rules.moving),
        (kernel.KINDS, len(rules.kinds)),
        (kernel.CLONING, any(kind.clone for kind in rules.kinds)),
        (kernel.PROMOTING, any(kind.promotes for kind in rules.kinds)),
        (kernel.POINTS, rules.points),
        (kernel.SWAP, rules.swap),
        (kernel.RHYTHM, rules.rhythm),
    ):
        parameters[slot] = value
    relevant = 0
    if contact:
        relevant |= 0xFF
    if rules.stalemate == "pass":
        relevant |= 0xFF00
    if rules.hand:
        relevant |= 0xFFFFFFFF0000
    if rules.points:
        relevant |= 0xFFFF << 48
    record["relevant"] = relevant


def _fill_weights(record: Any, rules: Rules) -> None:
    """Weights of the static evaluation: what the endings reward, with the signs of `misere` and `fewest`."""
    parameters = record["P"]
    sign = -1 if rules.misere else 1
    royal = any(kind.royal for kind in rules.kinds)
    taking = any(kind.captures for kind in rules.kinds)
    material = 0
    if (
        rules.eliminate
        or rules.captures
        or royal
        or rules.score == "most"
        or (rules.far and not rules.misere and taking)
        or any(kind.promotes for kind in rules.kinds)
    ):
        material = 10
    elif rules.score == "fewest":
        material = -10
    goals = bool(rules.line or rules.shape or rules.connect != "none" or rules.far or rules.unify)
    mobility = {"lose": 2, "win": -2}.get(rules.stalemate, 0)
    parameters[kernel.W_MATERIAL] = material
    parameters[kernel.W_PATTERN] = sign * bool(rules.line or rules.shape)
    promoting = any(kind.promotes for kind in rules.kinds)
    parameters[kernel.W_PROGRESS] = sign if rules.far else promoting
    parameters[kernel.W_PROMOTED] = 40 * promoting
    parameters[kernel.W_CONNECT] = 8 * sign * (rules.connect != "none")
    parameters[kernel.W_CAPTURES] = 40 if rules.captures else 10 * (rules.score == "captures")
    parameters[kernel.W_POINTS] = 60 if rules.points else 0
    parameters[kernel.W_UNIFY] = int(rules.unify)
    # Room to move matters where having none ends the game and nothing else gives a direction.
    parameters[kernel.W_MOBILITY] = 0 if goals else mobility


def _fill_start(record: Any, rules: Rules) -> None:
    state = np.zeros(12, np.uint64)
    index = rules.board.index
    for player, setup in enumerate((rules.setup_x, rules.setup_o)):
        for kind, cells in enumerate(setup):
            mask = _mask(index[cell] for cell in cells)
            state[player] |= mask
            state[2] |= mask if kind & 1 else np.uint64(0)
            state[3] |= mask if kind & 2 else np.uint64(0)
    state[11] = 1
    if rules.connect != "none":
        record["P"][kernel.CONNECTED_START] = any(_connected(record, state, player) for player in (0, 1))
    kernel.settle(record, state)
    record["start"] = state


def _connected(record: Any, state: Any, player: int) -> bool:
    """Whether the set-up already joins a player's sides."""
    own = int(state[player])
    group = own & int(record["side"][player, 0])
    while True:
        grown = group
        for cell in range(64):
            if group >> cell & 1:
                grown |= int(record["near"][cell]) & own
        if grown == group:
            return bool(group & int(record["side"][player, 1]))
        group = grown
