"""The table of validation: every check by its number, and what runs it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from functools import partial

import numpy as np

from quickstudy.benchmarks.speed.analysis import analysis_seconds, peak_memory
from quickstudy.benchmarks.validation.adaptive import PHASED, UNIFORM, Scheme, measure_games
from quickstudy.benchmarks.validation.causes import check_causes
from quickstudy.benchmarks.validation.check import Check
from quickstudy.benchmarks.validation.exchanges import check_exchange
from quickstudy.benchmarks.validation.generations import check_slopes
from quickstudy.benchmarks.validation.ladders import check_ladders
from quickstudy.benchmarks.validation.played import check_played
from quickstudy.benchmarks.validation.pooling import check_pooling
from quickstudy.benchmarks.validation.probes import check_own_style, check_probes
from quickstudy.benchmarks.validation.ranks import check_ranks
from quickstudy.benchmarks.validation.rating import (
    check_bias,
    check_coverage,
    check_independent,
    check_misfit,
    check_oracle,
    check_perfect_scores,
)
from quickstudy.benchmarks.validation.spending import check_spending
from quickstudy.scorers.ceiling import DRAWS
from quickstudy.tasks.seeds import new_generator


def _adaptive() -> Check:
    ladder = np.arange(-800.0, 801.0, 200.0)
    phased, uniform = (measure_games(ladder, Scheme(name), 100, 6) for name in (PHASED, UNIFORM))
    return Check(
        6,
        "adaptive opponents: median games to ± 50 Elo, levels 200 apart, 100 players",
        "<= 225, and >= 2.3 times fewer than in turn",
        f"{phased:.0f}, {uniform / phased:.1f} times",
        phased <= 225 and uniform >= 2.3 * phased,
    )


def _ranks() -> Check:
    found = check_ranks(new_generator("validation", 20), 200)
    share = found.simultaneous_coverage
    return Check(20, "rank intervals of 50 players hold at once", ">= .95", f"{share:.3f}", share >= 0.95)


def _speed() -> Check:
    seconds, peak = analysis_seconds(50, 20)[0], peak_memory() / 1e9
    return Check(
        21,
        f"verdicts on the 1,000 curves of 50 models and 20 games, 640 games each, {DRAWS} draws",
        "<= 30 s of one core, <= 2 GB",
        f"{seconds:.0f} s, {peak:.2f} GB",
        seconds <= 30 and peak <= 2,
    )


_CHECKS: dict[int, Callable[[], Check]] = {
    1: lambda: check_oracle(new_generator("validation", 1)),
    2: check_perfect_scores,
    3: lambda: check_bias(new_generator("validation", 3)),
    4: lambda: check_coverage(new_generator("validation", 4)),
    5: lambda: check_independent(new_generator("validation", 5)),
    6: _adaptive,
    7: lambda: check_misfit(new_generator("validation", 7)),
    8: lambda: check_ladders(new_generator("validation", 8)),
    9: lambda: check_probes(new_generator("validation", 9)),
    **{number: partial(lambda one: check_causes([one])[0], number) for number in (*range(10, 19), 23, 24, 25, 27)},
    19: lambda: check_slopes(new_generator("validation", 19)),
    20: _ranks,
    21: _speed,
    26: lambda: check_own_style(new_generator("validation", 26)),
    28: lambda: check_pooling(new_generator("validation", 27)),
    29: check_spending,
    31: lambda: check_played(new_generator("validation", 31)),
    32: lambda: check_exchange(new_generator("validation", 32)),
}
NUMBERS = tuple(_CHECKS)


def run_checks(numbers: Collection[int] = NUMBERS) -> Iterator[Check]:
    """Run the checks of these numbers in order, each as soon as it is asked for."""
    for number in sorted(numbers):
        yield _CHECKS[number]()


def parse_numbers(text: str) -> tuple[int, ...]:
    """The numbers of `4,10-13`, or all where the text is empty. Raises ValueError for what is not a check."""
    chosen: set[int] = set()
    for word in (part.strip() for part in text.split(",") if text):
        ends = word.split("-")
        if len(ends) > 2 or not all(end.isascii() and end.isdigit() for end in ends):
            raise ValueError(f"--only: {word!r} is no number or range; write for instance --only 4,10-13")
        asked = [number for number in NUMBERS if int(ends[0]) <= number <= int(ends[-1])]
        if not asked:
            raise ValueError(f"--only: there is no check {word}; they are {', '.join(map(str, NUMBERS))}")
        chosen.update(asked)
    return tuple(sorted(chosen)) or NUMBERS
