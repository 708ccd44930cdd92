"""The oracle: notes within the budget that name the strong teacher's unseen choices better than nothing does."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from quickstudy.tasks.examples.kinds import Example
from quickstudy.tasks.learners.note_words import LEGEND
from quickstudy.tasks.regimes.notes import Notes
from quickstudy.tasks.regimes.oracle import Oracle, write_oracle
from quickstudy.tasks.study import Study

STUDY = Study("tvafindil", examples=(64,), sets=1)
KNOWN = STUDY.bare_evidence


@cache
def games() -> tuple[Example, ...]:
    return tuple(STUDY.take(64, 0))


@cache
def write(budget: int) -> Oracle:
    return write_oracle(KNOWN, games(), budget, "advice")


@pytest.mark.parametrize("budget", [1, 20, 64, 288, 4096])
def test_the_notes_fit_the_budget_and_are_notes(budget: int) -> None:
    notes = write(budget).notes
    assert notes.tokens <= budget and Notes.from_list(notes.to_list()) == notes
    assert {item.kind for item in notes.items} <= {"advice"}


def test_without_room_for_a_number_there_are_no_notes() -> None:
    assert write(1).notes == Notes()


def test_more_room_names_more_of_the_choices_that_were_not_seen() -> None:
    found = [write(budget).agreement for budget in (1, 20, 64, 288)]
    assert found == sorted(found) and found[-1] > found[0] + 0.1


def test_a_reader_is_told_what_the_numbers_mean_where_that_costs_little() -> None:
    assert [item.text == LEGEND for item in write(288).notes.items[:2]] == [True, False]
    assert LEGEND not in write(64).notes.text


def test_the_numbers_are_read_back_as_they_were_judged() -> None:
    weights, said, seen = KNOWN.words.read([item.text for item in write(288).notes.items])
    assert seen == 64 and said.sum() > 40 and np.abs(weights[said]).min() > 0.0
    short, _, _ = KNOWN.words.read([item.text for item in write(64).notes.items])
    assert 0.0 < np.abs(short).max() < 1.0, "two digits at most where room is short"


def test_games_without_a_choice_are_a_sentence() -> None:
    with pytest.raises(ValueError, match="show no choice between moves"):
        write_oracle(replace(KNOWN, opening_plies=200), games()[:1], 288, "advice")
