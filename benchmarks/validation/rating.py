"""Checks 1 to 5 and 7: ratings and their intervals, by simulated games against a ladder of known strengths."""

from __future__ import annotations

from itertools import product
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, stdtrit

from quickstudy.benchmarks.validation.check import Check
from quickstudy.scorers.firth import estimate_clusters, fit_rating, fit_ratings, half_score_elo
from quickstudy.scorers.rating import estimate_strength
from quickstudy.scorers.scale import SCALE, FloatArray, expected_score

LEVELS = np.arange(0.0, 1601.0, 200.0)
REPEATS = 2000  # Monte-Carlo error of a coverage of 0.95: 0.005


class Games(NamedTuple):
    """Cells: true ratings (B,), and levels, results and forfeits (B, C, M) of M games in each of C sets."""

    truth: FloatArray
    level: NDArray[np.intp]
    result: FloatArray
    forfeit: FloatArray


def play(
    rng: np.random.Generator,
    truth: FloatArray,
    sets: int,
    each: int,
    *,
    spread: float = 0.0,
    draws: float = 0.0,
    forfeit: float = 0.0,
    near: bool = True,
) -> Games:
    """Play cells whose rating differs by set (sd `spread`); draws follow Davidson's law with parameter `draws`.

    A share `forfeit` of the games is forfeited.

    Davidson's chances are taken at the gap whose expected score is that of the Elo scale, so that the true rating is
    the one that is estimated. Opponents are the three nearest levels, or any.
    """
    shape = (len(truth), sets, each)
    if near:
        nearest = np.argsort(np.abs(LEVELS - truth[:, None]), axis=1)[:, :3]
        level = nearest[np.arange(len(truth))[:, None, None], rng.integers(0, 3, shape)]
    else:
        level = rng.integers(0, len(LEVELS), shape)
    by_set = truth[:, None] + spread * rng.standard_normal((len(truth), sets))
    p = expected_score(by_set[:, :, None], LEVELS[level])
    b = draws * (0.5 - p)
    ratio = (np.sqrt(b**2 + 4.0 * p * (1.0 - p)) - b) / (2.0 * (1.0 - p))
    drawn = draws * ratio / (ratio**2 + draws * ratio + 1.0)
    luck = rng.random(shape)
    result = np.where(luck < p - 0.5 * drawn, 1.0, np.where(luck < p + 0.5 * drawn, 0.5, 0.0))
    lost = (rng.random(shape) < forfeit).astype(np.float64) if forfeit else np.zeros(shape)
    return Games(truth, level, result * (1.0 - lost), lost)


def estimate(games: Games) -> tuple[FloatArray, FloatArray]:
    """E50 (B,) and the half-width (B,) of its 95 % interval."""
    finished = 1.0 - games.forfeit
    played = np.stack([(finished * (games.level == j)).sum(axis=2) for j in range(len(LEVELS))], axis=-1)
    found = estimate_clusters(LEVELS, played, games.result.sum(axis=2), games.forfeit.sum(axis=2))
    return found.elo, np.asarray(float(stdtrit(found.df, 0.975)) * found.se)


def split_sets(games: Games) -> Games:
    """The same games, each as a set of its own."""
    shape = (len(games.truth), -1, 1)
    return Games(games.truth, games.level.reshape(shape), games.result.reshape(shape), games.forfeit.reshape(shape))


def check_oracle(rng: np.random.Generator) -> Check:
    """Check 1: the fit without penalty against statsmodels' binomial regression with an offset."""
    what, must = "rating without penalty = statsmodels GLM, 40 tables of 64 games", "difference < 0.1 Elo"
    try:
        import statsmodels.api as sm
    except ImportError:
        return Check(1, what, must, "not run: statsmodels is not installed", None)
    worst = 0.0
    for theta in np.repeat([-100.0, 437.0, 1037.0, 1700.0], 10):
        elo = rng.choice(LEVELS, 64)
        score = (rng.random(64) < expected_score(theta, elo)).astype(np.float64)
        score[:2] = 1.0, 0.5  # never perfect or zero: those have no maximum likelihood
        fit = sm.GLM(score, np.ones((64, 1)), family=sm.families.Binomial(), offset=-elo / SCALE).fit(tol=1e-12)
        worst = max(worst, abs(fit_rating(elo, score, penalty=False) - float(fit.params[0]) * SCALE))
    return Check(1, what, must, f"{worst:.0e} Elo", worst < 0.1)


