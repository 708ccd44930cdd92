"""Example sets: each an independent seeded stream of games between equal strong players.

Example i of set s follows from (rules, teacher, seed, s, i) alone; sets share no games, and n takes a prefix. Games
are generated when first asked for and kept in a cache folder, which can be deleted at any time.
"""

from __future__ import annotations

import os
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from quickstudy.tasks.examples.openings import OPENING_PLIES, held_out_positions, position_key
from quickstudy.tasks.games.game import Game
from quickstudy.tasks.games.notation import RESULTS, format_move
from quickstudy.tasks.opponents.levels import Level, find_level, workspace
from quickstudy.tasks.prompts import write_example
from quickstudy.tasks.seeds import derive_seed

TEACHER = "alphabeta-1000"
MAX_EXAMPLES = 65536
_ATTEMPTS = 1000


@dataclass(frozen=True)
class ExampleSet:
    """One example set: the stream of a game, a teacher level, a study seed and the set's number."""

    game: Game
    teacher: Level
    seed: int
    number: int

    def take(self, n: int) -> list[str]:
        """The first n examples as lines of moves and result. Raises ValueError beyond `MAX_EXAMPLES`."""
        if not 0 <= n <= MAX_EXAMPLES:
            raise ValueError(f"{n} examples asked of a corpus of {MAX_EXAMPLES}: choose n from 0 to {MAX_EXAMPLES}")
        lines = self._cached()[:n]
        if len(lines) < n:
            lines += [self.generate(i) for i in range(len(lines), n)]
            _write_lines(self._file, lines)
        return lines

    def generate(self, index: int) -> str:
        """Example `index` as a line. It passes through no final position of a test opening."""
        from quickstudy.tasks.games.kernel import apply, play_game

        game, held_out = self.game, held_out_positions(self.game)
        log = np.zeros(game.rules.cap + 2, np.int32)
        engine = self.teacher.setting
        for attempt in range(_ATTEMPTS):
            seed = derive_seed("example", game.rules.hash, self.teacher.name, self.seed, self.number, index, attempt)
            result, plies = play_game(game.tables, *engine, *engine, OPENING_PLIES, seed, workspace(), log)
            state, moves, clean = game.start(), [], True
            for move in log[:plies]:
                apply(game.tables, state, move)
                clean = clean and position_key(state) not in held_out
                moves.append(format_move(game.rules, int(move)))
            if clean:
                return write_example(moves, RESULTS[int(result)])
        raise ValueError(
            f"{game.name}: {_ATTEMPTS} example games all passed through test openings; the game is too small"
        )

    @property
    def _file(self) -> Path:
        name = f"{self.game.rules.hash[:16]}-{self.teacher.name}-{self.seed}-{self.number}.txt"
        return cache_folder() / "examples" / name

    def _cached(self) -> list[str]:
        try:
            return self._file.read_text(encoding="utf-8").split("\n")[:-1]
        except (OSError, UnicodeDecodeError):
            return []


def cache_folder() -> Path:
    """Where generated examples are kept: `$QUICKSTUDY_CACHE`, else the user's cache folder."""
    home = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(os.environ.get("QUICKSTUDY_CACHE") or Path(home) / "quickstudy")


def take_examples(game: Game, n: int, sets: int, seed: int, teacher: str = TEACHER) -> list[list[str]]:
    """The first n examples of sets 0..sets-1, generated on all cores where they are not cached."""
    level = find_level(teacher)
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        return list(pool.map(lambda number: ExampleSet(game, level, seed, number).take(n), range(sets)))


def _write_lines(path: Path, lines: list[str]) -> None:
    """Write atomically, so that ^C never leaves half a file; a cache that cannot be written is no error."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=path.parent, delete=False) as file:
            file.write("".join(f"{line}\n" for line in lines))
        Path(file.name).replace(path)
    except OSError:
        return
