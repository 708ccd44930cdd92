"""Strict JSON: what the standard does not allow is refused with the reason."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quickstudy.tasks.strict_json import MOST_BYTES, StrictDecoder, read_object

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(PLAIN)
def test_whatever_json_can_hold_is_read_as_it_was_written(value: Any) -> None:
    assert json.loads(json.dumps(value), cls=StrictDecoder) == value


@pytest.mark.parametrize(
    ("content", "named"),
    [
        (b'{"a": 1, "a": 1}', "the key 'a' occurs twice"),
        (b'{"a": {"b": 1, "c": 2, "b": 3}}', "the key 'b' occurs twice"),
        (b'{"a": NaN}', "NaN is not JSON"),
        (b'{"a": [-Infinity]}', "-Infinity is not JSON"),
        (b"[1]", "one JSON object"),
        (b"", "line 1 column 1"),
        (b'{"a": 1,\n}', "line 2 column 1"),
        (b"\xff\xfe", "can't decode byte 0xff"),
        (b"[" * 200_000, "nested too deep"),
        (b" " * (MOST_BYTES + 1), f"more than {MOST_BYTES} bytes"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_what_is_no_strict_object_is_refused_with_the_reason(content: bytes, named: str, tmp_path: Path) -> None:
    path = tmp_path / "object.json"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=named):
        read_object(path)


def test_a_file_of_the_largest_size_is_read(tmp_path: Path) -> None:
    path = tmp_path / "object.json"
    path.write_text(f'{{"a": 1}}{" " * (MOST_BYTES - 8)}')
    assert read_object(path) == {"a": 1}
