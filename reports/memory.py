"""Chains of notes: strength by generation, whether it rises, what notes are worth in examples, and what they say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from quickstudy.reports.leaderboard import markdown_table, text_table
from quickstudy.reports.notes import GROUP, PLAYER, PRACTISED, is_memory, is_usual, join_curves, name_arm, split_studied
from quickstudy.reports.records import Rows, TableError, find_items, read_records, strip_times
from quickstudy.reports.tables import rate_games, rate_sets
from quickstudy.scorers.equivalence import find_equivalent
from quickstudy.scorers.generations import LATE, fit_slopes
from quickstudy.scorers.rating import Strength
from quickstudy.tasks.chains.stage import describe_stage
from quickstudy.tasks.regimes.notes import Notes

FILE = "memory.md"
HEADER = ("Game", "Player", "Arm", "Budget", "Chains", "First", "Last", "Slope", "p", "Late", "Worth")


def tabulate_generations(games: pd.DataFrame) -> pd.DataFrame:
    """One row for each generation of each arm: strength with its interval over chains, games and chains."""
    rows = []
    for values, arm in _split_arms(join_curves(games)):
        for _, cell in arm.groupby("generation", sort=True):
            strength = rate_games(cell, str(cell["skill"].iloc[0]))
            rows.append(
                {
                    **dict(zip(GROUP, values, strict=True)),
                    "generation": int(cell["generation"].iloc[0]),
                    "studied": int(cell["studied"].iloc[0]),
                    **_describe(strength),
                }
            )
    return pd.DataFrame(rows).astype(dict.fromkeys(("elo", "low", "high", "se"), "float64") if rows else {})


def _split_arms(named: pd.DataFrame) -> list[tuple[tuple[Any, ...], pd.DataFrame]]:
    return [
        ((*values[:-1], ", ".join(filter(None, [str(values[-1]), label]))), part)
        for values, arm in named[is_memory(named)].groupby(GROUP, sort=True)
        for label, _, part in split_studied(arm)
    ]


def _describe(strength: Strength) -> dict[str, Any]:
    return {
        **{name: getattr(strength, name) for name in ("elo", "low", "high", "flag", "games")},
        "se": strength.se_games,
        "chains": strength.clusters,
        "forfeit_rate": strength.forfeit_rate,
    }


def judge_arms(games: pd.DataFrame) -> list[dict[str, Any]]:
    """What each arm's chains say: first and last strength, mean slope with its test, late slope, and worth in examples.

    `improves` is true only where the late slope's lower bound is above 0. The worth is found on the plain curve of the
    same player in the same table, and is None without one.
    """
    table, verdicts = tabulate_generations(games), []
    named_games = join_curves(games)
    curves = named_games[~is_memory(named_games)]
    for values, arm in _split_arms(named_games):
        named = dict(zip(GROUP, values, strict=True))
        rows = table[(table[GROUP] == list(values)).all(axis=1)]
        matrix, left_out = rate_chains(arm)
        slope = None
        if len(matrix) >= 2 and matrix.shape[1] >= LATE:
            slope = fit_slopes(matrix)._asdict()
        last = rows.iloc[-1]
        verdicts.append(
            named
            | {
                "first": _round(rows.iloc[0]),
                "last": _round(last),
                "generations": int(last["generation"]),
                "studied": int(last["studied"]),
                "chains": int(last["chains"]),
                "left_out": left_out,
                "slope": slope,
                "improves": bool(slope is not None and slope["late_low"] > 0.0),
                "worth": find_worth(curves[(curves[PLAYER] == arm[PLAYER].iloc[0]).all(axis=1)], last),
            }
        )
    return verdicts


def _round(row: pd.Series) -> list[float | None]:
    return [None if pd.isna(row[name]) else round(float(row[name]), 1) for name in ("elo", "low", "high")]


def rate_chains(arm: pd.DataFrame) -> tuple[np.ndarray, int]:
    """Strengths (chains, generations) of the chains that have one in each generation, and how many were left out."""
    skill = str(arm["skill"].iloc[0])
    found = [rate_sets(cell, skill) for _, cell in arm.groupby("generation", sort=True)]
    chains = sorted(set(arm["set"]))
    rows = [[rated[chain] for rated in found] for chain in chains if all(chain in rated for rated in found)]
    return np.array(rows, dtype=np.float64).reshape(len(rows), len(found)), len(chains) - len(rows)


def find_worth(curve: pd.DataFrame, last: pd.Series) -> list[float] | None:
    """How many examples make a player as strong as a cell (`last`: elo, se), with a 95 % interval.

    `curve` are the games of the plain cells of that player under the same settings. None without several n, or where
    one of the strengths is not defined.
    """
    if pd.isna(last["elo"]) or pd.isna(last["se"]) or curve["n"].nunique() < 2:
        return None
    skill = str(curve["skill"].iloc[0])
    points = [(int(str(n)), rate_games(cell, skill)) for n, cell in curve.groupby("n", sort=True)]
    used = [(n, s.elo, s.se_games) for n, s in points if s.elo is not None and s.se_games is not None]
    if len(used) < 2:
        return None
    numbers, elo, se = zip(*used, strict=True)
    return list(find_equivalent(numbers, elo, se, float(last["elo"]), float(last["se"]), np.random.default_rng(0)))


def write_memory(games: pd.DataFrame, stages: Sequence[Mapping[str, Any]], report: Path) -> list[Path]:
    """Write memory.md, .csv and figures, and notes.md with every generation's changes; nothing without chains."""
    from quickstudy.reports.memory_plot import write_generations  # slow, and `quickstudy notes` draws nothing

    if not is_usual(games).any():
        return []
    table, verdicts = tabulate_generations(games), judge_arms(games)
    page, cells, notes = report / FILE, report / "memory.csv", report / "notes.md"
    table.to_csv(cells, index=False, float_format="%.3f")
    page.write_text(write_page(verdicts), encoding="utf-8")
    notes.write_text(write_trajectories(stages), encoding="utf-8")
    return [page, cells, notes, *write_generations(table, games, report)]


