"""The Inspect task: it runs by file and by name, says in its log what was shown and read, and refuses nonsense."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from inspect_ai import eval as run_eval
from inspect_ai._util.error import PrerequisiteError
from inspect_ai.log import EvalLog, read_eval_log

from quickstudy.reports.tables import read_games
from quickstudy.scorers.recall import View
from quickstudy.tasks.board_games import board_game
from quickstudy.tasks.learners.learner import count_tokens
from quickstudy.tasks.study import Study
from quickstudy.tasks.window import reserve_position
from tests.benchmarks.commands import ROOT, run
from tests.same_tables import same_games

TINY = ("-T", "game=morvane", "-T", "examples=0,1", "-T", "sets=2", "-T", "games_per_match=2")
REPLY = 100


@dataclass
class Played:
    """Logs of the same evaluation, started by the task's file and by its name."""

    by_file: Path
    by_name: Path
    log: EvalLog


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Played:
    folders = []
    for task in ("tasks/board_games.py", "quickstudy/board_game"):
        home = tmp_path_factory.mktemp("eval")
        words = ("inspect", "eval", task, *TINY, "--model", "quickstudy/imitator", "--log-dir", str(home / "logs"))
        done = run(home, *words, "--display", "plain", cwd=ROOT)
        assert done.returncode == 0, done.stdout + done.stderr
        folders.append(home / "logs")
    by_file, by_name = folders
    return Played(by_file, by_name, read_eval_log(next(by_file.glob("*.eval")), resolve_attachments="full"))


def test_task_runs_by_file_and_by_name(played: Played) -> None:
    games = read_games(played.by_file)
    assert len(games) == 8
    assert same_games(games, read_games(played.by_name))
    assert (games["outcome"] != "error").all() and (games["illegal"] == 0).all()


def test_each_sample_is_a_match_of_one_example_set(played: Played) -> None:
    samples = played.log.samples or []
    assert [sample.id for sample in samples] == [f"morvane-n{n}-set{k}" for n in (0, 1) for k in (0, 1)]
    metadata = [(s.metadata["n"], s.metadata["n_requested"], s.metadata["set"]) for s in samples]
    assert metadata == [(0, 0, 0), (0, 0, 1), (1, 1, 0), (1, 1, 1)]


def test_log_shows_rules_examples_positions_answers_and_outcomes(played: Played) -> None:
    study = Study("morvane", examples=(0, 1), sets=2, games_per_match=2)
    for sample in played.log.samples or []:
        n, number = sample.metadata["n"], sample.metadata["set"]
        record = sample.store["MatchStore:record"]
        first, *turns = sample.messages
        # the rules and the examples stand once, above all positions
        assert first.role == "system" and first.text == study.write_system(View.plain(n), number)
        assert study.game.text in first.text
        assert [line in first.text for line in study.examples_of(1, number)] == [n == 1]
        asked = [answer for game in record["games"] for answer in game["answers"]]
        assert [turn.role for turn in turns] == ["user", "assistant"] * len(asked)
        for question, reply, answer in zip(turns[::2], turns[1::2], asked, strict=True):
            assert question.text.startswith("## Position\n")
            assert reply.text == answer["text"]
        shown = [event.data for event in sample.events if event.event == "info" and event.source == "quickstudy"]
        assert len(shown) == 2
        for text, game in zip(shown, record["games"], strict=True):
            assert isinstance(text, str)  # the viewer renders a string as Markdown
            assert f"**Game {game['game'] + 1}: {game['outcome']}**" in text
            assert game["opponent"] in text and game["moves"] in text
            assert all(f"{answer['ply']}: {answer['move']}" in text for answer in game["answers"])


def test_scores_and_metrics_are_in_the_log(played: Played) -> None:
    assert played.log.results is not None
    metrics = {name for score in played.log.results.scores for name in score.metrics}
    assert {"n=0", "n=1", "n=0 low", "n=1 high"} <= metrics
    assert any("legality" in name for name in metrics) and any("readability" in name for name in metrics)
    for sample in played.log.samples or []:
        points = sum(game["result"] for game in sample.store["MatchStore:record"]["games"])
        assert sample.scores is not None
        value = sample.scores["match_score"].value
        assert isinstance(value, dict)
        assert value["points"] == pytest.approx(points / value["games"])
        assert value["legality"] == 1.0


