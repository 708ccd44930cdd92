"""The move loop of a match: a few colour-swapped pairs of games against opponents of the ladder.

It knows no Inspect: `ask` gets the messages of one question and returns a reply, so that the Inspect solver and
direct runs of embedded learners play the same prompts and write the same records.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quickstudy.scorers.matching import Posterior, choose_level
from quickstudy.scorers.outcome import Reading, classify_forfeit, classify_points, score_outcome
from quickstudy.tasks.answers import clean_text, read_answer
from quickstudy.tasks.examples.openings import list_openings, write_opening
from quickstudy.tasks.games.game import Game
from quickstudy.tasks.games.notation import PASS, PLAYERS, draw_board, format_move, parse_move, symbols
from quickstudy.tasks.opponents.ladder import Ladder
from quickstudy.tasks.opponents.levels import Level, choose_move, find_level
from quickstudy.tasks.prompts import quote_reply, write_illegal, write_position, write_unreadable
from quickstudy.tasks.seeds import derive_seed

State = NDArray[np.uint64]
Message = tuple[str, str]


@dataclass(frozen=True)
class Question:
    """One call of the player: (role, text) messages, and the key (game, ply, attempt) that names it in the match."""

    messages: tuple[Message, ...]
    game: int
    ply: int
    attempt: int


@dataclass(frozen=True)
class Reply:
    """What came back: text, why it stopped (`stop`, `max_tokens`, `model_length`, `content_filter`) and tokens."""

    text: str
    stop: str = "stop"
    input_tokens: int = 0
    output_tokens: int = 0


Ask = Callable[[Question], Awaitable[Reply]]
Search = Callable[[Game, State, Level, int], Awaitable[int]]


@dataclass(frozen=True)
class MatchPlan:
    """All that fixes a match except the player: given the plan, matches are independent and can be replayed.

    `opponents` is None for adaptive choice by expected information, else level names taken in turn, one for a pair.
    """

    game: Game
    ladder: Ladder
    cell: dict[str, Any]
    set: int
    match: int
    games: int
    system: str
    seed: int
    retries: int = 2
    legal_moves: bool = False
    wording: int = 0
    opponents: tuple[str, ...] | None = None


@dataclass
class _Tally:
    """Counts of one game while it is played."""

    moves: list[str] = field(default_factory=list)
    answers: list[dict[str, Any]] = field(default_factory=list)
    input_tokens: int = 0
    output_tokens: int = 0

    def count(self, *readings: str) -> int:
        return sum(answer["reading"] in readings for answer in self.answers)


async def search_inline(game: Game, state: State, level: Level, seed: int) -> int:
    """An opponent's move computed in the calling thread."""
    return choose_move(game, state, level, seed)


async def play_match(
    plan: MatchPlan,
    ask: Ask,
    search: Search = search_inline,
    finished: Callable[[dict[str, Any]], None] | None = None,
    only: int | None = None,
) -> dict[str, Any]:
    """Play a match and return its record (docs/reference.md lists its fields).

    `finished` is called with the record after each game; `only` plays just the game of that number. Exceptions of
    `ask` pass through: faults of the infrastructure are never scored.
    """
    record: dict[str, Any] = {"cell": plan.cell, "set": plan.set, "match": plan.match, "games": []}
    posterior = Posterior.wide(plan.ladder.ratings)
    name = ""
    for number in range(plan.games) if only is None else [only]:
        if number % 2 == 0 or not name:
            name = _opponent(plan, number, posterior)
        game = await _play_game(plan, number, name, ask, search)
        record["games"].append(game)
        if not game["forfeit"]:
            posterior = posterior.update(game["opponent_elo"], game["result"])
        if finished is not None:
            finished(record)
    return record


