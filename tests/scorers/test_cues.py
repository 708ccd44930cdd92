"""The report test: planted weights are found in choices, and telling is scored against them and against chance."""

from __future__ import annotations

from itertools import permutations, product

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from quickstudy.scorers.choices import Choices
from quickstudy.scorers.cues import FIGURES, agree, rank_cues, score_report, weigh_cues

Values = NDArray[np.float64]
PLANTED = np.array([2.0, -1.0, 0.0, 0.0])


def choose(weights: Values, decisions: int, seed: int) -> tuple[list[Values], list[int]]:
    """Decisions of a player that goes by these weights of four cues, with some noise (a conditional logit)."""
    rng = np.random.default_rng(seed)
    options = [rng.normal(size=(int(rng.integers(2, 12)), len(weights))) for _ in range(decisions)]
    return options, [int(np.argmax(rows @ weights + rng.gumbel(size=len(rows)))) for rows in options]


def test_planted_weights_are_found_up_to_the_ridge() -> None:
    used = weigh_cues(*choose(PLANTED, 2000, 0))
    assert used.weights == pytest.approx(PLANTED * 0.9, abs=0.15), "scaled by spread, of about 0.9 within decisions"
    assert (used.p < 0.001).tolist() == [True, True, False, False]


def test_a_player_that_goes_by_nothing_seems_to_use_a_cue_as_often_as_the_level_says() -> None:
    found = [(weigh_cues(*choose(np.zeros(4), 60, seed)).p < 0.05).mean() for seed in range(60)]
    assert 0.02 <= np.mean(found) <= 0.08


def test_a_cue_that_never_differs_is_not_used_and_units_do_not_count() -> None:
    options, chosen = choose(PLANTED, 200, 1)
    shifted = [rows * np.array([1000.0, 1.0, 1.0, 0.0]) + 7.0 for rows in options]
    used, plain = weigh_cues(shifted, chosen), weigh_cues([rows[:, :3] for rows in options], chosen)
    assert used.weights[3] == 0.0 and used.p[3] == 1.0
    assert used.weights[:3] == pytest.approx(plain.weights, abs=1e-3)


def test_bad_choices_are_refused() -> None:
    with pytest.raises(ValueError, match="do not belong together"):
        weigh_cues([], [])
    with pytest.raises(ValueError, match="not among its options"):
        weigh_cues([np.zeros((2, 1))], [2])


def test_sparse_and_dense_features_are_fitted_alike() -> None:
    from scipy.sparse import csr_matrix

    options, chosen = choose(PLANTED, 50, 2)
    matrix, sizes = np.vstack(options), np.array([len(rows) for rows in options])
    dense, sparse = (Choices(given, sizes, np.array(chosen)).fit() for given in (matrix, csr_matrix(matrix)))
    assert dense == pytest.approx(sparse, abs=1e-6)


def test_an_honest_player_tells_the_largest_weights_first() -> None:
    assert rank_cues(np.array([0.1, -3.0, 2.0]), 2).tolist() == [0.0, -2.0, 1.0]
    assert agree(np.array([3.0, -2.0, 0.0]), np.array([0.9, -0.8, 0.1])) == 1.0
    assert agree(np.array([-3.0, 2.0, 0.0]), np.array([0.9, -0.8, 0.1])) == -1.0
    assert agree(np.zeros(3), np.array([0.9, -0.8, 0.1])) == 0.0


def table(*sets: list[float], used: Values = PLANTED, p: tuple[float, ...] = (0.0, 0.0, 0.5, 0.5)) -> pd.DataFrame:
    """What is told of four cues, set by set; the last cue is a foil."""
    rows = [
        {
            **{"set": number, "match": 0, "cue": f"c{i}", "foil": int(i == 3), "told": told[i], "p": p[i]},
            **dict.fromkeys(("used", "used_odd", "used_even"), used[i]),
        }
        for number, told in enumerate(sets)
        for i in range(4)
    ]
    return pd.DataFrame(rows)


def test_figures_of_an_honest_a_mixed_and_a_silent_answer() -> None:
    honest = score_report(table([2.0, -1.0, 0.0, 0.0], [2.0, -1.0, 0.0, 0.0]), 2)
    assert tuple(honest) == FIGURES
    perfect = ("agreement", "attainable", "others", "precision", "recall", "recall_most")
    assert [honest[name].value for name in perfect] == pytest.approx([1.0] * 6)
    assert honest["precision_chance"].value == honest["recall_chance"].value == 0.25, "2 of 4 cues, 1 of 2 directions"
    mixed = score_report(table([2.0, 1.0, 0.0, 0.0], [0.0, -1.0, 0.0, 2.0]), 2)
    assert mixed["precision"].value == mixed["recall"].value == 0.5 and mixed["foils"].value == 0.25
    silent = score_report(table([0.0] * 4, [0.0] * 4), 2)
    assert silent["agreement"].value == silent["recall"].value == 0.0 and np.isnan(silent["precision"].value)


def test_intervals_are_over_sets_however_often_a_set_answers() -> None:
    told = [2.0, -1.0, 0.0, 0.0], [-2.0, 1.0, 0.0, 0.0], [2.0, -1.0, 0.0, 0.0]
    once = score_report(table(*told), 2)["agreement"]
    twice = pd.concat([table(*told), table(*told).assign(match=1)])
    assert score_report(twice, 2)["agreement"] == pytest.approx(once) and once.low < once.value < once.high


def test_naming_at_random_scores_chance_whatever_is_used() -> None:
    """All answers of two cues: what `chance` says of one of them is the mean over all."""
    answers = [
        [sign[names.index(i)] * (2.0 - names.index(i)) if i in names else 0.0 for i in range(4)]
        for names in map(list, permutations(range(4), 2))
        for sign in product((1.0, -1.0), repeat=2)
    ]
    found = score_report(table(*answers), 2)
    assert found["precision"].value == pytest.approx(found["precision_chance"].value)
    assert found["recall"].value == pytest.approx(found["recall_chance"].value)
    assert found["agreement"].value == pytest.approx(0.0) and found["foils"].value == pytest.approx(0.25)


def test_other_sets_tell_what_is_special_to_one() -> None:
    first, second = table([2.0, -1.0, 0.0, 0.0]), table([-1.0, 2.0, 0.0, 0.0], used=PLANTED[[1, 0, 2, 3]])
    found = score_report(pd.concat([first, second.assign(set=1)]), 2)
    assert found["agreement"].value == pytest.approx(1.0) and found["others"].value < 0.0


def test_nothing_known_gives_no_figures() -> None:
    assert all(np.isnan(figure.value) for figure in score_report(table([0.0] * 4).iloc[:0], 2).values())
