"""The table of replays and what follows from it: recall by place with intervals, chance, and forfeits apart."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from quickstudy.reports.replays import (
    HEADER,
    REPLAY_COLUMNS,
    REPLAY_KEY,
    load_replays,
    read_replays,
    tabulate_recall,
    write_recall_text,
)
from quickstudy.reports.report import format_tables, write_report
from quickstudy.reports.tables import TableError
from quickstudy.scorers.replays import estimate_recall
from quickstudy.tasks.direct import replay_study, write_records
from quickstudy.tasks.study import Study
from tests.reports.records import load_strictly, record, sets, write
from tests.same_tables import same_replays


def replay(*games: str, number: int = 0, n: int = 3, **cell: Any) -> dict[str, Any]:
    """A replay's record: for each game in view its moves, 1 or 0 (the first is a random one), or f, a forfeit."""
    moves = []
    for k, letters in enumerate(games):
        for i, letter in enumerate(letters):
            answered = letter != "f"
            moves.append(
                {
                    "number": k + 1, "place": k / (len(games) - 1) if len(games) > 1 else 0.5, "before": 10 * k,
                    "after": 10 * (len(games) - 1 - k), "ply": i + 2, "colour": "x", "moves": "a1 b2", "played": "c3",
                    "random": int(i == 0), "move": {"1": "c3", "0": "d4", "f": None}[letter], "options": 4,
                    "reproduced": int(letter == "1"), "outcome": "answered" if answered else "forfeit_illegal",
                    "forfeit": int(not answered), "illegal": 0 if answered else 3, "unreadable": 0,
                    "asked": 1 if answered else 3, "input_tokens": 9, "output_tokens": 1, "seconds": 0.1, "answers": [],
                }
            )  # fmt: skip
    shared = {key: value for key, value in record("", column=number, n=n, **cell).items() if key != "games"}
    return {**shared, "replays": moves}


def tabulate(folder: Path, *records: dict[str, Any]) -> pd.DataFrame:
    return read_replays(write(folder, *records))


def find(table: pd.DataFrame, part: str, number: int | None = None) -> dict[Any, Any]:
    rows = table[(table["part"] == part) & (table["number"].isna() if number is None else table["number"] == number)]
    (row,) = rows.to_dict("records")
    return dict(row)


def test_table_has_a_row_for_each_move_of_a_real_run(tmp_path: Path) -> None:
    records = list(replay_study(Study("morvane", (2,), sets=2, teacher="random"), "quickstudy/greedy", 2, 3))
    write_records(records, tmp_path / "a.jsonl")
    moves = read_replays(tmp_path)
    assert list(moves.columns) == list(REPLAY_COLUMNS) and not moves.duplicated(REPLAY_KEY).any()
    told = {
        (r["set"], m["number"], m["ply"]): {**r["cell"], "study_seed": r["cell"]["seed"], **r, **m}
        for r in records for m in r["replays"]
    }  # fmt: skip
    rows = moves.to_dict("records")
    assert len(rows) == len(told) == 12
    for row in rows:
        said = told[row["set"], row["number"], row["ply"]]
        assert row == {name: said[name] for name in REPLAY_COLUMNS}


def test_recall_is_told_by_part_and_a_forfeit_reproduces_nothing(tmp_path: Path) -> None:
    moves = tabulate(tmp_path, replay("10", "1f", "11"), replay("00", "10", "11", number=1))
    table = tabulate_recall(moves)
    assert list(table["part"]) == ["all", "random", "early", "middle", "late", "game", "game", "game"]
    whole = find(table, "all")
    hits = [1, 0, 1, 0, 1, 1, 0, 0, 1, 0, 1, 1]
    found = estimate_recall(hits, [4] * 12, [0] * 6 + [1] * 6)
    assert (whole["recall"], whole["low"], whole["high"]) == pytest.approx((found.share, found.low, found.high))
    assert (whole["chance"], whole["moves"], whole["sets"]) == (0.25, 12, 2)
    assert whole["forfeit_rate"] == pytest.approx(1 / 12) and whole["illegal_rate"] == pytest.approx(3 / 14)
    assert [find(table, part)["recall"] for part in ("early", "middle", "late")] == [0.25, 0.5, 1.0]
    assert find(table, "random")["recall"] == pytest.approx(5 / 6)
    games = [find(table, "game", k) for k in (1, 2, 3)]
    assert [(row["place"], row["after"], row["recall"]) for row in games] == [
        (0.0, 20, 0.25),
        (0.5, 10, 0.5),
        (1.0, 0, 1.0),
    ]


