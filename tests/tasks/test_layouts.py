"""Padded layouts through Inspect: cells of their own, fitted to the window by dropping filler only."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from inspect_ai import eval as run_eval
from inspect_ai._util.error import PrerequisiteError
from inspect_ai.log import EvalLog

from quickstudy.reports.results import list_curves, read_results
from quickstudy.reports.tables import read_games, write_games
from quickstudy.scorers.recall import View
from quickstudy.tasks.direct import play_study, write_records
from quickstudy.tasks.learners.learner import count_tokens
from quickstudy.tasks.parameters import read_study
from quickstudy.tasks.study import Study
from quickstudy.tasks.window import reserve_position
from tests.same_tables import same_games

SMALL: dict[str, Any] = {"teacher": "random", "sets": 2, "games_per_match": 2, "m": 2, "slots": 24}


def evaluate(folder: Path, **arguments: object) -> EvalLog:
    (log,) = run_eval(
        "quickstudy/board_game",
        task_args={"game": "morvane", "examples": "0", **SMALL, **arguments},
        model="quickstudy/random",
        log_dir=str(folder),
        display="none",
    )
    return log


def test_padded_layouts_are_played_beside_the_plain_cells_and_alike_without_inspect(tmp_path: Path) -> None:
    log = evaluate(tmp_path / "inspect", layouts="plain,late,filler")
    assert {sample.id for sample in log.samples or []} == {
        f"morvane-{name}-set{number}" for name in ("n0", "late-m2-slots24", "filler-m0-slots24") for number in (0, 1)
    }
    assert log.results is not None
    assert any(name.startswith("n=2 late") for score in log.results.scores for name in score.metrics)
    games = read_games(tmp_path / "inspect")
    cells = games[["layout", "n", "m", "slots", "filler", "regime"]].drop_duplicates().to_numpy().tolist()
    assert sorted(cells) == [
        ["filler", 0, 0, 24, "velun", "examples"],
        ["late", 2, 2, 24, "velun", "examples"],
        ["plain", 0, 0, 0, "", "rules"],
    ]
    study = Study("morvane", examples=(0,), layouts=("plain", "late", "filler"), **SMALL)
    (tmp_path / "direct").mkdir()
    write_records(play_study(study, "quickstudy/random"), tmp_path / "direct" / "logs.jsonl")
    assert same_games(read_games(tmp_path / "direct").assign(arguments=games["arguments"].iloc[0]), games)
    write_games(games, tmp_path / "games.parquet")
    (curve,) = list_curves(read_results(tmp_path / "games.parquet"))
    assert [point.view for point in curve.points] == [View.plain(0), View("late", 2, 24), View("filler", 0, 24)]


def test_duplicates_in_another_order_are_played_and_read_as_such(tmp_path: Path) -> None:
    log = evaluate(tmp_path, layouts="duplicate", order=3)
    assert {sample.id for sample in log.samples or []} == {f"morvane-duplicate-m2-slots24-set{k}" for k in (0, 1)}
    for sample in log.samples or []:
        lines = [line for line in sample.messages[0].text.split("\n") if line.startswith("Game ")]
        assert len(lines) > 18 and len({line.partition(": ")[2] for line in lines}) == 2
    cells = read_games(tmp_path)[["layout", "n", "slots", "filler", "order"]].drop_duplicates().to_numpy().tolist()
    assert cells == [["duplicate", 2, 24, "", 3]]


def window_for(view: View) -> int:
    """The smallest window that holds a view in both of two sets."""
    study = read_study("morvane", "0", None, layouts="late", reply_tokens=200, **SMALL)
    longest = max(count_tokens(study.write_system(view, number)) for number in (0, 1))
    return reserve_position(study) + study.reply_tokens + longest


def test_a_small_window_drops_filler_and_keeps_the_informative_examples(tmp_path: Path) -> None:
    windows = {slots: window_for(View("late", 2, slots)) for slots in range(2, 25)}
    held, window = next((slots, windows[slots]) for slots in range(2, 24) if windows[slots] < windows[slots + 1])
    log = evaluate(tmp_path, layouts="late", window=window, reply_tokens=200)
    assert log.status == "success"
    for sample in log.samples or []:
        shown = {key: sample.metadata[key] for key in ("n", "m", "slots", "slots_requested")}
        assert shown == {"n": 2, "m": 2, "slots": held, "slots_requested": 24}
        told = [event.data for event in sample.events if event.event == "info"]
        assert told[0] == f"The window holds **{held} of 24** example slots."
    assert set(read_games(tmp_path)["slots"]) == {held}


def test_a_window_without_room_for_the_informative_examples_is_refused(tmp_path: Path) -> None:
    window = window_for(View("late", 2, 2)) - 1
    with pytest.raises(PrerequisiteError) as caught:
        evaluate(tmp_path, layouts="late", window=window, reply_tokens=200)
    assert f"window of {window} tokens does not hold the rules of morvane and 2 examples" in str(caught.value.message)


@pytest.mark.parametrize("words", ["late,sideways", "", "late,late"])
def test_unknown_layouts_are_a_sentence(words: str) -> None:
    with pytest.raises(ValueError, match=r"^task parameter layouts: "):
        read_study("morvane", "0", None, layouts=words, **SMALL)
