"""A game as a person wants to see it in a terminal."""

from __future__ import annotations

from quickstudy.tasks.examples.corpus import TEACHER, ExampleSet
from quickstudy.tasks.games.game import Game
from quickstudy.tasks.games.notation import draw_board
from quickstudy.tasks.opponents.ladder import LadderError, read_ladder
from quickstudy.tasks.opponents.levels import find_level


def show_game(game: Game) -> str:
    """Rules text, board at the start, ladder with standard deviations, and the first example game."""
    parts = [
        game.text,
        f"Board at the start:\n{draw_board(game.rules, game.start())}",
        _describe_ladder(game),
    ]
    example = ExampleSet(game, find_level(TEACHER), 0, 0).take(1)[0]
    parts.append(f"An example game ({TEACHER} against itself):\n{example}")
    return "\n\n".join(parts)


def _describe_ladder(game: Game) -> str:
    try:
        ladder = read_ladder(game)
    except LadderError as error:
        return f"Ladder: {error}"
    lines = [
        f"  {level:20} {rating:7.0f} Elo  sd {variance**0.5:.0f}"
        for level, rating, variance in zip(ladder.levels, ladder.ratings, ladder.covariance.diagonal(), strict=True)
    ]
    return "\n".join([f"Ladder (version {ladder.version}, the random mover is 0):", *reversed(lines)])
