"""The cheap step of screening: games of equal levels against themselves, for length, balance, draws and dead atoms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from quickstudy.tasks.examples.openings import opening_plies
from quickstudy.tasks.games.dead_atoms import find_dead_atoms
from quickstudy.tasks.games.game import Game
from quickstudy.tasks.opponents.levels import Level, workspace
from quickstudy.tasks.seeds import derive_seed

RANDOM = Level("random", "random")
SKILLED = (Level("mcts-200", "mcts", 200), Level("alphabeta-1000-e10", "alphabeta", 1000, 100))
GAMES = 60  # of each level; X's share over two levels has a standard deviation of 4.5 %
LEAST_SHARE, MOST_DRAWS, PLIES, LEAST_BRANCHING = 0.35, 0.3, (8, 80), 3.0
_REPLAYED = 20  # games of each level in which dead atoms are looked for


@dataclass(frozen=True)
class SelfPlay:
    """Games of a level against itself: packed moves of each, and its result (1 X, 2 O, 3 draw)."""

    level: str
    moves: list[list[int]]
    results: list[int]

    def describe(self) -> dict[str, Any]:
        """Number of games, median length in plies, share of draws and X's share of the points."""
        results = np.array(self.results)
        return {
            "level": self.level,
            "games": len(results),
            "plies": float(np.median([len(moves) for moves in self.moves])),
            "draws": round(float(np.mean(results == 3)), 3),
            "share_x": round(float(np.mean(results == 1) + np.mean(results == 3) / 2), 3),
        }


def play_self(game: Game, level: Level, games: int, seed: int = 0) -> SelfPlay:
    """Let a level play itself after random openings."""
    from quickstudy.tasks.games.kernel import play_game

    found, results, opening = [], [], opening_plies(game)
    log = np.zeros(game.rules.cap + 2, np.int32)
    for number in range(games):
        stream = derive_seed("screen", game.rules.hash, level.name, seed, number)
        result, plies = play_game(game.tables, *level.setting, *level.setting, opening, stream, workspace(), log)
        found.append(log[:plies].tolist())
        results.append(result)
    return SelfPlay(level.name, found, results)


def measure_branching(game: Game, moves: list[list[int]]) -> float:
    """Mean number of legal moves over the positions of games."""
    from quickstudy.tasks.games.kernel import apply, legal_moves

    sizes = []
    for line in moves:
        state = game.start()
        for move in line:
            sizes.append(len(legal_moves(game.tables, state)))
            apply(game.tables, state, move)
    return float(np.mean(sizes)) if sizes else 0.0


def screen_self_play(game: Game, seed: int = 0) -> dict[str, Any]:
    """Measure a game by self-play at several strengths; `reasons` lists why it is rejected (none: it passes).

    A game that nobody wins at random is not played any further.
    """
    random = play_self(game, RANDOM, GAMES, seed)
    report: dict[str, Any] = {"self_play": [random.describe()], "reasons": []}
    if not {1, 2} & set(random.results):
        return report | {"reasons": [f"nobody wins any of {GAMES} random games"]}
    played = [random]
    for level in SKILLED:
        played.append(play_self(game, level, GAMES, seed))
        report["self_play"].append(played[-1].describe())
    skilled = report["self_play"][1:]
    plies, draws, share = (float(np.mean([row[key] for row in skilled])) for key in ("plies", "draws", "share_x"))
    report |= {"plies": plies, "draws": round(draws, 3), "share_x": round(share, 3)}
    report["branching"] = round(
        measure_branching(game, [line for some in played[1:] for line in some.moves[:_REPLAYED]]), 1
    )
    report["dead_atoms"] = find_dead_atoms(game.rules, [line for some in played for line in some.moves[:_REPLAYED]])
    return report | {"reasons": _list_faults(report)}


def _list_faults(report: dict[str, Any]) -> list[str]:
    low, high = PLIES
    faults = []
    if not low <= report["plies"] <= high:
        faults.append(f"length: {report['plies']:.0f} plies in skilled play, not {low} to {high}")
    if not LEAST_SHARE <= report["share_x"] <= 1 - LEAST_SHARE:
        faults.append(f"balance: X scores {report['share_x']:.0%} at equal strength")
    if report["draws"] >= MOST_DRAWS:
        faults.append(f"draws: {report['draws']:.0%} at equal strength")
    if report["branching"] < LEAST_BRANCHING:
        faults.append(f"branching: {report['branching']:.1f} legal moves")
    if report["dead_atoms"]:
        faults.append(f"dead atoms: {', '.join(report['dead_atoms'])}")
    return faults
