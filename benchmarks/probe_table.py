"""What a person reads about probes that were made: what each level loses on them, and what that is worth."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from quickstudy.tasks.examples.probe_sets import ProbeSet
    from quickstudy.tasks.opponents.ladder import Ladder


def describe_levels(made: ProbeSet, ladder: Ladder) -> Iterator[str]:
    """A line for each level: Elo, mean regret with its sd, how far the others' mapping misses it, probes a game.

    The last line is the error of the mapping.
    """
    from quickstudy.scorers.probes import exchange_rate, fit_mapping, leave_one_out

    ratings, regrets = ladder.ratings, [level.regret for level in made.levels]
    mapping, off = fit_mapping(regrets, ratings), ["", *(f"{gap:+.0f}" for gap in leave_one_out(regrets, ratings)), ""]
    yield "  level                     Elo  mean regret      sd  mapped by the others  probes a game (fresh ones)"
    for level, rating, gap in zip(made.levels, ratings, off, strict=True):
        fixed, fresh = (exchange_rate(mapping.slope(level.regret), spread) for spread in (level.within, level.total))
        figures = f"{rating:8.1f} {level.regret:12.4f} {level.sd:7.4f} {gap:>21} {fixed:16.1f} ({fresh:.1f})"
        yield f"  {level.level:20}{figures}"
    yield f"error of the mapping {mapping.sigma:.0f} Elo"
