"""Planted limits against what the verdicts find: small by made games, and at scale with the real learners."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from quickstudy.benchmarks.instruments import find_planted, format_instruments, list_planted
from quickstudy.benchmarks.suite import load_suite
from quickstudy.reports.ceilings import judge_curves
from quickstudy.scorers.ceiling import CAUSES
from quickstudy.tasks.learners.directory import find_learner
from tests.benchmarks.commands import run
from tests.planted import FORGETFUL, SATURATED, list_views, play


@pytest.mark.parametrize(
    ("model", "cause"),
    [
        ("quickstudy/imitator:capacity-4", "saturation"),
        ("quickstudy/scorer:context-9000", "context_full"),
        ("quickstudy/imitator:recency-20", "recall_failure"),
        ("quickstudy/imitator:edges-20", "recall_failure"),
        ("quickstudy/imitator:eviction-20", "recall_failure"),
        ("quickstudy/imitator:blur-20", "recall_failure"),
        ("quickstudy/random", "no_learning"),
        ("quickstudy/imitator", None),
        ("ollama/llama3:8b", None),
    ],
)
def test_a_name_tells_the_planted_cause(model: str, cause: str | None) -> None:
    assert find_planted(model) == cause


def test_the_suite_plants_every_cause_in_learners_that_exist() -> None:
    models = load_suite("instruments").models
    assert {find_planted(model) for model in models} == set(CAUSES)
    assert all(find_learner(model.removeprefix("quickstudy/")) for model in models)


def test_planted_and_found_causes_are_counted() -> None:
    games = [
        play(player, list_views(8), np.random.default_rng(1)).assign(model=f"quickstudy/imitator{limit}")
        for player, limit in ((FORGETFUL, ":recency-9"), (SATURATED, ":decay-9"), (SATURATED, ""))
    ]
    planted = list_planted(judge_curves(pd.concat(games)))
    assert [cause for cause, _ in planted] == ["recall_failure", "recall_failure"]
    text = format_instruments(planted)
    rows = {line.split()[0]: line.split()[1:] for line in text.split("\n") if line.startswith(CAUSES)}
    assert rows["recall_failure"] == ["1", "0", "1", "0", "0"] and rows["no_learning"] == ["0"] * 5
    assert "1 of 2 right, 1 wrong, 0 undecided" in text and "imitator:recency-9" in text


@pytest.mark.slow
@pytest.mark.timeout(7200)
def test_most_planted_causes_are_found_and_none_is_surely_wrong(tmp_path: Path) -> None:
    done = run(tmp_path, "quickstudy", "instruments", "--out", "out", "--json", timeout=7000)
    assert done.returncode == 0, done.stderr
    verdicts = json.loads(done.stdout)
    known = load_suite("instruments").models[:6]
    for game in load_suite("instruments").games:
        played = [verdict for verdict in verdicts if verdict["skill"] == game]
        assert len(played) == 9
        found = [verdict["decision"] == verdict["planted"] for verdict in played if verdict["model"] in known]
        assert len(found) == 6 and sum(found) >= 5
        wrong = [verdict for verdict in played if verdict["decision"] not in ("undecided", verdict["planted"])]
        assert all(verdict["posterior"][verdict["decision"]] < 0.9 for verdict in wrong)
