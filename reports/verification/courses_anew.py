"""Courses by records: the course that a study stage or a ring is of, and the other stages of it that a run holds.

What a cell does not tell is in other records: by which games opponents were chosen, and what an author had seen.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

from quickstudy.reports.verification.witness import ILL_FORMED, Record, Unclear
from quickstudy.tasks.chains.course import Course
from quickstudy.tasks.chains.course_recovery import count_studied, recover_course
from quickstudy.tasks.match import PhaseZero

_STAGE = {"cell_id", "generation", "studied"}
"""What the cells of one course differ in, beside the ring."""
_TOLD = ("opponent_elo", "result", "forfeit")
MOST_CHAINS = 10_000


class Handed(NamedTuple):
    """What a study stage hands on: its `notes`, and what its `games` tell of the player's strength."""

    notes: list[list[str]]
    games: list[dict[str, Any]]


Stages = dict[tuple[int, int, int], Handed]
"""Study stages of a course by the games of a generation, the chain and the generation."""


@dataclass(frozen=True)
class Others:
    """What the records of a run tell of each other, as little as is needed.

    `first` are the first matches (set 0) by the ids of their cells, and `stages` the study stages by their courses.
    """

    first: Mapping[str, PhaseZero] = field(default_factory=dict)
    stages: Mapping[str, Stages] = field(default_factory=dict)

    @classmethod
    def of_records(cls, matches: Iterable[Record], stages: Iterable[Record]) -> Others:
        """Sort the records of matches and of study stages by where they belong; ill-formed ones tell nothing."""
        first: dict[str, PhaseZero] = {}
        found: dict[str, Stages] = {}
        for match in matches:
            with suppress(*ILL_FORMED):
                if (match["set"], match["match"]) == (0, 0):
                    first[str(match["cell"]["cell_id"])] = PhaseZero.of_record(match)
        for stage in stages:
            with suppress(*ILL_FORMED):
                place = (count_studied(stage["cell"]), int(stage["chain"]), int(stage["generation"]))
                games = [{name: game[name] for name in _TOLD} for game in stage["games"]]
                found.setdefault(_name_course(stage["cell"]), {})[place] = Handed(stage["notes"], games)
        return cls(first, found)

    def find_stages(self, stage: Record) -> dict[int, Handed]:
        """The study stages of the chain of a study stage, by their generations."""
        chain = count_studied(stage["cell"]), int(stage["chain"])
        stages = self.stages.get(_name_course(stage["cell"]), {})
        return {place[2]: found for place, found in stages.items() if place[:2] == chain}

    def find_lengths(self, cell: Mapping[str, Any]) -> set[tuple[int, int]]:
        """The (games of a generation, generations) of the courses that the cell of a play stage can be of."""
        lengths: dict[int, int] = {}
        for each, _, generation in self.stages.get(_name_course(cell), {}):
            lengths[each] = max(generation, lengths.get(each, 0))
        return set(lengths.items())


def _name_course(cell: Mapping[str, Any]) -> str:
    return json.dumps({name: value for name, value in cell.items() if name not in {"ring", *_STAGE}}, sort_keys=True)


def find_course(cell: Mapping[str, Any], chain: int, generations: int, studied: int) -> Course:
    """The course of a cell, for a chain and up to a generation, of so many games each. Raises Unclear."""
    if not 0 <= chain < MOST_CHAINS:
        raise Unclear(f"chain {chain} is recorded, and more than {MOST_CHAINS} are not verified")
    shared = {name: value for name, value in cell.items() if name not in _STAGE}
    try:
        course = _recover(json.dumps(shared, sort_keys=True), chain + 1, generations, studied)
    except ValueError as error:
        raise Unclear(str(error)) from error
    conditions = course.conditions(int(cell["generation"]), str(cell["author"]), str(cell.get("reviewer", "")))
    unlike = [name for name, value in conditions.items() if cell.get(name, value) != value]
    if unlike:
        raise Unclear(f"{unlike[0]} is {cell[unlike[0]]!r}, as no course has it that is known here")
    return course


@lru_cache(maxsize=16)  # the stages of a chain follow each other
def _recover(cell: str, chains: int, generations: int, studied: int) -> Course:
    return recover_course(json.loads(cell), chains, generations, studied)
