"""Differences in strength between cells, paired by example set.

Two cells that share example sets share their luck: a set may be more instructive than another, and its opening or seed
kinder. What each set contributes to the error of E50 (its influence, forfeits included) is therefore subtracted set by
set before squaring, so that what both cells share cancels. Sets that one cell alone has enter with their own influence;
with no set in common this is the unpaired error. The ladder's own error cancels within one ladder, but for the little
that stems from other opponents, and is left out.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import stdtr, stdtrit

from quickstudy.scorers.cells import estimate_named, rate_named
from quickstudy.scorers.firth import floor_share
from quickstudy.scorers.scale import ONE_SIDED_Z95, POWER, FloatArray

MIN_SETS = 2
COLUMNS = ("elo", "low", "high", "p", "se", "df", "detectable", "shared_sets", "flag", "penalised", "penalised_se")
SUMS = ("elo", "low", "high", "p", "se", "df", "shared_sets", "flag")


def compare_cells(
    games: pd.DataFrame, pairs: Sequence[tuple[Hashable, Hashable]], strengths: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Return a row for each pair of cells: the strength of the first minus that of the second.

    `games` has the columns `cell_id`, `set`, `opponent_elo`, `result` (NaN where not scored) and `forfeit`, all of
    cells on one ladder. `strengths` has the index `cell_id` and the columns `elo`, `low` and `high` of
    `estimate_strength`, which finds them where they are not given. Raises `ValueError` for a cell without a row.

    | column | meaning |
    |---|---|
    | elo, low, high | difference in Elo and its 95 % interval, elo ± t(df) se |
    | p | of no difference, two-sided, by Student's t |
    | se, df | standard error in Elo; the sets of the cell with fewer - 1, or, where no set is shared, Welch's |
    | detectable | the smallest difference found with a power of 80 % at two-sided 5 %: (t(0.975) + t(0.8)) se |
    | shared_sets | example sets that both cells have |
    | flag | below |
    | penalised, penalised_se | for ranks: what stands for elo and se where there is a bound only |

    The flag is empty where all is known. `one_sided`: one of the cells has no strength but a bound, so the difference
    has one too, in `low` or `high`; `undefined`: not even that; `one_set`: a cell has one example set, so there is a
    difference, and nothing that tells its error. Everything else that is not known is NaN. A one-sided bound is the
    distance of the cells' nearer ends, each at its own 95 %, so it errs on the safe side.
    """
    if not len(pairs):
        return pd.DataFrame({name: pd.Series(dtype="str" if name == "flag" else "float64") for name in COLUMNS})
    cells = estimate_named(games, (cell for pair in pairs for cell in pair))
    if strengths is None:
        strengths = rate_named(games, cells.names)
    elo, low, high = strengths.loc[cells.names, ["elo", "low", "high"]].to_numpy(dtype=np.float64).T
    first, second = (np.array(cells.find(side)) for side in zip(*pairs, strict=True))
    present, sets = cells.number > 0.0, cells.sets
    with np.errstate(divide="ignore", invalid="ignore"):
        influence = cells.influence * cells.inflation
        variance = ((influence[first] - influence[second]) ** 2).sum(axis=-1)
        least = floor_share(np.minimum(cells.games[first], cells.games[second]))
        floor = least * (cells.independent[first] + cells.independent[second])
        own = (influence**2).sum(axis=-1)
        df = _free(own, sets, first, second)
    shared = (present[first] & present[second]).sum(axis=-1)
    df = np.where(shared > 0, np.minimum(sets[first], sets[second]) - 1.0, df)
    measured = np.isfinite(elo[first]) & np.isfinite(elo[second])
    single = np.minimum(sets[first], sets[second]) < MIN_SETS
    se = np.where(measured & ~single, np.sqrt(np.maximum(variance, floor)), np.nan)
    df = np.where(measured & ~single, np.maximum(df, 1.0), np.nan)
    gap = cells.elo[first] - cells.elo[second]
    reach = stdtrit(df, 0.975) * se
    bounds = low[first] - high[second], high[first] - low[second]
    low, high = (
        np.where(measured, end, np.where(np.isfinite(bound), bound, np.nan))
        for end, bound in zip((gap - reach, gap + reach), bounds, strict=True)
    )
    flag = np.select(
        [measured & ~single, measured, np.isfinite(low) | np.isfinite(high)], ["", "one_set", "one_sided"], "undefined"
    )
    implied = np.abs(gap - np.where(np.isfinite(low), low, high)) / ONE_SIDED_Z95
    return pd.DataFrame(
        {
            "elo": np.where(measured, gap, np.nan),
            "low": low,
            "high": high,
            "p": 2.0 * stdtr(df, -np.abs(gap) / se),
            "se": se,
            "df": df,
            "detectable": (stdtrit(df, 0.975) + stdtrit(df, POWER)) * se,
            "shared_sets": shared,
            "flag": flag.astype(object),
            "penalised": np.where((flag == "") | (flag == "one_sided"), gap, np.nan),
            "penalised_se": np.where(flag == "one_sided", np.maximum(implied, 1.0), se),
        }
    )


