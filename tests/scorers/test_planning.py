"""What to play next: information about the cause is expected where the causes predict different strengths."""

from __future__ import annotations

import numpy as np
import pytest

from quickstudy.scorers.curve import DISCREPANCY
from quickstudy.scorers.planning import choose_m, error_of, expect_information, list_informative, remaining_discrepancy
from quickstudy.scorers.recall import View
from tests.planted import FORGETFUL, SATURATED, Planted

PLAIN = [View.plain(n) for n in (0, 4, 16, 64, 256)]
PLACES = [View(layout, 16, 256) for layout in ("early", "middle", "late")]


def inform(
    player: Planted, views: list[View], candidates: list[View], se: float = 40.0, games: float = 16.0
) -> list[float]:
    elo = np.array([player.strength(view) for view in views])
    rng = np.random.default_rng(1)
    found = expect_information(views, elo, np.full(len(views), se), 256, candidates, games, rng=rng)
    return [float(nats) for nats in found]


def test_a_flat_curve_calls_for_the_middle_and_not_for_more_of_itself() -> None:
    middle, plain = inform(SATURATED, PLAIN, [PLACES[1], View.plain(256)])
    assert middle > 5 * plain


def test_what_is_well_known_tells_nothing_more() -> None:
    views = [*PLAIN, *PLACES, View("filler", 0, 256)]
    early, again = inform(SATURATED, PLAIN, [PLACES[1]])[0], inform(SATURATED, views, [PLACES[1]], se=10.0)[0]
    assert again < 0.1 * early


def test_more_games_tell_more() -> None:
    few, many = (inform(FORGETFUL, PLAIN, [PLACES[1]], games=games)[0] for games in (4.0, 64.0))
    assert 0.0 < few < many


def test_information_is_at_most_what_is_unknown() -> None:
    (bits,) = inform(SATURATED, PLAIN, [PLACES[1]], games=1e6)
    assert bits <= np.log(4.0)


def test_equal_seeds_give_equal_information() -> None:
    assert inform(SATURATED, PLAIN, PLACES) == inform(SATURATED, PLAIN, PLACES)


def test_the_error_of_a_strength_falls_with_the_root_of_the_games() -> None:
    assert error_of(64) == pytest.approx(44.6, abs=0.1)
    assert error_of(16) == pytest.approx(2 * error_of(64))


def choose(player: Planted, numbers: list[int], n_max: int, se: float = 20.0) -> int:
    views = [View.plain(n) for n in numbers]
    elo = np.array([player.strength(view) for view in views])
    return choose_m(views, elo, np.full(len(views), se), n_max, rng=np.random.default_rng(1))


def test_the_layouts_show_as_many_as_tell_most_of_the_cause() -> None:
    octaves = [0, 1, 2, 4, 8, 16, 32, 64, 128, 256]
    assert choose(Planted(tau=40.0, kernel="recency", length=60.0), octaves, 256) >= 32


def test_the_layouts_show_a_played_number_from_two_to_half_the_window() -> None:
    slow = Planted(tau=60.0)
    assert choose(slow, [0, 3, 9, 27, 81, 243], 256) in (3, 9, 27, 81)
    assert choose(slow, [0, 1, 2], 2) == 2 and choose(slow, [0, 1], 2) == 1
    with pytest.raises(ValueError, match="plain cell with examples"):
        choose(slow, [0], 2)


@pytest.mark.parametrize(
    ("numbers", "n_max", "m"),
    [([0, 1, 2, 8, 32, 33, 64], 64, [2, 8, 32]), ([0, 1, 3], 3, []), ([2, 1], 2, [2]), ([0, 1, 2], 1, [])],
)
def test_padded_layouts_show_from_two_to_half_of_the_window(numbers: list[int], n_max: int, m: list[int]) -> None:
    assert list_informative(numbers, n_max) == m


def test_a_view_that_was_played_has_told_in_part_by_how_much_it_misses_every_curve() -> None:
    views, se = [View.plain(0), View.plain(4)], np.array([10.0, 50.0])
    (first, told), (second, less), (unseen, nothing) = (
        remaining_discrepancy(view, views, se) for view in [*views, View.plain(8)]
    )
    assert first < second < unseen == DISCREPANCY**2 and 1.0 > told > less > nothing == 0.0
