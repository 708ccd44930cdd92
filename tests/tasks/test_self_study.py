"""The regimes `practice` and `study` in a chain: what is asked, what crosses, and what the conditions are."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from quickstudy.scorers.recall import View
from quickstudy.tasks.chains.audit import Audit
from quickstudy.tasks.chains.course import Course
from quickstudy.tasks.chains.stage import AUTHOR, Stage, play_stage
from quickstudy.tasks.direct import play_chains
from quickstudy.tasks.learners.notebook import Notebook
from quickstudy.tasks.match import Question, Reply, play_match
from quickstudy.tasks.regimes.kept_games import list_kept, pack_games
from quickstudy.tasks.regimes.notes import Item, Notes
from quickstudy.tasks.regimes.practice import PRACTISE
from quickstudy.tasks.regimes.self_study import SelfStudy
from quickstudy.tasks.study import Study

GAME = "tvafindil"
STUDY = Study(GAME, examples=(0,), sets=2)
NOTES = Notes((Item("advice", "own man on: a5 +50"),))
VIEW = View.plain(0)
SMALL: dict[str, Any] = {"generations": 2, "games": 4, "budget": 300, "chains": 1, "play_games": 2}


def course(regime: str, own: dict[str, Any] | None = None, **changes: Any) -> Course:
    options = SelfStudy(**{"verifier_calls": 6, "keep": 2, **(own or {})})
    return Course(STUDY, regime, self_study=options, **{**SMALL, **changes})


class Watched:
    """An embedded learner whose questions are kept."""

    def __init__(self) -> None:
        self.asked: list[Question] = []
        self.learner = Notebook()

    async def ask(self, question: Question) -> Reply:
        self.asked.append(question)
        return Reply(self.learner.answer(question.messages))


def study(made: Course, notes: Notes, generation: int = 1) -> tuple[dict[str, Any], Watched, Watched]:
    player, author = Watched(), Watched()
    plan = made.plan_study("m", "{}", 0, generation, notes)
    assert plan is None
    stage = Stage(made, 0, generation, notes, {})
    record = asyncio.run(play_stage(stage, plan, player.ask, lambda system: author.ask))
    return record, player, author


def test_practice_asks_the_player_and_its_finished_games_reach_the_author_by_name() -> None:
    made = course("practice")
    record, player, author = study(made, NOTES)
    assert {question.game for question in player.asked} == {PRACTISE}
    assert all(NOTES.lines[0] in question.messages[0][1] for question in player.asked)
    (asked,) = author.asked
    text = asked.messages[0][1]
    assert asked.game == AUTHOR and "played against itself" in text and " as X: " not in text
    names = made.name_games(0, 1)
    assert len(names) == 6 and text.count("\nGame ") == record["practice"]["score"]["games"] > 3
    assert all(f"({name}): " in text for name in names[: record["practice"]["score"]["games"]])
    assert record["games"] == [] and record["notes"][0] == ["advice", f"from {text.count(chr(10) + 'Game ')} games"]


def test_what_was_asked_beside_games_reaches_the_author_too() -> None:
    made, author = course("practice"), Watched()
    asked = '{"questions": [{"ask": "claim", "position": "", "claim": "can_win"}]}'
    replies = iter([asked, '{"questions": []}'])

    async def ask(question: Question) -> Reply:
        return Reply(next(replies))

    stage = Stage(made, 0, 1, Notes(), {})
    asyncio.run(play_stage(stage, None, ask, lambda system: author.ask))
    text = author.asked[0].messages[0][1]
    assert "No game was played to its end." in text
    assert (
        "\n## Answers\nBeside complete games" in text
        and '1. {"ask": "claim", "position": "", "claim": "can_win"} False.' in text
    )


def test_games_of_practice_cross_as_examples_where_that_is_asked() -> None:
    made = course("practice", {"artefact": "examples"}, budget=1000)
    record, player, author = study(made, Notes())
    assert author.asked == [] and [kind for kind, _ in record["notes"]] == ["game", "game"]
    kept = Notes.from_list(record["notes"])
    plan = made.plan_play("m", "{}", VIEW, 0, 1, kept)
    moves = " ".join(list_kept(kept)[0].moves)
    assert f"Game 1: {moves} | " in plan.system and "## Notes" not in plan.system
    assert "an earlier player of this game played against itself" in plan.system
    assert plan.cell["artefact"] == "examples" and (plan.cell["n"], plan.cell["keep"]) == (0, 2)
    _, player, _ = study(made, kept, 2)
    assert moves in player.asked[0].messages[0][1], "the next practice sees them as well"


def test_an_author_chooses_among_what_was_kept_and_the_next_examples() -> None:
    made = course("study", budget=1000)
    first = made.take_examples(0, 1)
    record, player, author = study(made, pack_games(first[:1]), 2)
    text = author.asked[0].messages[0][1]
    new = made.take_examples(0, 2)
    assert player.asked == [] and text.count("\nGame ") == 5
    assert all(" ".join(one.moves) in text for one in [first[0], *new])
    assert len(record["notes"]) == 2 and record["replies"][0]["readable"]
    plan = made.plan_play("m", "{}", VIEW, 0, 2, Notes.from_list(record["notes"]))
    assert "between two equally strong players" in plan.system and plan.cell["studied"] == 8
    nothing = made.plan_play("m", "{}", VIEW, 0, 0, Notes()).system
    assert nothing == STUDY.write_system(VIEW, 0), "without games the prompt is that of the rules"


def test_the_control_draws_as_many_from_all_that_were_seen_and_asks_nobody() -> None:
    made = course("study", control="random", budget=1000)
    record, player, author = study(made, Notes(), 2)
    seen = {one.moves for one in made.source.take(8, 0)}
    assert player.asked == author.asked == [] and len(record["notes"]) == 2
    assert {one.moves for one in list_kept(Notes.from_list(record["notes"]))} <= seen
    assert study(made, Notes(), 2)[0]["digest"] == record["digest"]


@pytest.mark.parametrize(("regime", "own"), [("practice", {}), ("practice", {"artefact": "examples"}), ("study", {})])
def test_whole_chains_are_audited_and_repeat(regime: str, own: dict[str, Any]) -> None:
    made = course(regime, own, budget=1000)

    def timeless() -> list[dict[str, Any]]:
        records = list(play_chains(made, "quickstudy/notebook"))
        return [{**r, "games": [{**game, "seconds": 0} for game in r["games"]]} for r in records]

    records = timeless()
    assert records == timeless()
    stages = [record for record in records if "notes" in record]
    plays = [record for record in records if "notes" not in record]
    assert [play["cell"]["generation"] for play in plays] == [0, 1, 2] and len(stages) == 2
    assert len({play["cell"]["cell_id"] for play in plays}) == 3
    assert stages[1]["before"] == stages[0]["notes"] != [] and all(stage["tokens"] <= 1000 for stage in stages)
    plan = made.plan_play("m", "{}", VIEW, 0, 2, Notes.from_list(stages[1]["notes"]))
    audit, player = Audit(plan, made.list_canaries(0, 2)), Watched()
    audit.check(asyncio.run(play_match(plan, audit.watch(player.ask))))


def test_practice_without_answers_or_carry_is_a_control() -> None:
    thinking = course("practice", control="think")
    record, player, author = study(thinking, NOTES)
    assert player.asked == [] and "practice" not in record
    assert "There are no example games." in author.asked[0].messages[0][1]
    record, player, _ = study(course("practice", control="no_carry"), NOTES)
    assert record["before"] == [] and NOTES.lines[0] not in player.asked[0].messages[0][1]
    _, player, _ = study(course("practice", control="placebo"), NOTES)
    assert STUDY.game.rules.name not in player.asked[0].messages[0][1]


def test_conditions_count_only_in_their_own_regime() -> None:
    cells = {}
    for calls in (6, 7):
        for regime in ("notes", "practice", "study"):
            cells[regime, calls] = (
                course(regime, {"verifier_calls": calls}).plan_play("m", "{}", VIEW, 0, 1, NOTES).cell
            )
    assert cells["notes", 6] == cells["notes", 7] and cells["study", 6] == cells["study", 7]
    assert cells["practice", 6]["cell_id"] != cells["practice", 7]["cell_id"]
    assert cells["practice", 6]["verifier_calls"] == 6 and cells["practice", 6]["studied"] == 0
    assert (cells["notes", 6]["keep"], cells["study", 6]["keep"]) == (0, 2)
    known = course("notes").plan_play("m", "{}", VIEW, 0, 1, NOTES).cell["cell_id"]
    assert known == "2c13ed7db617d43f", "earlier cells keep their ids"


@pytest.mark.parametrize(
    ("regime", "own", "changes", "message"),
    [
        ("practice", {"verifier_calls": 0}, {}, "verifier_calls: choose 1 to 4096"),
        ("practice", {"own_tasks": 6}, {}, "own_tasks: choose fewer than verifier_calls"),
        ("practice", {"artefact": "memes"}, {}, "artefact: choose notes or examples"),
        ("study", {"keep": 0}, {}, "keep: choose 1 to 4096"),
        ("notes", {"artefact": "examples"}, {}, "artefact: only practice can hand on examples"),
        ("notes", {}, {"control": "random"}, "control: random is a control of the regime study"),
        ("study", {}, {"control": "think"}, "control: the regime study has empty, random, no_carry here"),
        ("practice", {"artefact": "examples"}, {"control": "permuted"}, "control: the regime practice has empty"),
    ],
)
def test_what_cannot_be_run_is_a_sentence(
    regime: str, own: dict[str, Any], changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match=f"^task parameter {message}"):
        course(regime, own, **changes)


def test_games_that_are_handed_on_are_the_only_examples() -> None:
    with pytest.raises(ValueError, match="examples: those that are kept are the examples in view"):
        Course(Study(GAME, examples=(2,), sets=1), "study", **SMALL)
