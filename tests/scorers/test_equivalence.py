"""Worth in examples: where the curve of examples is as strong."""

from __future__ import annotations

import numpy as np
import pytest

from quickstudy.scorers.equivalence import find_equivalent

NUMBERS, ELO = (0, 1, 3, 7, 15), (0.0, 100.0, 200.0, 300.0, 400.0)


def worth(target: float, se: float = 1.0) -> tuple[float, float, float]:
    n, low, high = find_equivalent(NUMBERS, ELO, [se] * 5, target, se, np.random.default_rng(0))
    return n, low, high


def test_the_number_is_read_between_those_that_were_measured() -> None:
    assert worth(200.0)[0] == pytest.approx(3.0) and worth(250.0)[0] == pytest.approx(2**2.5 - 1)


def test_more_than_the_most_is_not_extrapolated_and_less_than_none_is_none() -> None:
    assert worth(500.0) == (np.inf, np.inf, np.inf) and worth(-500.0) == (0.0, 0.0, 0.0)
    n, low, high = worth(395.0, se=50.0)
    assert low < n < high == np.inf


def test_the_interval_holds_the_truth_as_often_as_it_says() -> None:
    rng, held = np.random.default_rng(3), 0
    for _ in range(200):
        elo, target = np.array(ELO) + rng.normal(0.0, 20.0, 5), 250.0 + rng.normal(0.0, 20.0)
        _, low, high = find_equivalent(NUMBERS, elo.tolist(), [20.0] * 5, target, 20.0, rng)
        held += low <= 2**2.5 - 1 <= high
    assert 0.9 <= held / 200 <= 1.0


def test_one_number_is_no_curve() -> None:
    with pytest.raises(ValueError, match="two numbers"):
        find_equivalent([0], [1.0], [1.0], 0.0, 1.0, np.random.default_rng(0))
