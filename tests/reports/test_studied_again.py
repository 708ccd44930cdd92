"""Study stages and rings come out again; whatever is changed in a record is found, and what cannot be known is told."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from inspect_ai import eval as run

from quickstudy.reports.records import find_items
from quickstudy.reports.verification.courses_anew import Others
from quickstudy.reports.verification.findings import (
    CONTRADICTED,
    REFUSED,
    REPLAYED,
    Finding,
    format_findings,
    verify_logs,
    verify_record,
)
from quickstudy.tasks import direct
from quickstudy.tasks.cell import Cell
from quickstudy.tasks.chains.course import Course
from quickstudy.tasks.chains.rings import RINGS
from quickstudy.tasks.chains.stage import AUTHOR
from quickstudy.tasks.chess_study import ChessStudy
from quickstudy.tasks.conditions import Conditions
from quickstudy.tasks.direct import play_chains
from quickstudy.tasks.match import Ask, Question, Reply
from quickstudy.tasks.memory import memory
from quickstudy.tasks.regimes.own_tasks import MAKE
from quickstudy.tasks.regimes.self_study import SelfStudy
from quickstudy.tasks.study import Study
from tests.reports.records import write

Record = dict[str, Any]
Change = Callable[[Record], None]
SMALL: dict[str, Any] = {"generations": 2, "games": 2, "budget": 288, "chains": 1, "play_games": 2}
RINGED: dict[str, Any] = {"rings": RINGS, "ring_generations": ("0", "last"), "chains": 2}
GAMES: dict[str, Any] = {"regime": "practice", "self_study": SelfStudy(verifier_calls=8, artefact="examples", keep=4)}
PRACTICE: dict[str, Any] = {"regime": "practice", "self_study": SelfStudy(verifier_calls=16, own_tasks=4)}
STUDY: dict[str, Any] = {"regime": "study", "games": 4, "self_study": SelfStudy(keep=2), "budget": 1024}


def open_board(examples: int = 0, **conditions: Any) -> Conditions:
    return Study("tvafindil", examples=(examples,), sets=2, **conditions)


def open_chess() -> Conditions:
    return ChessStudy("fnipil", examples=(0,), sets=1)


def play(study: Conditions, **conditions: Any) -> list[Record]:
    """The records of a course as a file gives them back."""
    return [json.loads(json.dumps(r)) for r in play_chains(Course(study, **SMALL | conditions), "quickstudy/notebook")]


def pick(records: Iterable[Record], items: str = "notes") -> list[Record]:
    return [record for record in records if find_items(record) == items]


@pytest.fixture(scope="module")
def rings() -> list[Record]:
    """Two chains of two generations, with notes in every ring before the first and after the last."""
    return play(open_board(wording=1), **RINGED)


@pytest.fixture(scope="module")
def reviewed() -> list[Record]:
    return play(open_board(), reviews=2)


@pytest.fixture(scope="module")
def practised() -> list[Record]:
    return play(open_board(), **PRACTICE)


COURSES: list[tuple[Conditions, dict[str, Any]]] = [
    (open_board(skin=1), {"control": "no_carry"}),
    (open_board(), {"control": "placebo", "generations": 1}),
    (open_board(), {"control": "permuted", "practice": "alphabeta", "rings": ("seen", "family")}),
    (open_board(), {"control": "think"}),
    (open_board(), {"control": "empty"}),
    (open_board(), {"control": "matched", "budget": 1024}),
    (open_board(4), {"regime": "distil", "generations": 1, "kinds": ("mistake",), "rings": ("seen", "family")}),
    (open_board(), {"regime": "state", "rings": ("seen",)}),
    (open_board(), GAMES),
    (open_board(), STUDY | {"generations": 1}),
    (open_board(), STUDY | {"control": "random"}),
    (open_chess(), {"rings": ("seen", "sibling")}),
    (open_chess(), PRACTICE | {"generations": 1}),
]


@pytest.mark.parametrize(("study", "conditions"), COURSES, ids=range(len(COURSES)))
def test_whatever_a_course_does_comes_out_again(study: Conditions, conditions: dict[str, Any], tmp_path: Path) -> None:
    records = play(study, **conditions)
    findings = verify_logs(write(tmp_path, *records))
    assert {(found.state, found.opponents, found.reason) for found in findings} == {(REPLAYED, True, "")}
    assert len(findings) == len(records) and sum(found.stages for found in findings) == len(pick(records))


@pytest.mark.slow
def test_the_notes_of_the_oracle_come_out_again(tmp_path: Path) -> None:
    findings = verify_logs(write(tmp_path, *play(open_board(), control="oracle", generations=1)))
    assert {(found.state, found.reason) for found in findings} == {(REPLAYED, "")}


def test_rings_reviews_and_practices_come_out_again_in_any_order(
    rings: list[Record], reviewed: list[Record], practised: list[Record], tmp_path: Path
) -> None:
    findings = verify_logs(write(tmp_path, *reversed([*rings, *reviewed, *practised])))
    assert {(found.state, found.opponents, found.reason) for found in findings} == {(REPLAYED, True, "")}
    row = next(line for line in format_findings(findings).splitlines() if line.startswith("tvafindil "))
    assert row.split() == ["tvafindil", "quickstudy/notebook", "68", "0", "0", "0", "8", "36", "0", "0"]


def verify(record: Record, *others: Record) -> Finding:
    """What becomes of a record beside these others."""
    return verify_record("here", record, Others.of_records([], pick(others)))


def _win_more(record: Record) -> None:
    game = next(game for game in record["games"] if game["outcome"] != "win")
    game |= {"outcome": "win", "result": 1.0}


def _write_better_notes(record: Record) -> None:
    """Say that the author wrote something else, as somebody would who knows how notes are named."""
    record["notes"][0][1] += " Begin in the corner."


CHANGES: list[tuple[Change, str]] = [
    (_win_more, r"game \d: (result|outcome) is recorded as"),
    (
        lambda record: record["games"][0].update(opponent="mcts-300"),
        "game 0: the opponent is recorded as mcts-300, and",
    ),
    (lambda record: record["games"][1].update(moves="a1 b2"), r"game 1, ply \d+: \S+ is recorded, and \S+ is played"),
    (_write_better_notes, r"notes, number 1, number 2 is recorded as '.*"),
    (lambda record: record["notes"].pop(), r"notes: \d+ are recorded, and there are"),
    (lambda record: record.update(digest="0" * 64), "digest is recorded as '0000"),
    (lambda record: record.update(tokens=1.0), "tokens is recorded as 1.0, and is"),
    (lambda record: record["edits"].update(added=99), "edits, added is recorded as 99, and is"),
    (lambda record: record.update(quoted=5), "quoted is recorded as 5, and is 0"),
    (lambda record: record["replies"].append(record["replies"][0]), "replies: 2 are recorded, and there are 1"),
    (lambda record: record["replies"].clear(), "the author: 0 replies are recorded, and one more is asked for"),
    (lambda record: record["replies"][0].update(text="none"), "the author: 1 replies are recorded, and one more is"),
    (lambda record: record.update(before=[]), "the notes before it: 0 are recorded, and there are"),
    (lambda record: record.update(generation=1), "generation 1 of a cell of generation 2 is recorded"),
    (lambda record: record.update(agreement=0.5), "agreement is recorded as 0.5, and is None"),
    (lambda record: record["cell"].update(retries=5), "the cell's id is not that of its conditions"),
    (lambda record: record["games"].pop(), "the record is ill-formed"),
]


@pytest.mark.parametrize(("change", "said"), CHANGES, ids=range(len(CHANGES)))
def test_a_changed_record_of_a_study_stage_is_found(rings: list[Record], change: Change, said: str) -> None:
    stages = pick(rings)[:2]
    changed = copy.deepcopy(stages[1])
    change(changed)
    found = verify(changed, *stages)
    assert found.state == CONTRADICTED and re.search(said, found.reason), found.reason


CHANGED_REVIEWS: list[tuple[Change, str]] = [
    (lambda record: record["reviews"][0]["named"].pop(0), "reviews, number 1, named"),
    (lambda record: record["reviews"][0]["replies"][0].update(text='{"worst": []}'), "reviews, number 1, named: "),
    (lambda record: record["reviews"][0]["replies"].clear(), "the review of game 0: 0 replies are recorded, and one"),
    (lambda record: record["reviews"].pop(0), "the review of game 0: 0 replies are recorded, and one more is asked"),
    (lambda record: record["regrets"][3].update(regret=0.999), "regrets, number 4, regret is recorded as 0.999"),
    (lambda record: record["repairs"][0]["after"].update(regret=-1.0), "repairs, number 1, after, regret is recorded"),
    (lambda record: record["repairs"][0]["after"].update(illegal=2), "repairs, number 1, after, illegal is recorded"),
    (lambda record: record["repairs"].pop(0), "asked again with the notes before: no answer is recorded"),
    (lambda record: record["repairs"].append(record["repairs"][0]), r"repairs: \d+ are recorded, and there are"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "said"), CHANGED_REVIEWS, ids=range(len(CHANGED_REVIEWS)))
def test_a_changed_record_of_reviews_is_found(reviewed: list[Record], change: Change, said: str) -> None:
    stages = pick(reviewed)
    changed = copy.deepcopy(stages[1])
    change(changed)
    found = verify(changed, *stages)
    assert found.state == CONTRADICTED and re.search(said, found.reason), found.reason


CHANGED_PRACTICE: list[tuple[Change, str]] = [
    (
        lambda record: record["practice"]["questions"][0].update(position="a1"),
        "practice, questions, number 1, position",
    ),
    (lambda record: record["practice"]["score"].update(coverage=1.0), "practice, score, coverage is recorded as 1.0"),
    (
        lambda record: record["practice"]["replies"].pop(),
        r"practice: \d replies are recorded, and one more is asked for",
    ),
    (lambda record: record["practice"]["tasks"][0].update(valid=None), "practice, tasks, number 1, valid is recorded"),
    (lambda record: record["practice"]["tasks"][0].update(reply="{}"), "practice, tasks, number 1, solved is recorded"),
    (lambda record: record.pop("practice"), "practice: 0 replies are recorded, and one more is asked for"),
]


@pytest.mark.parametrize(("change", "said"), CHANGED_PRACTICE, ids=range(len(CHANGED_PRACTICE)))
def test_a_changed_record_of_practice_is_found(practised: list[Record], change: Change, said: str) -> None:
    changed = copy.deepcopy(pick(practised)[0])
    change(changed)
    found = verify(changed)
    assert found.state == CONTRADICTED and re.search(said, found.reason), found.reason


@pytest.mark.parametrize("ring", [name for name in RINGS if name != "openings"])
@pytest.mark.parametrize("generation", [0, 2])
def test_a_changed_game_in_a_ring_is_found(rings: list[Record], ring: str, generation: int) -> None:
    found = [
        r["cell"] for r in pick(rings, "games") if (r["cell"]["ring"], r["cell"]["generation"]) == (ring, generation)
    ]
    played = [record for record in pick(rings, "games") if record["cell"] in found]
    assert [record["set"] for record in played] == [0, 1]
    for record in played:
        assert verify(record, *rings).state == REPLAYED
        changed = copy.deepcopy(record)
        changed["games"][0]["plies"] += 1
        assert re.search("game 0: plies is recorded as", verify(changed, *rings).reason)


def test_seen_openings_are_those_of_the_chain(rings: list[Record]) -> None:
    first, second = find_seen(rings, 2)
    assert verify({**first, "set": 1}, *rings).state == CONTRADICTED
    assert first["games"][0]["opening"] != second["games"][0]["opening"]


def find_seen(records: Iterable[Record], generation: int) -> list[Record]:
    """The play stages of a generation in the ring `seen`, chain by chain."""
    return [r for r in pick(records, "games") if (r["cell"]["ring"], r["cell"]["generation"]) == ("seen", generation)]


def test_openings_seen_before_the_first_stage_need_the_stages_that_tell_of_them(rings: list[Record]) -> None:
    played = find_seen(rings, 0)[0]
    said = "these openings are not told by the study stages of these logs to have been seen"
    alone = verify(played)
    assert (alone.state, alone.reason) == (REFUSED, said)
    changed = copy.deepcopy(played)
    changed["games"][0]["opening"] = changed["games"][1]["opening"] = "a1 b2"
    assert (verify(changed, *rings).state, verify(changed, *rings).reason) == (REFUSED, said)


def test_openings_seen_come_out_again_where_a_run_was_interrupted() -> None:
    """The openings before the first stage are those of the last one, which has not been reached."""
    records = play(open_board(), generations=3, rings=("seen",), ring_generations=("0",))
    first, second = pick(records)[:2]
    assert verify(find_seen(records, 0)[0], first, second).state == REPLAYED


def test_a_stage_needs_those_before_it(rings: list[Record]) -> None:
    first, second = pick(rings)[:2]
    alone = verify(second)
    assert alone.state == REFUSED and alone.reason.startswith("the stages before it, from which it went on, are not")
    assert verify(first).state == verify(second, first).state == REPLAYED


def test_two_copies_of_a_stage_that_differ_are_named(rings: list[Record], tmp_path: Path) -> None:
    stage = pick(rings)[0]
    other = copy.deepcopy(stage)
    other["games"][0]["seconds"] = other["replies"][0]["input_tokens"] = 77
    assert len(verify_logs(write(tmp_path, stage, other))) == 1
    other["edits"]["added"] = 99
    reasons = [found.reason for found in verify_logs(write(tmp_path, other))]
    assert [reason.endswith("line 1 has of the same stage") for reason in reasons] == [True, False]


@pytest.mark.parametrize(
    ("ring", "elsewhere", "said"),
    [
        ("sibling", {"ring": "seen"}, "tvafindil in skin 0 is recorded, which is not what the ring sibling has"),
        ("skin", {"skin": 3}, "tvafindil in skin 3 is recorded, which is not what the ring skin has"),
    ],
)
def test_a_ring_of_another_game_or_skin_is_found(
    rings: list[Record], ring: str, elsewhere: dict[str, Any], said: str
) -> None:
    """As somebody would say it who knows how cells are named."""
    played = {r["cell"]["ring"]: r for r in pick(rings, "games")}
    usual = {name: played["seen"]["cell"][name] for name in ("skill", "rules_hash", "ladder_version", "counts")}
    changed = copy.deepcopy(played[ring])
    cell = changed["cell"] | (usual if "ring" in elsewhere else elsewhere)
    changed["cell"] = Cell(**{name: value for name, value in cell.items() if name != "cell_id"}).to_dict()
    assert (verify(changed, *rings).state, verify(changed, *rings).reason) == (CONTRADICTED, said)


@pytest.mark.parametrize("name", ["chain", "generation"])
def test_a_stage_of_no_number_is_ill_formed(rings: list[Record], name: str, tmp_path: Path) -> None:
    changed = {**pick(rings)[0], name: float("inf"), "probes": 5}
    (found,) = verify_logs(write(tmp_path, changed))
    assert found.state == CONTRADICTED and "ill-formed" in found.reason
    assert verify({**pick(rings)[0], "chain": 10**30}).reason.startswith("chain 1000000000000000000000000000000 is")


def test_notes_that_the_stage_before_did_not_hand_on_are_found(rings: list[Record]) -> None:
    first, second = (copy.deepcopy(stage) for stage in pick(rings)[:2])
    _write_better_notes(first)
    found = verify(second, first)
    assert found.state == CONTRADICTED and found.reason.startswith(
        "the notes before it, number 1, number 2 is recorded"
    )


def test_records_of_versions_that_kept_less_are_not_verified(
    rings: list[Record], reviewed: list[Record], practised: list[Record]
) -> None:
    long, bare, tried = (copy.deepcopy(pick(records)[0]) for records in (rings, reviewed, practised))
    long["replies"][0]["text"] = "…" + "x" * 2000
    bare["repairs"][0]["after"].pop("answers")
    for task in tried["practice"]["tasks"]:
        task.pop("reply")
        task |= {"solved": None, "valid": False}
    for record in (long, bare, tried):
        found = verify(record)
        assert found.state == REFUSED and "did not keep all replies" in found.reason


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"control": "nosuch"}, "control: choose one of"),
        ({"studied": 3}, "games: give an even number"),
        ({"teacher": "pgn-abc"}, "its examples are games of a file"),
        ({"studied_game": "velun"}, "studied_game is 'velun', as no course has it that is known here"),
        ({"task_version": "1-A"}, "it is of task version 1-A"),
    ],
)
def test_courses_that_are_not_known_here_are_not_verified(
    rings: list[Record], changes: dict[str, Any], said: str
) -> None:
    record = copy.deepcopy(pick(rings)[0])
    record["cell"] = Cell(**{k: v for k, v in (record["cell"] | changes).items() if k != "cell_id"}).to_dict()
    found = verify(record)
    assert found.state == REFUSED and said in found.reason, found.reason


def test_long_and_strange_replies_come_out_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Notes of more than a quoted reply holds, with characters that are shown as escapes elsewhere."""
    notes = [
        {"action": "add", "kind": "advice", "text": f"take\u00a0the\u200bcentre {place} " + "x" * 90}
        for place in range(40)
    ]
    written = json.dumps({"edits": notes}, ensure_ascii=False)
    answer_of = direct._open_learner

    def open_author(model: Any, thinking: str) -> tuple[str, Ask]:
        name, asked = answer_of(model, thinking)

        async def ask(question: Question) -> Reply:
            return Reply("\ud800\x07" + written) if question.game == AUTHOR else await asked(question)

        return name, ask

    monkeypatch.setattr(direct, "_open_learner", open_author)
    (stage,) = pick(play(open_board(), generations=1, budget=2048))
    assert len(stage["replies"][0]["text"]) > 4000 and len(stage["notes"]) == 40
    assert verify(stage).state == REPLAYED


