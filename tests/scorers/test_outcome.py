"""Outcomes: which are forfeits, what each is worth, and how a game or a failed answer is named."""

import math

import pytest

from quickstudy.scorers.outcome import (
    FORFEITS,
    Outcome,
    classify_forfeit,
    classify_points,
    is_forfeit,
    is_scored,
    score_outcome,
)


def test_the_stored_strings_are_those_of_the_contract() -> None:
    assert {str(outcome) for outcome in Outcome} == {
        "win", "draw", "loss", "error",
        "forfeit_illegal", "forfeit_unreadable", "forfeit_truncated", "forfeit_refused",
    }  # fmt: skip


def test_every_forfeit_is_worth_nothing_and_counts() -> None:
    assert len(FORFEITS) == 4
    for outcome in FORFEITS:
        assert (score_outcome(outcome), is_forfeit(outcome), is_scored(outcome)) == (0.0, True, True)


def test_an_error_is_not_scored() -> None:
    assert math.isnan(score_outcome("error"))
    assert not is_scored("error")
    assert not is_forfeit("error")


@pytest.mark.parametrize("points", [1.0, 0.5, 0.0])
def test_points_and_outcome_agree(points: float) -> None:
    assert score_outcome(classify_points(points)) == points


@pytest.mark.parametrize("reading", ["illegal", "unreadable", "truncated", "refused"])
def test_the_last_failed_answer_names_the_forfeit(reading: str) -> None:
    assert classify_forfeit(reading) == f"forfeit_{reading}"


@pytest.mark.parametrize("bad", ["move", "", "late"])
def test_a_legal_or_unknown_reading_forfeits_nothing(bad: str) -> None:
    with pytest.raises(ValueError, match="not a failed answer"):
        classify_forfeit(bad)


def test_unknown_outcomes_and_points_are_refused() -> None:
    with pytest.raises(ValueError, match="unknown outcome 'won'"):
        score_outcome("won")
    with pytest.raises(ValueError, match=r"1, 0\.5 or 0"):
        classify_points(0.25)
