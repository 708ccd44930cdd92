"""Invented names for games and pieces, drawn from a seed: pronounceable, and no words that mean anything.

Every name begins with a cluster of consonants with which English words do not begin, so that none is an English word or
the name of a known game.
"""

from __future__ import annotations

import numpy as np

_HEADS = tuple("bz bn dv dz fn gd gv kht km kv lv ml mr mz nv rz tv vd vr vz xr zb zd zl zm zr zv".split())
_VOWELS = tuple("a e i o u".split())
_MIDDLES = tuple("b d f g k l lk lt m mb n nd p r rd rk rv s st t v z".split())
_TAILS = tuple("d k l m n r sk t x z".split())


def invent_name(rng: np.random.Generator) -> str:
    """A name of a game: two or three syllables with a capital letter, as in `Vlastun`."""
    word = _pick(rng, _HEADS) + _pick(rng, _VOWELS)
    for _ in range(int(rng.integers(1, 3))):
        word += _pick(rng, _MIDDLES) + _pick(rng, _VOWELS)
    return (word + _pick(rng, _TAILS)).capitalize()


def invent_pieces(rng: np.random.Generator, count: int) -> list[str]:
    """Names of kinds of piece: one or two syllables in lower case, all with different first letters."""
    found: list[str] = []
    while len(found) < count:
        word = _pick(rng, _HEADS) + _pick(rng, _VOWELS) + _pick(rng, _TAILS)
        if rng.random() < 0.5:
            word += _pick(rng, _VOWELS)
        if word[0] not in {other[0] for other in found}:
            found.append(word)
    return found


def _pick(rng: np.random.Generator, parts: tuple[str, ...]) -> str:
    return parts[int(rng.integers(len(parts)))]
