"""Siblings of an invented chess variant: the variants that differ from it in one atom, nearest and most misleading."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from quickstudy.tasks.chess_variants.generate import HEAVY, KINGS, LIGHT, PAWNS, is_playable
from quickstudy.tasks.chess_variants.interpreter import SpecPosition
from quickstudy.tasks.chess_variants.spec import KING, PAWN, Piece, VariantError, VariantSpec
from quickstudy.tasks.seeds import new_generator

LEAST = 0.05  # what a sibling's error must be above, so that the change matters in play
_GAMES, _POSITIONS = 8, 6

Moment = tuple[SpecPosition, str]
"""A position of a game, and the move that was made in it."""


@lru_cache(maxsize=64)
def list_variant_siblings(spec: VariantSpec) -> tuple[VariantSpec, ...]:
    """All variants that differ from this one in exactly one atom, in the order of the spec's atoms; names are kept.

    An atom is how one kind of piece moves (as variants are generated, and as no other kind does), a goal, the number
    of checks (one more or less), stalemate, or the double step. Board, set-up and promotions stay.
    """
    found = dict[str, VariantSpec]()
    for other in _list_changes(spec):
        if is_playable(other):
            found.setdefault(other.hash, other)
    return tuple(found.values())


@lru_cache(maxsize=64)
def find_variant_sibling(spec: VariantSpec) -> VariantSpec:
    """The nearest sibling: who believes in it errs least about positions of random games, but more than `LEAST`.

    Raises VariantError where there is none.
    """
    errors = {other: error for other, error in _measure_siblings(spec).items() if error > LEAST}
    if not errors:
        raise VariantError(f"the variant {spec.name} has no sibling that is played otherwise")
    return min(errors, key=lambda other: errors[other])


@lru_cache(maxsize=64)
def find_wrong_variant(spec: VariantSpec) -> VariantSpec:
    """The sibling that misleads most. Raises VariantError where none is wrong about any position."""
    errors = _measure_siblings(spec)
    worst = max(errors, key=lambda other: errors[other], default=None)
    if worst is None or errors[worst] == 0.0:
        raise VariantError(f"the variant {spec.name} has no sibling that would mislead")
    return worst


@lru_cache(maxsize=64)
def _measure_siblings(spec: VariantSpec) -> dict[VariantSpec, float]:
    moments = _list_moments(spec)
    return {other: measure_error(other, moments) for other in list_variant_siblings(spec)}


def measure_error(other: VariantSpec, moments: Sequence[Moment]) -> float:
    """How wrong one is about positions who believes in other rules on the same board: 0 (never) to 1 (always).

    As `games.siblings.measure_errors`: the error about a position is 1 where the move that was made is not legal for
    the believer, or leads to another result; else the share of the moves legal by either rules that one alone allows.
    """
    total = 0.0
    for position, move in moments:
        twin = position.judge_by(other)
        legal, believed = set(position.list_moves()), set(twin.list_moves())
        known = move in believed
        if known:
            after = position.copy()
            for made in (after, twin):
                made.push(move)
            known = after.result == twin.result
        total += len(legal ^ believed) / len(legal | believed) if known else 1.0
    return total / len(moments)


def _list_moments(spec: VariantSpec) -> list[Moment]:
    """Positions of random games, evenly spread over each."""
    rng, found = new_generator("siblings", spec.hash), list[Moment]()
    for _ in range(_GAMES):
        position, game = SpecPosition(spec), list[Moment]()
        while legal := position.list_moves():
            move = legal[int(rng.integers(len(legal)))]
            game.append((position.copy(), move))
            position.push(move)
        found += [game[i * len(game) // _POSITIONS] for i in range(_POSITIONS)]
    return found


def _list_changes(spec: VariantSpec) -> Iterator[VariantSpec]:
    """The variants with one atom changed that a spec allows."""
    used = {piece.betza for piece in spec.pieces}
    for index, piece in enumerate(spec.pieces):
        options = {KING: KINGS, PAWN: PAWNS}.get(piece.letter, (*LIGHT, *HEAVY))
        for betza in dict.fromkeys(options):
            if betza not in used:
                changed = Piece(piece.name, piece.letter, betza)
                yield from _try(spec, pieces=(*spec.pieces[:index], changed, *spec.pieces[index + 1 :]))
    yield from _try(spec, race=not spec.race)
    for checks in (spec.checks - 1, spec.checks + 1) if spec.checks else ():
        yield from _try(spec, checks=checks)
    yield from _try(spec, stalemate="loss" if spec.stalemate == "draw" else "draw")
    yield from _try(spec, double_step=not spec.double_step)


def _try(spec: VariantSpec, **changes: Any) -> Iterator[VariantSpec]:
    try:
        yield replace(spec, **changes)
    except VariantError:
        return
