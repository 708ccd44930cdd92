"""Reading replies: one strict JSON object at the end, whatever else a model writes."""

from __future__ import annotations

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quickstudy.tasks.answers import MAX_READ, clean_text, read_answer

ANYTHING = st.text(st.characters())  # lone surrogates too
JSONISH = st.text(st.sampled_from('{}[]":,\\ move1NaN\ud800\x00'))


@pytest.mark.parametrize(
    ("reply", "move"),
    [
        ('{"move": "c3"}', "c3"),
        ('I like d4.\n{"move": "c3"}\n', "c3"),
        ('```json\n{"move": "c3"}\n```', "c3"),
        ('{"move": "a1"} no, rather {"move": "c3"}', "c3"),
        ('{"move": "c3", "sure": true}', "c3"),
        ('{"move": "c3", "why": {"deep": 1}}', "c3"),
        ('{"why": {"move": "a1"}, "move": "c3"}', "c3"),
        ('{"move": "c3", "note": "set {}"}', "c3"),
        ('{"move": "c3"} so x_{1} and {1, 2}', "c3"),
        ('Of {a1, b2} I take {"move": "c3"}', "c3"),
        ('{"move": ""}', ""),
        ('{"move":\n"c2-c3"}', "c2-c3"),
        ('{"move": "\\u0063\\u0033"}', "c3"),
        ('{"move": "c3"', None),  # unfinished
        ('{"move": "a1"} {"other": "c3"}', None),  # the last object counts, not the last move
        ('{"move": "a1"} {}', None),
        ('{"answer": {"move": "c3"}}', None),
        ('{"move": "a1"}, no: {"move": "c3",}', None),  # the answer itself is ill-formed
        ('{"move": 3}', None),
        ('{"move": null}', None),
        ('{"move": ["c3"]}', None),
        ('{"Move": "c3"}', None),
        ("{'move': 'c3'}", None),
        ('{"move": "c3",}', None),
        ('{"move": "a1", "move": "c3"}', None),
        ('{"move": "c3", "a": 1, "a": 1}', None),
        ('{"move": "c3", "value": NaN}', None),
        ('{"move": "c3", "value": -Infinity}', None),
        ('{"move": "c\n3"}', None),  # a raw line break within a string is no JSON
        ("c3", None),
        ("My move is c3.", None),
        ('["c3"]', None),
        ("", None),
        (" \n", None),
    ],
)
def test_only_the_last_strict_object_with_a_string_counts(reply: str, move: str | None) -> None:
    assert read_answer(reply) == move


def test_a_lone_surrogate_is_read_as_it_is() -> None:
    assert read_answer('{"move": "\\ud800"}') == "\ud800"


def test_only_the_end_of_a_long_reply_is_read() -> None:
    answer = '{"move": "c3"}'
    assert read_answer(answer + " " * (MAX_READ - len(answer))) == "c3"
    assert read_answer(answer + " " * (MAX_READ - len(answer) + 1)) is None


@pytest.mark.parametrize("junk", ["{", "}", "{}", '{"', '{"move":', "[", "{[", '"', "\\", "a", "\x00", "\ud800", "{ "])
def test_a_megabyte_of_junk_names_no_move(junk: str) -> None:
    reply = junk * (1_000_000 // len(junk))
    assert read_answer(reply) is None
    assert read_answer(reply + "{}") is None
    assert read_answer(reply + '}{"move": "c3"}') == "c3"


@pytest.mark.parametrize("nest", ["[" * 8000, "[" * 3000 + "]" * 3000, "9" * 8000])
def test_values_that_overwhelm_the_parser_name_no_move(nest: str) -> None:
    assert read_answer(f'{{"move": {nest}}}') is None


@given(ANYTHING | JSONISH)
def test_any_text_names_a_move_or_none(reply: str) -> None:
    move = read_answer(reply)
    assert move is None or isinstance(move, str)
    assert move is None or "move" in reply or "\\u" in reply


@given(ANYTHING, ANYTHING)
def test_an_answer_is_read_after_any_text(before: str, move: str) -> None:
    if not {"{", "}"} & set(move):
        for ascii_only in (True, False):
            assert read_answer(before + json.dumps({"move": move}, ensure_ascii=ascii_only)) == move


@given(ANYTHING)
def test_clean_text_can_be_written_anywhere(text: str) -> None:
    shown = clean_text(text)
    assert shown.encode("utf-8").decode("utf-8") == shown
    assert {c for c in shown if unicodedata.category(c) in ("Cc", "Cs")} <= {"\n", "\t"}
    assert clean_text(shown) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Zug: c3,\tdann é 漢 🙂\n", "Zug: c3,\tdann é 漢 🙂\n"),
        ("\ud800", "\\ud800"),
        ("a\x00b\x1b[31m\r", "a\\x00b\\x1b[31m\\x0d"),
        ("\u202e\u2028", "\\x202e\\x2028"),  # invisible turns of direction and lines
    ],
)
def test_clean_text_shows_what_it_replaces(text: str, shown: str) -> None:
    assert clean_text(text) == shown
