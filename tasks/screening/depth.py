"""The dear step of screening: rungs of strength, and whether a learner gains from examples.

Both need rated levels, which are measured here only as well as a verdict needs.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from quickstudy.scorers.rating import Strength, estimate_strength
from quickstudy.tasks.direct import play_study
from quickstudy.tasks.examples.corpus import take_examples
from quickstudy.tasks.games.game import Game
from quickstudy.tasks.opponents.calibration import describe_ladder, find_checkpoint, screen_levels, thin
from quickstudy.tasks.opponents.contest import BoardContest
from quickstudy.tasks.opponents.ladder import write_ladder
from quickstudy.tasks.opponents.levels import CANDIDATES
from quickstudy.tasks.study import Study

MCTS = ("mcts-30", "mcts-100", "mcts-300", "mcts-1000")
ALPHABETA = ("alphabeta-300-e75", "alphabeta-300-e50", "alphabeta-300-e25", "alphabeta-300", "alphabeta-3000")
RUNG, LEAST_RUNGS = 100.0, 5
TOLERANCE = 2.0  # standard deviations by which a weaker level may look stronger
LEAST_GAIN, EXAMPLES, SETS = 300.0, 64, 8
LEARNERS = ("imitator", "scorer")


def screen_depth(game: Game, seed: int = 0) -> dict[str, Any]:
    """Rate levels of two engine families; writes the rough ladder beside the spec. `reasons` say why it is rejected.

    A game without enough different example games is rejected before any level is rated. The games played here are the
    first ones of the game's calibration, which finds them in its checkpoint.
    """
    try:
        take_examples(game, EXAMPLES, SETS, seed)
    except ValueError as error:
        return {"reasons": [f"examples: {error}"]}
    levels = list(CANDIDATES)
    contest = BoardContest(game)
    tournament = screen_levels(contest, levels, seed, find_checkpoint(contest, levels, seed))
    fit, names = tournament.fit(), [level.name for level in levels]
    report: dict[str, Any] = {"ratings": {names[i]: float(round(fit.ratings[i])) for i in tournament.rungs}}
    thin(tournament)
    ladder = describe_ladder(tournament)
    rungs = count_rungs(ladder["ratings"])  # of all levels some would be far apart by the noise of a few games
    report["rungs"] = rungs
    write_ladder(game, ladder)
    reasons = []
    if rungs < LEAST_RUNGS:
        reasons.append(f"rungs: {rungs} levels with {RUNG:.0f} Elo between them")
    for family in (MCTS, ALPHABETA):
        places = [names.index(name) for name in family]
        for weaker, stronger in find_inversions(fit.ratings[places], fit.covariance[np.ix_(places, places)]):
            reasons.append(f"order: {family[stronger]} is no stronger than {family[weaker]}")
    return report | {"reasons": reasons}


def count_rungs(ratings: ArrayLike) -> int:
    """The most levels of which each is at least `RUNG` Elo above the one before."""
    kept: list[float] = []
    for rating in np.sort(np.asarray(ratings, dtype=np.float64)):
        if not kept or rating >= kept[-1] + RUNG:
            kept.append(float(rating))
    return len(kept)


def find_inversions(ratings: ArrayLike, covariance: ArrayLike) -> list[tuple[int, int]]:
    """Neighbours of an ascending family of levels whose stronger one is rated lower than error explains."""
    elo, cov = np.asarray(ratings, dtype=np.float64), np.asarray(covariance, dtype=np.float64)
    spread = np.sqrt(np.diag(cov)[:-1] + np.diag(cov)[1:] - 2 * np.diag(cov, 1))
    return [(int(i), int(i) + 1) for i in np.flatnonzero(np.diff(elo) < -TOLERANCE * spread)]


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
