"""Dead atoms: parts of a spec that change no legal move and no result in play, so that its text misleads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Any

import numpy as np

from quickstudy.tasks.games.duplicates import plays_alike
from quickstudy.tasks.games.rule_checks import RulesError
from quickstudy.tasks.games.rules import Kind, Rules
from quickstudy.tasks.games.tables import build_tables

# What every text says, whether or not it ever matters: how a game ends that nobody wins before.
_ALWAYS_SAID = {"name", "board", "kinds", "setup_x", "setup_o", "place", "stalemate", "score", "cap"}
_TOGETHER = {"effect": ("flank_length",), "line": ("axes", "points"), "shape": ("points",)}


def drop_atoms(rules: Rules) -> dict[str, Rules]:
    """The game without each of the atoms that it has, by the atom's name; those that it cannot do without are left out.

    Atoms that mean nothing without another one go with it (`flank_length` with `effect`).
    """
    found: dict[str, Rules] = {}
    defaults: dict[str, Any] = {field.name: field.default for field in fields(Rules)}
    for atom in (name for name in defaults if name not in _ALWAYS_SAID and getattr(rules, name) != defaults[name]):
        gone = {name: defaults[name] for name in (atom, *_TOGETHER.get(atom, ()))}
        _add(found, atom, rules, {**gone, **_without_ending(rules, atom)})
    plain: dict[str, Any] = {field.name: field.default for field in fields(Kind) if field.name != "name"}
    for index, kind in enumerate(rules.kinds):
        for atom in (name for name in plain if getattr(kind, name) != plain[name]):
            kinds = list(rules.kinds)
            kinds[index] = replace(kind, **{atom: plain[atom]})
            changes = _without_ending(rules, "royal") if atom == "royal" else {}
            _add(found, f"kinds.{kind.name}.{atom}", rules, {"kinds": tuple(kinds), **changes})
    return found


def _without_ending(rules: Rules, atom: str) -> dict[str, Any]:
    """What else has to go with an ending: its place in the lists of one side's endings."""
    lists = {name: tuple(ending for ending in getattr(rules, name) if ending != atom) for name in ("only_x", "only_o")}
    return {name: kept for name, kept in lists.items() if kept != getattr(rules, name)}


def _add(found: dict[str, Rules], atom: str, rules: Rules, changes: dict[str, Any]) -> None:
    try:
        other = replace(rules, **changes)
        build_tables(other)
    except RulesError:
        return
    found[atom] = other


def find_dead_atoms(rules: Rules, games: Sequence[Sequence[int]]) -> list[str]:
    """The atoms without which every position of the games has the same legal moves and the same result.

    `games` are packed moves from the start; random and skilled games together, since some atoms matter only to one.
    """
    return [atom for atom, other in drop_atoms(rules).items() if plays_alike(rules, other, games) == 1]


def play_random(rules: Rules, games: int, seed: int) -> list[list[int]]:
    """Random games from the start, as packed moves."""
    from quickstudy.tasks.games.kernel import RANDOM, mix, new_workspace, play_game

    log, workspace = np.zeros(rules.cap + 2, np.int32), new_workspace()
    found = []
    for number in range(games):
        _, plies = play_game(build_tables(rules), RANDOM, 0, 0, RANDOM, 0, 0, 0, mix(seed, number), workspace, log)
        found.append(log[:plies].tolist())
    return found
