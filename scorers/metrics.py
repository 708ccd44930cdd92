"""The Inspect wrappers: one scorer for matches and the metrics that a log's header shows.

These figures are a convenience while a run is watched. Published numbers never come from here: `reports`
reads every game and fits again, with the ladder's own error, over all logs at once.

Inspect calls metrics over and over on partial data, and a metric that raises stops the whole evaluation; so
every metric here is total (no scores, no games, missing keys and undefined strengths are all fine). Of named figures
it leaves out what it cannot say, rather than giving NaN: NaN reaches `evals_df` as a number and turns up in averages.
A mean over matches, which has one figure, is NaN where no match says anything, and not 0: as Inspect itself shows
every metric of a run without a scored sample.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from inspect_ai.scorer import Metric, SampleScore, Score, Scorer, Target, metric, scorer
from inspect_ai.solver import TaskState

from quickstudy.scorers.outcome import Outcome, Reading
from quickstudy.scorers.rating import estimate_strength

RECORD_KEY = "MatchStore:record"
"""Where the match solver leaves the record of its match in the sample's store."""


@metric
def strength() -> Metric:
    """Show E50 and its 95 % interval for each n: keys "n=16", "n=16 low", "n=16 high", in Elo.

    A layout other than `plain` follows n: "n=16 middle". What is undefined (see `rating`) is left out. The
    ladder's own error and its top are not known here, so the interval is of the games alone.
    """

    def measure(scores: list[SampleScore]) -> dict[str, float]:
        return measure_cells(scores, _name_view)

    return measure


def _name_view(score: SampleScore) -> tuple[float, str]:
    n, layout, _ = find_cell(score)
    return n, f"n={n:g}" if layout in ("", "plain") else f"n={n:g} {layout}"


def measure_cells(scores: list[SampleScore], name: Callable[[SampleScore], tuple[float, str]]) -> dict[str, float]:
    """E50 with its 95 % interval of the matches that share a name, in order of the number beside it."""
    cells: dict[tuple[float, str], dict[str, list[Any]]] = {}
    for score in scores:
        for game in _games(score):
            table = cells.setdefault(name(score), {key: [] for key in ("opponent_elo", "result", "forfeit", "set")})
            for key in ("opponent_elo", "result", "forfeit"):
                table[key].append(game[key])
            table["set"].append(str(find_cell(score)[2]))
    shown: dict[str, float] = {}
    for (_, named), table in sorted(cells.items()):
        try:
            fitted = estimate_strength(table)
        except (ValueError, ArithmeticError):  # a malformed log must not stop the run; reports will name the fault
            continue
        figures = {"": fitted.elo, " low": fitted.low, " high": fitted.high}
        shown |= {named + key: value for key, value in figures.items() if value is not None and math.isfinite(value)}
    return shown


@metric
def points() -> Metric:
    """Show the mean points per game, from 0 to 1."""

    def measure(scores: list[SampleScore]) -> float:
        return _mean_of(scores, "points")

    return measure


@metric
def legality() -> Metric:
    """Show the share of the asked answers that were legal moves, averaged over matches."""

    def measure(scores: list[SampleScore]) -> float:
        return _mean_of(scores, "legality")

    return measure


@metric
def readability() -> Metric:
    """Show the share of the asked answers that could be read, legal or not, averaged over matches."""

    def measure(scores: list[SampleScore]) -> float:
        return _mean_of(scores, "readability")

    return measure


@metric
def forfeits() -> Metric:
    """Show the share of games that were forfeited, averaged over matches."""

    def measure(scores: list[SampleScore]) -> float:
        return _mean_of(scores, "forfeits")

    return measure


@scorer(metrics=[strength(), points(), legality(), readability(), forfeits()])
def match_score() -> Scorer:
    """Score a match from the record that its solver left in the store (or, failing that, in the metadata).

    The value is {"points", "games", "legality", "readability", "forfeits"}; the answer reads "2.5/4"; the
    explanation tells each game. The metadata holds the record once more: Inspect restores the score of a sample that
    was finished when its process was killed, but not its store. A match with no scored game is unscored, not zero.
    """

    async def score(state: TaskState, target: Target) -> Score:
        return score_record(find_record(state, RECORD_KEY))

    return score


def find_record(state: TaskState, key: str) -> object:
    """The record that a solver left in the store under a key or, failing that, in the metadata as `record`."""
    record = state.store.get(key)
    return (state.metadata or {}).get("record") if record is None else record


def name_figures(n: float, layout: str, figures: Mapping[str, float | None]) -> dict[str, float]:
    """A cell's figures as a log's header shows them, "n=16" or "n=16 middle" before each name; what is undefined is
    left out.
    """
    name = f"n={n:g}" if layout in ("", "plain") else f"n={n:g} {layout}"
    return {name + key: value for key, value in figures.items() if value is not None and math.isfinite(value)}


