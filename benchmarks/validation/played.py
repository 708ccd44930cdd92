"""Check 31: how often the slope test finds a rise in chains that were really played, by players of known slope.

Chains are played once, against the ladder's levels, and dealt into experiments of eight at random, many times over;
within one deal no chain is in two experiments. The share of experiments in which a rise is found is the mean over
deals. A deal alone is as good as so many independent experiments; the mean of many is better, and its standard error
is the jackknife's over blocks of chains, which are independent.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from quickstudy.benchmarks.processes import map_processes
from quickstudy.benchmarks.validation.check import Check
from quickstudy.benchmarks.validation.generations import CHAINS, GAMES, GENERATIONS
from quickstudy.benchmarks.validation.graded import Graded
from quickstudy.reports.memory import rate_chains
from quickstudy.reports.tables import Matches, add_match, tabulate_games
from quickstudy.scorers.scale import FloatArray
from quickstudy.tasks.chains.course import Course
from quickstudy.tasks.direct import play_chains
from quickstudy.tasks.learners.learner import Learner
from quickstudy.tasks.study import Study

GAME = "zlerkim"  # short games and many openings; levels that search 10, 25 and 40 % of their moves are 95 to 326 Elo
STEP, WALK = 27.0, 33.0
"""Thousandths of searched moves that are worth 20 and 25 Elo there, by the ladder's ratings."""
PORTION = 40
DEALS, BLOCKS = 1000, 20


@dataclass(frozen=True)
class Pool:
    """Chains of one kind: what is said of them, how many, and who plays and who writes (the player, if None)."""

    what: str
    chains: int
    player: Callable[[], str | Learner]
    author: str | None = None


POOLS = {
    "deaf": Pool("real notes that the player does not read", 400, lambda: "greedy", "notebook"),
    "wandering": Pool("strength wanders by 25 Elo a generation", 400, lambda: Graded(0.0, WALK)),
    "rising": Pool("it also rises by 20", 240, lambda: Graded(STEP, WALK)),
}


def play_pool(name: str, numbers: Sequence[int]) -> list[list[float]]:
    """The strengths in Elo of these chains of a pool, at the start and after each generation."""
    pool, matches = POOLS[name], Matches()
    study = Study(GAME, examples=(0,), sets=max(numbers) + 1)
    course = Course(study, generations=GENERATIONS, games=2, budget=64, play_games=GAMES, practice="alphabeta")
    for record in play_chains(course, pool.player(), pool.author, numbers):
        if "notes" not in record:
            add_match(matches, f"chain {record['set']}", record)
    games: pd.DataFrame = tabulate_games(matches)
    found: list[list[float]] = rate_chains(games)[0].tolist()
    return found


class Share(NamedTuple):
    """The share of experiments in which a rise is found, its standard error, and the mean slope in Elo."""

    found: float
    error: float
    slope: float


def find_share(strengths: FloatArray, rng: np.random.Generator) -> Share:
    """How often experiments of eight of these chains (chains, points) are found to rise, one-sided at 5 %.

    There are at least 16 chains, so that some are left to deal where a block is left out.
    """
    x = np.arange(strengths.shape[1]) - (strengths.shape[1] - 1) / 2.0
    slopes = rng.permutation(strengths @ x / (x @ x))
    blocks = np.array_split(np.arange(len(slopes)), BLOCKS)
    without = np.array([deal(np.delete(slopes, block), rng) for block in blocks])
    error = float(np.sqrt((BLOCKS - 1) / BLOCKS * ((without - without.mean()) ** 2).sum()))
    return Share(deal(slopes, rng), error, float(slopes.mean()))


def deal(slopes: FloatArray, rng: np.random.Generator) -> float:
    """The mean share of experiments, over deals of chains of these `slopes`, that `fit_slopes` finds to rise."""
    experiments = len(slopes) // CHAINS
    critical = float(stdtrit(CHAINS - 1, 0.95))
    found = 0
    for _ in range(DEALS):
        dealt = rng.permutation(slopes)[: experiments * CHAINS].reshape(experiments, CHAINS)
        errors = dealt.std(axis=1, ddof=1) / CHAINS**0.5
        found += int((dealt.mean(axis=1) > critical * errors).sum())
    return found / (DEALS * experiments)


def check_played(rng: np.random.Generator, scale: float = 1.0) -> Check:
    """False alarms of two kinds of chains that do not rise, and rises found; `scale` shortens the pools."""
    counts = {name: max(int(pool.chains * scale), 2 * CHAINS) for name, pool in POOLS.items()}
    jobs = [
        (name, range(start, min(start + PORTION, count)))
        for name, count in counts.items()
        for start in range(0, count, PORTION)
    ]
    played: dict[str, list[list[float]]] = {name: [] for name in POOLS}
    for (name, _), part in zip(jobs, map_processes(play_pool, jobs), strict=True):
        played[name] += part
    shares = {name: find_share(np.array(rows), rng) for name, rows in played.items()}
    said = ", ".join(f"{counts[name]} chains: {pool.what}" for name, pool in POOLS.items())
    told = " / ".join(f"{s.found:.3f} ± {s.error:.3f} (slope {s.slope:+.1f})" for s in shares.values())
    return Check(
        31,
        f"slope of notes as 19, in real games of {GAME}, {GENERATIONS} generations of {GAMES} games; {said}",
        "found <= .065 / <= .065 / >= .80",
        told,
        shares["deaf"].found <= 0.065 and shares["wandering"].found <= 0.065 and shares["rising"].found >= 0.80,
    )
