"""Replays: one tidy table with a row for each asked move, and from it recall by place in the window and n."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from quickstudy.reports.leaderboard import markdown_table, name_player, show_share, text_table
from quickstudy.reports.probes import CELL_COLUMNS, PROBE_COLUMNS, read_forfeit
from quickstudy.reports.records import Rows, TableError, check_kinds, find_items, keep_fullest, list_rows, read_records
from quickstudy.reports.replay_chart import write_replay_chart
from quickstudy.reports.tables import CONDITIONS, SHOWN, name_settings, read_table, tidy
from quickstudy.scorers.replays import estimate_recall

REPLAY_COLUMNS: dict[str, tuple[str, str]] = {
    **CELL_COLUMNS,
    "match": ("int64", "replay within cell and set"),
    "number": ("int64", "number of the example game in the prompt"),
    "place": ("float64", "place of its line among the tokens of all examples: 0 first, 1 last"),
    "before": ("int64", "tokens of examples before it (bytes / 4)"),
    "after": ("int64", "tokens of examples after it"),
    "ply": ("int64", "moves of the game before the one asked for"),
    "colour": ("str", "the side to move: x moves first"),
    "moves": ("str", "the game's moves so far"),
    "played": ("str", "the move of the game, which is the right answer"),
    "random": ("int64", "1 if it is of the random opening, which no skill foretells"),
    "move": PROBE_COLUMNS["move"],
    "options": ("int64", "legal moves"),
    "reproduced": ("int64", "1 if the answer is the move of the game"),
    **{name: PROBE_COLUMNS[name] for name in ("outcome", "forfeit", "illegal", "unreadable", "asked")},
    **{name: PROBE_COLUMNS[name] for name in ("input_tokens", "output_tokens")},
    "seconds": ("float64", "wall time of the question (a timing column)"),
}
REPLAY_KEY = ["cell_id", "set", "match", "number", "ply"]
PARTS = ("all", "random", "early", "middle", "late", "game")
MEASURED = ("number", "place", "after", "recall", "low", "high", "chance")
HEADER = ("Game", "Model", "In view", "Recall", *PARTS[2:5], "Random moves", "Chance", "Forfeits", "Moves")


def read_replays(folder: Path, stem: str = "") -> pd.DataFrame:
    """All moves asked for in replays in the logs below a folder whose names begin with `stem`, one row each.

    A move that is in several logs counts once, from the replay with the most moves. Raises TableError as
    `tables.read_games`.
    """
    replays: Rows = {}
    for where, record in read_records(folder, stem):
        if find_items(record) == "replays":
            add_replay(replays, where, record)
    if not replays:
        raise TableError(f"no replays in {folder}")
    return tabulate_replays(replays)


def add_replay(replays: Rows, where: str, record: Any) -> None:
    """Add a replay's moves to those read so far. Raises TableError for an ill-formed or contradictory record."""
    rows = list_rows(record, where, "replays", REPLAY_COLUMNS)
    for row in rows:
        row["move"] = row["move"] or ""
    check_kinds(rows, where, REPLAY_COLUMNS)
    for row in rows:
        forfeit = read_forfeit(row, where)
        right = (bool(row["move"]), row["forfeit"], row["reproduced"])
        if forfeit is None or right != (not forfeit, forfeit, row["move"] == row["played"]):
            raise TableError(f"{where}: ply {row['ply']} of game {row['number']} contradicts its outcome")
    keep_fullest(replays, rows, REPLAY_KEY)


def tabulate_replays(replays: Rows) -> pd.DataFrame:
    """The table of all moves. Raises TableError where a value is of the wrong kind."""
    return tidy(pd.DataFrame([row for _, row in replays.values()]), REPLAY_COLUMNS, REPLAY_KEY)


def load_replays(path: Path) -> pd.DataFrame:
    """Read a table of moves that was written as Parquet. Raises TableError where it cannot be read."""
    return tidy(read_table(path), REPLAY_COLUMNS, REPLAY_KEY)


