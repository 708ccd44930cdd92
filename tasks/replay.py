"""A replay: one example set in one cell reproduces some of the example games in its view, one question for each move.

No skill is needed, only recall, so it tells what of the window a player reads, and where. The prompt is that of a game
with these examples. A question gives the moves so far of one of them and its number, and asks for the move that was
played next: what is wrong in one answer is not carried into the next. Like the match loop, this knows no Inspect.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from quickstudy.scorers.outcome import Reading, classify_forfeit
from quickstudy.scorers.probes import ANSWERED
from quickstudy.scorers.recall import View
from quickstudy.tasks.challenge import RecordedSkill, RecordedTurn
from quickstudy.tasks.conditions import Conditions
from quickstudy.tasks.learners.learner import BYTES_PER_TOKEN
from quickstudy.tasks.match import Ask, MatchPlan, Tally, ask_step
from quickstudy.tasks.prompts.play import write_replay
from quickstudy.tasks.prompts.titles import ANSWER_TITLE, EXAMPLES_TITLE

PLACES, MOVES = 5, 8
MOST = 1000
_UNFIT = ("filler", "duplicate")  # without a game to reproduce, or with each game in many places


@dataclass(frozen=True)
class Line:
    """An example game that is to be reproduced: its number in the prompt, its moves, and the plies that are asked for.

    `start` names its start position where that was drawn, and the first `opening` moves were made at random. `before`
    and `after` are the tokens of examples before and after its line, as the embedded learners count them.
    """

    number: int
    start: tuple[str, ...]
    moves: tuple[str, ...]
    opening: int
    plies: tuple[int, ...]
    before: int
    after: int

    @property
    def place(self) -> float:
        """Where it stands among the examples: 0 first, 1 last, and 0.5 alone."""
        others = self.before + self.after
        return self.before / others if others else 0.5


@dataclass(frozen=True)
class ReplayPlan:
    """All that fixes a replay except the player; `lines` are the games to reproduce, in the order they are asked.

    It stands in place of the `planned` match.
    """

    planned: MatchPlan
    skill: RecordedSkill
    lines: tuple[Line, ...]


def check_replays(study: Conditions, places: int, moves: int) -> None:
    """Refuse what no replay can be planned for. Raises ValueError, one sentence that names the parameter."""
    for name, value in (("places", places), ("moves", moves)):
        if not 1 <= value <= MOST:
            raise ValueError(f"task parameter {name}: choose 1 to {MOST}")
    if study.kind != "games" or study.evidence != "own":
        raise ValueError("a replay reproduces whole games of the game itself: use kind=games and evidence=own")
    for view in study.views:
        if view.layout in _UNFIT:
            raise ValueError(f"task parameter layouts: {view.layout} has no one place of an example game: leave it out")
        if view.m < 1:
            raise ValueError("task parameter examples: n = 0 shows no game to reproduce: give 1 or more")


def plan_replay(study: Conditions, places: int, moves: int, view: View, plan: MatchPlan) -> ReplayPlan:
    """The replay in place of a planned match: at most `places` games of its view, and at most `moves` moves of each.

    Games are evenly spread from the first to the last in view. A move is asked for where the moves before it are those
    of no other game in view and more than one move is legal: all such moves of the random opening, which no skill
    foretells, and others evenly spread over the game. The cell is that of the study's matches.
    """
    games = [example.moves for example in study.arrange(view, plan.set)]
    sizes = _measure_lines(plan.system)
    first, opening = len(study.filler_of(view, plan.set)[0]), study.opening_plies
    lines = []
    for index in spread_evenly(range(len(games)), places):
        before = sum(sizes[: first + index])
        after = sum(sizes[first + index + 1 :])
        turns = study.skill.revisit(games[index])
        named = len(games[index]) - len(turns)
        plies = _list_plies(turns, named, games, index)
        random = spread_evenly([ply for ply in plies if ply < opening], moves)
        chosen = spread_evenly([ply for ply in plies if ply >= opening], moves - len(random))
        start, moves_of = games[index][:named], games[index][named:]
        lines.append(Line(index + 1, start, moves_of, opening, (*random, *chosen), before, after))
    return ReplayPlan(
        planned=plan,
        skill=study.skill,
        lines=tuple(lines),
    )


def spread_evenly(items: Sequence[int], count: int) -> list[int]:
    """At most `count` items in their order: the first, the last and others evenly between; one is of the middle."""
    if len(items) <= count:
        return list(items)
    if count < 2:
        return [items[(len(items) - 1) // 2]][:count]
    step = count - 1
    return [items[(2 * i * (len(items) - 1) + step) // (2 * step)] for i in range(count)]


def _list_plies(turns: Sequence[RecordedTurn], named: int, games: Sequence[tuple[str, ...]], index: int) -> list[int]:
    """The plies of a game that can be asked for, `named` words before its moves; none of one that is in view twice."""
    own, others = games[index], (game for i, game in enumerate(games) if i != index)
    alike = max((_count_alike(own, other) for other in others), default=0)
    return [ply for ply, turn in enumerate(turns) if ply + named > alike and turn.options > 1]


def _count_alike(one: Sequence[str], other: Sequence[str]) -> int:
    """How many words two games have in common before they part."""
    parted = (i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b)
    return next(parted, min(len(one), len(other)))


def _measure_lines(system: str) -> list[int]:
    """The tokens of each example line of a prompt, in their order."""
    section = system[system.index(EXAMPLES_TITLE) : system.rindex(ANSWER_TITLE)]
    return [(len(line.encode()) + 1) // BYTES_PER_TOKEN for line in section.strip().split("\n")[2:]]


class ReplayTurn:
    """A point of an example game at which its next move is asked for, not one of the player's own."""

    def __init__(self, turn: RecordedTurn, number: int, wording: int) -> None:
        self.turn, self.number, self.wording = turn, number, wording

    @property
    def steps(self) -> Sequence[str]:
        """The moves that led to it."""
        return self.turn.steps

    def write_question(self) -> str:
        """The words of a game at this point, and what is asked for instead."""
        return write_replay(self.turn.write_question(), self.number, self.wording)

    def accept(self, answer: str) -> str | None:
        """Keep the move that an answer names, if it is legal."""
        return self.turn.accept(answer)


