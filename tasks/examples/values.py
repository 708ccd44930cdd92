"""Values of moves: proven where a search can prove them, else what both families of engines think of them.

Alpha-beta and Monte Carlo tree search have different weaknesses, and each likes its own moves best: values of one
family alone call players of that family stronger than they are. So the value of a move that is not proven has three
parts of alpha-beta and one part of MCTS, mixed in log odds. Alpha-beta's score becomes log odds by a scale that is
fitted for each game to the results of finished games.
"""

from __future__ import annotations

from concurrent.futures import Executor
from functools import partial

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

from quickstudy.tasks.examples.openings import opening_plies
from quickstudy.tasks.examples.win_odds import fit_scale_of
from quickstudy.tasks.games.game import Game
from quickstudy.tasks.games.notation import format_move
from quickstudy.tasks.opponents.ladder import Ladder
from quickstudy.tasks.opponents.levels import Level, choose_move, find_level, workspace
from quickstudy.tasks.seeds import new_generator

State = NDArray[np.uint64]
Floats = NDArray[np.float64]

NODES, SIMULATIONS = 60_000, 4_000  # spent on a position, see `kernel.move_values`
WEIGHT = 0.75  # of alpha-beta, chosen by how well levels and learners are mapped (docs/measurements.md)
_MOVES = 20  # a usual number of legal moves, by which scores for the scale are searched as deep as those of moves
_SURE = 0.001


def value_moves(game: Game, state: State, seed: int, scale: float | None) -> tuple[dict[str, float], frozenset[str]]:
    """Value of each legal move to 3 digits by its canonical text, and the moves whose value is proven.

    `scale` is that of `fit_scale`. Both are empty where there is no choice.
    """
    from quickstudy.tasks.games.kernel import alphabeta, legal_moves, move_values, successors

    if len(legal_moves(game.tables, state)) < 2:
        return {}, frozenset()
    moves, values, exact = move_values(game.tables, state, NODES, SIMULATIONS, seed, workspace())
    if scale is not None and not exact.all():
        after = successors(game.tables, state)[1]
        scores = np.zeros(len(moves))
        for i in np.flatnonzero(~exact).tolist():
            score = alphabeta(game.tables, after[i], NODES // len(moves), workspace())[1]
            scores[i] = score if after[i][5] == state[5] else -score
        values = np.where(exact, values, mix(values, scores / scale))
    names = [format_move(game.rules, int(move)) for move in moves]
    rounded = {name: round(float(value), 3) for name, value in zip(names, values, strict=True)}
    return rounded, frozenset(name for name, proven in zip(names, exact, strict=True) if proven)


def mix(values: Floats, odds: Floats) -> Floats:
    """Values of MCTS (n,) from 0 to 1 and log odds of alpha-beta (n,) as one value each."""
    own = logit(np.clip(values, _SURE, 1.0 - _SURE))
    mixed: Floats = expit((1.0 - WEIGHT) * own + WEIGHT * odds)
    return mixed


def fit_scale(game: Game, ladder: Ladder, seed: int, pool: Executor) -> float | None:
    """Alpha-beta's score that is worth one nat of log odds; None where higher scores win no more often.

    Fitted to games between levels of the ladder's upper half, from all positions of which alpha-beta could not prove
    the value.
    """
    return fit_scale_of(partial(_score_game, game, ladder, seed), pool)


def _score_game(game: Game, ladder: Ladder, seed: int, number: int) -> tuple[Floats, Floats]:
    """Scores of a game's unproven positions for the player to move, and the points that this player got."""
    from quickstudy.tasks.games.kernel import alphabeta, apply

    rng = new_generator("scale", game.rules.hash, ladder.version, seed, number)
    upper = ladder.levels[len(ladder.levels) // 2 :]
    pair = [find_level(upper[int(rng.integers(len(upper)))]) for _ in range(2)]
    moves, states = play_levels(game, pair, rng)
    end = states[-1].copy()
    apply(game.tables, end, moves[-1])
    scores, points = [], []
    for state in states[opening_plies(game) :]:
        _, score, _, _, proven = alphabeta(game.tables, state, NODES // _MOVES, workspace())
        if not proven:
            scores.append(float(score))
            points.append(0.5 if int(end[7]) == 3 else float(int(end[7]) - 1 == int(state[5])))
    return np.array(scores), np.array(points)


def play_levels(game: Game, pair: list[Level], rng: np.random.Generator) -> tuple[list[int], list[State]]:
    """A game between two levels after a random opening: its moves, and the state before each."""
    from quickstudy.tasks.games.kernel import apply, legal_moves

    state, moves, states = game.start(), list[int](), list[State]()
    seed = int(rng.integers(1 << 62))
    while not state[7]:
        legal = legal_moves(game.tables, state)
        opening = len(moves) < opening_plies(game)
        move = int(rng.choice(legal)) if opening else choose_move(game, state, pair[int(state[5])], seed)
        states.append(state.copy())
        moves.append(move)
        apply(game.tables, state, move)
    return moves, states
