"""Token-matched examples: the most whole ones that fit into the bytes of notes, the same number in every set."""

from __future__ import annotations

import pytest

from quickstudy.tasks.chains.matched import count_matched
from quickstudy.tasks.prompts.play import number_lines
from quickstudy.tasks.study import Study

STUDY = Study("tvafindil", examples=(0,), sets=3)


def measure(study: Study, count: int) -> list[int]:
    """The bytes of the first so many examples of each set."""
    sets = [number_lines(study.examples_of(count, number)) for number in range(study.sets)]
    return [len("\n".join(lines).encode()) for lines in sets]


@pytest.mark.parametrize("room", [300, 1152, 4096])
def test_as_many_whole_examples_as_fit_in_every_set(room: int) -> None:
    count = count_matched(STUDY, room)
    assert max(measure(STUDY, count)) <= room < max(measure(STUDY, count + 1))


def test_examples_that_fit_exactly_count() -> None:
    room = max(measure(STUDY, 4))
    assert count_matched(STUDY, room) == 4 and count_matched(STUDY, room - 1) == 3


def test_where_none_fits_the_number_is_0() -> None:
    assert count_matched(STUDY, 10) == 0
