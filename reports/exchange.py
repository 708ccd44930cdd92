"""The exchange of notes: what each author's notes are worth to each reader, split into writing and reading.

An author's own reading is the play stage of its course; others read in tasks of their own. Every gain is over the same
reader with empty notes, and all are paired by chain.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from quickstudy.reports.exchange_plot import Matrix, write_matrices
from quickstudy.reports.leaderboard import markdown_table, text_table
from quickstudy.reports.notes import PRACTISED, is_usual
from quickstudy.reports.tables import SETTINGS, rate_games, rate_sets
from quickstudy.scorers.exchange import LEAST_CHAINS, Effect, Split, Spread, average, split_gains
from quickstudy.scorers.scale import FloatArray
from quickstudy.tasks.chains.artefacts import hash_notes

FILE = "exchange.md"
OWN = ("arguments", "thinking")
"""Settings of the reader, which need not be those of the others."""
GROUP = [
    *("skill", "regime", "control", "budget", "note_kinds", "practice", "studied_game", *PRACTISED),
    *("n", "reviews", "rules", "skin"),
    *(name for name in SETTINGS if name not in OWN),
]
"""What the cells of one matrix share, beside the generation of the notes."""

_PARTS = ("writing", "reading", "remainder")


def is_read(games: pd.DataFrame) -> pd.Series:
    """Rows of games that were played with the notes of another course."""
    return games["notes_hash"] != ""


@dataclass(frozen=True)
class Exchange:
    """One matrix: authors and readers by name, and what the chains say.

    `cells` has a row for each author and reader, `chains` and `left_out` count chains, `split` is None where a cell of
    the matrix is missing or fewer than two chains have all cells; `missing` names the cells. `others` are, for readers
    that are authors, the mean gain by the notes of others, and how much more their own are worth.
    """

    conditions: Mapping[str, Any]
    generation: int
    authors: tuple[str, ...]
    readers: tuple[str, ...]
    cells: pd.DataFrame
    chains: int
    left_out: int
    missing: tuple[str, ...]
    split: Split | None
    others: Mapping[str, tuple[Effect, Effect]]


def list_exchanges(games: pd.DataFrame, stages: Sequence[Mapping[str, Any]] = ()) -> list[Exchange]:
    """The matrices of a table of games: one for each set of conditions under which notes were exchanged.

    Where the study stages are given, notes of an author that are not those of its chains (written anew since they were
    read) are left out.
    """
    noted = games[is_usual(games)]
    read = noted[is_read(noted)]
    current = _list_artefacts(stages)
    stale = read["author"].isin([author for author, _ in current]) & ~pd.Series(
        [pair in current for pair in zip(read["author"], read["notes_hash"], strict=True)], index=read.index, dtype=bool
    )
    read = read[~stale]
    if read.empty:
        return []
    found = []
    for values, part in read.groupby([*GROUP, "generation"], sort=True):
        conditions = dict(zip([*GROUP, "generation"], values, strict=True))
        generation = int(str(conditions.pop("generation")))
        alike = noted[(noted[GROUP] == list(conditions.values())).all(axis=1) & (noted["notes_hash"] == "")]
        own = alike[(alike["author"] == "") & (alike["generation"] == generation)]
        same = [name for name in GROUP if name not in ("control", "studied_game")]
        started = noted[(noted[same] == [conditions[name] for name in same]).all(axis=1) & (noted["generation"] == 0)]
        started = started[(started["author"] == "") & (started["notes_hash"] == "")]
        found.append(_build(conditions, generation, part, own, started))
    return found


def _list_artefacts(stages: Sequence[Mapping[str, Any]]) -> set[tuple[str, str]]:
    """The author and hash of each artefact that these study stages make."""
    digests: dict[tuple[str, str], dict[int, str]] = {}
    for record in stages:
        cell = record["cell"]
        key = str(cell["author"] or cell["model"]), str(cell["cell_id"])
        digests.setdefault(key, {})[int(record["chain"])] = str(record["digest"])
    return {(author, hash_notes(chains)) for (author, _), chains in digests.items()}


def _build(
    conditions: Mapping[str, Any], generation: int, read: pd.DataFrame, own: pd.DataFrame, started: pd.DataFrame
) -> Exchange:
    skill = str(conditions["skill"])
    played: dict[tuple[str, str], pd.DataFrame] = {
        (str(author), str(reader)): cell for (author, reader), cell in read.groupby(["author", "model"], sort=True)
    }
    authors = tuple(sorted({author for author, _ in played}))
    readers = tuple(sorted({reader for _, reader in played} | (set(authors) & set(own["model"]))))
    played |= {(name, name): own[own["model"] == name] for name in authors if (own["model"] == name).any()}
    empty = {name: rate_sets(_take_empty(started[started["model"] == name]), skill) for name in readers}
    rated = {place: rate_sets(cell, skill) for place, cell in played.items()}
    places = [(author, reader) for author in authors for reader in readers]
    missing = [f"{reader} with notes by {author}" for author, reader in places if not rated.get((author, reader))]
    missing += [f"{reader} with empty notes" for reader in readers if not empty[reader]]
    tables = [*(rated[place] for place in places if rated.get(place)), *(table for table in empty.values() if table)]
    known = set().union(*tables)
    shared = sorted(known.intersection(*tables))
    split, others = None, {}
    if not missing and len(shared) >= LEAST_CHAINS:
        elo = np.array([[[rated[a, r][chain] for r in readers] for a in authors] for chain in shared])
        base = np.array([[empty[r][chain] for r in readers] for chain in shared])
        split, others = split_gains(elo, base), _compare(elo - base[:, None, :], authors, readers)
    rows = [
        _describe(author, reader, played.get((author, reader)), _take_empty(started[started["model"] == reader]), skill)
        for author, reader in places
    ]
    table = pd.DataFrame([row | _place(split, i, len(readers)) for i, row in enumerate(rows)])
    gone = len(known) - len(shared)
    return Exchange(conditions, generation, authors, readers, table, len(shared), gone, tuple(missing), split, others)


def _take_empty(started: pd.DataFrame) -> pd.DataFrame:
    """A reader's games with empty notes: those of the control where they were played, else its own chains' first."""
    control = started[started["control"] == "empty"]
    return started[started["control"] == ""] if control.empty else control


def _compare(gains: FloatArray, authors: Sequence[str], readers: Sequence[str]) -> dict[str, tuple[Effect, Effect]]:
    """For readers that are authors among others: the gain by others' notes, and by how much their own exceed it."""
    found = {}
    for j, reader in enumerate(readers):
        if reader in authors and len(authors) > 1:
            i = authors.index(reader)
            foreign = np.delete(gains[:, :, j], i, axis=1).mean(axis=1)
            found[reader] = average(foreign), average(gains[:, i, j] - foreign)
    return found


