"""Values of moves in chess and its variants: what one engine thinks of all of them in a search of many nodes.

There is one engine only, so its taste is not mixed with another's as in `values.py`: values call its own shallow
searches a little stronger than an engine of another make would.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from functools import partial
from typing import NamedTuple

import numpy as np
from scipy.special import expit

from quickstudy.tasks.chess_variants.position import DRAW, Position
from quickstudy.tasks.chess_variants.variant import Variant
from quickstudy.tasks.examples.chess_openings import chess_opening_plies, draw_opening
from quickstudy.tasks.examples.probe_sets import Values
from quickstudy.tasks.examples.win_odds import Floats, fit_scale_of
from quickstudy.tasks.opponents.chess_levels import choose_chess_move, find_chess_level
from quickstudy.tasks.opponents.engine_choice import EngineChoice
from quickstudy.tasks.opponents.engine_pool import borrow_engine
from quickstudy.tasks.opponents.ladder import Ladder
from quickstudy.tasks.seeds import new_generator

_MOVES = 20  # a usual number of legal moves, by which scores for the scale are searched about as deep as those of moves
_STRONGEST = 3  # levels whose games tell what a score is worth
_EVERY = 8  # plies from one position of a game that is scored for the scale to the next


class Spot(NamedTuple):
    """A position, the number of the start position of its game, and the moves since in SAN."""

    start: int
    steps: tuple[str, ...]
    position: Position


def value_chess_moves(
    variant: Variant, spot: Spot, scale: float, choice: EngineChoice, nodes: int
) -> tuple[Values, frozenset[str]]:
    """Value of each legal move to 3 digits by its SAN, and the moves whose value is proven.

    These end the game at once, or the engine has found a mate after them. `scale` is that of `fit_chess_scale`, and the
    legal moves share `nodes`. Both are empty where there is no choice. They follow from the arguments alone. Raises
    EngineFault.
    """
    position, values, proven = spot.position, Values(), set[str]()
    legal = position.list_moves()
    if len(legal) < 2:
        return {}, frozenset()
    with borrow_engine(variant.for_engine, choice) as engine:
        scores = engine.score_moves(variant.start(spot.start).fen, position.moves, nodes, legal)
    for move, score in scores.items():
        name, after = position.write_move(move), position.copy()
        after.push(move)
        result = after.result
        if result is not None:
            values[name] = 0.5 if result == DRAW else float(result == position.turn)
        elif score.mate is not None:
            values[name] = float(score.mate > 0)
        else:
            values[name] = round(float(expit(score.pawns / scale)), 3)
            continue
        proven.add(name)
    return values, frozenset(proven)


def fit_chess_scale(
    variant: Variant, ladder: Ladder, seed: int, choice: EngineChoice, nodes: int, pool: Executor
) -> float | None:
    """The engine's score, in hundredths of a pawn, that is worth one nat of log odds; None where scores say nothing.

    Fitted to games between the ladder's strongest levels, from every eighth position in which no mate was found. Those
    with random moves throw won games away, which says nothing about scores. `nodes` are those of a position whose moves
    are valued. Raises EngineFault.
    """
    return fit_scale_of(partial(_score_game, variant, ladder, seed, choice, nodes // _MOVES), pool)


def _score_game(
    variant: Variant, ladder: Ladder, seed: int, choice: EngineChoice, nodes: int, number: int
) -> tuple[Floats, Floats]:
    """Scores of some positions of a game for the player to move, and the points that this player got."""
    rng = new_generator("scale", variant.hash, ladder.version, seed, number)
    strongest = ladder.levels[-_STRONGEST:]
    pair = [strongest[int(rng.integers(len(strongest)))] for _ in range(2)]
    spots, result = play_chess_levels(variant, pair, rng, choice)
    scores, points = [], []
    for spot in spots[chess_opening_plies(variant) :: _EVERY]:
        position = spot.position
        with borrow_engine(variant.for_engine, choice) as engine:
            score = engine.score_position(variant.start(spot.start).fen, position.moves, nodes)
        if score.mate is None:
            scores.append(float(score.pawns))
            points.append(0.5 if result == DRAW else float(result == position.turn))
    return np.array(scores), np.array(points)


def play_chess_levels(
    variant: Variant, pair: Sequence[str], rng: np.random.Generator, choice: EngineChoice
) -> tuple[list[Spot], int]:
    """A game between two levels after a random opening: the position before each move, and the result.

    Raises EngineFault.
    """
    opening, players = draw_opening(variant, rng), [find_chess_level(name) for name in pair]
    seed = int(rng.integers(1 << 62))
    position, steps, spots = variant.start(opening.start), tuple[str, ...](), list[Spot]()
    fen, told = position.fen, variant.for_engine
    while (result := position.result) is None:
        ply, legal = len(position.moves), position.list_moves()
        if ply < len(opening.moves):
            move = opening.moves[ply]
        else:
            move = choose_chess_move(told, fen, position.moves, legal, players[position.turn], seed, choice)
        spots.append(Spot(opening.start, steps, position.copy()))
        steps = (*steps, position.write_move(move))
        position.push(move)
    return spots, result
