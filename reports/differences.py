"""Which cells of a run differ in strength: along each curve, and between models under the same conditions."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from quickstudy.reports.tables import SETTINGS, is_plain, name_settings, tabulate_strengths
from quickstudy.scorers.differences import compare_cells
from quickstudy.scorers.ranks import rank_players

START, BEFORE, MODEL = "n = 0", "n before", "model"
RANK_SEED = 0
# models are compared where all else than their own arguments is equal
_SAME = ["skill", "board", *(name for name in SETTINGS if name != "arguments")]
_WHO = ["skill", "model", "settings", "n"]


def is_instrument(model: str) -> bool:
    """Whether a model is one of the embedded learners."""
    return model.startswith("quickstudy/")


def tabulate_differences(games: pd.DataFrame) -> pd.DataFrame:
    """One row for each pair of plain cells that are compared; see `scorers.differences.compare_cells` for its figures.

    `comparison` is `n = 0` (a cell against its curve's start), `n before` (against the n before it, where that is not
    0), or `model`: two models, or two instruments, at one n, with one game, ladder, teacher, seed and all other
    settings; the one that looks stronger comes first.
    """
    plain = games[is_plain(games)]
    return _compare(plain.assign(settings=name_settings(plain)), along=True)


def measure_difference(games: pd.DataFrame, others: pd.DataFrame) -> dict[str, Any] | None:
    """Strength in games minus strength in others: `elo`, `low`, `high` and `flag` of `compare_cells`, paired by set.

    `elo` is None where one of the strengths is a bound only, and so is each end that is not known; the whole is None
    where nothing is known. Values have one digit after the point.
    """
    if games.empty or others.empty:
        return None
    both = pd.concat([games.assign(cell_id="games"), others.assign(cell_id="others")])
    row = compare_cells(both, [("games", "others")]).iloc[0]
    if row["flag"] == "undefined":
        return None
    found = {name: None if pd.isna(row[name]) else round(float(row[name]), 1) for name in ("elo", "low", "high")}
    return {**found, "flag": str(row["flag"])}


def rank_rows(plain: pd.DataFrame) -> dict[Any, dict[str, int]]:
    """Rank of each skill, model and settings among those on its board, at the largest n that all of a board have.

    `plain` are games of plain cells with their `settings`. A rank holds `n`, `players`, `low` and `high` (the marginal
    95 % interval) and `tier`. Boards are as in `tabulate_differences`; one of a single row, or without a common n, has
    no ranks.
    """
    ranks: dict[Any, dict[str, int]] = {}
    table = _compare(_keep_common(_list_boards(plain)), along=False)
    if table.empty:
        return ranks
    for number, (_, board) in enumerate(table.groupby(["skill", "number"], sort=True)):
        players = sorted({*zip(*(board[name] for name in _WHO[:3]), strict=True)} | {*_others(board)})
        place = {player: i for i, player in enumerate(players)}
        first = [place[player] for player in zip(*(board[name] for name in _WHO[:3]), strict=True)]
        second = [place[player] for player in _others(board)]
        gap, se, df = (np.full((len(players), len(players)), np.nan) for _ in range(3))
        gap[first, second], gap[second, first] = board["penalised"], -board["penalised"]
        for matrix, values in ((se, board["penalised_se"]), (df, board["df"].fillna(np.inf))):
            matrix[first, second] = matrix[second, first] = values
        found = rank_players(gap, se, df, np.random.default_rng([RANK_SEED, number]))
        for player, (low, high), tier in zip(players, found.marginal, found.tier, strict=True):
            shape = {"n": int(board["n"].iloc[0]), "players": len(players)}
            ranks[player] = {**shape, "low": int(low), "high": int(high), "tier": int(tier)}
    return ranks


def _others(board: pd.DataFrame) -> list[tuple[str, str, str]]:
    return list(zip(board["skill"], board["other_model"], board["other_settings"], strict=True))


def _list_boards(plain: pd.DataFrame) -> pd.DataFrame:
    return plain.assign(board=plain["model"].map(is_instrument))


def _keep_common(plain: pd.DataFrame) -> pd.DataFrame:
    """The games at the largest n that all players of a board have; none of a board of one player."""
    kept = [plain.iloc[:0]]
    for _, part in plain.groupby(_SAME, sort=True):
        ns = [set(player["n"]) for _, player in part.groupby(["model", "settings"])]
        common = set.intersection(*ns)
        if len(ns) > 1 and common:
            kept.append(part[part["n"] == max(common)])
    return pd.concat(kept)


def _compare(plain: pd.DataFrame, along: bool) -> pd.DataFrame:
    strengths = tabulate_strengths(plain) if len(plain) else pd.DataFrame()
    parts = []
    for _, part in _list_boards(plain).groupby("skill", sort=True):
        cells = part.drop_duplicates("cell_id")[["cell_id", "model", "settings", "n", *_SAME]]
        figures = strengths[["cell_id", "elo", "low", "high"]]
        # cells that a full window cut to the same n are one point of the curve
        cells = cells.merge(figures, on="cell_id").drop_duplicates(_WHO).set_index("cell_id")
        pairs = _list_pairs(cells, along)
        first, second = (cells.loc[[pair[i] for pair in pairs], _WHO].reset_index(drop=True) for i in (0, 1))
        second = second[_WHO[1:]].add_prefix("other_")
        kinds = pd.DataFrame([pair[2:] for pair in pairs], columns=["comparison", "number"])
        figures = compare_cells(part, [pair[:2] for pair in pairs], cells)
        parts.append(pd.concat([kinds, first, second, figures], axis=1))
    parts = [part for part in parts if len(part)]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def _list_pairs(cells: pd.DataFrame, along: bool) -> list[tuple[str, str, str, int]]:
    """Pairs of cell ids, what each compares, and the number of its board."""
    pairs: list[tuple[str, str, str, int]] = []
    for _, curve in cells.groupby(["model", "settings"], sort=True) if along else ():
        by_n = [(int(n), str(name)) for name, n in curve["n"].sort_values().items()]
        for (_, cell), (other_n, other) in zip(by_n[1:], by_n, strict=False):
            if by_n[0][0] == 0:
                pairs.append((cell, by_n[0][1], START, -1))
            if other_n > 0:
                pairs.append((cell, other, BEFORE, -1))
    stronger = cells.assign(rank=cells["elo"].fillna(cells["low"]).fillna(cells["high"]).fillna(-np.inf))
    stronger = stronger.sort_values(["rank", "model", "settings"], ascending=[False, True, True])
    for number, (_, board) in enumerate(stronger.groupby([*_SAME, "n"], sort=True)):
        pairs += [(str(a), str(b), MODEL, number) for a, b in combinations(board.index, 2)]
    return pairs
