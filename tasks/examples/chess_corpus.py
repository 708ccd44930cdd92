"""Example sets of chess and its variants: independent seeded streams of different games between equal players.

As in `corpus.py`, example i of set s follows from (variant, teacher, engine, seed, s, i) and the examples before it,
sets share no opening, and no game passes through the final position of a test opening or a probe.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count

from quickstudy.tasks.chess_variants.movetext import write_movetext
from quickstudy.tasks.chess_variants.position import RESULTS, Position
from quickstudy.tasks.chess_variants.variant import Variant
from quickstudy.tasks.examples.chess_openings import (
    ChessOpening,
    chess_opening_plies,
    draw_opening,
)
from quickstudy.tasks.examples.chess_probes import chess_probe_version, is_chess_held_out
from quickstudy.tasks.examples.corpus import check_demand
from quickstudy.tasks.examples.stored_lines import take_lines
from quickstudy.tasks.examples.teachers import Teacher, read_teacher
from quickstudy.tasks.opponents.chess_levels import ChessLevel, choose_chess_move, find_chess_level
from quickstudy.tasks.opponents.engine_choice import choose_engine
from quickstudy.tasks.seeds import derive_seed, new_generator

CHESS_TEACHERS = {"strong": "nodes-300", "weak": "nodes-1-e50", "mixed": "nodes-300/nodes-1-e50"}
_FORMAT = 1
_ATTEMPTS = 1000


@dataclass(frozen=True)
class ChessExampleSet:
    """One example set: the stream of a variant, a teacher, a study seed and a number from 0.

    Where another variant is `tested`, one with the same board and letters, games keep away from its tests, too.
    """

    variant: Variant
    teacher: Teacher[ChessLevel]
    seed: int
    number: int
    tested: Variant | None = None

    def take(self, n: int) -> list[str]:
        """The first n examples as movetext with result, all different.

        Raises ValueError as `check_demand`, and where the variant has fewer games; EngineFault.
        """
        check_demand(n, self.number)
        return take_lines(self.conditions, n, self._continue)

    @property
    def conditions(self) -> str:
        """All that the examples follow from, as a name."""
        idle = all(level.engine == "random" for level in (self.teacher.first, self.teacher.second))
        engine = "" if idle else f"-{choose_engine().digest[:16]}"
        version = f"chess-{_FORMAT}-{chess_opening_plies(self.variant)}{chess_probe_version(self.variant)}"
        kept = f"-{self.tested.hash}{chess_probe_version(self.tested)}" if self.tested else ""
        return f"{self.variant.hash}-{self.teacher.name}{engine}-{self.seed}-{self.number}-{version}{kept}"

    def holds_out(self, position: Position) -> bool:
        """Whether a position is kept for tests."""
        return any(is_chess_held_out(variant, position) for variant in (self.variant, self.tested) if variant)

    def _continue(self, earlier: Sequence[str]) -> Iterator[str]:
        known = set(earlier)
        for index in count(len(earlier)):
            line = next((line for line in self._try(index) if line not in known), None)
            if line is None:
                raise ValueError(
                    f"{self.variant.name} has no more than {index} different games of {self.teacher.name} in example "
                    f"set {self.number}: choose a smaller n"
                )
            known.add(line)
            yield line

    def _try(self, index: int) -> Iterator[str]:
        """The games of the stream of an example."""
        stream = ("example", self.variant.hash, self.teacher.name, self.seed, self.number, index)
        rng = new_generator(*stream)
        for attempt in range(_ATTEMPTS):
            opening = draw_opening(self.variant, rng)
            while opening.owner != self.number:
                opening = draw_opening(self.variant, rng)
            line = self._play(opening, derive_seed(*stream, attempt), index)
            if line is not None:
                yield line

    def _play(self, opening: ChessOpening, seed: int, index: int = 0) -> str | None:
        """The teacher's game with that index after an opening; None if it meets a position kept for tests."""
        variant = self.variant
        position, steps = variant.start(opening.start), list[str]()
        fen, told = position.fen, variant.for_engine
        while position.result is None:
            legal, ply = position.list_moves(), len(steps)
            if ply < len(opening.moves):
                move = opening.moves[ply]
            else:
                level = self.teacher.seat(position.turn, index)
                move = choose_chess_move(told, fen, position.moves, legal, level, seed)
            steps.append(position.write_move(move))
            position.push(move)
            if self.holds_out(position):
                return None
        words = write_movetext(steps, variant.name_start(opening.start))
        return " ".join([*words, RESULTS[position.result]])


def find_chess_teacher(name: str) -> Teacher[ChessLevel]:
    """The teacher of that name: one of `CHESS_TEACHERS`, a level, or two with a slash between. Raises ValueError."""
    return read_teacher(name, CHESS_TEACHERS, find_chess_level)
