"""How well a player understands its failures: the moves that it names as its worst against what each really lost.

Everything is per chain: figures are ratios of sums over the moves, games or positions of all chains, and their 95 %
intervals are Student's t over chains (each chain's share of the ratio's error, as in survey sampling). Regret is the
win probability that a move loses against the best one, and a mistake loses at least `MISTAKE` of it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.special import ndtri, stdtrit
from scipy.stats import kendalltau

MISTAKE = 0.1
"""Win probability that a move must lose to be called a mistake."""
FEWEST_PLAYERS = 4
"""Players from which on a correlation between them has an interval."""


class Figure(NamedTuple):
    """A figure with its 95 % interval over chains; NaN where it is not defined, or nothing tells its error."""

    value: float
    low: float
    high: float


_NOTHING = 1e-12
_SHARE = (0.0, 1.0)
UNKNOWN = Figure(math.nan, math.nan, math.nan)


def divide_sums(
    numerator: ArrayLike, denominator: ArrayLike, chain: ArrayLike, within: tuple[float, float] = (-math.inf, math.inf)
) -> Figure:
    """The ratio of two sums over rows (n,), with the interval, cut to what is possible, of `chain` (n,) as the unit.

    The error of the ratio R is that of the chains' sums of numerator - R denominator (Cochran 1977, chapter 6); where
    these are all the same, nothing tells the error. Raises ValueError for columns of different lengths.
    """
    top, bottom = (np.asarray(column, dtype=np.float64) for column in (numerator, denominator))
    number = np.unique(np.asarray(chain), return_inverse=True)[1]
    if not len(top) == len(bottom) == len(number):
        raise ValueError(f"a ratio needs columns of one length, got {len(top)}, {len(bottom)} and {len(number)}")
    total = float(bottom.sum())
    if not len(top) or total == 0.0:
        return UNKNOWN
    ratio, chains = float(top.sum()) / total, int(number.max()) + 1
    if chains < 2:
        return Figure(ratio, math.nan, math.nan)
    left = np.bincount(number, weights=top - ratio * bottom)
    error = math.sqrt(chains / (chains - 1) * float(left @ left)) / abs(total)
    if error < _NOTHING:
        return Figure(ratio, math.nan, math.nan)
    reach = float(stdtrit(chains - 1, 0.975)) * error
    return Figure(ratio, max(ratio - reach, within[0]), min(ratio + reach, within[1]))


NAMING = ("precision", "precision_chance", "found", "found_chance", "recall", "order", "understanding", "better")


def score_naming(moves: pd.DataFrame) -> dict[str, Figure]:
    """What readable reviews say against the regrets of all of the player's own moves in the games.

    `moves` has a row for each own move: `chain`, `generation`, `game`, `regret`, `rank` (1 the move named as the worst,
    0 not named) and `better_regret` (of the move that was called better; NaN without a legal one).

    | figure | meaning |
    |---|---|
    | precision | share of named moves that are mistakes |
    | precision_chance | the same of moves that are named at random, as many in each game |
    | found | share of games with a mistake whose worst move is among the named ones |
    | found_chance | the same of moves that are named at random |
    | recall | share of all mistakes that are named |
    | order | Kendall's tau-b of the order of naming and the regrets, mean over games that name several |
    | understanding | (regret of the first named - mean regret) / (greatest - mean), each summed over games |
    | better | win probability that the moves called better save, mean over those that are legal |

    Understanding is 0 for naming at random and 1 for always naming the worst; a review that names nothing counts 0.
    """
    games, orders = [], []
    for (chain, _, _), game in moves.groupby(["chain", "generation", "game"], sort=True):
        regret, rank = game["regret"].to_numpy(np.float64), game["rank"].to_numpy(np.int64)
        named, mistakes = rank > 0, regret >= MISTAKE
        first = float(regret[rank == 1].mean()) if (rank == 1).any() else float(regret.mean())
        worst = regret >= regret.max() - 1e-9
        share = named.sum() / len(game)
        games.append(
            {
                "chain": chain,
                "named": named.sum(),
                "hits": (named & mistakes).sum(),
                "expected": share * mistakes.sum(),
                "mistakes": mistakes.sum(),
                "failed": int(mistakes.any()),
                "found": int(mistakes.any() and (named & worst).any()),
                "found_chance": mistakes.any() * _chance(len(game), int(worst.sum()), int(named.sum())),
                "above": first - regret.mean(),
                "most": regret.max() - regret.mean(),
            }
        )
        if named.sum() > 1 and np.ptp(regret[named]) > 0.0:
            orders.append((chain, float(kendalltau(-rank[named], regret[named]).statistic)))
    table = pd.DataFrame(games)
    if table.empty:
        return dict.fromkeys(NAMING, UNKNOWN)
    legal = moves[moves["better_regret"].notna()]
    saved = legal["regret"] - legal["better_regret"]

    def ratio(top: str, bottom: str, within: tuple[float, float] = _SHARE) -> Figure:
        return divide_sums(table[top], table[bottom], table["chain"], within)

    ordered = np.array([tau for _, tau in orders])
    return {
        "precision": ratio("hits", "named"),
        "precision_chance": ratio("expected", "named"),
        "found": ratio("found", "failed"),
        "found_chance": ratio("found_chance", "failed"),
        "recall": ratio("hits", "mistakes"),
        "order": divide_sums(ordered, np.ones(len(ordered)), np.array([chain for chain, _ in orders]), (-1.0, 1.0)),
        "understanding": ratio("above", "most", (-math.inf, 1.0)),
        "better": divide_sums(saved, np.ones(len(saved)), legal["chain"]),
    }


def _chance(moves: int, worst: int, named: int) -> float:
    """The chance that any of so many `worst` moves is among `named` ones drawn from all without replacement."""
    return 1.0 - math.comb(moves - worst, named) / math.comb(moves, named)


REPAIRS = ("before", "after", "repaired", "spared")


def score_repairs(positions: pd.DataFrame) -> dict[str, Figure]:
    """What notes mend of the mistakes that were asked again.

    `positions` has a row for each: `chain`, `regret` (of the move in the game), and the regrets of the answers with the
    notes `before` and `after` (NaN for a forfeit). Rows that were no mistakes, or lack an answer, are left out.

    | figure | meaning |
    |---|---|
    | before | share in which the answer with the notes before is no mistake: what asking again mends by itself |
    | after | the same with the notes after |
    | repaired | after - before |
    | spared | win probability that the answers after save against those before, mean |
    """
    known = positions["before"].notna() & positions["after"].notna() & (positions["regret"] >= MISTAKE)
    rows = positions[known]
    one, before, after = np.ones(len(rows)), rows["before"] < MISTAKE, rows["after"] < MISTAKE
    return {
        "before": divide_sums(before, one, rows["chain"], _SHARE),
        "after": divide_sums(after, one, rows["chain"], _SHARE),
        "repaired": divide_sums(after.astype(int) - before.astype(int), one, rows["chain"]),
        "spared": divide_sums(rows["before"] - rows["after"], one, rows["chain"]),
    }


class Relation(NamedTuple):
    """How slopes of notes go with understanding over players: a line, and the correlation with its interval.

    `rise` is in Elo per generation for each unit of understanding, with its 95 % interval (Student's t with players -
    2 degrees of freedom). The correlation's interval is Fisher's, NaN for fewer than `FEWEST_PLAYERS`.
    """

    players: int
    rise: Figure
    correlation: Figure


def relate_players(scores: Mapping[str, float], slopes: Mapping[str, float]) -> Relation | None:
    """Fit the slope of notes (Elo per generation) on the understanding score of the players that have both, by name.

    The players are the unit: a player's own errors are a part of the scatter. None for fewer than three players, or
    where all have the same score.
    """
    names = [name for name in scores if math.isfinite(scores[name]) and math.isfinite(slopes.get(name, math.nan))]
    x, y = (np.array([found[name] for name in names], dtype=np.float64) for found in (scores, slopes))
    if len(names) < 3 or np.ptp(x) == 0.0:
        return None
    gap = x - x.mean()
    rise = float(gap @ y / (gap @ gap))
    rest = y - y.mean() - rise * gap
    error = math.sqrt(float(rest @ rest) / (len(names) - 2) / float(gap @ gap))
    reach = float(stdtrit(len(names) - 2, 0.975)) * error
    line = Figure(rise, rise - reach, rise + reach)
    if np.ptp(y) == 0.0:
        return Relation(len(names), line, UNKNOWN)
    r = float(np.clip(np.corrcoef(x, y)[0, 1], -1.0, 1.0))
    if len(names) < FEWEST_PLAYERS:
        return Relation(len(names), line, Figure(r, math.nan, math.nan))
    z = math.atanh(min(max(r, -1.0 + 1e-12), 1.0 - 1e-12))
    wide = float(ndtri(0.975)) / math.sqrt(len(names) - 3)
    return Relation(len(names), line, Figure(r, math.tanh(z - wide), math.tanh(z + wide)))
