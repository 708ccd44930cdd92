"""Ladders: the levels of one game with fitted ratings and their covariance, random mover = 0."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quickstudy.tasks.games.game import SIBLING, Game, list_games, load_game

OTHER_ENGINE = "uci-"
"""What the version of a ladder begins with that was made with another chess engine than the published one."""


class LadderError(ValueError):
    """A ladder that is missing, does not belong to the rules, or cannot be fitted."""


@dataclass(frozen=True, eq=False)
class Ladder:
    """Levels in ascending order of rating.

    `version` is the method's version and a hash of the file: a ladder that is made anew is another one.
    `ratings` (L,) in Elo with the random mover at 0; `covariance` (L, L) in Elo squared, 0 for the random mover.
    """

    version: str
    rules_hash: str
    levels: tuple[str, ...]
    ratings: NDArray[np.float64]
    covariance: NDArray[np.float64]

    def rating_of(self, level: str) -> float:
        """Rating of a level. Raises LadderError for one that is not on the ladder."""
        if level not in self.levels:
            raise LadderError(f"level {level!r} is not on this ladder: choose one of {', '.join(self.levels)}")
        return float(self.ratings[self.levels.index(level)])


def is_submittable(version: str) -> bool:
    """Whether results on a ladder of that version may be submitted: not of a chess engine of the user's own."""
    return not version.startswith(OTHER_ENGINE)


@lru_cache(maxsize=256)
def load_ladder(game: str) -> Ladder:
    """The committed ladder of a game (catalogue name or spec file). Raises LadderError where there is none."""
    return read_ladder(load_game(game))


def read_ladder(game: Game) -> Ladder:
    """The ladder beside a game's spec. Raises LadderError if it is missing, unreadable or of other rules."""
    return read_ladder_file(ladder_file(game), game.name, game.rules.hash, command_for(game, "calibrate"))


def read_ladder_file(path: Path, name: str, rules_hash: str, command: str) -> Ladder:
    """The ladder of the game `name` in a file, which `command` makes.

    Raises LadderError if it is missing, unreadable or of other rules.
    """
    if not path.is_file():
        raise LadderError(f"{name} has no ladder ({path.name}): make one with `{command}`")
    try:
        text = path.read_text(encoding="utf-8")
        data = json.loads(text)
        ladder = Ladder(
            f"{data['version']}-{hashlib.sha256(text.encode()).hexdigest()[:8]}",
            str(data["rules_hash"]),
            tuple(data["levels"]),
            np.array(data["ratings"], dtype=np.float64),
            np.array(data["covariance"], dtype=np.float64),
        )
        size = len(ladder.levels)
        if ladder.ratings.shape != (size,) or ladder.covariance.shape != (size, size):
            raise ValueError(f"ratings and covariance do not fit its {size} levels")
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise LadderError(f"cannot read the ladder {path}: {error!r}; make it anew with `{command}`") from error
    if ladder.rules_hash != rules_hash:
        raise LadderError(f"the ladder of {name} was made for other rules: run `{command}`")
    return ladder


def ladder_file(game: Game) -> Path:
    """Where a game's ladder lies: `ladder.json` in a catalogue folder, `<stem>.ladder.json` beside a user's file."""
    return file_beside(game, "ladder")


def file_beside(game: Game, content: str) -> Path:
    """Where a measured file of a game lies: `<content>.json` or, beside a user's spec, `<stem>.<content>.json`."""
    named = game.folder.resolve().name == game.name  # else the folder's rules.json is another game's
    own = named and (game.folder / "rules.json").is_file()
    return game.folder / (f"{content}.json" if own else f"{game.name}.{content}.json")


def command_for(game: Game, command: str) -> str:
    """How a user makes a measured file of a game anew: the command with the game's name or path."""
    name = game.name.removesuffix(SIBLING)
    if name in list_games():
        return f"quickstudy {command} {game.name}"
    folder, suffix = (game.folder, "") if name == game.name else (game.folder.parent, SIBLING)
    path = folder / "rules.json" if ladder_file(game).name == "ladder.json" else folder / f"{name}.json"
    return f"quickstudy {command} {path}{suffix}"


def write_ladder(game: Game, data: dict[str, Any]) -> Path:
    """Write a calibration's result beside the game's spec, atomically."""
    path = ladder_file(game)
    path.parent.mkdir(exist_ok=True)
    replace_text(path, json.dumps(data, indent=1) + "\n")
    return path


def replace_text(path: Path, text: str) -> None:
    """Write a file so that no reader meets half of it. Raises OSError."""
    draft = path.with_suffix(".tmp")
    draft.write_text(text, encoding="utf-8")
    draft.replace(path)
