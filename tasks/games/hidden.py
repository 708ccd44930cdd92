"""Hidden splits: games from a secret that is committed to before anyone plays them and revealed afterwards.

The commitment is the SHA-256 of a text that names the secret, the generator's version and how many games of which
families there are. Each game's seed is a hash of the secret, the family and the game's number: whoever knows some of
the games, or even their seeds, learns nothing about the secret or the others.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from quickstudy.tasks.games.families import FAMILIES
from quickstudy.tasks.games.generate import GENERATOR_VERSION, generate_rules
from quickstudy.tasks.games.rules import Rules

SECRET_BITS = 256
MOST_GAMES = 1000
FORMAT = "hidden split 1"
_SECRET = re.compile(r"[0-9a-f]{64}")
_KEYS = ("format", "generator", "games", "commitment")


class HiddenError(ValueError):
    """A secret, a commitment or a game that does not belong to the others, or none at all."""


@dataclass(frozen=True)
class Split:
    """What is public of a hidden split: the generator's version, and (family, number of games) in order of families."""

    games: tuple[tuple[str, int], ...]
    generator: str = GENERATOR_VERSION


def plan_split(families: tuple[str, ...], games: int) -> Split:
    """A split of so many games of each family, made by the installed generator.

    Raises `HiddenError` for unknown families and impossible numbers.
    """
    for family in families:
        if family not in FAMILIES:
            raise HiddenError(f"unknown family {family!r}: choose one of {', '.join(FAMILIES)}")
    if not families:
        raise HiddenError(f"name at least one family: {', '.join(FAMILIES)}")
    if not 1 <= games <= MOST_GAMES:
        raise HiddenError(f"{games} games of each family: 1 to {MOST_GAMES}")
    return Split(tuple((family, games) for family in sorted(set(families))))


def draw_secret() -> str:
    """A new secret of 256 random bits from the operating system, as 64 hex digits."""
    return secrets.token_hex(SECRET_BITS // 8)


def read_secret(text: str) -> str:
    """The secret in the text of its file. Raises `HiddenError` where it is no secret, without repeating it."""
    secret = text.strip()
    if not _SECRET.fullmatch(secret):
        raise HiddenError("a secret is 64 lower-case hex digits and nothing else")
    return secret


def commit(secret: str, split: Split) -> str:
    """The commitment to a secret and a split: SHA-256 (64 hex digits) of a text in UTF-8 whose lines end with newlines.

    The lines are `hidden split 1`, `secret: ` and its 64 hex digits, `generator: ` and its version, and for
    each family in alphabetical order `games: `, the family, a blank and its number of games.
    """
    lines = [FORMAT, f"secret: {read_secret(secret)}", f"generator: {split.generator}"]
    lines += [f"games: {family} {number}" for family, number in split.games]
    return _hash(lines)


def derive_game_seed(secret: str, family: str, number: int) -> str:
    """The seed of a game (numbers count from 1): SHA-256 (64 hex digits) of a text like that of the commitment.

    Its lines are `hidden game 1`, `secret: ` with the secret, and `game: ` with the family and the number.
    """
    return _hash(["hidden game 1", f"secret: {read_secret(secret)}", f"game: {family} {number}"])


def generate_split(secret: str, split: Split) -> Iterator[tuple[str, int, Rules]]:
    """Family, number and rules of each game of a split, in order.

    Raises `HiddenError` for a split that another generator made.
    """
    if split.generator != GENERATOR_VERSION:
        raise HiddenError(
            f"the games were made by generator {split.generator}, and this quickstudy has generator "
            f"{GENERATOR_VERSION}: install the release that the games were made with, and reveal them with it"
        )
    for family, games in split.games:
        for number in range(1, games + 1):
            yield family, number, generate_rules(family, derive_game_seed(secret, family, number))


def write_commitment(secret: str, split: Split) -> dict[str, Any]:
    """The public file of a split as plain JSON: `format`, `generator`, `games` by family, `commitment`."""
    return {
        "format": FORMAT,
        "generator": split.generator,
        "games": dict(split.games),
        "commitment": commit(secret, split),
    }


def read_commitment(data: Mapping[str, Any]) -> tuple[Split, str]:
    """The split and the commitment of a public file. Raises `HiddenError` naming the entry that is wrong."""
    if set(data) != set(_KEYS):
        raise HiddenError(f"a commitment has exactly the entries {', '.join(_KEYS)}, not {', '.join(sorted(data))}")
    if data["format"] != FORMAT:
        raise HiddenError(f"format: {FORMAT!r} is known, not {data['format']!r}")
    generator, games, commitment = data["generator"], data["games"], data["commitment"]
    if not (isinstance(generator, str) and re.fullmatch(r"[0-9A-Za-z.-]{1,20}", generator)):
        raise HiddenError(f"generator: a version like {GENERATOR_VERSION!r}, not {generator!r}")
    if not (isinstance(games, dict) and games):
        raise HiddenError("games: families with their numbers of games")
    for family, number in games.items():
        if not re.fullmatch(r"[a-z_]{1,40}", family):
            raise HiddenError(f"games: {family!r} is not a family's name")
        if type(number) is not int or not 1 <= number <= MOST_GAMES:
            raise HiddenError(f"games.{family}: 1 to {MOST_GAMES} games, not {number!r}")
    if not (isinstance(commitment, str) and _SECRET.fullmatch(commitment)):
        raise HiddenError("commitment: 64 lower-case hex digits")
    return Split(tuple(sorted(games.items())), generator), commitment


def check_secret(secret: str, split: Split, commitment: str) -> None:
    """Refuse with `HiddenError` a secret that a commitment to this split was not made of."""
    if commit(secret, split) != commitment:
        raise HiddenError(
            "the commitment was not made of this secret, this generator and these numbers of games: one of the two "
            "files belongs to another split or was changed"
        )


def _hash(lines: list[str]) -> str:
    return hashlib.sha256("".join(f"{line}\n" for line in lines).encode()).hexdigest()