def contrast_cells(games: pd.DataFrame, contrasts: Sequence[Mapping[Any, float]]) -> pd.DataFrame:
    """Return a row for each weighted sum of strengths, such as an interaction: cells with their weights.

    `games` is as for `compare_cells`, and so are the columns of the answer, `elo` to `df`, `shared_sets` and `flag`,
    which is `undefined` where one of the cells has no strength. Influences are weighted and added set by set before
    they are squared; `shared_sets` are those of all cells of a sum, `df` the fewest sets of a cell - 1. Raises
    `ValueError` for a cell without a row.
    """
    if not contrasts:
        return pd.DataFrame({name: pd.Series(dtype="str" if name == "flag" else "float64") for name in SUMS})
    cells = estimate_named(games, (cell for contrast in contrasts for cell in contrast))
    defined = rate_named(games, cells.names)["elo"].notna().to_numpy()
    sets, size = cells.sets, cells.games
    rows = []
    for contrast in contrasts:
        used, weight = cells.find(contrast), np.array(list(contrast.values()), dtype=np.float64)
        fewest = int(sets[used].min())
        row: dict[str, Any] = dict.fromkeys(SUMS, np.nan) | {
            "shared_sets": int((cells.number[used] > 0.0).all(axis=0).sum()),
            "flag": "",
        }
        if not defined[used].all():
            row["flag"] = "undefined"
        else:
            row["elo"] = float(weight @ cells.elo[used])
            row["flag"] = "" if fewest >= MIN_SETS else "one_set"
        if not row["flag"]:
            part = weight[:, None] * cells.influence[used] * cells.inflation[used]
            floor = floor_share(size[used].min()) * float(weight**2 @ cells.independent[used])
            se, df = float(np.sqrt(max((part.sum(axis=0) ** 2).sum(), floor))), fewest - 1.0
            reach, p = float(stdtrit(df, 0.975)) * se, 2.0 * float(stdtr(df, -abs(row["elo"]) / se))
            row |= {"low": row["elo"] - reach, "high": row["elo"] + reach, "p": p, "se": se, "df": df}
        rows.append(row)
    return pd.DataFrame(rows)[list(SUMS)]


def _free(own: FloatArray, sets: FloatArray, first: FloatArray, second: FloatArray) -> FloatArray:
    """Return Welch's degrees of freedom of unpaired cells; those of the smaller where nothing varies."""
    a, b = own[first], own[second]
    welch = (a + b) ** 2 / (a**2 / (sets[first] - 1.0) + b**2 / (sets[second] - 1.0))
    return np.asarray(np.fmax(welch, np.minimum(sets[first], sets[second]) - 1.0), dtype=np.float64)
