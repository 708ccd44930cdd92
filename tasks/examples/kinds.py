"""Kinds of evidence: what an example shows of play. Every kind is drawn from the games of an example set.

`games` are whole games; `annotated` are the same games with the value of each move; `outcomes` show only their last
positions and results; `moves` are single positions and what the teacher plays in them. Since all of them come from
example sets, sets share nothing, n takes a prefix, and tested positions are kept out in each kind.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import count, pairwise

import numpy as np

from quickstudy.tasks.cell import TASK_VERSION
from quickstudy.tasks.examples.corpus import ExampleSet
from quickstudy.tasks.examples.openings import State, opening_plies
from quickstudy.tasks.examples.stored_lines import take_lines
from quickstudy.tasks.examples.teachers import WEAK, find_teacher
from quickstudy.tasks.games.game import Game
from quickstudy.tasks.games.notation import PASS, format_move, parse_move
from quickstudy.tasks.opponents.levels import choose_move, workspace
from quickstudy.tasks.seeds import derive_seed, new_generator

KINDS = ("games", "annotated", "outcomes", "moves")
NODES, SIMULATIONS = 500, 100  # spent on the value of a position
_FORMAT = 1


@dataclass(frozen=True, eq=False)
class Example:
    """One example before it is written: moves in canonical notation, and what else its kind shows.

    `result` is that of the game ("" of a single position, whose last move is the teacher's choice), `values` the win
    probability of its player after each move, `last` the state at the end, or `drawn` where a track draws it as text.
    """

    moves: tuple[str, ...]
    result: str
    values: tuple[float, ...] = ()
    last: State = field(default_factory=lambda: np.zeros(12, np.uint64))
    drawn: str = ""


def take_kind(
    kind: str, game: Game, n: int, sets: int, seed: int, teacher: str, tested: Game | None = None
) -> list[list[Example]]:
    """The first n examples of that kind of sets 0..sets-1, generated on all cores where they are not cached.

    Raises ValueError for an unknown kind, and as `ExampleSet.take`.
    """
    make = _MAKERS.get(kind)
    if make is None:
        raise ValueError(f"unknown kind of evidence {kind!r}: choose one of {', '.join(KINDS)}")
    player = find_teacher(teacher)
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        made = pool.map(lambda number: make(ExampleSet(game, player, seed, number, tested), n), range(sets))
        return [list(examples) for examples in made]


def _show_games(source: ExampleSet, n: int) -> list[Example]:
    return [_split(line) for line in source.take(n)]


def _show_outcomes(source: ExampleSet, n: int) -> list[Example]:
    found = [_split(line) for line in source.take(n)]
    return [Example((), game.result, last=replay(source.game, game.moves)[-1]) for game in found]


def _show_values(source: ExampleSet, n: int) -> list[Example]:
    """Games with the value of each move; values are kept, as they cost more than the games."""
    games, named = source.take(n), f"values-{_FORMAT}-{NODES}-{SIMULATIONS}-{source.conditions}"
    values = _keep(named, n, lambda index: _value_moves(source.game, _split(games[index]).moves))
    return [
        Example(game.moves, game.result, tuple(int(value) / 100 for value in line.split()))
        for game, line in zip(map(_split, games), values, strict=True)
    ]


def _value_moves(game: Game, moves: Sequence[str]) -> str:
    """The value of each move of a game for its player, in percent, from the position that it leads to."""
    states = replay(game, moves)
    values = [_value(game, after, int(before[5])) for before, after in pairwise(states)]
    return " ".join(f"{100 * value:.0f}" for value in values)


def _value(game: Game, state: State, player: int) -> float:
    """Win probability of a player (0 X, 1 O) in a position: proven by alpha-beta or else estimated by MCTS."""
    from quickstudy.tasks.games.kernel import alphabeta, mcts, new_rng

    if state[7]:
        return 0.5 if state[7] == 3 else float(int(state[7]) - 1 == player)
    _, score, _, _, proven = alphabeta(game.tables, state, NODES, workspace())
    value = 0.5 * (1 + float(np.sign(score)))
    if not proven:
        seed = derive_seed("value of a position", game.rules.hash, state.tobytes().hex())
        _, value, _ = mcts(game.tables, state, SIMULATIONS, new_rng(seed), workspace())
    return value if int(state[5]) == player else 1 - value


def _show_moves(source: ExampleSet, n: int) -> list[Example]:
    """Positions of games of the weak teacher, one of each game, with the move that the teacher plays in them."""
    games = ExampleSet(source.game, find_teacher(WEAK), source.seed, source.number, source.tested).take(n)
    named = f"moves-{_FORMAT}-{TASK_VERSION}-{source.conditions}"
    lines = _keep(named, n, lambda index: _choose(source, index, _split(games[index]).moves))
    return [Example(tuple(line.split()), "") for line in lines]


def _choose(source: ExampleSet, index: int, moves: Sequence[str]) -> str:
    """The moves to a position of a game, drawn among those with a choice, and the teacher's move in it.

    Where the teacher's move would lead to a tested position, another position of the game is taken.
    """
    from quickstudy.tasks.games.kernel import apply, legal_moves

    game, level = source.game, source.seats.seat(0, 0)
    stream = ("choice", game.rules.hash, level.name, source.seed, source.number, index)
    states = replay(game, moves)
    plies = new_generator(*stream).permutation(np.arange(min(opening_plies(game), len(moves) - 1), len(moves))).tolist()
    options = [legal_moves(game.tables, states[ply]) for ply in range(len(moves))]
    for ply in sorted(plies, key=lambda ply: len(options[ply]) < 2):  # forced moves teach least
        if (int(options[ply][0]) >> 12) & 7 == PASS:
            continue
        move = choose_move(game, states[ply], level, derive_seed(*stream, ply))
        after = states[ply].copy()
        apply(game.tables, after, move)
        if not source.holds_out(after):
            return " ".join([*moves[:ply], format_move(game.rules, move)])
    raise ValueError(
        f"example {index} of set {source.number} of {game.name} has no position that is not kept for tests"
    )


_MAKERS: dict[str, Callable[[ExampleSet, int], list[Example]]] = {
    "games": _show_games,
    "annotated": _show_values,
    "outcomes": _show_outcomes,
    "moves": _show_moves,
}


def _keep(conditions: str, n: int, make: Callable[[int], str]) -> list[str]:
    """The first n lines kept under the conditions; those that are missing are made, and kept even after ^C."""
    return take_lines(conditions, n, lambda earlier: map(make, count(len(earlier))))


def _split(line: str) -> Example:
    moves, _, result = line.partition(" | ")
    return Example(tuple(moves.split()), result)


def replay(game: Game, moves: Sequence[str]) -> list[State]:
    """The state before each move of an example, and after the last. Raises ValueError for a move that is not legal."""
    from quickstudy.tasks.games.kernel import apply, legal_moves

    states = [game.start()]
    for text in moves:
        state = states[-1].copy()
        move = parse_move(game.rules, text, legal_moves(game.tables, state).tolist())
        if move is None:
            raise ValueError(f"{text} is no legal move of {game.name} in its example {' '.join(moves)}")
        apply(game.tables, state, move)
        states.append(state)
    return states
