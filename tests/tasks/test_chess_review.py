"""Reviews of games of chess: numbered as movetext is, read in SAN and in a skin, valued by the engine, asked again."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from quickstudy.tasks.author_view import list_words
from quickstudy.tasks.chains.course import Course
from quickstudy.tasks.chains.review import WORK, list_choices, value_games
from quickstudy.tasks.chains.stage import Stage, play_stage
from quickstudy.tasks.challenge import compute_inline
from quickstudy.tasks.chess_study import ChessStudy
from quickstudy.tasks.chess_variants.movetext import read_movetext
from quickstudy.tasks.examples import chess_regrets
from quickstudy.tasks.examples.chess_regrets import value_chess_position
from quickstudy.tasks.examples.probe_sets import ProbeError, ProbeSet
from quickstudy.tasks.inspect_match import INLINE_WORK
from quickstudy.tasks.learners.notebook import Notebook
from quickstudy.tasks.match import Ask, Question, Reply
from quickstudy.tasks.regimes.notes import Item, Notes

STUDY = ChessStudy("fnipil", examples=(0,), sets=2, retries=1)
NOTES = Notes((Item("advice", "own zlil on: b3 +50"),))
SMALL: dict[str, Any] = {"generations": 1, "games": 2, "budget": 200, "chains": 1, "play_games": 2}


@pytest.fixture(autouse=True, scope="module")
def few_nodes() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(chess_regrets, "NODES", 3000)
        yield
        chess_regrets._value.cache_clear()


def course(study: ChessStudy = STUDY, **changes: Any) -> Course:
    return Course(study, **{**SMALL, "reviews": 2, **changes})


class Asked:
    """The notebook, whose prompts are kept by role; `review` is what it says in place of its own reviews."""

    def __init__(self, review: str | None = None) -> None:
        self.questions: dict[str, list[Question]] = {}
        self.review = review
        self.happened: list[str] = []
        """Who was asked, and where values were computed, in order."""

    def open(self, role: str, system: str = "") -> Ask:
        async def ask(question: Question) -> Reply:
            self.happened.append(role)
            self.questions.setdefault(role, []).append(question)
            scripted = self.review if role == "reviewer" else None
            return Reply(Notebook().answer(question.messages) if scripted is None else scripted)

        return ask

    def system(self, role: str, number: int = 0) -> str:
        return self.questions[role][number].messages[0][1]


def study(made: Course, notes: Notes = NOTES, review: str | None = None) -> tuple[dict[str, Any], Asked]:
    model = Asked(review)
    plan = made.plan_study("m", "{}", 0, 1, notes)
    stage = Stage(made, 0, 1, notes, {})
    player = model.open("player")

    async def compute(function: Callable[[], int], work: float) -> int:
        model.happened += ["valued"] * (work == WORK)
        return function()

    done = play_stage(stage, plan, player, lambda system: model.open("author"), compute, ask_fresh=model.open)
    return asyncio.run(done), model


@pytest.fixture(scope="module")
def stage(few_nodes: None) -> tuple[dict[str, Any], Asked]:
    return study(course())


def test_a_reviewer_reads_its_own_moves_by_the_numbers_of_the_movetext(
    stage: tuple[dict[str, Any], Asked],
) -> None:
    record, model = stage
    for number, game in enumerate(record["games"]):
        system = model.system("reviewer", number)
        line = re.search(rf"^Game {number + 1} \(\w+\) as {game['colour']}: (.*)$", system, re.M)
        own = re.search(r"moves by their numbers in the game: (.*)", system)
        assert line is not None and own is not None and STUDY.own_text in system and NOTES.lines[0] in system
        assert list(read_movetext(line[1])[1]) == game["moves"].split()
        for numbered in own[1].split(", "):
            black = " \\S+" if game["colour"] == "Black" else ""
            count, move = numbered.split(" ")
            assert re.search(rf"(?:^| ){count}\.{black} {re.escape(move)}(?: |$)", line[1]), numbered
        first = min(int(numbered.split(" ")[0]) for numbered in own[1].split(", "))
        assert first > STUDY.random_plies // 2, "moves made at random are nobody's choice"


def test_what_is_named_reaches_the_author_in_the_same_numbers_and_its_position_is_asked_again(
    stage: tuple[dict[str, Any], Asked],
) -> None:
    record, model = stage
    named = [(r["game"], entry) for r in record["reviews"] for entry in r["named"]]
    assert named and not any(review["illegal"] for review in record["reviews"])
    played = {(q.game, q.ply): q.messages for q in model.questions["player"]}
    for game, entry in named:
        told = f"move {entry['ply'] // 2 + 1} {entry['played']}, better {entry['better']}: {entry['why']}"
        assert told in model.system("author")
        assert record["games"][game]["moves"].split()[entry["ply"]] == entry["played"]
        (row,) = [r for r in record["repairs"] if (r["game"], r["ply"]) == (game, entry["ply"])]
        assert row["named"] == 1 and row["before"]["move"] == entry["played"], "this learner answers alike"
    asked = {(q.game, q.messages[1][1]) for q in model.questions["before"]}
    assert asked == {(r["game"], played[r["game"], r["ply"]][1][1]) for r in record["repairs"]}, "the very questions"


def test_regrets_are_the_engines_and_those_of_what_was_asked_again_of_a_longer_search(
    stage: tuple[dict[str, Any], Asked],
) -> None:
    record, _ = stage
    for row in record["regrets"]:
        game = record["games"][row["game"]]
        probe = value_chess_position(STUDY.variant, list_words(game, row["ply"]))
        assert (row["value"], row["best"]) == (probe.values[row["move"]], probe.best)
        assert row["regret"] == pytest.approx(probe.regret(row["move"]))
        assert row["better_regret"] is None or row["better_regret"] == pytest.approx(probe.regret(row["better"]))
    assert any(row["regret"] > 0 for row in record["regrets"])
    for row in record["repairs"]:
        judge = value_chess_position(STUDY.variant, list_words(record["games"][row["game"]], row["ply"]), 1)
        assert row["after"]["regret"] == pytest.approx(judge.regret(row["after"]["move"]))


def test_values_come_after_all_that_a_model_is_asked_for_notes_and_are_the_same_each_time(
    stage: tuple[dict[str, Any], Asked],
) -> None:
    first, model = stage
    valued = model.happened.index("valued")
    assert set(model.happened[valued:]) == {"valued", "before", "after"}
    assert set(model.happened[:valued]) == {"player", "reviewer", "author"}
    chess_regrets._value.cache_clear()
    again, _ = study(course())
    assert all(first[name] == again[name] for name in ("reviews", "regrets", "repairs"))


def test_values_are_computed_off_the_event_loop() -> None:
    game, works = {"game": 0, "opening": "a3 a4", "moves": "a3 a4 b3 b4", "colour": "White"}, list[float]()

    async def compute(function: Any, work: float) -> int:
        works.append(work)
        return int(function())

    rows = asyncio.run(value_games(STUDY, [game], [], compute))
    assert [(row["ply"], row["move"], row["rank"]) for row in rows] == [(2, "b3", 0)]
    assert works == [WORK] and min(works) > INLINE_WORK


def test_a_skin_is_worn_by_reviews_too() -> None:
    worn = replace(STUDY, skin=1)
    skin = worn.skill.skin
    (own, shown, name), *_ = skin.pieces
    notes = Notes((Item("advice", f"own pieces anywhere: {name} +300"),))
    record, model = study(course(worn), notes)
    named = [(r["game"], entry) for r in record["reviews"] for entry in r["named"]]
    assert named and all(review["readable"] and not review["illegal"] for review in record["reviews"])
    for game, entry in named:
        assert entry["played"] in record["games"][game]["moves"].split()
        told = [worn.write_move(entry[what]) for what in ("played", "better")]
        assert f"{told[0]}, better {told[1]}: " in model.system("author")
    read = [model.system("reviewer", number) for number in (0, 1)]
    assert all(re.search(rf" {shown}x?[a-h]", text) and not re.search(rf" {own}x?[a-h]", text) for text in read)


def test_a_better_move_that_is_not_legal_is_asked_for_again_by_its_number() -> None:
    plain, _ = study(course(), review='{"worst": []}')
    numbers = [{row["ply"] // 2 + 1 for row in plain["regrets"] if row["game"] == game} for game in (0, 1)]
    number = min(numbers[0] & numbers[1])
    record, model = study(course(), review=json.dumps({"worst": [{"number": number, "better": "Kz9"}]}))
    assert all(r["readable"] and r["illegal"] == 1 and r["named"][0]["better"] is None for r in record["reviews"])
    assert f'At number {number} the move "Kz9" was not legal' in model.questions["reviewer"][1].messages[-1][1]
    assert [r["named"][0]["ply"] for r in record["reviews"]] == [2 * number - 2, 2 * number - 1]


def test_games_of_chess960_are_valued_from_the_start_that_was_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chess_regrets, "load_chess_probes", lambda *given: ProbeSet("made", 200.0, (), ()))
    shuffled = ChessStudy("chess960", examples=(0,), sets=1)
    challenge = shuffled.skill.begin("random", 1, (0, 0, 0))
    while len(challenge.steps) < 12:
        assert challenge.accept(challenge.position.list_moves()[0])
    game = {"game": 0, **challenge.describe(), "moves": " ".join(challenge.steps)}
    words = list_words(game)
    assert words[0].startswith("[") and words[1:] == tuple(challenge.steps) and game["colour"] == "Black"
    assert list(list_choices(shuffled, game)) == [ply for ply in range(shuffled.random_plies, 12) if ply % 2]
    rows = asyncio.run(value_games(shuffled, [game], [], compute_inline))
    assert [row["move"] for row in rows] == [challenge.steps[row["ply"]] for row in rows] and len(rows) > 2
    position = [p.copy() for p in shuffled.variant.follow(words[:-1])][-1]
    probe = value_chess_position(shuffled.variant, words[:-1])
    assert set(probe.values) == {position.write_move(move) for move in position.list_moves()}


def test_values_by_which_repairs_are_judged_are_of_a_search_twice_as_long(monkeypatch: pytest.MonkeyPatch) -> None:
    judge = value_chess_position(STUDY.variant, (), again=1)
    assert judge.values != value_chess_position(STUDY.variant, ()).values
    monkeypatch.setattr(chess_regrets, "NODES", 2 * chess_regrets.NODES)
    assert judge.values == value_chess_position(STUDY.variant, ()).values


def test_a_variant_without_probes_is_refused_with_the_command_that_makes_them() -> None:
    with pytest.raises(ProbeError, match=r"horde has no probes .* `quickstudy probes-chess horde`") as error:
        course(ChessStudy("horde", examples=(0,), sets=1))
    assert "\n" not in str(error.value)