def evaluate(folder: Path, model: str = "quickstudy/random", **arguments: Any) -> EvalLog:
    """Run the task in this process; `model_args` are the model's."""
    model_args, epochs = arguments.pop("model_args", {}), arguments.pop("epochs", None)
    given: dict[str, Any] = {"game": "morvane", "sets": 2, "games_per_match": 2, "reply_tokens": REPLY, **arguments}
    (log,) = run_eval(
        "quickstudy/board_game",
        task_args=given,
        model=model,
        model_args=model_args,
        log_dir=str(folder),
        display="none",
        epochs=epochs,
    )
    return log


def test_each_epoch_is_a_match_of_its_own(tmp_path: Path) -> None:
    evaluate(tmp_path, examples=[0], sets=1, epochs=2)
    games = read_games(tmp_path)
    assert list(games["match"]) == [0, 0, 1, 1] and games["cell_id"].nunique() == 1
    assert games["seed"].nunique() == 2 and games["moves"].nunique() == 4


def window_for(k: int) -> int:
    """The smallest window that holds k examples of either of two sets."""
    study = Study("morvane", examples=(8,), sets=2)
    longest = max(count_tokens(study.write_system(View.plain(k), number)) for number in (0, 1))
    return longest + reserve_position(study) + REPLY


@pytest.mark.parametrize("imposed", ["task", "model"])
def test_window_that_holds_fewer_examples_gives_all_sets_the_same_n(imposed: str, tmp_path: Path) -> None:
    window = window_for(3)
    assert window < window_for(4)
    limit = {"window": window} if imposed == "task" else {"model_args": {"context": window}}
    log = evaluate(tmp_path, examples=[8], **limit)
    assert log.status == "success"
    games = read_games(tmp_path)
    assert set(games["n"]) == {3} and set(games["n_requested"]) == {8}
    assert set(games["m"]) == {3} and set(games["slots"]) == {3}
    assert games["cell_id"].nunique() == 1 and games["set"].nunique() == 2
    assert (games["forfeit"] == 0).all()
    for sample in log.samples or []:
        assert (sample.metadata["n"], sample.metadata["n_requested"]) == (3, 8)
        system = sample.messages[0].text
        assert "\nGame 3: " in system and "\nGame 4: " not in system
        shown = [event.data for event in sample.events if event.event == "info"]
        assert shown[0] == "The window holds **3 of 8** examples of every set."


def test_numbers_of_examples_that_a_window_makes_equal_are_played_once(tmp_path: Path) -> None:
    log = evaluate(tmp_path, examples=[2, 8, 16], window=window_for(3))
    assert log.status == "success"
    games = read_games(tmp_path)
    played = games[["n", "n_requested"]].drop_duplicates().to_numpy().tolist()
    assert sorted(played) == [[2, 2], [3, 8]] and len(games) == 2 * 2 * 2
    for sample in log.samples or []:
        repeated = sample.metadata["n_requested"] == 16
        assert ("MatchStore:record" in sample.store) != repeated
        shown = [event.data for event in sample.events if event.event == "info"]
        assert ("It is the same as n8: the window holds no more." in shown) == repeated


@pytest.mark.parametrize("imposed", ["task", "model"])
@pytest.mark.parametrize("lacking", [1, 2000])
def test_window_too_small_for_one_example_is_refused_in_a_sentence(imposed: str, lacking: int, tmp_path: Path) -> None:
    window = window_for(1) - lacking
    limit = {"window": window} if imposed == "task" else {"model_args": {"context": window}}
    with pytest.raises(PrerequisiteError) as caught:
        evaluate(tmp_path, examples=[1], **limit)
    message = str(caught.value.message)
    assert f"window of {window} tokens does not hold the rules of morvane and one example" in message
    assert "larger window or fewer reply_tokens" in message
    assert list(tmp_path.glob("*.eval")) == []


