"""Repairs: whether notes mend the very moves that went wrong, asked of fresh instances, one question for each position.

The positions are those of the moves that a review named, and of each game's worst move by the engine's values if it was
not named. Each is asked twice: of an instance with the notes from before the stage, which is the control, and of one
with the notes after it. What is asked follows from the record of the stage, and is audited like a stage of play.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from quickstudy.scorers.outcome import Reading, classify_forfeit
from quickstudy.scorers.probes import ANSWERED
from quickstudy.tasks.author_view import list_words
from quickstudy.tasks.chains.audit import Audit
from quickstudy.tasks.chains.review import describe_answer, value
from quickstudy.tasks.challenge import Compute
from quickstudy.tasks.conditions import Conditions
from quickstudy.tasks.match import Ask, MatchPlan, Tally, ask_step
from quickstudy.tasks.sitting import pose

BEFORE, AFTER = "before", "after"


@dataclass(frozen=True)
class Asking:
    """How positions are asked again: the plan of the stage's own games, and the prompts' constant part for each notes.

    `systems` are those of `before` and `after`, and `canaries` the words that no prompt may hold.
    """

    source: Conditions
    plan: MatchPlan
    systems: Mapping[str, str]
    canaries: Collection[str]


def choose_positions(
    reviews: Sequence[Mapping[str, Any]], regrets: Sequence[Mapping[str, Any]]
) -> list[tuple[int, int, int]]:
    """The positions to ask again as (game, ply, named): what was named, and the worst move of a game that was not.

    Of moves that lose as much the first counts as the worst. Games whose review could not be read are left out, and so
    are those in which nothing was lost.
    """
    found = []
    for review in reviews:
        number, named = review["game"], {entry["ply"] for entry in review["named"]}
        own = [row for row in regrets if row["game"] == number]
        worst = max(own, key=lambda row: row["regret"], default=None)
        if not review["readable"] or worst is None:
            continue
        found += [(number, ply, 1) for ply in sorted(named)]
        if worst["ply"] not in named and worst["regret"] > 0.0:
            found.append((number, worst["ply"], 0))
    return found


async def ask_again(
    asking: Asking,
    games: Sequence[Mapping[str, Any]],
    positions: Sequence[tuple[int, int, int]],
    open_player: Callable[[str, str], Ask],
    compute: Compute,
) -> list[dict[str, Any]]:
    """Ask each position with the notes before and after; `open_player` is given which of these, and the prompt's part.

    Raises AuditError where a prompt is not what rules, notes and position make.
    """
    played = {game["game"]: game for game in games}
    rows: list[dict[str, Any]] = [{"game": game, "ply": ply, "named": named} for game, ply, named in positions]
    for name, system in asking.systems.items():
        plan = replace(asking.plan, system=system)
        audit = Audit(plan, asking.canaries)
        ask = audit.watch(open_player(name, system))
        for row in rows:
            words = list_words(played[row["game"]], row["ply"])
            row[name] = await _ask(asking, plan, row["game"], words, ask, compute)
        audit.check({"games": [_list_asked(played[number], rows) for number in {row["game"] for row in rows}]})
    return rows


async def _ask(
    asking: Asking, plan: MatchPlan, number: int, words: tuple[str, ...], ask: Ask, compute: Compute
) -> dict[str, Any]:
    """One position of the record. A forfeit has no move, and so neither value nor regret.

    Its values are others than those by which moves are called mistakes (`value_position`): by the same ones any other
    move would look better than it is.
    """
    probe, tally = await value(asking.source, words, compute, again=1), Tally()
    turn = pose(asking.source.skill, probe)
    reading = await ask_step(plan, number, turn, tally, ask)
    return {
        **describe_answer(probe, turn.move),
        "outcome": ANSWERED if reading == Reading.MOVE else str(classify_forfeit(reading)),
        **tally.describe(),
        "answers": tally.answers,
    }


def _list_asked(game: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The positions of a game as an audit reads them."""
    asked = [{"ply": row["ply"]} for row in rows if row["game"] == game["game"]]
    return {**game, "answers": asked}
