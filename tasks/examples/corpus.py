"""Example sets: each an independent seeded stream of different games between equal strong players.

Example i of set s follows from (rules, teacher, seed, s, i) and the examples before it. Sets share no game: each
opening of a game belongs to one set. n takes a prefix. Games are generated when first asked for and kept in a cache
folder, which can be deleted at any time.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import count, islice
from pathlib import Path

from quickstudy.tasks.cell import TASK_VERSION
from quickstudy.tasks.examples.openings import (
    Opening,
    grow_tree,
    held_out_positions,
    opening_plies,
    position_key,
    write_opening,
)
from quickstudy.tasks.examples.probes import probe_positions, probe_version
from quickstudy.tasks.games.game import Game
from quickstudy.tasks.games.notation import RESULTS, format_move
from quickstudy.tasks.opponents.levels import Level, choose_move, find_level
from quickstudy.tasks.prompts import write_example
from quickstudy.tasks.seeds import derive_seed, new_generator

TEACHER = "alphabeta-1000"
MAX_EXAMPLES = 65536
MAX_SETS = 32
_FORMAT = 2  # of the cache's files: a new one where other examples follow from the same conditions
_DRAWS = 1 << 17  # openings looked at for one example
_GAMES = 1000  # games that a teacher plays for one example in vain


@dataclass(frozen=True)
class ExampleSet:
    """One example set: the stream of a game, a teacher level, a study seed and the set's number from 0."""

    game: Game
    teacher: Level
    seed: int
    number: int

    def take(self, n: int) -> list[str]:
        """The first n examples as lines of moves and result, all different.

        Raises ValueError beyond `MAX_EXAMPLES`, beyond `MAX_SETS`, and where the game has fewer examples.
        """
        if not 0 <= n <= MAX_EXAMPLES:
            raise ValueError(f"{n} examples asked of a corpus of {MAX_EXAMPLES}: choose n from 0 to {MAX_EXAMPLES}")
        if n and not 0 <= self.number < MAX_SETS:
            raise ValueError(f"there is no example set {self.number}: choose at most {MAX_SETS} sets")
        lines = self._read()
        if len(lines) < n:
            try:
                for line in islice(self._continue(tuple(lines)), n - len(lines)):
                    lines.append(line)
            finally:  # what was made before an error or ^C is kept
                self._write(lines)
        if len(lines) < n:
            raise ValueError(
                f"{n} examples asked of {self.game.name}, of which example set {self.number} has only {len(lines)} "
                f"different games of {self.teacher.name}: choose a smaller n"
            )
        return lines[:n]

    def _continue(self, earlier: tuple[str, ...]) -> Iterator[str]:
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
        repeats = self.teacher.engine == "alphabeta" and self.teacher.epsilon == 0
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
            line = self._play(opening, derive_seed(*stream, draw))
            if line is not None and line not in known:
                return line
            failures += not repeats
            if failures == _GAMES:
                break
        return None

    def _play(self, opening: Opening, seed: int) -> str | None:
        """The game of the teacher against itself after an opening; None if it meets a test opening or a probe."""
        from quickstudy.tasks.games.kernel import apply

        game, state, moves = self.game, self.game.start(), list[str]()
        held_out, probes = held_out_positions(game), probe_positions(game)
        while not state[7]:
            ply = len(moves)
            move = opening[ply] if ply < len(opening) else choose_move(game, state, self.teacher, seed)
            apply(game.tables, state, move)
            key = position_key(state)
            if key in held_out or key in probes:
                return None
            moves.append(format_move(game.rules, move))
        return write_example(moves, RESULTS[int(state[7])])

    @property
    def _conditions(self) -> str:
        version = f"{TASK_VERSION}-{_FORMAT}-{opening_plies(self.game)}{probe_version(self.game)}"
        return f"{self.game.rules.hash}-{self.teacher.name}-{self.seed}-{self.number}-{version}"

    @property
    def _file(self) -> Path:
        return cache_folder() / "examples" / f"{self._conditions}.txt"

    def _read(self) -> list[str]:
        """The examples in the cache: none where its file is not just as it was written for this set."""
        try:
            text = self._file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            return []
        lines = text.split("\n")[1:-1]
        return lines if text == self._sealed(lines) else []

    def _write(self, lines: list[str]) -> None:
        _write_text(self._file, self._sealed(lines))

    def _sealed(self, lines: list[str]) -> str:
        """The text of the cache's file: a checksum over conditions and examples, then the examples."""
        body = "".join(f"{line}\n" for line in lines)
        seal = hashlib.sha256((self._conditions + "\n" + body).encode()).hexdigest()
        return f"{seal}\n{body}"


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


def cache_folder() -> Path:
    """Where generated examples are kept: `$QUICKSTUDY_CACHE`, else the user's cache folder."""
    home = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(os.environ.get("QUICKSTUDY_CACHE") or Path(home) / "quickstudy")


def take_examples(game: Game, n: int, sets: int, seed: int, teacher: str = TEACHER) -> list[list[str]]:
    """The first n examples of sets 0..sets-1, generated on all cores where they are not cached."""
    level = find_level(teacher)
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        return list(pool.map(lambda number: ExampleSet(game, level, seed, number).take(n), range(sets)))


def _write_text(path: Path, text: str) -> None:
    """Write atomically, so that nobody reads half a file; a cache that cannot be written is no error."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=path.parent, delete=False) as file:
            draft = Path(file.name)
            try:
                file.write(text)
                file.flush()
                draft.replace(path)
            finally:
                draft.unlink(missing_ok=True)
    except OSError:
        return
