"""Recall kernels: which examples count, by their place and the window's length."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quickstudy.scorers.recall import KERNELS, Layout, View, count_recalled, effective_window, kernel_lengths

LENGTHS = st.floats(0.5, 200.0)


def recalled(kernel: str, length: float, view: View) -> float:
    return float(count_recalled(kernel, length, view.start, view.m, view.slots))


def weigh(kernel: str, length: float, place: int, slots: int) -> float:
    """The weight of one example, as its definition says."""
    after = slots - 1 - place
    if kernel == "recency":
        return float(after < length)
    if kernel == "decay":
        return float(np.exp(-after / length))
    if kernel == "primacy":
        return float(place < length)
    if kernel.startswith("dilution"):
        return float(1.0 / (1.0 + (slots / length) ** float(kernel.removeprefix("dilution") or 1)))
    if kernel == "edges":
        x = (place + 0.5) / slots
        return float(1.0 - 0.95 * min(1.0, slots / length) * (1.0 - abs(2 * x - 1) ** 3))
    return 1.0


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("layout", ["early", "middle", "late"])
def test_what_is_recalled_is_the_sum_of_the_weights(kernel: str, layout: Layout) -> None:
    view = View(layout, 8, 64)
    weights = [weigh(kernel, 12.0, int(view.start) + i, 64) for i in range(8)]
    assert recalled(kernel, 12.0, view) == pytest.approx(sum(weights), rel=0.02, abs=0.02)


@given(st.sampled_from(KERNELS), LENGTHS, st.integers(0, 300))
def test_of_n_plain_examples_none_to_all_are_recalled(kernel: str, length: float, n: int) -> None:
    assert -1e-9 <= recalled(kernel, length, View("plain", n, n)) <= n + 1e-9


def test_nothing_is_recalled_of_a_window_of_other_examples() -> None:
    assert all(recalled(kernel, 9.0, View("filler", 0, 64)) == 0.0 for kernel in KERNELS)


def test_kernels_tell_places_apart() -> None:
    found = {
        kernel: tuple(round(recalled(kernel, 20.0, View(layout, 8, 128)), 1) for layout in ("early", "middle", "late"))
        for kernel in KERNELS
    }
    assert found["none"] == (8.0, 8.0, 8.0)
    assert found["recency"] == (0.0, 0.0, 8.0) and found["primacy"] == (8.0, 0.0, 0.0)
    assert found["decay"][0] < found["decay"][1] < found["decay"][2]
    assert len(set(found["dilution2"])) == 1 and found["dilution2"][0] < 0.3
    assert found["edges"][0] == found["edges"][2] > 5 > 1 > found["edges"][1]


def test_the_effective_window_is_the_longest_that_is_recalled_everywhere() -> None:
    assert effective_window("none", np.inf, 256) == 256
    assert effective_window("recency", 40.0, 256) == pytest.approx(40.0, rel=0.1)
    assert effective_window("decay", 40.0, 256) == pytest.approx(1 + 40.0 * np.log(2), rel=0.1)
    assert effective_window("dilution2", 40.0, 256) == pytest.approx(40.0, rel=0.1)
    assert effective_window("dilution4", 0.5, 256) == 0.0


def test_an_unknown_kernel_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match="unknown recall kernel 'x': choose one of none"):
        count_recalled("x", 1.0, 0.0, 1.0, 1.0)


def test_lengths_go_from_a_hundredth_of_the_window_to_nearly_all_of_it() -> None:
    lengths = kernel_lengths(96)
    assert lengths[0] == pytest.approx(1.0) and lengths[-1] == pytest.approx(0.95 * 96) and len(lengths) == 16
