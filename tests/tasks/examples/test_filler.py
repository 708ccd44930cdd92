"""Padded views: lines of another game take the place and the tokens of the examples that are left out."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quickstudy.scorers.recall import Layout, View
from quickstudy.tasks.examples.filler import split_filler
from quickstudy.tasks.prompts.play import number_lines

PLACES: tuple[Layout, ...] = ("early", "middle", "late")
OWN = [f"a{i} b{i} | X wins" for i in range(1, 9)]
SHORT = "c1 | draw"


def take(count: int) -> list[str]:
    return [SHORT] * count


def count_bytes(lines: list[str]) -> int:
    return sum(len(line) + 1 for line in lines)


@pytest.mark.parametrize(
    ("layout", "sides"), [("early", (False, True)), ("middle", (True, True)), ("late", (True, False))]
)
def test_the_informative_examples_stand_where_the_layout_says(layout: Layout, sides: tuple[bool, bool]) -> None:
    before, after = split_filler(View(layout, 2, 8), OWN, take)
    assert (bool(before), bool(after)) == sides
    if layout == "middle":
        assert abs(len(before) - len(after)) <= 1


@given(
    st.sampled_from(PLACES),
    st.integers(1, 8),
    st.lists(st.integers(1, 60), min_size=1, max_size=5),
)
def test_a_padded_view_takes_the_bytes_of_the_examples_that_it_leaves_out(
    layout: Layout, m: int, lengths: list[int]
) -> None:
    def draw(count: int) -> list[str]:
        return ["x" * lengths[i % len(lengths)] for i in range(count)]

    before, after = split_filler(View(layout, m, 8), OWN, draw)
    left_out = count_bytes(number_lines(OWN)[m:])
    kept = draw(len(before) + len(after) + 1)
    assert [*before, *after] == kept[:-1]
    ends = [count_bytes(number_lines(lines, other=True)) for lines in (kept[:-1], kept)]
    assert ends[0] <= left_out < ends[1], "as much as fits, in whole lines"


def test_filler_alone_takes_all_slots_and_a_full_view_has_none() -> None:
    before, after = split_filler(View("filler", 0, 8), OWN, take)
    assert not after and len(before) == 7, "seven lines of 24 bytes for eight of 23"
    assert split_filler(View("late", 8, 8), OWN, take) == ([], [])


def test_more_slots_never_take_less_filler() -> None:
    counts = [len(split_filler(View("late", 1, slots), OWN, take)[0]) for slots in range(1, 9)]
    assert all(a <= b for a, b in pairwise(counts)) and counts[-1] > counts[0]
