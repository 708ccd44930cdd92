"""Calibration of a ladder: a banded round robin between levels, with games where they lower variance most per cost.

Cost is counted in simulations and plies, not in seconds, and batches are drawn in fixed rounds, so that the same
command plays the same games on every machine.
"""

from __future__ import annotations

import os
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any, Generic

import numpy as np
from numpy.typing import ArrayLike

from quickstudy.scorers.bradley_terry import LadderFit, fit_ladder
from quickstudy.scorers.matching import allot_games
from quickstudy.tasks.examples.corpus import cache_folder
from quickstudy.tasks.jsonl import append_lines, read_lines
from quickstudy.tasks.opponents.contest import VERSION as VERSION
from quickstudy.tasks.opponents.contest import AnyLevel, Contest, Rated, hash_causes
from quickstudy.tasks.opponents.ladder import LadderError
from quickstudy.tasks.seeds import derive_seed

BATCH = 100
ROUND = 6
NEIGHBOURS = 2
REACH = 300.0
SCREEN = 20
MIN_GAP, MAX_GAP = 80.0, 150.0
SLACK = 40.0
OF_A_FAMILY = 2
DEARER = 12.0
TARGET_SD = 15.0


@dataclass
class Tournament(Generic[AnyLevel]):
    """Games between levels: `points` (L, L) of the row's level, `draws`, `games`, `plies` (L, L) symmetric.

    `rungs` are the indices of the levels that still play, in order of rating; the games of the others go on telling
    about the ratings of all. Each finished batch of games is a line of the file `checkpoint`, and is read there instead
    of being played again.
    """

    contest: Contest[AnyLevel]
    levels: list[AnyLevel]
    seed: int = 0
    checkpoint: Path | None = None
    rungs: list[int] = field(init=False)
    _kept: dict[tuple[Any, ...], tuple[int, int, int]] = field(init=False, repr=False)
    _writing: threading.Lock = field(init=False, repr=False, default_factory=threading.Lock)
    points: Any = field(init=False)
    draws: Any = field(init=False)
    games: Any = field(init=False)
    plies: Any = field(init=False)

    def __post_init__(self) -> None:
        size = len(self.levels)
        self.rungs = list(range(size))
        self.points, self.draws, self.games, self.plies = (np.zeros((size, size)) for _ in range(4))
        rows = read_lines(self.checkpoint) if self.checkpoint else []
        self._kept = {tuple(row["batch"]): (row["result"][0], row["result"][1], row["result"][2]) for row in rows}

    def play(self, pairs: Sequence[tuple[int, int]], games: int) -> None:
        """Play `games` games (an even number, colours swapped in pairs) of each pair, on all cores."""
        starts = [int(self.games[a, b]) for a, b in pairs]
        for i, pair in enumerate(pairs):
            starts[i] += games * pairs[:i].count(pair)
        with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
            results = list(
                pool.map(lambda pair, start: self._find_batch(pair[0], pair[1], start, games), pairs, starts)
            )
        for (a, b), (won, drawn, plies) in zip(pairs, results, strict=True):
            self.points[a, b] += won + drawn / 2
            self.points[b, a] += games - won - drawn / 2
            for i, j in ((a, b), (b, a)):
                self.draws[i, j] += drawn
                self.games[i, j] += games
                self.plies[i, j] += plies

    def _find_batch(self, a: int, b: int, start: int, games: int) -> tuple[int, int, int]:
        batch = (self.levels[a].name, self.levels[b].name, start, games)
        if batch not in self._kept:
            self._kept[batch] = self._play_batch(a, b, start, games)
            if self.checkpoint:
                with self._writing:
                    append_lines(self.checkpoint, [{"batch": batch, "result": self._kept[batch]}])
        return self._kept[batch]

    def _play_batch(self, a: int, b: int, start: int, games: int) -> tuple[int, int, int]:
        first, second = self.levels[a], self.levels[b]
        won = drawn = total = 0
        for number in range(start, start + games):
            seed = derive_seed("calibrate", self.contest.rules_hash, first.name, second.name, self.seed, number // 2)
            swapped = number % 2
            x, o = (second, first) if swapped else (first, second)
            result, plies = self.contest.play(x, o, seed)
            won += int(result == 1 + swapped)
            drawn += int(result == 3)
            total += plies
        return won, drawn, total

    def fit(self) -> LadderFit:
        """Ratings of all levels with the first pinned at 0."""
        return fit_ladder(self.points, self.games, draws=self.draws)

    def costs(self, ratings: Any) -> Any:
        """Cost of a game of each pair in simulations; infinite for pairs outside the band.

        The band is `NEIGHBOURS` rungs to each side and all rungs within `REACH` Elo. Games between levels some 400
        Elo apart would tell most of a long distance, but there lapses decide more games than the model expects, and
        the scale shrinks.
        """
        work = np.array([level.work for level in self.levels])
        length = np.where(
            self.games > 0,
            self.plies / np.maximum(self.games, 1),
            self.plies.sum() / max(self.games.sum(), 1),
        )
        cost = length * (self.contest.ply_cost + (work[:, None] + work[None, :]) / 2)
        places, elo = np.full(len(self.levels), np.nan), np.asarray(ratings)  # comparisons with nan are false
        places[self.rungs] = np.arange(len(self.rungs))
        gaps = np.abs(places[:, None] - places[None, :])
        near = (gaps <= NEIGHBOURS) | ((gaps >= 0) & (np.abs(elo[:, None] - elo[None, :]) <= REACH))
        return np.where(near, cost, np.inf)


def calibrate(
    contest: Contest[AnyLevel],
    levels: Sequence[AnyLevel],
    *,
    seed: int = 0,
    target_sd: float = TARGET_SD,
    checkpoint: Path | None = None,
    report: Callable[[str], None] = lambda line: None,
) -> dict[str, Any]:
    """Rate levels by play until every rating's sd is at most `target_sd` Elo; returns the ladder file's content.

    The first level must be the random mover. Levels are screened in the given order, sorted by rating, those less
    than `MIN_GAP` Elo above the one below are dropped, and the rest plays a banded round robin. With an infinite
    `target_sd` the ladder is as rough as screening leaves it. Finished batches are kept in the file `checkpoint`: an
    interrupted calibration of the same game and seed goes on from there. Raises LadderError for an engine that does not
    play alike in like games.
    """
    if not levels or levels[0].engine != "random":
        raise ValueError("a ladder starts with the random mover, which is pinned at 0 Elo")
    check_seats(contest, levels[0], levels[-1])
    tournament = screen_levels(contest, levels, seed, checkpoint)
    thin(tournament)
    report(f"{contest.name}: screened, {len(tournament.rungs)} levels stay: {_describe(tournament)}")
    while True:
        _refine(tournament, target_sd, report)
        if not thin(tournament):
            return describe_ladder(tournament)
        report(f"{contest.name}: thinned to {len(tournament.rungs)} levels")


def find_checkpoint(contest: Contest[AnyLevel], levels: Sequence[AnyLevel], seed: int) -> Path:
    """Where the batches of a calibration are kept: in the cache folder, under all that decides how they end.

    The sources of the engine are part of it: after a change of the engine no earlier batch is found.
    """
    return cache_folder() / "calibration" / f"{hash_causes(contest, levels, seed)[:24]}.jsonl"


def check_seats(contest: Contest[AnyLevel], *levels: AnyLevel, pairs: int = 4) -> None:
    """Check that levels score just one half against themselves in colour-swapped pairs.

    Both games of a pair are then one and the same game, so that no seat can count and no game can depend on an earlier
    one. Raises LadderError: an engine whose moves depend on more than the game and the seed has no ladder.
    """
    for player in levels:
        mirror = Tournament(contest, [player, player])
        mirror.play([(0, 1)], 2 * pairs)
        if mirror.points[0, 1] != pairs:
            raise LadderError(
                f"{contest.name} has no ladder: {player.name} scores {mirror.points[0, 1]} of {2 * pairs} against "
                "itself, so that its moves depend on more than the game and the seed"
            )


def screen_levels(
    contest: Contest[AnyLevel], levels: Sequence[AnyLevel], seed: int = 0, checkpoint: Path | None = None
) -> Tournament[AnyLevel]:
    """Let all levels play those next to them in the given order; `rungs` then has them in order of rating."""
    tournament, size = Tournament(contest, list(levels), seed, checkpoint), len(levels)
    tournament.play([(i, j) for i in range(size) for j in range(i + 1, min(size, i + 4))], SCREEN)
    tournament.rungs = [0, *(1 + np.argsort(tournament.fit().ratings[1:], kind="stable")).tolist()]
    return tournament


def thin(tournament: Tournament[AnyLevel]) -> bool:
    """Leave only levels that are not too close above the one below; returns whether the rungs have changed.

    Neighbours that have not met yet play, so that each gap is measured.
    """
    ratings = tournament.fit().ratings[tournament.rungs]
    order = choose_rungs(ratings, [tournament.levels[i] for i in tournament.rungs])
    rungs = [tournament.rungs[i] for i in order]
    changed, tournament.rungs = rungs != tournament.rungs, rungs
    fresh = [(min(pair), max(pair)) for pair in pairwise(rungs) if tournament.games[pair] == 0]
    tournament.play(fresh, SCREEN)
    return changed


def choose_rungs(ratings: ArrayLike, levels: Sequence[Rated]) -> list[int]:
    """Indices of a ladder's levels in order of rating, each at least `MIN_GAP` Elo above the one before.

    The first level, the anchor, stays first, and the highest is the cheapest up to `SLACK` Elo below the strongest.
    Between them each is the lowest possible one, but for two preferences. A level more than `DEARER` times as dear as
    another one not yet `MAX_GAP` above the last is passed over. And of the rest up to `SLACK` Elo above the lowest,
    one of an engine with fewer than `OF_A_FAMILY` levels so far is taken: a player that is strong against one engine
    only would else look strong.
    """
    elo, work, kept = np.asarray(ratings, dtype=np.float64), np.array([level.work for level in levels]), [0]
    ascending = np.argsort(elo, kind="stable")
    top = int(min((i for i in ascending if elo[i] >= elo.max() - SLACK), key=lambda i: work[i]))
    while True:
        higher = [i for i in ascending if elo[kept[-1]] + MIN_GAP <= elo[i] < elo[top]]
        if not higher:
            break
        near = [i for i in higher if elo[i] <= elo[kept[-1]] + MAX_GAP] or higher[:1]
        cheap = [i for i in near if work[i] <= DEARER * work[near].min()]
        had = Counter(levels[i].engine for i in kept)
        equal = [i for i in cheap if elo[i] <= elo[cheap[0]] + SLACK]
        kept.append(int(min(equal, key=lambda i: had[levels[i].engine] >= OF_A_FAMILY)))
    if len(kept) > 1 and elo[top] < elo[kept[-1]] + MIN_GAP:
        kept.pop()  # of two that are close the top stays
    return [*kept, top] if elo[top] >= elo[kept[-1]] + MIN_GAP else kept


def _refine(tournament: Tournament[AnyLevel], target_sd: float, report: Callable[[str], None]) -> None:
    while True:
        fit = tournament.fit()
        worst = float(np.sqrt(np.diag(fit.covariance)[tournament.rungs]).max())
        report(f"{tournament.contest.name}: {int(tournament.games.sum()) // 2} games, largest sd {worst:.1f} Elo")
        if worst <= target_sd:
            return
        planned, pairs = tournament.games.copy(), []
        for _ in range(ROUND):
            a, b = allot_games(
                fit.ratings, planned, tournament.costs(fit.ratings), batch=BATCH, wanted=tournament.rungs
            )
            pairs.append((a, b))
            planned[a, b] += BATCH
            planned[b, a] += BATCH
        tournament.play(pairs, BATCH)


def _describe(tournament: Tournament[AnyLevel]) -> str:
    ratings = tournament.fit().ratings
    return ", ".join(f"{tournament.levels[i].name} {ratings[i]:.0f}" for i in tournament.rungs)


def describe_ladder(tournament: Tournament[AnyLevel]) -> dict[str, Any]:
    """The content of a ladder's file: its rungs with ratings and covariance, the games of all levels, and their fit.

    `others` are levels that are no rungs, with their ratings; their games are among the pairs of the fit.
    """
    fit, rungs = tournament.fit(), tournament.rungs
    order = [*rungs, *(i for i in range(len(tournament.levels)) if i not in rungs and tournament.games[i].any())]
    names = [level.name for level in tournament.levels]
    pairs = [
        {
            "a": names[i],
            "b": names[j],
            "wins_a": int(tournament.points[i, j] - tournament.draws[i, j] / 2),
            "draws": int(tournament.draws[i, j]),
            "wins_b": int(tournament.points[j, i] - tournament.draws[i, j] / 2),
            "plies": int(tournament.plies[i, j]),
        }
        for place, i in enumerate(order)
        for j in order[place + 1 :]
        if tournament.games[i, j] > 0
    ]
    covariance = fit.covariance[np.ix_(rungs, rungs)]
    return {
        "version": tournament.contest.version,
        "rules_hash": tournament.contest.rules_hash,
        **tournament.contest.describe(),
        "anchor": names[rungs[0]],
        "seed": tournament.seed,
        "levels": [names[i] for i in rungs],
        "ratings": [round(float(fit.ratings[i]), 2) for i in rungs],
        "sd": [round(float(sd), 2) for sd in np.sqrt(np.diag(covariance))],
        "covariance": [[round(float(value), 3) for value in row] for row in covariance],
        "others": {names[i]: round(float(fit.ratings[i]), 2) for i in order[len(rungs) :]},
        "chi2": round(float(fit.chi2), 2),
        "df": int(fit.df),
        "games": int(tournament.games.sum()) // 2,
        "pairs": pairs,
    }
