"""One small study, played directly and by Inspect, that the tests of reports read and never change."""

from __future__ import annotations

from pathlib import Path

import pytest
from inspect_ai import eval as run_eval

from quickstudy.tasks.direct import play_study, write_records
from quickstudy.tasks.study import Study

MODEL = "quickstudy/random"


@pytest.fixture(scope="session")
def direct(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("direct")
    study = Study("morvane", examples=(0, 1), sets=2, games_per_match=2)
    write_records(play_study(study, MODEL), folder / "study.jsonl")
    return folder


@pytest.fixture(scope="session")
def evaluated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The log of one evaluation of the same study; its folder holds nothing else."""
    folder = tmp_path_factory.mktemp("evaluated")
    arguments = {"game": "morvane", "examples": [0, 1], "sets": 2, "games_per_match": 2}
    (log,) = run_eval("quickstudy/board_game", task_args=arguments, model=MODEL, log_dir=str(folder), display="none")
    assert log.status == "success"
    (path,) = folder.glob("*.eval")
    return path
