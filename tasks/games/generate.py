"""New games from a seed: a spec of a family without contradictions or dead atoms, with an invented name."""

from __future__ import annotations

import numpy as np

from quickstudy.tasks.games.dead_atoms import drop_atoms, play_random
from quickstudy.tasks.games.duplicates import plays_alike
from quickstudy.tasks.games.families import FAMILIES, draft_atoms
from quickstudy.tasks.games.names import invent_name
from quickstudy.tasks.games.rule_checks import RulesError
from quickstudy.tasks.games.rules import Kind, Rules
from quickstudy.tasks.games.tables import build_tables
from quickstudy.tasks.seeds import new_generator

GENERATOR_VERSION = "1"
_DRAFTS = 1000
_GAMES = 60


def generate_rules(family: str, seed: int | str) -> Rules:
    """The game that follows from a family and a seed: contradictory drafts are drawn again.

    Raises ValueError for an unknown family.
    """
    if family not in FAMILIES:
        raise ValueError(f"unknown family {family!r}: choose one of {', '.join(FAMILIES)}")
    rng = new_generator("generate", GENERATOR_VERSION, family, str(seed))
    rules = draft_rules(family, invent_name(rng), rng)
    return _prune(rules, int(rng.integers(1 << 63)))


def draft_rules(family: str, name: str, rng: np.random.Generator) -> Rules:
    """A well-formed game of a family, which may have atoms that never matter; follows from the state of `rng`."""
    for _ in range(_DRAFTS):
        atoms = draft_atoms(family, rng)
        atoms["kinds"] = tuple(Kind(**kind) for kind in atoms["kinds"])
        try:
            rules = Rules(name, **atoms)
            build_tables(rules)
        except RulesError:
            continue
        return rules
    raise AssertionError(f"the family {family} drafts nothing but contradictions")


def _prune(rules: Rules, seed: int) -> Rules:
    """The game without the atoms that never matter in random play, one after the other, since each may need another."""
    while True:
        games = play_random(rules, _GAMES, seed)
        dead = next((other for other in drop_atoms(rules).values() if plays_alike(rules, other, games) == 1), None)
        if dead is None:
            return rules
        rules = dead
