"""The strength of one cell: E50 with its interval, or the flag that says why it has none.

What is reported, with f the share of forfeited games and "finished" the games played to an end:

| case | flag | elo | low | high |
|---|---|---|---|---|
| no scored game | "" | null | null | null |
| f >= 1/2 | below_floor | null | null | null |
| all finished games lost, floor level met | below_floor | null | null | bound |
| all finished games lost, floor never met | one_sided | null | null | bound |
| all finished games won, top level met | above_top | null | bound (null if f may be >= 1/2) | null |
| all finished games won, top never met or not given | one_sided | null | the same | null |
| 95 % interval wholly under the floor | below_floor | null | null | high |
| anything else | "" | E50 | low | high |

The floor is the weakest level, the random mover at 0 unless the ladder's ratings say otherwise. A player
equal to it scores half there, has an interval around 0, and is therefore measured, not flagged. A player that
scores well but not perfectly against the top level is measured too, above the ladder: its points are
two-sided evidence, as inside.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betaincinv, log_expit, stdtrit

from quickstudy.scorers.firth import (
    ClusterEstimate,
    estimate_clusters,
    half_score_elo,
)
from quickstudy.scorers.scale import ONE_SIDED_Z95, SCALE, Z95, FloatArray, expected_score

if TYPE_CHECKING:
    import pandas as pd

Flag = Literal["", "below_floor", "above_top", "one_sided"]


@dataclass(frozen=True)
class Strength:
    """The strength of one cell; ratings and errors in Elo, rates as shares, `None` where not defined.

    `elo` is E50 and [`low`, `high`] its 95 % interval; both follow the table of this module. `theta` is the
    play strength over finished games (penalised, so finite; `None` if all games were forfeited) and
    `forfeit_low`, `forfeit_high` the 95 % Jeffreys interval of `forfeit_rate`. `se` is the root of
    `se_games`^2 + `se_ladder`^2 and is `None` where `elo` is; drop `se_ladder` for contrasts within one
    ladder, where it cancels. `chi2` with `df` degrees of freedom measures the misfit over opponents (draws
    make it small). `clusters` counts example sets: with 1 the interval takes games as independent and knows
    nothing of the spread between sets, so it is too narrow.
    """

    elo: float | None
    low: float | None
    high: float | None
    games: int
    forfeits: int
    flag: Flag
    theta: float | None
    forfeit_rate: float | None
    forfeit_low: float | None
    forfeit_high: float | None
    se: float | None
    se_games: float | None
    se_ladder: float
    chi2: float
    df: int
    clusters: int


def forfeit_interval(forfeits: int, games: int) -> tuple[float, float]:
    """Return the 95 % Jeffreys interval of a forfeit rate; its end is 0 or 1 exactly at 0 or all forfeits."""
    low = float(betaincinv(forfeits + 0.5, games - forfeits + 0.5, 0.025)) if forfeits > 0 else 0.0
    high = float(betaincinv(forfeits + 0.5, games - forfeits + 0.5, 0.975)) if forfeits < games else 1.0
    return low, high


def estimate_strength(
    games: pd.DataFrame | Mapping[str, ArrayLike],
    *,
    ladder_levels: Sequence[str] | None = None,
    ladder_ratings: ArrayLike | None = None,
    ladder_covariance: ArrayLike | None = None,
    estimate: ClusterEstimate | None = None,
) -> Strength:
    """Estimate the strength of one cell from its games.

    `games` has columns (or keys) `opponent_elo`, `result` (1, 0.5, 0; NaN rows were not scored and are
    dropped), `forfeit` (0 or 1, result 0), `set` (the example set, the statistical cluster) and, where
    `ladder_covariance` is given, `opponent`. `ladder_ratings` (L,) name the floor and the top;
    `ladder_covariance` (L, L), Elo squared, with `ladder_levels` (L names) adds the ladder's own error w'
    Sigma w. `estimate` is the cell's own where it is known already (`estimate_cells` finds many at once, at a
    fraction of the time). Raises `ValueError` for missing columns, values out of range, or an opponent that is
    not on the ladder.

    The interval is E50 ± sqrt((t se_games)^2 + (1.96 se_ladder)^2), t with sets - 1 degrees of freedom. It
    holds the uncertainty of f by the delta method, jointly with theta's by set. One set has no spread to
    measure, so its games are taken as independent clusters instead. The bounds of perfect and zero scores are
    one-sided at 95 %: the rating at which such a score has probability 0.05, shifted by f's own bound where
    there are forfeits.
    """
    table = _read(games)
    if len(table.elo) == 0:
        return Strength(None, None, None, 0, 0, "", None, None, None, None, None, None, 0.0, 0.0, 0, 0)
    clusters = int(table.cluster.max()) + 1
    cluster = table.cluster if clusters > 1 else np.arange(len(table.elo))
    levels, level = np.unique(table.elo, return_inverse=True)
    finished = table.forfeit == 0
    played = np.zeros((int(cluster.max()) + 1, len(levels)))
    np.add.at(played, (cluster[finished], level[finished]), 1.0)
    points, forfeited = _sum_by(cluster, table.result), _sum_by(cluster, table.forfeit)
    if estimate is None:
        estimate = estimate_clusters(levels, played, points, forfeited)
    number, lost, scored = len(table.elo), int(table.forfeit.sum()), float(table.result.sum())
    met = played.sum(axis=0)
    weights = _ladder_weights(table, finished, float(estimate.theta), ladder_levels, ladder_covariance)
    sigma = np.zeros((1, 1)) if ladder_covariance is None else np.asarray(ladder_covariance, dtype=np.float64)
    se_ladder = max(float(weights @ sigma @ weights), 0.0) ** 0.5
    chi2, df = _misfit(levels, met, _sum_by(level, table.result), float(estimate.theta))

    ladder = np.array([0.0]) if ladder_ratings is None else np.asarray(ladder_ratings, dtype=np.float64)
    floor, top = float(ladder.min()), float(ladder.max()) if ladder_ratings is not None else np.inf
    rate = forfeit_interval(lost, number)
    elo: float | None = float(estimate.elo)
    se_games: float | None = float(estimate.se)
    low: float | None
    high: float | None
    flag: Flag = ""
    if 2 * lost >= number:
        low, high, flag = None, None, "below_floor"
    elif scored <= 0.0:
        low, high = None, _bound(levels, met, -1, rate[0], se_ladder)
        flag = "below_floor" if table.elo[finished].min() <= floor else "one_sided"
    elif scored >= number - lost:
        # without forfeits the rate is taken as 0, as the two-sided interval takes it
        low, high = _bound(levels, met, 1, rate[1] if lost else 0.0, se_ladder), None
        flag = "above_top" if table.elo[finished].max() >= top else "one_sided"
    else:
        t = float(stdtrit(max(estimate.df, 1), 0.975))
        reach = float(np.hypot(t * estimate.se, Z95 * se_ladder))
        low, high = float(estimate.elo) - reach, float(estimate.elo) + reach
        if high < floor:
            flag, low = "below_floor", None
    if flag:
        elo = se_games = None
    return Strength(
        elo=elo,
        low=low,
        high=high,
        games=number,
        forfeits=lost,
        flag=flag,
        theta=float(estimate.theta) if lost < number else None,
        forfeit_rate=lost / number,
        forfeit_low=rate[0],
        forfeit_high=rate[1],
        se=None if se_games is None else float(np.hypot(se_games, se_ladder)),
        se_games=se_games,
        se_ladder=se_ladder,
        chi2=chi2,
        df=df,
        clusters=clusters,
    )


@dataclass(frozen=True)
class _Games:
    """Checked columns of the scored games, each of shape (games,); `cluster` numbers the sets from 0."""

    elo: FloatArray
    result: FloatArray
    forfeit: FloatArray
    cluster: NDArray[np.intp]
    opponent: NDArray[np.object_] | None


def _read(games: pd.DataFrame | Mapping[str, ArrayLike]) -> _Games:
    missing = [name for name in ("opponent_elo", "result", "forfeit", "set") if name not in games]
    if missing:
        raise ValueError(f"the table of games lacks the columns {', '.join(missing)}")
    elo, result, forfeit = (
        np.asarray(games[name], dtype=np.float64).reshape(-1) for name in ("opponent_elo", "result", "forfeit")
    )
    sets = np.asarray(games["set"]).reshape(-1)
    names = np.asarray(games["opponent"], dtype=object).reshape(-1) if "opponent" in games else None
    lengths = {len(column) for column in (elo, result, forfeit, sets, *([] if names is None else [names]))}
    if len(lengths) != 1:
        raise ValueError(f"the columns of the table of games have different lengths: {sorted(lengths)}")
    scored = ~np.isnan(result)
    elo, result, forfeit, sets = elo[scored], result[scored], forfeit[scored], sets[scored]
    if not np.isfinite(elo).all():
        raise ValueError("opponent_elo is not finite in a scored game; rate the opponent or drop the game")
    if not ((result >= 0.0) & (result <= 1.0)).all():
        raise ValueError("result holds a value outside [0, 1]; it is the player's points")
    if not np.isin(forfeit, (0.0, 1.0)).all() or (result[forfeit == 1.0] != 0.0).any():
        raise ValueError("forfeit must be 0 or 1, and a forfeited game must have result 0")
    cluster = np.unique(sets, return_inverse=True)[1].astype(np.intp)
    return _Games(elo, result, forfeit, cluster, None if names is None else names[scored])


def _sum_by(index: NDArray[np.intp], weights: FloatArray) -> FloatArray:
    """Sum the weights that share an index (0, 1, ... with none left out)."""
    return np.asarray(np.bincount(index, weights=weights), dtype=np.float64)


def _ladder_weights(
    table: _Games,
    finished: NDArray[np.bool_],
    theta: float,
    levels: Sequence[str] | None,
    covariance: ArrayLike | None,
) -> FloatArray:
    """Return w (L,), the change of theta per Elo of each level: its share of the information."""
    if covariance is None:
        return np.zeros(1)
    if levels is None or table.opponent is None:
        raise ValueError("ladder_covariance needs ladder_levels and the column opponent, to match games to levels")
    if np.shape(covariance) != (len(levels), len(levels)):
        raise ValueError(f"ladder_covariance has shape {np.shape(covariance)} for {len(levels)} levels")
    place = {name: index for index, name in enumerate(levels)}
    unknown = sorted({str(name) for name in table.opponent if name not in place})
    if unknown:
        raise ValueError(f"opponents that are not on the ladder: {', '.join(unknown)}")
    weights = np.zeros(len(levels))
    if finished.any():
        p = expected_score(theta, table.elo[finished])
        share = p * (1.0 - p)
        np.add.at(weights, [place[name] for name in table.opponent[finished]], share / share.sum())
    return weights


def _misfit(levels: FloatArray, met: FloatArray, points: FloatArray, theta: float) -> tuple[float, int]:
    """Return Pearson's chi2 over the opponents met, and its degrees of freedom (opponents - 1)."""
    used = met > 0.0
    if used.sum() < 2:
        return 0.0, 0
    p = expected_score(theta, levels[used])
    surplus = points[used] - met[used] * p
    return float((surplus**2 / (met[used] * p * (1.0 - p))).sum()), int(used.sum()) - 1


def _bound(levels: FloatArray, met: FloatArray, side: int, rate: float, se_ladder: float) -> float | None:
    """Return the one-sided 95 % bound of E50 after a perfect (`side` 1: low) or zero (-1: high) score.

    It is the rating at which that score has probability 0.05, found by bisection, shifted for a forfeit rate
    of `rate` and moved outwards by the ladder's error. Games count as independent: sets that all score alike
    say nothing of their spread. None where `rate` is a half or more, so that E50 may lie under every
    opponent.
    """
    if rate >= 0.5:
        return None
    low, high = levels.min() - 4000.0, levels.max() + 4000.0
    while high - low > 1e-6:
        middle = 0.5 * (low + high)
        likelihood = float(met @ log_expit(side * (middle - levels) / SCALE))
        if (likelihood < np.log(0.05)) == (side > 0):
            low = middle
        else:
            high = middle
    return float(half_score_elo(0.5 * (low + high), rate)) - side * ONE_SIDED_Z95 * se_ladder
