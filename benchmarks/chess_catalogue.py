"""Chess and its variants as a table: what each is, and what was measured of it."""

from __future__ import annotations

import json
from typing import Any

from quickstudy.benchmarks.catalogue import describe_ladder, format_rows
from quickstudy.tasks.chess_variants.variant import Variant, list_variants, load_variant
from quickstudy.tasks.examples.chess_probes import load_chess_probes
from quickstudy.tasks.examples.probe_sets import ProbeError
from quickstudy.tasks.opponents.chess_ladder import chess_ladder_file, read_chess_ladder
from quickstudy.tasks.opponents.ladder import LadderError
from quickstudy.tasks.screening.screen import REPORT

COLUMNS = {
    "variant": "Variant",
    "board": "Board",
    "goal": "Goal",
    "plies": "Plies",
    "draws": "Draws",
    "share_white": "White scores",
    "levels": "Levels",
    "rungs": "Rungs",
    "top": "Top Elo",
    "sd": "Largest sd",
    "misfit": "Chi2/df",
    "probes": "Probes",
}


def list_chess_catalogue() -> list[dict[str, Any]]:
    """A row for orthodox chess and each variant, in the order of `list_variants`; what was not measured is null.

    `plies`, `draws` and `share_white` are of the self-play of the stronger engine that screened it; the figures of its
    ladder are as in `catalogue.list_catalogue`. Raises EngineFault where there is no engine.
    """
    return [describe_variant(load_variant(name)) for name in list_variants()]


def describe_variant(variant: Variant) -> dict[str, Any]:
    """The row of a variant. Raises EngineFault where there is no engine."""
    row = dict.fromkeys(COLUMNS) | {"variant": variant.name, "board": variant.board, "goal": variant.goal}
    report = variant.folder / REPORT
    if report.is_file():
        played = json.loads(report.read_text(encoding="utf-8"))["self_play"][-1]
        row |= {key: played[key] for key in ("plies", "draws", "share_white")}
    try:
        row |= describe_ladder(read_chess_ladder(variant), chess_ladder_file(variant))
        return row | {"probes": len(load_chess_probes(variant).probes)}
    except (LadderError, ProbeError):
        return row


def format_chess_catalogue(rows: list[dict[str, Any]]) -> str:
    """The rows as aligned text, shares in per cent."""
    return format_rows(COLUMNS, rows, ("draws", "share_white"))
