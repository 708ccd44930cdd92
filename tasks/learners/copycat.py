"""The copycat: plays the move of the most similar example position. It needs no rules."""

from __future__ import annotations

import re
from functools import lru_cache, reduce

import numpy as np
from numpy.typing import NDArray

from quickstudy.tasks.learners.features import Codes, Features
from quickstudy.tasks.learners.fitting import encode_positions, list_decisions
from quickstudy.tasks.learners.learner import Learner, draw
from quickstudy.tasks.learners.prompt import Evidence, Question, State

CELLS = 256
_SIGN = re.compile(r"x|[^a-z0-9]")


class Copycat(Learner):
    """Nearest neighbour by the number of cells that differ, among example positions with the same player to move.

    With rules it compares the positions that moves lead to: it plays the move whose result is nearest to one that a
    strong player reached. Without rules it traces boards from the notation alone (a move empties one cell and fills
    another), in the examples as in the current game, and repeats the nearest position's move.
    """

    name = "copycat"

    def choose(self, evidence: Evidence, question: Question, state: State, after: NDArray[np.uint64]) -> int:
        """The move whose result is nearest to an example's; ties follow from the text."""
        reached = _reached(evidence)
        if not reached.size:
            return draw(question, self.name, len(after))
        features = evidence.features
        planes = _pack(features, features.encode(np.vstack([state, after]), int(state[5])))
        here, results = planes[:, :1], planes[:, 1:]
        # moves change few cells, so no example much farther from here than the nearest is any result's nearest
        away, most = _distance(here, reached)[0], int(_distance(here, results).max())
        distance = _distance(results, reached[:, away <= int(away.min()) + 2 * most]).min(axis=1)
        nearest = np.flatnonzero(distance == distance.min())
        return int(nearest[draw(question, self.name, len(nearest))])

    def copy_move(self, evidence: Evidence, question: Question) -> str | None:
        """The nearest example's move that starts on an own cell and does not end on one."""
        board, ply = _trace(evidence, question.moves)[-1], len(question.moves)
        me = mover_at(evidence, ply)
        ranked = self._nearest(evidence, question)[question.retries :]
        for text in ranked:
            start, end = _ends(text)
            if text == "swap" and ply == 1:
                return text
            if end and board[_place(evidence, start or end)] in ((0, 1 + me) if start else (0,)):
                return text
        return ranked[0] if ranked else None

    def recall_move(self, evidence: Evidence, question: Question) -> str | None:
        """What follows the moves so far in the line of the game asked for, if that is in view and as long."""
        played = len(question.moves)
        found = (game.moves for game in evidence.games if game.number == question.replayed)
        line = next((moves for moves in found if moves[:played] == question.moves and len(moves) > played), None)
        return None if line is None or question.retries else line[played]

    def _nearest(self, evidence: Evidence, question: Question) -> list[str]:
        boards, movers, moves = _memory(evidence)
        if not len(boards):
            return []
        same = np.flatnonzero(movers == mover_at(evidence, len(question.moves)))
        if not len(same):
            return []
        distance = np.count_nonzero(boards[same] != _trace(evidence, question.moves)[-1], axis=1)
        order = same[np.argsort(distance, kind="stable")]
        return list(dict.fromkeys(moves[i] for i in order[:64]))


@lru_cache(maxsize=64)
def _reached(evidence: Evidence) -> NDArray[np.uint64]:
    """Bits (planes, positions) of the positions that the examples' moves led to, as their movers see them."""
    features = evidence.features
    decisions = list_decisions(evidence)
    reached = [d.after[d.chosen : d.chosen + 1] for d in decisions] or [np.zeros((0, 12), np.uint64)]
    codes = encode_positions(features, reached, [d.mover for d in decisions] or [0])
    return np.unique(_pack(features, codes), axis=1)


def _pack(features: Features, codes: Codes) -> NDArray[np.uint64]:
    """Codes (positions, cells) as bits (planes, positions): cells differ where the bits of any plane do."""
    digits = np.arange((features.codes - 1).bit_length())[:, None, None]
    bits = (codes >> digits & 1).astype(np.uint64) << features.shifts
    return np.asarray(np.bitwise_or.reduce(bits, axis=2), dtype=np.uint64)


def _distance(some: NDArray[np.uint64], others: NDArray[np.uint64]) -> NDArray[np.uint8]:
    """In how many cells positions (planes, n) differ from others (planes, m): (n, m)."""
    differs = reduce(np.bitwise_or, some[:, :, None] ^ others[:, None, :])
    return np.asarray(np.bitwise_count(differs), dtype=np.uint8)


@lru_cache(maxsize=64)
def _memory(evidence: Evidence) -> tuple[NDArray[np.int8], NDArray[np.int64], list[str]]:
    """All example positions with a choice: boards (positions, CELLS), the player to move, the move made."""
    boards, movers, moves = [], [], []
    for game in evidence.games:
        traced = _trace(evidence, game.moves)
        for ply in range(game.first, len(game.moves)):
            boards.append(traced[ply])
            movers.append(mover_at(evidence, ply))
            moves.append(game.moves[ply])
    table = np.array(boards, np.int8) if boards else np.zeros((0, CELLS), np.int8)
    return table, np.array(movers, np.int64), moves


@lru_cache(maxsize=4096)
def _trace(evidence: Evidence, moves: tuple[str, ...]) -> NDArray[np.int8]:
    """Boards (plies + 1, CELLS) traced from notation: 0 unknown or empty, 1 X, 2 O where a piece was seen to go."""
    boards = np.zeros((len(moves) + 1, CELLS), np.int8)
    for ply, text in enumerate(moves):
        board = boards[ply + 1]
        board[:] = boards[ply]
        start, end = _ends(text)
        if text == "swap":
            board[board == 1] = 2
        if start:
            board[_place(evidence, start)] = 3
        if end:
            board[_place(evidence, end)] = 1 + ply % 2
    return boards


def _ends(text: str) -> tuple[str, str]:
    """The cells where a move starts and ends, "" for none: placements start on none, passes and swaps have neither.

    Between the two stands a sign, whatever the notation: an x or what is neither letter nor number.
    """
    start, _, end = _SIGN.sub("-", text).rpartition("-")
    return ("", "") if text in ("pass", "swap") else (start, end)


def mover_at(evidence: Evidence, ply: int) -> int:
    """Who acts at a ply (0 X, 1 O): in turn, unless the rules that were read give two actions a turn."""
    double = evidence.rules is not None and evidence.known_rules.double
    return (ply + 1) // 2 % 2 if double else ply % 2


def _place(evidence: Evidence, cell: str) -> int:
    """A number of its own for each cell that is named; which one does not matter to distances."""
    return evidence.places.setdefault(cell, len(evidence.places)) % CELLS
