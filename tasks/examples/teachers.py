"""Teachers: who plays the games that examples are taken from, one level in both seats or two that take turns."""

from __future__ import annotations

from dataclasses import dataclass

from quickstudy.tasks.opponents.levels import Level, find_level

TEACHER = "alphabeta-1000"
WEAK = "alphabeta-300-e60"
MIXED = f"{TEACHER}/{WEAK}"
TEACHERS = {"strong": TEACHER, "weak": WEAK, "mixed": MIXED}


@dataclass(frozen=True)
class Teacher:
    """One level that plays itself, or two that play each other: the first is X in even examples and O in odd ones."""

    first: Level
    second: Level

    @property
    def name(self) -> str:
        """The level's name, or both with a slash between them."""
        return self.first.name if self.first == self.second else f"{self.first.name}/{self.second.name}"

    @property
    def repeats(self) -> bool:
        """Whether the game follows from its opening: neither level draws random numbers."""
        return all(level.engine == "alphabeta" and level.epsilon == 0 for level in (self.first, self.second))

    def seat(self, player: int, index: int) -> Level:
        """The level that plays X (0) or O (1) in the example with that index."""
        return self.first if (player + index) % 2 == 0 else self.second


def find_teacher(name: str) -> Teacher:
    """The teacher of that name: a level, two levels as in `mcts-1000/mcts-30`, or one of `TEACHERS`.

    Raises ValueError for levels that do not exist, or more than two.
    """
    levels = [find_level(level) for level in TEACHERS.get(name, name).split("/")]
    if len(levels) > 2:
        raise ValueError(f"teacher {name!r}: give one level, two as in {MIXED}, or {', '.join(TEACHERS)}")
    return Teacher(levels[0], levels[-1])
