"""The Fairy-Stockfish inside the pyffish wheel, as an engine: `python -m quickstudy.tasks.opponents.fairy` speaks UCI.

The wheel holds the whole engine, though its Python interface has no search. The child process calls the engine's own
loop by its mangled names, which are no public interface: constraints.txt pins the wheel, the record of a game has its
hash, and the engine tests itself at the start (`chess_engine.py`). The wheel is never loaded into the process that
plays, whose input and output it would take.
"""

from __future__ import annotations

import ctypes
import hashlib
import sys
from functools import lru_cache
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

from quickstudy.tasks.opponents.uci import EngineFault

PACKAGE = "pyffish"
VERSION = "0.0.90"
"""The release of the wheel that published ladders are made with."""

COMMAND = (sys.executable, "-P", "-m", "quickstudy.tasks.opponents.fairy")


@lru_cache(maxsize=1)
def find_library() -> Path:
    """The compiled engine of the installed wheel, found without loading it. Raises EngineFault where there is none."""
    spec = find_spec(PACKAGE)
    folders = spec.submodule_search_locations or [] if spec else []
    for folder in folders:
        for path in sorted(Path(folder).glob("_pyffish*")):
            if path.suffix in (".so", ".dylib"):
                return path
    raise EngineFault(
        f"chess needs the engine of the Python package {PACKAGE}, and it is not installed: "
        f"`pip install {PACKAGE}=={VERSION}` (it has wheels for Linux and macOS), or name another engine"
    )


@lru_cache(maxsize=1)
def hash_library() -> str:
    """SHA-256 of the compiled engine, in hexadecimal. Raises EngineFault where it is not installed."""
    return hashlib.sha256(find_library().read_bytes()).hexdigest()


def find_version() -> str:
    """The release of the installed wheel. Raises EngineFault where it is not installed."""
    find_library()
    return metadata.version(PACKAGE)


def main() -> None:
    """Become the engine: read UCI commands from standard input until `quit` or its end."""
    from pyffish import _pyffish  # type: ignore[attr-defined]  # its loading initialises the engine

    library = ctypes.CDLL(str(_pyffish.__file__))
    try:
        # knowledge of endings, which the wheel's Python interface has no use for and leaves out
        prepare_endings = library["_ZN9Stockfish8Endgames4initEv"]
        set_threads, threads = library["_ZN9Stockfish10ThreadPool3setEm"], "_ZN9Stockfish7ThreadsE"
        loop = library["_ZN9Stockfish3UCI4loopEiPPc"]
        pool = ctypes.addressof((ctypes.c_char * 1).in_dll(library, threads))
    except (AttributeError, ValueError) as error:
        sys.exit(f"this build of {PACKAGE} does not show its engine: {error}")
    set_threads.argtypes, set_threads.restype = [ctypes.c_void_p, ctypes.c_size_t], None
    prepare_endings.restype = loop.restype = None
    prepare_endings()
    set_threads(pool, 1)
    loop(1, (ctypes.c_char_p * 2)(b"fairy-stockfish", None))


if __name__ == "__main__":
    main()
