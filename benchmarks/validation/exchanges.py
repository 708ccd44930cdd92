"""Check 32: whether the parts of what notes are worth, author x reader, have intervals that hold.

Strengths are drawn with effects of writing, of reading and of both together, or without any; chains differ in where
they start, in how good the notes of an author turn out, and in how a reader fares with them. Games are then played
against the nearest levels of a ladder and rated as in real runs.
"""

from __future__ import annotations

import numpy as np

from quickstudy.benchmarks.validation.check import Check
from quickstudy.benchmarks.validation.generations import CHAINS, GAMES, START_SD
from quickstudy.scorers.exchange import Split, split_gains
from quickstudy.scorers.firth import fit_ratings
from quickstudy.scorers.scale import FloatArray, expected_score

REPEATS = 1000
LADDER = np.arange(-200.0, 1201.0, 200.0)
MEAN, NOTES_SD, READING_SD = 300.0, 60.0, 25.0  # Elo: what notes add, and how it differs between chains
WRITING = np.array([80.0, 0.0, -80.0])
READING = np.array([40.0, -60.0, 20.0])
REMAINDER = 45.0 * (np.eye(3) - 1.0 / 3.0)
"""A reader makes more of its own notes: an author's features are those that it knows."""
PARTS = ("writing", "reading", "remainder")


def play(truth: FloatArray, rng: np.random.Generator) -> FloatArray:
    """The strengths that games of players of true strengths (...) show, each against its two nearest levels."""
    near = np.clip(np.searchsorted(LADDER, truth), 1, len(LADDER) - 1)
    games = np.zeros((*truth.shape, len(LADDER)))
    for level in (near - 1, near):
        np.put_along_axis(games, level[..., None], GAMES / 2, axis=-1)
    points = rng.binomial(games.astype(np.int64), expected_score(truth[..., None], LADDER)).sum(axis=-1)
    return fit_ratings(LADDER, games, points)


def split_once(rng: np.random.Generator, share: float) -> Split:
    """One experiment, with the effects times `share`."""
    start = rng.normal(0.0, START_SD, (CHAINS, 3))
    worth = MEAN + share * (WRITING[:, None] + READING + REMAINDER)
    worth = worth + rng.normal(0.0, NOTES_SD, (CHAINS, 3, 1)) + rng.normal(0.0, READING_SD, (CHAINS, 3, 3))
    return split_gains(play(start[:, None, :] + worth, rng), play(start, rng))


def measure_parts(rng: np.random.Generator, share: float) -> tuple[list[float], list[float]]:
    """How often the intervals of each part's effects hold, and those of its spread."""
    truths = {name: share * effect for name, effect in zip(PARTS, (WRITING, READING, REMAINDER), strict=True)}
    free = {"writing": 2, "reading": 2, "remainder": 4}
    held: dict[str, list[float]] = {name: [] for name in PARTS}
    spread: dict[str, list[bool]] = {name: [] for name in PARTS}
    for _ in range(REPEATS):
        found = split_once(rng, share)
        for name, truth in truths.items():
            effect, measured = getattr(found, name), getattr(found, f"{name}_spread")
            held[name].append(float(np.mean((effect.low <= truth) & (truth <= effect.high))))
            sd = float(np.sqrt((truth**2).sum() / free[name]))
            spread[name].append(measured.low <= sd <= measured.high)
    return [float(np.mean(held[name])) for name in PARTS], [float(np.mean(spread[name])) for name in PARTS]


def check_exchange(rng: np.random.Generator) -> Check:
    """Coverage of effects and spreads, with effects and without."""
    (effects, spreads), (none, none_spreads) = (measure_parts(rng, share) for share in (1.0, 0.0))
    coverage, least = [*effects, *none], min(*spreads, *none_spreads)
    return Check(
        32,
        f"exchange of notes, 3 authors x 3 readers, {CHAINS} chains of {GAMES} games a cell: effects of writing, "
        f"reading and both together of up to 80 Elo / no effects; {REPEATS} experiments each",
        "95 % intervals of each part hold .93 to .97, of spreads >= .90",
        f"{_show(effects)} / {_show(none)}; spreads {_show(spreads)} / {_show(none_spreads)}",
        all(0.93 <= share <= 0.97 for share in coverage) and least >= 0.90,
    )


def _show(shares: list[float]) -> str:
    return ", ".join(f"{share:.3f}" for share in shares)
