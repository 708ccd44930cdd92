"""The notebook writes what it learnt into notes and plays by them, and reads nothing that is not in the text."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from quickstudy.tasks.game_challenge import GameSkill
from quickstudy.tasks.games.game import Game, load_game
from quickstudy.tasks.games.kernel import legal_moves
from quickstudy.tasks.learners.chess_states import chess_words, encode_position
from quickstudy.tasks.learners.note_words import NoteWords, board_words
from quickstudy.tasks.learners.notebook import LineNotebook, Notebook
from quickstudy.tasks.prompts.author import write_author, write_request, write_studied
from quickstudy.tasks.prompts.play import write_system
from quickstudy.tasks.study import Study
from tests.known_games import breakthrough

GAME = load_game("tvafindil")


FNIPIL = chess_words(5, 6, ("zlil", "mraze", "king", "pawn"))


@pytest.mark.parametrize(
    "words", [*(board_words(load_game(name).rules) for name in ("tvafindil", "lattic", "morvane", "gvutalkil")), FNIPIL]
)
def test_weights_survive_their_words_to_a_hundredth(words: NoteWords) -> None:
    size = words.features.size
    weights = np.random.default_rng(0).normal(0.0, 0.5, size + 1)
    lines = words.write(weights, np.abs(weights), 12, 100_000)
    read, said, games = words.read(lines)
    named = np.zeros(size + 1, bool)
    named[list(words.named.values())] = True
    assert games == 12 and (said == (named & (np.round(weights, 2) != 0))).all()
    assert np.abs(read - weights)[said].max() <= 0.005 + 1e-9


@pytest.mark.parametrize("budget", [10, 40, 200, 1000])
def test_the_words_fit_the_budget_with_numbers_and_kinds(budget: int) -> None:
    words = board_words(GAME.rules)
    weights = np.random.default_rng(0).normal(0.0, 0.5, words.features.size + 1)
    lines = words.write(weights, np.abs(weights), 12, budget)
    shown = "\n".join(f"{number}. advice: {line}" for number, line in enumerate(lines, 1))
    assert len(shown.encode()) <= budget and (budget < 40 or lines)


def test_strange_notes_are_passed_over() -> None:
    lines = [
        "own man on: a1 +3",
        "own man on: z9 +3, a2 +x",
        "enemy dragon on: a1 +5",
        "keep together",
        "from many games",
    ]
    weights, said, games = board_words(breakthrough(5)).read(lines)
    assert (said.sum(), games, round(float(weights.sum()), 2)) == (1, 0, 0.03)


@pytest.mark.parametrize("words", [board_words(GAME.rules), FNIPIL])
def test_blocks_share_out_all_features(words: NoteWords) -> None:
    masks = [words.mask([block]) for block in ("cells", "windows", "lines", "material")]
    assert np.array(masks).sum(axis=0)[:-1].tolist() == [1] * words.features.size


def test_words_of_chess_name_squares_and_pieces_anywhere() -> None:
    weights, said, _ = FNIPIL.read(
        ["own zlil on: b3 +12", "own pieces anywhere: zlil +150, king -3", "enemy pawn on: f1 +9"]
    )
    features = FNIPIL.features
    assert (said.sum(), round(float(weights.sum()), 2)) == (3, 1.59), "there is no file f"
    state = np.array(encode_position({"Z": 1 << 11}, None, "ZMKP", 1), np.uint64)
    assert round(float(weights[features.index_pieces(features.encode(state[None], 0))].sum()), 2) == 1.62


def ask_notes(learner: Notebook, notes: list[str], games: list[str], budget: int = 400) -> list[dict[str, object]]:
    system = write_author(GAME.text, notes, games, 4, ["mistake", "advice"], budget)
    reply = json.loads(learner.answer([("system", system), ("user", write_request())]))
    edits = reply["edits"]
    assert isinstance(edits, list)
    return edits


def play_lines(count: int) -> list[str]:
    lines = Study("tvafindil", examples=(count,), sets=1).examples_of(count, 0)
    return [write_studied(k, "vlor", line, "X") for k, line in enumerate(lines, 1)]


def test_an_author_replaces_old_notes_by_what_old_notes_and_games_tell() -> None:
    first = ask_notes(Notebook(), [], play_lines(4))
    texts = [str(edit["text"]) for edit in first]
    assert {edit["action"] for edit in first} == {"add"} and {edit["kind"] for edit in first} == {"advice"}
    assert texts[0] == "from 4 games" and any(text.startswith("own ") for text in texts)
    second = ask_notes(Notebook(), [f"{k}. advice: {text}" for k, text in enumerate(texts, 1)], play_lines(4))
    assert [edit["action"] for edit in second[: len(texts)]] == ["delete"] * len(texts)
    assert second[len(texts)]["text"] == "from 8 games"


def test_a_player_chooses_by_its_notes_and_readers_of_other_features_by_what_they_know() -> None:
    rules = breakthrough(5)
    game = Game("small", rules, Path())
    state = game.start()
    question = GameSkill(game).write_question(state, [], legal_moves(game.tables, state))
    kind = rules.kinds[0].name

    def move_of(learner: Notebook, lines: list[str]) -> str:
        notes = [f"{k}. advice: {line}" for k, line in enumerate(lines, 1)]
        system = write_system(game.text, [], 4, "a1-a2", notes=notes)
        return str(json.loads(learner.answer([("system", system), ("user", question)]))["move"])

    assert move_of(Notebook(), [f"own {kind} on: c3 +90"]).endswith("c3")
    assert move_of(Notebook(), [f"own {kind} on: e3 +90"]).endswith("e3")
    assert move_of(LineNotebook(), [f"own {kind} on: e3 +90"]).endswith("e3"), "it knows cells, too"


def test_a_notebook_that_cannot_read_the_rules_says_so() -> None:
    system = write_author(None, [], [], 4, ["advice"], 400)
    assert "cannot" in Notebook().answer([("system", system), ("user", write_request())])
