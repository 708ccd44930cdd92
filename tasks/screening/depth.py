"""The dear step of screening: rungs of strength, and whether a learner gains from examples.

Both need rated levels, which are measured here only as well as a verdict needs.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from quickstudy.scorers.rating import Strength, estimate_strength
from quickstudy.tasks.direct import play_study
from quickstudy.tasks.examples.corpus import take_examples
from quickstudy.tasks.games.game import Game
from quickstudy.tasks.opponents.calibration import rate_levels
from quickstudy.tasks.opponents.ladder import write_ladder
from quickstudy.tasks.opponents.levels import find_level
from quickstudy.tasks.study import Study

MCTS = ("mcts-30", "mcts-100", "mcts-300", "mcts-1000")
ALPHABETA = ("alphabeta-1000-e75", "alphabeta-1000-e50", "alphabeta-1000-e25", "alphabeta-1000", "alphabeta-20000")
SD = 35.0
RUNG, LEAST_RUNGS = 100.0, 5
TOLERANCE = 70.0  # two standard deviations: a weaker level may look so much stronger
LEAST_GAIN, EXAMPLES, SETS = 300.0, 64, 8
LEARNERS = ("imitator", "scorer")


def screen_depth(game: Game, seed: int = 0, checkpoint: Path | None = None) -> dict[str, Any]:
    """Rate levels of two engine families; writes the rough ladder beside the spec. `reasons` say why it is rejected.

    A game without enough different example games is rejected before any level is rated.
    """
    try:
        take_examples(game, EXAMPLES, SETS, seed)
    except ValueError as error:
        return {"reasons": [f"examples: {error}"]}
    levels = [find_level(name) for name in ("random", *MCTS[:2], *ALPHABETA[:3], *MCTS[2:], *ALPHABETA[3:])]
    data = rate_levels(game, levels, SD, seed=seed, checkpoint=checkpoint)
    write_ladder(game, data)
    ratings = dict(zip(data["levels"], data["ratings"], strict=True))
    rungs = count_rungs(data["ratings"])
    report: dict[str, Any] = {"ratings": {name: round(rating) for name, rating in ratings.items()}, "rungs": rungs}
    reasons = []
    if rungs < LEAST_RUNGS:
        reasons.append(f"rungs: {rungs} levels with {RUNG:.0f} Elo between them")
    for family in (MCTS, ALPHABETA):
        for weaker, stronger in find_inversions([(name, ratings[name]) for name in family]):
            reasons.append(f"order: {stronger} is no stronger than {weaker}")
    return report | {"reasons": reasons}


def count_rungs(ratings: Sequence[float]) -> int:
    """The most levels of which each is at least `RUNG` Elo above the one before."""
    kept: list[float] = []
    for rating in sorted(ratings):
        if not kept or rating >= kept[-1] + RUNG:
            kept.append(rating)
    return len(kept)


def find_inversions(ratings: Sequence[tuple[str, float]]) -> list[tuple[str, str]]:
    """Neighbours of an ascending family of levels whose stronger one is rated lower than error explains."""
    return [(weaker, stronger) for (weaker, low), (stronger, high) in pairwise(ratings) if high < low - TOLERANCE]


def screen_learning(game: Game, seed: int = 0) -> dict[str, Any]:
    """Measure what the embedded learners gain from examples, against the ladder beside the spec.

    `gains` are Elo from none to `EXAMPLES` examples (null where a strength is undefined), within the ladder's ends.
    """
    gains: dict[str, float | None] = {}
    for learner in LEARNERS:
        before, after = (_measure(game, learner, n, seed) for n in (0, EXAMPLES))
        gains[learner] = None if before is None or after is None else float(round(after - before))
        if (gains[learner] or 0.0) >= LEAST_GAIN:
            break  # one learner that gains is enough
    best = max((gain for gain in gains.values() if gain is not None), default=0.0)
    reasons = (
        [] if best >= LEAST_GAIN else [f"learning: the best learner gains {best:.0f} Elo from {EXAMPLES} examples"]
    )
    return {"gains": gains, "reasons": reasons}


def _measure(game: Game, learner: str, n: int, seed: int) -> float | None:
    study = Study(str(game.folder / "rules.json"), examples=(n,), sets=SETS, seed=seed)
    table: dict[str, list[Any]] = {"opponent_elo": [], "result": [], "forfeit": [], "set": []}
    for record in play_study(study, f"quickstudy/{learner}"):
        for played in record["games"]:
            table["set"].append(str(record["set"]))
            for column in ("opponent_elo", "result", "forfeit"):
                table[column].append(played[column])
    return clip_strength(estimate_strength(table, ladder_ratings=study.ladder.ratings), study.ladder.ratings)


def clip_strength(strength: Strength, ratings: ArrayLike) -> float | None:
    """A strength in Elo with what is beyond the ladder's ends taken as its ends (a cautious gain).

    Of a perfect or zero score the bound is taken; None where there is none.
    """
    ladder = np.asarray(ratings, dtype=np.float64)
    if strength.flag == "below_floor":
        return float(ladder.min())
    found = [value for value in (strength.elo, strength.low, strength.high) if value is not None]
    return float(np.clip(found[0], ladder.min(), ladder.max())) if found else None
