"""Symmetries of a game: turns, mirrorings and shifts of its board, with or without an exchange of the players.

A symmetry maps every position to one that is played in just the same way: the legal moves there are the mapped
legal moves, and after a mapped move stands the mapped position. With `exchange` the pieces, counts and wins of X
become those of O, and the other player is to act.

Candidates are the maps of the board that keep its straight lines. Which of them the rules respect is not derived
from the atoms, of which one could be forgotten, but seen in the kernel: over the positions of a few random games,
all legal moves and all positions after them must map to each other, every field of the state included.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from quickstudy.tasks.games.board import Board, Coordinate
from quickstudy.tasks.games.game import Game
from quickstudy.tasks.games.notation import JUMP, PASS

States = NDArray[np.uint64]
Moves = NDArray[np.int32]
_GAMES = 3
_POSITIONS = 48  # looked at in each of the random games


@dataclass(frozen=True)
class Symmetry:
    """A map of positions: cell i goes to `cells[i]`, and with `exchange` the players change places."""

    cells: tuple[int, ...]
    exchange: bool = False

    def __matmul__(self, other: Symmetry) -> Symmetry:
        """The symmetry that maps first by `other`, then by this one."""
        return Symmetry(tuple(self.cells[cell] for cell in other.cells), self.exchange != other.exchange)

    def map_moves(self, moves: Moves) -> Moves:
        """The images of packed moves, int32 of any shape."""
        to, kind = self._image, (moves >> 12) & 7
        mapped = to[moves & 63] | to[(moves >> 6) & 63] << 6 | kind << 12
        mapped |= np.where(kind == JUMP, to[(moves >> 16) & 63] << 16, 0)
        return np.where(kind >= PASS, moves, mapped).astype(np.int32)

    def map_states(self, states: States) -> States:
        """The images of states, uint64 (..., 12)."""
        mapped = states.copy()
        mapped[..., :5] = self._map_masks(states[..., :5])
        last = states[..., 10] & np.uint64(0xFF)
        mapped[..., 10] ^= last ^ np.where(last > 0, self._image[last.astype(np.int64) - 1] + 1, 0).astype(np.uint64)
        if self.exchange:
            mapped[..., [0, 1, 8, 9]] = mapped[..., [1, 0, 9, 8]]
            mapped[..., 5] ^= np.uint64(1)
            won = (mapped[..., 7] == 1) | (mapped[..., 7] == 2)
            mapped[..., 7] = np.where(won, np.uint64(3) - mapped[..., 7], mapped[..., 7])
            placed = mapped[..., 10]
            x, o = placed >> np.uint64(16) & np.uint64(0xFFFF), placed >> np.uint64(32) & np.uint64(0xFFFF)
            points = placed >> np.uint64(48) & np.uint64(0xFF), placed >> np.uint64(56)
            mapped[..., 10] = placed & np.uint64(0xFFFF) | o << np.uint64(16) | x << np.uint64(32)
            mapped[..., 10] |= points[1] << np.uint64(48) | points[0] << np.uint64(56)
        return mapped

    @cached_property
    def _image(self) -> NDArray[np.int64]:
        return np.array([*self.cells, *range(len(self.cells), 64)])

    def _map_masks(self, masks: States) -> States:
        bits = np.unpackbits(masks.astype("<u8")[..., None].view(np.uint8), axis=-1, bitorder="little")
        mapped = np.empty_like(bits)
        mapped[..., self._image] = bits
        return np.packbits(mapped, axis=-1, bitorder="little").view("<u8")[..., 0].astype(np.uint64)


@lru_cache(maxsize=256)
def find_symmetries(game: Game) -> tuple[Symmetry, ...]:
    """All symmetries of a game that are symmetries of its board and its set-up: a group, with the identity first.

    They are accepted because nothing in the sample speaks against them, which is no proof.
    """
    sample = _Sample(game)
    group = [Symmetry(tuple(range(len(game.rules.board.cells))))]
    generators: list[Symmetry] = []
    judged = set(group)
    for candidate in (Symmetry(cells, exchange) for cells in map_board(game.rules.board) for exchange in (False, True)):
        if candidate in judged:
            continue
        if sample.agrees(candidate):
            generators.append(candidate)
            group = _extend(group, generators)
            judged.update(group)
        else:  # then it is none after a symmetry either
            judged.update(candidate @ symmetry for symmetry in group)
    return tuple(group)


def map_board(board: Board) -> list[tuple[int, ...]]:
    """All permutations of the cells that turn, mirror or shift the board and keep its lines; the identity first.

    `result[k][i]` is the cell to which map k moves cell i.
    """
    steps = list(board.steps.values())
    beside = np.array([[board.shift(cell, step) for step in steps] for cell in range(len(board.cells))])
    start, found = board.cells[0], []
    for form in _linear_maps(board):
        directions = [steps.index(_transform(form, step)) for step in steps]
        offsets = [_transform(form, (x - start[0], y - start[1])) for x, y in board.cells]
        for file, rank in board.cells:
            cells = [board.resolve((file + x, rank + y)) for x, y in offsets]
            if min(cells) >= 0 and len(set(cells)) == len(cells):
                image = np.array([*cells, -1])  # no cell (-1) goes to no cell
                if np.array_equal(beside[cells][:, directions], image[beside]):
                    found.append(tuple(cells))
    return list(dict.fromkeys(found))


def _linear_maps(board: Board) -> list[tuple[Coordinate, Coordinate]]:
    """The turns and mirrorings of the plane, as images of (1, 0) and (0, 1), the identity first."""
    forms = []
    for mirrored in (False, True):
        one, two = ((0, 1), (1, 0)) if mirrored else ((1, 0), (0, 1))
        for _ in range(4 if board.shape == "square" else 6):
            forms.append((one, two))
            one, two = ((-y, x) if board.shape == "square" else (-y, x + y) for x, y in (one, two))
    return forms


def _transform(form: tuple[Coordinate, Coordinate], place: Coordinate) -> Coordinate:
    one, two = form
    return one[0] * place[0] + two[0] * place[1], one[1] * place[0] + two[1] * place[1]


def _extend(group: list[Symmetry], generators: list[Symmetry]) -> list[Symmetry]:
    """The group that `generators` generate, from the one that all but the last of them generate (by its cosets)."""
    found, known, heads = list(group), set(group), [group[0]]
    for head in heads:
        for generator in generators:
            new = generator @ head
            if new not in known:
                heads.append(new)
                found += [new @ symmetry for symmetry in group]
                known.update(found[-len(group) :])
    return found


class _Sample:
    """Positions of a few random games, with all legal moves and the positions after them."""

    def __init__(self, game: Game) -> None:
        from quickstudy.tasks.games.kernel import successors

        self.tables, self.start = game.tables, game.start()
        rng = np.random.Generator(np.random.PCG64(int(game.rules.hash[:16], 16)))
        states, self.after = [], []
        for _ in range(_GAMES):
            path, state = [], self.start
            while not state[7]:
                moves, after = successors(game.tables, state)
                path.append((state, moves, after))
                state = after[rng.integers(len(moves))]
            chosen = np.unique(np.linspace(0, len(path) - 1, min(len(path), _POSITIONS)).astype(int))
            states += [path[i][0] for i in chosen]
            self.after += [path[i][1:] for i in chosen]
        self.states = np.array(states, np.uint64).reshape(-1, 12)

    def agrees(self, candidate: Symmetry) -> bool:
        """Whether the set-up maps to itself, and all moves and positions after them to those that the kernel finds."""
        from quickstudy.tasks.games.kernel import successors

        start = candidate.map_states(self.start)
        start[5] ^= np.uint64(candidate.exchange)
        if not np.array_equal(start, self.start):
            return False
        for state, (moves, after) in zip(candidate.map_states(self.states), self.after, strict=True):
            found, reached = successors(self.tables, state)
            if len(found) != len(moves):
                return False
            expected = candidate.map_moves(moves)
            here, there = np.argsort(found), np.argsort(expected)
            if not np.array_equal(found[here], expected[there]):
                return False
            if not np.array_equal(reached[here], candidate.map_states(after)[there]):
                return False
        return True
