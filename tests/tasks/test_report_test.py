"""The report test: one question for each set, read strictly, asked again where it cannot be read, and no more."""

from __future__ import annotations

import asyncio
import json
import re
from typing import Any

import pytest

from quickstudy.tasks.direct import probe_study, report_study
from quickstudy.tasks.learners.cues import list_cues
from quickstudy.tasks.match import Question, Reply
from quickstudy.tasks.prompts.report import FORM, REPORT_WORDINGS
from quickstudy.tasks.report_test import ReportPlan, check_reports, plan_report, read_cues, tell_cues
from quickstudy.tasks.study import Study

LETTERS = {"A": "pieces", "B": "inner", "C": "left"}
ONE = {"cue": "A", "want": "more"}


def write(*entries: Any) -> str:
    return json.dumps({"cues": list(entries)})


def test_a_list_is_read_in_its_order_with_directions() -> None:
    reply = 'First {"cues": []}, no: ' + write({"cue": "C", "want": "less"}, ONE)
    assert read_cues(reply, LETTERS, 2) == {"left": -1, "pieces": 1}
    assert list(read_cues(reply, LETTERS, 2) or {}) == ["left", "pieces"]
    assert read_cues(write(), LETTERS, 2) == {}, "nothing is told, which can be read"


FAULTS = {
    "no list": "I go by pieces.",
    "prose with a form": FORM.replace("...", "A")[:-1],
    "too many": write(ONE, {"cue": "B", "want": "more"}, {"cue": "C", "want": "more"}),
    "twice": write(ONE, {"cue": "A", "want": "less"}),
    "an unknown letter": write({"cue": "Z", "want": "more"}),
    "a name for a letter": write({"cue": "pieces", "want": "more"}),
    "no direction": write({"cue": "A"}),
    "another direction": write({"cue": "A", "want": "most"}),
    "more than was asked for": write({**ONE, "weight": 3}),
    "a word for an object": write("A"),
    "a number for a letter": write({"cue": 1, "want": "more"}),
    "a list for a direction": write({"cue": "A", "want": ["more"]}),
    "a repeated key": '{"cues": [{"cue": "A", "cue": "B", "want": "more"}]}',
    "an object for the list": '{"cues": {"A": "more"}}',
}


@pytest.mark.parametrize("fault", FAULTS)
def test_one_fault_spoils_a_list(fault: str) -> None:
    assert read_cues(FAULTS[fault], LETTERS, 2) is None


def plan(number: int = 0, **conditions: Any) -> ReportPlan:
    study = Study("tarsk", examples=(0,), sets=8, **conditions)
    return plan_report(study, 3, study.plan("some/model", "{}", study.views[0], number))


def test_the_order_of_the_list_is_that_of_the_set_and_hides_nothing() -> None:
    orders = [tuple(plan(number).letters.values()) for number in range(8)]
    cues = list_cues(Study("tarsk").game.rules)
    assert len(set(orders)) > 4 and all(sorted(order) == sorted(cues) for order in orders)
    assert plan(3).letters == plan(3).letters and plan(3, seed=1).letters != plan(3).letters
    assert {order[0] for order in orders} & set(cues[:3]) != {order[0] for order in orders}, "no place is favoured"


def test_kinds_of_piece_have_the_names_that_the_player_knows() -> None:
    study = Study("kmezaviz", examples=(0,), sets=1, skin=1)
    game = study.game.rules
    shown = plan_report(study, 3, study.plan("m", "{}", study.views[0], 0))
    names = dict(study.skill.skin.kinds)
    own = [cue for cue in shown.letters.values() if cue.startswith("kind ")]
    assert len(own) == (len(game.kinds) if len(game.kinds) > 1 else 0)
    for letter, cue in shown.letters.items():
        if cue.startswith("kind "):
            kind = cue.partition(" ")[2]
            assert names[kind] in shown.described[letter] and f"kind {kind} " not in shown.described[letter]


def ask(plan: ReportPlan, *replies: str, stop: str = "stop") -> tuple[dict[str, Any], list[Question]]:
    """The record of a player that gives these replies in turn, and what it was asked."""
    asked: list[Question] = []

    async def answer(question: Question) -> Reply:
        asked.append(question)
        return Reply(replies[len(asked) - 1], stop, 10, 2)

    kept: list[dict[str, Any]] = []
    record = asyncio.run(tell_cues(plan, answer, kept.append))
    assert kept == [record]
    return record, asked


def test_a_record_tells_its_cell_and_set() -> None:
    asked_for = plan(5)
    record, _ = ask(asked_for, write(ONE))
    assert (record["cell"], record["set"], record["match"]) == (asked_for.planned.cell, 5, 0)


@pytest.mark.parametrize("wording", range(len(REPORT_WORDINGS)))
def test_the_question_lists_all_cues_in_words_and_retries_say_what_is_wanted(wording: int) -> None:
    asked_for = plan(wording=wording)
    record, asked = ask(asked_for, "none", write(ONE))
    assert [question.attempt for question in asked] == [0, 1] and record["outcome"] == "answered"
    first, retry = asked[0].messages[1][1], asked[1].messages[-1][1]
    lines = first.split("\n")
    assert [f"{letter}: {text}" for letter, text in asked_for.described.items()] == lines[
        2 : 2 + len(asked_for.letters)
    ]
    assert all(FORM in text and re.search(r"\b3\b", text) for text in (first, retry))
    assert asked[0].messages[0] == ("system", asked_for.planned.system)
    assert (record["asked"], record["unreadable"], record["input_tokens"], record["output_tokens"]) == (2, 1, 20, 4)
    (named,) = [cue for cue in record["cues"] if cue["rank"]]
    assert (named["cue"], named["want"], named["rank"]) == (asked_for.letters["A"], "more", 1)


def test_what_cannot_be_read_is_no_report_and_never_an_empty_one() -> None:
    record, asked = ask(plan(retries=1), "none", "none")
    assert (record["outcome"], record["forfeit"], len(asked)) == ("forfeit_unreadable", 1, 2)
    assert {cue["rank"] for cue in record["cues"]} == {0}
    cut, _ = ask(plan(retries=0), "I think", stop="max_tokens")
    refused, _ = ask(plan(retries=0), "", stop="content_filter")
    assert (cut["outcome"], refused["outcome"]) == ("forfeit_truncated", "forfeit_refused")
    silent, _ = ask(plan(), write())
    assert (silent["outcome"], silent["forfeit"]) == ("answered", 0)


def test_a_report_is_of_the_cell_of_the_probes() -> None:
    study = Study("tarsk", examples=(0,), sets=1)
    (told,), (probed,) = report_study(study, "quickstudy/weigher"), probe_study(study, "quickstudy/weigher", 1)
    assert told["cell"] == probed["cell"] and told["set"] == probed["set"]


@pytest.mark.parametrize("most", [0, 11, 50])
def test_no_more_cues_than_would_leave_one_out_can_be_asked_for(most: int) -> None:
    with pytest.raises(ValueError, match="task parameter most: choose 1 to 10: the list has 11 cues"):
        check_reports(Study("tvafindil"), most)
