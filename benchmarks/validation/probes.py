"""Checks 9 and 26: strength from probes of players whose style is not that of the ladder, and of those whose is.

Positions have twelve moves with known losses in logits. Levels choose noisily rationally, the softmax of minus beta
times the loss; the other style plays well but now and then a random move. A game is won by the side that lost less over
twenty moves, by a logistic law, and all ratings come from such games.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, softmax

from quickstudy.benchmarks.validation.check import Check
from quickstudy.scorers.bradley_terry import fit_ladder
from quickstudy.scorers.firth import fit_ratings
from quickstudy.scorers.probes import estimate_probe_strength, fit_mapping
from quickstudy.scorers.scale import FloatArray

MOVES, OWN_MOVES, PROBES, POOL = 12, 20, 400, 20_000
BETAS = np.geomspace(1.0, 20.0, 9)
LAPSES, SHARP = (0.05, 0.1, 0.2, 0.3), 12.0
OWN_STYLE = (1.2, 1.8, 3.0, 6.0, 14.0)
GAMES, REPEATS = 4000, 100


def _positions(rng: np.random.Generator, number: int) -> tuple[FloatArray, FloatArray]:
    """Losses in logits and in win probability of all moves of so many positions, both (number, MOVES)."""
    loss = rng.exponential(0.5, (number, MOVES))
    loss -= loss.min(axis=1, keepdims=True)
    value = rng.normal(0.0, 1.5, (number, 1))
    return loss, np.asarray(expit(value) - expit(value - loss))


def _chances(loss: FloatArray, beta: float, lapse: float = 0.0) -> FloatArray:
    chances: FloatArray = (1.0 - lapse) * softmax(-beta * loss, axis=1) + lapse / MOVES
    return chances


def _choose(chances: FloatArray, rng: np.random.Generator) -> NDArray[np.intp]:
    """The index of a move for each position."""
    over = np.cumsum(chances, axis=1) > rng.random((len(chances), 1)) * chances.sum(axis=1, keepdims=True)
    return np.asarray(over.argmax(axis=1))


def check_probes(rng: np.random.Generator) -> Check:
    """Check 9: bias and standard deviation of the Elo of 400 probes, for players that lapse."""
    biases, errors = _measure(rng, [(SHARP, lapse) for lapse in LAPSES])
    lapses = ", ".join(f"{lapse:.0%}" for lapse in LAPSES)
    what = f"strength from {PROBES} probes of players that move at random in {lapses} of the moves"
    return _check(9, what, biases, errors)


def check_own_style(rng: np.random.Generator) -> Check:
    """Check 26: the same for players of the ladder's own style, whose strength lies between its levels."""
    biases, errors = _measure(rng, [(beta, 0.0) for beta in OWN_STYLE])
    return _check(26, f"the same of {len(OWN_STYLE)} players of the ladder's own style", biases, errors)


def _check(number: int, what: str, biases: list[float], errors: list[float]) -> Check:
    return Check(
        number,
        what,
        "bias within 20, sd <= 40 Elo",
        f"bias {', '.join(f'{bias:+.0f}' for bias in biases)}; sd {', '.join(f'{error:.0f}' for error in errors)} Elo",
        max(map(abs, biases)) <= 20 and max(errors) <= 40,
    )


def _measure(rng: np.random.Generator, players: Sequence[tuple[float, float]]) -> tuple[list[float], list[float]]:
    """Bias and standard deviation in Elo for each player, its beta and its share of random moves."""
    loss, _ = _positions(rng, POOL)
    each = np.arange(POOL)

    def lose(beta: float, lapse: float = 0.0) -> FloatArray:
        return loss[each, _choose(_chances(loss, beta, lapse), rng)]

    def beat(own: FloatArray, other: FloatArray) -> float:
        ours, theirs = (rng.choice(side, (GAMES, OWN_MOVES)).sum(axis=1) for side in (own, other))
        return float((rng.random(GAMES) < expit(theirs - ours)).sum())

    levels = [lose(beta) for beta in BETAS]
    size = len(levels)
    points, number = np.zeros((size, size)), np.zeros((size, size))
    for i in range(size):
        for j in range(i + 1, min(i + 3, size)):
            points[i, j] = beat(levels[i], levels[j])
            points[j, i], number[i, j], number[j, i] = GAMES - points[i, j], GAMES, GAMES
    ratings = fit_ladder(points, number).ratings
    biases, errors = [], []
    for beta, lapse in players:
        own = lose(beta, lapse)
        true = float(fit_ratings(ratings, np.full(size, float(GAMES)), sum(beat(own, level) for level in levels)))
        off = []
        for _ in range(REPEATS):
            shown, regret = _positions(rng, PROBES)
            mapping = fit_mapping([(_chances(shown, level) * regret).sum(axis=1).mean() for level in BETAS], ratings)
            answers = regret[np.arange(PROBES), _choose(_chances(shown, beta, lapse), rng)]
            found = estimate_probe_strength(answers, (np.arange(PROBES) % 16).tolist(), mapping)
            if found.elo is not None:
                off.append(found.elo - true)
        biases.append(float(np.mean(off)))
        errors.append(float(np.std(off)))
    return biases, errors
