"""The catalogue as a table: what each game is, and what was measured of it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from quickstudy.tasks.fingerprint import find_version, read_origin
from quickstudy.tasks.games.game import Game, list_games, load_game
from quickstudy.tasks.opponents.ladder import Ladder, LadderError, ladder_file, read_ladder
from quickstudy.tasks.screening.depth import count_rungs
from quickstudy.tasks.screening.screen import REPORT

COLUMNS = {
    "game": "Game",
    "family": "Family",
    "board": "Board",
    "branching": "Moves",
    "plies": "Plies",
    "draws": "Draws",
    "share_x": "X scores",
    "levels": "Levels",
    "rungs": "Rungs",
    "top": "Top Elo",
    "sd": "Largest sd",
    "misfit": "Chi2/df",
    "gain": "Gain",
    "version": "Version",
}
WORDS = 3  # columns of words, to the left; figures to the right


def list_catalogue() -> list[dict[str, Any]]:
    """A row for each game of the catalogue, invented ones first; what was not measured is null.

    `branching`, `plies`, `draws` and `share_x` are of skilled self-play, `rungs` levels 100 Elo apart on the ladder,
    `top` and `sd` in Elo, `misfit` of the ladder's fit (chi2 per degree of freedom; above 1 where who beats whom does
    not follow from ratings alone), `gain` what the better embedded learner gained from 64 examples (Elo).
    """
    return [describe_game(load_game(name)) for name in list_games()]


def describe_game(game: Game) -> dict[str, Any]:
    """The catalogue's row of a game."""
    origin = read_origin(game)
    row = dict.fromkeys(COLUMNS)
    row |= {
        "game": game.name,
        "family": origin["family"] if origin else "by hand" if game.invented else "reference",
        "board": describe_board(game),
        "version": find_version(game),
    }
    row |= _read_screening(game)
    try:
        return row | describe_ladder(read_ladder(game), ladder_file(game))
    except LadderError:
        return row


def describe_ladder(ladder: Ladder, path: Path) -> dict[str, Any]:
    """The columns on a ladder, which is that of a file."""
    fit = json.loads(path.read_text(encoding="utf-8"))
    return {
        "levels": len(ladder.levels),
        "rungs": count_rungs(ladder.ratings),
        "top": round(float(ladder.ratings.max())),
        "sd": round(float(np.sqrt(ladder.covariance.diagonal().max())), 1),
        "misfit": round(fit["chi2"] / fit["df"], 1) if fit["df"] else None,
    }


def describe_board(game: Game) -> str:
    """Shape and size of a game's board, as in `square 6x6 torus`."""
    board = game.rules.board
    shape = f"{board.shape} {board.width}x{board.height}"
    return shape if board.edges == "plain" else f"{shape} {board.edges}"


def _read_screening(game: Game) -> dict[str, Any]:
    try:
        steps = json.loads((game.folder / REPORT).read_text(encoding="utf-8"))["steps"]
        played = steps["self_play"]
        gains = [gain for gain in steps.get("learning", {}).get("gains", {}).values() if gain is not None]
    except (OSError, ValueError, KeyError):
        return {}
    figures = {key: played.get(key) for key in ("branching", "plies", "draws", "share_x")}
    return {**figures, "gain": round(max(gains)) if gains else None}


def format_catalogue(rows: Sequence[dict[str, Any]]) -> str:
    """The rows as aligned text, shares in per cent."""
    return format_rows(COLUMNS, rows, ("draws", "share_x"))


def format_rows(columns: Mapping[str, str], rows: Sequence[dict[str, Any]], shares: Sequence[str]) -> str:
    """Rows in the order of the columns as aligned text below their titles; what is null stays empty.

    The first three columns are words, the others figures, those of `shares` in per cent.
    """
    shown = [list(columns.values())]
    for row in rows:
        percent = {key: f"{row[key]:.0%}" for key in shares if row[key] is not None}
        shown.append(["" if value is None else str(value) for value in (row | percent).values()])
    widths = [max(map(len, column)) for column in zip(*shown, strict=True)]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if i < WORDS else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in shown
    )
