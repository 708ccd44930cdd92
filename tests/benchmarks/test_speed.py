"""The speed measures measure: figures of both sides from one run (how fast is nobody's business here)."""

from __future__ import annotations

import dataclasses
import math

import pytest

from quickstudy.benchmarks.speed.analysis import analysis_seconds, make_results, peak_memory
from quickstudy.benchmarks.speed.catalogue import (
    compile_seconds,
    list_measured,
    probe_seconds,
    teacher_seconds,
    top_level_seconds,
)
from quickstudy.benchmarks.speed.engines import compare_speed, has_openspiel
from quickstudy.benchmarks.speed.harness import measure_overhead
from quickstudy.benchmarks.speed.learners import answer_seconds
from quickstudy.reports.results import REQUIRED
from quickstudy.tasks.games import tables
from quickstudy.tasks.learners.learner import Learner


def test_the_harness_is_compared_with_as_many_bare_calls() -> None:
    cost = measure_overhead("morvane", examples=[1], sets=1, rounds=1)
    assert cost.games == 4 and cost.calls >= 8
    assert all(math.isfinite(value) and value > 0 for value in dataclasses.astuple(cost))
    assert cost.ratio == pytest.approx(cost.ours / cost.bare)
    assert cost.ratio_wall == pytest.approx(cost.ours_wall / cost.bare_wall)
    assert cost.bytes_per_game * cost.games == pytest.approx(cost.bytes_per_call * cost.calls)


@pytest.mark.skipif(not has_openspiel(), reason="the extra `oracle` is not installed")
def test_engines_are_compared_on_both_tasks() -> None:
    speeds = compare_speed("hex", rounds=1, seconds=0.01)
    assert [speed.task for speed in speeds] == ["playouts/s", "MCTS sims/s"]
    assert all(speed.ours > 0 < speed.openspiel and speed.ratio > 0 for speed in speeds)


def test_a_learner_that_is_measured_answers_as_before() -> None:
    before = Learner.reply

    assert 0 < answer_seconds("lattic", "imitator", 1, 1) < 1

    assert Learner.reply is before


def test_the_analysis_is_timed_on_a_table_that_it_reads() -> None:
    results = make_results(1, 2)
    assert len(results) == 2 * 10 * 64 and set(REQUIRED) <= set(results)
    assert all(seconds > 0 for seconds in analysis_seconds(1, 1))
    assert results.memory_usage().sum() < peak_memory() < 1 << 40


def test_games_of_the_catalogue_are_measured() -> None:
    assert list_measured(quick=True) == list_measured(quick=False)[::5]
    assert compile_seconds("morvane", 2) > 0
    assert (tables._build.cache_info().misses, tables._build.cache_info().hits) == (1, 0)  # it was not looked up
    assert top_level_seconds("morvane") > 0 and teacher_seconds("morvane", 2) > 0 and probe_seconds("morvane", 1) > 0
