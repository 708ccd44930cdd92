"""How a study's games are told to authors of notes, and what else chains of study and play need of every track."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np

from quickstudy.tasks.examples.kinds import Example
from quickstudy.tasks.learners.evidence import Evidence
from quickstudy.tasks.regimes.notes import Notes
from quickstudy.tasks.verifier import Verifier


class AuthorView(ABC):
    """A game as authors of notes and chains see it; a study of any track is one.

    `colours` are the sides as records name them, who moves first before the other. `families` are the families of
    engines on its ladders, that of the usual opponents of practice first.
    """

    colours: ClassVar[tuple[str, str]]
    families: ClassVar[tuple[str, ...]]

    @property
    @abstractmethod
    def rings(self) -> tuple[str, ...]:
        """The rings in which notes on it can be read."""

    @property
    def ring_limits(self) -> str:
        """Why there are no other rings, as a clause; nothing where there are all."""
        return ""

    @property
    @abstractmethod
    def rules_text(self) -> str | None:
        """The rules as the player reads them; None where they are withheld."""

    @property
    @abstractmethod
    def own_text(self) -> str:
        """The rules of the game in its own names, whatever the player is told."""

    @property
    @abstractmethod
    def random_plies(self) -> int:
        """How many moves at the beginning of the games that are played are made at random."""

    @property
    @abstractmethod
    def teacher_lead(self) -> str:
        """What is said above the teacher's games."""

    @property
    def library_lead(self) -> str:
        """The same where they are not of an engine, else nothing."""
        return ""

    @property
    @abstractmethod
    def teacher_family(self) -> str:
        """The family of engines that the teacher's games are of, or `all`."""

    @property
    @abstractmethod
    def bare_evidence(self) -> Evidence:
        """What somebody knows who has read the true rules and no games."""

    @property
    @abstractmethod
    def verifier(self) -> Verifier[Any]:
        """What the rules answer to somebody who practises, in the player's notation."""

    @abstractmethod
    def name_side(self, colour: str) -> str:
        """A side as the player reads it."""

    @abstractmethod
    def name_result(self, winner: int | None) -> str:
        """The result of a game, as examples have it, that the first (0) or second (1) side won, or nobody."""

    @abstractmethod
    def number_move(self, ply: int) -> int:
        """The number by which players know the move at a ply (from 0 on); those of one side are all different."""

    @abstractmethod
    def write_move(self, move: str) -> str:
        """A move as the player reads it."""

    @abstractmethod
    def list_names(self) -> dict[str, list[tuple[str, str]]]:
        """What the player reads by other names than the game's own: pairs of the own and the other, by what it is.

        Raises ValueError for a game that has no others.
        """

    @abstractmethod
    def rename_text(self, text: str) -> str:
        """A text in the game's own notation in the one that the player reads. Raises ValueError likewise."""

    @abstractmethod
    def write_game(self, example: Example, end: str = "") -> str:
        """A whole game as the player reads it, with what is said of its `end` instead of the result."""

    @abstractmethod
    def list_quotable(self, example: Example) -> list[tuple[str, ...]]:
        """The moves of a game in each of the notations in which somebody who has read it could quote them."""

    @abstractmethod
    def read_opening(self, example: Example) -> Any:
        """The opening of a game, as the skill plays it. Raises ValueError for moves that are not legal."""

    @abstractmethod
    def permute_notes(self, notes: Notes, rng: np.random.Generator) -> Notes:
        """The notes with names of places and things, and numbers, exchanged for each other."""

    def read_game(self, game: Mapping[str, Any]) -> Example:
        """A game of a match record as an example; without a result where it was forfeited."""
        winner = None if game["result"] == 0.5 else self.colours.index(game["colour"]) ^ (game["result"] == 0.0)
        return Example(list_words(game), "" if game["forfeit"] else self.name_result(winner))

    def list_studied(self, examples: Sequence[Example]) -> tuple[tuple[str, ...], ...]:
        """All moves that `list_quotable` gives for these games."""
        return tuple(moves for example in examples for moves in self.list_quotable(example))


def list_words(game: Mapping[str, Any], plies: int | None = None) -> tuple[str, ...]:
    """The words of a game of a match record: the start position's name, where it was drawn, and the moves.

    With `plies`, so many of the first moves.
    """
    return (*_split_opening(game)[0], *game["moves"].split()[:plies])


def count_opening(game: Mapping[str, Any]) -> int:
    """How many of the first moves of a game of a match record were made before the player's first choice."""
    return len(_split_opening(game)[1])


def _split_opening(game: Mapping[str, Any]) -> tuple[list[str], list[str]]:
    """The name of the start position, where it was drawn, and the moves of the opening."""
    words = game.get("opening", "").split()
    named = int(bool(words) and words[0].startswith("["))
    return words[:named], words[named:]
