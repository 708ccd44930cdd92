"""`quickstudy list`, `show` and `play`: what a person sees, types and finds recorded."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from quickstudy.benchmarks.cli import main
from quickstudy.reports.tables import read_games
from quickstudy.tasks.games.game import Game, list_games, load_game
from quickstudy.tasks.games.kernel import apply, legal_moves
from quickstudy.tasks.games.notation import draw_board, format_move, parse_move
from quickstudy.tasks.opponents.ladder import load_ladder
from tests.benchmarks.commands import run


def command(*words: str, typed: str | None = None) -> Result:
    """Run the command in this process; it must end well."""
    result = CliRunner().invoke(main, list(words), input=typed)
    assert result.exit_code == 0, (result.output, result.exception)
    return result


def test_list_names_games_learners_and_suites() -> None:
    lines = command("list").stdout.splitlines()
    first = [line.split()[0] for line in lines if line.startswith("  ")]
    assert first[: len(list_games())] == list_games()
    assert {"quickstudy/random", "quickstudy/imitator", "smoke"} <= set(first)
    levels = len(load_ladder("morvane").levels)
    row = next(line for line in lines if line.split()[0] == "morvane")
    assert "invented" in row and "square 6x6 torus" in row and f"ladder of {levels} levels" in row
    assert "reference" in next(line for line in lines if line.split()[0] == "hex")


@pytest.mark.parametrize("name", list_games())
def test_show_gives_rules_board_ladder_and_an_example(name: str) -> None:
    game = load_game(name)
    shown = command("show", name).stdout
    assert shown.startswith(game.text)
    assert draw_board(game.rules, game.start()) in shown
    if (game.folder / "ladder.json").is_file():
        ladder = load_ladder(name)
        for level, rating in zip(ladder.levels, ladder.ratings, strict=True):
            assert f"{level:20} {rating:7.0f} Elo" in shown
    else:
        assert "quickstudy calibrate" in shown
    replay(game, shown.splitlines()[-1])


def replay(game: Game, line: str) -> None:
    """Check that an example line is a complete legal game."""
    moves, result = line.split(" | ")
    state = game.start()
    for text in moves.split():
        move = parse_move(game.rules, text, legal_moves(game.tables, state))
        assert move is not None, text
        apply(game.tables, state, move)
    assert len(legal_moves(game.tables, state)) == 0
    assert result in ("X wins", "O wins", "draw")


def legal_texts(game: Game, record: str) -> list[str]:
    """The legal moves after a list of moves."""
    state = game.start()
    for text in record.split():
        move = parse_move(game.rules, text, legal_moves(game.tables, state))
        assert move is not None, text
        apply(game.tables, state, move)
    return [format_move(game.rules, int(move)) for move in legal_moves(game.tables, state)]


class Person:
    """Types a random legal move at each prompt, as read from the question that was printed last."""

    def __init__(self, game: Game, errors: int = 0) -> None:
        self.game, self.errors, self.asked = game, errors, 0
        self.printed: list[str] = []
        self.choice = random.Random(5)

    def echo(self, text: str = "", **_: object) -> None:
        self.printed.append(text)

    def input(self, prompt: str) -> str:
        self.asked += 1
        if self.asked <= self.errors:
            return "zz9"
        so_far = next(line for text in reversed(self.printed) for line in text.splitlines() if "Moves so far: " in line)
        return self.choice.choice(legal_texts(self.game, so_far.removeprefix("Moves so far: ")))


@pytest.mark.parametrize("colour", ["x", "o"])
def test_a_persons_game_is_recorded_like_any_other(
    colour: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    game = load_game("morvane")
    person = Person(game, errors=2)
    monkeypatch.setattr("builtins.input", person.input)
    monkeypatch.setattr("quickstudy.benchmarks.play.click.echo", person.echo)
    command("play", "morvane", "--level", "random", "--colour", colour, "--out", str(tmp_path))
    assert game.text in person.printed[0]  # the rules text that a model reads
    table = read_games(tmp_path)
    assert len(table) == 1
    row = table.iloc[0]
    assert (row["model"], row["opponent"], row["opponent_elo"], row["colour"]) == ("person", "random", 0.0, colour)
    assert (row["illegal"], row["asked"]) == (2, person.asked)
    assert row["outcome"] in ("win", "draw", "loss")
    assert legal_texts(game, row["moves"]) == []
    assert any(f"The game is over: {row['outcome']}" in text for text in person.printed)


def test_second_game_of_a_person_counts_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for colour in ("x", "o", "x"):
        person = Person(load_game("morvane"))
        monkeypatch.setattr("builtins.input", person.input)
        monkeypatch.setattr("quickstudy.benchmarks.play.click.echo", person.echo)
        command("play", "morvane", "--level", "random", "--colour", colour, "--out", str(tmp_path))
    table = read_games(tmp_path)
    assert list(table["match"]) == [0, 1, 2]
    assert list(table["colour"]) == ["x", "o", "x"]
    assert table["cell_id"].nunique() == 1


def test_moves_may_be_piped_in_and_the_end_of_the_input_gives_up(tmp_path: Path) -> None:
    done = run(tmp_path, "quickstudy", "play", "morvane", "--level", "random", typed="zz9\n")
    assert done.returncode == 0 and done.stderr == ""
    assert load_game("morvane").text in done.stdout
    assert 'The move "zz9" is not legal' in done.stdout
    assert done.stdout.splitlines()[-1] == "You gave the game up; nothing is recorded."
    assert (tmp_path / "runs" / "play" / "morvane.jsonl").read_text() == ""


def test_resigning_records_nothing(tmp_path: Path) -> None:
    shown = command("play", "tarsk", "--level", "random", "--out", str(tmp_path), typed="resign\n").stdout
    assert "You gave the game up; nothing is recorded." in shown
    assert (tmp_path / "tarsk.jsonl").read_text() == ""


def test_ten_illegal_answers_forfeit_a_persons_game(tmp_path: Path) -> None:
    # a terminal's garbage: control characters, an escape sequence, quotes, nothing
    typed = "\n".join(["\x00\x1b[2J", '"}', "", "null", "a1 a2", "é", "{", "9", "pass", "zz"]) + "\n"
    command("play", "morvane", "--level", "random", "--out", str(tmp_path), typed=typed)
    record = json.loads((tmp_path / "morvane.jsonl").read_text())["games"][0]
    assert (record["outcome"], record["result"]) == ("forfeit_illegal", 0.0)
    assert record["asked"] == record["illegal"] + record["unreadable"] == 10
