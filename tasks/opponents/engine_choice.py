"""Which engine plays chess: the pinned Fairy-Stockfish of published ladders, or another UCI engine of the user's."""

from __future__ import annotations

import hashlib
import os
import shlex
import shutil
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from quickstudy.tasks.opponents import fairy
from quickstudy.tasks.opponents.ladder import OTHER_ENGINE
from quickstudy.tasks.opponents.uci import EngineFault

VARIABLE = "QUICKSTUDY_UCI"


@dataclass(frozen=True)
class EngineChoice:
    """An engine's program: its name, the command that starts it, and the SHA-256 of the program (hexadecimal).

    `options` are UCI options that it is given. Only what is played with the `published` one can be submitted to a
    leaderboard.
    """

    name: str
    command: tuple[str, ...]
    digest: str
    published: bool
    options: tuple[tuple[str, str], ...] = ()

    @property
    def label(self) -> str:
        """What the version of a ladder begins with where the engine is another one: "" for the published one."""
        return "" if self.published else f"{OTHER_ENGINE}{self.digest[:8]}-"

    def describe(self) -> dict[str, str | bool]:
        """What a record says of it. The command is left out: it may hold paths of the user's machine."""
        return {"name": self.name, "hash": self.digest, "published": self.published}


def choose_engine(command: str | None = None) -> EngineChoice:
    """The engine of a command line, else of `$QUICKSTUDY_UCI`, else the one inside the pinned pyffish wheel.

    Raises EngineFault, one sentence, where it is not there.
    """
    given = command or os.environ.get(VARIABLE, "")
    return _choose_other(given) if given.strip() else _choose_fairy()


@lru_cache(maxsize=1)
def _choose_fairy() -> EngineChoice:
    version = fairy.find_version()
    name = f"Fairy-Stockfish of {fairy.PACKAGE} {version}"
    # there is no network in the wheel, and none that lies about shall be loaded
    options = (("Use NNUE", "false"),)
    return EngineChoice(name, fairy.COMMAND, fairy.hash_library(), version == fairy.VERSION, options)


@lru_cache(maxsize=8)
def _choose_other(given: str) -> EngineChoice:
    try:
        program, *arguments = shlex.split(given)
    except ValueError as error:
        raise EngineFault(f"cannot read the engine's command {given!r}: {error}") from error
    found = shutil.which(program)
    if found is None:
        raise EngineFault(
            f"there is no engine {program!r}: give the path of a UCI engine, or unset ${VARIABLE} to use the engine "
            f"of {fairy.PACKAGE}"
        )
    digest = hashlib.sha256(Path(found).read_bytes())
    digest.update("\0".join(["", *arguments]).encode())
    return EngineChoice(Path(found).name, (found, *arguments), digest.hexdigest(), False)
