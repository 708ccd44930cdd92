"""Screening of invented chess variants: self-play for length, balance and draws, then rungs of the engine."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any

import numpy as np

from quickstudy.scorers.scale import expected_score
from quickstudy.tasks.chess_variants.variant import Variant
from quickstudy.tasks.opponents.chess_contest import ChessContest
from quickstudy.tasks.opponents.chess_levels import ChessLevel, find_chess_level
from quickstudy.tasks.seeds import derive_seed

EQUALS = ("nodes-1", "nodes-300")
RUNGS = ("random", "nodes-1-e80", "nodes-1-e40", "nodes-1", "nodes-300", "nodes-3000")
GAMES = 40  # of each level against itself, and of each pair of rungs
LEAST_SHARE, MOST_DRAWS, PLIES, STEP = 0.35, 0.3, (16, 160), 100.0


def screen_variant(variant: Variant, seed: int = 0, deep: bool = True) -> dict[str, Any]:
    """Measure a variant; `reasons` says why it is not fit to be played for ratings, and is empty where it is.

    A first step lets levels play themselves: White's share of the points must be 35 to 65 per cent, at most 30 per cent
    may be draws, and the median length is 16 to 160 plies. With `deep` a second step, taken where the first found no
    reason, asks whether each of six rungs is 100 Elo above the one before. Raises EngineFault.
    """
    contest = ChessContest(variant)
    rows = [_measure(contest, find_chess_level(name), seed) for name in EQUALS]
    reasons = [reason for row in rows for reason in _judge(row)]
    report: dict[str, Any] = {"rules_hash": contest.rules_hash, "seed": seed, "self_play": rows, "reasons": reasons}
    if deep and not reasons:
        steps = [_climb(contest, low, high, seed) for low, high in pairwise(map(find_chess_level, RUNGS))]
        report["rungs"] = steps
        enough = float(expected_score(STEP, 0.0))
        report["reasons"] = [
            f"depth: {step['higher']} scores {step['score']:.2f} against {step['lower']}, not {enough:.2f}"
            for step in steps
            if step["score"] < enough
        ]
    return report


def _measure(contest: ChessContest, level: ChessLevel, seed: int) -> dict[str, Any]:
    results, plies = _play(contest, [(level, level)] * GAMES, seed)
    return {
        "level": level.name,
        "games": GAMES,
        "share_white": round(float(np.mean(results == 1) + np.mean(results == 3) / 2), 3),
        "draws": round(float(np.mean(results == 3)), 3),
        "plies": float(np.median(plies)),
    }


def _judge(row: dict[str, Any]) -> list[str]:
    name, share, plies = row["level"], row["share_white"], row["plies"]
    found = []
    if not LEAST_SHARE <= share <= 1 - LEAST_SHARE:
        found.append(f"balance: White scores {share:.2f} where {name} plays itself")
    if row["draws"] > MOST_DRAWS:
        found.append(f"draws: {row['draws']:.2f} of the games where {name} plays itself")
    if not PLIES[0] <= plies <= PLIES[1]:
        found.append(f"length: {plies:.0f} plies where {name} plays itself")
    return found


def _climb(contest: ChessContest, low: ChessLevel, high: ChessLevel, seed: int) -> dict[str, Any]:
    """How the higher of two rungs scores against the lower, with both colours."""
    seats = [(high, low) if number % 2 == 0 else (low, high) for number in range(GAMES)]
    results, _ = _play(contest, seats, seed)
    white = np.where(results == 3, 0.5, results == 1)
    score = np.where(np.arange(GAMES) % 2 == 0, white, 1 - white).mean()
    return {"lower": low.name, "higher": high.name, "games": GAMES, "score": round(float(score), 3)}


def _play(contest: ChessContest, seats: Sequence[tuple[ChessLevel, ChessLevel]], seed: int) -> tuple[Any, Any]:
    """Results and plies of games, the games of a pair from one opening, on all cores."""

    def play(number: int) -> tuple[int, int]:
        first, second = seats[number]
        stream = derive_seed("screen", contest.rules_hash, seed, number // 2)
        return contest.play(first, second, stream)

    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        found = np.array(list(pool.map(play, range(len(seats)))))
    return found[:, 0], found[:, 1]
