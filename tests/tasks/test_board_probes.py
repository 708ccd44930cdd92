"""The Inspect task on probes: by file and by name, the same as a direct run, resumed without asking twice."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from inspect_ai import eval as run_eval
from inspect_ai import eval_retry
from inspect_ai._util.error import PrerequisiteError
from inspect_ai.log import EvalLog, read_eval_log, write_eval_log

from quickstudy.reports.probes import read_answers
from quickstudy.reports.tables import TableError, read_games
from quickstudy.scorers.recall import View
from quickstudy.tasks.board_probes import board_probe
from quickstudy.tasks.direct import probe_study, write_records
from quickstudy.tasks.games.game import load_game
from quickstudy.tasks.study import Study
from tests.benchmarks.commands import ROOT, run
from tests.same_tables import same_answers
from tests.tasks.paid_provider import BREAKS_AT, CALLS, forget_calls

SMALL: dict[str, Any] = {"game": "morvane", "examples": [0, 1], "sets": 2, "probes": 4}


@pytest.fixture(autouse=True)
def fresh() -> None:
    forget_calls()


def evaluate(folder: Path, model: str = "quickstudy/imitator", **arguments: Any) -> EvalLog:
    options = {name: arguments.pop(name) for name in ("token_limit", "epochs") if name in arguments}
    (log,) = run_eval(
        "quickstudy/board_probe",
        task_args={**SMALL, **arguments},
        model=model,
        max_samples=1,
        log_dir=str(folder),
        display="none",
        **options,
    )
    return log


def test_logs_by_file_and_by_name_and_a_direct_run_hold_the_same_answers(tmp_path: Path) -> None:
    words = [f"-T{name}={','.join(map(str, v)) if isinstance(v, list) else v}" for name, v in SMALL.items()]
    command = ("inspect", "eval", "tasks/board_probes.py", *words, "--model", "quickstudy/imitator")
    done = run(tmp_path, *command, "--log-dir", str(tmp_path / "file"), "--display", "plain", cwd=ROOT)
    assert done.returncode == 0, done.stdout + done.stderr
    log = evaluate(tmp_path / "name")
    study = Study("morvane", examples=(0, 1), sets=2)
    write_records(probe_study(study, "quickstudy/imitator", 4), tmp_path / "direct" / "a.jsonl")
    tables = [read_answers(tmp_path / name) for name in ("file", "name", "direct")]
    assert len(tables[0]) == 2 * 2 * 4 and (tables[0]["outcome"] == "answered").all()
    assert same_answers(tables[0], tables[1]) and same_answers(tables[1], tables[2])
    assert not same_answers(tables[0], tables[1].assign(move="a1"))
    assert (log.status, [sample.id for sample in log.samples or []]) == (
        "success",
        [f"morvane-n{n}-set{k}" for n in (0, 1) for k in (0, 1)],
    )


def test_log_shows_the_questions_and_a_score_of_regret(tmp_path: Path) -> None:
    log = evaluate(tmp_path)
    study = Study("morvane", examples=(0, 1), sets=2)
    for sample in log.samples or []:
        record = sample.store["SittingStore:record"]
        first, *turns = sample.messages
        assert first.text == study.write_system(View.plain(sample.metadata["n"]), sample.metadata["set"])
        assert [turn.role for turn in turns] == ["user", "assistant"] * 4
        for question, probe in zip(turns[::2], record["probes"], strict=True):
            assert f"Moves so far: {probe['moves']}\n" in question.text
        assert sample.scores is not None
        value = sample.scores["sitting_score"].value
        assert isinstance(value, dict)
        regrets = [probe["regret"] for probe in record["probes"]]
        assert value["regret"] == pytest.approx(sum(regrets) / 4) and value["forfeits"] == 0.0
    assert log.results is not None
    shown = {name for score in log.results.scores for name in score.metrics}
    assert {"n=0 regret", "n=1 regret", "forfeits", "legality"} <= shown
    assert any(name in shown for name in ("n=0 low", "n=0 high"))


def test_replies_paid_before_interruptions_are_not_asked_for_again(tmp_path: Path) -> None:
    arguments: dict[str, Any] = {"model": "paid-probes/one", "legal_moves": True, "examples": [0]}
    assert evaluate(tmp_path / "whole", **arguments).status == "success"
    calls = len(CALLS)
    CALLS.clear()
    BREAKS_AT.extend([6, calls - 1])
    log = evaluate(tmp_path / "broken", **arguments)
    assert log.status == "error" and list((tmp_path / "broken").rglob("*.journal"))
    for status in ("error", "success"):
        (log,) = eval_retry(log, log_dir=str(tmp_path / "broken"), display="none", max_samples=1)
        assert log.status == status
    assert len(CALLS) == calls + 2  # each call that broke down is the only one made again
    assert not list((tmp_path / "broken").rglob("*.journal")), "a whole log needs no journal"
    whole = read_answers(tmp_path / "whole")
    assert same_answers(read_answers(tmp_path / "broken"), whole)
    # of the probes after an odd number of moves each is a forfeit with its three tries, and has no regret
    odd = whole["ply"] % 2 == 1
    assert odd.any() and not odd.all()
    assert set(whole.loc[odd, "outcome"]) == {"forfeit_illegal"} and set(whole.loc[~odd, "outcome"]) == {"answered"}
    assert whole.loc[odd, "regret"].isna().all() and whole.loc[~odd, "regret"].notna().all()
    assert set(whole.loc[odd, "asked"]) == {3} and calls == 3 * odd.sum() + (~odd).sum()


def test_probes_answered_before_a_limit_count(tmp_path: Path) -> None:
    arguments: dict[str, Any] = {"model": "paid-probes/one", "legal_moves": True, "examples": [0], "retries": 0}
    evaluate(tmp_path / "whole", **arguments)
    log = evaluate(tmp_path / "limited", token_limit=250, **arguments)
    assert any(sample.limit for sample in log.samples or [])
    limited, whole = (read_answers(tmp_path / name) for name in ("limited", "whole"))
    assert len(limited) == 4 and len(whole) == 8
    both = read_answers(tmp_path)
    assert same_answers(both, whole), "the copy with the most answers counts"


def test_each_epoch_asks_the_same_probes_as_a_sitting_of_its_own(tmp_path: Path) -> None:
    evaluate(tmp_path, examples=[0], sets=1, epochs=2)
    answers = read_answers(tmp_path)
    assert list(answers["match"]) == [0] * 4 + [1] * 4 and answers["cell_id"].nunique() == 1
    assert list(answers["probe"]) == [0, 1, 2, 3] * 2


def test_a_sitting_whose_store_was_not_restored_counts(tmp_path: Path) -> None:
    log = read_eval_log(evaluate(tmp_path / "whole", examples=[0]).location)
    for sample in log.samples or []:
        sample.store = {}
    (tmp_path / "restored").mkdir()
    write_eval_log(log, str(tmp_path / "restored" / "log.eval"))
    assert same_answers(read_answers(tmp_path / "restored"), read_answers(tmp_path / "whole"))
    with pytest.raises(TableError, match="no finished match"):
        read_games(tmp_path / "whole")


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ({"game": "nosuch"}, "'nosuch'"),
        ({"game": "hex"}, "hex has no probes"),
        ({"probes": 0}, "choose 1 to 100"),
        ({"probes": 101}, "choose 1 to 100"),
        ({"probes": "many"}, "'many'"),
        ({"examples": "a"}, "'a'"),
        ({"sets": 0}, "sets"),
        ({"retries": 11}, "retries"),
        ({"legal_moves": 1}, "legal_moves"),
        ({"window": 0}, "window"),
        ({"rules": "some"}, "full, none or wrong"),
    ],
)
def test_impossible_parameters_are_refused_in_a_sentence(arguments: dict[str, Any], named: str) -> None:
    with pytest.raises(PrerequisiteError) as caught:
        board_probe(**{"game": "morvane", **arguments})
    message = str(caught.value.message)
    assert named in message and "\n" not in message


def test_a_game_without_probes_is_refused_with_the_command_that_makes_them(tmp_path: Path) -> None:
    source = load_game("morvane").folder
    shutil.copy(source / "rules.json", tmp_path / "mine.json")
    shutil.copy(source / "ladder.json", tmp_path / "mine.ladder.json")
    with pytest.raises(PrerequisiteError, match="make them with `quickstudy probes "):
        board_probe(str(tmp_path / "mine.json"))