def _describe(author: str, reader: str, cell: pd.DataFrame | None, empty: pd.DataFrame, skill: str) -> dict[str, Any]:
    strength = None if cell is None else rate_games(cell, skill)
    row: dict[str, Any] = {"author": author, "reader": reader}
    for name in ("elo", "low", "high", "games", "forfeit_rate"):
        row[name] = None if strength is None else getattr(strength, name)
    return row | {"empty": rate_games(empty, skill).elo if len(empty) else None}


def _place(split: Split | None, number: int, readers: int) -> dict[str, float | None]:
    """The gain of a cell and its parts, as columns."""
    names = ("gain", "gain_low", "gain_high", "total", *_PARTS, "remainder_low", "remainder_high")
    if split is None:
        return dict.fromkeys(names)
    a, r = divmod(number, readers)
    gain, rest = ([float(part[a, r]) for part in effect] for effect in (split.gain, split.remainder))
    parts = float(split.total.mean), float(split.writing.mean[a]), float(split.reading.mean[r])
    return dict(zip(names, (*gain, *parts, *rest), strict=True))


def write_exchange(games: pd.DataFrame, stages: Sequence[Mapping[str, Any]], report: Path) -> list[Path]:
    """Write exchange.md, .csv and the figure; nothing where no notes were exchanged."""
    found = list_exchanges(games, stages)
    if not found:
        return []
    table = pd.concat(
        [one.cells.assign(**{**one.conditions, "generation": one.generation, "chains": one.chains}) for one in found],
        ignore_index=True,
    )
    page, cells = report / FILE, report / "exchange.csv"
    table.to_csv(cells, index=False, float_format="%.3f")
    page.write_text(write_page(found), encoding="utf-8")
    whole = [Matrix(name_exchange(one), one.authors, one.readers, one.split) for one in found if one.split is not None]
    return [page, cells, *write_matrices(whole, table, report)]


