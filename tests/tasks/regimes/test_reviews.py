"""Reading reviews: what a reply names counts as a whole or not at all."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quickstudy.tasks.regimes.reviews import MAX_READ, MOST_SAID, Named, read_review

OWN = {5, 7, 9}


def read(*entries: Any, most: int = 2, before: str = "") -> list[Named] | None:
    return read_review(before + json.dumps({"worst": list(entries)}), OWN, most)


def test_moves_are_read_in_the_order_in_which_they_are_named() -> None:
    found = read({"number": 9, "better": "c3", "why": "it\nhangs"}, {"number": 5, "better": "d4"})
    assert found == [Named(9, "c3", "it hangs"), Named(5, "d4", "")]
    assert read() == [], "no mistake was found"
    draft = '{"worst": [{"number": 5, "better": "a1"}]} No, rather: '
    assert read({"number": 7, "better": "c3"}, before=draft) == [Named(7, "c3", "")]


@pytest.mark.parametrize(
    "entry",
    [
        {"number": 6, "better": "c3"},
        {"number": 0, "better": "c3"},
        {"number": "5", "better": "c3"},
        {"number": True, "better": "c3"},
        {"number": 5},
        {"number": 5, "better": None},
        {"number": 5, "better": "c3", "why": 3},
        [5, "c3"],
        None,
    ],
)
def test_one_entry_that_is_ill_formed_or_not_the_players_own_spoils_the_reply(entry: Any) -> None:
    assert read({"number": 9, "better": "c3"}, entry) is None


def test_a_move_named_twice_or_too_many_moves_spoil_the_reply() -> None:
    five = {"number": 5, "better": "c3"}
    assert read(five, five) is None
    assert read(five, {**five, "number": 7}, {**five, "number": 9}) is None


@pytest.mark.parametrize(
    "reply", ["", "none", '{"worst": 3}', '{"worst": []', '{"worst": [], "worst": []}', "[" * 9999]
)
def test_what_is_no_review_is_unreadable(reply: str) -> None:
    assert read_review(reply, OWN, 2) is None


def test_reasons_are_one_visible_line_of_bounded_length() -> None:
    (named,) = read({"number": 5, "better": "c3", "why": "## x\x00" + "y" * 999}) or []
    assert len(named.why) == MOST_SAID and named.why.startswith("# x\\x00")


@given(st.text(max_size=300))
def test_any_text_is_read_without_a_fault(reply: str) -> None:
    assert read_review(reply + '{"worst": ' + reply, OWN, 2) in (None, [])
    assert read_review("{" * MAX_READ + reply, OWN, 2) is None