def tabulate_recall(moves: pd.DataFrame) -> pd.DataFrame:
    """One row for each cell and `part` of its moves: the conditions, recall with its interval, and chance.

    Parts are `all`, `random` (those of random openings), the thirds of the window `early`, `middle` and `late`, and
    each `game` by its number, with its mean `place` and the tokens `after` it. What is undefined is NaN.
    """
    rows = []
    named = moves.assign(settings=name_settings(moves))
    for values, cell in named.groupby([*CONDITIONS, "cell_id"], sort=True):
        conditions = dict(zip([*CONDITIONS, "cell_id"], values, strict=True))
        for part, asked in _split(cell):
            found = estimate_recall(asked["reproduced"], asked["options"], asked["set"].tolist())
            alone, count = part == "game", max(int(asked["asked"].sum()), 1)
            rows.append(
                {
                    **conditions,
                    "part": part,
                    "number": float(asked["number"].iloc[0]) if alone else None,
                    "place": asked["place"].mean() if alone else None,
                    "after": asked["after"].mean() if alone else None,
                    "recall": found.share,
                    "low": found.low,
                    "high": found.high,
                    "chance": found.chance,
                    "moves": found.moves,
                    "sets": found.clusters,
                    "forfeit_rate": asked["forfeit"].mean(),
                    "illegal_rate": asked["illegal"].sum() / count,
                    "unreadable_rate": asked["unreadable"].sum() / count,
                }
            )
    return pd.DataFrame(rows).astype(dict.fromkeys(MEASURED, "float64") if rows else {})


def _split(cell: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    """The parts of a cell's moves that are not empty, by their names."""
    early, late = cell["place"] < 1 / 3, cell["place"] > 2 / 3
    places = {"early": early, "middle": ~(early | late), "late": late}
    chosen = {"all": cell["place"].notna(), "random": cell["random"] == 1, **places}
    yield from ((part, cell[rows]) for part, rows in chosen.items() if rows.any())
    yield from (("game", asked) for _, asked in cell.groupby("number", sort=True))


def write_recall(table: pd.DataFrame, folder: Path) -> list[Path]:
    """Write recall.csv, recall.md and the figure of `tabulate_recall`; returns the paths."""
    cells, page = folder / "recall.csv", folder / "recall.md"
    table.to_csv(cells, index=False, float_format="%.4f")
    lines = [
        "# Recall",
        "",
        "The share of the moves of example games in view that a player reproduces when it is asked for the next one, "
        "with its 95 % interval by example set: in all, and of games in the first, middle and last third of the "
        "examples' tokens. A forfeit reproduces nothing. Chance is a uniform choice among the legal moves. Who plays "
        "like the examples' teacher foretells some of its moves without recall, but not the random moves of openings.",
        "",
        *markdown_table(HEADER, _list_cells(table)),
    ]
    page.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return [page, cells, *write_replay_chart(table, folder)]


def write_recall_text(table: pd.DataFrame) -> str:
    """The cells of `tabulate_recall` as aligned text for a terminal."""
    return text_table(HEADER, _list_cells(table))


def _list_cells(table: pd.DataFrame) -> list[tuple[str, ...]]:
    order = ["skill", "model", "settings", *SHOWN, "n", "slots", "layout"]
    return [
        _show({part: rows[rows["part"] == part].to_dict("records") for part in PARTS[:5]})
        for _, rows in table.groupby([*order, "cell_id"], sort=True)
    ]


def _show(parts: Mapping[str, list[dict[Any, Any]]]) -> tuple[str, ...]:
    (whole,) = parts["all"]
    view = f"n = {whole['n']}"
    if whole["layout"] != "plain":
        view = f"{whole['layout']}, {whole['n']} in {whole['slots']} slots"
    return (
        str(whole["skill"]),
        name_player(whole),
        view,
        *(_show_recall(parts[part]) for part in ("all", *PARTS[2:5], "random")),
        f"{whole['chance']:.2f}",
        show_share(whole["forfeit_rate"]),
        str(whole["moves"]),
    )


def _show_recall(rows: list[dict[Any, Any]]) -> str:
    """`0.75 [0.61, 0.86]`, without the interval where there is none, or a dash where nothing was asked."""
    if not rows:
        return "-"
    (row,) = rows
    shown = f"{row['recall']:.2f}"
    return shown if pd.isna(row["low"]) else f"{shown} [{row['low']:.2f}, {row['high']:.2f}]"
