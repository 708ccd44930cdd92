"""What the match loop plays: skills, and their challenges, answered in one step or in many.

A board game against a level is a challenge of many steps (`game_challenge.py`); a problem with one right answer is a
challenge of one step, whose "opponent" is its rated difficulty. The loop, the rating and the curve know only these.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Protocol, Self, runtime_checkable

Compute = Callable[[Callable[[], int], float], Awaitable[int]]
"""Runs the opposition's computation: a function, and its expected cost in simulations (see `Level.work`)."""


async def compute_inline(function: Callable[[], int], work: float) -> int:
    """Compute in the calling thread, whatever the cost."""
    return function()


class Turn(Protocol):
    """A point at which the player must answer: a game's next move, or a probe."""

    @property
    def steps(self) -> Sequence[str]:
        """What has happened so far, the opposition's steps included, in canonical text."""

    def write_question(self) -> str:
        """The user message that asks for the next answer."""

    def accept(self, answer: str) -> str | None:
        """Take an answer and return its canonical text, or None where it is not allowed: then nothing changes."""


class RecordedTurn(Turn, Protocol):
    """A point of a recorded game, or a probe, as a player meets it: one answer, which changes nothing."""

    @property
    def colour(self) -> str:
        """The side to move."""

    @property
    def options(self) -> int:
        """The number of legal moves."""

    @property
    def move(self) -> str | None:
        """The answer that was accepted, in canonical text; None before there is one."""


class Challenge(Turn, Protocol):
    """One challenge in progress. The player answers until it is over."""

    async def advance(self, compute: Compute) -> bool:
        """Let the opposition act until it is the player's turn; whether the player must answer (else it is over)."""

    def score(self) -> float:
        """The player's points when it is over: 1, 0.5 or 0."""

    def describe(self) -> dict[str, Any]:
        """What the record says of it beside the steps: `colour`, `opening` and `seed` ("" and 0 where it has none)."""


class Skill(Protocol):
    """What is learnt, as the match loop sees it: it sets challenges."""

    @property
    def sample_answer(self) -> str:
        """A well-formed answer, which shows the form and gives nothing away."""

    def begin(self, opponent: str, number: int, stream: tuple[int, int, int]) -> Challenge:
        """Challenge `number` of a match against a level of the ladder.

        It follows from the arguments alone; `stream` is (seed, set, match). Challenges 2k and 2k + 1 are a pair: the
        same start from both sides, where the skill has sides.
        """


@runtime_checkable
class RecordedSkill(Skill, Protocol):
    """A skill whose examples are recorded games, which a player can be led through again."""

    def revisit(self, moves: Sequence[str], *, last: bool = False) -> Sequence[RecordedTurn]:
        """The points of an example game, one before each of its moves, and with `last` one behind them.

        `moves` are its words in canonical text; where the first names a start position that was drawn, they are one
        more than the points. Raises ValueError for a move that is not legal.
        """


class Playable(RecordedSkill, Protocol):
    """A skill whose challenges are games with openings, as chains of study and play need it."""

    def practise(self) -> Self:
        """The same skill with games to learn from, which begin with none of the test openings."""

    def begin_from(self, openings: Sequence[Any]) -> Self:
        """The same skill with these openings in place of the test openings."""

    def practice_opening(self, stream: tuple[int, int, int], pair: int) -> Any:
        """The opening of a pair of games to learn from."""
