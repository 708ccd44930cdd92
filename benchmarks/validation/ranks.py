"""Ranks of simulated players whose true order is known: how often the intervals hold it, and how wide they are."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from quickstudy.scorers.ranks import rank_players

MODELS, SD, SE = 50, 150.0, 25.0


class RankCheck(NamedTuple):
    """What the simulation found, as means over repetitions.

    `simultaneous_coverage` is the share of repetitions in which every true rank lies in its simultaneous interval,
    `marginal_coverage` the share of players whose true rank lies in their marginal one, and `marginal_at_once` the
    share of repetitions in which all marginal ones hold (which they do not promise). `false_separations` is the share
    of repetitions in which some player was found certainly above one who is as strong or stronger. Widths are highest
    minus lowest rank.
    """

    simultaneous_coverage: float
    marginal_coverage: float
    marginal_at_once: float
    false_separations: float
    marginal_width: float
    simultaneous_width: float
    tiers: float


def check_ranks(
    rng: np.random.Generator, repetitions: int = 400, *, models: int = MODELS, sd: float = SD, se: float = SE
) -> RankCheck:
    """Rank `models` players of true spread `sd` from estimates with error `se` (both Elo), over and over.

    With an `sd` of 0 nobody is above anybody, which is the hardest case for `false_separations` (0.05 at most).
    """
    error = np.full((models, models), np.sqrt(2.0) * se)
    rows = []
    for _ in range(repetitions):
        truth = rng.normal(0.0, sd, models)
        estimate = truth + rng.normal(0.0, se, models)
        ranks = rank_players(estimate[:, None] - estimate, error, np.inf, rng)
        best, worst = 1 + (truth[:, None] > truth).sum(axis=0), (truth[:, None] >= truth).sum(axis=0)
        marginal, simultaneous = (
            (found[:, 0] <= best) & (worst <= found[:, 1]) for found in (ranks.marginal, ranks.simultaneous)
        )
        rows.append(
            (
                simultaneous.all(),
                marginal.mean(),
                marginal.all(),
                (ranks.above & (truth[:, None] <= truth)).any(),
                np.ptp(ranks.marginal, axis=1).mean(),
                np.ptp(ranks.simultaneous, axis=1).mean(),
                ranks.tier.max(),
            )
        )
    return RankCheck(*(float(value) for value in np.mean(np.array(rows, dtype=np.float64), axis=0)))
