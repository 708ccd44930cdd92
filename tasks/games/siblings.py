"""Siblings: games whose rules differ from a game's by one atom, among them the nearest and the most misleading."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields, replace
from functools import lru_cache
from typing import Any, get_args, get_type_hints

import numpy as np

from quickstudy.tasks.games.dead_atoms import play_random
from quickstudy.tasks.games.duplicates import NEAR, plays_alike
from quickstudy.tasks.games.patterns import HEX_SHAPES, LEAPS, SQUARE_SHAPES
from quickstudy.tasks.games.rule_checks import RulesError
from quickstudy.tasks.games.rules import Kind, Rules
from quickstudy.tasks.games.tables import build_tables

_GAMES = 16
_KEPT = {"name", "board", "kinds", "setup_x", "setup_o", "cap", "only_x", "only_o"}
_COUNTED = {"hand", "flank_length", "line", "eliminate", "captures", "points"}
_DIRECTED = ("step", "capture", "slide", "slide_capture", "jump", "vault")


@lru_cache(maxsize=256)
def list_siblings(rules: Rules) -> tuple[Rules, ...]:
    """All games that differ from this one in exactly one atom, in the order of the spec's atoms; the name is kept.

    An atom takes another of its words, is switched, counts one more or one less, or (directions of a kind of piece) has
    one direction more or less. Board size, set-up, ply cap and the goals of one side stay. Changes that a spec does not
    allow, or that would need another atom changed too, are left out.
    """
    found: dict[str, Rules] = {}
    for changes in _list_changes(rules):
        try:
            other = replace(rules, **changes)
            build_tables(other)
        except RulesError:
            continue
        if other.hash != rules.hash:
            found.setdefault(other.hash, other)
    return tuple(found.values())


@lru_cache(maxsize=256)
def find_sibling(rules: Rules) -> Rules:
    """The nearest sibling that is no near duplicate: the most positions of random games that are as they were.

    At most `duplicates.NEAR` of them are, so that the change matters in play. Raises ValueError where no sibling
    differs so much.
    """
    games = play_random(rules, _GAMES, int(rules.hash[:15], 16))
    nearest, share = None, -1.0
    for other in list_siblings(rules):
        alike = plays_alike(rules, other, games, enough=max(share, 0.0))
        if share < alike <= NEAR and _is_played(other):
            nearest, share = other, alike
    if nearest is None:
        raise ValueError(f"the game {rules.name} has no sibling that is played otherwise")
    return nearest


@lru_cache(maxsize=256)
def find_wrong_rules(rules: Rules) -> Rules:
    """The sibling that misleads most: who believes it is wrong about the legal moves or the result of most positions.

    Raises ValueError where no sibling is wrong about any position of random games.
    """
    games = play_random(rules, _GAMES, int(rules.hash[:15], 16))
    worst, errors = None, 0.0
    for other in list_siblings(rules):
        found = measure_errors(rules, other, games)
        if found > errors:
            worst, errors = other, found
    if worst is None:
        raise ValueError(f"the game {rules.name} has no sibling that would mislead")
    return worst


def measure_errors(rules: Rules, other: Rules, games: Sequence[Sequence[int]]) -> float:
    """How wrong one is about the positions in games of `rules` who believes in a sibling: 0 (never) to 1 (always).

    The error about a position is 1 where the move that was played is not legal for the believer, or ends the game with
    another result; else the share of the moves legal by either rules that only one of them allows.
    """
    from quickstudy.tasks.games.kernel import apply, legal_moves

    mine, theirs = build_tables(rules), build_tables(other)
    total, errors = 0, 0.0
    for moves in games:
        state = np.array(mine["start"], dtype=np.uint64)
        for move in moves:
            legal, believed = (set(legal_moves(tables, state).tolist()) for tables in (mine, theirs))
            total += 1
            known = move in believed
            after = state.copy()
            apply(mine, state, move)
            if known:
                apply(theirs, after, move)
            known = known and state[7] == after[7]
            errors += len(legal ^ believed) / len(legal | believed) if known else 1
    return errors / max(1, total)


def list_differences(rules: Rules, other: Rules) -> list[str]:
    """Names of the atoms in which two games differ, as in `line`, `board.edges` and `kinds.0.step`."""
    names = [f.name for f in fields(Rules) if f.name not in ("name", "board", "kinds")]
    found = [name for name in names if getattr(rules, name) != getattr(other, name)]
    found += [
        f"board.{f.name}" for f in fields(rules.board) if getattr(rules.board, f.name) != getattr(other.board, f.name)
    ]
    if len(rules.kinds) != len(other.kinds):
        return [*found, "kinds"]
    for index, (mine, theirs) in enumerate(zip(rules.kinds, other.kinds, strict=True)):
        found += [f"kinds.{index}.{f.name}" for f in fields(Kind) if getattr(mine, f.name) != getattr(theirs, f.name)]
    return found


def _list_changes(rules: Rules) -> Iterator[dict[str, Any]]:
    """The changes of one atom that come into question, whether or not the spec allows them."""
    for edges in ("plain", "cylinder", "torus"):
        yield {"board": replace(rules.board, edges=edges)}
    for index, kind in enumerate(rules.kinds):
        for changed in _list_kinds(rules, kind):
            yield {"kinds": (*rules.kinds[:index], changed, *rules.kinds[index + 1 :])}
    hints = get_type_hints(Rules)
    for name in (field.name for field in fields(Rules) if field.name not in _KEPT):
        value = getattr(rules, name)
        if name == "shape":
            values: tuple[Any, ...] = (
                tuple(SQUARE_SHAPES if rules.board.shape == "square" else HEX_SHAPES) if value else ()
            )
        elif name == "rhythm":
            values = (value - 2, value + 2) if value else ()
        elif name in _COUNTED:
            values = (value - 1, value + 1) if value else ()
        else:
            values = get_args(hints[name]) or (not value,)
        for other in values:
            yield {name: other}


def _list_kinds(rules: Rules, kind: Kind) -> Iterator[Kind]:
    for atom in _DIRECTED:
        given = getattr(kind, atom)
        for direction in rules.board.steps:
            kept = tuple(d for d in rules.board.steps if (d in given) != (d == direction))
            change: dict[str, Any] = {atom: kept}
            yield replace(kind, **change)
    for leap in ("", *LEAPS):
        if kind.leap:
            yield replace(kind, leap=leap)
        if kind.leap_capture:
            yield replace(kind, leap_capture=leap)
    for name in ("", *(other.name for other in rules.kinds)):
        yield replace(kind, promotes=name)
    yield replace(kind, clone=not kind.clone)
    yield replace(kind, royal=not kind.royal)


def _is_played(rules: Rules) -> bool:
    """Whether random games end with wins, so that examples of the game teach something."""
    from quickstudy.tasks.games.kernel import apply

    results = []
    for moves in play_random(rules, _GAMES, 1):
        state = np.array(build_tables(rules)["start"], dtype=np.uint64)
        for move in moves:
            apply(build_tables(rules), state, move)
        results.append(int(state[7]))
    return any(result in (1, 2) for result in results)