def write_page(found: Sequence[Exchange]) -> str:
    """All matrices as Markdown."""
    lead = (
        "Elo that notes add to a reader with empty notes, with 95 % intervals over chains, which pair all cells. "
        "`Writing` is what an author's notes are worth to all readers above the mean, `Reading` what a reader gains "
        "from all notes above the mean, and the remainder what neither explains. A spread is the standard deviation "
        "between authors, readers or remainders without what chance adds to it."
    )
    return "\n\n".join(["# Exchange of notes", lead, *map(_write_matrix, found)]) + "\n"


def _write_matrix(one: Exchange) -> str:
    parts = [f"## {name_exchange(one)}"]
    if one.left_out:
        parts.append(f"{one.left_out} chains have no strength in one of the cells and are left out.")
    if one.split is None:
        why = f"missing: {'; '.join(one.missing)}" if one.missing else "fewer than two chains have all cells"
        return "\n\n".join([*parts, f"There is no matrix ({why})."])
    parts.append("\n".join(markdown_table(*list_matrix(one))))
    spreads = (one.split.writing_spread, one.split.reading_spread, one.split.remainder_spread)
    body = [(what, _show_spread(spread)) for what, spread in zip(_PARTS, spreads, strict=True)]
    parts.append("\n".join(markdown_table(("Part", "Spread (Elo)"), body)))
    rest = [
        (author, *(_show(one.split.remainder, i, j) for j in range(len(one.readers))))
        for i, author in enumerate(one.authors)
    ]
    parts.append("Remainders:")
    parts.append("\n".join(markdown_table(("Author", *one.readers), rest)))
    if one.others:
        head = ("Reader", "By others' notes", "By its own, more")
        rows = [(reader, _show(foreign), _show(more)) for reader, (foreign, more) in one.others.items()]
        parts += ["The control of another author's notes:", "\n".join(markdown_table(head, rows))]
    return "\n\n".join(parts)


def name_exchange(one: Exchange) -> str:
    """What a matrix is known by."""
    given = one.conditions
    kind = " ".join(filter(None, [str(given["regime"]), str(given["control"]).replace("_", " ")]))
    said = f"{given['skill']}, {kind} of {given['budget']} tokens, generation {one.generation}"
    said += f", {given['note_kinds']} only" if given["note_kinds"] else ""
    said += f", {given['n']} examples in view" if given["n"] else ""
    return f"{said}, {one.chains} chains"


def list_matrix(one: Exchange) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Head and rows of a matrix: gains, with the writing effects at the right and the reading effects below."""
    split = one.split
    if split is None:
        return (), []
    rows = [
        (author, *(_show(split.gain, i, j) for j in range(len(one.readers))), _show(split.writing, i))
        for i, author in enumerate(one.authors)
    ]
    below = ("Reading", *(_show(split.reading, j) for j in range(len(one.readers))), f"mean {_show(split.total)}")
    return ("Author", *(f"read by {reader}" for reader in one.readers), "Writing"), [*rows, below]


def write_exchange_text(games: pd.DataFrame) -> str:
    """The matrices for a terminal; empty where no notes were exchanged."""
    parts = []
    for one in list_exchanges(games):
        if one.split is not None:
            parts.append(f"{name_exchange(one)}: Elo that notes add\n{text_table(*list_matrix(one))}")
    return "\n\n".join(parts)


def _show(effect: Effect, *place: int) -> str:
    mean, low, high = (float(part[place]) for part in effect)
    return f"{mean:+.0f} [{low:+.0f}, {high:+.0f}]"


def _show_spread(spread: Spread | None) -> str:
    return "-" if spread is None else f"{spread.sd:.0f} [{spread.low:.0f}, {spread.high:.0f}]"
