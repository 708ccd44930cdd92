"""Makes every use of the network in this process and its children raise, when this folder is on PYTHONPATH.

Audit hooks see connections made by any Python code, and cannot be removed. Local sockets (AF_UNIX,
socketpair) are allowed: event loops and worker processes need them. Each refused attempt is also appended
to the file named by QUICKSTUDY_BLOCKED, because a caller may swallow the exception.
"""

from __future__ import annotations

import errno
import os
import socket
import sys

REFUSED = {
    "socket.connect",
    "socket.bind",
    "socket.sendto",
    "socket.sendmsg",
    "socket.getaddrinfo",
    "socket.gethostbyname",
    "socket.gethostbyaddr",
}


def refuse(event: str, arguments: tuple[object, ...]) -> None:
    """Raise OSError where an audit event is the use of a socket that could leave the machine."""
    if event not in REFUSED:
        return
    # The first argument is the socket itself, or else a name to look up.
    family = getattr(arguments[0], "family", None) if arguments else None
    if family == socket.AF_UNIX:
        return
    attempt = f"{event} {arguments if family is None else arguments[1:]}"
    if path := os.environ.get("QUICKSTUDY_BLOCKED"):
        with open(path, "a", encoding="utf-8") as file:
            file.write(f"{sys.argv[:2]} {attempt}\n")
    raise OSError(errno.ENETUNREACH, f"blocked: {attempt} (the network is switched off for this run)")


sys.addaudithook(refuse)
