"""Kinds of evidence of chess and its variants, as `kinds.py` has them for board games.

`games` are whole games, `outcomes` their last positions and results, `moves` single positions of the weak teacher's
games and what the teacher plays in them. Values of moves are not shown.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from itertools import count

import numpy as np

from quickstudy.tasks.chess_variants.movetext import join_start, read_movetext
from quickstudy.tasks.chess_variants.position import RESULTS
from quickstudy.tasks.chess_variants.variant import Variant
from quickstudy.tasks.examples.chess_corpus import CHESS_TEACHERS, ChessExampleSet, find_chess_teacher
from quickstudy.tasks.examples.chess_openings import chess_opening_plies
from quickstudy.tasks.examples.kinds import Example
from quickstudy.tasks.examples.stored_lines import take_lines
from quickstudy.tasks.opponents.chess_levels import choose_chess_move
from quickstudy.tasks.seeds import derive_seed, new_generator

CHESS_KINDS = ("games", "outcomes", "moves")
_FORMAT = 1


def take_chess_kind(
    kind: str, variant: Variant, n: int, sets: int, seed: int, teacher: str, tested: Variant | None = None
) -> list[list[Example]]:
    """The first n examples of a kind (one of `CHESS_KINDS`) of sets 0..sets-1, made on all cores where not cached.

    Raises ValueError as `ChessExampleSet.take`, and EngineFault.
    """
    player, make = find_chess_teacher(teacher), _show_moves if kind == "moves" else _show_games

    def take(number: int) -> list[Example]:
        found = make(ChessExampleSet(variant, player, seed, number, tested), n)
        return [_show_end(variant, example) for example in found] if kind == "outcomes" else found

    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        return list(pool.map(take, range(sets)))


def read_game(line: str) -> Example:
    """A line of movetext with its result as an example."""
    start, moves, result = read_movetext(line)
    return Example(join_start(start, moves), RESULTS[result] if result is not None else "")


def _show_games(source: ChessExampleSet, n: int) -> list[Example]:
    return [read_game(line) for line in source.take(n)]


def _show_end(variant: Variant, game: Example) -> Example:
    """The last position of a game, by its pieces, and the result."""
    *_, position = variant.follow(game.moves)
    return Example((), game.result, drawn=position.fen.split()[0])


def _show_moves(source: ChessExampleSet, n: int) -> list[Example]:
    """Positions of games of the weak teacher, one of each game, with the move that the teacher plays in them."""
    weak = find_chess_teacher(CHESS_TEACHERS["weak"])
    games = _show_games(ChessExampleSet(source.variant, weak, source.seed, source.number, source.tested), n)
    named = f"moves-{_FORMAT}-{source.conditions}"
    lines = take_lines(named, n, lambda earlier: (_choose(source, i, games[i]) for i in count(len(earlier))))
    return [Example(tuple(line.split()), "") for line in lines]


def _choose(source: ChessExampleSet, index: int, game: Example) -> str:
    """The words of a game up to a position drawn among those with a choice, and the teacher's move in it.

    Where that move would lead to a position kept for tests, another position of the game is taken.
    """
    variant, level = source.variant, source.teacher.first
    stream = ("choice", variant.hash, level.name, source.seed, source.number, index)
    start, played = variant.split_start(game.moves)
    fen, named = variant.start(start).fen, game.moves[: len(game.moves) - len(played)]
    before = [(position.copy(), position.list_moves()) for position in variant.follow(game.moves)]
    first = min(chess_opening_plies(variant), len(played) - 1)
    for ply in new_generator(*stream).permutation(np.arange(first, len(played))).tolist():
        after, legal = before[ply]
        if len(legal) < 2:  # forced moves teach nothing
            continue
        move = choose_chess_move(variant.for_engine, fen, after.moves, legal, level, derive_seed(*stream, ply))
        written = after.write_move(move)
        after.push(move)
        if not source.holds_out(after):
            return " ".join([*named, *played[:ply], written])
    raise ValueError(f"example {index} of set {source.number} of {variant.name} has no position with a choice to show")
