"""Replays and reports come out again; whatever is changed in a record is found, and what cannot be asked is told."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from quickstudy.reports.verification.findings import (
    CONTRADICTED,
    REFUSED,
    REPLAYED,
    format_findings,
    verify_logs,
    verify_record,
)
from quickstudy.tasks.cell import Cell
from quickstudy.tasks.chess_study import ChessStudy
from quickstudy.tasks.conditions import Conditions
from quickstudy.tasks.direct import replay_study, report_study
from quickstudy.tasks.study import Study
from tests.reports.records import write

Change = Callable[[dict[str, Any]], None]
REPLAYS: list[Conditions] = [
    Study("velun", examples=(1, 4), sets=2, teacher="random", skin=2, order=1),
    Study("velun", sets=1, teacher="random", layouts=("late",), m=2, slots=4),
    ChessStudy("fnipil", examples=(3,), sets=1, teacher="random"),
]


@pytest.fixture(scope="module")
def replays() -> list[dict[str, Any]]:
    """Of a skin in another order, of a padded layout, and of a variant of chess."""
    models = ("copycat", "random", "copycat")
    pairs = zip(REPLAYS, models, strict=True)
    return [record for study, name in pairs for record in replay_study(study, f"quickstudy/{name}", 2, 3)]


@pytest.fixture(scope="module")
def reports() -> list[dict[str, Any]]:
    study = Study("tvafindil", examples=(4,), sets=2, teacher="random", wording=1, skin=1)
    return [record for name in ("weigher", "random") for record in report_study(study, f"quickstudy/{name}")]


def test_replays_and_reports_come_out_again(
    replays: list[dict[str, Any]], reports: list[dict[str, Any]], tmp_path: Path
) -> None:
    assert {move["reproduced"] for record in replays for move in record["replays"]} == {0, 1}
    assert {record["outcome"] for record in reports} == {"answered", "forfeit_unreadable"}
    findings = verify_logs(write(tmp_path, *replays, *reports))
    assert {(found.state, found.reason) for found in findings} == {(REPLAYED, "")}
    assert [found.moves for found in findings] == [len(record["replays"]) for record in replays] + [0] * 4
    assert [found.reports for found in findings] == [0] * len(replays) + [1] * 4
    row = next(line for line in format_findings(findings).splitlines() if line.startswith("tvafindil  quickstudy/w"))
    assert row.split() == ["tvafindil", "quickstudy/weigher", "0", "0", "0", "2", "0", "2", "0", "0"]


def _claim_recall(record: dict[str, Any]) -> None:
    """Say that the right move was named where another one was."""
    move = record["replays"][0]
    move |= {"move": move["played"], "reproduced": 1, "outcome": "answered", "forfeit": 0}


def _claim_other_example(record: dict[str, Any]) -> None:
    """Say that the example had the move that was named."""
    move = record["replays"][-1]
    move |= {"move": "a1", "played": "a1", "reproduced": 1}


CHANGED_REPLAYS: list[tuple[Change, str]] = [
    (lambda record: record["replays"][0]["answers"][0].update(text='{"move": "Zz9"}'), "answer"),
    (lambda record: record["replays"][0].update(reproduced=1 - record["replays"][0]["reproduced"]), "reproduced is"),
    (_claim_other_example, r"example \d+, ply \d+: played is recorded as 'a1'"),
    (lambda record: record["replays"][1].update(before=7777), r"example \d+, ply \d+: before is recorded as 7777"),
    (lambda record: record["replays"][1].update(random=7), r"example \d+, ply \d+: random is recorded as 7"),
    (lambda record: record["replays"][0].update(ply=0), r"example \d+, ply 0: no replay of these examples asks for it"),
    (lambda record: record["replays"].append(record["replays"][0]), "is recorded twice"),
    (lambda record: record["replays"][0]["answers"].pop(), "the record has 0 answers for attempt"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "said"), CHANGED_REPLAYS, ids=range(len(CHANGED_REPLAYS)))
@pytest.mark.parametrize("number", [2, 4, 5])
def test_a_changed_replay_is_found(replays: list[dict[str, Any]], number: int, change: Change, said: str) -> None:
    changed = copy.deepcopy(replays[number])
    change(changed)
    found = verify_record("here", changed)
    assert found.state == CONTRADICTED and re.search(said, found.reason), found.reason


def test_recall_that_was_not_shown_is_found(replays: list[dict[str, Any]]) -> None:
    changed = copy.deepcopy(next(r for r in replays if not r["replays"][0]["reproduced"]))
    _claim_recall(changed)
    found = verify_record("here", changed)
    assert found.state == CONTRADICTED and "is recorded as" in found.reason, found.reason


def test_a_replay_without_some_of_its_moves_is_not_verified(replays: list[dict[str, Any]]) -> None:
    for left_out in (0, -1):
        changed = copy.deepcopy(replays[2])
        changed["replays"].pop(left_out)
        found = verify_record("here", changed)
        assert found.state == REFUSED and found.reason.startswith("it has not all moves"), found.reason


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"teacher": "pgn-0123456789abcdef"}, "its examples are games of a file, which logs do not hold"),
        ({"evidence": "sibling"}, "a replay reproduces whole games of the game itself"),
        ({"ladder_version": "velun-0"}, "it was played on the ladder velun-0"),
        ({"counts": True}, "its conditions are none of a study that is known here"),
    ],
)
def test_a_replay_that_cannot_be_planned_is_not_verified(
    replays: list[dict[str, Any]], changes: dict[str, Any], said: str
) -> None:
    changed = copy.deepcopy(replays[0])
    changed["cell"] = Cell(**{k: v for k, v in {**changed["cell"], **changes}.items() if k != "cell_id"}).to_dict()
    found = verify_record("here", changed)
    assert found.state == REFUSED and said in found.reason, found.reason


def _swap_cues(record: dict[str, Any]) -> None:
    """Exchange the cues behind two letters."""
    one, other = record["cues"][:2]
    one["cue"], other["cue"] = other["cue"], one["cue"]


CHANGED_REPORTS: list[tuple[Change, str]] = [
    (lambda record: record["answers"][-1].update(text='{"cues": []}'), "cue [A-Z]: rank is recorded as"),
    (lambda record: record["answers"][-1].update(text="nothing"), "the record has 0 answers for attempt 1"),
    (lambda record: record["cues"][3].update(rank=9), "cue D: rank is recorded as 9"),
    (lambda record: record["cues"][0].update(want="all"), "cue A: want is recorded as 'all'"),
    (_swap_cues, "cue A: cue is recorded as"),
    (lambda record: record["cues"].pop(), "cues are recorded, and"),
    (lambda record: record.update(outcome="forfeit_refused"), "the report: outcome is recorded as 'forfeit_refused'"),
    (lambda record: record.update(spec="{}"), "the report: spec is recorded as '{}'"),
    (lambda record: record.update(most=99), "most: choose 1 to"),
]


@pytest.mark.parametrize(("change", "said"), CHANGED_REPORTS, ids=range(len(CHANGED_REPORTS)))
def test_a_changed_report_is_found(reports: list[dict[str, Any]], change: Change, said: str) -> None:
    changed = copy.deepcopy(reports[0])
    change(changed)
    found = verify_record("here", changed)
    assert found.state == CONTRADICTED and re.search(said, found.reason), found.reason
