"""What a command says on standard error: complaints and progress."""

from __future__ import annotations

import sys
from contextlib import suppress

import click


def complain(text: str, end: bool = True) -> None:
    """Write to standard error, which may be closed by now: then the exit code alone tells."""
    with suppress(OSError, ValueError):
        click.echo(text, err=True, nl=end)


class Progress:
    """Progress on standard error: one line that is overwritten on a terminal, a line every 5 s elsewhere.

    It never raises: a run goes on when its terminal is gone.
    """

    def __init__(self) -> None:
        self._terminal = sys.stderr is not None and sys.stderr.isatty()
        self._shown = 0.0
        self._length = 0

    def __call__(self, line: str) -> None:
        """Show the state."""
        import time

        if self._terminal:
            complain("\r" + line.ljust(self._length), end=False)
            self._length = len(line)
        elif time.monotonic() - self._shown >= 5:
            self._shown = time.monotonic()
            complain(line)

    def close(self) -> None:
        """End the line, so that what follows starts a new one."""
        if self._length:
            complain("")
            self._length = 0
