"""What the verdicts say of learners whose limits are planted: one row each, and planted causes against found ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from quickstudy.reports.ceilings import show_figure
from quickstudy.reports.leaderboard import text_table
from quickstudy.scorers.ceiling import CAUSES
from quickstudy.tasks.learners.limits import CAPACITY, CONTEXT, parse_limit

UNDECIDED = "undecided"
HEADER = ("Game", "Instrument", "Planted", "Found", "Posterior", "Ceiling", "Gain", "Lost to recall", "To the window")


def find_planted(model: str) -> str | None:
    """The cause that a learner's name plants; None for one that is not limited, and for other models.

    A learner that reads no examples learns nothing, one with a capacity is saturated, one with a context has a full
    window, and all other limits are failures of recall: those with a kernel in the bank of curves, and those without
    (`eviction`, `blur`). Raises ValueError for an unknown limit.
    """
    provider, _, learner = model.partition("/")
    if provider != "quickstudy":
        return None
    name, _, limit = learner.partition(":")
    if name in ("greedy", "random"):
        return "no_learning"
    if not limit:
        return None
    return {CAPACITY: "saturation", CONTEXT: "context_full"}.get(parse_limit(limit).kind, "recall_failure")


def list_planted(verdicts: Iterable[dict[str, Any]]) -> list[tuple[str, dict[str, Any]]]:
    """The verdicts on learners with a planted cause, each behind it."""
    found = ((find_planted(verdict["model"]), verdict) for verdict in verdicts)
    return [(cause, verdict) for cause, verdict in found if cause is not None]


def format_instruments(planted: Sequence[tuple[str, dict[str, Any]]]) -> str:
    """One row for each instrument, then the confusion matrix: rows are planted, columns found."""
    rows = [
        (
            verdict["skill"],
            verdict["model"].removeprefix("quickstudy/"),
            cause,
            verdict["decision"],
            f"{(verdict['posterior'] or {}).get(cause, 0.0):.2f}",
            *(show_figure(verdict, figure) for figure in ("ceiling", "gain", "loss_recall", "loss_context")),
        )
        for cause, verdict in planted
    ]
    counted = Counter((cause, verdict["decision"]) for cause, verdict in planted)
    found = (*CAUSES, UNDECIDED)
    matrix = [(cause, *(str(counted[cause, name]) for name in found)) for cause in CAUSES]
    right = sum(counted[cause, cause] for cause in CAUSES)
    wrong = len(planted) - right - sum(counted[cause, UNDECIDED] for cause in CAUSES)
    return "\n\n".join(
        [
            text_table(HEADER, rows),
            text_table(("Planted \\ found", *found), matrix),
            f"{right} of {len(planted)} right, {wrong} wrong, {len(planted) - right - wrong} undecided. The posterior "
            "is that of the planted cause.",
        ]
    )