def test_window_is_that_of_the_model_asked_now(tmp_path: Path) -> None:
    # a model opened earlier in this process with a smaller window must not count
    evaluate(tmp_path / "a", examples=[1], sets=1, model_args={"context": window_for(1)})
    log = evaluate(tmp_path / "b", "quickstudy/greedy", examples=[4], sets=1)
    assert [sample.metadata["n"] for sample in log.samples or []] == [4]


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ({"game": "nosuch"}, "'nosuch'"),
        ({"game": "hex_without_ladder.json"}, "there is no file hex_without_ladder.json: check the path"),
        ({"examples": "70000"}, "beyond the corpus"),
        ({"examples": "a"}, "'a'"),
        ({"examples": ""}, "at least one n"),
        ({"examples": [1, 1]}, "listed twice"),
        ({"examples": -1}, "-1"),
        ({"sets": 0}, "sets"),
        ({"sets": "many"}, "'many'"),
        ({"sets": 1.5}, "1.5"),
        ({"games_per_match": 3}, "even number"),
        ({"rules": "some"}, "full, none or wrong"),
        ({"wording": 3}, "wording"),
        ({"retries": -1}, "retries"),
        ({"legal_moves": "yes"}, "legal_moves"),
        ({"teacher": "nosuch"}, "nosuch"),
        ({"opponents": "nosuch"}, "'nosuch'"),
        ({"evidence": "nosuch"}, "'nosuch'"),
        ({"window": "wide"}, "window"),
        ({"window": 0}, "window"),
        ({"reply_tokens": 0}, "reply_tokens"),
    ],
)
def test_impossible_parameters_are_refused_in_a_sentence(arguments: dict[str, Any], named: str) -> None:
    with pytest.raises(PrerequisiteError) as caught:
        board_game(**{"game": "morvane", **arguments})
    message = str(caught.value.message)
    assert named in message and "\n" not in message


def test_refusal_on_the_command_line_has_no_traceback(tmp_path: Path) -> None:
    words = ("inspect", "eval", "tasks/board_games.py", "-T", "game=nosuch", "--model", "quickstudy/random")
    done = run(tmp_path, *words, "--log-dir", str(tmp_path / "logs"), cwd=ROOT)
    assert done.returncode != 0
    printed = " ".join((done.stdout + done.stderr).split())
    assert "unknown game 'nosuch': choose one of " in printed and "Traceback" not in printed
    assert not list(tmp_path.rglob("*.eval"))


@pytest.mark.parametrize(
    ("model", "model_args", "named"),
    [
        ("quickstudy/nobody", {}, "unknown learner quickstudy/nobody: choose one of "),
        ("quickstudy/random", {"context": "wide"}, "'wide' is not a number of tokens"),
        ("quickstudy/random", {"colour": "red"}, "no model argument 'colour'"),
    ],
)
def test_unknown_learner_or_argument_is_refused_in_a_sentence(
    model: str, model_args: dict[str, object], named: str, tmp_path: Path
) -> None:
    with pytest.raises(PrerequisiteError) as caught:
        evaluate(tmp_path, model, model_args=model_args)
    assert named in str(caught.value.message)


def test_a_users_own_game_needs_only_its_spec_and_ladder(tmp_path: Path) -> None:
    catalogue = Study("morvane").game.folder
    spec = json.loads((catalogue / "rules.json").read_text())
    (tmp_path / "mine.json").write_text(json.dumps({**spec, "name": "Mine"}))
    shutil.copy(catalogue / "ladder.json", tmp_path / "mine.ladder.json")
    log = evaluate(tmp_path / "logs", game=os.fspath(tmp_path / "mine.json"), examples=[1], sets=1)
    assert log.status == "success"
    assert set(read_games(tmp_path / "logs")["skill"]) == {"mine"}
    assert "Mine is a game for two players" in (log.samples or [])[0].messages[0].text