async def reproduce_games(
    plan: ReplayPlan, ask: Ask, finished: Callable[[dict[str, Any]], None] | None = None
) -> dict[str, Any]:
    """Ask for the moves of a replay and return its record (docs/reference.md lists its fields).

    `finished` is called with the record after each move. Exceptions of `ask` pass through: faults of the
    infrastructure are never scored.
    """
    record: dict[str, Any] = {**plan.planned.identify(), "replays": []}
    for line in plan.lines:
        turns = plan.skill.revisit((*line.start, *line.moves))
        for ply in line.plies:
            record["replays"].append(await _answer(plan, line, ply, turns[ply], ask))
            if finished is not None:
                finished(record)
    return record


async def _answer(plan: ReplayPlan, line: Line, ply: int, turn: RecordedTurn, ask: Ask) -> dict[str, Any]:
    """One move of the record. A forfeit has no move, and so reproduces nothing."""
    started = time.monotonic()
    tally = Tally()
    reading = await ask_step(plan.planned, line.number, ReplayTurn(turn, line.number, plan.planned.wording), tally, ask)
    return {
        "number": line.number,
        "place": round(line.place, 4),
        "before": line.before,
        "after": line.after,
        "ply": ply,
        "colour": turn.colour,
        "moves": " ".join([*line.start, *turn.steps]),
        "played": line.moves[ply],
        "random": int(ply < line.opening),
        "move": turn.move,
        "options": turn.options,
        "reproduced": int(turn.move == line.moves[ply]),
        "outcome": ANSWERED if reading == Reading.MOVE else str(classify_forfeit(reading)),
        "forfeit": int(turn.move is None),
        **tally.describe(),
        "seconds": round(time.monotonic() - started, 4),
        "answers": tally.answers,
    }
