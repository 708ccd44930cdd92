"""A replay: example games in view are asked for move by move; only the recorded move is right."""

from __future__ import annotations

import asyncio
import json
import re
from typing import Any

import pytest

from quickstudy.scorers.recall import View
from quickstudy.tasks.direct import replay_study
from quickstudy.tasks.examples.openings import opening_plies
from quickstudy.tasks.match import Ask, Question, Reply
from quickstudy.tasks.prompts.play import WORDINGS
from quickstudy.tasks.replay import ReplayPlan, check_replays, plan_replay, reproduce_games, spread_evenly
from quickstudy.tasks.study import Study

STUDY = Study("velun", examples=(6,), sets=2, teacher="random", retries=1)
LINES = re.compile(r"^Game (\d+): (.*) \| ", re.MULTILINE)


def plan_of(study: Study = STUDY, places: int = 3, moves: int = 5, number: int = 0) -> ReplayPlan:
    (view,) = study.views
    return plan_replay(study, places, moves, view, study.plan("remote/model", "{}", view, number))


def reproduce(plan: ReplayPlan, ask: Ask, **options: Any) -> dict[str, Any]:
    return asyncio.run(reproduce_games(plan, ask, **options))


def name(move: str) -> Reply:
    return Reply(json.dumps({"move": move}), input_tokens=10, output_tokens=2)


async def look_up(question: Question) -> Reply:
    """Who reads the text finds the answer: the number, its line, and the word after the moves so far."""
    system, asked = (text for _, text in question.messages[:2])
    (number,) = re.findall(r"\bGame (\d+)\b", asked)
    line = dict(LINES.findall(system))[number].split()
    assert line[: question.ply] == asked.split("\n")[1].partition(": ")[2].split()
    return name(line[question.ply])


def test_a_record_tells_its_set() -> None:
    record = reproduce(plan_of(places=1, moves=1, number=1), look_up)
    assert (record["set"], record["match"]) == (1, 0)


@pytest.mark.parametrize("study", [
    STUDY,
    Study("velun", examples=(6,), sets=1, teacher="random", wording=1, rules="none", skin=3),
    Study("velun", examples=(6,), sets=1, teacher="random", wording=2, order=4, legal_moves=True),
    Study("velun", sets=1, teacher="random", layouts=("late",), m=3, slots=5),
    Study("morvane", examples=(4,), sets=1, teacher="random"),
], ids=["plain", "skin", "order", "late", "torus"])  # fmt: skip
def test_the_text_tells_every_answer(study: Study) -> None:
    plan = plan_of(study)
    record = reproduce(plan, look_up)
    moves = record["replays"]
    assert len(moves) == 3 * 5 and all(move["reproduced"] for move in moves)
    assert {move["outcome"] for move in moves} == {"answered"} and {move["asked"] for move in moves} == {1}
    assert all(move["move"] == move["played"] and move["options"] > 1 for move in moves)
    assert (record["cell"], plan.planned.system) == (plan.planned.cell, study.write_system(study.views[0], 0))


def test_only_the_recorded_move_counts() -> None:
    async def other(question: Question) -> Reply:
        asked = question.messages[1][1]
        (legal,) = re.findall(r"Your legal moves: (.*)", asked)
        right = json.loads((await look_up(question)).text)["move"]
        return name(next(move for move in legal.split() if move != right))

    study = Study("velun", examples=(6,), sets=1, teacher="random", legal_moves=True)
    moves = reproduce(plan_of(study), other)["replays"]
    assert {(move["reproduced"], move["outcome"], move["forfeit"]) for move in moves} == {(0, "answered", 0)}


def test_faulty_answers_are_asked_again_and_then_reproduce_nothing() -> None:
    script: dict[int, list[Reply | None]] = {
        0: [name("z9"), None],
        1: [name("z9"), Reply("hm", input_tokens=1)],
        2: [Reply("hm"), name("z9")],
        3: [Reply("thinking", "max_tokens"), Reply("thinking", "max_tokens")],
    }
    plan, seen, done = plan_of(places=1, moves=4), list[int](), list[int]()

    async def faulty(question: Question) -> Reply:
        if question.ply not in seen:
            seen.append(question.ply)
        return script[seen.index(question.ply)][question.attempt] or await look_up(question)

    moves = reproduce(plan, faulty, finished=lambda record: done.append(len(record["replays"])))["replays"]
    assert [move["outcome"] for move in moves] == [
        "answered", "forfeit_unreadable", "forfeit_illegal", "forfeit_truncated"
    ]  # fmt: skip
    assert [(move["reproduced"], move["forfeit"]) for move in moves] == [(1, 0), (0, 1), (0, 1), (0, 1)]
    assert [(move["illegal"], move["unreadable"]) for move in moves] == [(1, 0), (1, 1), (1, 1), (0, 2)]
    assert [move["move"] for move in moves[1:]] == [None] * 3 and moves[0]["input_tokens"] == 20
    assert done == [1, 2, 3, 4]


def test_faults_of_the_infrastructure_are_no_answers() -> None:
    async def dead(question: Question) -> Reply:
        raise ConnectionError("the line went dead")

    with pytest.raises(ConnectionError):
        reproduce(plan_of(), dead)


