"""Rings: how much of what notes are worth is left where they are put to use farther from what was studied."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from quickstudy.reports.leaderboard import markdown_table, show_share, show_strength, text_table
from quickstudy.reports.notes import GROUP, is_memory, name_arm, name_ring
from quickstudy.reports.rings_plot import draw_rings
from quickstudy.reports.tables import SETTINGS, name_settings, rate_games
from quickstudy.scorers.differences import contrast_cells
from quickstudy.scorers.recall_efficiency import divide
from quickstudy.tasks.chains.rings import OPENINGS, RINGS, SIBLING
from quickstudy.tasks.games.game import SIBLING as SUFFIX

FILE = "rings.md"
HEADER = ("Game", "Player", "Arm", "Notes of", "Ring", "Strength", "Forfeits", "Gap", "Without notes", "Gain", "Kept")
WHO = [name for name in GROUP if name != "settings"]
# a sibling has other rules and another ladder, and may count other things
_ALIKE = [*WHO, *(name for name in SETTINGS if name not in ("rules_hash", "ladder_version", "counts"))]
Cells = dict[tuple[int, str], pd.DataFrame]
"""The games of an arm's cells by generation and ring."""


def has_rings(games: pd.DataFrame) -> bool:
    """Whether notes were read anywhere but in the usual play stage."""
    return bool((is_memory(games) & games["ring"].ne("")).any())


def tabulate_rings(games: pd.DataFrame) -> pd.DataFrame:
    """One row for each arm, generation and ring, of the generations whose notes were read in several rings.

    Strength is `elo` with `low`, `high` and `flag`. `gap` is the strength less that in the ring `openings`, `gain` that
    less what the player has there without notes, `lost` the gain less that in `openings`, and `kept` the share of it:
    all paired by chain, with 95 % intervals (Student's t over chains). What is undefined is NaN.
    """
    noted = games[is_memory(games)]
    noted = noted.assign(settings=name_settings(noted), ring=noted["ring"].replace("", OPENINGS))
    other = noted["ring"].eq(SIBLING)
    noted["skill"] = noted["skill"].mask(other, noted["skill"].str.removesuffix(SUFFIX))
    rows = []
    for _, arm in noted.groupby(_ALIKE, sort=True):
        cells = _split_cells(arm)
        several = [generation for generation, ring in cells if ring != OPENINGS]
        rows += [_describe(cells, place) for place in cells if place[0] in several]
    figures = ("elo", "low", "high", *(name + end for name in MEASURES for end in ENDS))
    return pd.DataFrame(rows).astype(dict.fromkeys(figures, "float64") if rows else {})


MEASURES = ("gap", "gain", "lost", "kept")
ENDS = ("", "_low", "_high")


def _split_cells(arm: pd.DataFrame) -> Cells:
    """The cells of an arm in order; of several for one place, as of two ladders, the one with the most games."""
    cells: Cells = {}
    for _, cell in arm.groupby(["generation", "ring", "cell_id"], sort=True):
        place = (int(cell["generation"].iloc[0]), str(cell["ring"].iloc[0]))
        if len(cell) > len(cells.get(place, ())):
            cells[place] = cell
    return dict(sorted(cells.items(), key=lambda found: (found[0][0], RINGS.index(found[0][1]))))


def _describe(cells: Cells, place: tuple[int, str]) -> dict[str, Any]:
    """The row of a cell."""
    generation, ring = place
    cell = cells[place]
    first, usual = cell.iloc[0], cells.get((generation, OPENINGS))
    strength = rate_games(cell, _skill_of(cell, ring))
    row: dict[str, Any] = {name: first[name] for name in (*WHO, "settings", "generation", "studied", "ring")}
    row |= {name: getattr(strength, name) for name in ("elo", "low", "high", "flag", "games", "forfeit_rate")}
    row |= {"chains": strength.clusters} | {name + end: None for name in MEASURES for end in ENDS}
    if usual is None:
        return row
    if ring != OPENINGS:
        row |= _name_ends(
            "gap", _compare({cell_id(cell): 1.0, cell_id(usual): -1.0}, [cell, usual], _ladder_se(cells, place))
        )
    start, usual_start = cells.get((0, ring)), cells.get((0, OPENINGS))
    if generation == 0 or start is None or usual_start is None:
        return row
    own, there = {cell_id(cell): 1.0, cell_id(start): -1.0}, {cell_id(usual): 1.0, cell_id(usual_start): -1.0}
    gain, base = _compare(own, [cell, start]), _compare(there, [usual, usual_start])
    row |= _name_ends("gain", gain)
    if ring != OPENINGS:
        contrast = {**own, **{name: -weight for name, weight in there.items()}}
        lost = _compare(contrast, [cell, start, usual, usual_start])
        row |= _name_ends("lost", lost) | _share(gain, base, lost)
    return row


def cell_id(cell: pd.DataFrame) -> str:
    """The id of a cell, from its games."""
    return str(cell["cell_id"].iloc[0])


def _skill_of(cell: pd.DataFrame, ring: str) -> str:
    """The game that was played, whose ladder tells the opponents' errors."""
    return str(cell["skill"].iloc[0]) + (SUFFIX if ring == SIBLING else "")


