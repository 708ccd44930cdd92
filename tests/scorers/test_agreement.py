"""Games and probes of a curve: combined where they agree, kept apart where they do not."""

from __future__ import annotations

import numpy as np
import pytest

from quickstudy.scorers.agreement import combine_curve

GAMES, SE = [100.0, 200.0, 300.0, 400.0], [40.0] * 4


def test_a_common_offset_of_the_probes_is_taken_out_of_each_cell() -> None:
    found = combine_curve(GAMES, SE, [elo + 50.0 for elo in GAMES], SE, sigma=1e6, own=0.0)
    assert found.combined and found.offset == pytest.approx(50.0) and found.chi2 == pytest.approx(0.0)
    np.testing.assert_allclose(found.elo, GAMES)
    np.testing.assert_allclose(found.se, 40.0 / np.sqrt(2.0))
    # nothing is known of the offset but what the differences tell: the level is that of the games alone
    assert np.hypot(found.se.mean() / 2.0, found.se_common) == pytest.approx(40.0 / 2.0, rel=1e-3)


def test_a_perfect_mapping_leaves_no_common_error() -> None:
    found = combine_curve(GAMES, SE, [elo + 20.0 for elo in GAMES], SE, sigma=0.0)
    np.testing.assert_allclose(found.elo, np.array(GAMES) + 10.0)
    assert found.se_common == 0.0


def test_the_error_of_the_mapping_that_is_a_cells_own_makes_its_probes_worth_less() -> None:
    shared, own = (combine_curve(GAMES, SE, GAMES, [1.0] * 4, sigma=80.0, own=part) for part in (0.0, 0.5))
    np.testing.assert_allclose(shared.se, 1.0, atol=0.1)
    np.testing.assert_allclose(own.se, (40.0**-2 + 1.0 / (0.5 * 80.0**2 + 1.0)) ** -0.5)


def test_games_stand_alone_where_the_offset_is_beyond_the_errors() -> None:
    found = combine_curve(GAMES, SE, [elo + 200.0 for elo in GAMES], SE, sigma=25.0)
    assert found.z > 2.0 and not found.combined and found.se_common == 0.0
    np.testing.assert_allclose((found.elo, found.se), (GAMES, SE))


def test_games_stand_alone_where_differences_scatter_beyond_their_errors() -> None:
    found = combine_curve(GAMES, SE, [0.0, 300.0, 150.0, 550.0], SE, sigma=25.0)
    assert abs(found.z) < 2.0 and found.chi2 > 2.0 * found.df and not found.combined


def test_intervals_of_levels_and_contrasts_cover_the_truth() -> None:
    rng, truth = np.random.default_rng(7), np.array([0.0, 150.0, 300.0, 380.0, 400.0])
    se_games, se_probes, sigma = np.full(5, 43.0), np.array([20.0, 25.0, 30.0, 35.0, 40.0]), 40.0
    level, contrast, kept = [], [], 0
    for _ in range(2000):
        probes = truth + rng.normal(0, sigma / 2**0.5) + rng.normal(0, np.hypot(se_probes, sigma / 2**0.5))
        found = combine_curve(truth + rng.normal(0, se_games), se_games, probes, se_probes, sigma)
        kept += found.combined
        if found.combined:
            level.append((found.elo[2] - truth[2]) / np.hypot(found.se[2], found.se_common))
            contrast.append((found.elo[4] - found.elo[0] - 400.0) / np.hypot(found.se[4], found.se[0]))
    assert kept > 1600
    for z in (level, contrast):
        assert 0.93 <= np.mean(np.abs(z) < 1.96) <= 0.98


@pytest.mark.parametrize(
    ("games", "probes", "errors"), [([], [], []), ([1.0], [1.0, 2.0], [1.0]), ([1.0], [1.0], [0.0])]
)
def test_cells_that_do_not_match_are_refused(games: list[float], probes: list[float], errors: list[float]) -> None:
    with pytest.raises(ValueError, match=r"same cells|greater than zero"):
        combine_curve(games, errors, probes, errors, 25.0)
