"""Rings: the same notes put to use with seen and unseen openings, other engines, other names and other rules."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from quickstudy.scorers.recall import View
from quickstudy.tasks.chains.audit import Audit, AuditError
from quickstudy.tasks.chains.course import Course
from quickstudy.tasks.chains.rings import OPENINGS, RINGS, count_rings, find_sentences, take_family
from quickstudy.tasks.direct import play_chains
from quickstudy.tasks.games.game import load_game
from quickstudy.tasks.games.siblings import list_differences
from quickstudy.tasks.games.skin import find_skin
from quickstudy.tasks.learners.notebook import Notebook
from quickstudy.tasks.learners.prompt import read_evidence
from quickstudy.tasks.match import MatchPlan, Question, Reply, play_match
from quickstudy.tasks.regimes.notes import Item, Notes
from quickstudy.tasks.regimes.self_study import SelfStudy
from quickstudy.tasks.study import Study

GAME = "tvafindil"
STUDY = Study(GAME, examples=(0,), sets=2)
SMALL: dict[str, Any] = {"generations": 2, "games": 4, "budget": 200, "chains": 1, "play_games": 4}
NOTES = Notes((Item("advice", "own man on: a5 +50, c3 -20"), Item("reason", "after c2-c3 c2xd3 X loses rank 2")))


def course(*rings: str, study: Study = STUDY, **changes: Any) -> Course:
    return Course(study, **{**SMALL, **changes}, rings=rings)


def plan(ring: str, notes: Notes = NOTES, generation: int = 1, **changes: Any) -> MatchPlan:
    made = course(ring, **changes) if ring else course(**changes)
    return made.plan_play("m", "{}", View.plain(0), 0, generation, notes, ring=ring)


def noted(system: str) -> str:
    return system[system.index("## Notes") : system.index("## Answer format")]


def test_without_rings_cells_and_prompts_are_as_they_were() -> None:
    assert [plan("", Notes((Item("advice", "own man on: a5 +50"),)), 2, games=2, play_games=2).cell["cell_id"]] == [
        "4e4ffc7da2f6b190"
    ], "a cell of a table from before there were rings"
    assert course().list_rings(2) == course(OPENINGS).list_rings(2) == [""]


def test_rings_are_played_in_the_generations_that_are_chosen() -> None:
    made = course("skin", "seen", ring_generations=("0", "last"))
    assert [made.list_rings(generation) for generation in range(3)] == [
        ["", "seen", "skin"],
        [""],
        ["", "seen", "skin"],
    ]
    assert count_rings(made.rings, made.ring_generations, 2) == 4
    assert course("skin").list_rings(2) == ["", "skin"] and course("skin").list_rings(1) == [""]


def test_notes_are_written_once_and_read_in_every_ring() -> None:
    alone = list(play_chains(course(), "quickstudy/notebook"))
    records = list(play_chains(course("seen", "family", "skin", "rewritten"), "quickstudy/notebook"))
    stages, plays = ([r for r in records if ("notes" in r) == noted] for noted in (True, False))
    assert [stage["digest"] for stage in stages] == [r["digest"] for r in alone if "notes" in r]
    assert [play["cell"]["ring"] for play in plays] == ["", "", "", "seen", "family", "skin", "rewritten"]
    assert len({play["cell"]["cell_id"] for play in plays}) == len(plays)
    usual, seen, family, skin, rewritten = plays[2:]
    studied = {game["opening"] for game in stages[-1]["games"]}
    assert {game["opening"] for game in seen["games"]} == studied, "what the author of these notes has read"
    assert {game["opponent"].split("-")[0] for game in seen["games"]} <= {"mcts", "random"}
    assert {game["opponent"].split("-")[0] for game in family["games"]} <= {"alphabeta", "random"}
    for other in (family, skin, rewritten):
        assert [game["opening"] for game in other["games"]] == [game["opening"] for game in usual["games"]]


def test_in_the_ring_skin_the_prompt_says_what_the_words_of_the_notes_are_called() -> None:
    shown, skin = plan("skin").system, find_skin(STUDY.game.rules, 1)
    text = noted(shown)
    assert all(line in text for line in NOTES.lines) and f"pieces: man is {skin.kinds[0][1]}" in text
    assert f"files: a is {skin.files[0]}, b is {skin.files[1]}" in text and f"1 is {skin.ranks[0]}" in text
    assert f"sides: X is {skin.sides[0]}, O is {skin.sides[1]}" in text
    assert f"signs: - is {skin.quiet}, x is {skin.capture}\n" in text
    assert " man " not in shown.replace(text, "") and "no notes" in noted(plan("skin", Notes(), 0).system)


def test_in_the_ring_rewritten_notes_are_in_the_notation_of_the_prompt() -> None:
    text, skin = noted(plan("rewritten").system), find_skin(STUDY.game.rules, 1)
    cell = {name: skin.write_move(name) for name in ("a5", "c3", "c2-c3", "c2xd3")}
    assert f"own {skin.kinds[0][1]} on: {cell['a5']} +50, {cell['c3']} -20" in text
    assert f"after {cell['c2-c3']} {cell['c2xd3']} {skin.sides[0]} loses rank {skin.ranks[1]}" in text
    assert "files:" not in text


@pytest.mark.parametrize("ring", ["skin", "rewritten"])
def test_the_notebook_reads_the_same_of_notes_in_another_notation(ring: str) -> None:
    plain, other = (read_evidence(plan(name).system) for name in ("", ring))
    word = find_skin(STUDY.game.rules, 1).kinds[0][1]
    assert other.notes[0] == plain.notes[0].replace("man", word) == f"own {word} on: a5 +50, c3 -20"


def test_in_the_ring_sibling_rules_and_opponents_are_the_siblings_and_the_prompt_tells_the_difference() -> None:
    shown, sibling = plan("sibling"), load_game(f"{GAME}-sibling")
    assert len(list_differences(STUDY.game.rules, sibling.rules)) == 1
    assert shown.cell["skill"] == sibling.name and shown.cell["rules_hash"] == sibling.rules.hash
    assert shown.ladder.rules_hash == sibling.rules.hash
    own, other = find_sentences(sibling.text, STUDY.game.text)
    assert sibling.text in shown.system and STUDY.game.text not in shown.system
    assert own and other and all(line in noted(shown.system) for line in [*own, *other, *NOTES.lines])
    assert read_evidence(shown.system).known_rules == sibling.rules


def test_rules_that_differ_in_their_order_alone_are_told_apart_too() -> None:
    text = STUDY.game.text
    assert find_sentences(text, text) == ([], [])


class Watched:
    """An embedded player whose prompts are kept."""

    def __init__(self) -> None:
        self.asked: list[Question] = []
        self.learner = Notebook()

    async def ask(self, question: Question) -> Reply:
        self.asked.append(question)
        return Reply(self.learner.answer(question.messages))


@pytest.mark.parametrize("ring", [ring for ring in RINGS if ring != OPENINGS])
def test_the_audit_rebuilds_every_prompt_of_a_ring(ring: str) -> None:
    made, watched = course(ring, play_games=2), Watched()
    shown = made.plan_play("m", "{}", View.plain(0), 0, 1, NOTES, ring=ring)
    audit = Audit(shown, made.list_canaries(0, 1, ring))
    record = asyncio.run(play_match(shown, audit.watch(watched.ask)))
    audit.check(record)
    assert len(record["games"]) == 2 and not any(game["forfeit"] for game in record["games"])
    assert record["games"][0]["illegal"] == 0
    with pytest.raises(AuditError, match="is not what rules, notes and position make"):
        Audit(plan(""), set()).check(record)


def test_a_word_that_the_ring_itself_explains_names_no_studied_game() -> None:
    made = course("skin")
    names = made.list_canaries(0, 1)
    assert names == made.list_canaries(0, 1, "skin") and len(names) == 4
    word = find_skin(STUDY.game.rules, 1).name.lower()
    assert word in made.open_ring("skin").list_words()


def test_where_examples_are_studied_their_openings_and_the_teachers_engine_are_what_was_seen() -> None:
    made = course("seen", "family", regime="distil", generations=1)
    shown = made.plan_play("m", "{}", View.plain(0), 0, 1, NOTES, ring="seen")
    record = asyncio.run(play_match(shown, Watched().ask))
    examples = [" ".join(example.moves) for example in made.take_examples(0, 1)]
    assert all(any(line.startswith(game["opening"]) for line in examples) for game in record["games"])
    assert set(shown.ladder.levels) == set(take_family(STUDY.ladder, "alphabeta").levels)
    assert not [level for level in made.open_ring("family").ladder.levels if level.startswith("alphabeta")]


@pytest.mark.parametrize(
    ("rings", "changes", "message"),
    [
        (("moon",), {}, "rings: choose from seen, openings, family, skin, rewritten, sibling"),
        (("family",), {"practice": "all"}, "rings: family: what is studied is not of one family of engines alone"),
        (("seen",), {"control": "placebo"}, "rings: seen: placebo has no openings that an author read"),
        (("seen",), {"control": "oracle", "generations": 1}, "rings: seen: oracle has no openings"),
        (("skin",), {"control": "matched"}, "rings: no notes are handed on where games are"),
        (("family",), {"regime": "practice", "self_study": SelfStudy(4)}, "rings: family: practice meets no opponents"),
        (("skin",), {"study": Study(GAME, examples=(0,), sets=2, skin=3)}, "rings: skin: .* give skin=0"),
        (("sibling",), {"study": Study(GAME, examples=(0,), sets=2, rules="none")}, "rings: sibling: .* rules=full"),
        (("sibling",), {"study": Study(GAME, examples=(2,), sets=2)}, "rings: sibling: .* give examples=0"),
        (("sibling",), {"study": Study("lattic", examples=(0,), sets=2)}, "quickstudy calibrate lattic-sibling"),
        (("family",), {"study": replace(STUDY, opponents=("mcts-30",))}, "rings: family: .* leave them adaptive"),
        (("skin",), {"ring_generations": ("5",)}, "ring_generations: '5' is none: give last, or numbers from 0 to 2"),
    ],
)
def test_a_ring_that_a_course_cannot_have_is_a_sentence(
    rings: tuple[str, ...], changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        course(*rings, **changes)
