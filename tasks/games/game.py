"""A game: rules with what is derived from them (tables, text), loaded from the catalogue or from a user's file."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quickstudy.tasks.games.rule_checks import RulesError
from quickstudy.tasks.games.rules import Rules, load_rules
from quickstudy.tasks.games.wording import write_rules
from quickstudy.tasks.strict_json import name_missing

CATALOGUE = Path(__file__).parent / "catalogue"
REFERENCES = ("breakthrough", "connect_four", "hex", "othello")
SIBLING = "-sibling"
"""What follows the name of a game where its nearest sibling is meant."""


class UnknownGame(ValueError):
    """A game name that is neither in the catalogue nor a spec file."""


@dataclass(frozen=True)
class Game:
    """A two-player game of perfect information: its rules and their derived forms.

    `name` is the catalogue's folder (or the stem of a user's file); `folder` holds `rules.json` and, where there is
    one, `ladder.json`.
    """

    name: str
    rules: Rules
    folder: Path

    @cached_property
    def text(self) -> str:
        """The rules in English."""
        return write_rules(self.rules)

    @cached_property
    def tables(self) -> Any:
        """The kernel's packed record of this game."""
        from quickstudy.tasks.games.tables import build_tables

        return build_tables(self.rules)

    @property
    def invented(self) -> bool:
        """Whether the game was made for this suite (else it is a known game, kept as a reference)."""
        return self.name not in REFERENCES

    def start(self) -> NDArray[np.uint64]:
        """The state at the start of a game, `uint64[12]`."""
        return np.array(self.tables["start"], dtype=np.uint64)


def list_games() -> list[str]:
    """Names of the catalogue's games, invented ones first, each group in alphabetical order."""
    names = sorted(path.parent.name for path in CATALOGUE.glob("*/rules.json"))
    return sorted(names, key=lambda name: (name in REFERENCES, name))


@lru_cache(maxsize=256)
def load_game(name: str) -> Game:
    """Load a game by its catalogue name or the path of a spec file (`*.json`), or its sibling by these and `-sibling`.

    Raises `UnknownGame` for a name that is not in the catalogue, `RulesError` for an ill-formed spec and for one that
    is no game (`game_checks.py`), `ValueError` for a game that has no sibling.
    """
    from quickstudy.tasks.games.game_checks import check_game
    from quickstudy.tasks.games.siblings import find_sibling

    if name in list_games():
        folder = CATALOGUE / name
        return Game(name, load_rules(folder / "rules.json"), folder)
    if name.endswith(SIBLING):
        game = load_game(name.removesuffix(SIBLING))
        return Game(game.name + SIBLING, find_sibling(game.rules), game.folder / "sibling")
    path = Path(name)
    if path.suffix == ".json" and path.is_file():
        game = read_game(path)
        try:
            check_game(game.rules)
        except RulesError as error:
            raise RulesError(f"cannot use the game spec {path}: {error}") from error
        return game
    if path.suffix == ".json":
        raise UnknownGame(name_missing(path))
    raise UnknownGame(
        f"unknown game {name!r}: choose one of {', '.join(list_games())}, or give the path of a spec file (.json)"
    )


def read_game(path: Path) -> Game:
    """The game of a spec file, even of one that `load_game` refuses because it is no game (screening says why).

    Raises `RulesError` for an ill-formed spec.
    """
    name = path.resolve().parent.name if path.name == "rules.json" else path.stem
    return Game(name, load_rules(path), path.parent)
