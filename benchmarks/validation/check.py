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


_INTRODUCTION = """# Validation

This page is written by `quickstudy validate`, which measures each figure anew by simulation, from fixed seeds. A
negative control passes by failing as stated. What follows ± is the simulation's own standard error. Check 22, learners
with planted limits in real games, is `quickstudy instruments`.

"""


def format_page(checks: Sequence[Check]) -> str:
    """The page docs/validation.md."""
    missed = [str(check.number) for check in checks if check.passed is False]
    end = f"Missed: {', '.join(missed)}." if missed else "No mark is missed."
    return f"{_INTRODUCTION}{format_checks(checks)}\n\n{end}\n"


def format_checks(checks: Sequence[Check]) -> str:
    """A Markdown table of the checks, in order of their numbers."""
    lines = ["| # | what | must | measured | pass |", "|---|---|---|---|---|"]
    for check in sorted(checks, key=lambda row: row.number):
        lines.append(f"| {check.number} | {check.what} | {check.must} | {check.measured} | {check.verdict} |")
    return "\n".join(lines)
