"""Teachers: who plays the games that examples are taken from, one level in both seats or two that take turns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from quickstudy.tasks.opponents.levels import Level, find_level

TEACHER = "alphabeta-1000"
WEAK = "alphabeta-300-e60"
MIXED = f"{TEACHER}/{WEAK}"
TEACHERS = {"strong": TEACHER, "weak": WEAK, "mixed": MIXED}


class Named(Protocol):
    """A level of any track."""

    @property
    def name(self) -> str:
        """Its name."""


AnyLevel = TypeVar("AnyLevel", bound=Named)


@dataclass(frozen=True)
class Teacher(Generic[AnyLevel]):
    """One level that plays itself, or two that play each other: the first begins in even examples, not in odd ones."""

    first: AnyLevel
    second: AnyLevel

    @property
    def name(self) -> str:
        """The level's name, or both with a slash between them."""
        return self.first.name if self.first == self.second else f"{self.first.name}/{self.second.name}"

    @property
    def unequal(self) -> bool:
        """Whether its levels are two."""
        return self.first != self.second

    def seat(self, player: int, index: int) -> AnyLevel:
        """The level that plays the first (0) or second side (1) in the example with that index."""
        return self.first if (player + index) % 2 == 0 else self.second


def draws_no_lots(teacher: Teacher[Level]) -> bool:
    """Whether a teacher's game follows from its opening: neither level draws random numbers."""
    return all(level.engine == "alphabeta" and level.epsilon == 0 for level in (teacher.first, teacher.second))


def find_teacher(name: str) -> Teacher[Level]:
    """The teacher of that name: a level, two levels as in `mcts-1000/mcts-30`, or one of `TEACHERS`.

    Raises ValueError for levels that do not exist, or more than two.
    """
    return read_teacher(name, TEACHERS, find_level)


def read_teacher(name: str, known: Mapping[str, str], find: Callable[[str], AnyLevel]) -> Teacher[AnyLevel]:
    """The teacher of a track, whose levels are found by `find`, by its name among the `known` or its levels' names."""
    levels = [find(level) for level in known.get(name, name).split("/")]
    if len(levels) > 2:
        raise ValueError(f"teacher {name!r}: give one level, two as in {known['mixed']}, or {', '.join(known)}")
    return Teacher(levels[0], levels[-1])
