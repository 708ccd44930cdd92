"""Instruments: learners that recall only a known part of the examples in their prompt."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inspect_ai._util.error import PrerequisiteError

from quickstudy.tasks.direct import play_study
from quickstudy.tasks.learners.directory import find_learner
from quickstudy.tasks.learners.limits import LIMITS, Limit, parse_limit, strike_out
from quickstudy.tasks.learners.provider import LearnerAPI
from quickstudy.tasks.prompts import write_example, write_system
from quickstudy.tasks.study import Study

LINES = [write_example((f"a{i}", "b2"), "X wins") for i in range(1, 9)]
TOKENS = 21 / 4  # of each line with its number and line feed


def system(before: list[str] | None = None, after: list[str] | None = None, lines: list[str] = LINES) -> str:
    return write_system("The rules.", lines, 4, "a1", before=before or [], after=after or [])


def recalled(limit: Limit, text: str) -> list[int]:
    kept = strike_out(limit, text).split("\n")
    return [i for i, line in enumerate(LINES, 1) if any(shown.startswith("Game") and line in shown for shown in kept)]


@pytest.mark.parametrize(
    ("limit", "numbers"),
    [
        (Limit("recency", round(3 * TOKENS)), [6, 7, 8]),
        (Limit("primacy", round(3 * TOKENS)), [1, 2, 3]),
        (Limit("capacity", 3), [1, 2, 3]),
        (Limit("capacity", 99), [1, 2, 3, 4, 5, 6, 7, 8]),
        (Limit("context", 1), [1, 2, 3, 4, 5, 6, 7, 8]),
    ],
)
def test_a_limit_keeps_the_examples_that_it_says(limit: Limit, numbers: list[int]) -> None:
    found = recalled(limit, system())
    assert set(numbers) ^ set(found) <= ({5, 4} if limit.kind in ("recency", "primacy") else set())


def test_filler_takes_up_the_place_but_not_the_capacity() -> None:
    other = ["c1 | draw"] * 9
    near, far = system(before=other), system(after=other)
    recency, capacity = Limit("recency", 20), Limit("capacity", 2)
    assert recalled(recency, near) and not recalled(recency, far)
    assert recalled(capacity, near) == recalled(capacity, far) == [1, 2]


def test_a_diluted_memory_recalls_half_in_a_window_of_its_length_and_nothing_in_a_much_longer_one() -> None:
    lines = [write_example((f"a{i % 8 + 1}", f"b{i // 8 % 8 + 1}", f"c{i}"), "draw") for i in range(400)]
    text = system(lines=lines)
    total = sum(len(line) + len(f"Game {i}: ") + 1 for i, line in enumerate(lines, 1)) // 4

    def share(length: int) -> float:
        return strike_out(Limit("dilution2", length), text).count("Game ") / len(lines)

    assert share(total) == pytest.approx(0.5, abs=0.1)
    assert share(10 * total) > 0.95 and share(total // 20) < 0.05


@given(st.sampled_from(LIMITS), st.integers(1, 60))
def test_nothing_but_examples_is_struck_out_and_always_the_same(kind: str, length: int) -> None:
    text = system(before=["c1 | draw"], after=["c2 | draw"])
    kept = strike_out.__wrapped__(Limit(kind, length), text)
    assert kept == strike_out.__wrapped__(Limit(kind, length), text)
    lost = [line for line in text.split("\n") if line not in kept.split("\n")]
    assert all(line.startswith(("Game ", "Other game ")) for line in lost)
    assert strike_out(Limit(kind, length), "no examples\n") == "no examples\n"


@pytest.mark.parametrize("text", ["recency", "recency-", "recency-0", "sleep-9", "-9", "recency--9", "recency-1.5"])
def test_an_unknown_limit_is_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match=r"unknown limit .* KIND-LENGTH"):
        parse_limit(text)
    with pytest.raises(ValueError, match="unknown limit"):
        find_learner(f"imitator:{text}")


def test_an_instrument_plays_under_its_own_name_and_as_the_learner_where_it_recalls_all() -> None:
    study = Study("morvane", examples=(2,), sets=1, games_per_match=2, teacher="random")
    (whole,), (limited,) = (
        list(play_study(study, name)) for name in ("quickstudy/imitator", "quickstudy/imitator:capacity-2")
    )
    assert limited["cell"]["model"] == "quickstudy/imitator:capacity-2"
    assert [game["moves"] for game in limited["games"]] == [game["moves"] for game in whole["games"]]
    (none,) = play_study(study, "quickstudy/imitator:recency-1")
    assert [game["moves"] for game in none["games"]] != [game["moves"] for game in whole["games"]]


def test_a_context_limit_is_the_window_of_the_model() -> None:
    assert LearnerAPI("imitator:context-4000").context == 4000
    with pytest.raises(PrerequisiteError):
        LearnerAPI("imitator:context-4000", context=8000)
    study = Study("morvane", examples=(0,), sets=1, games_per_match=2)
    with pytest.raises(ValueError, match="its window is known only to Inspect"):
        next(play_study(study, "quickstudy/imitator:context-4000"))
