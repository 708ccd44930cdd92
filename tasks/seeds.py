"""Seeds: every random stream of a study follows from named parts by one hash."""

from __future__ import annotations

import hashlib

import numpy as np


def derive_seed(*parts: str | int) -> int:
    """A seed in 1 .. 2**63-1 from strings and integers; equal parts give equal seeds on every machine."""
    digest = hashlib.sha256("\x1f".join(f"{type(part).__name__}:{part}" for part in parts).encode()).digest()
    return (int.from_bytes(digest[:8], "big") >> 1) | 1


def new_generator(*parts: str | int) -> np.random.Generator:
    """A numpy generator (PCG64) whose stream follows from the parts."""
    return np.random.Generator(np.random.PCG64(derive_seed(*parts)))
