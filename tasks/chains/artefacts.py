"""Artefacts: the notes that the chains of a finished course hold after a generation, for other players to read.

They are taken from the records of its study stages, and named by a hash of every chain's notes: whoever reads other
notes plays in another cell. The course is built again from these records, so that a reader has its rules, openings and
seeds, and the cell that follows from it must be the one that the records name.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from quickstudy.tasks.cell import TASK_VERSION
from quickstudy.tasks.chains.course import Course
from quickstudy.tasks.chains.course_recovery import count_studied, recover_course
from quickstudy.tasks.examples.chess_pgn import PGN
from quickstudy.tasks.match import MatchPlan
from quickstudy.tasks.regimes.notes import Notes
from quickstudy.tasks.tracks import find_track


@dataclass(frozen=True)
class Artefact:
    """The `notes` of each chain, by its number, after a `generation` of a course, and who wrote them.

    `reviewer` is who reviewed the games, where it was not the player of the course.
    """

    course: Course
    generation: int
    author: str
    notes: Mapping[int, Notes]
    reviewer: str = ""

    @property
    def digest(self) -> str:
        """The first 16 hex digits of a hash of all chains' notes."""
        return hash_notes({chain: notes.digest for chain, notes in self.notes.items()})

    def plan(self, model: str, arguments: str, chain: int) -> MatchPlan:
        """The plan of a match in which a model plays with the notes of a chain."""
        course, view = self.course, self.course.study.views[0]
        by = "" if self.author == model else self.author
        notes = self.notes[chain]
        seat = (model, arguments, view, chain, self.generation, notes, by)
        return course.plan_play(*seat, reviewer=self.reviewer, notes_hash=self.digest)


def hash_notes(digests: Mapping[int, str]) -> str:
    """The name of the artefact whose chains' notes have these digests (`Notes.digest`), as 16 hex digits."""
    return hashlib.sha256(json.dumps(sorted(digests.items())).encode()).hexdigest()[:16]


def collect_artefact(
    records: Iterable[Mapping[str, Any]], game: str, play_games: int, generation: int = 0, where: str = "the log"
) -> Artefact:
    """The artefact of the study stages of one course on a game, after a `generation`, or the last of every chain if 0.

    Raises ValueError, one sentence, where there is none, where there are several courses, or where notes are not what
    their digest says.
    """
    wanted = find_track(game).identify(game)
    stages = {(str(record["cell"]["cell_id"]), int(record["chain"])): record for record in records}
    of_game = [record for record in stages.values() if record["cell"]["rules_hash"] == wanted.rules_hash]
    if not of_game:
        raise ValueError(f"task parameter notes_from: {where} has no notes on {wanted.name}")
    reached = {int(record["chain"]): 0 for record in of_game}
    for record in of_game:
        reached[int(record["chain"])] = max(reached[int(record["chain"])], int(record["generation"]))
    last = min(reached.values())
    if not 0 <= generation <= last:
        raise ValueError(f"task parameter generation: {where} has notes of generations 1 to {last} of every chain")
    chosen = [record for record in of_game if int(record["generation"]) == (generation or last)]
    if len({record["cell"]["cell_id"] for record in chosen}) > 1:
        raise ValueError(f"task parameter notes_from: {where} has notes of several courses: name the log of one")
    notes = {int(record["chain"]): Notes.from_list(record["notes"]) for record in chosen}
    for record in chosen:
        if notes[int(record["chain"])].digest != record["digest"]:
            raise ValueError(f"task parameter notes_from: notes of chain {record['chain']} in {where} were changed")
    return _build(chosen[0], game, play_games, dict(sorted(notes.items())), where)


def _build(stage: Mapping[str, Any], game: str, play_games: int, notes: Mapping[int, Notes], where: str) -> Artefact:
    cell, generation = stage["cell"], int(stage["generation"])
    author = str(cell["author"] or cell["model"])
    if cell["teacher"].startswith(PGN):
        raise ValueError(f"task parameter notes_from: {where} was made with games of a file, which it does not hold")
    course = recover_course(cell, max(notes) + 1, generation, count_studied(cell), game, play_games=play_games)
    reviewer = str(cell.get("reviewer", ""))
    made = course.plan_play(
        *(cell["model"], cell["arguments"], course.view, 0, generation, Notes(), cell["author"]),
        reviewer=reviewer,
    )
    if made.cell["cell_id"] != cell["cell_id"]:
        raise ValueError(
            f"task parameter notes_from: the conditions of {where} are not known here: it is of task "
            f"{cell['task_version']} (now {TASK_VERSION}) and ladder {cell['ladder_version']} (now "
            f"{course.study.ladder.version})"
        )
    return Artefact(course, generation, author, notes, reviewer)
