"""Reviews in a study stage: asked of a fresh reviewer, read by the author, valued out of sight, and asked again."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from quickstudy.tasks.chains.audit import AuditError
from quickstudy.tasks.chains.course import Course
from quickstudy.tasks.chains.repairs import choose_positions
from quickstudy.tasks.chains.review import REVIEWER
from quickstudy.tasks.chains.stage import Stage, play_stage
from quickstudy.tasks.direct import play_chains
from quickstudy.tasks.examples.probes import ProbeError
from quickstudy.tasks.examples.regrets import value_position
from quickstudy.tasks.games.notation import PLAYERS
from quickstudy.tasks.learners.notebook import Notebook
from quickstudy.tasks.match import Ask, Question, Reply
from quickstudy.tasks.regimes.notes import Item, Notes
from quickstudy.tasks.study import Study

STUDY = Study("velun", examples=(0,), sets=2, retries=1)
NOTES = Notes((Item("advice", "own vardu on: b3 +12"),))
SMALL: dict[str, Any] = {"generations": 1, "games": 2, "budget": 200, "chains": 1, "play_games": 2}


def course(**changes: Any) -> Course:
    return Course(STUDY, **{**SMALL, "reviews": 2, **changes})


class Scripted:
    """An embedded learner whose prompts are kept by role, and whose reviews a test can write."""

    def __init__(self, review: str | None = None) -> None:
        self.asked: dict[str, list[Question]] = {}
        self.review = review

    def open(self, role: str, system: str = "") -> Ask:
        async def ask(question: Question) -> Reply:
            self.asked.setdefault(role, []).append(question)
            scripted = self.review if role == "reviewer" else None
            return Reply(Notebook().answer(question.messages) if scripted is None else scripted)

        return ask


def study(made: Course, review: str | None = None, notes: Notes = NOTES) -> tuple[dict[str, Any], Scripted]:
    model = Scripted(review)
    plan = made.plan_study("m", "{}", 0, 1, notes)
    stage = Stage(made, 0, 1, notes, {})
    done = play_stage(stage, plan, model.open("player"), lambda system: model.open("author"), ask_fresh=model.open)
    return asyncio.run(done), model


@pytest.fixture(scope="module")
def stage() -> tuple[dict[str, Any], Scripted]:
    return study(course())


def test_a_reviewer_reads_rules_notes_and_its_game_alone(stage: tuple[dict[str, Any], Scripted]) -> None:
    record, model = stage
    first, second = model.asked["reviewer"]
    assert (first.game, second.game) == (REVIEWER, REVIEWER - 1)
    for question, game, name in zip((first, second), record["games"], course().name_games(0, 1), strict=True):
        system = question.messages[0][1]
        assert NOTES.lines[0] in system and f"({name}) as {game['colour'].upper()}: {game['moves']} | " in system
        assert STUDY.game.text in system and system.count("\nGame ") == 1
        own = [ply + 1 for ply in range(len(game["moves"].split()))]
        listed = re.search(r"moves by their numbers in the game: (.*)", system)
        assert listed is not None and set(re.findall(r"\d+(?= )", listed[1])) <= set(map(str, own))


def test_the_author_reads_what_was_named_in_the_words_of_the_game(stage: tuple[dict[str, Any], Scripted]) -> None:
    record, model = stage
    (asked,) = model.asked["author"]
    text = asked.messages[0][1].split("## Reviews\n")[1].split("\n\n")[0]
    named = [entry for review in record["reviews"] for entry in review["named"]]
    assert named, "the learner finds a mistake in these games"
    for entry in named:
        assert f"move {entry['ply'] + 1} {entry['played']}, better {entry['better']}: {entry['why']}" in text


def test_every_own_choice_has_a_regret_and_named_moves_their_rank(stage: tuple[dict[str, Any], Scripted]) -> None:
    record, _ = stage
    for game, review in zip(record["games"], record["reviews"], strict=True):
        rows = [row for row in record["regrets"] if row["game"] == game["game"]]
        moves = game["moves"].split()
        own = range(4 + PLAYERS.index(game["colour"]), len(moves), 2)
        assert [row["ply"] for row in rows] == [p for p in own if value_position(STUDY.game, tuple(moves[:p])).values]
        assert [row["move"] for row in rows] == [moves[row["ply"]] for row in rows]
        assert all(row["best"] - row["value"] == pytest.approx(row["regret"], abs=1e-3) for row in rows)
        ranked = {row["ply"]: row["rank"] for row in rows if row["rank"]}
        assert ranked == {entry["ply"]: rank for rank, entry in enumerate(review["named"], 1)}
        for row in rows:
            probe = value_position(STUDY.game, tuple(moves[: row["ply"]]))
            assert row["value"] == probe.values[row["move"]]
            assert row["better_regret"] is None or row["better_regret"] == pytest.approx(probe.regret(row["better"]))


def test_named_positions_are_asked_of_fresh_instances_with_the_notes_before_and_after(
    stage: tuple[dict[str, Any], Scripted],
) -> None:
    record, model = stage
    rows = record["repairs"]
    assert {(r["game"], r["ply"]) for r in rows if r["named"]} == {
        (review["game"], entry["ply"]) for review in record["reviews"] for entry in review["named"]
    }
    before, after = model.asked["before"], model.asked["after"]
    assert len(before) == len(after) == len(rows)
    new = Notes.from_list(record["notes"])
    canaries = course().name_games(0, 1)
    played = {(q.game, q.ply): q.messages for q in model.asked["player"]}
    for row, one, two in zip(rows, before, after, strict=True):
        assert played[row["game"], row["ply"]] == one.messages, "the very question of the game"
        assert two.messages[1] == one.messages[1] and all(line in two.messages[0][1] for line in new.lines)
        assert NOTES.lines[0] not in two.messages[0][1] and not any(c in two.messages[0][1] for c in canaries)
        moves = record["games"][row["game"]]["moves"].split()
        assert row["before"]["move"] == moves[row["ply"]], "this learner answers the same question alike"
        judge = value_position(STUDY.game, tuple(moves[: row["ply"]]), 1)
        assert row["after"]["regret"] == pytest.approx(judge.regret(row["after"]["move"]))


def test_no_value_is_in_any_prompt(stage: tuple[dict[str, Any], Scripted]) -> None:
    record, model = stage
    told = " ".join(text for asked in model.asked.values() for q in asked for _, text in q.messages)
    shown = {f"{row[name]:.3f}" for row in record["regrets"] for name in ("value", "best") if 0 < row[name] < 1}
    assert shown and not any(value in told for value in shown)


def test_without_reviews_prompts_and_cells_are_what_they_were() -> None:
    record, model = study(course(reviews=0))
    assert set(model.asked) == {"player", "author"} and "## Reviews" not in model.asked["author"][0].messages[0][1]
    assert not {"reviews", "regrets", "repairs"} & set(record)
    plain, reviewed = (course(reviews=n).plan_play("m", "{}", STUDY.views[0], 0, 1, NOTES).cell for n in (0, 2))
    assert plain["cell_id"] != reviewed["cell_id"]
    assert (plain["reviews"], reviewed["reviews"]) == (0, 2)
    names = [course(reviews=n).name_stage("m", "{}", "a", "{}", ("b", "{}")) for n in (0, 2)]
    assert names[0] == course(reviews=0).name_stage("m", "{}", "a", "{}") != names[1]


def test_a_review_that_cannot_be_read_is_asked_for_again_and_then_counted_apart() -> None:
    record, model = study(course(), "I was perfect.")
    assert [len(review["replies"]) for review in record["reviews"]] == [2, 2]
    assert [review["readable"] for review in record["reviews"]] == [0, 0] and record["repairs"] == []
    assert "could be read" in model.asked["reviewer"][1].messages[-1][1]
    assert "## Reviews" not in model.asked["author"][0].messages[0][1]
    assert {row["rank"] for row in record["regrets"]} == {0}


def test_a_better_move_that_is_not_legal_is_asked_for_again_and_counted_apart() -> None:
    plain, _ = study(course(), '{"worst": []}')
    plies = [[row["ply"] for row in plain["regrets"] if row["game"] == game] for game in (0, 1)]
    number = next(iter(set(plies[0]) & set(plies[1])), plies[0][0]) + 1
    record, model = study(course(), json.dumps({"worst": [{"number": number, "better": "z9", "why": "so"}]}))
    first = record["reviews"][0]
    assert first["readable"] and first["illegal"] == 1 and first["named"][0]["better"] is None
    assert 'the move "z9" was not legal' in model.asked["reviewer"][1].messages[-1][1]
    assert f"move {number} " in model.asked["author"][0].messages[0][1] and "better z9" not in str(
        model.asked["author"]
    )
    (row,) = [row for row in record["regrets"] if row["game"] == 0 and row["rank"] == 1]
    assert row["better"] is None and row["better_regret"] is None


def test_an_empty_review_names_no_mistake_and_the_worst_move_is_asked_again_as_missed() -> None:
    record, model = study(course(), '{"worst": []}')
    assert [review["readable"] for review in record["reviews"]] == [1, 1]
    assert model.asked["author"][0].messages[0][1].count("no mistake was found") == 2
    for row in record["repairs"]:
        own = [r for r in record["regrets"] if r["game"] == row["game"]]
        assert row["named"] == 0 and max(own, key=lambda r: r["regret"])["ply"] == row["ply"]


def test_positions_are_the_named_ones_and_the_worst_that_was_missed() -> None:
    def rows(*regrets: float, game: int = 0) -> list[dict[str, Any]]:
        return [{"game": game, "ply": 4 + 2 * i, "regret": regret} for i, regret in enumerate(regrets)]

    def review(game: int, *plies: int, readable: int = 1) -> dict[str, Any]:
        return {"game": game, "readable": readable, "named": [{"ply": ply} for ply in plies]}

    assert choose_positions([review(0, 8, 4)], rows(0.1, 0.5, 0.2)) == [(0, 4, 1), (0, 8, 1), (0, 6, 0)]
    assert choose_positions([review(0, 6)], rows(0.1, 0.5, 0.2)) == [(0, 6, 1)]
    assert choose_positions([review(0)], rows(0.0, 0.0)) == []
    assert choose_positions([review(1, readable=0)], rows(0.5, game=1)) == []


def test_a_skin_is_worn_by_reviews_too() -> None:
    worn = replace(STUDY, skin=1)
    made = Course(worn, **SMALL, reviews=2)
    record, model = study(made, notes=Notes())
    skin = worn.skill.skin
    named = [entry for review in record["reviews"] for entry in review["named"]]
    assert all(review["readable"] and not review["illegal"] for review in record["reviews"]) and named
    text = model.asked["author"][0].messages[0][1]
    assert all(f"better {skin.write_move(entry['better'])}" in text for entry in named)
    assert all(
        entry["played"] in record["games"][r["game"]]["moves"] for r in record["reviews"] for entry in r["named"]
    )


def test_the_same_course_has_the_same_reviews_regrets_and_repairs() -> None:
    first, again = (next(r for r in play_chains(course(), "quickstudy/notebook") if "notes" in r) for _ in range(2))
    for name in ("reviews", "regrets", "repairs"):
        assert first[name] == again[name]


def test_what_is_asked_again_is_audited(monkeypatch: pytest.MonkeyPatch) -> None:
    def smuggle(self: Study, *given: Any, notes: Any = None, **more: Any) -> str:
        return "\n".join(["a system", *(notes or []), *course().name_games(0, 1)])

    made = course()
    plan = made.plan_study("m", "{}", 0, 1, NOTES)
    monkeypatch.setattr(Study, "write_system", smuggle)
    model = Scripted('{"worst": []}')
    done = play_stage(
        Stage(made, 0, 1, NOTES, {}), plan, model.open("player"), lambda s: model.open("author"), ask_fresh=model.open
    )
    with pytest.raises(AuditError, match="which names a studied game"):
        asyncio.run(done)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"reviews": -1}, "reviews: choose 0"),
        ({"reviews": 9}, "reviews: choose 0"),
        ({"regime": "distil"}, "reviews: only a player's own games"),
        ({"control": "think"}, "reviews: only a player's own games"),
        ({"control": "empty"}, "reviews: only a player's own games"),
    ],
)
def test_reviews_that_cannot_be_asked_for_are_a_sentence(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        course(**changes)


def test_a_game_without_probes_cannot_be_reviewed(tmp_path: Path) -> None:
    for name in ("rules.json", "ladder.json"):
        shutil.copy(STUDY.game.folder / name, tmp_path)
    with pytest.raises(ProbeError, match="has no probes"):
        Course(Study(str(tmp_path / "rules.json"), examples=(0,), sets=2), **SMALL, reviews=1)
