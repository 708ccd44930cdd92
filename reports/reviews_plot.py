"""The figure of reviews: understanding over generations, and the slope of notes against it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from quickstudy.reports.notes import name_arm
from quickstudy.reports.plots import COLOURS, LEVEL_COLOUR, MARKERS, open_figure, shorten, write_figure
from quickstudy.scorers.understanding import score_naming


def tabulate_understanding(arms: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Understanding with its interval by arm and generation; generation 0 stands for all together, with the slope."""
    rows = []
    for number, arm in enumerate(arms):
        if not len(arm["moves"]):
            continue
        shared = {
            "arm": number,
            "skill": arm["skill"],
            "model": arm["model"],
            "name": name_arm(arm),
            "budget": arm["budget"],
        }
        parts = [(0, arm["moves"]), *arm["moves"].groupby("generation", sort=True)]
        for generation, moves in parts:
            value, low, high = score_naming(moves)["understanding"]
            slope = float(arm["slope"]) if generation == 0 else math.nan
            rows.append({**shared, "generation": generation, "value": value, "low": low, "high": high, "slope": slope})
    return pd.DataFrame(rows)


def write_understanding(arms: Sequence[Mapping[str, Any]], report: Path) -> list[Path]:
    """Write reviews.png, .svg and .data.json; nothing where no review could be read."""
    table = tabulate_understanding(arms)
    if table.empty:
        return []
    with open_figure(10.0, 4.2) as figure:
        left, right = figure.subplots(1, 2)
        for number, (_, arm) in enumerate(table.groupby("arm", sort=True)):
            first, colour, marker = arm.iloc[0], COLOURS[number % len(COLOURS)], MARKERS[number % len(MARKERS)]
            who = f"{shorten(str(first['model']))}, {shorten(str(first['skill']))}"
            name = f"{who}, {first['name']}, {first['budget']} tokens"
            steps, whole = arm[arm["generation"] > 0], arm[arm["generation"] == 0]
            style = {"color": colour, "marker": marker, "ms": 4, "capsize": 2, "lw": 1.2}
            shift = 0.04 * number  # so that intervals do not hide each other
            left.errorbar(steps["generation"] + shift, steps["value"], yerr=_reach(steps), label=name, **style)
            if whole["slope"].notna().all():
                right.errorbar(whole["value"], whole["slope"], xerr=_reach(whole), **{**style, "lw": 1.0})
        left.axhline(0.0, color=LEVEL_COLOUR, ls="--", lw=0.8, zorder=0)
        left.set(xlabel="generation of notes", ylabel="understanding (0 random, 1 perfect)")
        left.set_xticks(sorted(set(table.loc[table["generation"] > 0, "generation"])))
        right.set(xlabel="understanding, all generations", ylabel="slope of notes (Elo per generation)")
        figure.legend(loc="outside lower center", fontsize=7)
    return write_figure(figure, table, report / "reviews")


def _reach(part: pd.DataFrame) -> np.ndarray:
    """How far intervals (2, n) reach from their values; nothing where there is none."""
    ends = [part["value"] - part["low"], part["high"] - part["value"]]
    return np.nan_to_num(np.array(ends, dtype=np.float64))
