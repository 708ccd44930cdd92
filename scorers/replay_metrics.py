"""The Inspect wrappers for replays: one scorer and the metric that a log's header shows.

As with matches (`metrics.py`), these figures are a convenience while a run is watched, every metric is total, and what
is undefined is left out. Published numbers are made by `reports` from the records.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from inspect_ai.scorer import Metric, SampleScore, Score, Scorer, Target, metric, scorer
from inspect_ai.solver import TaskState

from quickstudy.scorers.metrics import (
    count_answers,
    find_cell,
    find_record,
    forfeits,
    legality,
    name_figures,
    readability,
)
from quickstudy.scorers.probes import ANSWERED
from quickstudy.scorers.replays import estimate_recall

REPLAY_KEY = "ReplayStore:record"
"""Where the solver of replays leaves its record in the sample's store."""


@metric
def recall() -> Metric:
    """Show for each n the share of moves reproduced, "n=16", with "n=16 low" and "n=16 high", and "n=16 chance".

    A layout other than `plain` follows n: "n=16 middle". Forfeits reproduce nothing.
    """

    def measure(scores: list[SampleScore]) -> dict[str, float]:
        cells: dict[tuple[float, str], list[tuple[int, int, str]]] = {}
        for score in scores:
            n, layout, number = find_cell(score)
            asked = [(*found, str(number)) for found in map(_read, _list_asked(score.score.metadata)) if found]
            cells.setdefault((n, layout), []).extend(asked)
        shown: dict[str, float] = {}
        for (n, layout), asked in sorted(cells.items()):
            hits, options, sets = ([entry[i] for entry in asked] for i in range(3))
            found = estimate_recall(hits, options, sets)
            figures = {"": found.share, " low": found.low, " high": found.high, " chance": found.chance}
            shown |= name_figures(n, layout, figures)
        return shown

    return measure


@scorer(metrics=[recall(), legality(), readability(), forfeits()])
def replay_score() -> Scorer:
    """Score a replay from the record that its solver left in the store (or, failing that, in the metadata).

    The value is {"recall", "moves", "legality", "readability", "forfeits"}; the answer reads "23/25", the moves that
    were reproduced; the metadata holds the record once more.
    """

    async def score(state: TaskState, target: Target) -> Score:
        return score_replay(find_record(state, REPLAY_KEY))

    return score


def score_replay(record: object) -> Score:
    """Turn a replay's record into a score; unscored where no move was asked for."""
    moves = _list_asked(record)
    if not isinstance(record, Mapping) or not moves:
        return Score.unscored(reason="no_moves", explanation=f"no moves under {REPLAY_KEY} in the store")
    reproduced = sum(move.get("reproduced") == 1 for move in moves)
    asked, legal, readable = count_answers(moves)
    value: dict[str, str | int | float | bool | None] = {
        "recall": reproduced / len(moves),
        "moves": len(moves),
        "legality": legal / asked if asked else 0.0,
        "readability": readable / asked if asked else 0.0,
        "forfeits": sum(move.get("outcome") != ANSWERED for move in moves) / len(moves),
    }
    explanation = "\n\n".join(map(describe_replay, moves))
    return Score(value=value, answer=f"{reproduced}/{len(moves)}", explanation=explanation, metadata=dict(record))


def describe_replay(move: Mapping[str, Any]) -> str:
    """An asked move as Markdown, for readers of the log: whose it is, what was answered and what was played."""
    told = move.get("move") if move.get("outcome") == ANSWERED else str(move.get("outcome")).replace("_", " ")
    return f"**Game {move.get('number')}: {told}** after {move.get('moves')}; played was {move.get('played')}"


def _list_asked(record: object) -> list[Mapping[str, Any]]:
    moves = record.get("replays") if isinstance(record, Mapping) else None
    return [move for move in moves if isinstance(move, Mapping)] if isinstance(moves, list) else []


def _read(move: Mapping[str, Any]) -> tuple[int, int] | None:
    """Whether a move was reproduced, and among how many; None of an ill-formed entry, which reports will name."""
    hit, options = move.get("reproduced"), move.get("options")
    return (hit, options) if hit in (0, 1) and isinstance(options, int) and options >= 1 else None