def check_perfect_scores() -> Check:
    """Check 2: no point, all points and half of them against all levels."""
    elo = np.repeat(LEVELS, 4)
    zero, half, perfect = (fit_rating(elo, np.full(len(elo), share)) for share in (0.0, 0.5, 1.0))
    flags = []
    for share in (0.0, 1.0):
        table = {
            "opponent_elo": elo[4:-4],
            "result": np.full(len(elo) - 8, share),
            "forfeit": np.zeros(len(elo) - 8),
            "set": np.arange(len(elo) - 8) % 4,
        }
        found = estimate_strength(table, ladder_ratings=LEVELS)
        flags.append(found.flag == "one_sided" and (found.low is None) != (found.high is None))
    ordered = bool(np.isfinite([zero, perfect]).all() and zero < half < perfect)
    measured = f"{zero:.0f} < {half:.0f} < {perfect:.0f} Elo; {sum(flags)} of 2 flagged"
    return Check(2, "scores of 0 and 100 %", "finite, ordered, interval one-sided", measured, ordered and all(flags))


def check_bias(rng: np.random.Generator) -> Check:
    """Check 3: mean error from 100 Elo below the ladder to 100 above."""
    errors = []
    for theta, near, draws in product((-100.0, 37.0, 437.0, 837.0, 1237.0, 1563.0, 1700.0), (True, False), (0.0, 1.0)):
        games = play(rng, np.full(REPEATS, theta), 16, 4, draws=draws, near=near)
        errors.append(float(np.mean(estimate(games)[0] - theta)))
    worst = max(errors, key=abs)
    what = f"bias of 64 games, ladder ± 100 Elo, {len(errors)} cases of {REPEATS} players"
    return Check(3, what, "within 10 Elo", f"at most {worst:+.1f} Elo", abs(worst) <= 10)


def check_coverage(rng: np.random.Generator) -> Check:
    """Check 4: coverage of the intervals by example set."""
    found = []
    for (sets, each), spread, draws in product(((16, 2), (8, 4), (16, 4), (8, 8)), (0.0, 40.0, 80.0), (0.0, 1.0)):
        games = play(rng, rng.uniform(200.0, 1400.0, REPEATS), sets, each, spread=spread, draws=draws)
        elo, reach = estimate(games)
        found.append(float(np.mean(np.abs(elo - games.truth) <= reach)))
    mean, low, high = float(np.mean(found)), min(found), max(found)
    what = f"coverage of 95 % intervals, 32 and 64 games, {len(found)} cases of {REPEATS} players"
    passed = low >= 0.93 and high <= 0.98 and 0.94 <= mean <= 0.97
    return Check(4, what, ".93 to .98 each, mean .94 to .97", f"{low:.3f} to {high:.3f}, mean {mean:.3f}", passed)


def check_independent(rng: np.random.Generator) -> Check:
    """Check 5: the games of one set taken as independent, where sets differ by 80 Elo."""
    games = play(rng, rng.uniform(200.0, 1400.0, REPEATS), 1, 64, spread=80.0)
    elo, reach = estimate(split_sets(games))
    share = float(np.mean(np.abs(elo - games.truth) <= reach))
    what = "negative control: one set as independent games, sets 80 Elo apart"
    return Check(5, what, "must fail: coverage < .75", f"{share:.3f}", share < 0.75)


def check_misfit(rng: np.random.Generator) -> Check:
    """Check 7: a player of slope 0.5, and one who forfeits 15 % of the games, both matched adaptively."""
    theta, rate = 1037.0, 0.15
    flat = float(np.mean(_match(rng, theta, 0.5, 0.0) - theta))
    forfeiting = float(np.mean(_match(rng, theta, 1.0, rate)) - half_score_elo(theta, rate))
    return Check(
        7,
        f"adaptive: a player of slope 0.5 / of 15 % forfeits, {REPEATS} cells of 64 games",
        "bias within 30 / E50 within 10 Elo",
        f"{flat:+.1f} / {forfeiting:+.1f} Elo",
        abs(flat) <= 30 and abs(forfeiting) <= 10,
    )


def _match(rng: np.random.Generator, theta: float, slope: float, forfeit: float, games: int = 64) -> FloatArray:
    """E50 (B,) after `games`: a batch of eight spread over the ladder, then batches against the three nearest."""
    played, points, lost = np.zeros((REPEATS, len(LEVELS))), np.zeros(REPEATS), np.zeros(REPEATS)
    for batch in range(games // 8):
        if batch == 0:
            level = np.tile(np.arange(8), (REPEATS, 1))
        else:
            nearest = np.argsort(np.abs(LEVELS - fit_ratings(LEVELS, played, points)[:, None]), axis=1)[:, :3]
            level = nearest[:, np.arange(8) % 3]
        finished = rng.random(level.shape) >= forfeit
        won = (rng.random(level.shape) < expit(slope * (theta - LEVELS[level]) / SCALE)) & finished
        np.add.at(played, (np.arange(REPEATS)[:, None], level), finished.astype(np.float64))
        points, lost = points + won.sum(axis=1), lost + (~finished).sum(axis=1)
    return np.asarray(half_score_elo(fit_ratings(LEVELS, played, points), lost / games))
