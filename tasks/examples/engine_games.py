"""Games of the chess engine as PGN, with ratings: the sets of games that come with the package, and others like them.

Game i follows from (variant, engine, ladder, levels, seed, i): two levels next to each other, or one level twice, in
turn; four to eight random moves, as in examples; and no position that is kept for tests.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import chess.pgn

from quickstudy.tasks.chess_variants.library import LibraryPosition
from quickstudy.tasks.chess_variants.position import RESULTS
from quickstudy.tasks.chess_variants.variant import Variant
from quickstudy.tasks.examples.chess_openings import draw_opening
from quickstudy.tasks.examples.chess_probes import is_chess_held_out
from quickstudy.tasks.opponents.chess_ladder import read_chess_ladder
from quickstudy.tasks.opponents.chess_levels import choose_chess_move, find_chess_level
from quickstudy.tasks.opponents.engine_choice import choose_engine
from quickstudy.tasks.opponents.ladder import Ladder
from quickstudy.tasks.seeds import derive_seed, new_generator

LEVELS = ("nodes-1-e20", "nodes-1-e5", "nodes-1", "nodes-300", "nodes-1000", "nodes-3000")
DEDICATION = (
    "These games are dedicated to the public domain (CC0 1.0): their makers waive all rights to them.",
    "Ratings are Elo on the ladder of quickstudy, whose random mover has 0; they are no FIDE ratings.",
)


def write_games(
    variant: Variant,
    games: int,
    levels: Sequence[str] = LEVELS,
    seed: int = 0,
    command: str = "",
    report: Callable[[str], None] = lambda line: None,
) -> str:
    """So many games as the text of a PGN file, which begins with how they were made and that they are free.

    Raises ValueError for a variant that PGN does not know, a level that is not on its ladder, and levels that are not
    from the weakest on; EngineFault.
    """
    if variant.spec is not None or variant.shuffled:
        raise ValueError(f"{variant.name} cannot be read from PGN: name orthodox chess or another published variant")
    ladder = read_chess_ladder(variant)
    ratings = [ladder.rating_of(level) for level in levels]
    for place in range(1, len(levels)):  # neighbours in the list play each other, and each level itself
        if ratings[place] <= ratings[place - 1]:
            raise ValueError(
                f"{levels[place]} is not stronger than {levels[place - 1]}, which is before it: list each level once, "
                "weakest first"
            )
    made = f"Made by `{command}` with {choose_engine().name}, ladder {ladder.version}." if command else ""
    head = [f"% {line}" for line in (*filter(None, [made]), *DEDICATION)]
    found = []
    for number in range(games):
        report(f"game {number + 1} of {games}")
        found.append(str(_play(variant, ladder, _seat(levels, number), seed, number)))
    return "\n".join(head) + "\n\n" + "\n\n".join(found) + "\n"


def _seat(levels: Sequence[str], number: int) -> tuple[str, str]:
    """The levels of White and Black in a game: equals and neighbours in turn, then the same with colours changed."""
    pairs = list(_list_pairs(levels))
    white, black = pairs[number % len(pairs)]
    return (white, black) if number // len(pairs) % 2 == 0 else (black, white)


def _list_pairs(levels: Sequence[str]) -> Iterator[tuple[str, str]]:
    for place, level in enumerate(levels):
        yield level, level
        if place + 1 < len(levels):
            yield level, levels[place + 1]


def _play(variant: Variant, ladder: Ladder, seats: tuple[str, str], seed: int, number: int) -> chess.pgn.Game:
    """One game; one that meets a position kept for tests is played anew from another opening."""
    stream = ("engine game", variant.hash, ladder.version, *seats, seed, number)
    rng, attempt = new_generator(*stream), 0
    players = [find_chess_level(name) for name in seats]
    while True:
        opening, attempt = draw_opening(variant, rng), attempt + 1
        position, free = LibraryPosition(variant.name), True
        fen, own = position.fen, derive_seed(*stream, attempt)
        while position.result is None and free:
            legal, ply, level = position.list_moves(), len(position.moves), players[position.turn]
            if ply < len(opening.moves):
                move = opening.moves[ply]
            else:
                move = choose_chess_move(variant.for_engine, fen, position.moves, legal, level, own)
            position.push(move)
            free = not is_chess_held_out(variant, position)
        if free and position.result is not None:
            return _describe(position, ladder, seats, number, RESULTS[position.result])


def _describe(
    position: LibraryPosition, ladder: Ladder, seats: tuple[str, str], number: int, result: str
) -> chess.pgn.Game:
    game = chess.pgn.Game.from_board(position.board)
    told = {"Event": "quickstudy", "Site": "-", "Round": str(number + 1), "White": seats[0], "Black": seats[1]}
    ratings = [str(round(ladder.rating_of(level))) for level in seats]
    for name, value in (told | {"Result": result, "WhiteElo": ratings[0], "BlackElo": ratings[1]}).items():
        game.headers[name] = value
    return game
