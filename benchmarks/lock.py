"""The lock of a run's folder: one run at a time writes there."""

from __future__ import annotations

import errno
import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

NAME = ".lock"


class FolderInUse(RuntimeError):
    """Another run holds the folder; the message is its process."""


@contextmanager
def lock_folder(folder: Path, patience: float) -> Iterator[int]:
    """Hold the lock of a folder; yields its file descriptor for the run's worker processes to inherit.

    The system releases it when all processes that have it are gone, however they died. While the run that took it is
    dead and its workers still close their logs, this waits, at most `patience` seconds. Raises FolderInUse, or OSError
    where the folder cannot be written.
    """
    descriptor = os.open(folder / NAME, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        deadline = time.monotonic() + patience
        while not _take(descriptor):
            holder = os.pread(descriptor, 20, 0).decode(errors="replace").strip()
            if _is_alive(holder) or time.monotonic() > deadline:
                raise FolderInUse(holder or "unknown")
            time.sleep(0.1)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode(), 0)
        yield descriptor
    finally:
        os.close(descriptor)


def _take(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as error:
        # some network file systems know no locks; a run is worth more than the lock
        if error.errno not in (errno.ENOLCK, errno.ENOTSUP, errno.ENOSYS, errno.EINVAL):
            raise
    return True


def _is_alive(process: str) -> bool:
    try:
        os.kill(int(process), 0)
    except (ValueError, ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        pass
    return True
