"""Measurements over the games of the catalogue: compiling a spec, a move of the top level, example games, probes."""

from __future__ import annotations

import statistics
import tempfile
import time
from unittest import mock

from quickstudy.tasks.examples.corpus import TEACHER, ExampleSet
from quickstudy.tasks.examples.probes import load_probes, measure_repeat
from quickstudy.tasks.games import tables
from quickstudy.tasks.games.game import list_games, load_game
from quickstudy.tasks.games.kernel import apply
from quickstudy.tasks.games.rules import Rules
from quickstudy.tasks.opponents.ladder import load_ladder
from quickstudy.tasks.opponents.levels import choose_move, find_level


def list_measured(quick: bool) -> list[str]:
    """The invented games of the catalogue; with `quick` every fifth."""
    return [name for name in list_games() if load_game(name).invented][:: 5 if quick else 1]


def compile_seconds(game: str, repeats: int = 5) -> float:
    """Seconds from a spec's JSON to the engine's tables, the median of some repeats."""
    content = load_game(game).rules.to_json()
    taken = []
    for _ in range(repeats):
        tables._build.cache_clear()  # else only the first spec is compiled
        start = time.perf_counter()
        tables.build_tables(Rules.from_json(content))
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def top_level_seconds(game: str) -> float:
    """Median processor seconds of a move of the ladder's top level, over a game against itself."""
    loaded, level = load_game(game), find_level(load_ladder(game).levels[-1])
    state, taken = loaded.start(), []
    choose_move(loaded, state, level, 1)  # compiles
    while not state[7]:
        start = time.process_time()
        move = choose_move(loaded, state, level, 1)
        taken.append(time.process_time() - start)
        apply(loaded.tables, state, move)
    return statistics.median(taken)


def teacher_seconds(game: str, count: int) -> float:
    """Seconds of one core for 1,000 example games of the default teacher, from `count` generated afresh."""
    with tempfile.TemporaryDirectory() as cache, mock.patch.dict("os.environ", QUICKSTUDY_CACHE=cache):
        examples = ExampleSet(load_game(game), find_level(TEACHER), 0, 0)
        examples.take(1)  # compiles
        start = time.process_time()
        examples.take(1 + count)
        return 1000 * (time.process_time() - start) / count


def probe_seconds(game: str, count: int) -> float:
    """Wall seconds of all cores for valuing 100 probes, from `count` of the game's valued anew."""
    loaded, probes = load_game(game), load_probes(load_game(game))
    measure_repeat(loaded, probes.probes[:1], 1, probes.scale)  # compiles
    start = time.perf_counter()
    measure_repeat(loaded, probes.probes[:count], 1, probes.scale)
    return 100 * (time.perf_counter() - start) / count
