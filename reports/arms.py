"""Arms side by side: how strong each carrier of experience makes a player at equal evidence, and at equal bytes.

Evidence is what was ever studied of the game: examples in view, and the games that notes are of. Carried bytes are what
reaches the fresh instance beside rules and position. For both, an arm is compared with the player's own curve of
examples, at the same number or between its neighbours there (linear in log2(1 + n)), paired by chain and example set.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from quickstudy.reports.memory import find_worth
from quickstudy.reports.notes import GROUP, PLAYER, is_memory, join_curves, name_arm, split_studied
from quickstudy.reports.tables import rate_games
from quickstudy.scorers.differences import contrast_cells

FIGURES = ("elo", "low", "high")
COLUMNS = (
    *PLAYER,
    *("arm", "regime", "control", "budget", "note_kinds", "studied_game", "n", "generation", "last", "evidence"),
    *("carried", *FIGURES, "flag"),
    *(f"{kind}{name}" for kind in ("worth_", "evidence_", "bytes_") for name in FIGURES),
)
_SHARED = ("distil", "state", "study")
"""Regimes whose notes are of the chain's own examples, so that examples in view are no further evidence."""


@dataclass(frozen=True)
class Curve:
    """The plain cells of a player in their order: examples in view, bytes that these take, and names of the cells."""

    numbers: tuple[int, ...]
    carried: tuple[float, ...]
    cells: tuple[str, ...]

    def weigh(self, n: float) -> dict[str, float] | None:
        """The cells that stand for n examples, with weights that add up to 1; None beyond what was measured."""
        if not self.numbers or not self.numbers[0] <= n <= self.numbers[-1]:
            return None
        place = int(np.searchsorted(self.numbers, n))
        if self.numbers[place] == n:
            return {self.cells[place]: 1.0}
        below, above, at = np.log2(1.0 + np.array([self.numbers[place - 1], self.numbers[place], n]))
        share = float((at - below) / (above - below))
        return {self.cells[place - 1]: 1.0 - share, self.cells[place]: share}

    def count(self, carried: float) -> float:
        """How many examples take so many bytes; NaN beyond what was measured, or where bytes are not known."""
        known = bool(self.numbers) and bool(np.isfinite([*self.carried, carried]).all())
        if not known or not self.carried[0] <= carried <= self.carried[-1]:
            return float("nan")
        return float(np.interp(carried, self.carried, self.numbers))


def tabulate_arms(games: pd.DataFrame) -> pd.DataFrame:
    """A row for each n of a player's curve, and for each arm's last generation and those with as much evidence as an n.

    `elo`, `low`, `high` and `flag` are the strength; `worth_` stands for the examples that make the player as strong,
    `evidence_` and `bytes_` for the strength minus that of examples at equal evidence and at equal carried bytes. What
    is not known is NaN. Empty without chains.
    """
    rows = [row for player in _split_players(games) for row in _list_player(player)]
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    order = [*PLAYER, "evidence", "carried", "arm"]
    return table.sort_values(order, kind="stable", ignore_index=True)


def _split_players(games: pd.DataFrame) -> list[pd.DataFrame]:
    """The games of each player and settings that has chains, those of its plain curve among them."""
    return [part for _, part in join_curves(games).groupby(PLAYER, sort=True) if is_memory(part).any()]


def list_cells(player: pd.DataFrame) -> tuple[Curve, pd.DataFrame, pd.DataFrame]:
    """A player's curve, its games with one `cell_id` for each generation of each arm, and these cells, a row each."""
    noted, plain = player[is_memory(player)], player[~is_memory(player)]
    groups = [(int(cell["n"].iloc[0]), cell) for _, cell in plain.groupby("n", sort=True)]
    points = [(n, float(cell["carried"].mean()), f"examples {n}") for n, cell in groups]
    curve = Curve(*map(tuple, zip(*points, strict=True))) if points else Curve((), (), ())
    parts = [plain.assign(cell_id="examples " + plain["n"].astype(str))]
    cells = []
    split = [(v, *found) for v, arm in noted.groupby(GROUP, sort=True) for found in split_studied(arm)]
    for number, (values, label, each, arm) in enumerate(split):
        last = int(arm["generation"].max())
        for _, cell in arm.groupby("generation", sort=True):
            generation = int(cell["generation"].iloc[0])
            name = f"arm {number} {generation}"
            parts.append(cell.assign(cell_id=name))
            given = dict(zip(GROUP, values, strict=True)) | {"generation": generation, "cell": name}
            given |= {"label": label, "each": each}
            given |= {"carried": float(cell["carried"].mean()), "last": generation == last}
            cells.append(given | {"evidence": count_evidence(given, int(cell["studied"].iloc[0]))})
    return curve, pd.concat(parts), pd.DataFrame(cells)


def count_evidence(arm: dict[str, Any], studied: int) -> int:
    """How many games of the game itself are behind what a player has in view."""
    if arm["studied_game"]:
        return int(arm["n"])
    shared = arm["regime"] in _SHARED or arm["control"] == "oracle"
    return max(studied, int(arm["n"])) if shared else studied + int(arm["n"])


