"""Names of arms and rings, and which games are of notes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from quickstudy.reports.notes import is_memory, is_usual, name_arm, name_ring
from tests.reports.records import sets, tabulate

ARM: dict[str, Any] = {"regime": "notes", "control": "", "author": "", "note_kinds": "", "n": 0, "settings": ""}


def test_an_arm_is_named_by_what_is_unusual_of_it() -> None:
    assert name_arm(ARM) == "notes"
    assert (
        name_arm({**ARM, "control": "no_carry", "n": 4, "settings": "seed=1"})
        == "notes, no carry, with 4 examples, seed=1"
    )
    practised = {"verifier_calls": 9, "own_tasks": 3, "artefact": "", "keep": 0}
    assert name_arm({**ARM, "regime": "practice", **practised}) == "practice, 9 calls (3 for tasks)"
    thought_up = {**ARM, "regime": "practice", **practised, "own_tasks": 0, "control": "think"}
    assert name_arm(thought_up) == "practice, think"


def test_rings_have_the_numbers_of_their_distance() -> None:
    assert [name_ring(ring) for ring in ("openings", "sibling")] == ["1 openings", "4 sibling"]


def test_games_in_rings_are_of_notes_but_not_of_the_usual_play_stage(tmp_path: Path) -> None:
    notes: dict[str, Any] = {"regime": "notes", "budget": 200}
    games = tabulate(tmp_path, *sets(["1"]), *sets(["1"], **notes), *sets(["1"], **notes, ring="skin"))
    assert sorted(zip(is_memory(games), is_usual(games), strict=True)) == [(False, False), (True, False), (True, True)]