def score_record(record: object) -> Score:
    """Turn a match record (mapping, or a model with `model_dump`) into a score; unscored where nothing was
    played.
    """
    dump = getattr(record, "model_dump", None)
    found = dump() if callable(dump) else record
    if not isinstance(found, Mapping) or not found.get("games"):
        return Score.unscored(reason="no_games", explanation=f"no games under {RECORD_KEY} in the store")
    games = [game for game in found["games"] if isinstance(game, Mapping)]
    scored = [game for game in games if _is_scored(game)]
    if not scored:
        explanation = "every game of the match ended in an error"
        return Score.unscored(reason="no_scored_games", explanation=explanation, metadata=dict(found))
    total = sum(float(game["result"] or 0.0) for game in scored)
    asked, legal, readable = count_answers(games)
    value: dict[str, str | int | float | bool | None] = {
        "points": total / len(scored),
        "games": len(scored),
        "legality": legal / asked if asked else 0.0,
        "readability": readable / asked if asked else 0.0,
        "forfeits": sum(int(game["forfeit"] or 0) for game in scored) / len(scored),
    }
    explanation = "\n\n".join(describe_game(game) for game in games)
    return Score(value=value, answer=f"{total:g}/{len(scored)}", explanation=explanation, metadata=dict(found))


def describe_game(game: Mapping[str, Any]) -> str:
    """A finished game as Markdown, for readers of the log: outcome, moves, and how each answer was read."""
    elo = game.get("opponent_elo")
    rated = f" ({elo:.0f} Elo)" if isinstance(elo, (int, float)) else ""
    readings = [f"{a.get('ply')}: {a.get('move') or a.get('reading')}" for a in game.get("answers") or []]
    return "\n\n".join(
        [
            f"**Game {int(game.get('game') or 0) + 1}: {str(game.get('outcome')).replace('_', ' ')}** "
            f"as {str(game.get('colour') or '').upper()} against {game.get('opponent')}{rated}, "
            f"{game.get('plies')} plies",
            f"Opening: {game.get('opening') or 'none'}",
            f"Moves: {game.get('moves') or 'none'}",
            f"Answers, as they were read (ply: move or fault): {', '.join(readings) or 'none'}",
        ]
    )


def count_answers(games: Iterable[Mapping[str, Any]]) -> tuple[int, int, int]:
    """Count the answers asked for, the legal ones, and the readable ones."""
    asked = legal = readable = 0
    for game in games:
        readings = [answer.get("reading") for answer in game.get("answers") or ()]
        if readings:
            asked += len(readings)
            moves = sum(reading == Reading.MOVE for reading in readings)
            legal += moves
            readable += moves + sum(reading == Reading.ILLEGAL for reading in readings)
        else:  # a record without its answers still has their counts
            number, unread = int(game.get("asked") or 0), int(game.get("unreadable") or 0)
            asked += number
            readable += max(number - unread, 0)
            legal += max(number - unread - int(game.get("illegal") or 0), 0)
    return asked, legal, readable


def _is_scored(game: object) -> bool:
    """Tell whether a game has all that a fit needs: points, a rated opponent, and no error."""
    if not isinstance(game, Mapping) or game.get("outcome") == Outcome.ERROR:
        return False
    return all(_is_number(game.get(key)) for key in ("result", "opponent_elo", "forfeit"))


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and math.isfinite(value)


def _games(score: SampleScore) -> list[Mapping[str, Any]]:
    games = (score.score.metadata or {}).get("games")
    return [game for game in games if _is_scored(game)] if isinstance(games, list) else []


def find_cell(score: SampleScore) -> tuple[float, str, Any]:
    """Return n, layout and set of a match; n is -1 where it is not named.

    The record knows how many examples were in view; the sample's metadata, as metrics see it, how many were asked for.
    """
    record, asked = score.score.metadata or {}, score.sample_metadata or {}
    cell = record.get("cell")
    known = cell if isinstance(cell, Mapping) else asked
    n = known.get("n")
    number = float(n) if isinstance(n, (int, float)) and math.isfinite(n) else -1.0
    return number, str(known.get("layout") or ""), record.get("set", asked.get("set"))


def _mean_of(scores: list[SampleScore], key: str) -> float:
    values = [score.score.value.get(key) for score in scores if isinstance(score.score.value, Mapping)]
    numbers = [float(value) for value in values if isinstance(value, (int, float)) and math.isfinite(value)]
    return sum(numbers) / len(numbers) if numbers else math.nan
