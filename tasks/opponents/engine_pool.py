"""The engines of this process: each is lent to one search at a time, and is kept for the next."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from quickstudy.tasks.opponents.chess_engine import Variant
from quickstudy.tasks.opponents.engine_choice import EngineChoice, choose_engine
from quickstudy.tasks.opponents.multi_pv import ScoringEngine

MOST_IDLE = 2 * (os.cpu_count() or 1)

_Key = tuple[EngineChoice, str, str, str]
_idle: list[tuple[_Key, ScoringEngine]] = []
_lock = threading.Lock()


@contextmanager
def borrow_engine(variant: Variant, choice: EngineChoice | None = None) -> Iterator[ScoringEngine]:
    """An engine set to a variant that no one else uses meanwhile; a fault of it leaves one that starts anew.

    Those not used for longest are ended where more than `MOST_IDLE` have nothing to do. Raises EngineFault.
    """
    chosen = choice or choose_engine()
    key = (chosen, variant.name, variant.start_fen, variant.ini)
    with _lock:
        places = [i for i, (kept, _) in enumerate(_idle) if kept == key]
        engine = _idle.pop(places[-1])[1] if places else ScoringEngine(chosen, variant)
    try:
        yield engine
    finally:
        with _lock:
            _idle.append((key, engine))
            surplus = [_idle.pop(0)[1] for _ in range(len(_idle) - MOST_IDLE)]
        for old in surplus:
            old.close()


def close_engines() -> None:
    """End all engines that have nothing to do. They end with Python in any case."""
    with _lock:
        engines = [engine for _, engine in _idle]
        _idle.clear()
    for engine in engines:
        engine.close()


os.register_at_fork(after_in_child=_idle.clear)  # they are the parent's
