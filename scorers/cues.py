"""The report test: the cues that a player says it goes by against those that its choices show.

What is used is fitted to a player's own choices: a conditional logit on cues of the positions that moves lead to. What
is told is a list of cues, the one that matters most first, each with the direction that is wanted. Everything is per
example set, since a player that learnt from other examples may go by other cues: figures are means or ratios of sums
over sets, with 95 % intervals over them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import chi2, kendalltau

from quickstudy.scorers.choices import Choices
from quickstudy.scorers.understanding import UNKNOWN, Figure, divide_sums

LEVEL = 0.05
"""A cue is used where leaving it out makes the choices less likely than chance does at this level."""
_CONSTANT = 1e-9

Values = NDArray[np.float64]
Sizes = NDArray[np.int64]


class Used(NamedTuple):
    """What choices show of each cue (K,): its weight, and the likelihood-ratio test's p of a weight of 0.

    Weights are in nats for one standard deviation of the cue among the options of a decision; a cue that no decision
    turns on has weight 0 and p 1.
    """

    weights: Values
    p: Values


def weigh_cues(options: Sequence[Values], chosen: Sequence[int]) -> Used:
    """Fit choices: `options` holds for each decision the cues (moves, K) of its options, and `chosen` which was taken.

    Raises ValueError where there is nothing to fit, or a choice is not among its options.
    """
    known, scaled, sizes, taken = _scale(options, chosen)
    weights, p = np.zeros(options[0].shape[1]), np.ones(options[0].shape[1])
    if not len(known):
        return Used(weights, p)
    whole = Choices(scaled, sizes, taken)
    fitted = whole.fit()
    weights[known] = fitted
    loss = whole.measure_loss(fitted)[0]
    for place, cue in enumerate(known):
        part = Choices(np.delete(scaled, place, axis=1), sizes, taken)
        without = part.measure_loss(part.fit(start=np.delete(fitted, place)))[0]
        p[cue] = chi2.sf(max(2.0 * (without - loss), 0.0), 1)
    return Used(weights, p)


def fit_cues(options: Sequence[Values], chosen: Sequence[int]) -> Values:
    """The weights (K,) of `weigh_cues` alone."""
    known, scaled, sizes, taken = _scale(options, chosen)
    weights = np.zeros(options[0].shape[1])
    if len(known):
        weights[known] = Choices(scaled, sizes, taken).fit()
    return weights


def _scale(options: Sequence[Values], chosen: Sequence[int]) -> tuple[NDArray[np.intp], Values, Sizes, Sizes]:
    """Which cues differ within decisions, these as standard deviations (all options, .), sizes and choices."""
    if not options or len(options) != len(chosen):
        raise ValueError(f"{len(options)} decisions and {len(chosen)} choices do not belong together")
    if any(not 0 <= taken < len(rows) for rows, taken in zip(options, chosen, strict=True)):
        raise ValueError("a choice is not among its options")
    centred = np.vstack([rows - rows.mean(axis=0) for rows in options])
    spread = np.sqrt((centred**2).mean(axis=0))
    known = np.flatnonzero(spread > _CONSTANT)
    sizes = np.array([len(rows) for rows in options], np.int64)
    return known, centred[:, known] / spread[known], sizes, np.asarray(chosen, np.int64)


def rank_cues(weights: Values, most: int) -> Values:
    """What an honest player would tell of weights (K,), as `told` has it: the largest `most`, with their signs."""
    told = np.zeros(len(weights))
    order = np.argsort(-np.abs(weights), kind="stable")[:most]
    told[order] = np.sign(weights[order]) * np.arange(most, most - len(order), -1)
    return told


def agree(told: Values, used: Values) -> float:
    """Kendall's tau-b of what is told and what is used (K,), with their signs; 0 where either says nothing."""
    if np.ptp(told) == 0.0 or np.ptp(used) == 0.0:
        return 0.0
    return float(kendalltau(told, used).statistic)


FIGURES = (
    *("agreement", "attainable", "others", "precision", "precision_chance"),
    *("recall", "recall_chance", "recall_most", "foils"),
)


def score_report(cues: pd.DataFrame, most: int) -> dict[str, Figure]:
    """What is told against what is used, over the sets whose answer could be read.

    `cues` has a row for each set, answer and cue: `set`, `match` (the number of the answer), `cue`, `foil` (1 for one
    that is in the list to be left out), `told` (0 for a cue not named, else larger the earlier it was named, of at most
    `most`, negative where less is wanted), `used` and `p` (of `weigh_cues`), and `used_odd`, `used_even`, the weights
    fitted to every other decision alone.

    | figure | meaning |
    |---|---|
    | agreement | Kendall's tau-b of told and used over all cues, with signs, mean over sets |
    | attainable | the same where the weights of one half of the choices are told of the other half |
    | others | agreement with what the choices with other sets show, mean over these |
    | precision | share of the named cues that are used, in the direction that was told |
    | precision_chance | the same of as many cues in directions drawn at random |
    | recall | share of the used cues that are named with their direction |
    | recall_chance | the same of as many cues in directions drawn at random |
    | recall_most | the same of the most cues that could be named, all of them right |
    | foils | share of the named cues that are foils |

    Agreement is 0 for telling at random, and for telling nothing.
    """
    rows = []
    answers = {name: part.sort_values("cue") for name, part in cues.groupby(["set", "match"], sort=True)}
    weights = {number: part["used"].to_numpy(np.float64) for (number, _), part in answers.items()}
    for (name, _), part in answers.items():
        told, used = part["told"].to_numpy(np.float64), weights[name]
        odd, even = (part[column].to_numpy(np.float64) for column in ("used_odd", "used_even"))
        found = part["p"].to_numpy(np.float64) < LEVEL
        named, right = told != 0.0, (told != 0.0) & found & (np.sign(told) == np.sign(used))
        others = [agree(told, weight) for other, weight in weights.items() if other != name]
        rows.append(
            {
                "set": name,
                "agreement": agree(told, used),
                "attainable": (agree(rank_cues(odd, most), even) + agree(rank_cues(even, most), odd)) / 2.0,
                "others": float(np.mean(others)) if others else np.nan,
                "named": named.sum(),
                "found": found.sum(),
                "most": min(int(found.sum()), most),
                "right": right.sum(),
                "chance": named.sum() * found.sum() / len(part) / 2.0,
                "foils": (named & (part["foil"].to_numpy() == 1)).sum(),
            }
        )
    table = pd.DataFrame(rows)
    if table.empty:
        return dict.fromkeys(FIGURES, UNKNOWN)

    def ratio(top: str, bottom: str) -> Figure:
        return divide_sums(table[top], table[bottom], table["set"], (0.0, 1.0))

    def mean(name: str) -> Figure:
        known = table[table[name].notna()]
        return divide_sums(known[name], np.ones(len(known)), known["set"], (-1.0, 1.0))

    return {
        **{name: mean(name) for name in FIGURES[:3]},
        "precision": ratio("right", "named"),
        "precision_chance": ratio("chance", "named"),
        "recall": ratio("right", "found"),
        "recall_chance": ratio("chance", "found"),
        "recall_most": ratio("most", "found"),
        "foils": ratio("foils", "named"),
    }
