"""The move loop of a match: a few pairs of challenges against levels of the ladder.

It knows no Inspect and no games: `ask` gets the messages of one question and returns a reply, so that the Inspect
solver and direct runs of embedded learners play the same prompts and write the same records.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from quickstudy.scorers.matching import Posterior, choose_level
from quickstudy.scorers.outcome import Reading, classify_forfeit, classify_points, score_outcome
from quickstudy.tasks.answers import clean_text, read_answer
from quickstudy.tasks.challenge import Compute, Skill, Turn, compute_inline
from quickstudy.tasks.opponents.ladder import Ladder
from quickstudy.tasks.prompts import quote_reply, write_illegal, write_unreadable

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


@dataclass(frozen=True)
class MatchPlan:
    """All that fixes a match except the player: given the plan, matches are independent and can be replayed.

    `opponents` is None for adaptive choice by expected information, else level names taken in turn, one for a pair.
    """

    skill: Skill
    ladder: Ladder
    cell: dict[str, Any]
    set: int
    match: int
    games: int
    system: str
    seed: int
    retries: int = 2
    wording: int = 0
    opponents: tuple[str, ...] | None = None


class Prompted(Protocol):
    """What asking a player depends on, whether it plays a match or answers probes."""

    @property
    def skill(self) -> Skill:
        """What is played."""

    @property
    def system(self) -> str:
        """The constant part of all questions."""

    @property
    def retries(self) -> int:
        """How often a faulty answer may be mended."""

    @property
    def wording(self) -> int:
        """Which paraphrase of the prompt's fixed sentences."""


@dataclass
class Tally:
    """The answers of one game or probe while they come in, and the tokens they cost."""

    answers: list[dict[str, Any]] = field(default_factory=list)
    input_tokens: int = 0
    output_tokens: int = 0

    def describe(self) -> dict[str, Any]:
        """What a record says of them: faults, answers asked for and tokens."""
        return {
            "illegal": self._count(Reading.ILLEGAL),
            "unreadable": self._count(Reading.UNREADABLE, Reading.TRUNCATED, Reading.REFUSED),
            "asked": len(self.answers),
            "input_tokens": self.input_tokens,
            "output_tokens": self.output_tokens,
        }

    def _count(self, *readings: str) -> int:
        return sum(answer["reading"] in readings for answer in self.answers)


async def play_match(
    plan: MatchPlan,
    ask: Ask,
    compute: Compute = compute_inline,
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
        game = await _play_game(plan, number, name, ask, compute)
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


async def _play_game(plan: MatchPlan, number: int, opponent: str, ask: Ask, compute: Compute) -> dict[str, Any]:
    started = time.monotonic()
    challenge = plan.skill.begin(opponent, number, (plan.seed, plan.set, plan.match))
    tally = Tally()
    forfeit: str | None = None
    while forfeit is None and await challenge.advance(compute):
        reading = await ask_step(plan, number, challenge, tally, ask)
        forfeit = None if reading == Reading.MOVE else classify_forfeit(reading)
    outcome = forfeit or classify_points(challenge.score())
    return {
        "game": number,
        "pair": number // 2,
        "opponent": opponent,
        "opponent_elo": plan.ladder.rating_of(opponent),
        **challenge.describe(),
        "moves": " ".join(challenge.steps),
        "result": score_outcome(outcome),
        "outcome": str(outcome),
        "forfeit": int(forfeit is not None),
        "plies": len(challenge.steps),
        **tally.describe(),
        "seconds": round(time.monotonic() - started, 4),
        "answers": tally.answers,
    }


async def ask_step(plan: Prompted, number: int, turn: Turn, tally: Tally, ask: Ask) -> str:
    """Ask until an answer is accepted or the retries are spent; returns the last reading.

    `number` is that of the game or probe, and names the questions; each answer is added to `tally`.
    """
    ply = len(turn.steps)
    messages: list[Message] = [("system", plan.system), ("user", turn.write_question())]
    reading = ""
    for attempt in range(plan.retries + 1):
        reply = await ask(Question(tuple(messages), number, ply, attempt))
        tally.input_tokens += reply.input_tokens
        tally.output_tokens += reply.output_tokens
        named = read_answer(reply.text)
        accepted = None if named is None else turn.accept(named)
        reading = _classify(reply, named, accepted)
        tally.answers.append(
            {
                "ply": ply,
                "attempt": attempt,
                "reading": reading,
                "text": clean_text(quote_reply(reply.text)),
                "move": accepted,
            }
        )
        if accepted is not None:
            break
        if named is not None:
            retry = write_illegal(clean_text(named), plan.wording)
        else:
            retry = write_unreadable(plan.skill.sample_answer, plan.wording)
        messages += [("assistant", clean_text(quote_reply(reply.text)) or "…"), ("user", retry)]
    return reading


def _classify(reply: Reply, named: str | None, accepted: str | None) -> str:
    if accepted is not None:
        return Reading.MOVE.value
    if named is not None:
        return Reading.ILLEGAL.value
    if reply.stop == "content_filter":
        return Reading.REFUSED.value
    return Reading.TRUNCATED.value if reply.stop in ("max_tokens", "model_length") else Reading.UNREADABLE.value
