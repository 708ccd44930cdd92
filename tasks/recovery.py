"""Recovery: the study that a record's cell is of, from the conditions which the cell names.

What a cell does not name, as the number of sets, changes nothing of what one of its sets is shown. Games of a file are
no part of records, so that studies with such examples cannot be recovered.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from quickstudy.scorers.recall import View
from quickstudy.tasks.cell import YOUNGER
from quickstudy.tasks.conditions import Conditions
from quickstudy.tasks.examples.chess_pgn import PGN
from quickstudy.tasks.tracks import find_track

_SHARED = ("rules", "evidence", "legal_moves", "wording", "retries", "reply_tokens", "seed", "teacher")
_YOUNGER = ("kind", "skin", "order", "thinking")


def recover_study(cell: Mapping[str, Any], sets: int, game: str = "") -> Conditions:
    """The study of a cell with so many sets; its one view is the cell's. `game` is its spec's path, if it has one.

    Raises ValueError, one sentence, where the game is unknown or the examples are of a file.
    """
    if str(cell["teacher"]).startswith(PGN):
        raise ValueError("its examples are games of a file, which logs do not hold")
    told, view = {**YOUNGER, **cell}, View(cell["layout"], int(cell["m"]), int(cell["slots"]))
    plain = view.layout == "plain"
    return find_track(game or cell["skill"]).find_study()(
        game or cell["skill"],
        examples=(view.m if plain else 0,),
        sets=sets,
        opponents=() if cell["opponents"] == "adaptive" else tuple(cell["opponents"].split(",")),
        layouts=(view.layout,),
        m=0 if plain else view.m,
        slots=0 if plain else view.slots,
        filler=told["filler"] or "other",
        **{name: told[name] for name in (*_SHARED, *_YOUNGER)},
    )