def test_practices_without_readable_tasks_come_out_again(monkeypatch: pytest.MonkeyPatch) -> None:
    answer_of = direct._open_learner

    def open_mute(model: Any, thinking: str) -> tuple[str, Ask]:
        name, asked = answer_of(model, thinking)

        async def ask(question: Question) -> Reply:
            return Reply("no tasks today") if question.game == MAKE else await asked(question)

        return name, ask

    monkeypatch.setattr(direct, "_open_learner", open_mute)
    (stage,) = pick(play(open_board(), **PRACTICE | {"generations": 1}))
    assert stage["practice"]["score"]["tasks"]["made"] == 0 and verify(stage).state == REPLAYED


def test_ill_formed_records_are_named_beside_others_that_could_go_on_from_them(
    rings: list[Record], tmp_path: Path
) -> None:
    records = copy.deepcopy(rings)
    (first, second), match = pick(records)[:2], next(r for r in pick(records, "games") if r["set"] == 0)
    first["games"][0].pop("result")
    match["games"][0].pop("forfeit")
    findings = verify_logs(write(tmp_path, first, second, match))
    assert [found.state for found in findings] == [CONTRADICTED, REFUSED, CONTRADICTED]
    assert [findings[i].reason for i in (0, 2)] == [
        "game 0: result is recorded as nothing, and is 0.0",
        "game 0: forfeit is recorded as nothing, and is 0",
    ]


def test_a_log_of_inspect_with_another_author_and_reviewer_comes_out_again(tmp_path: Path) -> None:
    task = memory("tvafindil", generations=2, games=2, budget=288, chains=1, play_games=2, reviews=1, rings="seen")
    roles = {"author": "quickstudy/notebook-windows", "reviewer": "quickstudy/notebook-lines"}
    run(task, model="quickstudy/notebook", model_roles=roles, log_dir=str(tmp_path), display="none")
    findings = verify_logs(tmp_path)
    assert {(found.state, found.opponents, found.reason) for found in findings} == {(REPLAYED, True, "")}
    assert (len(findings), sum(found.stages for found in findings)) == (6, 2)
