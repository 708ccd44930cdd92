"""Checks 10 to 18, 23 to 25 and 27: what the curve bank finds of planted learners whose cells have normal errors."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import cache

import numpy as np

from quickstudy.benchmarks.validation.adaptive import PHASED, UNIFORM, Scheme, measure_information
from quickstudy.benchmarks.validation.check import Check
from quickstudy.benchmarks.validation.designs import (
    CELLS,
    Cells,
    Design,
    play_allotted,
    play_allotted_once,
    play_even,
    play_fixed,
)
from quickstudy.benchmarks.validation.planted import draw_clear
from quickstudy.scorers.ceiling import CAUSES
from quickstudy.scorers.planning import MATCHED
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
def judge_learners(
    games: int,
    filler: float = 0.0,
    learners: int = SOME,
    outside: bool = False,
    design: Design = play_even,
    matched: float = MATCHED,
) -> Found:
    """Judge planted learners from so many games for each of the 14 cells, which a design may deal unevenly.

    `matched` is the share of the information of perfectly matched games that these have. Learners are the same for all
    designs and numbers of games.
    """
    rng, found = new_generator("validation causes", int(filler), int(outside)), Found()
    for number in range(learners):
        cause, player, truth = draw_clear(rng, filler, outside)
        cells = Cells(player, new_generator("validation cells", games, number), matched)
        first = design(cells, games * CELLS)
        found.highest.append(max(elo for view, elo in cells.elo.items() if view.layout == "plain") - truth["ceiling"])
        found.alone.append(first.posterior)
        ceiling = cells.judge()
        found.cause.append(cause)
        found.right.append(max(CAUSES, key=lambda name: ceiling.posterior[name]) == cause)
        found.decided.append(ceiling.decision != "undecided")
        if ceiling.ceiling.value is not None:
            found.errors.append(ceiling.ceiling.value - truth["ceiling"])
        if cause == "no_learning":
            continue
        for name in FIGURES:
            estimate = getattr(ceiling, name)
            if estimate.low is not None and estimate.high is not None:  # the bank's grid of n has its own error
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
    learners = SOME if filler else MANY
    found = {games: judge_learners(games, filler, learners).right for games in marks}
    return Check(
        number,
        f"{what} {' / '.join(map(str, marks))} games",
        " / ".join(f">= {mark:.2f}" for mark in marks.values()),
        " / ".join(map(_share, found.values())),
        all(float(np.mean(found[games])) >= mark for games, mark in marks.items()),
    )


def _alone(number: int) -> Check:
    found = judge_learners(256, learners=MANY)
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
    shares = {games: judge_learners(games, learners=MANY).near[name] for games in marks}
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
    found = judge_learners(64, learners=MANY, outside=True)
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


def _allotted(number: int) -> Check:
    even, once, twice = (
        judge_learners(64, learners=MANY, design=design) for design in (play_even, play_allotted_once, play_allotted)
    )
    near = [_share(found.near["n50"]) for found in (even, once, twice)]
    return Check(
        number,
        f"cause of {MANY} clear learners, 14 x 64 games dealt evenly / by expected information in one round / in two",
        "in two rounds right >= .90 and decided >= .65; of these right >= .93",
        " / ".join(f"{_share(found.right)}, decided {np.mean(found.decided):.2f}" for found in (even, once, twice))
        + f", of these right {twice.right_decided:.2f}; n50 within 20 %: {' / '.join(near)}",
        bool(np.mean(twice.right) >= 0.90 and np.mean(twice.decided) >= 0.65 and twice.right_decided >= 0.93),
    )


def _allotted_repeat(number: int) -> Check:
    marks = {(128, 0.0): 0.90, (256, 0.0): 0.93, (64, 150.0): 0.80, (256, 150.0): 0.90}
    found = [judge_learners(games, filler, design=play_allotted).right for games, filler in marks]
    return Check(
        number,
        "as 11 and 12, games dealt by expected information in two rounds: 128 / 256 games; the same where other "
        "examples cost 150 Elo, 64 / 256 games",
        " / ".join(f">= {mark:.2f}" for mark in marks.values()),
        " / ".join(map(_share, found)),
        all(float(np.mean(right)) >= mark for right, mark in zip(found, marks.values(), strict=True)),
    )


_RATIO_LEARNERS, _LADDER, _STRENGTHS = 200, np.arange(-800.0, 801.0, 200.0), (-450.0, -150.0, 150.0, 450.0)


def _ratio(number: int) -> Check:
    """The games that levels in turn and an m of 16 need to be right as often as this design at 64 games a cell."""
    phased, turn = (
        float(np.mean([measure_information(_LADDER, elo, scheme, 64, 10, number) for elo in _STRENGTHS])) / 64.0
        for scheme in (Scheme(PHASED, 4), Scheme(UNIFORM))
    )
    reached = [
        float(np.mean(judge_learners(64, learners=_RATIO_LEARNERS, design=design, matched=phased).right))
        for design in (play_even, play_allotted)
    ]
    tried = (64, 128, 256, 512, 1024)
    right = [
        float(np.mean(judge_learners(games, learners=_RATIO_LEARNERS, design=play_fixed, matched=turn).right))
        for games in tried
    ]
    ratios = [games_needed(tried, right, mark) / 64.0 for mark in reached]
    return Check(
        number,
        f"games for the same share of right causes, {_RATIO_LEARNERS} learners: levels in turn and m = 16, against "
        "opponents and m chosen as here, at 64 games a cell dealt evenly / by expected information",
        ">= 2.3 times as many",
        f"{' / '.join('> 16' if ratio == np.inf else f'{ratio:.1f}' for ratio in ratios)} times; right "
        f"{' / '.join(f'{share:.2f}' for share in reached)} against {', '.join(f'{share:.2f}' for share in right)} at "
        f"{', '.join(map(str, tried))} games; a game tells {phased:.2f} against {turn:.2f} of a matched one",
        ratios[0] >= 2.3,
    )


def games_needed(games: Sequence[float], shares: Sequence[float], mark: float) -> float:
    """Where shares that were found at rising numbers of games reach a mark, on a logarithmic axis; infinite if never.

    Shares that fall by chance are taken as the highest so far. A mark below the first share is reached there.
    """
    best = np.maximum.accumulate(shares)
    if mark > best[-1]:
        return float("inf")
    rising = np.flatnonzero(np.diff(best, prepend=-1.0) > 0)
    return float(np.exp(np.interp(mark, best[rising], np.log(np.asarray(games, dtype=np.float64)[rising]))))


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
    23: _allotted,
    24: _flat,
    25: _ratio,
    27: _allotted_repeat,
}
