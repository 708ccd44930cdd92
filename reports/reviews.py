"""Reviews: what players name as their worst moves against what these lost, and whether notes mend them."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from quickstudy.reports.leaderboard import markdown_table
from quickstudy.reports.memory import judge_arms
from quickstudy.reports.notes import GROUP, is_memory, name_arm
from quickstudy.reports.records import TableError
from quickstudy.reports.reviews_plot import write_understanding
from quickstudy.reports.tables import name_settings
from quickstudy.scorers.understanding import (
    MISTAKE,
    Figure,
    Relation,
    relate_players,
    score_naming,
    score_repairs,
)

FILE = "reviews.md"
NAMED = (
    "Game",
    "Player",
    "Arm",
    "Budget",
    "Reviews",
    "Understanding",
    "Precision",
    "Found",
    "Recall",
    "Order",
    "Better",
)
MENDED = ("Game", "Player", "Arm", "Budget", "Moves", "Mistakes", "Before", "After", "Repaired", "Saved")
_APART = {"cell_id", "generation", "studied", "n_requested"}

Arm = dict[str, Any]


def list_arms(games: pd.DataFrame, stages: Sequence[Mapping[str, Any]]) -> list[Arm]:
    """Each arm whose games were reviewed: its conditions, tables of moves and positions, and its slope of notes.

    `moves` has a row for each own move of a game whose review could be read, `positions` for each that was asked again;
    `asked` counts reviews and `faulty` those that could not be read, `illegal` the moves called better that were not
    legal. `slope` is that of `judge_arms`, NaN where there is none. Raises TableError for a stage whose reviews are
    ill-formed.
    """
    noted = games[is_memory(games)]
    cells = noted.assign(settings=name_settings(noted)).drop_duplicates("cell_id").set_index("cell_id")
    slopes = {tuple(v[name] for name in GROUP): v["slope"] for v in judge_arms(games)}
    found: dict[str, Arm] = {}
    for record in stages:
        if "regrets" not in record:
            continue
        cell = record["cell"]
        shared = {name: value for name, value in cell.items() if name not in _APART}
        key = json.dumps(shared, sort_keys=True)
        if key not in found:
            known = cell["cell_id"] in cells.index
            row = tuple(cells.loc[cell["cell_id"], GROUP]) if known else None
            slope = None if row is None else slopes.get(row)
            found[key] = {
                **shared,
                "settings": "" if row is None else row[GROUP.index("settings")],
                "slope": math.nan if slope is None else slope["slope"],
                "moves": [],
                "positions": [],
                **dict.fromkeys(("asked", "faulty", "illegal"), 0),
            }
        try:
            _add_stage(found[key], record)
        except (KeyError, TypeError) as error:
            where = f"a study stage of {cell['skill']}"
            raise TableError(f"{where} holds no reviews that can be read ({error!r})") from error
    arms = [{**arm, **{name: pd.DataFrame(arm[name]) for name in ("moves", "positions")}} for arm in found.values()]
    return sorted(arms, key=lambda arm: tuple(str(arm[name]) for name in GROUP))


def _add_stage(arm: Arm, record: Mapping[str, Any]) -> None:
    where = {"chain": record["chain"], "generation": record["generation"]}
    readable = {review["game"] for review in record["reviews"] if review["readable"]}
    arm["asked"] += len(record["reviews"])
    arm["faulty"] += len(record["reviews"]) - len(readable)
    arm["illegal"] += sum(review["illegal"] for review in record["reviews"])
    lost = {(row["game"], row["ply"]): row["regret"] for row in record["regrets"]}
    for row in record["regrets"]:
        if row["game"] in readable:
            better = math.nan if row["better_regret"] is None else row["better_regret"]
            arm["moves"].append({**where, **row, "better_regret": better})
    for row in record["repairs"]:
        answers = {name: math.nan if (x := row[name]["regret"]) is None else x for name in ("before", "after")}
        place = {name: row[name] for name in ("game", "ply", "named")}
        arm["positions"].append({**where, **place, "regret": lost[row["game"], row["ply"]], **answers})


def tabulate_reviews(arms: Sequence[Arm]) -> pd.DataFrame:
    """A row for each arm: its conditions, counts and figures with their intervals, named and missed moves apart."""
    rows = []
    for arm in arms:
        figures = dict(score_naming(arm["moves"])) if len(arm["moves"]) else {}
        for named, name in ((1, "named"), (0, "missed")):
            positions = arm["positions"]
            part = positions[positions["named"] == named] if len(positions) else positions
            if len(part):
                figures |= {f"{name}_{key}": figure for key, figure in score_repairs(part).items()}
        counts = {name: arm[name] for name in ("asked", "faulty", "illegal", "slope")}
        ends = {f"{name}{end}": value for name, f in figures.items() for end, value in zip(_ENDS, f, strict=True)}
        rows.append({**{name: arm[name] for name in GROUP}, **counts, **ends})
    return pd.DataFrame(rows)


_ENDS = ("", "_low", "_high")


def relate_arms(arms: Sequence[Arm]) -> Relation | None:
    """How slopes of notes go with understanding over all arms; None for fewer than three that have both."""
    scores = {
        str(i): score_naming(arm["moves"])["understanding"].value for i, arm in enumerate(arms) if len(arm["moves"])
    }
    return relate_players(scores, {str(i): float(arm["slope"]) for i, arm in enumerate(arms)})


def write_reviews(games: pd.DataFrame, stages: Sequence[Mapping[str, Any]], report: Path) -> list[Path]:
    """Write reviews.md, .csv and figures; nothing where no games were reviewed."""
    arms = list_arms(games, stages)
    if not arms:
        return []
    page, cells = report / FILE, report / "reviews.csv"
    tabulate_reviews(arms).to_csv(cells, index=False, float_format="%.4f")
    page.write_text(write_page(arms), encoding="utf-8")
    return [page, cells, *write_understanding(arms, report)]


def write_page(arms: Sequence[Arm]) -> str:
    """The arms as Markdown."""
    lead = (
        "After each game that it played while studying, a player names its own worst moves and a better one for each. "
        "Regrets are win probability lost, by the engines that value probes; a mistake loses at least "
        f"{MISTAKE:g}. Intervals are 95 %, over chains. Understanding is 0 for naming at random and 1 for always "
        "naming the worst move. In brackets stands what naming at random would give. Order is Kendall's tau-b of the "
        "order of naming; Better is what the moves called better save. Reviews that cannot be read, and moves called "
        "better that are not legal, are counted apart."
    )
    mend = (
        "Fresh instances are asked the same positions again, with the notes from before the stage and with those after "
        "it. Before and After are the shares of mistakes that are not made again. Named moves are those of the review; "
        "missed ones the worst of a game that the review did not name."
    )
    named = "\n".join(markdown_table(NAMED, [_list_named(arm) for arm in arms]))
    rows = [row for arm in arms for row in _list_mended(arm)]
    mended = "\n".join(markdown_table(MENDED, rows))
    relation = describe_relation(relate_arms(arms))
    return (
        f"# Understanding of failures\n\n{lead}\n\n{named}\n\n## What notes mend\n\n{mend}\n\n{mended}\n\n"
        f"## Understanding and the slope of notes\n\n{relation}\n"
    )


def describe_relation(relation: Relation | None) -> str:
    """How slopes go with understanding, as a sentence."""
    if relation is None:
        return "There are fewer than three arms with a slope and an understanding of their own: nothing can be said."
    rise, r = relation.rise, relation.correlation
    shown = f"[{rise.low / 10:+.0f}, {rise.high / 10:+.0f}]"
    known = f" [{r.low:.2f}, {r.high:.2f}]" if math.isfinite(r.low) else " (too few for an interval)"
    return (
        f"Over {relation.players} arms the slope of notes rises by {rise.value / 10:+.0f} {shown} Elo per generation "
        f"for each 0.1 of understanding; correlation {r.value:.2f}{known}. Arms of one player are not independent ones."
    )


def _list_shared(arm: Arm) -> tuple[str, ...]:
    return str(arm["skill"]), str(arm["model"]), name_arm(arm), str(arm["budget"])


def _list_named(arm: Arm) -> tuple[str, ...]:
    faults = [f"{arm[name]} {what}" for name, what in (("faulty", "unreadable"), ("illegal", "illegal")) if arm[name]]
    count = str(arm["asked"]) + (f" ({', '.join(faults)})" if faults else "")
    if not len(arm["moves"]):
        return (*_list_shared(arm), count, *("-" for _ in NAMED[5:]))
    figures = score_naming(arm["moves"])
    return (
        *_list_shared(arm),
        count,
        show_figure(figures["understanding"]),
        f"{show_figure(figures['precision'])} ({_show(figures['precision_chance'].value)})",
        f"{show_figure(figures['found'])} ({_show(figures['found_chance'].value)})",
        *(show_figure(figures[name]) for name in ("recall", "order", "better")),
    )


def _list_mended(arm: Arm) -> list[tuple[str, ...]]:
    rows, positions = [], arm["positions"]
    for named, name in ((1, "named"), (0, "missed")):
        part = positions[positions["named"] == named] if len(positions) else positions
        if len(part):
            figures = score_repairs(part)
            count = str(int((part["regret"] >= MISTAKE).sum()))
            shown = (show_figure(figures[key]) for key in ("before", "after", "repaired", "spared"))
            rows.append((*_list_shared(arm), name, count, *shown))
    return rows


def _show(value: float) -> str:
    return f"{value:.2f}" if math.isfinite(value) else "-"


def show_figure(figure: Figure) -> str:
    """A figure with its interval, for a table."""
    if not math.isfinite(figure.low):
        return _show(figure.value)
    return f"{figure.value:.2f} [{figure.low:.2f}, {figure.high:.2f}]"
