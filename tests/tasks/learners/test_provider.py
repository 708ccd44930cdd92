"""Tests of the learners as Inspect models: a whole small evaluation, its usage, its records and its refusals."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from inspect_ai import eval as evaluate
from inspect_ai._util.error import PrerequisiteError
from inspect_ai.log import EvalLog
from inspect_ai.model import ChatMessageUser, GenerateConfig, get_model

from quickstudy.tasks.board_games import board_game
from quickstudy.tasks.direct import play_study
from quickstudy.tasks.games.game import load_game
from quickstudy.tasks.games.kernel import apply, legal_moves
from quickstudy.tasks.games.notation import parse_move
from quickstudy.tasks.learners.directory import LEARNERS
from quickstudy.tasks.learners.learner import count_tokens
from quickstudy.tasks.learners.provider import LearnerAPI
from quickstudy.tasks.study import Study

RECORD = "MatchStore:record"
TINY: dict[str, Any] = {"game": "morvane", "sets": 2, "games_per_match": 2, "teacher": "mcts-100"}


@pytest.fixture(autouse=True, scope="module")
def offline(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No test of this file may connect or look up a name, nor write to the user's cache."""

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("an embedded learner used the network")

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("QUICKSTUDY_CACHE", str(tmp_path_factory.mktemp("cache")))
        patch.setattr(socket, "getaddrinfo", refuse)
        patch.setattr(socket.socket, "connect", refuse)
        yield


def run(folder: Path, model: str = "imitator", arguments: dict[str, Any] | None = None, **task: Any) -> EvalLog:
    """Evaluate a tiny task; its only log."""
    (log,) = evaluate(
        board_game(**TINY | task),
        model=f"quickstudy/{model}",
        model_args=arguments or {},
        display="none",
        log_dir=str(folder),
    )
    return log


@pytest.fixture(scope="module")
def tiny_log(tmp_path_factory: pytest.TempPathFactory, offline: None) -> EvalLog:
    """The log of the imitator on two example sets at n = 0 and n = 1."""
    return run(tmp_path_factory.mktemp("logs"), examples="0,1")


def records(log: EvalLog) -> list[dict[str, Any]]:
    return [sample.store[RECORD] for sample in log.samples or []]


def test_a_whole_evaluation_succeeds(tiny_log: EvalLog) -> None:
    assert (tiny_log.status, tiny_log.error) == ("success", None)
    assert [(r["cell"]["n"], r["set"], len(r["games"])) for r in records(tiny_log)] == [
        (0, 0, 2),
        (0, 1, 2),
        (1, 0, 2),
        (1, 1, 2),
    ]
    assert {r["cell"]["model"] for r in records(tiny_log)} == {"quickstudy/imitator"}
    assert not any(game["forfeit"] for r in records(tiny_log) for game in r["games"])


def test_usage_is_what_the_games_add_up_to(tiny_log: EvalLog) -> None:
    games = [game for record in records(tiny_log) for game in record["games"]]
    assert all(game["input_tokens"] > game["output_tokens"] >= game["asked"] for game in games)
    usage = tiny_log.stats.model_usage["quickstudy/imitator"]
    assert usage.input_tokens == sum(game["input_tokens"] for game in games)
    assert usage.output_tokens == sum(game["output_tokens"] for game in games)
    assert usage.total_tokens == usage.input_tokens + usage.output_tokens


def test_the_recorded_games_replay_through_the_kernel(tiny_log: EvalLog) -> None:
    game = load_game("morvane")
    for played in (played for record in records(tiny_log) for played in record["games"]):
        assert played["moves"].startswith(played["opening"] + " ")
        state, moves = game.start(), played["moves"].split()
        for text in moves:
            move = parse_move(game.rules, text, legal_moves(game.tables, state))
            assert move is not None
            apply(game.tables, state, move)
        points = {3: 0.5, 1 + "xo".index(played["colour"]): 1.0}
        assert int(state[7]) != 0 and played["result"] == points.get(int(state[7]), 0.0)
        assert played["plies"] == len(moves)
        assert [moves[a["ply"]] for a in played["answers"]] == [a["move"] for a in played["answers"]]


def test_inspect_and_direct_runs_play_the_same_games(tiny_log: EvalLog) -> None:
    study = Study("morvane", (0, 1), 2, 2, teacher="mcts-100")
    for logged, direct in zip(records(tiny_log), play_study(study, "quickstudy/imitator"), strict=True):
        for one, other in zip(logged["games"], direct["games"], strict=True):
            assert {**one, "seconds": 0} == {**other, "seconds": 0}


def test_an_unknown_learner_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(
        PrerequisiteError, match="unknown learner quickstudy/nobody: choose one of copycat, greedy"
    ) as e:
        run(tmp_path, "nobody", examples="0")
    assert "\n" not in str(e.value)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"contxt": 100}, "quickstudy/imitator has no model argument 'contxt'; it knows: context, length, limit"),
        ({"context": "big"}, "model argument context: 'big' is not a number of tokens"),
        ({"context": 0}, "model argument context: 0 is not a number of tokens"),
    ],
)
def test_a_wrong_model_argument_is_one_sentence(arguments: dict[str, Any], sentence: str, tmp_path: Path) -> None:
    with pytest.raises(PrerequisiteError) as error:
        run(tmp_path, arguments=arguments, examples="0")
    assert str(error.value) == sentence


def test_a_context_that_holds_no_rules_is_refused_before_anything_runs(tmp_path: Path) -> None:
    with pytest.raises(PrerequisiteError, match="the context window of 100 tokens does not hold the rules of morvane"):
        evaluate(
            "quickstudy/board_game",
            task_args=TINY | {"examples": "0"},
            model="quickstudy/imitator",
            model_args={"context": 100},
            display="none",
            log_dir=str(tmp_path),
        )


def test_prompts_beyond_the_context_are_faults_and_no_forfeits(tmp_path: Path) -> None:
    # the imposed window promises more than the model holds, as with a provider whose limit is not known
    log = run(tmp_path, arguments={"context": 100}, examples="0", window=100_000)
    assert log.status == "error" and log.error is not None and "task parameter window" in log.error.message
    assert not any(sample.scores for sample in log.samples or [])


def test_a_prompt_beyond_the_context_stops_with_model_length() -> None:
    text = "four" * 20
    for context, stop in ((19, "model_length"), (20, "stop")):
        output = asyncio.run(
            LearnerAPI("greedy", context=context).generate(
                [ChatMessageUser(content=text)], [], "auto", GenerateConfig()
            )
        )
        assert (output.stop_reason, bool(output.completion)) == (stop, stop == "stop")
        assert output.usage is not None and output.usage.input_tokens == 20


@pytest.mark.parametrize("name", LEARNERS)
def test_tokens_are_counted_without_a_network(name: str) -> None:
    model = get_model(f"quickstudy/{name}")
    for text in ("", "Play to win.", "é" * 999):
        assert asyncio.run(model.count_tokens(text)) == count_tokens(text)
