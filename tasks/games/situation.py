"""Positions of board games as claims are decided of them, by the kernel."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from quickstudy.tasks.games.claims import Situation
from quickstudy.tasks.games.notation import format_move, parse_move
from quickstudy.tasks.games.rules import Rules
from quickstudy.tasks.games.tables import build_tables

State = NDArray[np.uint64]


class BoardSituation(Situation[int]):
    """A position by its state (12,); moves are packed."""

    def __init__(self, rules: Rules, state: State) -> None:
        from quickstudy.tasks.games.kernel import successors

        self.rules, self.state = rules, state
        legal, after = successors(build_tables(rules), state)
        self._after = {int(move): after[i] for i, move in enumerate(legal)}
        self.options = tuple(self._after)

    @property
    def mover(self) -> int:
        """Who is to act: 0 X, 1 O."""
        return int(self.state[5])

    def read_move(self, text: str) -> int | None:
        """The legal move that a text names in canonical notation."""
        return parse_move(self.rules, text, self.options)

    def write_move(self, move: int) -> str:
        """A move in canonical notation."""
        return format_move(self.rules, move)

    def find_result(self, move: int) -> int | None:
        """How a legal move ends the game."""
        result = int(self._after[move][7])
        return result - 1 if result else None

    def count_captured(self, move: int) -> int:
        """How many of the opponent's pieces are gone after it."""
        other = 1 - self.mover
        return int(self.state[other]).bit_count() - int(self._after[move][other]).bit_count()

    def follow(self, move: int) -> BoardSituation:
        """The situation after a legal move."""
        return BoardSituation(self.rules, self._after[move])
