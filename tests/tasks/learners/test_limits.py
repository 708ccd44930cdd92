"""Instruments: learners that recall only a known part of the examples in their prompt."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inspect_ai._util.error import PrerequisiteError
from inspect_ai.model import get_model

from quickstudy.tasks.direct import play_study
from quickstudy.tasks.inspect_match import name_arguments
from quickstudy.tasks.learners.directory import find_learner
from quickstudy.tasks.learners.limits import LIMITS, Instrument, Limit, parse_limit, strike_out
from quickstudy.tasks.learners.provider import LearnerAPI
from quickstudy.tasks.prompts.play import write_example, write_system
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
        (Limit("eviction", 999), [1, 2, 3, 4, 5, 6, 7, 8]),
        (Limit("blur", 999), [1, 2, 3, 4, 5, 6, 7, 8]),
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


def examples(text: str) -> list[str]:
    return [line for line in text.split("\n") if line.startswith(("Game ", "Other game "))]


def fill(text: str) -> float:
    return sum(len(line) + 1 for line in examples(text)) / 4


@pytest.mark.parametrize("kind", ["eviction", "blur"])
@given(st.integers(1, 80))
def test_a_state_of_fixed_size_holds_no_more_than_that_and_no_less_than_a_line_less(kind: str, length: int) -> None:
    text = system(before=["c1 d1 c2 d2 | draw"] * 4)
    held = fill(strike_out(Limit(kind, length), text))
    last = 2 * 7 if kind == "blur" else 0  # of each game one line, which has none to merge with
    assert held <= max(length, last)
    assert kind == "blur" or held > min(length, fill(text)) - 9


def test_what_is_evicted_never_comes_back_when_more_examples_come() -> None:
    lines = [write_example((f"a{i}", f"b{i % 7}"), "X wins") for i in range(60)]
    shown = [set(examples(strike_out(Limit("eviction", 100), system(lines=lines[:n])))) for n in range(1, 61)]
    for n, (before, after) in enumerate(pairwise(shown), 2):
        assert after - before <= {f"Game {n}: {lines[n - 1]}"}
    early = sum(int(line.split()[1][:-1]) <= 30 for line in shown[-1])
    assert 0 < early < len(shown[-1])  # it is neither recency nor primacy


def test_similar_examples_are_merged_into_the_first_half_of_one_with_the_result_that_both_have() -> None:
    lines = ["a1 b1 a2 b2 | X wins", "c3 d3 c4 d4 | draw", "a1 b1 a2 b3 | X wins", "e5 f5 e6 f6 | O wins"]
    text = system(lines=lines)
    assert examples(strike_out(Limit("blur", round(fill(text)) - 1), text)) == [
        "Game 1: a1 b1 | X wins",
        "Game 2: c3 d3 c4 d4 | draw",
        "Game 4: e5 f5 e6 f6 | O wins",
    ]
    other = text.replace("b3 | X wins", "b3 | O wins")
    assert examples(strike_out(Limit("blur", round(fill(text)) - 1), other))[0] == "Game 1: a1 b1 | ?"


@given(st.sampled_from(LIMITS), st.integers(1, 60))
def test_nothing_but_examples_is_struck_out_and_always_the_same(kind: str, length: int) -> None:
    text = system(before=["c1 | draw"], after=["c2 | draw"])
    kept = strike_out.__wrapped__(Limit(kind, length), text)
    assert kept == strike_out.__wrapped__(Limit(kind, length), text)
    lost = [line for line in text.split("\n") if line not in kept.split("\n")]
    assert all(line.startswith(("Game ", "Other game ")) for line in lost)
    assert [line for line in kept.split("\n") if line not in examples(kept)] == [
        line for line in text.split("\n") if line not in examples(text)
    ]
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


def test_a_limit_in_the_arguments_is_the_one_in_the_name_and_one_cell() -> None:
    spelled = get_model("quickstudy/imitator:recency-168", memoize=False)
    given_apart = get_model("quickstudy/imitator", memoize=False, limit="recency", length=168)
    retried = get_model("quickstudy/imitator:recency-168", memoize=False, limit="recency", length=168)
    assert {str(model) for model in (spelled, given_apart, retried)} == {"quickstudy/imitator:recency-168"}
    assert {name_arguments(model) for model in (spelled, given_apart, retried)} == {"{}"}
    assert isinstance(given_apart.api, LearnerAPI) and isinstance(given_apart.api.learner, Instrument)
    assert given_apart.api.learner.limit == Limit("recency", 168)
    assert LearnerAPI("imitator", limit="context", length=4000).context == 4000


@pytest.mark.parametrize(
    ("name", "arguments", "told"),
    [
        ("imitator", {"limit": "recency"}, "give both limit and length"),
        ("imitator", {"length": 20}, "give both limit and length"),
        ("imitator:primacy-20", {"limit": "recency", "length": 20}, "has its limit in its name"),
        ("imitator", {"limit": "recency", "length": 1.5}, "unknown limit 'recency-1.5'"),
        ("imitator", {"limit": "sleep", "length": 20}, "unknown limit 'sleep-20'"),
        ("imitator", {"limits": 20}, "it knows: context, length, limit"),
    ],
)
def test_limits_that_are_no_limits_are_refused_in_a_sentence(name: str, arguments: dict[str, Any], told: str) -> None:
    with pytest.raises(PrerequisiteError, match=told):
        LearnerAPI(name, **arguments)


def test_a_context_limit_is_the_window_of_the_model() -> None:
    assert LearnerAPI("imitator:context-4000").context == 4000
    with pytest.raises(PrerequisiteError):
        LearnerAPI("imitator:context-4000", context=8000)
    study = Study("morvane", examples=(0,), sets=1, games_per_match=2)
    with pytest.raises(ValueError, match="its window is known only to Inspect"):
        next(play_study(study, "quickstudy/imitator:context-4000"))
