"""The regime `practice` in chains on chess: what is asked, what crosses, and that it repeats."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import Any

import pytest

from quickstudy.reports.report import write_report
from quickstudy.tasks.chains.course import Course
from quickstudy.tasks.chains.stage import Stage, play_stage
from quickstudy.tasks.chess_study import ChessStudy
from quickstudy.tasks.direct import play_chains, write_records
from quickstudy.tasks.learners.notebook import Notebook
from quickstudy.tasks.match import Question, Reply
from quickstudy.tasks.regimes.kept_games import list_kept
from quickstudy.tasks.regimes.notes import Item, Notes
from quickstudy.tasks.regimes.self_study import SelfStudy
from quickstudy.tasks.study import Study

SMALL: dict[str, Any] = {"generations": 1, "games": 2, "budget": 600, "chains": 1, "play_games": 2}
NOTES = Notes((Item("advice", "own zlil on: b3 +50"),))


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUICKSTUDY_CACHE", str(tmp_path / "cache"))


def course(own: dict[str, Any] | None = None, **changes: Any) -> Course:
    options = SelfStudy(**{"verifier_calls": 4, "keep": 2, **(own or {})})
    made = ChessStudy("fnipil", examples=(0,), sets=2, teacher="weak")
    return Course(made, "practice", self_study=options, **{**SMALL, **changes})


def study(made: Course, notes: Notes = NOTES) -> tuple[dict[str, Any], list[Question], list[Question]]:
    """A study stage, with what its player and its author were asked."""
    learner, asked, told = Notebook(), list[Question](), list[Question]()

    async def ask(question: Question) -> Reply:
        asked.append(question)
        return Reply(learner.answer(question.messages))

    async def ask_author(question: Question) -> Reply:
        told.append(question)
        return Reply(learner.answer(question.messages))

    assert made.plan_study("m", "{}", 0, 1, notes) is None
    stage = Stage(made, 0, 1, notes, {})
    return asyncio.run(play_stage(stage, None, ask, lambda system: ask_author)), asked, told


def test_games_against_itself_reach_the_author_by_name_as_movetext() -> None:
    made = course({"verifier_calls": 6, "own_tasks": 2})
    record, asked, told = study(made)
    assert all(NOTES.lines[0] in question.messages[0][1] for question in asked)
    (author,) = told
    text, games = author.messages[0][1], record["practice"]["score"]["games"]
    assert games > 2 and "played against itself" in text
    for number, name in enumerate(made.name_games(0, 1)[:games], 1):
        assert re.search(rf"\nGame {number} \({name}\): 1\. \S+ \S+ 2\. .* (?:1-0|0-1|1/2-1/2)\n", text)
    assert text.count('"claim": ') == 2, "what the rules said of its tasks"
    assert record["games"] == [] and record["notes"][0] == ["advice", f"from {games} games"]
    assert record["practice"]["score"]["tasks"]["solved"] == 1.0


def test_games_of_practice_cross_as_examples_where_that_is_asked() -> None:
    made = course({"artefact": "examples"}, budget=1000)
    record, _, told = study(made, Notes())
    assert told == [] and [kind for kind, _ in record["notes"]] == ["game", "game"]
    kept = Notes.from_list(record["notes"])
    plan = made.plan_play("m", "{}", made.view, 0, 1, kept)
    line = made.study.write_game(list_kept(kept)[0])
    assert f"Game 1: {line}\n" in plan.system and "## Notes" not in plan.system
    assert "an earlier player of this game played against itself" in plan.system
    assert (plan.cell["artefact"], plan.cell["verifier_calls"], plan.cell["keep"]) == ("examples", 4, 2)
    _, asked, _ = study(made, kept)
    assert f"Game 1: {line}\n" in asked[0].messages[0][1], "the next practice sees them as well"


def test_controls_of_practice_are_those_of_board_games() -> None:
    record, asked, told = study(course(control="think"))
    assert asked == [] and "practice" not in record
    assert "There are no example games." in told[0].messages[0][1]
    record, asked, _ = study(course(control="no_carry"))
    assert record["before"] == [] and NOTES.lines[0] not in asked[0].messages[0][1]
    placebo = course(control="placebo")
    assert isinstance(placebo.source, Study)
    record, asked, _ = study(placebo, Notes())
    assert "Fnipil" not in asked[0].messages[0][1] and record["practice"]["score"]["legal"] == 1.0


def test_a_chain_repeats_and_is_reported(tmp_path: Path) -> None:
    def timeless() -> list[dict[str, Any]]:
        records = list(play_chains(course(chains=2), "quickstudy/notebook"))
        return [{**r, "games": [{**game, "seconds": 0} for game in r["games"]]} for r in records]

    records = timeless()
    assert records == timeless()
    plays = [record for record in records if "notes" not in record]
    assert sorted(record["cell"]["generation"] for record in plays) == [0, 0, 1, 1]
    assert {record["cell"]["regime"] for record in plays} == {"practice"}
    write_records(records, tmp_path / "records.jsonl")
    write_report(tmp_path)
    page = (tmp_path / "report" / "practice.md").read_text(encoding="utf-8")
    (row,) = (line for line in page.split("\n") if line.startswith("| fnipil"))
    assert "| practice, 4 calls | 2 | 4.0 | 0.0 | 1.00 | 1.00 | " in row


def test_notes_of_practice_are_read_in_rings() -> None:
    records = list(play_chains(course(rings=("skin", "rewritten")), "quickstudy/notebook"))
    plays = [record for record in records if "notes" not in record]
    assert [(r["cell"]["generation"], r["cell"]["ring"]) for r in plays] == [
        (0, ""),
        (1, ""),
        (1, "skin"),
        (1, "rewritten"),
    ]
    assert all(game["forfeit"] == 0 for record in plays for game in record["games"])


def test_games_from_a_file_are_not_asked_for_where_none_is_read(tmp_path: Path) -> None:
    path = tmp_path / "one.pgn"
    path.write_text('[Result "1-0"]\n\n1. e4 e5 2. Nf3 Nc6 3. Bb5 a6 4. Ba4 Nf6 1-0\n', encoding="utf-8")
    made = ChessStudy("orthodox", examples=(0,), sets=1, examples_from=str(path))
    assert Course(made, "practice", **SMALL).last == 1
    with pytest.raises(ValueError, match="examples for each of 1 sets asked of"):
        Course(made, "distil", **SMALL)


@pytest.mark.parametrize(
    ("own", "changes", "message"),
    [
        ({"own_tasks": 4}, {}, "own_tasks: choose fewer than verifier_calls"),
        ({"artefact": "memes"}, {}, "artefact: choose notes or examples"),
        ({}, {"control": "random"}, "control: the regime practice has empty"),
        ({}, {"rings": ("seen",)}, "rings: seen: practice has no openings that an author read"),
    ],
)
def test_what_cannot_be_run_is_a_sentence(own: dict[str, Any], changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=f"^task parameter {message}"):
        course(own, **changes)
