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
        return next(word for word, passed in _VERDICTS.items() if passed is self.passed)


_VERDICTS = {"yes": True, "NO": False, "reported": None}

_INTRODUCTION = """# Validation

This page is written by `quickstudy validate`, which measures each figure anew by simulation, from fixed seeds. A
negative control passes by failing as stated. What follows ± is the simulation's own standard error. Check 31 plays
real games. Check 22, learners with planted limits in real games, is `quickstudy instruments`.

"""


def format_page(checks: Sequence[Check]) -> str:
    """The page docs/validation.md."""
    missed = [str(check.number) for check in sorted(checks, key=lambda row: row.number) if check.passed is False]
    end = f"Missed: {', '.join(missed)}." if missed else "No mark is missed."
    return f"{_INTRODUCTION}{format_checks(checks)}\n\n{end}\n"


def read_page(text: str) -> list[Check]:
    """The checks of a page that `format_page` wrote."""
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in text.splitlines() if line.startswith("| ")]
    return [
        Check(int(number), what, must, measured, _VERDICTS[verdict])
        for number, what, must, measured, verdict in rows
        if number.isdigit()
    ]


def format_checks(checks: Sequence[Check]) -> str:
    """A Markdown table of the checks, in order of their numbers."""
    lines = ["| # | what | must | measured | pass |", "|---|---|---|---|---|"]
    for check in sorted(checks, key=lambda row: row.number):
        lines.append(f"| {check.number} | {check.what} | {check.must} | {check.measured} | {check.verdict} |")
    return "\n".join(lines)