def test_one_set_has_no_interval_and_a_part_that_was_not_asked_a_dash(tmp_path: Path) -> None:
    table = tabulate_recall(tabulate(tmp_path, replay("11", n=1)))
    assert math.isnan(find(table, "all")["low"]) and "early" not in set(table["part"])
    text = write_recall_text(table)
    assert text.splitlines()[0].split()[:2] == ["Game", "Model"] and "1.00  " in text and "-  " in text


def test_cells_are_told_apart_by_what_is_shown(tmp_path: Path) -> None:
    padded: dict[str, Any] = {"layout": "late", "slots": 8, "m": 3, "filler": "velun"}
    records = [replay("11", "10"), replay("10", "10", rules="none"), replay("00", "11", **padded)]
    text = write_recall_text(tabulate_recall(tabulate(tmp_path, *records)))
    assert "quickstudy/imitator (rules=none)" in text and "late, 3 in 8 slots" in text and "n = 3" in text
    assert len(text.splitlines()) == 2 + 3


def test_a_move_counts_once_from_the_replay_with_the_most(tmp_path: Path) -> None:
    short, whole = replay("00"), replay("11", "11")
    for order in ([short, whole], [whole, short]):
        moves = tabulate(tmp_path / str(order.index(short)), *order)
        assert list(moves["reproduced"]) == [1, 1, 1, 1]


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"move": None}, "ply 3 of game 1 contradicts its outcome"),
        ({"move": "d4"}, "contradicts its outcome"),
        ({"reproduced": 0}, "contradicts its outcome"),
        ({"forfeit": 1}, "contradicts its outcome"),
        ({"outcome": "forfeit_illegal"}, "contradicts its outcome"),
        ({"outcome": "win"}, "contradicts its outcome"),
        ({"outcome": "guessed"}, "unknown outcome 'guessed'"),
    ],
)
def test_a_contradictory_move_is_a_sentence(change: dict[str, Any], named: str, tmp_path: Path) -> None:
    broken = replay("11")
    broken["replays"][1] |= change
    with pytest.raises(TableError, match=named) as caught:
        tabulate(tmp_path, broken)
    assert "line 1" in str(caught.value) and "\n" not in str(caught.value)


def test_a_record_that_lacks_a_part_is_a_sentence(tmp_path: Path) -> None:
    broken = replay("11")
    del broken["replays"][0]["options"]
    with pytest.raises(TableError, match="no field 'options'"):
        tabulate(tmp_path / "a", broken)
    del broken["cell"]
    with pytest.raises(TableError, match="not a record of replays"):
        tabulate(tmp_path / "b", broken)
    with pytest.raises(TableError, match="no replays"):
        tabulate(tmp_path / "c", record("10"))


def test_report_of_replays_alone_and_its_numbers(tmp_path: Path) -> None:
    padded: dict[str, Any] = {"layout": "early", "slots": 8, "m": 3, "filler": "velun"}
    records = [replay(*games, number=k) for k, games in enumerate([("11", "10"), ("01", "11")])]
    write(tmp_path / "logs", *records, *(replay("10", "1f", number=k, **padded) for k in range(2)))
    (tmp_path / "games.parquet").write_bytes(b"of an earlier run")
    names = [path.name for path in write_report(tmp_path)]
    figure = ["recall.png", "recall.svg", "recall.data.json"]
    assert names == ["logs", "replays.parquet", "recall.md", "recall.csv", *figure]
    assert not (tmp_path / "games.parquet").exists()
    moves = read_replays(tmp_path / "logs")
    assert same_replays(load_replays(tmp_path / "replays.parquet"), moves)
    table = tabulate_recall(moves)
    assert format_tables(tmp_path) == write_recall_text(table)
    page = (tmp_path / "report" / "recall.md").read_text()
    assert page.startswith("# Recall") and "| " + " | ".join(HEADER) in page
    assert len(pd.read_csv(tmp_path / "report" / "recall.csv")) == len(table)
    shown = load_strictly(tmp_path / "report" / "recall.data.json")
    assert [row["recall"] for row in shown] == [0.5, 0.5, 0.75, 0.75]
    before = [(tmp_path / "report" / name).read_bytes() for name in figure]
    write_report(tmp_path)
    assert [(tmp_path / "report" / name).read_bytes() for name in figure] == before


def test_report_of_games_and_replays_shows_both(tmp_path: Path) -> None:
    write(tmp_path / "logs", *sets(["10", "01"]), replay("11", "10"), replay("11", "10", number=1))
    assert {"games.parquet", "replays.parquet", "recall.png"} <= {path.name for path in write_report(tmp_path)}
    text = format_tables(tmp_path)
    assert text.index("Best strength") < text.index("Random moves")
