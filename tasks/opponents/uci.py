"""A chess engine as a child process that speaks UCI, and what it may take before it counts as faulty.

An engine is a program of others: it can hang, crash, flood, lie or die half. Whatever it does costs one
`EngineFault`, an error of the infrastructure that is never scored, and the end of the process and of all that it
started; the next question starts a new one. No deadline here chooses a move: they only find engines that hang.

UCI is that of Stefan Meyer-Kahlen (2006). The engine module of python-chess is not used: it knows no invented
variants, has no deadline for a search limited by nodes, and keeps whatever a flooding engine writes.
"""

from __future__ import annotations

import contextlib
import os
import selectors
import shutil
import signal
import subprocess
import sys
import time
import weakref
from collections.abc import Callable, Sequence
from dataclasses import dataclass

# Sets the limits in the child itself, before the engine is loaded, and then becomes the engine.
_LAUNCH = """
import contextlib, os, resource, sys
with contextlib.suppress(ValueError, OSError):
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if int(sys.argv[1]):
        resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[1]),) * 2)
os.execvp(sys.argv[2], sys.argv[2:])
"""
_SLICE = 0.25  # seconds between two looks at whether the child still runs
_PARTING = 1.0  # seconds that an engine has to end by itself
_SHOWN = 200  # characters of what an engine said, in a message


class EngineFault(RuntimeError):
    """An engine did not do what it must: a fault of the infrastructure, never a loss of a player."""


@dataclass(frozen=True)
class Limits:
    """What an engine may take. Deadlines are wall-clock seconds, far above what a sound engine needs.

    `start` is for the answer to `uci`, `answer` for other questions, `search` for a move. `memory` is the address
    space in bytes (0: any), `output` the bytes of one answer, errors included.
    """

    start: float = 60.0
    answer: float = 60.0
    search: float = 300.0
    memory: int = 4 << 30
    output: int = 8 << 20


