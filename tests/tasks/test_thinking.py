"""Tests of thinking: what may be asked for, what is passed on to a model, and which cell it makes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from inspect_ai import eval as evaluate
from inspect_ai._util.error import PrerequisiteError
from inspect_ai.log import EvalLog

from quickstudy.reports.tables import read_games
from quickstudy.scorers.recall import View
from quickstudy.tasks.board_games import board_game
from quickstudy.tasks.direct import play_study
from quickstudy.tasks.study import Study
from quickstudy.tasks.thinking import EFFORTS, list_settings, rank_thinking, read_thinking

TINY: dict[str, Any] = {"game": "morvane", "examples": "0", "sets": 1, "games_per_match": 2, "opponents": "random"}


def run(folder: Path, thinking: int | str | None, **settings: Any) -> EvalLog:
    (log,) = evaluate(
        board_game(**TINY, thinking=thinking), "quickstudy/scorer", display="none", log_dir=str(folder), **settings
    )
    return log


def test_levels_have_one_spelling_each() -> None:
    asked = [None, "", 0, "none", "0", 1024, "01024", "Low", "max"]
    assert [read_thinking(level) for level in asked] == ["", "", "0", "0", "0", "1024", "1024", "low", "max"]
    assert sorted(["high", "8192", "", "low", "0", "512"], key=rank_thinking) == ["", "0", "512", "8192", "low", "high"]


@pytest.mark.parametrize("wrong", [-1, "lots", 1.5, True, [0, 1024], "²"])
def test_a_level_that_is_none_is_refused_with_a_sentence(wrong: Any) -> None:
    with pytest.raises(PrerequisiteError, match=r"task parameter thinking: .* is neither a number of tokens nor"):
        board_game(**TINY, thinking=wrong)


def test_a_budget_leaves_room_for_the_answer() -> None:
    assert Study("morvane", thinking="99", reply_tokens=100).thinking == "99"
    with pytest.raises(ValueError, match="100 tokens leave nothing of a reply of 100"):
        Study("morvane", thinking="100", reply_tokens=100)


def test_settings_are_those_that_inspect_knows() -> None:
    from inspect_ai.model import GenerateConfig

    for level in ("", "0", "1024", *EFFORTS):
        GenerateConfig.model_validate(list_settings(level))
    assert list_settings("0") == {"reasoning_effort": "none"}, "some providers refuse a budget of 0"
    assert [list_settings(level) for level in ("", "7", "low")] == [
        {},
        {"reasoning_tokens": 7},
        {"reasoning_effort": "low"},
    ]


def test_levels_are_cells_of_their_own_and_no_thinking_asked_for_is_the_cell_of_before() -> None:
    ids = [
        Study("morvane", thinking=level).plan("a/b", "{}", View.plain(0), 0).cell["cell_id"]
        for level in ("", "0", "1024", "low")
    ]
    assert len(set(ids)) == 4
    assert Study("velun").plan("a/b", "{}", View.plain(4), 0).cell["cell_id"] == "b360ee101d5d0f7e"


def test_a_budget_reaches_the_model_and_what_it_thought_reaches_the_table(tmp_path: Path) -> None:
    assert run(tmp_path / "a", 400).status == "success"
    games = read_games(tmp_path / "a")
    asked = games["reasoning_tokens"] / games["asked"]
    assert set(games["thinking"]) == {"400"} and (asked > 100).all() and (asked <= 400).all()
    assert (games["reasoning_tokens"] < games["output_tokens"]).all()
    study = Study("morvane", (0,), 1, 2, opponents=("random",), thinking="400")
    (direct,) = play_study(study, "quickstudy/scorer")
    assert [game["reasoning_tokens"] for game in direct["games"]] == games["reasoning_tokens"].tolist()
    assert [game["moves"] for game in direct["games"]] == games["moves"].tolist()
    assert {direct["cell"]["cell_id"]} == set(games["cell_id"])


def test_inspects_own_settings_are_a_part_of_the_cell_and_refused_beside_the_parameter(tmp_path: Path) -> None:
    assert run(tmp_path / "a", None, reasoning_tokens=400).status == "success"
    games = read_games(tmp_path / "a")
    assert set(games["thinking"]) == {""} and set(games["arguments"]) == {'{"config": {"reasoning_tokens": 400}}'}
    assert (games["reasoning_tokens"] > 0).all()
    log = run(tmp_path / "b", 300, reasoning_effort="low")
    assert log.error and "reasoning_effort=low beside thinking=300" in log.error.message


def test_two_ways_of_asking_for_thinking_are_refused_before_the_first_match(tmp_path: Path) -> None:
    arguments = {**TINY, "thinking": 300}
    with pytest.raises(PrerequisiteError, match="reasoning_effort=low beside thinking=300: leave one of them out"):
        evaluate(
            "quickstudy/board_game",
            "quickstudy/scorer",
            task_args=arguments,
            reasoning_effort="low",
            display="none",
            log_dir=str(tmp_path),
        )
    assert not list(tmp_path.glob("*.eval"))


def test_efforts_are_known_to_inspect_alone() -> None:
    with pytest.raises(ValueError, match="only Inspect knows what the effort low means"):
        next(play_study(Study("morvane", thinking="low"), "quickstudy/scorer"))