def _ladder_se(cells: Cells, place: tuple[int, str]) -> float:
    """The error in Elo of a gap between two ladders; within one it cancels."""
    generation, ring = place
    if ring != SIBLING:
        return 0.0
    own, usual = (
        rate_games(cells[generation, name], _skill_of(cells[generation, name], name)).se_ladder
        for name in (ring, OPENINGS)
    )
    return float(np.hypot(own, usual))


def _compare(contrast: Mapping[str, float], cells: Sequence[pd.DataFrame], ladder_se: float = 0.0) -> dict[str, float]:
    """A weighted sum of strengths paired by chain: `elo`, `low`, `high`, `se` and `df`."""
    found = contrast_cells(pd.concat(cells), [contrast]).iloc[0]
    elo, se, df = (float(found[name]) for name in ("elo", "se", "df"))
    se = float(np.hypot(se, ladder_se))
    reach = float(stdtrit(df, 0.975)) * se
    return {"elo": elo, "low": elo - reach, "high": elo + reach, "se": se, "df": df}


def _name_ends(name: str, found: Mapping[str, float]) -> dict[str, float]:
    return {name: found["elo"], f"{name}_low": found["low"], f"{name}_high": found["high"]}


def _share(gain: Mapping[str, float], base: Mapping[str, float], lost: Mapping[str, float]) -> dict[str, float]:
    """The share of the usual gain that a ring keeps, by Fieller's interval; nothing where that may be none."""
    if np.isnan(lost["se"]) or base["elo"] <= 0.0:
        return {}
    covariance = (gain["se"] ** 2 + base["se"] ** 2 - lost["se"] ** 2) / 2.0
    t = float(stdtrit(lost["df"], 0.975))
    found = divide(gain["elo"], gain["se"], base["elo"], base["se"], t, covariance=covariance)
    return {} if found is None else {"kept": found.value, "kept_low": found.low, "kept_high": found.high}


def write_rings(games: pd.DataFrame, report: Path) -> list[Path]:
    """Write rings.md, .csv and the figure, if notes were read in rings; the paths."""
    if not has_rings(games):
        return []
    table = tabulate_rings(games)
    page, cells = report / FILE, report / "rings.csv"
    table.to_csv(cells, index=False, float_format="%.4f")
    page.write_text(write_page(table), encoding="utf-8")
    return [page, cells, *draw_rings(table, report)]


def write_page(table: pd.DataFrame) -> str:
    """The rings as Markdown."""
    lead = (
        "Strength in Elo of players with the same notes in different rings, with 95 % intervals over chains. The gap "
        "is the strength less that in ring 1, the usual play stage with openings that nobody has seen. The gain is the "
        "strength less that without notes in the same ring, and kept the share of the gain in ring 1 that is left. All "
        "differences are paired by chain. Strength in ring 4 is on the ladder of another game."
    )
    return f"# Notes put to use elsewhere\n\n{lead}\n\n" + "\n".join(markdown_table(HEADER, _list_rows(table))) + "\n"


def write_rings_text(games: pd.DataFrame) -> str:
    """The rings for a terminal; empty without them."""
    return text_table(HEADER, _list_rows(tabulate_rings(games))) if has_rings(games) else ""


def _list_rows(table: pd.DataFrame) -> list[tuple[str, ...]]:
    """The rows for readers: those with notes, each beside its ring's strength without."""
    rows: list[dict[str, Any]] = [{str(k): value for k, value in row.items()} for row in table.to_dict("records")]
    starts = {_place(row): row for row in rows if row["generation"] == 0}
    lines: list[tuple[str, ...]] = []
    for row in rows:
        if row["generation"] == 0 and any(_place(other) == _place(row) and other["generation"] for other in rows):
            continue
        start = starts.get(_place(row)) if row["generation"] else None
        lines.append(
            (
                str(row["skill"]),
                str(row["model"]),
                f"{name_arm(row)}, {row['budget']} tokens",
                f"{row['studied']} games",
                name_ring(str(row["ring"])),
                show_strength(_tell(row)),
                show_share(row["forfeit_rate"]),
                _show(row, "gap"),
                "-" if start is None else show_strength(_tell(start)),
                _show(row, "gain"),
                _show(row, "kept", 100.0),
            )
        )
    return lines


def _place(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(row[name] for name in (*WHO, "settings", "ring"))


def _tell(row: Mapping[str, Any]) -> dict[str, Any]:
    return {**{name: None if pd.isna(row[name]) else row[name] for name in ("elo", "low", "high")}, "flag": row["flag"]}


def _show(row: Mapping[str, Any], name: str, scale: float = 1.0) -> str:
    value, low, high = (scale * row[name + end] for end in ENDS)
    if pd.isna(value):
        return "-"
    form = "{:.0f} %" if name == "kept" else "{:+.0f}"
    ends = "" if pd.isna(low) else f" [{low:+.0f}, {high:+.0f}]" if name != "kept" else f" [{low:.0f}, {high:.0f}]"
    return form.format(value) + ends
