"""What to play next: the information about the cause that more answers in a view are expected to give.

A ceiling's cause is open until the cells that tell it apart are played, and cells differ in price by the length of
their prompt. The expected information of an observation about the cause (mutual information, Lindley 1956) is computed
on draws from the posterior of the curve bank: how far the strengths that the four causes predict for a view lie apart,
against the error that the observation would have.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import xlogy

from quickstudy.scorers.agreement import OWN
from quickstudy.scorers.ceiling import CAUSES, Draws, draw_posterior
from quickstudy.scorers.curve import DISCREPANCY, FILLER_SD, CurvePosterior, build_bank, fit_curve, share_gain
from quickstudy.scorers.recall import PADDED, Layout, View
from quickstudy.scorers.scale import SCALE, FloatArray

MATCHED = 0.95
"""Share of the information of a perfectly matched game that a game against a well chosen level gives."""
BATCH = 64
"""Games that each view is imagined to get."""
PLACED: tuple[Layout, ...] = ("early", "middle", "late")
_GRID = 161
_TAILS = 4.0  # sd beyond the outermost predictions


def error_of(games: float) -> float:
    """The standard error (Elo) of a strength from so many games, or answers worth so many, against matched levels."""
    return float(2.0 * SCALE / np.sqrt(MATCHED * games))


def worth_of_probes(probes: float, more: float, per_game: float, sigma: float) -> float:
    """The games that tell as much as `more` answers in a cell that has `probes`, both worth one game for `per_game`.

    `sigma` is the error of the mapping from regret to Elo; the part of it that is each cell's own stays, however many
    answers there are.
    """

    def known(answers: float) -> float:
        return 1.0 / ((2.0 * SCALE) ** 2 * per_game / answers + OWN * sigma**2) if answers else 0.0

    return (known(probes + more) - known(probes)) * error_of(1.0) ** 2


def expect_information(
    views: Sequence[View],
    elo: FloatArray,
    se: FloatArray,
    n_max: int,
    candidates: Sequence[View],
    games: ArrayLike,
    *,
    rng: np.random.Generator,
    correlation: FloatArray | None = None,
) -> FloatArray:
    """Nats (V,) about the cause that answers worth `games` games, one number or (V,), would give in each candidate.

    `views`, `elo`, `se` (C,) and `correlation` are the cells so far, as `find_ceiling` takes them. A candidate that was
    played before gets a second observation of the same cell. Raises ValueError as `fit_curve`.
    """
    worth = np.broadcast_to(np.asarray(games, dtype=np.float64), (len(candidates),))
    y, error = np.asarray(elo, dtype=np.float64), np.asarray(se, dtype=np.float64)
    posterior = fit_curve(build_bank(n_max), views, y, error, correlation)
    draws = draw_posterior(posterior, rng)
    filler = draw_filler(posterior, draws, views, y, error, rng)
    found = []
    for view, answers in zip(candidates, worth, strict=True):
        expected = expect_strength(posterior, draws, filler, view)
        spread, known = remaining_discrepancy(view, views, error)
        if known:
            expected = expected + known * (y[list(views).index(view)] - expected)
        found.append(_inform(expected, draws.cause, float(np.sqrt(spread + error_of(float(answers)) ** 2))))
    return np.array(found)


def choose_m(
    views: Sequence[View],
    elo: FloatArray,
    se: FloatArray,
    n_max: int,
    *,
    rng: np.random.Generator,
    correlation: FloatArray | None = None,
) -> int:
    """How many informative examples the padded layouts should show: the plain n, of those played, that tells most.

    `views`, `elo`, `se` and `correlation` are the cells so far. The choice is from 2 to n_max/2 where an n there was
    played; information about the cause is added up over the early, middle and late layouts. Of planted learners whose
    recall fails early on a slow curve (standard errors of 45 Elo) 0.61 are decided so, against 0.41 at the n nearest to
    where the curve has six tenths of its gain. Raises ValueError where no n above 0 was played, and as `fit_curve`.
    """
    played = sorted({view.m for view in views if view.layout == "plain" and 0 < view.m <= n_max})
    if not played:
        raise ValueError("padded layouts need a plain cell with examples first")
    within = list_informative(played, n_max) or played
    if len(within) == 1:
        return within[0]
    candidates = [View(layout, m, n_max) for m in within for layout in PLACED]
    told = expect_information(views, elo, se, n_max, candidates, BATCH, rng=rng, correlation=correlation)
    return within[int(told.reshape(len(within), len(PLACED)).sum(axis=1).argmax())]


def list_informative(numbers: Sequence[int], n_max: int) -> list[int]:
    """The m that padded layouts may show: those of the numbers from 2 to half of the window; none where none is."""
    return sorted({n for n in numbers if 2 <= n <= min(max(n_max // 2, 2), n_max)})


def remaining_discrepancy(view: View, views: Sequence[View], se: FloatArray) -> tuple[float, float]:
    """The variance by which a view may still miss every curve of the bank, and the share of it that is known.

    A view that was played, with the standard error `se` (C,) of its strength, has told that share.
    """
    if view not in views:
        return DISCREPANCY**2, 0.0
    known = float(DISCREPANCY**2 / (DISCREPANCY**2 + se[list(views).index(view)] ** 2))
    return DISCREPANCY**2 * (1.0 - known), known


def expect_strength(posterior: CurvePosterior, draws: Draws, filler: FloatArray, view: View) -> FloatArray:
    """The strength (D,) of each draw in a view."""
    shares = share_gain(posterior.bank.n_max, (view,))[draws.row, 0]
    return np.asarray(draws.start + draws.gain * shares + filler * float(view.layout in PADDED))


def draw_filler(
    posterior: CurvePosterior,
    draws: Draws,
    views: Sequence[View],
    y: FloatArray,
    se: FloatArray,
    rng: np.random.Generator,
) -> FloatArray:
    """What a full window of other examples adds (D,), drawn given each draw's curve and the padded cells so far."""
    none = np.zeros(len(draws.row))
    precision, total = FILLER_SD**-2, none
    for place, view in enumerate(views):
        if view.layout in PADDED:
            weight = 1.0 / (se[place] ** 2 + DISCREPANCY**2)
            precision += weight
            total = total + weight * (y[place] - expect_strength(posterior, draws, none, view))
    return np.asarray(total / precision + rng.standard_normal(len(none)) * precision**-0.5)


def _inform(expected: FloatArray, cause: NDArray[np.intp], sd: float) -> float:
    """Mutual information in nats between the cause (D,) of a draw and an observation of its strength (D,) with `sd`."""
    low = expected.min() - _TAILS * sd
    step = (expected.max() + _TAILS * sd - low) / (_GRID - 1)
    place = (expected - low) / step
    left = np.minimum(place.astype(np.intp), _GRID - 2)
    # each draw is shared out between the two points of the grid beside it: then one kernel serves all draws
    index, share = cause * _GRID + left, place - left
    size = len(CAUSES) * _GRID
    counts = np.bincount(index, 1.0 - share, size) + np.bincount(index + 1, share, size)
    points = np.arange(_GRID)
    kernel = np.exp(-0.5 * (points * step / sd) ** 2)[abs(points[:, None] - points)]
    joint = counts.reshape(len(CAUSES), _GRID) @ kernel
    joint /= joint.sum()

    def entropy(p: FloatArray) -> float:
        return -float(xlogy(p, p).sum())

    return max(entropy(joint.sum(axis=0)) + entropy(joint.sum(axis=1)) - entropy(joint), 0.0)
