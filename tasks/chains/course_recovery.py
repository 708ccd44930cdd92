"""Recovery of courses: the course that the cell of a study stage or of a play stage belongs to.

A cell tells all that its notes follow from but how many games a generation had: that follows from the games studied so
far. It does not tell how many chains and generations there were, which change nothing of what one stage is shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from quickstudy.tasks.chains.course import Course
from quickstudy.tasks.chains.rings import REWRITTEN, SIBLING, SKIN
from quickstudy.tasks.games.game import SIBLING as SUFFIX
from quickstudy.tasks.recovery import recover_study
from quickstudy.tasks.regimes.notes import KINDS
from quickstudy.tasks.regimes.self_study import SelfStudy


def count_studied(cell: Mapping[str, Any]) -> int:
    """How many games a generation of the course of a cell studied; 0 without notes, and for notes that are of none."""
    several = 1 if cell["control"] == "no_carry" else max(int(cell["generation"]), 1)
    return int(cell["studied"]) // several


def recover_course(
    cell: Mapping[str, Any], chains: int, generations: int, studied: int, game: str = "", **options: Any
) -> Course:
    """The course of a cell, with so many chains and generations, of so many games each (`count_studied`).

    `game` is its spec's path, if it has one, and `options` are conditions that no cell tells, as `play_games`. Raises
    ValueError, one sentence, where the game is unknown or the examples are of a file.
    """
    ring, skill, skin = str(cell.get("ring", "")), str(cell["skill"]), int(cell.get("skin", 0))
    elsewhere = {
        "skill": skill.removesuffix(SUFFIX) if ring == SIBLING else skill,
        "skin": 0 if ring in (SKIN, REWRITTEN) else skin,
    }
    return Course(
        recover_study({**cell, **elsewhere}, chains, game),
        regime=str(cell["regime"]),
        generations=generations,
        games=studied or 2,  # notes that were thought up are of no games
        budget=int(cell["budget"]),
        chains=chains,
        kinds=tuple(cell["note_kinds"].split(",")) if cell["note_kinds"] else KINDS,
        control=str(cell["control"]),
        practice=str(cell.get("practice", "")),
        self_study=SelfStudy.of_cell(cell),
        reviews=int(cell.get("reviews", 0)),
        **options,
    )