def test_games_and_moves_are_spread_and_begin_where_no_other_game_is_alike() -> None:
    plan = plan_of(places=3, moves=6)
    games = [tuple(body.split()) for _, body in LINES.findall(plan.planned.system)]
    assert [line.number for line in plan.lines] == [1, 4, 6] and len(games) == 6
    opening = opening_plies(STUDY.game)
    for line in plan.lines:
        assert line.moves == games[line.number - 1] and len(line.plies) == 6 and list(line.plies) == sorted(line.plies)
        for ply in line.plies:
            begun = [game for game in games if game[:ply] == line.moves[:ply]]
            assert ply >= 1 and begun == [line.moves]
        # the moves of the random opening that can be asked for, all of them
        alike = max(sum(1 for _ in iter_alike(line.moves, game)) for game in games if game != line.moves)
        assert [ply for ply in line.plies if ply < opening] == list(range(alike + 1, opening))
        assert line.plies[-1] > len(line.moves) * 2 // 3
    assert [line.place for line in plan.lines][::2] == [0.0, 1.0]
    sizes = {line.before + line.after for line in plan.lines}
    assert max(sizes) - min(sizes) < 40, "all but the line itself"


def iter_alike(one: tuple[str, ...], other: tuple[str, ...]) -> Any:
    for a, b in zip(one, other, strict=False):
        if a != b:
            return
        yield a


def test_random_moves_are_told_from_the_teachers() -> None:
    moves = reproduce(plan_of(), look_up)["replays"]
    opening = opening_plies(STUDY.game)
    assert [move["random"] for move in moves] == [int(move["ply"] < opening) for move in moves]
    assert {move["random"] for move in moves} == {0, 1}


def test_a_game_that_stands_in_view_twice_is_not_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    study = Study("velun", examples=(3,), sets=1, teacher="random")
    view = View.plain(3)
    twice = [study.take(3, 0)[i] for i in (0, 1, 0)]
    monkeypatch.setattr(Study, "arrange", lambda self, view, number: twice)
    plan = plan_replay(study, 3, 4, view, study.plan("remote/model", "{}", view, 0))
    assert [len(line.plies) for line in plan.lines] == [0, 4, 0]


def test_padding_moves_the_place_of_the_same_games() -> None:
    shape: dict[str, Any] = {"sets": 1, "teacher": "random", "m": 2, "slots": 8}
    early, late = (plan_of(Study("velun", layouts=(layout,), **shape), 2, 2) for layout in ("early", "late"))
    assert [line.moves for line in early.lines] == [line.moves for line in late.lines]
    assert [line.place < 0.3 for line in early.lines] == [line.place > 0.7 for line in late.lines] == [True, True]
    assert early.lines[0].before == 0 and late.lines[1].after == 0


@pytest.mark.parametrize(
    ("items", "count", "chosen"),
    [(range(5), 9, [0, 1, 2, 3, 4]), (range(9), 3, [0, 4, 8]), (range(10), 4, [0, 3, 6, 9]), (range(4), 3, [0, 2, 3]),
     (range(5), 1, [2]), (range(5), 0, []), ([], 3, []), ([7], 1, [7])],
)  # fmt: skip
def test_spread_takes_both_ends(items: Any, count: int, chosen: list[int]) -> None:
    assert spread_evenly(items, count) == chosen


def test_spread_names_nothing_twice() -> None:
    for size in range(1, 40):
        for count in range(1, size + 1):
            assert len(set(spread_evenly(range(size), count))) == count


def test_a_learner_without_a_limit_reproduces_all_and_with_one_what_it_recalls() -> None:
    def shares(model: str) -> dict[int, float]:
        moves = [m for record in replay_study(STUDY, model, 3, 6) for m in record["replays"]]
        numbers = sorted({m["number"] for m in moves})
        found = {k: [m["reproduced"] for m in moves if m["number"] == k] for k in numbers}
        return {number: sum(hits) / len(hits) for number, hits in found.items()}

    assert shares("quickstudy/copycat") == {1: 1.0, 4: 1.0, 6: 1.0}
    first = shares("quickstudy/copycat:capacity-1")
    assert first[1] == 1.0 and first[4] < 0.6 and first[6] < 0.6
    size = plan_of().lines[0].after // 5
    last = shares(f"quickstudy/copycat:recency-{size * 3 // 2}")
    assert last[6] == 1.0 and last[1] < 0.6
    assert max(shares("quickstudy/random").values()) < 0.6


@pytest.mark.parametrize("wording", range(len(WORDINGS)))
def test_each_wording_names_the_game_as_its_line_does(wording: int) -> None:
    asked = WORDINGS[wording].replay % 12
    assert len(re.findall(r"\bGame 12\b", asked)) == 1


@pytest.mark.parametrize(
    ("study", "options", "named"),
    [
        (STUDY, (0, 5), "task parameter places: choose 1"),
        (STUDY, (5, 1001), "task parameter moves: choose 1"),
        (Study("velun", examples=(0, 4)), (5, 5), "n = 0 shows no game"),
        (Study("velun", examples=(4,), kind="outcomes"), (5, 5), "kind=games and evidence=own"),
        (Study("velun", examples=(4,), evidence="lattic"), (5, 5), "kind=games and evidence=own"),
        (Study("velun", layouts=("filler",), slots=4), (5, 5), "layouts: filler has no one place"),
        (Study("velun", layouts=("duplicate",), m=2, slots=4), (5, 5), "layouts: duplicate has no one place"),
    ],
)
def test_what_cannot_be_reproduced_is_refused(study: Study, options: tuple[int, int], named: str) -> None:
    with pytest.raises(ValueError, match=named) as caught:
        check_replays(study, *options)
    assert "\n" not in str(caught.value)
