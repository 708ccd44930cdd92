"""Figures of notes in the suite's style: names may hold dollar signs, and a user's own settings change no byte."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import matplotlib as mpl
import pandas as pd
import pytest

from quickstudy.reports.exchange import write_exchange
from quickstudy.reports.memory import tabulate_generations
from quickstudy.reports.memory_plot import write_generations
from quickstudy.reports.reviews_plot import write_understanding
from quickstudy.reports.tacit import write_tacit
from tests.reports.records import sets, tabulate

ODD = "m$x_{y$"
"""What would be mathematics, and wrong."""
NOTES: dict[str, Any] = {"regime": "notes", "budget": 256, "model": ODD}
READ: dict[str, Any] = {**NOTES, "generation": 1, "studied": 4}


def draw_memory(folder: Path) -> list[Path]:
    games = tabulate(folder, *sets(["10", "01"], **NOTES), *sets(["11", "10"], **READ, author=ODD))
    return write_generations(tabulate_generations(games), games, folder)


def draw_exchange(folder: Path) -> list[Path]:
    other = {"model": "m/b", "author": ODD, "notes_hash": "0" * 16}
    own = [*sets(["1010", "0010"], **NOTES), *sets(["1110", "1010"], **READ)]
    started = sets(["1000", "0010"], **{**NOTES, "model": "m/b"})
    return write_exchange(tabulate(folder, *own, *started, *sets(["1110", "0110"], **{**READ, **other})), [], folder)


def draw_reviews(folder: Path) -> list[Path]:
    moves = [
        {"chain": chain, "generation": 1, "game": 0, "ply": ply, "regret": ply / 10, "rank": rank, "better_regret": 0.0}
        for chain in (0, 1)
        for ply, rank in ((1, 0), (2, chain), (3, 1 - chain))
    ]
    named = {"skill": "morvane", "control": "", "author": "", "note_kinds": "", "n": 0, "settings": ""}
    return write_understanding([{**named, **NOTES, "slope": 1.0, "moves": pd.DataFrame(moves)}], folder)


def draw_tacit(folder: Path) -> list[Path]:
    weak = sets(["0100000010", "0001000100", "0000100010"], model=ODD)
    strong = sets(["1111110110", "1111101111", "1111110111"], n=4, model=ODD)
    notes = sets(["1101001010", "1010101010", "1101010100"], **{**READ, "regime": "distil"})
    return write_tacit(tabulate(folder, *weak, *strong, *notes), folder)


@pytest.mark.parametrize("draw", [draw_memory, draw_exchange, draw_reviews, draw_tacit])
def test_names_may_hold_dollar_signs_and_a_users_settings_change_no_byte(
    draw: Callable[[Path], list[Path]], tmp_path: Path
) -> None:
    for name in ("once", "again"):
        (tmp_path / name).mkdir()
    once = [path.read_bytes() for path in draw(tmp_path / "once")]
    with mpl.rc_context({"font.size": 18, "axes.grid": True}):
        again = [path.read_bytes() for path in draw(tmp_path / "again")]
    assert len(once) >= 3 and once == again
    (svg,) = (tmp_path / "once").glob("*.svg")
    assert ODD in svg.read_text(encoding="utf-8")
