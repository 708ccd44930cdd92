"""The placebo's game: notes of it have the form of notes, and should say nothing of the game that is played."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from quickstudy.tasks.games.game import Game, list_games, load_game
from quickstudy.tasks.games.likeness import find_unlike
from quickstudy.tasks.games.rules import Rules
from quickstudy.tasks.opponents.ladder import LadderError, load_ladder
from quickstudy.tasks.regimes.notes import find_names


@lru_cache(maxsize=256)
def find_placebo(rules: Rules, practice: str) -> Game:
    """The invented game of the catalogue least like these rules among those with opponents for `practice`.

    `practice` is a family of engines or `all`. Known games are left out, as models have read of them. Raises ValueError
    where no game is left.
    """
    return find_unlike(rules, _list_playable(practice))


@lru_cache(maxsize=256)
def find_foreign(text: str, practice: str) -> Game:
    """The same for rules in English that are of no board game: the game whose rules share the fewest words with them.

    Of equally foreign ones it is the first by its name.
    """
    told = find_names(text)
    return min(_list_playable(practice), key=lambda game: (_share(told, find_names(game.text)), game.name))


def _share(words: set[str], others: set[str]) -> float:
    """The share of all words of two texts that both have (Jaccard)."""
    return len(words & others) / len(words | others)


def _list_playable(practice: str) -> Iterator[Game]:
    for name in list_games():
        game = load_game(name)
        try:
            families = {level.split("-")[0] for level in load_ladder(name).levels} - {"random"}
        except LadderError:
            continue
        if game.invented and (practice in families or (practice == "all" and families)):
            yield game
