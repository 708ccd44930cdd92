"""Openings: random first moves of games, and the pool of test openings that is held out of all example games."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from quickstudy.tasks.games.game import Game
from quickstudy.tasks.games.notation import format_move, parse_move
from quickstudy.tasks.games.symmetry import find_symmetries
from quickstudy.tasks.seeds import new_generator

State = NDArray[np.uint64]
Opening = tuple[int, ...]

PLIES = (4, 6, 8)
ENOUGH = 1 << 13  # openings, so that each of the sets used most has more than 256 of its own
POOL_SIZE = 64
_CANDIDATES = 8 * POOL_SIZE
_WALKS = 512
_NODES = 1 << 14  # of a game's tree that are kept
_COMPARED = [0, 1, 2, 3, 4, 5, 11]


@lru_cache(maxsize=256)
def opening_plies(game: Game) -> int:
    """How many random plies a game begins with: the fewest of `PLIES` that give it `ENOUGH` different openings.

    Where none does, those that give it most.
    """
    counts: dict[int, float] = {}
    for plies in PLIES:
        counts[plies] = count_openings(game, plies)
        if counts[plies] >= ENOUGH:
            return plies
    return max(PLIES, key=lambda plies: counts[plies])


def count_openings(game: Game, plies: int) -> float:
    """About how many openings of so many plies leave a game unfinished.

    Knuth's estimate: the mean, over random walks, of the product of the numbers of legal moves (Estimating the
    efficiency of backtrack programs, 1975).
    """
    from quickstudy.tasks.games.kernel import apply, legal_moves

    rng, total = new_generator("plies", game.rules.hash, plies), 0.0
    for _ in range(_WALKS):
        state, product = game.start(), 1.0
        for _ in range(plies):
            legal = legal_moves(game.tables, state)
            product *= len(legal)
            apply(game.tables, state, int(legal[rng.integers(len(legal))]))
            if state[7]:
                product = 0.0
                break
        total += product
    return total / _WALKS


class OpeningTree:
    """The openings of a game, each picked by one number; the first positions met are kept, as most are met again."""

    def __init__(self, game: Game) -> None:
        self._game, self._plies = game, opening_plies(game)
        self._nodes: dict[Opening, tuple[State, list[int]]] = {}

    def pick(self, number: int) -> Opening:
        """The packed moves of the opening that a number from 0 to 2**63 - 1 picks; fewer where the game ends.

        For random numbers all legal moves of a ply are equally likely.
        """
        opening: Opening = ()
        for _ in range(self._plies):
            legal = (self._nodes.get(opening) or self.position_after(opening))[1]
            if len(legal) == 0:
                break
            number, choice = divmod(number, len(legal))
            opening = (*opening, legal[choice])
        return opening

    def position_after(self, opening: Opening) -> tuple[State, list[int]]:
        """State and legal moves after an opening; not to be changed."""
        from quickstudy.tasks.games.kernel import apply, legal_moves

        if opening in self._nodes:
            return self._nodes[opening]
        state = self._game.start()
        if opening:
            state = self.position_after(opening[:-1])[0].copy()
            apply(self._game.tables, state, opening[-1])
        node = state, legal_moves(self._game.tables, state).tolist()
        if len(opening) < self._plies and len(self._nodes) < _NODES:
            self._nodes[opening] = node
        return node


@lru_cache(maxsize=64)
def grow_tree(game: Game) -> OpeningTree:
    """The game's tree of openings."""
    return OpeningTree(game)


def position_key(state: State) -> bytes:
    """What makes two positions the same: pieces, burnt cells and side to act (not the ply or counts)."""
    return state[_COMPARED].tobytes()


def symmetric_keys(game: Game, states: State) -> list[bytes]:
    """What makes positions (n, 12) the same up to the game's symmetries: for each the least key of its images."""
    images = [_keys(symmetry.map_states(states)) for symmetry in find_symmetries(game)]
    return [min(keys) for keys in zip(*images, strict=True)]


def _keys(states: State) -> list[bytes]:
    """`position_key` of each of many states (n, 12)."""
    compared = np.ascontiguousarray(states[:, _COMPARED])
    found: list[bytes] = compared.view(f"V{8 * len(_COMPARED)}").ravel().tolist()
    return found


@lru_cache(maxsize=64)
def list_openings(game: Game) -> tuple[Opening, ...]:
    """The game's pool of test openings: tuples of packed moves of unfinished games.

    Their final positions differ, and none is another one turned, mirrored, shifted or with the players exchanged.
    At most `POOL_SIZE`; in small games a quarter of all openings that differ so, so that examples keep the others.
    Raises ValueError for a game that is over before.
    """
    tree, plies = grow_tree(game), opening_plies(game)
    numbers = new_generator("opening", game.rules.hash).integers(1 << 63, size=_CANDIDATES).tolist()
    openings = [opening for opening in dict.fromkeys(map(tree.pick, numbers)) if len(opening) == plies]
    openings = [opening for opening in openings if len(tree.position_after(opening)[1])]
    if not openings:
        raise ValueError(f"the game {game.name} is over within {plies} plies: it has no test openings")
    pool: dict[bytes, Opening] = {}
    for key, opening in zip(symmetric_keys(game, _final_states(game, openings)), openings, strict=True):
        pool.setdefault(key, opening)
    return tuple(pool.values())[: min(POOL_SIZE, max(1, len(pool) // 4))]


@lru_cache(maxsize=64)
def held_out_positions(game: Game) -> frozenset[bytes]:
    """Keys of the final positions of all test openings and of their images; no example game may pass through one."""
    states = _final_states(game, list_openings(game))
    return frozenset(key for symmetry in find_symmetries(game) for key in _keys(symmetry.map_states(states)))


def draw_practice(game: Game, rng: np.random.Generator) -> Opening:
    """A random opening of a game to learn from: it does not end where a test opening or an image of one does.

    Raises ValueError where none is found in `_CANDIDATES` draws.
    """
    tree, plies = grow_tree(game), opening_plies(game)
    for _ in range(_CANDIDATES):
        opening = tree.pick(int(rng.integers(1 << 63)))
        if len(opening) == plies:
            state, legal = tree.position_after(opening)
            if legal and position_key(state) not in held_out_positions(game):
                return opening
    raise ValueError(f"the game {game.name} has too few openings beside those that it is tested with")


def write_opening(game: Game, opening: Opening) -> str:
    """An opening as canonical moves separated by spaces."""
    return " ".join(format_move(game.rules, move) for move in opening)


def parse_opening(game: Game, moves: Sequence[str]) -> Opening:
    """The opening that a game in canonical notation begins with. Raises ValueError for moves that are not legal."""
    from quickstudy.tasks.games.kernel import apply, legal_moves

    state, opening = game.start(), list[int]()
    for text in moves[: opening_plies(game)]:
        move = parse_move(game.rules, text, legal_moves(game.tables, state).tolist())
        if move is None:
            raise ValueError(f"{text} is no legal move of {game.name}")
        opening.append(move)
        apply(game.tables, state, move)
    return tuple(opening)


def _final_states(game: Game, openings: list[Opening] | tuple[Opening, ...]) -> State:
    return np.array([grow_tree(game).position_after(opening)[0] for opening in openings])
