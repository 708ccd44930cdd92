"""Levels of chess: an engine at a fixed number of nodes, mixed with random moves; a move is a pure function of a seed.

Neither UCI_Elo nor Skill Level is used: they are not monotone, and they draw lots by the clock.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from quickstudy.tasks.opponents.chess_engine import Variant
from quickstudy.tasks.opponents.engine_choice import EngineChoice
from quickstudy.tasks.opponents.engine_pool import borrow_engine
from quickstudy.tasks.seeds import derive_seed

CALL_WORK, NODE_WORK = 200.0, 0.3  # what a search costs, in simulations of the board games (some 5 microseconds each)


@dataclass(frozen=True)
class ChessLevel:
    """An engine at a fixed setting, for chess and its variants.

    `engine` is `random` or `nodes`: a search limited to `budget` nodes. `epsilon` is the share of uniformly random
    moves in thousandths.
    """

    name: str
    engine: str
    budget: int = 0
    epsilon: int = 0

    @property
    def work(self) -> float:
        """Expected cost of a move in simulations of the board games, as `Level.work`."""
        return 1.0 + (self.most_work - 1.0) * (1000 - self.epsilon) / 1000

    @property
    def most_work(self) -> float:
        """Cost of a move that is searched for, in simulations: one seldom searched for can hang as well as any."""
        return 1.0 if self.engine == "random" else 1.0 + CALL_WORK + NODE_WORK * self.budget


def _mix(percent: int) -> ChessLevel:
    return ChessLevel(f"nodes-1-e{percent}", "nodes", 1, 10 * percent)


def _search(nodes: int) -> ChessLevel:
    return ChessLevel(f"nodes-{nodes}", "nodes", nodes)


CHESS_LEVELS: dict[str, ChessLevel] = {
    level.name: level
    for level in (
        ChessLevel("random", "random"),
        *(_mix(percent) for percent in (95, 90, 85, 80, 70, 60, 50, 40, 30, 20, 10, 5)),
        *(_search(nodes) for nodes in (1, 100, 300, 1000, 3000, 10000, 30000)),
    )
}
"""All levels, in the order in which their strength is expected to rise."""

MOST_NODES = 3000
CHESS_CANDIDATES = tuple(level for level in CHESS_LEVELS.values() if level.budget <= MOST_NODES)
"""Levels that a ladder can have: one of 10,000 nodes would cost a calibration as much as all these together."""


def find_chess_level(name: str) -> ChessLevel:
    """The level of that name. Raises ValueError listing the known ones."""
    if name not in CHESS_LEVELS:
        raise ValueError(f"unknown level {name!r}: choose one of {', '.join(CHESS_LEVELS)}")
    return CHESS_LEVELS[name]


def choose_chess_move(
    variant: Variant,
    fen: str,
    moves: Sequence[str],
    legal: Sequence[str],
    level: ChessLevel,
    seed: int,
    choice: EngineChoice | None = None,
) -> str:
    """The move (UCI) of a level after moves from a position, of the legal ones there: a pure function of all these.

    `seed` is the game's seed; the stream of the move follows from it and the number of moves. The order of `legal`
    does not matter. Raises EngineFault: a fault of the engine is never a move.
    """
    ordered = sorted(legal)
    rest, lot = divmod(derive_seed("chess move", seed, len(moves)) >> 1, 1000)  # seeds are odd
    if level.engine == "random" or lot < level.epsilon:
        return ordered[rest % len(ordered)]
    with borrow_engine(variant, choice) as engine:
        return engine.search(fen, moves, level.budget, ordered)
