"""Checks 10 to 18 and 24: what the curve bank finds of planted learners whose cells have normal errors."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from functools import cache

import numpy as np

from quickstudy.benchmarks.validation.check import Check
from quickstudy.benchmarks.validation.planted import N_MAX, draw_clear, list_views
from quickstudy.scorers.ceiling import CAUSES, find_ceiling
from quickstudy.scorers.planning import choose_m
from quickstudy.tasks.seeds import new_generator

FIGURES = ("n50", "n_knee", "ceiling", "loss_recall")
MANY, SOME = 400, 160


@dataclass
class Found:
    """What was found of each learner: whether its cause is right and decided, and how its figures lie to the truth.

    `alone` is the posterior of the causes from plain cells only. `held` has the intervals that
    hold the truth, `near` the estimates within 20 % of it, `errors` those of the ceiling in Elo and `highest` those of
    the highest plain cell.
    """

    cause: list[str] = field(default_factory=list)
    right: list[bool] = field(default_factory=list)
    decided: list[bool] = field(default_factory=list)
    alone: list[dict[str, float]] = field(default_factory=list)
    held: dict[str, list[bool]] = field(default_factory=lambda: {name: [] for name in FIGURES})
    near: dict[str, list[bool]] = field(default_factory=lambda: {name: [] for name in ("n50", "n_knee")})
    errors: list[float] = field(default_factory=list)
    highest: list[float] = field(default_factory=list)

    @property
    def right_decided(self) -> float:
        """The share of right causes among the decided ones."""
        return float(np.mean(np.array(self.right)[np.array(self.decided)]))

    def right_alone(self, odds: float = 1.0) -> list[bool]:
        """Whether plain cells alone name the cause, `odds` times the prior odds of saturation against all else."""
        favoured = {name: odds if name == "saturation" else 1.0 for name in CAUSES}
        best = [max(CAUSES, key=lambda name: favoured[name] * shares[name]) for shares in self.alone]
        return [name == cause for name, cause in zip(best, self.cause, strict=True)]

    def of_cause(self, values: list[bool], cause: str) -> list[bool]:
        """The values of the learners with this cause."""
        return [value for value, true in zip(values, self.cause, strict=True) if true == cause]

    def held_share(self, name: str) -> float:
        """The share of a figure's intervals that hold the truth."""
        return float(np.mean(self.held[name]))


@cache
def judge_learners(games: int, filler: float = 0.0, learners: int = SOME, outside: bool = False) -> Found:
    """Judge planted learners from cells of so many games: plain cells, then padded ones at the m that they suggest."""
    rng, found = new_generator("validation causes", games, int(filler), int(outside)), Found()
    se = 347.4 / (0.95 * games) ** 0.5
    for _ in range(learners):
        cause, player, truth = draw_clear(rng, filler, outside)
        plain = list_views(None)
        elo = np.array([player.strength(view) for view in plain]) + rng.normal(0.0, se, len(plain))
        found.highest.append(float(elo.max()) - truth["ceiling"])
        ceiling = find_ceiling(plain, elo, np.full(len(elo), se), N_MAX)
        found.alone.append(ceiling.posterior)
        views = list_views(choose_m(plain, elo, np.full(len(elo), se), N_MAX, rng=rng))
        padded = np.array([player.strength(view) for view in views[len(plain) :]])
        elo = np.concatenate([elo, padded + rng.normal(0.0, se, len(padded))])
        ceiling = find_ceiling(views, elo, np.full(len(elo), se), N_MAX)
        found.cause.append(cause)
        found.right.append(max(CAUSES, key=lambda name: ceiling.posterior[name]) == cause)
        found.decided.append(ceiling.decision != "undecided")
        if ceiling.ceiling.value is not None:
            found.errors.append(ceiling.ceiling.value - truth["ceiling"])
        if cause == "no_learning":
            continue
        for name in FIGURES:
            estimate = getattr(ceiling, name)
            if estimate.low is not None and estimate.high is not None:  # grids of n differ by some two per cent
                slack = 0.02 * truth[name] if name in ("n50", "n_knee") else 1.0
                found.held[name].append(estimate.low - slack <= truth[name] <= estimate.high + slack)
            if name in found.near:
                value = estimate.value
                found.near[name].append(value is not None and abs(value / truth[name] - 1.0) <= 0.2)
    return found


def check_causes(numbers: Collection[int]) -> list[Check]:
    """The checks of these numbers of `_CHECKS`; learners that several of them need are judged once."""
    checks = []
    for number in numbers:
        checks.append(_CHECKS[number](number))
    return checks


def _share(values: list[bool]) -> str:
    """A share with its Monte-Carlo standard error."""
    mean = float(np.mean(values))
    return f"{mean:.2f} ± {(mean * (1 - mean) / len(values)) ** 0.5:.2f}"


