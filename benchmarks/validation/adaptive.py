"""How much games tell of a strength under several ways to choose opponents, by simulation.

A cell's games are played by a planted player against the levels of a ladder: by phase 0 and matches that begin from
its frozen prior, by matches that each begin from the wide prior, in batches, or over the ladder in turn. There are no
draws.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from quickstudy.scorers.matching import Posterior, choose_level, freeze_prior
from quickstudy.scorers.scale import SCALE, Z95, FloatArray, expected_score

PHASED, COLD, SPREAD, BATCHED, UNIFORM = "phase 0", "cold", "cold, first pair spread", "batches", "uniform"
BETWEEN = 60.0  # Elo; sd of the sets around the player's strength
HALF_WIDTH = 50.0  # Elo


@dataclass(frozen=True)
class Scheme:
    """A way to choose opponents: its `name`, and the games of a match (or batch)."""

    name: str
    games: int = 8


def play_cell(
    ratings: ArrayLike, strength: float, scheme: Scheme, games: int, rng: np.random.Generator, between: float = 0.0
) -> FloatArray:
    """The opponents' Elo (games,) that a player of `strength` Elo meets; `between` is the sd of its sets in Elo.

    A batch is a match whose opponents are all chosen beforehand from the posterior of all games before; the first is
    spread over three levels. All other matches choose pair by pair, from what they know themselves.
    """
    levels = np.asarray(ratings, dtype=np.float64)
    wide = Posterior.wide(levels)
    prior, all_played, met = wide, wide, []
    for number in range(-(-games // scheme.games)):
        theta = strength + between * rng.standard_normal()
        posterior = all_played if scheme.name == BATCHED else prior
        played: list[tuple[float, float]] = []
        spread = [levels[round(q * (len(levels) - 1))] for q in (0.25, 0.5, 0.75)]
        for game in range(scheme.games):
            if game % 2 == 0 or scheme.name in (UNIFORM, BATCHED):
                if scheme.name == UNIFORM:
                    opponent = levels[(number * scheme.games + game) % len(levels)]
                elif scheme.name == BATCHED and number == 0:
                    opponent = spread[game % 3]
                elif scheme.name == SPREAD and game == 0:
                    opponent = levels[int(_spread(number) * len(levels))]
                elif game == 0 or scheme.name != BATCHED:
                    opponent = levels[choose_level(posterior, levels)]
            score = float(rng.random() < expected_score(theta, opponent))
            played.append((float(opponent), score))
            if scheme.name not in (UNIFORM, BATCHED):
                posterior = posterior.update(*played[-1])
        if scheme.name == BATCHED:
            for result in played:
                all_played = all_played.update(*result)
        if scheme.name == PHASED and number == 0:
            prior = freeze_prior(levels, played)
        met += [opponent for opponent, _ in played]
    return np.asarray(met[:games])


def _spread(number: int) -> float:
    """The van der Corput sequence: how the first pairs were spread before there was a phase 0."""
    return int(f"{number:b}"[::-1], 2) / 2 ** len(f"{number:b}") if number else 0.0


def count_matched(strength: float, opponents: FloatArray) -> FloatArray:
    """The information of the first 1, 2, ... games as so many games against opponents of equal strength."""
    p = expected_score(strength, opponents)
    return np.asarray(np.cumsum(4.0 * p * (1.0 - p)))


def measure_information(
    ratings: ArrayLike, strength: float, scheme: Scheme, games: int, cells: int, seed: int, between: float = BETWEEN
) -> float:
    """The mean over `cells` of the information of all `games`, in perfectly matched games."""
    rng = np.random.default_rng(seed)
    found = [
        count_matched(strength, play_cell(ratings, strength, scheme, games, rng, between))[-1] for _ in range(cells)
    ]
    return float(np.mean(found))


def measure_games(ratings: ArrayLike, scheme: Scheme, cells: int, seed: int, most: int = 1000) -> float:
    """The median games until the 95 % interval of a strength is ± 50 Elo, players spread evenly over the ladder.

    `most` is the games that are played; a median beyond is infinite. The interval is that of the information.
    """
    rng = np.random.default_rng(seed)
    levels = np.asarray(ratings, dtype=np.float64)
    wanted = 4.0 * (Z95 * SCALE / HALF_WIDTH) ** 2
    needed = []
    for _ in range(cells):
        strength = float(rng.uniform(levels.min(), levels.max()))
        reached = np.flatnonzero(count_matched(strength, play_cell(levels, strength, scheme, most, rng)) >= wanted)
        needed.append(float(reached[0] + 1) if len(reached) else np.inf)
    return float(np.median(needed))
