"""Games as an artefact: which examples a fresh instance gets, within a hard budget of number and size."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from quickstudy.tasks.examples.kinds import Example
from quickstudy.tasks.match import Ask, Question
from quickstudy.tasks.prompts.choice import write_choice_request, write_no_choice, write_too_much
from quickstudy.tasks.prompts.play import write_example
from quickstudy.tasks.regimes.notes import BYTES_PER_TOKEN, GAME, Applied, Item, Notes
from quickstudy.tasks.regimes.replies import describe_reply, quote, read_numbers

CHOOSE = -1
"""The number of the game by which the questions of a choice are known in a journal: an author's."""


class Room(NamedTuple):
    """What may be kept: at most so many games, and of at most so many tokens (bytes / 4) together."""

    games: int
    tokens: int


def list_kept(notes: Notes) -> list[Example]:
    """The games that an artefact holds, in canonical notation."""
    found = (item.text.rpartition(" | ") for item in notes.items if item.kind == GAME)
    return [Example(tuple(moves.split()), result) for moves, _, result in found]


def pack_games(games: Sequence[Example]) -> Notes:
    """The artefact that holds games."""
    return Notes(tuple(Item(GAME, write_example(game.moves, game.result)) for game in games))


def fit_games(games: Sequence[Example], room: Room) -> list[int]:
    """The places of the first games that fit together; one that is too large is passed over."""
    places: list[int] = []
    for place, _ in enumerate(games):
        if len(places) == room.games:
            break
        if pack_games([games[i] for i in [*places, place]]).tokens <= room.tokens:
            places.append(place)
    return places


def keep_latest(old: Notes, new: Sequence[Example], room: Room) -> Applied:
    """The latest different games that fit, in their order: those of weaker players go first."""
    pool = list(reversed([*list_kept(old), *new]))
    different = list({(game.moves, game.result): game for game in pool}.values())
    kept = [different[place] for place in fit_games(different, room)]
    return _apply(old, list(reversed(kept)))


def keep_drawn(old: Notes, pool: Sequence[Example], room: Room, rng: np.random.Generator) -> Applied:
    """Games drawn at random, in the order of the pool. The draw of a longer pool is that of a shorter one, gone on."""
    order = np.argsort(rng.random(len(pool)), kind="stable").tolist()
    kept = sorted(order[place] for place in fit_games([pool[i] for i in order], room))
    return _apply(old, [pool[i] for i in kept])


async def keep_chosen(
    old: Notes, pool: Sequence[Example], room: Room, ask: Ask, system: str, retries: int = 2, wording: int = 0
) -> tuple[Applied, list[dict[str, Any]]]:
    """Ask which games of a pool to keep, until the choice can be read and fits, or the retries are spent.

    Then the first games of the last choice that could be read stay as far as they fit, and without one the old ones.
    """
    messages = [("system", system), ("user", write_choice_request(wording))]
    kept, replies = list_kept(old), list[dict[str, Any]]()
    for attempt in range(retries + 1):
        reply = await ask(Question(tuple(messages), CHOOSE, 0, attempt))
        chosen = read_numbers(reply.text, "keep", len(pool))
        replies.append(describe_reply(reply, chosen is not None))
        if chosen is None:
            retry = write_no_choice(wording)
        else:
            games = [pool[place - 1] for place in chosen]
            places = fit_games(games, room)
            kept = [pool[i] for i in sorted(chosen[place] - 1 for place in places)]
            if len(places) == len(games):
                break
            size = int(pack_games(games).tokens * BYTES_PER_TOKEN)
            retry = write_too_much(len(games), size, room.games, room.tokens * BYTES_PER_TOKEN, wording)
        messages += [("assistant", quote(reply) or "…"), ("user", retry)]
    return _apply(old, kept), replies


def _apply(old: Notes, kept: Sequence[Example]) -> Applied:
    """The games that are kept as new notes, with counts of what changed."""
    new = pack_games(kept)
    before, after = set(old.items), set(new.items)
    counts = {"added": len(after - before), "deleted": len(before - after), "kept": len(after & before)}
    return Applied(new, {what: count for what, count in counts.items() if count})