def _list_player(player: pd.DataFrame) -> list[dict[str, Any]]:
    curve, games, cells = list_cells(player)
    own = {name: player[name].iloc[0] for name in PLAYER}
    shown = cells[cells["last"] | (cells["evidence"].isin(curve.numbers) & (cells["generation"] > 0))]
    rows = [
        own | {"arm": "examples", "regime": "examples", "n": n, "evidence": n, "carried": carried, "last": True}
        | _rate(games, cell, str(own["skill"]))
        for n, carried, cell in zip(curve.numbers, curve.carried, curve.cells, strict=True)
    ]  # fmt: skip
    for _, cell in shown.iterrows():
        arm = {str(name): value for name, value in cell.items()}
        row = (
            own
            | arm
            | {"arm": name_arm({**arm, "settings": arm["label"]})}
            | _rate(games, arm["cell"], str(own["skill"]))
        )
        worth = find_worth(player[~is_memory(player)], pd.Series(row | {"se": row["se"]}))
        row |= {f"worth_{name}": value for name, value in zip(FIGURES, worth or [np.nan] * 3, strict=True)}
        for kind, n in (("evidence_", float(arm["evidence"])), ("bytes_", curve.count(arm["carried"]))):
            row |= {f"{kind}{name}": value for name, value in _subtract(games, arm["cell"], curve.weigh(n)).items()}
        rows.append(row)
    return rows


def _rate(games: pd.DataFrame, cell: str, skill: str) -> dict[str, Any]:
    strength = rate_games(games[games["cell_id"] == cell], skill)
    figures = {name: getattr(strength, name) for name in FIGURES}
    return {name: np.nan if value is None else value for name, value in figures.items()} | {
        "flag": strength.flag,
        "se": np.nan if strength.se_games is None else strength.se_games,
    }


def _subtract(games: pd.DataFrame, cell: str, weights: dict[str, float] | None) -> dict[str, float]:
    """The strength of a cell minus the weighted strength of others, with its interval; NaN where there are none."""
    if weights is None:
        return dict.fromkeys(FIGURES, np.nan)
    contrast = {cell: 1.0, **{other: -weight for other, weight in weights.items()}}
    found = contrast_cells(games, [contrast]).iloc[0]
    return {name: float(found[name]) for name in FIGURES}


def compare_beside(games: pd.DataFrame) -> pd.DataFrame:
    """Whether notes help or hurt beside examples: a row for each arm with examples in view, at its last generation.

    `examples_` is its strength minus that of the same n examples alone, `notes_` minus that of the same notes alone,
    each paired by chain. `verdict` is `notes help`, `notes hurt` or `undecided`.
    """
    rows = []
    for player in _split_players(games):
        curve, table, cells = list_cells(player)
        for _, both in cells[(cells["n"] > 0) & cells["last"] & (cells["control"] != "matched")].iterrows():
            alone = _find_alike(cells, both, "n", 0)
            base = curve.weigh(float(both["n"])) if int(both["n"]) in curve.numbers else None
            gain = _subtract(table, both["cell"], base)
            other = _subtract(table, both["cell"], None if alone is None else {alone: 1.0})
            verdict = "notes help" if gain["low"] > 0.0 else "notes hurt" if gain["high"] < 0.0 else "undecided"
            given = {str(name): value for name, value in both.items()}
            named = {"arm": name_arm({**given, "settings": given["label"]}), "verdict": verdict if base else "-"}
            row = given | named | _rate(table, given["cell"], str(given["skill"]))
            row |= {f"examples_{name}": value for name, value in gain.items()}
            rows.append(row | {f"notes_{name}": value for name, value in other.items()})
    return pd.DataFrame(rows)


def compare_kinds(games: pd.DataFrame) -> pd.DataFrame:
    """What kinds of notes are worth: a row for each choice of kinds of arms that differ in nothing else.

    `gain_` is the strength after the last generation minus that with the fewest kinds, paired by chain.
    """
    rows = []
    for player in _split_players(games):
        _, table, cells = list_cells(player)
        alike = [*(name for name in GROUP if name != "note_kinds"), "each"]
        last = cells[cells["last"]].assign(number=cells["note_kinds"].map(_count_kinds))
        for _, arms in last.groupby(alike, sort=True):
            if arms["note_kinds"].nunique() < 2:
                continue
            arms = arms.sort_values(["number", "note_kinds"])
            least = str(arms["cell"].iloc[0])
            for place, (_, arm) in enumerate(arms.iterrows()):
                given = {str(name): value for name, value in arm.items()}
                row = given | _rate(table, given["cell"], str(given["skill"]))
                row |= {"arm": name_arm({**given, "note_kinds": "", "settings": given["label"]})}
                gain = _subtract(table, given["cell"], {least: 1.0} if place else None)
                rows.append(row | {f"gain_{name}": value for name, value in gain.items()})
    return pd.DataFrame(rows)


def _count_kinds(kinds: str) -> int:
    return len(kinds.split(",")) if kinds else 3  # empty stands for all


def _find_alike(cells: pd.DataFrame, cell: pd.Series, name: str, value: Any) -> str | None:
    """The cell that differs from another in one thing, which has this value; None where there is none."""
    same = [other for other in (*GROUP, "generation", "each") if other != name]
    found = cells[(cells[same] == cell[same]).all(axis=1) & (cells[name] == value)]
    return None if found.empty else str(found["cell"].iloc[0])


def show_figures(row: Any, kind: str = "", sign: str = "") -> str:
    """`512 [430, 594]`, a number without interval, or `-` where there is none."""
    elo, low, high = (row[f"{kind}{name}"] for name in FIGURES)
    if pd.isna(elo):
        return "-"
    shown = ["more" if np.isinf(value) else f"{value:{sign}.0f}" for value in (elo, low, high) if not pd.isna(value)]
    return shown[0] + (f" [{shown[1]}, {shown[2]}]" if len(shown) == 3 else "")
