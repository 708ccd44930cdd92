"""Check 8: the errors of the committed ladders, and the coverage of intervals that include them."""

from __future__ import annotations

import numpy as np

from quickstudy.benchmarks.validation.check import Check
from quickstudy.scorers.rating import estimate_strength
from quickstudy.scorers.scale import expected_score
from quickstudy.tasks.games.game import list_games, load_game
from quickstudy.tasks.opponents.ladder import Ladder, LadderError, read_ladder

REPEATS = 1000


def read_ladders() -> dict[str, Ladder]:
    """The ladders of all games that have one, by the game's name."""
    ladders = {}
    for name in list_games():
        try:
            ladders[name] = read_ladder(load_game(name))
        except LadderError:
            continue
    return ladders


def check_ladders(rng: np.random.Generator) -> Check:
    """The largest standard error of a level, and the coverage of 256 games on the ladder that has it."""
    ladders = read_ladders()
    errors = {name: float(np.sqrt(np.diag(ladder.covariance).max())) for name, ladder in ladders.items()}
    name = max(errors, key=lambda game: errors[game])
    held = _cover(ladders[name], rng)
    return Check(
        8,
        f"{len(ladders)} committed ladders; {REPEATS} cells of 256 games on the least certain ({name})",
        "largest sd <= 15 Elo; coverage .92 to .98",
        f"{errors[name]:.1f} Elo; {held:.3f}",
        errors[name] <= 15 and 0.92 <= held <= 0.98,
    )


def _cover(ladder: Ladder, rng: np.random.Generator) -> float:
    held, ratings = 0, ladder.ratings
    for _ in range(REPEATS):
        true = ratings + rng.multivariate_normal(np.zeros(len(ratings)), ladder.covariance)
        theta = rng.uniform(ratings[1], ratings[-2])
        level = np.argsort(np.abs(ratings - theta))[rng.integers(0, 3, 256)]
        table = {
            "opponent_elo": ratings[level],
            "opponent": np.array(ladder.levels, dtype=object)[level],
            "result": (rng.random(256) < expected_score(theta, true[level])).astype(np.float64),
            "forfeit": np.zeros(256),
            "set": np.repeat(np.arange(16), 16),
        }
        found = estimate_strength(table, ladder_levels=ladder.levels, ladder_covariance=ladder.covariance)
        held += found.low is not None and found.high is not None and found.low <= theta <= found.high
    return held / REPEATS
