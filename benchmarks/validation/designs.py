"""Experiments on planted learners: which views are played, and with how many games each, for a total that is given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from quickstudy.benchmarks.validation.planted import N_MAX, PLAIN, Planted, list_views
from quickstudy.scorers.allotment import allot_portions, list_candidates
from quickstudy.scorers.ceiling import Ceiling, find_ceiling
from quickstudy.scorers.planning import MATCHED, choose_m
from quickstudy.scorers.recall import View
from quickstudy.scorers.scale import SCALE, FloatArray

CELLS = len(list_views())
FIRST = PORTION = 0.5
"""Of the games of a cell that is played evenly: those of a plain cell before the rest is allotted, and of a portion."""


@dataclass
class Cells:
    """What is known of a learner: the games of each view, and its mean strength in them with a normal error.

    `matched` is the share of the information of perfectly matched games that its games have.
    """

    player: Planted
    rng: np.random.Generator
    matched: float = MATCHED
    games: dict[View, float] = field(default_factory=dict)
    elo: dict[View, float] = field(default_factory=dict)

    def play(self, view: View, games: float) -> None:
        """Play so many games more in a view."""
        found = self.player.strength(view) + float(self.rng.normal(0.0, self._error(games)))
        before = self.games.get(view, 0.0)
        self.games[view] = before + games
        self.elo[view] = (before * self.elo.get(view, 0.0) + games * found) / (before + games)

    def list_views(self) -> tuple[list[View], FloatArray, FloatArray]:
        """The views (C,), strengths and standard errors (C,)."""
        error = np.array([self._error(games) for games in self.games.values()])
        return list(self.elo), np.array(list(self.elo.values())), error

    def judge(self) -> Ceiling:
        """The ceiling that all cells so far give."""
        return find_ceiling(*self.list_views(), N_MAX)

    def _error(self, games: float) -> float:
        return float(2.0 * SCALE / np.sqrt(self.matched * games))


Design = Callable[[Cells, float], Ceiling]
"""Plays so many games in all, and returns the ceiling that the plain cells alone gave."""


def play_even(cells: Cells, games: float) -> Ceiling:
    """Every cell gets the same games; the padded layouts show the m that the plain cells call for."""
    return _play_layouts(cells, games, None)


def play_fixed(cells: Cells, games: float) -> Ceiling:
    """Every cell gets the same games; the padded layouts show 16 examples whatever the curve is."""
    return _play_layouts(cells, games, 16)


def play_allotted(cells: Cells, games: float) -> Ceiling:
    """Plain cells get half their games, and the rest goes in two rounds to where it should tell most of the cause."""
    return _allot(cells, games, 2)


def play_allotted_once(cells: Cells, games: float) -> Ceiling:
    """The same in one round, as a suite of two phases could play it."""
    return _allot(cells, games, 1)


def _play_layouts(cells: Cells, games: float, m: int | None) -> Ceiling:
    plain = list_views(None)
    for view in plain:
        cells.play(view, games / CELLS)
    ceiling = cells.judge()
    if m is None:
        m = choose_m(*cells.list_views(), N_MAX, rng=np.random.default_rng(0))
    for view in list_views(m)[len(plain) :]:
        cells.play(view, games / CELLS)
    return ceiling


def _allot(cells: Cells, games: float, rounds: int) -> Ceiling:
    for view in list_views(None):
        cells.play(view, FIRST * games / CELLS)
    ceiling, candidates = cells.judge(), list_candidates(PLAIN, N_MAX)
    for left in range(rounds, 0, -1):
        rest = (games - sum(cells.games.values())) / left
        portions = max(round(rest / (PORTION * games / CELLS)), 1)
        each, rng = rest / portions, np.random.default_rng(0)
        dealt = allot_portions(*cells.list_views(), N_MAX, candidates, portions, each, rng=rng)
        for view, number in zip(candidates, dealt.tolist(), strict=True):
            if number:
                cells.play(view, number * each)
    return ceiling
