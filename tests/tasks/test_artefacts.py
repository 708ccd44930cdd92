"""Artefacts: notes are read as they were written, in a cell of their own, and nothing else is taken for them."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from quickstudy.scorers.recall import View
from quickstudy.tasks.chains.artefacts import collect_artefact, hash_notes
from quickstudy.tasks.chains.course import Course
from quickstudy.tasks.direct import play_chains, play_reading
from quickstudy.tasks.regimes.notes import Notes
from quickstudy.tasks.study import Study

GAME = "tvafindil"
AUTHOR, READER = "quickstudy/notebook", "quickstudy/notebook-windows"
COURSE = Course(Study(GAME, examples=(0,), sets=2, wording=1), "notes", 2, 2, 200, 2, 2)


@pytest.fixture(scope="module")
def records() -> list[dict[str, Any]]:
    return list(play_chains(COURSE, AUTHOR))


@pytest.fixture(scope="module")
def stages(records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [record for record in records if "notes" in record]


def test_the_notes_of_the_last_generation_of_every_chain_are_taken(stages: list[dict[str, Any]]) -> None:
    found = collect_artefact(stages, GAME, 2)
    assert (found.author, found.generation, sorted(found.notes)) == (AUTHOR, 2, [0, 1])
    assert {c: n.to_list() for c, n in found.notes.items()} == {s["chain"]: s["notes"] for s in stages[1::2]}
    assert found.digest == hash_notes({s["chain"]: s["digest"] for s in stages[1::2]})
    assert collect_artefact(stages, GAME, 2, 1).digest != found.digest
    assert collect_artefact(stages[:-1], GAME, 2).generation == 1, "chain 1 has no second generation"


def test_a_reader_sees_what_the_author_saw_when_it_played(
    records: list[dict[str, Any]], stages: list[dict[str, Any]]
) -> None:
    found = collect_artefact(stages, GAME, 2)
    plan, own = found.plan(READER, "{}", 1), COURSE.plan_play(AUTHOR, "{}", View.plain(0), 1, 2, found.notes[1])
    assert plan.system == own.system and found.notes[1].text in plan.system
    (read,) = [record for record in play_reading(found, READER) if record["set"] == 1]
    (played,) = [r for r in records if "notes" not in r and r["set"] == 1 and r["cell"]["generation"] == 2]
    assert [game["opening"] for game in read["games"]] == [game["opening"] for game in played["games"]]
    assert [game["seed"] for game in read["games"]] == [game["seed"] for game in played["games"]]


def test_what_is_read_is_a_part_of_the_cell_and_of_no_other(stages: list[dict[str, Any]]) -> None:
    last, first = (collect_artefact(stages, GAME, 2, generation) for generation in (2, 1))
    cell = last.plan(READER, "{}", 0).cell
    assert (cell["author"], cell["notes_hash"], cell["generation"], cell["studied"]) == (AUTHOR, last.digest, 2, 4)
    assert last.plan(AUTHOR, "{}", 0).cell["author"] == "", "the author itself"
    own = COURSE.plan_play(READER, "{}", View.plain(0), 0, 2, Notes(), AUTHOR).cell
    assert own["notes_hash"] == "" and own["cell_id"] != cell["cell_id"]
    assert first.plan(READER, "{}", 0).cell["cell_id"] != cell["cell_id"]


def test_an_author_of_the_players_games_is_named(stages: list[dict[str, Any]]) -> None:
    split = [r for r in play_chains(COURSE, AUTHOR, "quickstudy/notebook-lines", [0]) if "notes" in r]
    found = collect_artefact(split, GAME, 2)
    assert found.author == "quickstudy/notebook-lines" and found.plan(AUTHOR, "{}", 0).cell["author"] == found.author


@pytest.mark.parametrize("control", ["think", "no_carry", "permuted"])
def test_notes_of_controls_can_be_read(control: str) -> None:
    made = Course(Study(GAME, examples=(0,), sets=1), "notes", 2, 2, 200, 1, 2, control=control)
    found = collect_artefact([r for r in play_chains(made, AUTHOR) if "notes" in r], GAME, 2)
    own = made.plan_play(READER, "{}", View.plain(0), 0, 2, found.notes[0], AUTHOR)
    assert found.plan(READER, "{}", 0).system == own.system and found.course.games == made.games


def test_changed_notes_are_refused(stages: list[dict[str, Any]]) -> None:
    changed = deepcopy(stages)
    changed[-1]["notes"][0][1] += "!"
    with pytest.raises(ValueError, match=r"notes of chain 1 in the log were changed"):
        collect_artefact(changed, GAME, 2)


def test_what_cannot_be_read_is_a_sentence(stages: list[dict[str, Any]]) -> None:
    with pytest.raises(ValueError, match="notes_from: the log has no notes on velun"):
        collect_artefact(stages, "velun", 2)
    with pytest.raises(ValueError, match="generation: the log has notes of generations 1 to 2 of every chain"):
        collect_artefact(stages, GAME, 2, 3)
    other = deepcopy(stages)
    other[1]["cell"]["cell_id"] = "another"
    with pytest.raises(ValueError, match="several courses: name the log of one"):
        collect_artefact(other, GAME, 2)
    older = deepcopy(stages)
    for stage in older:
        stage["cell"] |= {"cell_id": "older" + str(stage["generation"]), "task_version": "1-A"}
    with pytest.raises(ValueError, match=r"are not known here: it is of task 1-A \(now"):
        collect_artefact(older, GAME, 2)