class UciProcess:
    """A child process that speaks UCI, in a process group of its own; it starts at the first question.

    Not to be shared by threads without a lock. The process ends with `close`, with the object, and with Python.
    """

    def __init__(self, command: Sequence[str], name: str, limits: Limits | None = None) -> None:
        self.command, self.name, self.limits = tuple(command), name, limits or Limits()
        self._child: subprocess.Popen[bytes] | None = None
        self._selector: selectors.BaseSelector | None = None
        self._end: Callable[[], object] | None = None
        self._unread, self._errors, self._last = b"", b"", ""

    @property
    def running(self) -> bool:
        """Whether there is a child that has not been found faulty."""
        return self._child is not None

    def start(self) -> list[str]:
        """Start a new child, in place of any old one; returns the lines of its answer to `uci`.

        Raises EngineFault.
        """
        self.close()
        if shutil.which(self.command[0]) is None:
            raise EngineFault(f"cannot start the engine {self.name}: there is no program {self.command[0]!r}")
        launched = [sys.executable, "-I", "-S", "-c", _LAUNCH, str(self.limits.memory), *self.command]
        self._unread, self._errors, self._last = b"", b"", ""
        try:
            child = subprocess.Popen(  # noqa: S603  the program that the user or the wheel names, without a shell
                launched,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                bufsize=0,
                start_new_session=True,
            )
        except OSError as error:
            raise EngineFault(f"cannot start the engine {self.name}: {error}") from error
        assert child.stdin and child.stdout and child.stderr  # noqa: S101  for type checkers: all three are pipes
        os.set_blocking(child.stdin.fileno(), False)
        selector = selectors.DefaultSelector()
        selector.register(child.stdout, selectors.EVENT_READ)
        selector.register(child.stderr, selectors.EVENT_READ)
        self._child, self._selector = child, selector
        self._end = weakref.finalize(self, _end, child, selector, os.getpid())
        return self.ask("uci", until="uciok", seconds=self.limits.start)

    def ask(self, *commands: str, until: str, after: str = "", seconds: float | None = None) -> list[str]:
        """Send commands; returns the lines that come back, up to one whose first words are `until`.

        With `after` that line counts only below one whose first words are these. Starts the process if there is none.
        Raises EngineFault, and then the child is gone.
        """
        if self._child is None:
            self.start()
        try:
            return self._converse(commands, until, after, self.limits.answer if seconds is None else seconds)
        except BaseException:
            self.kill()
            raise

    def close(self) -> None:
        """Let the child end by itself for a moment, then end it and all that it started."""
        child = self._child
        if child is not None and child.stdin is not None and child.stdout is not None:
            with contextlib.suppress(OSError):
                child.stdin.write(b"quit\n")
                child.stdin.close()
            deadline = time.monotonic() + _PARTING
            with selectors.DefaultSelector() as selector:
                selector.register(child.stdout, selectors.EVENT_READ)
                while selector.select(max(0.0, deadline - time.monotonic())):
                    if not child.stdout.read(1 << 16) or time.monotonic() > deadline:
                        break
        self.kill()

    def kill(self) -> None:
        """End the child and all that it started at once."""
        end, self._child, self._selector, self._end = self._end, None, None, None
        if end is not None:
            end()

    def fail(self, what: str) -> EngineFault:
        """End the child; returns the fault to raise."""
        self.kill()
        return EngineFault(f"the engine {self.name} {what}")

    def _break_off(self, what: str) -> EngineFault:
        """End the child in the middle of an answer; returns the fault to raise, with what the engine said last."""
        said = f'; it said last: "{self._last[-_SHOWN:]}"' if self._last else ""
        complaint = self._errors.decode(errors="replace").strip().rpartition("\n")[2]
        if complaint:
            said += f'; it complained: "{complaint[-_SHOWN:]}"'
        return self.fail(what + said)

    def _converse(self, commands: Sequence[str], until: str, after: str, seconds: float) -> list[str]:
        """Write and read by turns, so that neither side waits for a full pipe."""
        child = self._child
        assert child and child.stdin and child.stdout and self._selector  # noqa: S101  for type checkers, as in `start`
        selector, waiting = self._selector, "".join(f"{command}\n" for command in commands).encode()
        asked, lines, wanted = commands[-1][:_SHOWN], list[str](), [sign.split() for sign in (after, until) if sign]
        deadline, taken, looked = time.monotonic() + seconds, 0, time.monotonic()
        waiting = _write(child.stdin.fileno(), waiting)
        if waiting:
            selector.register(child.stdin, selectors.EVENT_WRITE)
        while True:
            now = time.monotonic()
            if now >= deadline:
                raise self._break_off(f'did not answer "{asked}" within {seconds:g} s')
            if now - looked > _SLICE:
                looked = now
                if child.poll() is not None:  # others may hold its end of the pipe
                    raise self._break_off(f'ended ({_describe_end(child)}) at "{asked}"')
            for key, _ in selector.select(min(_SLICE, deadline - now)):
                if key.fileobj is child.stdin:
                    waiting = _write(key.fd, waiting)
                    if not waiting:
                        selector.unregister(child.stdin)
                    continue
                chunk = os.read(key.fd, 1 << 16)
                taken += len(chunk)
                if taken > self.limits.output:
                    raise self._break_off(f'wrote more than {self.limits.output} bytes at "{asked}"')
                if key.fileobj is child.stderr:
                    self._errors = (self._errors + chunk)[-4 * _SHOWN :]
                    if not chunk:
                        selector.unregister(child.stderr)
                    continue
                if not chunk:
                    with contextlib.suppress(subprocess.TimeoutExpired):
                        child.wait(_PARTING)
                    raise self._break_off(f'ended ({_describe_end(child)}) at "{asked}"')
                *whole, self._unread = (self._unread + chunk).split(b"\n")
                for i, raw in enumerate(whole):
                    line = raw.decode(errors="replace").strip()
                    lines.append(line)
                    self._last = line or self._last
                    if line.split()[: len(wanted[0])] == wanted[0]:
                        wanted.pop(0)
                    if not wanted:
                        self._unread = b"\n".join([*whole[i + 1 :], self._unread])
                        return lines


def _write(descriptor: int, data: bytes) -> bytes:
    """Write what a pipe takes; returns the rest. What is written to an engine that has ended is lost."""
    try:
        return data[os.write(descriptor, data) :]
    except BlockingIOError:
        return data
    except OSError:
        return b""


def _end(child: subprocess.Popen[bytes], selector: selectors.BaseSelector, owner: int) -> None:
    """End a process group, and leave neither a zombie nor an open pipe. A forked copy of its owner leaves it alone."""
    selector.close()
    if os.getpid() == owner:
        gone = (ProcessLookupError, PermissionError)
        with contextlib.suppress(*gone):
            os.killpg(child.pid, signal.SIGKILL)
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(10.0)
        deadline = time.monotonic() + _PARTING
        with contextlib.suppress(*gone):
            while time.monotonic() < deadline:  # what the child started takes a moment to go
                os.killpg(child.pid, signal.SIGKILL)
                time.sleep(0.002)
    for pipe in (child.stdin, child.stdout, child.stderr):
        with contextlib.suppress(OSError):
            if pipe is not None:
                pipe.close()


def _describe_end(child: subprocess.Popen[bytes]) -> str:
    """How a child ended, in words."""
    code = child.poll()
    if code is None:
        return "it closed its output"
    return f"exit status {code}" if code >= 0 else f"by {signal.Signals(-code).name}"