def _opponent(plan: MatchPlan, number: int, posterior: Posterior) -> str:
    """The opponent of the pair that starts with game `number`.

    Without a fixed list, a match's first pair meets a level that depends on the example set alone, so that the sets
    together spread over the whole ladder; later pairs meet the level that tells most.
    """
    levels = plan.ladder.levels
    if plan.opponents is not None:
        return plan.opponents[number // 2 % len(plan.opponents)]
    if number < 2:
        return levels[int(spread(plan.set) * len(levels))]
    return levels[choose_level(posterior, plan.ladder.ratings)]


def spread(number: int) -> float:
    """The van der Corput sequence in base 2 (0, 1/2, 1/4, 3/4, 1/8, ...): evenly spread for any count of sets."""
    return int(f"{number:b}"[::-1], 2) / 2 ** len(f"{number:b}") if number else 0.0


async def _play_game(plan: MatchPlan, number: int, opponent: str, ask: Ask, search: Search) -> dict[str, Any]:
    from quickstudy.tasks.games.kernel import apply, legal_moves

    game, rules, pair = plan.game, plan.game.rules, number // 2
    started = time.monotonic()
    pool = list_openings(game)
    opening = pool[derive_seed("pair", rules.hash, plan.seed, plan.set, plan.match, pair) % len(pool)]
    seed = derive_seed("game", rules.hash, plan.seed, plan.set, plan.match, pair)
    me, level = number % 2, find_level(opponent)
    state, tally = game.start(), _Tally()
    for move in opening:
        apply(game.tables, state, move)
        tally.moves.append(format_move(rules, move))
    forfeit: str | None = None
    while True:
        legal = legal_moves(game.tables, state)
        if len(legal) == 0:
            break
        if (int(legal[0]) >> 12) & 7 == PASS:
            move = int(legal[0])
        elif int(state[5]) == me:
            found, reading = await _ask_move(plan, number, state, legal, tally, ask)
            if found is None:
                forfeit = classify_forfeit(reading)
                break
            move = found
        else:
            move = await search(game, state, level, seed)
        apply(game.tables, state, move)
        tally.moves.append(format_move(rules, move))
    result = int(state[7])
    outcome = forfeit or classify_points(0.5 if result == 3 else float(result - 1 == me))
    return {
        "game": number,
        "pair": pair,
        "opponent": opponent,
        "opponent_elo": plan.ladder.rating_of(opponent),
        "colour": PLAYERS[me],
        "opening": write_opening(game, opening),
        "seed": seed,
        "moves": " ".join(tally.moves),
        "result": score_outcome(outcome),
        "outcome": str(outcome),
        "forfeit": int(forfeit is not None),
        "plies": len(tally.moves),
        "illegal": tally.count(Reading.ILLEGAL),
        "unreadable": tally.count(Reading.UNREADABLE, Reading.TRUNCATED, Reading.REFUSED),
        "asked": len(tally.answers),
        "input_tokens": tally.input_tokens,
        "output_tokens": tally.output_tokens,
        "seconds": round(time.monotonic() - started, 4),
        "answers": tally.answers,
    }


async def _ask_move(
    plan: MatchPlan, number: int, state: State, legal: NDArray[np.int32], tally: _Tally, ask: Ask
) -> tuple[int | None, str]:
    """Ask for a move until one is legal or the retries are spent; returns the move and the last reading."""
    rules, ply = plan.game.rules, len(tally.moves)
    messages: list[Message] = [
        ("system", plan.system),
        ("user", write_question(plan, state, tally.moves, legal)),
    ]
    reading = ""
    for attempt in range(plan.retries + 1):
        reply = await ask(Question(tuple(messages), number, ply, attempt))
        tally.input_tokens += reply.input_tokens
        tally.output_tokens += reply.output_tokens
        named = read_answer(reply.text)
        move = None if named is None else parse_move(rules, named, legal)
        reading = _classify(reply, named, move)
        tally.answers.append(
            {
                "ply": ply,
                "attempt": attempt,
                "reading": reading,
                "text": clean_text(quote_reply(reply.text)),
                "move": None if move is None else format_move(rules, move),
            }
        )
        if move is not None:
            return move, reading
        if named is not None:
            retry = write_illegal(clean_text(named), plan.wording)
        else:
            retry = write_unreadable(sample_move(plan.game), plan.wording)
        messages += [("assistant", clean_text(quote_reply(reply.text)) or "…"), ("user", retry)]
    return None, reading


def _classify(reply: Reply, named: str | None, move: int | None) -> str:
    if move is not None:
        return Reading.MOVE.value
    if named is not None:
        return Reading.ILLEGAL.value
    if reply.stop == "content_filter":
        return Reading.REFUSED.value
    return Reading.TRUNCATED.value if reply.stop in ("max_tokens", "model_length") else Reading.UNREADABLE.value


def write_question(
    plan: MatchPlan, state: State, moves: Sequence[str], legal: Sequence[int] | NDArray[np.int32]
) -> str:
    """The user message that asks for a move in a position."""
    rules, me = plan.game.rules, int(state[5])
    table = symbols(rules)
    shown = ", ".join(
        table[me, k] if len(rules.kinds) == 1 else f"{table[me, k]} = {kind.name}" for k, kind in enumerate(rules.kinds)
    )
    return write_position(
        draw_board(rules, state),
        moves,
        PLAYERS[me].upper(),
        shown,
        second_action=rules.double and int(state[11]) == 1 and int(state[6]) > 0,
        legal=[format_move(rules, int(move)) for move in legal] if plan.legal_moves else None,
        wording=plan.wording,
    )


def sample_move(game: Game) -> str:
    """A well-formed move that shows how answers look; it follows from the rules' notation, not from a position."""
    names = game.rules.board.names
    return names[0] if game.rules.place != "none" else f"{names[0]}-{names[1]}"
