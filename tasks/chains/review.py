"""Reviews: after its own games a player names its worst moves, and what it says is compared with the engine's regrets.

A review is asked for game by game, of a fresh instance that has the rules, the notes with which the game was played and
the game. The author reads what was named. Values are computed when all of that is over, so that no model sees them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from quickstudy.tasks.answers import clean_text
from quickstudy.tasks.author_view import count_opening, list_words
from quickstudy.tasks.challenge import Compute, RecordedTurn
from quickstudy.tasks.conditions import Conditions
from quickstudy.tasks.examples.probe_sets import Probe
from quickstudy.tasks.match import Ask, Question
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
from quickstudy.tasks.regimes.replies import describe_reply, quote
from quickstudy.tasks.regimes.reviews import Named, read_review

REVIEWER = -2
"""The number of the game by which a reviewer's first question is known in a journal; that of game g is -2 - g."""
DECIMALS = 3
WORK = 1e5
"""The cost of valuing a position, as `Compute` counts it: more than anybody should wait for."""


@dataclass(frozen=True)
class Reviewing:
    """What the reviews of a study stage follow from: the study of the games, their names, and how many moves count."""

    source: Conditions
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
        choices = list_choices(reviewing.source, game)
        if choices:
            reviews.append(await _ask_review(reviewing, game, line, choices, open_reviewer))
    return reviews


def list_choices(source: Conditions, game: Mapping[str, Any]) -> dict[int, RecordedTurn]:
    """The points of a recorded game, by ply, at which the player had a choice and made it by itself.

    Raises ValueError where its moves are not those of a game.
    """
    turns, first = enumerate(source.skill.revisit(list_words(game))), count_opening(game)
    return {ply: turn for ply, turn in turns if ply >= first and turn.colour == game["colour"] and turn.options > 1}


async def _ask_review(
    reviewing: Reviewing,
    game: Mapping[str, Any],
    line: str,
    choices: Mapping[int, RecordedTurn],
    open_reviewer: Callable[[str], Ask],
) -> dict[str, Any]:
    """Ask until a review can be read and calls no illegal move better, or the retries are spent."""
    source, moves, wording = reviewing.source, game["moves"].split(), reviewing.source.wording
    sample = source.skill.sample_answer
    plies = {source.number_move(ply): ply for ply in choices}
    system = write_reviewer(
        source.rules_text,
        reviewing.notes.lines,
        line,
        write_numbered({number: source.write_move(moves[ply]) for number, ply in plies.items()}),
        source.random_plies,
        reviewing.most,
        sample,
        wording,
    )
    ask = open_reviewer(system)
    messages = [("system", system), ("user", write_review_request(wording))]
    named, illegal, replies = None, 0, list[dict[str, Any]]()
    for attempt in range(source.retries + 1):
        reply = await ask(Question(tuple(messages), REVIEWER - int(game["game"]), 0, attempt))
        found = read_review(reply.text, plies, reviewing.most)
        replies.append(describe_reply(reply, found is not None))
        if found is None:
            retry = write_no_review(reviewing.most, sample, wording)
        else:
            named = [_describe(entry, plies[entry.number], moves, choices) for entry in found]
            faulty = [e for e, made in zip(found, named, strict=True) if made["better"] is None]
            illegal = len(faulty)
            if not faulty:
                break
            retry = write_not_better(faulty[0].number, clean_text(faulty[0].better), wording)
        messages += [("assistant", quote(reply) or "…"), ("user", retry)]
    return {
        "game": game["game"],
        "readable": int(named is not None),
        "illegal": illegal,
        "named": named or [],
        "replies": replies,
    }


def _describe(named: Named, ply: int, moves: Sequence[str], choices: Mapping[int, RecordedTurn]) -> dict[str, Any]:
    """A named move as a record has it; `better` is None where it was not legal."""
    return {"ply": ply, "played": moves[ply], "better": choices[ply].accept(named.better), "why": named.why}


def write_reviews(reviewing: Reviewing, reviews: Sequence[Mapping[str, Any]]) -> list[str]:
    """What was named, line by line as an author reads it; nothing of reviews that could not be read."""
    lines, source = list[str](), reviewing.source
    for review in reviews:
        number = int(review["game"])
        place = (number + 1, reviewing.names[number])
        if review["readable"] and not review["named"]:
            lines.append(write_none_named(*place, source.wording))
        for named in review["named"]:
            better = None if named["better"] is None else source.write_move(named["better"])
            played, move = source.number_move(int(named["ply"])), source.write_move(named["played"])
            lines.append(write_named(*place, played, move, better, str(named["why"])))
    return lines


async def value_games(
    source: Conditions, games: Sequence[Mapping[str, Any]], reviews: Sequence[Mapping[str, Any]], compute: Compute
) -> list[dict[str, Any]]:
    """What each of the player's own choices in its games lost, beside what its reviews named.

    A row has `game`, `ply`, `move`, its `value`, the `best` one and the `regret`; `rank` is 1 for the move that was
    named as the worst and 0 for one that was not named, and `better` the move that was called better with its own
    `better_regret`, None without one. Raises ProbeError for a game without probes, EngineFault.
    """
    rows = []
    for game in games:
        moves = game["moves"].split()
        named = [entry for review in reviews if review["game"] == game["game"] for entry in review["named"]]
        ranks = {entry["ply"]: (rank, entry["better"]) for rank, entry in enumerate(named, 1)}
        for ply in list_choices(source, game):
            probe = await value(source, list_words(game, ply), compute)
            rank, better = ranks.get(ply, (0, None))
            row = {"game": game["game"], "ply": ply, **describe_answer(probe, moves[ply]), "best": probe.best}
            lost = describe_answer(probe, better)["regret"]
            rows.append({**row, "rank": rank, "better": better, "better_regret": lost})
    return rows


async def value(source: Conditions, words: tuple[str, ...], compute: Compute, again: int = 0) -> Probe:
    """The position after the words of a game as the study values it, where this work does not hold up others."""
    found: list[Probe] = []

    def work() -> int:
        found.append(source.value_position(words, again))
        return 0

    await compute(work, WORK)
    return found[0]


def describe_answer(probe: Probe, move: str | None) -> dict[str, Any]:
    """A move in a valued position, with what it is worth and loses; None of these where there is no move."""
    if move is None:
        return {"move": None, "value": None, "regret": None}
    return {"move": move, "value": probe.values[move], "regret": round(probe.regret(move), DECIMALS)}