def _clear(number: int) -> Check:
    found = judge_learners(64, learners=MANY)
    right, decided, sure = float(np.mean(found.right)), float(np.mean(found.decided)), found.right_decided
    return Check(
        number,
        f"cause of {MANY} clear planted learners, 14 cells of 64 games",
        "right >= .85; decided >= .65; of these right >= .93",
        f"{_share(found.right)}; {_share(found.decided)}; {sure:.2f}",
        right >= 0.85 and decided >= 0.65 and sure >= 0.93,
    )


def _repeat(number: int) -> Check:
    """Two numbers of games; in check 12 examples of another game cost strength."""
    filler, what, marks = {
        11: (0.0, "the same at", {128: 0.90, 256: 0.93}),
        12: (150.0, "the same where other examples cost 150 Elo,", {64: 0.80, 256: 0.90}),
    }[number]
    found = {games: judge_learners(games, filler).right for games in marks}
    return Check(
        number,
        f"{what} {' / '.join(map(str, marks))} games",
        " / ".join(f">= {mark:.2f}" for mark in marks.values()),
        " / ".join(map(_share, found.values())),
        all(float(np.mean(found[games])) >= mark for games, mark in marks.items()),
    )


def _alone(number: int) -> Check:
    found = judge_learners(256)
    right = found.right_alone()
    saturated = found.of_cause(right, "saturation")
    return Check(
        number,
        "negative control: plain cells only, 256 games, cause of highest posterior (see 24)",
        "must fail: right < .85, of saturated < .6",
        f"{_share(right)}, {_share(saturated)}",
        bool(np.mean(right) < 0.85 and np.mean(saturated) < 0.6),
    )


def _flat(number: int) -> Check:
    """What check 13 means: a flat curve is read as the prior has it, as one cause or as the other.

    Which of the two is then found less often depends on the prior alone, so that the control asks for either.
    """
    found = judge_learners(256, learners=MANY)
    shares = [
        [float(np.mean(found.of_cause(right, cause))) for cause in ("saturation", "recall_failure")]
        for right in (found.right_alone(), found.right_alone(1 / 3), found.right)
    ]
    even, odds, padded = shares
    return Check(
        number,
        f"negative control: saturated / forgetful of {MANY} learners found from plain cells only, 256 games; the same "
        "where the prior odds of saturation are a third; with padded cells",
        "must fail: one of the two < .6 both times, and another one; padded both >= .85",
        "; ".join(" / ".join(f"{share:.2f}" for share in pair) for pair in shares),
        min(even) < 0.6 and min(odds) < 0.6 and np.argmin(even) != np.argmin(odds) and min(padded) >= 0.85,
    )


def _near(number: int) -> Check:
    name, marks = ("n50", {64: 0.55, 256: 0.80, 1024: 0.92}) if number == 14 else ("n_knee", {256: 0.72, 1024: 0.82})
    shares = {games: judge_learners(games, learners=MANY if games == 64 else SOME).near[name] for games in marks}
    return Check(
        number,
        f"{'n50' if number == 14 else 'n90'} within 20 % at {' / '.join(map(str, marks))} games",
        " / ".join(f">= {mark:.2f}" for mark in marks.values()),
        " / ".join(_share(values) for values in shares.values()),
        all(float(np.mean(shares[games])) >= mark for games, mark in marks.items()),
    )


def _inside(number: int) -> Check:
    found = judge_learners(64, learners=MANY)
    return Check(
        number,
        f"95 % intervals of n50, n90, ceiling, loss to recall hold; {MANY} learners of the bank's families",
        ">= .90 each",
        ", ".join(_share(found.held[name]) for name in FIGURES),
        all(found.held_share(name) >= 0.90 for name in FIGURES),
    )


def _outside(number: int) -> Check:
    found = judge_learners(64, outside=True)
    return Check(
        number,
        "the same, learners outside the bank's families (n50, n90 and loss reported only)",
        "ceiling >= .88",
        ", ".join(_share(found.held[name]) for name in FIGURES) + f"; cause right {_share(found.right)}",
        found.held_share("ceiling") >= 0.88,
    )


def _ceiling(number: int) -> Check:
    found = judge_learners(64, learners=MANY)
    bias, rms, raw = np.mean(found.errors), np.sqrt(np.mean(np.square(found.errors))), np.mean(found.highest)
    return Check(
        number,
        "ceiling at 64 games; negative control: the highest cell",
        "bias within 10, root mean square <= 45 Elo; the highest cell must fail: > +20",
        f"{bias:+.0f}, {rms:.0f} Elo; {raw:+.0f} Elo",
        bool(abs(bias) <= 10 and rms <= 45 and raw > 20),
    )


_CHECKS = {
    10: _clear,
    11: _repeat,
    12: _repeat,
    13: _alone,
    14: _near,
    15: _near,
    16: _inside,
    17: _outside,
    18: _ceiling,
    24: _flat,
}
