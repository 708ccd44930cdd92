"""The move loop of a match: a few pairs of challenges against levels of the ladder.

It knows no Inspect and no games: `ask` gets the messages of one question and returns a reply, so that the Inspect
solver and direct runs of embedded learners play the same prompts and write the same records.
"""

from __future__ import annotations

import math
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from quickstudy.scorers.matching import Posterior, choose_level, freeze_prior
from quickstudy.scorers.outcome import Reading, classify_forfeit, classify_points, score_outcome
from quickstudy.tasks.answers import clean_text, read_answer
from quickstudy.tasks.challenge import Compute, Skill, Turn, compute_inline
from quickstudy.tasks.opponents.ladder import Ladder
from quickstudy.tasks.prompts.play import quote_reply, write_illegal, write_unreadable

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
    """What came back: text, why it stopped (`stop`, `max_tokens`, `model_length`, `content_filter`) and tokens.

    Those of reasoning are a part of those written, 0 where the provider does not tell.
    """

    text: str
    stop: str = "stop"
    input_tokens: int = 0
    output_tokens: int = 0
    reasoning_tokens: int = 0


Ask = Callable[[Question], Awaitable[Reply]]


@dataclass(frozen=True)
class PhaseZero:
    """What the first match of a cell tells the others: its games as (opponent's Elo, points), forfeits left out.

    `cell_id` is that of the match. It is another than that of the matches to come where the window now holds another
    number of examples; a prior only chooses opponents, so it serves them all the same.
    """

    cell_id: str
    games: tuple[tuple[float, float], ...]

    @classmethod
    def of_record(cls, record: Mapping[str, Any]) -> PhaseZero:
        """What a match's record says; a record without games, as of a repeated view, says nothing."""
        games = [game for game in record.get("games", ()) if not game["forfeit"]]
        played = tuple((float(game["opponent_elo"]), float(game["result"])) for game in games)
        return cls(str(record.get("cell", {}).get("cell_id", "")), played)

    @classmethod
    def from_dict(cls, given: Any) -> PhaseZero:
        """Rebuild it from `to_dict`. Raises ValueError, one sentence, for what is no such thing."""
        try:
            games = tuple((float(elo), float(points)) for elo, points in given["games"])
            if all(math.isfinite(elo) and 0.0 <= points <= 1.0 for elo, points in games):
                return cls(str(given["cell_id"]), games)
        except (KeyError, TypeError, ValueError):
            pass
        what = "give cell_id and games, a list of [opponent's Elo, points]"
        raise ValueError(f"{str(given)[:100]!r} is no phase 0: {what}")

    def to_dict(self) -> dict[str, Any]:
        """A JSON-able form."""
        return {"cell_id": self.cell_id, "games": [list(game) for game in self.games]}


@dataclass(frozen=True)
class MatchPlan:
    """All that fixes a match except the player: given the plan, matches are independent and can be replayed.

    `opponents` is None for adaptive choice by expected information, else level names taken in turn, one for a pair.
    Adaptive choice begins from what `phase_zero` tells, or from the wide prior without it. `carried` counts the bytes
    of examples and notes in `system`.
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
    phase_zero: PhaseZero | None = None
    carried: int = 0

    def identify(self) -> dict[str, Any]:
        """What each record begins with: whose it is and where it belongs."""
        return {"cell": self.cell, "set": self.set, "match": self.match}


@dataclass
class Tally:
    """The answers of one game or probe while they come in, and the tokens they cost."""

    answers: list[dict[str, Any]] = field(default_factory=list)
    input_tokens: int = 0
    output_tokens: int = 0
    reasoning_tokens: int = 0

    def add(self, reply: Reply, answer: dict[str, Any]) -> None:
        """Count a reply, and keep what it was read as."""
        self.input_tokens += reply.input_tokens
        self.output_tokens += reply.output_tokens
        self.reasoning_tokens += reply.reasoning_tokens
        self.answers.append(answer)

    def describe(self) -> dict[str, Any]:
        """What a record says of them: faults, answers asked for and tokens."""
        return {
            "illegal": self._count(Reading.ILLEGAL),
            "unreadable": self._count(Reading.UNREADABLE, Reading.TRUNCATED, Reading.REFUSED),
            "asked": len(self.answers),
            "input_tokens": self.input_tokens,
            "output_tokens": self.output_tokens,
            "reasoning_tokens": self.reasoning_tokens,
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
    posterior = _begin(plan)
    record: dict[str, Any] = {**plan.identify(), "games": []}
    record["carried"] = plan.carried
    if plan.opponents is None:
        source = plan.phase_zero.cell_id if plan.phase_zero else None
        record["prior"] = {"phase_0": source, "digest": posterior.digest()}
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


def _begin(plan: MatchPlan) -> Posterior:
    """What is known of the player's strength before the match."""
    ratings = plan.ladder.ratings
    return freeze_prior(ratings, plan.phase_zero.games) if plan.phase_zero else Posterior.wide(ratings)


def _opponent(plan: MatchPlan, number: int, posterior: Posterior) -> str:
    """The opponent of the pair that starts with game `number`: the next of a fixed list, or the one that tells most."""
    if plan.opponents is not None:
        return plan.opponents[number // 2 % len(plan.opponents)]
    return plan.ladder.levels[choose_level(posterior, plan.ladder.ratings)]


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


async def ask_step(plan: MatchPlan, number: int, turn: Turn, tally: Tally, ask: Ask) -> str:
    """Ask until an answer is accepted or the retries are spent; returns the last reading.

    `number` is that of the game or probe, and names the questions; each answer is added to `tally`.
    """
    ply = len(turn.steps)
    messages: list[Message] = [("system", plan.system), ("user", turn.write_question())]
    reading = ""
    for attempt in range(plan.retries + 1):
        reply = await ask(Question(tuple(messages), number, ply, attempt))
        named = read_answer(reply.text)
        accepted = None if named is None else turn.accept(named)
        reading = classify_reading(reply, named, accepted)
        text = clean_text(quote_reply(reply.text))
        tally.add(reply, {"ply": ply, "attempt": attempt, "reading": reading, "text": text, "move": accepted})
        if accepted is not None:
            break
        if named is not None:
            retry = write_illegal(clean_text(named), plan.wording)
        else:
            retry = write_unreadable(plan.skill.sample_answer, plan.wording)
        messages += [("assistant", text or "…"), ("user", retry)]
    return reading


def classify_reading(reply: Reply, named: str | None, accepted: str | None) -> str:
    """How a reply was read: what it `named`, if anything, and what of that was `accepted`."""
    if accepted is not None:
        return Reading.MOVE.value
    if named is not None:
        return Reading.ILLEGAL.value
    if reply.stop == "content_filter":
        return Reading.REFUSED.value
    return Reading.TRUNCATED.value if reply.stop in ("max_tokens", "model_length") else Reading.UNREADABLE.value
