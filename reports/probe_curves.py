"""Probes beside the games of a learning curve: read, matched cell by cell, and counted as games where they agree."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from quickstudy.reports.records import TableError
from quickstudy.reports.results import COUNTS, Curve, Point, check_numbers, count_rules, read_columns
from quickstudy.reports.tables import SETTINGS, SHOWN
from quickstudy.scorers.agreement import LARGEST_MISFIT, combine_curve
from quickstudy.scorers.probe_metrics import read_mapping
from quickstudy.scorers.probes import LARGEST_Z, ProbeMapping, ProbeStrength, estimate_probe_strength
from quickstudy.scorers.recall import LAYOUTS, View
from quickstudy.scorers.scale import SCALE

REQUIRED = ("model", "skill", "n", "layout", "m", "slots", "set", "regret", "forfeit", "levels")
# a probe has no opponent that could have been chosen
_FLAT = "regret does not fall with the rating of the levels: the probes do not count"
_CONDITIONS = [name for name in (*SHOWN, *SETTINGS) if name != "opponents"]


def read_probes(path: Path) -> pd.DataFrame:
    """The answers of a CSV or Parquet file with the columns `REQUIRED`; others are kept. Raises TableError.

    `regret` is 0 to 1, and empty (NaN) exactly where `forfeit` is 1; `levels` are the ladder's, as in probes.parquet.
    """
    frame = read_columns(path, REQUIRED, "answer")
    frame = check_numbers(frame, (*COUNTS, "regret", "forfeit"), ("regret",), path)
    wrong = count_rules(frame) | {
        "forfeit is 0 or 1": ~frame["forfeit"].isin((0, 1)),
        "regret is from 0 to 1, and empty where the probe was forfeited": (frame["forfeit"] == 1)
        & frame["regret"].notna()
        | (frame["forfeit"] == 0) & ~frame["regret"].between(0.0, 1.0),
        f"layout is one of {', '.join(LAYOUTS)}": ~frame["layout"].isin(LAYOUTS),
        "model, skill, set and levels must not be empty": frame[["model", "skill", "set", "levels"]].isna().any(axis=1),
    }
    for rule, rows in wrong.items():
        if rows.any():
            raise TableError(f"{path}: row {int(np.flatnonzero(rows)[0]) + 1}: {rule}")
    for row in np.flatnonzero(~frame["levels"].duplicated()):
        try:
            _read_levels(str(frame["levels"].iloc[row]))
        except TableError as error:
            raise TableError(f"{path}: row {row + 1}: {error}") from error
    return frame.astype(dict.fromkeys(COUNTS, "int64") | {"model": "str", "skill": "str"})


def add_probes(curve: Curve, games: pd.DataFrame, answers: pd.DataFrame) -> Curve:
    """A curve whose cells count the probes answered under the conditions of its games, where they agree.

    `answers` may be of other curves too. Compared are the cells whose games bound the strength on both sides and whose
    mean regret lies within the ladder's; the others keep their games alone. Warnings say why probes do not count.
    Raises TableError where probes of one curve are of several versions, or their levels cannot be read.
    """
    own = answers[answers["model"].eq(curve.model) & answers["skill"].eq(curve.skill)]
    for name in _CONDITIONS:
        if name in own and name in games:
            own = own[own[name].astype("str").isin(games[name].astype("str").unique())]
    if own.empty:
        return curve
    where = f"{curve.model} on {curve.skill}"
    if own["levels"].nunique() > 1 or ("probe_version" in own and own["probe_version"].nunique() > 1):
        raise TableError(f"{where}: its probes are of several versions, or of several ladders: keep one of them")
    mapping = _read_levels(str(own["levels"].iloc[0]))
    if mapping is None:
        return replace(curve, warnings=[*curve.warnings, _FLAT])
    cells = {(int(n), view): cell for (n, view), cell in _split_cells(own)}
    points = [
        replace(point, probes=_rate(cells[point.n, point.view], mapping)) if (point.n, point.view) in cells else point
        for point in curve.points
    ]
    return _combine(replace(curve, points=tuple(points)), mapping.sigma)


def tell_unused(verdict: Mapping[str, Any], answers: pd.DataFrame) -> str | None:
    """Why not one of the `answers` counts for the curve of a verdict; None where some do, or its warnings say it."""
    if any(point["probes"] for point in verdict["points"]) or _FLAT in verdict["warnings"]:
        return None
    own = answers[answers["model"].eq(verdict["model"]) & answers["skill"].eq(verdict["skill"])]
    if own.empty:
        return f"no probe counts: none of the {len(answers)} answers is of this model and skill"
    if own["forfeit"].eq(1).all():
        return f"no probe counts: all {len(own)} answers of this model and skill are forfeits"
    return (
        f"no probe counts: the {len(own)} answers of this model and skill are of other cells or settings than its games"
    )


def _split_cells(own: pd.DataFrame) -> list[tuple[tuple[int, View], pd.DataFrame]]:
    plain = own["layout"].eq("plain")
    key = own.assign(m=own["m"].where(~plain, own["n"]), slots=own["slots"].where(~plain, own["n"]))
    key["order"] = key["layout"].map(LAYOUTS.index)
    found = []
    for values, cell in key.groupby(["order", "n", "m", "slots"], sort=True):
        order, n, m, slots = (int(str(value)) for value in values)
        found.append(((n, View(LAYOUTS[order], m, slots)), cell))
    return found


def _rate(cell: pd.DataFrame, mapping: ProbeMapping) -> ProbeStrength:
    answered = cell[cell["forfeit"] == 0]
    return estimate_probe_strength(answered["regret"], answered["set"].tolist(), mapping)


def _combine(curve: Curve, sigma: float) -> Curve:
    used = [i for i, point in enumerate(curve.points) if _is_comparable(point)]
    left = sum(point.probes is not None for point in curve.points) - len(used)
    warnings = list(curve.warnings)
    if left:
        warnings.append(f"{left} cells with probes keep their games alone: one of the two has no two-sided strength")
    if not used:
        return replace(curve, warnings=warnings)
    shifts = {i: _read_forfeits(curve.points[i]) for i in used}
    play = [float(curve.points[i].elo or 0.0) - shifts[i][0] for i in used]
    v_play = [float(curve.points[i].se or 0.0) ** 2 - shifts[i][1] for i in used]
    found = [curve.points[i].probes for i in used]
    elo_probes, se_probes = (
        [float(value or 0.0) for value in values]
        for values in zip(*((probe.elo, probe.se) for probe in found if probe is not None), strict=True)
    )
    agreement = combine_curve(play, np.sqrt(v_play), elo_probes, se_probes, sigma)
    points = list(curve.points)
    # the offset does not cancel between a cell that leans on probes and one of games alone
    apart = agreement.se_common**2 if len(used) < sum(point.elo is not None for point in points) else 0.0
    if agreement.combined:
        for i, elo, se in zip(used, agreement.elo, agreement.se, strict=True):
            shift, variance = shifts[i]
            total = float(np.sqrt(se**2 + variance + apart))
            points[i] = replace(points[i], elo=float(elo) + shift, se=total, combined=True)
    elif abs(agreement.z) > LARGEST_Z:
        gap = f"{agreement.offset:+.0f} Elo (z = {agreement.z:+.1f})"
        warnings.append(f"probes and games disagree by {gap}: the games stand alone")
    else:
        scatter = f"chi2 {agreement.chi2:.1f} on {agreement.df} degrees of freedom, more than {LARGEST_MISFIT:g} each"
        warnings.append(
            f"probes and games differ from cell to cell beyond their errors ({scatter}): the games stand alone"
        )
    return replace(curve, points=tuple(points), warnings=warnings, agreement=agreement)


def _is_comparable(point: Point) -> bool:
    found = point.probes
    if found is None or found.elo is None or not found.se or found.flag:
        return False
    return point.strength.elo is not None and point.strength.theta is not None and bool(point.se)


def _read_forfeits(point: Point) -> tuple[float, float]:
    """By how much forfeits shift a cell's Elo from its play strength, and that shift's variance.

    Probes measure play. E50 = theta + s ln(1 - 2 f), so that dE50 / df = -2 s / (1 - 2 f). Half of the variance at
    most is taken to be of the shift.
    """
    strength = point.strength
    rate, variance = float(strength.forfeit_rate or 0.0), float(point.se or 0.0) ** 2
    shift = float(point.elo or 0.0) - float(strength.theta or 0.0)
    own = rate * (1.0 - rate) / strength.games * (2.0 * SCALE / (1.0 - 2.0 * rate)) ** 2
    return shift, min(own, variance / 2.0)


def _read_levels(text: str) -> ProbeMapping | None:
    """The mapping of the column `levels`; None where regret does not fall with rating. Raises TableError."""
    try:
        levels = json.loads(text)
        for level in levels:
            float(level["elo"]), float(level["regret"])
    except (ValueError, TypeError, KeyError) as error:
        raise TableError(f"levels must be JSON, a list of maps with elo and regret, and not {text[:40]!r}") from error
    return read_mapping(levels)
