"""Measurements of the game engine and of OpenSpiel's C++ search on the games that both know."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

import numpy as np

from quickstudy.tasks.games import kernel
from quickstudy.tasks.games.game import load_game
from quickstudy.tasks.games.rules import Rules

# OpenSpiel's name of each game of the catalogue; sizes are filled in.
OPENSPIEL = {
    "connect_four": "connect_four",
    "breakthrough": "breakthrough(rows={ranks},columns={files})",
    "hex": "hex(board_size={files})",
    "othello": "othello",
}
SIMULATIONS = 2000
# What a short run of matches needs compiled: rules to tables, legal moves, applying them, every opponent.
FIRST_USE = """
import time
start = time.perf_counter()
from quickstudy.tasks.games import kernel
from quickstudy.tasks.games.game import load_game
imported = time.perf_counter()
g = load_game("hex").tables
state = kernel.start_state(g)
kernel.apply(g, state, int(kernel.legal_moves(g, state)[0]))
for engine in (kernel.RANDOM, kernel.MCTS, kernel.ALPHABETA, kernel.GREEDY):
    kernel.choose(g, state, engine, 10, 0, 1, kernel.new_workspace())
print(imported - start, time.perf_counter() - start, time.process_time())
"""


@dataclass(frozen=True)
class Speed:
    """Speed of one task in one game, per second; `ratio` is a median over rounds (NaN without OpenSpiel)."""

    game: str
    task: str
    ours: float
    openspiel: float
    ratio: float


def has_openspiel() -> bool:
    """Whether OpenSpiel is installed."""
    return find_spec("pyspiel") is not None


def compare_speed(game: str, rounds: int, seconds: float) -> list[Speed]:
    """Random playouts and MCTS simulations per second from the start position of a game of the catalogue.

    The engines take turns in each round, about `seconds` each, so the ratio suffers little from other load.
    """
    rules = load_game(game).rules
    ours, theirs = _our_tasks(load_game(game).tables), _their_tasks(game, rules) if has_openspiel() else {}
    speeds = []
    for task, run in ours.items():
        other = theirs.get(task)
        # The first calls compile.
        for measured in (run, other):
            if measured:
                measured(1)
        sizes = [_size(run, seconds), _size(other, seconds) if other else 0]
        pairs = [(_rate(run, sizes[0]), _rate(other, sizes[1]) if other else float("nan")) for _ in range(rounds)]
        medians = [statistics.median(values) for values in zip(*pairs, strict=True)]
        speeds.append(Speed(game, task, medians[0], medians[1], statistics.median(a / b for a, b in pairs)))
    return speeds


def first_use_seconds(cache: str | None) -> tuple[float, float, float]:
    """Seconds of a fresh process to import the engine, to have used every part of it, and of processor time.

    `cache` is numba's cache directory (None: the usual one).
    """
    environment = dict(os.environ, **({"NUMBA_CACHE_DIR": cache} if cache else {}))
    output = subprocess.run(  # noqa: S603  our own command
        [sys.executable, "-c", FIRST_USE], env=environment, capture_output=True, text=True, check=True
    ).stdout
    imported, used, processor = output.split()
    return float(imported), float(used), float(processor)


def cold_seconds() -> tuple[float, float]:
    """Seconds and processor seconds of the first use with an empty cache (all compiling included)."""
    with tempfile.TemporaryDirectory() as cache:
        return first_use_seconds(cache)[1:]


def warm_seconds() -> tuple[float, float]:
    """Seconds to import, and to use everything once, when all is compiled and the files are in memory."""
    first_use_seconds(None)
    runs = [first_use_seconds(None) for _ in range(3)]
    return min(run[0] for run in runs), min(run[1] for run in runs)


def _rate(run: Callable[[int], int], size: int) -> float:
    start = time.perf_counter()
    done = run(size)
    return done / (time.perf_counter() - start)


def _size(run: Callable[[int], int], seconds: float) -> int:
    """Repetitions that take about `seconds`."""
    size = 1
    while True:
        start = time.perf_counter()
        run(size)
        taken = time.perf_counter() - start
        if taken > seconds / 4:
            return max(1, round(size * seconds / taken))
        size *= 4


def _our_tasks(g: Any) -> dict[str, Callable[[int], int]]:
    rng, out, workspace = kernel.new_rng(1), np.zeros(4, np.int64), kernel.new_workspace()

    def playouts(n: int) -> int:
        kernel.bench_playouts(g, 20 * n, rng, out)
        return 20 * n

    def searches(n: int) -> int:
        for _ in range(n):
            kernel.mcts(g, kernel.start_state(g), SIMULATIONS, rng, workspace)
        return n * SIMULATIONS

    return {"playouts/s": playouts, "MCTS sims/s": searches}


def _their_tasks(game: str, rules: Rules) -> dict[str, Callable[[int], int]]:
    import pyspiel

    name = OPENSPIEL[game].format(files=rules.board.files, ranks=rules.board.ranks)
    spiel = pyspiel.load_game(name)
    # Their values run from -1 to 1 and ours from 0 to 1: twice the constant explores as much.
    bot = pyspiel.MCTSBot(
        spiel, pyspiel.RandomRolloutEvaluator(1, 1), 2 * kernel.EXPLORATION, SIMULATIONS, 1000, True, 1, False
    )

    def playouts(n: int) -> int:
        # A search of one simulation values the start position, by n random games within one call of C++.
        evaluator = pyspiel.RandomRolloutEvaluator(n, 1)
        pyspiel.MCTSBot(spiel, evaluator, 2 * kernel.EXPLORATION, 1, 1000, True, 1, False).mcts_search(
            spiel.new_initial_state()
        )
        return n

    def searches(n: int) -> int:
        for _ in range(n):
            bot.mcts_search(spiel.new_initial_state())
        return n * SIMULATIONS

    return {"playouts/s": playouts, "MCTS sims/s": searches}
