"""Reviews: after its own games a player names its worst moves, and what it says is compared with the engine's regrets.

A review is asked for game by game, of a fresh instance that has the rules, the notes with which the game was played and
the game. The author reads what was named. Values are computed when all of that is over, so that no model sees them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from quickstudy.tasks.answers import clean_text
from quickstudy.tasks.challenge import Compute
from quickstudy.tasks.examples.openings import opening_plies
from quickstudy.tasks.examples.probes import Probe
from quickstudy.tasks.examples.regrets import Legal, list_choices, value_position
from quickstudy.tasks.examples.values import NODES
from quickstudy.tasks.games.notation import PLAYERS, format_move
from quickstudy.tasks.match import Ask, Question
from quickstudy.tasks.prompts.play import quote_reply
from quickstudy.tasks.prompts.reviews import (
    write_named,
    write_no_review,
    write_none_named,
    write_not_better,
    write_numbered,
    write_review_request,
    write_reviewer,
)
from quickstudy.tasks.regimes.notes import Notes
from quickstudy.tasks.regimes.reviews import Named, read_review
from quickstudy.tasks.study import Study

REVIEWER = -2
"""The number of the game by which a reviewer's first question is known in a journal; that of game g is -2 - g."""
DECIMALS = 3


@dataclass(frozen=True)
class Reviewing:
    """What the reviews of a study stage follow from: the study of the games, their names, and how many moves count."""

    source: Study
    names: Sequence[str]
    notes: Notes
    most: int


async def ask_reviews(
    reviewing: Reviewing, games: Sequence[Mapping[str, Any]], lines: Sequence[str], open_reviewer: Callable[[str], Ask]
) -> list[dict[str, Any]]:
    """Ask for a review of each game in which the player had a choice; `lines` are the games as an author reads them.

    `open_reviewer` gives for the constant part of a prompt who asks the reviewer.
    """
    reviews = []
    for game, line in zip(games, lines, strict=True):
        choices = _list_own(reviewing.source, game)
        if choices:
            reviews.append(await _ask_review(reviewing, game, line, choices, open_reviewer))
    return reviews


def _list_own(source: Study, game: Mapping[str, Any]) -> dict[int, Legal]:
    first = len(game["opening"].split())
    return list_choices(source.game, game["moves"].split(), first, PLAYERS.index(game["colour"]))


async def _ask_review(
    reviewing: Reviewing,
    game: Mapping[str, Any],
    line: str,
    choices: Mapping[int, Legal],
    open_reviewer: Callable[[str], Ask],
) -> dict[str, Any]:
    """Ask until a review can be read and calls no illegal move better, or the retries are spent."""
    source, moves = reviewing.source, game["moves"].split()
    skill, rules, wording = source.skill, source.shown_rules, source.wording
    shown = {ply + 1: skill.skin.write_move(moves[ply]) for ply in choices}
    system = write_reviewer(
        None if rules is None else skill.skin.write_rules(rules),
        reviewing.notes.lines,
        line,
        write_numbered(shown),
        opening_plies(source.game),
        reviewing.most,
        skill.sample_answer,
        wording,
    )
    ask = open_reviewer(system)
    messages = [("system", system), ("user", write_review_request(wording))]
    named, illegal, replies = None, 0, list[dict[str, Any]]()
    for attempt in range(source.retries + 1):
        reply = await ask(Question(tuple(messages), REVIEWER - int(game["game"]), 0, attempt))
        found = read_review(reply.text, set(shown), reviewing.most)
        replies.append(
            {
                "readable": found is not None,
                "text": clean_text(quote_reply(reply.text)),
                "input_tokens": reply.input_tokens,
                "output_tokens": reply.output_tokens,
            }
        )
        if found is None:
            retry = write_no_review(reviewing.most, skill.sample_answer, wording)
        else:
            named = [_describe(source, entry, moves, choices) for entry in found]
            faulty = [e for e, made in zip(found, named, strict=True) if made["better"] is None]
            illegal = len(faulty)
            if not faulty:
                break
            retry = write_not_better(faulty[0].number, clean_text(faulty[0].better), wording)
        messages += [("assistant", clean_text(quote_reply(reply.text)) or "…"), ("user", retry)]
    return {
        "game": game["game"],
        "readable": int(named is not None),
        "illegal": illegal,
        "named": named or [],
        "replies": replies,
    }


def _describe(source: Study, named: Named, moves: Sequence[str], choices: Mapping[int, Legal]) -> dict[str, Any]:
    """A named move as a record has it; `better` is None where it was not legal."""
    ply = named.number - 1
    found = source.skill.read_move(named.better, choices[ply])
    better = None if found is None else format_move(source.game.rules, found)
    return {"ply": ply, "played": moves[ply], "better": better, "why": named.why}


def write_reviews(reviewing: Reviewing, reviews: Sequence[Mapping[str, Any]]) -> list[str]:
    """What was named, line by line as an author reads it; nothing of reviews that could not be read."""
    lines, skin = list[str](), reviewing.source.skill.skin
    for review in reviews:
        number = int(review["game"])
        place = (number + 1, reviewing.names[number])
        if review["readable"] and not review["named"]:
            lines.append(write_none_named(*place, reviewing.source.wording))
        for named in review["named"]:
            better = None if named["better"] is None else skin.write_move(named["better"])
            played = skin.write_move(named["played"])
            lines.append(write_named(*place, int(named["ply"]) + 1, played, better, str(named["why"])))
    return lines


async def value_games(
    source: Study, games: Sequence[Mapping[str, Any]], reviews: Sequence[Mapping[str, Any]], compute: Compute
) -> list[dict[str, Any]]:
    """What each of the player's own choices in its games lost, beside what its reviews named.

    A row has `game`, `ply`, `move`, its `value`, the `best` one and the `regret`; `rank` is 1 for the move that was
    named as the worst and 0 for one that was not named, and `better` the move that was called better with its own
    `better_regret`, None without one. Raises ProbeError for a game without probes.
    """
    rows = []
    for game in games:
        moves = game["moves"].split()
        named = [entry for review in reviews if review["game"] == game["game"] for entry in review["named"]]
        ranks = {entry["ply"]: (rank, entry["better"]) for rank, entry in enumerate(named, 1)}
        for ply in _list_own(source, game):
            probe = await value(source, tuple(moves[:ply]), compute)
            rank, better = ranks.get(ply, (0, None))
            row = {"game": game["game"], "ply": ply, **describe_answer(probe, moves[ply]), "best": probe.best}
            lost = describe_answer(probe, better)["regret"]
            rows.append({**row, "rank": rank, "better": better, "better_regret": lost})
    return rows


async def value(source: Study, moves: tuple[str, ...], compute: Compute, again: int = 0) -> Probe:
    """The position after these moves as `value_position` has it, where the engines' work does not hold up others."""
    found: list[Probe] = []

    def work() -> int:
        found.append(value_position(source.game, moves, again))
        return 0

    await compute(work, NODES)
    return found[0]


def describe_answer(probe: Probe, move: str | None) -> dict[str, Any]:
    """A move in a valued position, with what it is worth and loses; None of these where there is no move."""
    if move is None:
        return {"move": None, "value": None, "regret": None}
    return {"move": move, "value": probe.values[move], "regret": round(probe.regret(move), DECIMALS)}
