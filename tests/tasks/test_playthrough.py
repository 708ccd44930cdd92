"""Playthroughs: the stored texts are those of the engine, and the slow interpreter agrees with every line of them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from quickstudy.tasks.games import reference
from quickstudy.tasks.games.board import Board
from quickstudy.tasks.games.game import Game, list_games, load_game
from quickstudy.tasks.games.notation import symbols
from quickstudy.tasks.games.reference import Position
from quickstudy.tasks.games.rules import Kind, Rules
from quickstudy.tasks.playthrough import MOST_BYTES, playthrough_file, write_playthrough
from tests.drawn_boards import read_board
from tests.known_games import othello

RESULTS = {"X wins": "x", "O wins": "o", "draw": "draw"}
STEPS = tuple(Board("square", 8, 8).steps)
KING = Kind("king", step=STEPS, capture=STEPS)


def expected_board(rules: Rules, position: Position) -> list[str]:
    """The slow interpreter's board as symbols in the order of the cells."""
    shown, kinds = symbols(rules), [kind.name for kind in rules.kinds]
    found = dict.fromkeys(rules.board.names, ".") | dict.fromkeys(position.burnt, "#")
    found |= {cell: shown["xo".index(player), kinds.index(kind)] for cell, (player, kind) in position.cells.items()}
    return [found[name] for name in rules.board.names]


def expected_counts(rules: Rules, position: Position) -> str:
    points, captured = position.points, position.captured
    text = f"; points: X {points[0]}, O {points[1]}" if rules.points else ""
    if rules.captures or rules.score == "captures":
        text += f"; removed: by X {captured[0]}, by O {captured[1]}"
    return text


def check_text(rules: Rules, text: str) -> tuple[int, int]:
    """Follow a playthrough with the slow interpreter; returns its plies, and how many of them are told in full."""
    head, *sections = text.split("\n\n")
    assert re.search(rf"\nRules: {rules.hash}\nPlies: (\d+)$", head)
    position, full = reference.start(rules), 0
    for section in sections[:-1]:
        first, *lines = section.split("\n")
        listed = re.match(r"Plies (\d+) to (\d+): ", section)
        if listed:
            moves = section[listed.end() :].split()
            assert (int(listed[1]), int(listed[2])) == (position.plies + 1, position.plies + len(moves))
        else:
            at = next(i for i, line in enumerate(lines) if line.startswith("Legal ("))
            counts = expected_counts(rules, position)
            assert first == f"Ply {position.plies + 1}, {position.to_act.upper()} to act{counts}"
            assert read_board(rules, lines[:at]) == expected_board(rules, position)
            told = re.fullmatch(r"Legal \((\d+)\): (.*) Played: \S+\n?", " ".join(lines[at:]))
            assert told is not None
            count, legal = told.groups()
            assert legal.split() == reference.legal_moves(rules, position) and len(legal.split()) == int(count)
            moves, full = [section.split("Played: ")[1].strip()], full + 1
        for move in moves:
            position = reference.play(rules, position, move)
    first, *lines = sections[-1].split("\n")
    assert first == f"End{expected_counts(rules, position)}"
    assert read_board(rules, lines[: rules.board.ranks]) == expected_board(rules, position)
    assert position.result == RESULTS[sections[-1].split("Result: ")[1].strip()]
    assert f"Plies: {position.plies}" in head
    return position.plies, full


@pytest.mark.parametrize("name", list_games())
def test_the_stored_playthrough_of_a_game_is_that_of_the_engine(name: str) -> None:
    game = load_game(name)
    path = playthrough_file(game)
    assert path.is_file(), f"write write_playthrough(load_game({name!r})) to {path.name} beside its rules.json"
    assert path.read_text(encoding="utf-8") == write_playthrough(game)
    assert path.stat().st_size <= 15 * 1024


@pytest.mark.parametrize("name", list_games())
def test_the_slow_interpreter_agrees_with_the_stored_playthrough_at_each_ply(name: str) -> None:
    game = load_game(name)
    plies, full = check_text(game.rules, playthrough_file(game).read_text(encoding="utf-8"))
    assert plies >= 5 and full >= min(plies, 20)


@pytest.mark.parametrize(
    "rules",
    [
        Rules("Kings", Board("square", 8, 8), (KING,), (("a1", "b1"),), (("g8", "h8"),), eliminate=1, cap=200),
        Rules("Points", Board("square", 6, 6), place="any", line=3, points=4, score="points", cap=36),
        Rules("Walls", Board("hexagon", 4, 4), place="touch", effect="surround", captures=9, score="captures"),
        othello(6),
    ],
    ids=lambda rules: rules.name,
)
def test_the_slow_interpreter_agrees_with_any_playthrough(rules: Rules) -> None:
    text = write_playthrough(Game(rules.name, rules, Path()))
    plies, full = check_text(rules, text)
    assert len(text.encode()) <= MOST_BYTES
    assert ("points: X" in text, "removed: by X" in text) == (rules.points > 0, rules.captures > 0)
    assert full == plies or "\nPlies " in text


def test_a_long_game_is_told_in_full_at_both_ends_with_the_moves_alone_between() -> None:
    full_board = Rules("Full", Board("square", 8, 8), place="any", line=7, axes="diagonal", misere=True, cap=64)
    text = write_playthrough(Game("full", full_board, Path()))
    plies, full = check_text(full_board, text)
    assert 16 < full < plies and 14_000 < len(text) <= MOST_BYTES
    told = [int(number) for number in re.findall(r"^Ply (\d+),", text, re.MULTILINE)]
    gap = next(i for i, ply in enumerate(told, 1) if ply != i)
    assert told == [*range(1, gap), *range(plies - len(told) + gap, plies + 1)] and 8 < gap < len(told) - 8


def test_playthroughs_lie_beside_the_spec(tmp_path: Path) -> None:
    assert playthrough_file(load_game("tarsk")).relative_to(load_game("tarsk").folder).name == "playthrough.txt"
    assert playthrough_file(Game("mine", othello(), tmp_path)) == tmp_path / "mine.playthrough.txt"
