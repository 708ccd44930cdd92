"""What can ever come about in a game, as far as its spec shows: pieces lost, won, enough for a goal, never stuck."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from quickstudy.tasks.games.board import OPPOSITE, neighbours
from quickstudy.tasks.games.patterns import leap_offsets

if TYPE_CHECKING:
    from quickstudy.tasks.games.rules import Rules


def removing(rules: Rules) -> bool:
    """Whether pieces can be taken off the board."""
    return rules.effect in ("flank_remove", "surround") or any(kind.captures for kind in rules.kinds)


def converting(rules: Rules) -> bool:
    """Whether pieces can change owner by an effect."""
    return rules.effect in ("flank_flip", "infect")


def constant(rules: Rules) -> bool:
    """Whether both players always have the pieces that they start with."""
    growing = rules.place != "none" or any(kind.clone for kind in rules.kinds)
    return not (growing or removing(rules) or converting(rules))


def never_stuck(rules: Rules) -> bool:
    """Whether each player has, in a game of constant numbers, a piece that the others are too few to surround."""
    setups = (rules.setup_x, rules.setup_o)
    others = sum(len(cells) for setup in setups for cells in setup) - 1
    free = [
        any(cells and fewest_targets(rules, kind, player) > others for kind, cells in enumerate(setup))
        for player, setup in enumerate(setups)
    ]
    return all(free) and not rules.burn and not any(kind.promotes for kind in rules.kinds)


def fewest_targets(rules: Rules, index: int, player: int) -> int:
    """The fewest cells that a piece of a kind can go to from any cell of an empty board (of slides, the nearest)."""
    board, kind = rules.board, rules.kinds[index]
    names = [name if player == 0 else OPPOSITE[name] for name in (*kind.step, *kind.slide)]
    offsets = [board.steps[name] for name in names]
    if kind.leap:
        offsets += leap_offsets(board, kind.leap)
    return min(len({board.shift(cell, step) for step in offsets} - {-1, cell}) for cell in range(len(board.cells)))


def most_pieces(rules: Rules) -> float:
    """The most pieces that a player can ever have (infinite where nothing but the board limits them)."""
    if (rules.place != "none" and rules.hand == 0) or any(kind.clone for kind in rules.kinds):
        return math.inf
    x, o = (sum(map(len, setup)) + rules.hand for setup in (rules.setup_x, rules.setup_o))
    return x + o if converting(rules) else max(x, o)


def goes_ahead(rules: Rules, setup: tuple[tuple[str, ...], ...]) -> bool:
    """Whether a piece of a set-up can ever move towards its far rank."""
    kinds = [kind for kind, cells in zip(rules.kinds, setup, strict=False) if cells]
    directed = [
        direction
        for kind in kinds
        for direction in (*kind.step, *kind.capture, *kind.slide, *kind.slide_capture, *kind.jump, *kind.vault)
    ]
    return any("N" in direction for direction in directed) or any(kind.leap or kind.leap_capture for kind in kinds)


def fewest_joining(rules: Rules) -> float:
    """The fewest pieces with which one of the players can join sides (infinite if holes part them for both)."""
    sides, table, found = rules.board.sides, neighbours(rules.board), [math.inf]
    for start, end in [("bottom", "top"), ("left", "right")][: 2 if rules.connect == "own_sides" else 1]:
        layers = [set(sides[start])]
        while layers[-1] and not layers[-1] & set(sides[end]):
            layers.append({cell for last in layers[-1] for cell in table[last]}.difference(*layers))
        if layers[-1]:
            found.append(len(layers))
    return min(found)
