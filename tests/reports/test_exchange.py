"""The report of exchanged notes: a matrix over authors and readers, paired by chain, from literal results."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from quickstudy.reports.exchange import Exchange, is_read, list_exchanges, write_exchange, write_exchange_text
from quickstudy.reports.report import format_tables, write_report
from quickstudy.tasks.cell import Cell
from quickstudy.tasks.chains.artefacts import hash_notes
from quickstudy.tasks.regimes.notes import Item, Notes
from tests.reports.records import sets, tabulate, write

NOTED: dict[str, Any] = {"regime": "notes", "budget": 200}
READ: dict[str, Any] = {**NOTED, "generation": 2, "studied": 4}
MANY, HALF, FEW = ("1111110110", "1111101111"), ("1101001010", "1010101010"), ("0100000010", "0001000100")
"""Ten games for each of two chains."""
A, B = "m/a", "m/b"
NOTES = {name: Notes((Item("advice", f"by {name}"),)) for name in (A, B)}
DIGESTS = {name: hash_notes({0: notes.digest, 1: notes.digest}) for name, notes in NOTES.items()}


def matrix() -> list[dict[str, Any]]:
    """A and b read each other's notes; a writes better ones than b, and a learns nothing from b's."""
    level = "alphabeta-300-e75"
    return [
        *(record for name in (A, B) for record in sets(FEW, level, model=name, **NOTED)),
        *sets(MANY, level, model=A, **READ),
        *sets(HALF, level, model=B, **READ),
        *sets(MANY, level, model=B, author=A, notes_hash=DIGESTS[A], **READ),
        *sets(FEW, level, model=A, author=B, notes_hash=DIGESTS[B], **READ),
    ]


def stage(name: str, chain: int, notes: Notes) -> dict[str, Any]:
    """The record of a study stage, as far as reports read it."""
    cell = {**sets(FEW, model=name, **READ)[0]["cell"]}
    return {
        "cell": cell, "chain": chain, "generation": 2, "notes": notes.to_list(), "before": [], "digest": notes.digest,
        "edits": {"added": 1}, "quoted": 0, "tokens": notes.tokens, "games": [], "replies": [],
    }  # fmt: skip


def stages() -> list[dict[str, Any]]:
    return [stage(name, chain, NOTES[name]) for name in (A, B) for chain in (0, 1)]


@pytest.fixture
def games(tmp_path: Path) -> pd.DataFrame:
    return tabulate(tmp_path, *matrix())


def only(found: list[Exchange]) -> Exchange:
    (one,) = found
    return one


def test_gains_are_over_empty_notes_and_split_by_author_and_reader(games: pd.DataFrame) -> None:
    one = only(list_exchanges(games))
    assert (one.authors, one.readers, one.generation, one.chains) == ((A, B), (A, B), 2, 2)
    assert one.split is not None
    gain = one.split.gain.mean
    assert gain[0, 0] == pytest.approx(gain[0, 1]), "both read a's notes as well"
    assert gain[1, 0] == pytest.approx(0.0) and 0.0 < gain[1, 1] < gain[0, 1], "a makes nothing of b's notes"
    assert one.split.writing.mean[0] > 0 > one.split.writing.mean[1]
    foreign, more = one.others[A]
    assert float(foreign.mean) == pytest.approx(0.0) and float(more.mean) == pytest.approx(gain[0, 0])
    assert float(one.others[B][1].mean) < 0.0, "b does better with a's notes than with its own"


def test_the_control_of_empty_notes_counts_where_it_was_played(tmp_path: Path) -> None:
    control = sets(HALF, "alphabeta-300-e75", model=A, **NOTED, control="empty")
    split = only(list_exchanges(tabulate(tmp_path, *matrix(), *control))).split
    assert split is not None and split.gain.mean[1, 0] < -100.0 < split.gain.mean[1, 1]


def test_a_chain_without_a_strength_in_some_cell_is_left_out(tmp_path: Path) -> None:
    third = [
        record | {"set": 2}
        for name, author in ((A, ""), (B, ""), (A, B), (B, A))
        for record in sets(
            ["1f" if (name, author) != (A, B) else "ffff"], "random", model=name, author=author,
            notes_hash=DIGESTS.get(author, ""), **READ,
        )
    ]  # fmt: skip
    started = [r | {"set": 2} for name in (A, B) for r in sets(["10"], model=name, **NOTED)]
    one = only(list_exchanges(tabulate(tmp_path, *matrix(), *third, *started)))
    assert (one.chains, one.left_out) == (2, 1) and one.split is not None


def test_a_matrix_with_a_hole_says_what_is_missing(tmp_path: Path) -> None:
    records = [record for record in matrix() if record["cell"]["author"] != B]
    third = sets(MANY, model="m/c", author=B, notes_hash=DIGESTS[B], **READ)
    found = list_exchanges(tabulate(tmp_path, *records, *third))
    assert only(found).split is None
    assert only(found).missing == ("m/c with notes by m/a", "m/a with notes by m/b", "m/c with empty notes")
    paths = write_exchange(tabulate(tmp_path, *records, *third), [], tmp_path)
    assert "There is no matrix (missing: m/c with notes by m/a" in paths[0].read_text() and len(paths) == 2


def test_notes_that_were_written_anew_since_are_not_mixed_in(tmp_path: Path) -> None:
    old = hash_notes({0: "old", 1: "old"})
    stale = sets(FEW, "alphabeta-300-e75", model=B, author=A, notes_hash=old, **READ)
    table = tabulate(tmp_path, *matrix(), *stale)
    fresh = only(list_exchanges(table, stages()))
    assert fresh.split is not None and fresh.cells["games"].tolist() == [20] * 4
    assert list_exchanges(table[~is_read(table) | (table["notes_hash"] == old)], stages()) == []


def test_the_report_of_a_run_has_page_table_and_figure(tmp_path: Path) -> None:
    write(tmp_path, *matrix(), *stages())
    written = {path.name for path in write_report(tmp_path)}
    assert {f"exchange.{end}" for end in ("md", "csv", "png", "svg", "data.json")} <= written
    page = (tmp_path / "report" / "exchange.md").read_text()
    assert "read by m/a" in page and "The control of another author's notes" in page and "2 chains" in page
    table = pd.read_csv(tmp_path / "report" / "exchange.csv")
    assert table["gain"].to_numpy() == pytest.approx(
        (table["total"] + table["writing"] + table["reading"] + table["remainder"]).to_numpy(), abs=0.01
    )
    drawn = json.loads((tmp_path / "report" / "exchange.data.json").read_text())
    assert [row["author"] for row in drawn] == [A, A, B, B]
    assert "by m/a" not in (tmp_path / "report" / "memory.md").read_text(), "chains are of the player's own notes"
    assert "Elo that notes add" in format_tables(tmp_path)


def test_without_an_exchange_there_is_no_page(tmp_path: Path) -> None:
    games = tabulate(tmp_path, *(record for record in matrix() if not record["cell"]["notes_hash"]))
    assert write_exchange(games, [], tmp_path) == [] and write_exchange_text(games) == ""
    assert Cell.__dataclass_fields__["notes_hash"].default == ""
