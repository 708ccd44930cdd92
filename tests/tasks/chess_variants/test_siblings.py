"""Siblings of invented chess variants: one atom differs, play does too, and the engine can play them."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import pytest

from quickstudy.tasks.chess_variants.interpreter import SpecPosition
from quickstudy.tasks.chess_variants.siblings import (
    LEAST,
    find_variant_sibling,
    find_wrong_variant,
    list_variant_siblings,
    measure_error,
)
from quickstudy.tasks.chess_variants.spec import CHESS_PAWN, Piece, VariantError, VariantSpec
from quickstudy.tasks.chess_variants.variant import Variant, load_variant
from quickstudy.tasks.opponents.engine_pool import borrow_engine

TINY = VariantSpec(
    "Tiny", 5, 6, (Piece("rook", "R", "R"), Piece("king", "K", "K"), Piece("pawn", "P", CHESS_PAWN)),
    ("R.K.R", "PPPPP"), "R", checks=3,
)  # fmt: skip


def list_differences(spec: VariantSpec, other: VariantSpec) -> list[str]:
    names = [field.name for field in fields(spec) if field.name != "pieces"]
    found = [name for name in names if getattr(spec, name) != getattr(other, name)]
    return found + [mine.name for mine, theirs in zip(spec.pieces, other.pieces, strict=True) if mine != theirs]


def test_every_sibling_differs_in_one_atom_and_keeps_names_board_and_set_up() -> None:
    found = list_variant_siblings(TINY)
    assert len(found) > 30 and len({other.hash for other in found}) == len(found)
    atoms = [list_differences(TINY, other) for other in found]
    assert {len(names) for names in atoms} == {1}
    assert {names[0] for names in atoms} >= {"rook", "king", "pawn", "checks", "race", "stalemate", "double_step"}
    assert {other.checks for other in found} == {2, 3, 4}
    assert all([p.letter for p in other.pieces] == ["R", "K", "P"] for other in found)


def test_the_nearest_errs_least_of_those_that_matter_and_the_wrong_one_most() -> None:
    nearest, wrong = find_variant_sibling(TINY), find_wrong_variant(TINY)
    position = SpecPosition(TINY)
    moments = [(position.copy(), "a2a3")]
    assert measure_error(TINY, moments) == 0.0
    assert nearest != wrong and {nearest, wrong} <= set(list_variant_siblings(TINY))
    assert (find_variant_sibling(TINY), find_wrong_variant(TINY)) == (nearest, wrong)
    assert LEAST == 0.05


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({}, 0.0),
        ({"stalemate": "loss"}, 0.0),  # nobody is stalemated there
        ({"double_step": True}, 5 / 14),  # five more moves beside nine
    ],
)
def test_errors_are_shares_of_moves_that_only_one_side_allows(changes: dict[str, Any], error: float) -> None:
    position = SpecPosition(TINY)
    assert len(position.list_moves()) == 9
    assert measure_error(replace(TINY, **changes), [(position, "a2a3")]) == pytest.approx(error)


def test_a_move_that_ends_the_game_elsewhere_only_is_an_error() -> None:
    position = SpecPosition(replace(TINY, checks=2))
    position.checks = [2, 1]
    assert position.judge_by(replace(TINY, checks=1)).checks == [1, 0]
    assert measure_error(replace(TINY, checks=1), [(position, "a2a3")]) == 1.0


def test_a_variants_sibling_is_named_after_it_and_has_its_letters() -> None:
    variant = load_variant("fnipil")
    sibling = load_variant("fnipil-sibling")
    assert (sibling.name, sibling.title, sibling.board) == ("fnipil-sibling", "Fnipil", "5x6")
    assert sibling.hash != variant.hash and sibling.spec is not None and variant.spec is not None
    assert len(list_differences(variant.spec, sibling.spec)) == 1
    wrong, told = set(variant.wrong.text.split("\n")), set(variant.text.split("\n"))
    assert len(wrong - told) == len(told - wrong) == 1


def test_the_engine_plays_a_sibling_by_its_own_rules() -> None:
    sibling: Variant = load_variant("fnipil-sibling")
    start = sibling.start()
    with borrow_engine(sibling.for_engine) as engine:
        assert engine.search(start.fen, [], 1, sorted(start.list_moves())) in start.list_moves()


@pytest.mark.parametrize("name", ["orthodox-sibling", "atomic-sibling"])
def test_known_chess_has_no_siblings(name: str) -> None:
    with pytest.raises(VariantError, match="only variants with a spec have siblings"):
        load_variant(name)
