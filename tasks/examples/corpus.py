"""Example sets: each an independent seeded stream of different games between equal strong players.

Example i of set s follows from (rules, teacher, seed, s, i) and the examples before it. Sets share no game: each
opening of a game belongs to one set. n takes a prefix. Games are generated when first asked for and kept in a cache
folder, which can be deleted at any time.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import count, islice

from quickstudy.tasks.cell import TASK_VERSION
from quickstudy.tasks.examples.openings import (
    Opening,
    State,
    grow_tree,
    opening_plies,
    write_opening,
)
from quickstudy.tasks.examples.probes import is_held_out, probe_version
from quickstudy.tasks.examples.stored_lines import cache_folder as cache_folder
from quickstudy.tasks.examples.stored_lines import take_lines
from quickstudy.tasks.examples.teachers import TEACHER as TEACHER
from quickstudy.tasks.examples.teachers import Teacher, draws_no_lots, find_teacher
from quickstudy.tasks.games.game import Game
from quickstudy.tasks.games.notation import RESULTS, format_move
from quickstudy.tasks.opponents.levels import Level, choose_move
from quickstudy.tasks.prompts.play import write_example
from quickstudy.tasks.seeds import derive_seed, new_generator

MAX_EXAMPLES = 65536
MAX_SETS = 32
_FORMAT = 2  # of the cache's files: a new one where other examples follow from the same conditions
_DRAWS = 1 << 17  # openings looked at for one example
_GAMES = 1000  # games that a teacher plays for one example in vain


@dataclass(frozen=True)
class ExampleSet:
    """One example set: the stream of a game, a teacher (or the level that is one), a study seed and a number from 0.

    `tested` is the game that the player plays where it is not this one but has its board and pieces: examples keep
    away from its test openings and probes as well.
    """

    game: Game
    teacher: Level | Teacher[Level]
    seed: int
    number: int
    tested: Game | None = None

    def take(self, n: int) -> list[str]:
        """The first n examples as lines of moves and result, all different.

        Raises ValueError beyond `MAX_EXAMPLES`, beyond `MAX_SETS`, and where the game has fewer examples.
        """
        check_demand(n, self.number)
        lines = take_lines(self.conditions, n, self._continue)
        if len(lines) < n:
            raise ValueError(
                f"{n} examples asked of {self.game.name}, of which example set {self.number} has only {len(lines)} "
                f"different games of {self.teacher.name}: choose a smaller n"
            )
        return lines

    def _continue(self, earlier: Sequence[str]) -> Iterator[str]:
        """The examples after the earlier ones, as many as the game has."""
        known = set(earlier)
        spent = {" ".join(line.split()[: opening_plies(self.game)]) for line in earlier}
        for index in count(len(earlier)):
            line = self._find(index, known, spent)
            if line is None:
                return
            known.add(line)
            yield line

    def _find(self, index: int, known: set[str], spent: set[str]) -> str | None:
        """The first new game of the stream of example `index`, if there is one.

        A teacher who draws no random numbers does not play the openings in `spent`, which give no new game.
        """
        stream = ("example", self.game.rules.hash, self.teacher.name, self.seed, self.number, index)
        repeats = draws_no_lots(self.seats)
        tree, failures = grow_tree(self.game), 0
        for draw, number in enumerate(islice(_numbers(*stream), _DRAWS)):
            opening = tree.pick(number)
            if owner_of(opening) != self.number:
                continue
            if repeats:
                text = write_opening(self.game, opening)
                if text in spent:
                    continue
                spent.add(text)
            line = self._play(opening, derive_seed(*stream, draw), index)
            if line is not None and line not in known:
                return line
            failures += not repeats
            if failures == _GAMES:
                break
        return None

    def _play(self, opening: Opening, seed: int, index: int) -> str | None:
        """The game of the teacher against itself after an opening; None if it meets a test opening or a probe."""
        from quickstudy.tasks.games.kernel import apply

        game, state, moves, seats = self.game, self.game.start(), list[str](), self.seats
        while not state[7]:
            ply, level = len(moves), seats.seat(int(state[5]), index)
            move = opening[ply] if ply < len(opening) else choose_move(game, state, level, seed)
            apply(game.tables, state, move)
            if self.holds_out(state):
                return None
            moves.append(format_move(game.rules, move))
        return write_example(moves, RESULTS[int(state[7])])

    def holds_out(self, state: State) -> bool:
        """Whether a position is kept for testing: a test opening's last one or a probe."""
        return any(is_held_out(game, state) for game in self._tested)

    @property
    def _tested(self) -> tuple[Game, ...]:
        return (self.game,) if self.tested is None else (self.game, self.tested)

    @property
    def seats(self) -> Teacher[Level]:
        """Who plays."""
        return self.teacher if isinstance(self.teacher, Teacher) else Teacher(self.teacher, self.teacher)

    @property
    def conditions(self) -> str:
        """All that the examples follow from, as a name."""
        version = f"{TASK_VERSION}-{_FORMAT}-{opening_plies(self.game)}{probe_version(self.game)}"
        if self.tested is not None:
            version += f"-{self.tested.rules.hash[:16]}{probe_version(self.tested)}"
        return f"{self.game.rules.hash}-{self.teacher.name}-{self.seed}-{self.number}-{version}"


def check_demand(n: int, number: int) -> None:
    """Refuse more examples than a set of any track can have, and sets that there are not. Raises ValueError."""
    if not 0 <= n <= MAX_EXAMPLES:
        raise ValueError(f"{n} examples asked of a corpus of {MAX_EXAMPLES}: choose n from 0 to {MAX_EXAMPLES}")
    if n and not 0 <= number < MAX_SETS:
        raise ValueError(f"there is no example set {number}: choose at most {MAX_SETS} sets")


def owner_of(opening: Opening) -> int:
    """The example set to which all games with this opening belong.

    Sets 0 to 15, which studies use most, own 3/64 of all openings each, sets 16 to 31 own 1/64 each.
    """
    slot = zlib.crc32(repr(opening).encode()) % 64  # of the hashes that are equal everywhere, a fast one
    return slot // 3 if slot < 48 else slot - 32


def _numbers(*stream: str | int) -> Iterator[int]:
    """Random numbers below 2**63 without end."""
    rng = new_generator(*stream)
    while True:
        yield from rng.integers(1 << 63, size=64).tolist()


def take_examples(
    game: Game, n: int, sets: int, seed: int, teacher: str = TEACHER, tested: Game | None = None
) -> list[list[str]]:
    """The first n examples of sets 0..sets-1, generated on all cores where they are not cached."""
    player = find_teacher(teacher)
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        return list(pool.map(lambda number: ExampleSet(game, player, seed, number, tested).take(n), range(sets)))
