"""What is asked of a task's parameters, refused in one sentence where it does not hold."""

from __future__ import annotations


def require(condition: bool, parameter: str, message: str) -> None:
    """Raise ValueError, one sentence that names a task parameter, unless a condition holds."""
    if not condition:
        raise ValueError(f"task parameter {parameter}: {message}")