def write_page(verdicts: Sequence[Mapping[str, Any]]) -> str:
    """The arms as Markdown."""
    lead = (
        "Strength in Elo with 95 % intervals over chains. `First` is without notes, `Last` with those of the last "
        "generation. The slope is the mean over chains in Elo per generation, p that of no rise (one-sided); the late "
        f"slope is that of the last {LATE} generations with its lower 90 % bound. `Worth` is the number of examples "
        "that make the same player as strong."
    )
    table = "\n".join(markdown_table(HEADER, [_list_row(v) for v in verdicts]))
    return f"# Notes over generations\n\n{lead}\n\n{table}\n"


def write_memory_text(games: pd.DataFrame) -> str:
    """The arms for a terminal; empty without chains."""
    return text_table(HEADER, [_list_row(v) for v in judge_arms(games)]) if is_usual(games).any() else ""


def _list_row(verdict: Mapping[str, Any]) -> tuple[str, ...]:
    slope = verdict["slope"]
    late = "-"
    if slope is not None:
        goes_on = "keeps improving" if verdict["improves"] else "not shown to go on"
        late = f"{slope['late']:+.0f} (> {slope['late_low']:+.0f}): {goes_on}"
    return (
        str(verdict["skill"]),
        str(verdict["model"]),
        name_arm(verdict),
        str(verdict["budget"]),
        str(verdict["chains"]) + (f" ({verdict['left_out']} left out)" if verdict["left_out"] else ""),
        _show(verdict["first"]),
        f"{_show(verdict['last'])} after {verdict['generations']}",
        "-" if slope is None else f"{slope['slope']:+.0f} [{slope['low']:+.0f}, {slope['high']:+.0f}]",
        "-" if slope is None else f"{slope['p']:.3f}",
        late,
        _show_worth(verdict["worth"]),
    )


def _show(figures: Sequence[float | None]) -> str:
    elo, low, high = figures
    return "undefined" if elo is None else f"{elo:.0f} [{low or 0:.0f}, {high or 0:.0f}]"


def _show_worth(worth: Sequence[float] | None) -> str:
    if worth is None:
        return "-"
    n, low, high = ("more" if np.isinf(x) else f"{x:.0f}" for x in worth)
    return f"{n} [{low}, {high}]"


def add_stage(stages: Rows, where: str, record: Any) -> None:
    """Add the record of a study stage to those read so far, each once.

    Raises TableError for an ill-formed one, and for a copy of a stage that has anything else.
    """
    try:
        key = (record["cell"]["cell_id"], int(record["chain"]), int(record["generation"]))
        Notes.from_list(record["notes"]), Notes.from_list(record["before"])
    except (KeyError, TypeError, ValueError) as error:
        raise TableError(f"{where}: not the record of a study stage ({error!r})") from error
    if key in stages and strip_times(stages[key][1]) != strip_times(record):
        raise TableError(
            f"{where}: another copy of this study stage has other notes, games or replies: keep one of them"
        )
    stages.setdefault(key, (1, record))


def write_trajectories(stages: Sequence[Mapping[str, Any]]) -> str:
    """All notes over all generations as Markdown: sizes, edits and differences."""
    parts = ["# Notes, generation by generation"]
    for record in sorted(stages, key=_order):
        parts += [f"## {name_stage(record)}", describe_stage(record)]
    return "\n\n".join(parts) + "\n"


def _order(record: Mapping[str, Any]) -> tuple[Any, ...]:
    cell = record["cell"]
    conditions = [cell[name] for name in ("skill", "model", "regime", "control", "budget")]
    return (*conditions, *(str(cell.get(name, "")) for name in PRACTISED), *_place(record))


def _place(record: Mapping[str, Any]) -> tuple[int, int]:
    return int(record["chain"]), int(record["generation"])


def name_stage(record: Mapping[str, Any]) -> str:
    """What a study stage is known by."""
    cell, (chain, generation) = record["cell"], _place(record)
    arm = f"{name_arm({**cell, 'settings': ''})} of {cell['budget']} tokens"
    return f"{cell['skill']}, {cell['model']}, {arm}, chain {chain}, generation {generation}"


def find_stages(log: Path, chain: int, generation: int | None) -> list[tuple[str, Mapping[str, Any]]]:
    """The study stages of a chain, each with its name, in a log or below a folder: of one generation, or the last.

    There is one for each arm. Raises TableError where there is none.
    """
    if log.is_file() and log.suffix not in (".eval", ".jsonl"):
        raise TableError(f"{log} is no log: name a file *.eval or *.jsonl, or the folder of a run")
    folder, stem = (log, "") if log.is_dir() else (log.parent, log.stem)
    stages: Rows = {}
    for where, record in read_records(folder, stem):
        if find_items(record) == "notes":
            add_stage(stages, where, record)
    found = sorted((record for _, record in stages.values() if record["chain"] == chain), key=_order)
    arms: dict[str, Mapping[str, Any]] = {}
    for record in found:
        if generation in (None, record["generation"]):
            arms[name_stage({**record, "generation": 0})] = record  # the last one stays
    if not arms:
        known = sorted({_place(record) for _, record in stages.values()})
        said = f"; it has chains 0 to {known[-1][0]} and generations 1 to {max(g for _, g in known)}" if known else ""
        raise TableError(f"{log} has no such notes{said}")
    return [(name_stage(record), record) for record in arms.values()]
