"""Recall efficiency: ratios with Fieller's interval, by the place of the examples."""

from __future__ import annotations

import numpy as np
import pytest

from quickstudy.scorers.recall import View
from quickstudy.scorers.recall_efficiency import divide, measure_recall

VIEWS = [View.plain(0), View.plain(4), View("early", 4, 64), View("late", 4, 64), View("filler", 0, 64)]


def test_the_share_is_that_of_what_the_examples_are_worth_alone() -> None:
    found = measure_recall(VIEWS, [200.0, 600.0, 250.0, 500.0, 100.0], [10.0] * 5)
    assert set(found) == {"early", "late"}
    assert found["early"].value == pytest.approx(150 / 400) and found["late"].value == pytest.approx(1.0)
    for ratio in found.values():
        assert ratio.low < ratio.value < ratio.high


def test_nothing_is_said_where_the_examples_add_nothing_certain_or_a_cell_is_missing() -> None:
    assert measure_recall(VIEWS, [200.0, 215.0, 250.0, 500.0, 100.0], [10.0] * 5) == {}
    assert measure_recall(VIEWS, [600.0, 200.0, 250.0, 500.0, 100.0], [10.0] * 5) == {}, "nor where they take away"
    for lacking in (0, 1, 4):
        views = VIEWS[:lacking] + VIEWS[lacking + 1 :]
        assert measure_recall(views, [200.0, 600.0, 500.0, 100.0], [10.0] * 4) == {}


def test_the_interval_holds_the_true_ratio_as_often_as_it_says() -> None:
    rng, held = np.random.default_rng(1), []
    for _ in range(4000):
        ratio = divide(150.0 + rng.normal(0, 60), 60.0, 300.0 + rng.normal(0, 60), 60.0)
        if ratio is not None:
            held.append(ratio.low <= 0.5 <= ratio.high)
    assert len(held) > 3800 and 0.94 <= np.mean(held) <= 0.96


def test_a_denominator_that_may_be_nothing_gives_no_ratio() -> None:
    assert divide(1.0, 0.1, 1.0, 0.6) is None
    assert divide(1.0, 0.1, 1.0, 0.4) is not None


def test_estimates_that_err_together_have_a_ratio_that_is_known_better() -> None:
    rng, held, widths = np.random.default_rng(2), [], []
    for _ in range(2000):
        shared = rng.normal(0, 60)
        a, b = 200.0 + shared + rng.normal(0, 20), 400.0 + shared + rng.normal(0, 20)
        se = (60.0**2 + 20.0**2) ** 0.5
        paired, apart = divide(a, se, b, se, covariance=60.0**2), divide(a, se, b, se)
        assert paired is not None and apart is not None
        held.append(paired.low <= 0.5 <= paired.high)
        widths.append((paired.high - paired.low) / (apart.high - apart.low))
    assert 0.93 <= np.mean(held) <= 0.97 and np.median(widths) < 0.8
