"""Prompts: what a model reads, the same for both seats and complete in all wordings."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from quickstudy.tasks.answers import read_answer
from quickstudy.tasks.examples.openings import list_openings
from quickstudy.tasks.game_challenge import GameSkill
from quickstudy.tasks.games.game import Game, load_game
from quickstudy.tasks.games.kernel import State, apply, legal_moves
from quickstudy.tasks.games.notation import PLAYERS, draw_board, format_move
from quickstudy.tasks.opponents.ladder import load_ladder
from quickstudy.tasks.opponents.levels import LEVELS
from quickstudy.tasks.prompts.play import (
    MAX_QUOTED,
    WORDINGS,
    quote_reply,
    write_choice,
    write_example,
    write_illegal,
    write_position,
    write_system,
    write_unreadable,
    write_value,
)
from tests.known_games import tic_tac_toe

EXAMPLES = ["c3 d4 | X wins", "a1 b2 | draw"]
ALL_WORDINGS = range(len(WORDINGS))


def advance(game: Game, plies: int) -> tuple[State, list[str]]:
    """A position after the moves of the first opening, then always the first legal move."""
    state, texts = game.start(), []
    for ply in range(plies):
        opening = list_openings(game)[0]
        move = opening[ply] if ply < len(opening) else int(legal_moves(game.tables, state)[0])
        apply(game.tables, state, move)
        texts.append(format_move(game.rules, move))
    return state, texts


def question(skill: GameSkill, state: State, moves: list[str]) -> str:
    return skill.write_question(state, moves, legal_moves(skill.game.tables, state))


@pytest.mark.parametrize("plies", [0, 4, 7])
@pytest.mark.parametrize("wording", ALL_WORDINGS)
def test_mirrored_positions_give_both_seats_the_same_question(plies: int, wording: int) -> None:
    # On the torus of Morvane a position with the colours exchanged has the same legal moves for the other seat.
    skill = GameSkill(load_game("morvane"), legal_moves=True, wording=wording)
    state, moves = advance(skill.game, plies)
    mirrored = state.copy()
    mirrored[[0, 1]], mirrored[[8, 9]], mirrored[5] = state[[1, 0]], state[[9, 8]], 1 - state[5]
    seats = [question(skill, state, moves), question(skill, mirrored, moves)]
    me, they = PLAYERS[int(state[5])], PLAYERS[1 - int(state[5])]
    board = draw_board(skill.game.rules, state)
    assert board in seats[0]
    swapped = board.translate(str.maketrans("xo", "ox"))
    changed = {board: swapped, f" {me.upper()}": f" {they.upper()}", f"{me} on": f"{they} on"}
    changed |= {f"drawn as {me}": f"drawn as {they}", f"shown as {me}": f"shown as {they}"}
    expected = seats[0]
    for old, new in changed.items():
        expected = expected.replace(old, new)
    assert seats[1] == expected != seats[0]


@pytest.mark.parametrize("wording", ALL_WORDINGS)
def test_every_wording_shows_rules_examples_and_answer_format(wording: int) -> None:
    rules = load_game("velun").text
    text = write_system(rules, EXAMPLES, 4, "a1-b1", wording)
    titles = [line for line in text.split("\n") if line.startswith("#")]
    assert titles == ["## Rules", "## Example games", "## Answer format"]
    assert f"\n{rules}\n" in text
    assert "Game 1: c3 d4 | X wins\nGame 2: a1 b2 | draw\n" in text
    assert " 4 moves" in text
    assert read_answer(text) == "a1-b1"


@pytest.mark.parametrize("wording", ALL_WORDINGS)
def test_every_wording_says_what_is_withheld(wording: int) -> None:
    words = WORDINGS[wording]
    text = write_system(None, [], 4, "c3", wording)
    assert f"## Rules\n{words.no_rules}\n" in text and f"## Example games\n{words.no_examples}\n" in text
    assert "Game 1" not in text and "random" not in text
    assert load_game("velun").text not in text and "X and O" not in text
    full = write_system("The rules.", EXAMPLES, 4, "c3", wording)
    assert words.no_rules not in full and words.no_examples not in full


@pytest.mark.parametrize("wording", ALL_WORDINGS)
def test_every_wording_shows_position_moves_side_and_legal_moves(wording: int) -> None:
    board = "2 . x\n1 . .\n  a b"
    text = write_position(board, ["c3", "d4"], "O", "o", legal=["a1", "b2"], wording=wording)
    assert text.startswith("## Position\n")
    assert "c3 d4\n" in text and f"\n```\n{board}\n```\n" in text and text.endswith(": a1 b2")
    assert re.search(r"\bO\b", text) and not re.search(r"\bX\b", text)
    plain = write_position(board, [], "X", "x", wording=wording)
    assert WORDINGS[wording].no_moves in plain and "a1 b2" not in plain
    assert WORDINGS[wording].second_action not in plain
    second = write_position(board, [], "X", "x", second_action=True, wording=wording)
    assert second == f"{plain} {WORDINGS[wording].second_action}"


@pytest.mark.parametrize("wording", ALL_WORDINGS)
@pytest.mark.parametrize("plies", [0, 5])
def test_what_the_rules_count_and_the_board_does_not_show_is_told(wording: int, plies: int) -> None:
    game = load_game("morvane")  # eight pieces removed win
    state, moves = advance(game, plies)
    state[8], state[9] = 2, 5
    me = int(state[5])
    told = WORDINGS[wording].removed % ((2, 5) if me == 0 else (5, 2))
    assert told in question(GameSkill(game, wording=wording), state, moves).split("\n")
    assert GameSkill(game).counts and not GameSkill(load_game("lattic")).counts


def test_points_are_told_where_they_count(tmp_path: Path) -> None:
    rules = replace(tic_tac_toe(), points=2)
    game = Game("points", rules, tmp_path)
    state = game.start()
    for move in (0, 3, 1, 4, 2):  # X makes the bottom rank, a point
        apply(game.tables, state, move << 6)
    said = question(GameSkill(game), state, ["a1"])
    assert "Points so far: you 0, your opponent 1." in said and "removed" not in said
    scored = Game("taken", replace(rules, points=0, effect="surround", score="captures"), tmp_path)
    said = question(GameSkill(scored), scored.start(), [])
    assert "Enemy pieces removed so far: 0 by you, 0 by your opponent." in said and "Points" not in said
    assert "so far" not in question(GameSkill(load_game("lattic")), load_game("lattic").start(), [])


KINDS = {
    "games": ("## Example games", ["examples"]),
    "annotated": ("## Example games", ["examples", "values"]),
    "outcomes": ("## Example games", ["outcomes", "cells"]),
    "moves": ("## Example positions", ["positions"]),
}


@pytest.mark.parametrize("wording", ALL_WORDINGS)
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_evidence_is_introduced(kind: str, wording: int) -> None:
    title, named = KINDS[kind]
    text = write_system("The rules.", ["a", "b"], 4, "c3", wording, kind, pieces="X: x; O: o")
    said = {name: sentence for name, sentence in vars(WORDINGS[wording]).items()}
    filled = {"examples": said["examples"] % 4, "cells": said["cells"] % "X: x; O: o"}
    for name in named:
        assert filled.get(name, said[name]) in text
    others = {"values", "outcomes", "positions"} - set(named)
    assert not any(said[name] in text for name in others)
    label = "Position" if kind == "moves" else "Game"
    assert f"\n{title}\n" in text and f"\n{label} 1: a\n{label} 2: b\n" in text
    none = write_system("The rules.", [], 4, "c3", wording, kind, pieces="X: x; O: o")
    assert none == write_system("The rules.", [], 4, "c3", wording), "without examples there are no kinds"


@pytest.mark.parametrize("wording", ALL_WORDINGS)
@pytest.mark.parametrize("kind", ["games", "annotated", "outcomes"])
def test_players_of_different_strength_are_not_called_equal(kind: str, wording: int) -> None:
    text = write_system(None, ["a"], 4, "c3", wording, kind, unequal=True, pieces="X: x; O: o")
    assert "weak" in text and not re.search("equal", text)


def everything(wording: int) -> str:
    """All that is ever said in a wording, with the placeholders left in."""
    return "\n".join(vars(WORDINGS[wording]).values())


@pytest.mark.parametrize("wording", ALL_WORDINGS)
def test_no_wording_speaks_of_engines_levels_or_ratings(wording: int) -> None:
    names = [re.escape(name) for name in LEVELS if name != "random"]
    banned = (
        r"\b(engines?|computer|levels?|ladder|elo|ratings?|mcts|alpha-?beta|greedy|search|bot|benchmark|test(ed|s)?"
    )
    assert re.findall(rf"{banned}|{'|'.join(names)})\b", everything(wording), re.IGNORECASE) == []


def test_wordings_are_paraphrases_with_the_same_blanks() -> None:
    for sentences in zip(*(vars(words).values() for words in WORDINGS), strict=True):
        assert len(set(sentences)) == len(WORDINGS)
        assert len({tuple(re.findall("%[sd]", sentence)) for sentence in sentences}) == 1


@pytest.mark.parametrize("wording", ALL_WORDINGS)
def test_retries_tell_the_illegal_from_the_unreadable(wording: int) -> None:
    illegal, unreadable = write_illegal("z9", wording), write_unreadable("c2-c3", wording)
    assert '"z9"' in illegal and "JSON" in illegal
    assert read_answer(unreadable) == "c2-c3" and "legal" not in unreadable
    assert write_illegal("z" * 81, wording) == write_illegal("z" * 80, wording)
    assert write_illegal("100%s {} %d", wording).count("100%s {} %d") == 1


def test_values_are_percentages_and_choices_follow_a_bar() -> None:
    assert [write_value("c3", value) for value in (0, 0.5, 0.544, 1)] == ["c3 (0)", "c3 (50)", "c3 (54)", "c3 (100)"]
    assert write_choice(["a1", "b2"], "c3") == "a1 b2 | c3"


def test_examples_are_moves_and_a_result() -> None:
    assert write_example(["c3", "c2xd3"], "O wins") == "c3 c2xd3 | O wins"


def test_only_the_end_of_a_long_reply_is_quoted() -> None:
    assert quote_reply("a" * MAX_QUOTED) == "a" * MAX_QUOTED
    assert quote_reply("a" + "b" * MAX_QUOTED) == "…" + "b" * MAX_QUOTED


def test_kinds_of_pieces_are_named_with_their_symbols() -> None:
    skill = GameSkill(load_game("tarsk"))
    state, moves = advance(skill.game, 1)
    assert "You play O (r = runner, c = chief on the board)" in question(skill, state, moves)
    assert "You play X (R = runner, C = chief on the board)" in question(skill, skill.game.start(), [])


def test_the_second_action_of_a_turn_is_announced(tmp_path: Path) -> None:
    game = Game("double", replace(tic_tac_toe(), double=True), tmp_path)
    skill, said = GameSkill(game), []
    for plies in range(5):
        state, moves = game.start(), ["a1", "b2", "c1", "b1", "a2"][:plies]
        for text in moves:
            options = legal_moves(game.tables, state)
            apply(game.tables, state, next(int(m) for m in options if format_move(game.rules, int(m)) == text))
        said.append((int(state[5]), WORDINGS[0].second_action in question(skill, state, moves)))
    assert said == [(0, False), (1, False), (1, True), (0, False), (0, True)]


def test_the_sample_move_has_the_form_of_the_games_moves() -> None:
    assert GameSkill(load_game("morvane")).sample_answer == "a1"
    assert GameSkill(load_game("velun")).sample_answer == "a1-b1"


def test_legal_moves_are_listed_only_when_asked_for() -> None:
    game = load_game("morvane")
    state, moves = advance(game, 5)
    texts = [format_move(game.rules, int(move)) for move in legal_moves(game.tables, state)]
    assert (
        question(GameSkill(game, legal_moves=True), state, moves).split("\n")[-1]
        == f"Your legal moves: {' '.join(texts)}"
    )
    assert "legal" not in question(GameSkill(game), state, moves)


def test_ladders_in_use_name_no_level_in_a_prompt() -> None:
    game = load_game("lattic")
    skill = GameSkill(game)
    text = write_system(game.text, EXAMPLES, 4, skill.sample_answer) + question(skill, *advance(game, 4))
    assert [level for level in load_ladder("lattic").levels if level != "random" and level in text] == []
