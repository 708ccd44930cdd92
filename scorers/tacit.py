"""The tacit gap: how much weaker a player is by its notes than by the examples that they were written from.

At T tokens the gap is the strength with as many examples as T tokens hold, minus that with notes of at most T tokens of
these very examples. Gaps at several T are told together, with intervals that hold for all of them at once (max-T), so
that the largest may be picked out afterwards. Retention is the share of the gain from examples that notes keep.
Example sets are the clusters, and cells of one set share its luck: differences and ratios are paired set by set.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from quickstudy.scorers.cells import Cells, estimate_named, rate_named
from quickstudy.scorers.correlation import correlate_cells
from quickstudy.scorers.firth import floor_share
from quickstudy.scorers.recall_efficiency import Ratio, divide
from quickstudy.scorers.scale import POWER, FloatArray

DRAWS = 20_000
"""Draws of the largest deviation: its 95 % point then has a Monte Carlo error of about 0.02."""


class Gap(NamedTuple):
    """A difference of two strengths in Elo: its own 95 % interval, and ends that hold for all gaps at once.

    `detectable` is the smallest gap that would be found in four of five cases by the simultaneous interval.
    """

    elo: float
    low: float
    high: float
    all_low: float
    all_high: float
    detectable: float


def measure_gaps(
    games: pd.DataFrame, pairs: Sequence[tuple[Hashable, Hashable]], rng: np.random.Generator
) -> list[Gap | None]:
    """The gap of each pair of cells, examples first and notes second; None where a strength is not defined.

    `games` has the columns `cell_id`, `set`, `opponent_elo`, `result` (NaN where not scored) and `forfeit`, all of
    cells on one ladder. The simultaneous ends are at the 95 % point of the largest |t| over the gaps, drawn from
    Student's t with the gaps' correlation, which is shrunk towards 0 as it is uncertain: that errs on the wide side.
    Raises ValueError for a cell without a row.
    """
    cells = _estimate(games, (cell for pair in pairs for cell in pair))
    places = [cells.find(pair) for pair in pairs]
    known = [i for i, place in enumerate(places) if np.isfinite(cells.elo[place]).all()]
    found: list[Gap | None] = [None] * len(pairs)
    df = int(min((cells.sets[places[i]].min() for i in known), default=0)) - 1
    if df < 1:
        return found
    gaps = [_subtract(cells, *places[i]) for i in known]
    critical = find_critical(correlate_cells(np.array([influence for _, influence, _ in gaps])), df, rng)
    own, power = (float(stdtrit(df, share)) for share in (0.975, POWER))
    for i, (elo, _, variance) in zip(known, gaps, strict=True):
        se = variance**0.5
        ends = (elo - own * se, elo + own * se, elo - critical * se, elo + critical * se)
        found[i] = Gap(elo, *ends, (critical + power) * se)
    return found


def find_critical(correlation: FloatArray, df: int, rng: np.random.Generator) -> float:
    """The 95 % point of the largest |t| with `df` degrees of freedom, of errors with this `correlation` (T, T)."""
    if len(correlation) == 1:
        return float(stdtrit(df, 0.975))
    values, vectors = np.linalg.eigh(correlation)
    root = vectors * np.sqrt(np.clip(values, 0.0, None))
    drawn = np.abs(rng.standard_normal((DRAWS, len(root))) @ root.T).max(axis=1)
    return float(np.quantile(drawn / np.sqrt(rng.chisquare(df, DRAWS) / df), 0.95))


def measure_retention(
    games: pd.DataFrame, start: Hashable, pairs: Sequence[tuple[Hashable, Hashable]]
) -> list[Ratio | None]:
    """The retention of each pair of cells, examples first and notes second: (notes - start) / (examples - start).

    `games` is as for `measure_gaps`, `start` the cell with neither. The 95 % interval is Fieller's with the errors of
    numerator and denominator paired by set. None where a strength is not defined, or where examples add nothing that
    is certain. Raises ValueError for a cell without a row.
    """
    if not pairs:
        return []
    cells = _estimate(games, [start, *(cell for pair in pairs for cell in pair)])
    found: list[Ratio | None] = []
    for pair in pairs:
        used = zero, shown, noted = cells.find([start, *pair])
        df = int(cells.sets[used].min()) - 1
        if df < 1 or not np.isfinite(cells.elo[used]).all():
            found.append(None)
            continue
        top, gained, v_top = _subtract(cells, noted, zero)
        bottom, worth, v_bottom = _subtract(cells, shown, zero)
        t, shared = float(stdtrit(df, 0.975)), float(gained @ worth)
        ratio = divide(top, v_top**0.5, bottom, v_bottom**0.5, t, covariance=shared)
        found.append(ratio if bottom > 0.0 else None)
    return found


def _estimate(games: pd.DataFrame, wanted: Iterable[Hashable]) -> Cells:
    """The cells of a table, each once; a strength that is not defined is NaN."""
    cells = estimate_named(games, wanted)
    defined = rate_named(games, cells.names)["elo"].notna().to_numpy()
    return cells._replace(elo=np.where(defined, cells.elo, np.nan))


def _subtract(cells: Cells, first: int, second: int) -> tuple[float, FloatArray, float]:
    """The difference of two strengths, what each set adds to its error (S,), and its variance."""
    used = [first, second]
    one, other = cells.influence[used] * cells.inflation[used]
    least = floor_share(cells.games[used]) * cells.independent[used]
    variance = max(float((one - other) @ (one - other)), float(least[0] + least[1]))
    return float(cells.elo[first] - cells.elo[second]), one - other, variance
