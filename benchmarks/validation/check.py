"""One row of the table of validation: what is measured, the mark it must reach, and whether it does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Check:
    """A measured figure beside its mark; `passed` is None where a figure is only reported."""

    number: int
    what: str
    must: str
    measured: str
    passed: bool | None

    @property
    def verdict(self) -> str:
        """The word of the table's last column."""
        return {True: "yes", False: "NO", None: "reported"}[self.passed]


def format_checks(checks: Sequence[Check]) -> str:
    """A Markdown table of the checks, in order of their numbers."""
    lines = ["| # | what | must | measured | pass |", "|---|---|---|---|---|"]
    for check in sorted(checks, key=lambda row: row.number):
        lines.append(f"| {check.number} | {check.what} | {check.must} | {check.measured} | {check.verdict} |")
    return "\n".join(lines)
