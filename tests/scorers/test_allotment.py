"""Allotment: games go where they tell the causes apart, and not all to one view."""

from __future__ import annotations

import numpy as np
import pytest

from quickstudy.scorers.allotment import allot_portions, list_candidates
from quickstudy.scorers.recall import PADDED, View
from tests.planted import N_MAX, PLAIN, SATURATED, UNTAUGHT, Planted, list_views

CANDIDATES = list_candidates(PLAIN, N_MAX)


def allot(player: Planted, portions: int = 12, seed: int = 0) -> dict[View, int]:
    plain = list_views(None)
    elo = np.array([player.strength(view) for view in plain])
    dealt = allot_portions(
        plain, elo, np.full(len(elo), 60.0), N_MAX, CANDIDATES, portions, 32.0, rng=np.random.default_rng(seed)
    )
    assert dealt.sum() == portions and (dealt >= 0).all()
    return {view: int(number) for view, number in zip(CANDIDATES, dealt, strict=True) if number}


def test_a_flat_curve_calls_for_padded_layouts_in_several_places() -> None:
    dealt = allot(SATURATED)
    padded = sum(number for view, number in dealt.items() if view.layout in PADDED)
    assert padded >= 8 and len({view.layout for view in dealt if view.m}) >= 3, dealt


def test_what_is_not_learnt_calls_for_plain_cells_too() -> None:
    assert any(view.layout == "plain" and view.m >= 64 for view in allot(UNTAUGHT))


def test_the_same_cells_get_the_same_games() -> None:
    assert allot(SATURATED, 4) == allot(SATURATED, 4)


@pytest.mark.parametrize(("numbers", "n_max", "m"), [(PLAIN, 256, {2, 4, 8, 16, 32, 64, 128}), ((0, 1, 3), 3, {1})])
def test_layouts_show_from_two_to_half_of_the_window(numbers: tuple[int, ...], n_max: int, m: set[int]) -> None:
    candidates = list_candidates(numbers, n_max)
    assert {view.m for view in candidates if view.layout == "early"} == m
    assert View("filler", 0, n_max) in candidates and View.plain(0) in candidates
