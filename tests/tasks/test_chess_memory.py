"""The Inspect task on notes on chess, really run: stages, roles, refusals, hostile authors, and other readers."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from inspect_ai import eval as run
from inspect_ai._util.error import PrerequisiteError
from inspect_ai.log import EvalLog, read_eval_log_sample, read_eval_log_sample_summaries

from quickstudy.reports.records import find_items, read_records
from quickstudy.reports.report import write_report
from quickstudy.tasks.chains.course import Course
from quickstudy.tasks.chess_memory import chess_memory
from quickstudy.tasks.chess_study import ChessStudy
from quickstudy.tasks.examples import chess_regrets
from quickstudy.tasks.reading import reading
from tests.tasks.hostile_author import TEXTS, Author, soothe
from tests.tasks.paid_provider import forget_calls

SMALL: dict[str, Any] = {"generations": 1, "games": 2, "budget": 200, "chains": 2, "play_games": 2}

MORE: dict[str, Any] = {"reviews": 2, "rings": "rewritten"}
ARM = "notes, by quickstudy/notebook-lines, 2 moves reviewed, reviews by quickstudy/notebook-windows"


def evaluate(
    folder: Path, model: str = "quickstudy/notebook", author: str = "", reviewer: str = "", **changes: Any
) -> EvalLog:
    roles: dict[str, Any] = {name: who for name, who in (("author", author), ("reviewer", reviewer)) if who}
    task = chess_memory("fnipil", **{**SMALL, **changes})
    (log,) = run(task, model=model, model_roles=roles, log_dir=str(folder / "logs"), display="none")
    return log


@pytest.fixture(scope="module")
def noted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run whose games were reviewed and whose notes were written by other learners than play by them; its report."""
    folder = tmp_path_factory.mktemp("noted")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(chess_regrets, "NODES", 3000)
        log = evaluate(folder, author="quickstudy/notebook-lines", reviewer="quickstudy/notebook-windows", **MORE)
    assert log.status == "success", log.error
    assert log.eval.metadata is not None and log.eval.metadata["engine"]["published"] is True
    write_report(folder)
    return folder


def find_log(folder: Path) -> str:
    (path,) = (folder / "logs").glob("*.eval")
    return str(path)


def test_stages_are_samples_whose_notes_can_be_read_in_the_log(noted: Path) -> None:
    log = find_log(noted)
    plays = {f"fnipil-chain{c}-generation{g}-play" for c in (0, 1) for g in (0, 1)}
    names = {str(summary.id) for summary in read_eval_log_sample_summaries(log)}
    plays |= {f"fnipil-chain{c}-generation1-play-rewritten" for c in (0, 1)}
    assert names == plays | {f"fnipil-chain{c}-generation1-study" for c in (0, 1)}
    play = read_eval_log_sample(log, "fnipil-chain1-generation1-play", resolve_attachments=True)
    assert "1. advice: from 2 games" in play.messages[0].text and "FEN: " in play.messages[1].text
    records = [record for _, record in read_records(noted)]
    assert sorted(map(find_items, records)) == ["games"] * 6 + ["notes"] * 2
    assert {record["cell"]["author"] for record in records} == {"quickstudy/notebook-lines"}


def test_the_report_tells_of_chains_on_chess(noted: Path) -> None:
    page = (noted / "report" / "memory.md").read_text(encoding="utf-8")
    assert f"| fnipil | quickstudy/notebook | {ARM} | 200 | 2 | " in page
    assert "own pieces anywhere: " in (noted / "report" / "notes.md").read_text(encoding="utf-8")


def test_notes_are_read_in_other_names_and_the_report_sets_both_side_by_side(noted: Path) -> None:
    play = read_eval_log_sample(find_log(noted), "fnipil-chain0-generation1-play-rewritten", resolve_attachments=True)
    name = ChessStudy("fnipil", examples=(0,), sets=1, skin=1).list_names()["pieces"][0][1]
    assert f"own {name} on: " in play.messages[0].text and "zlil" not in play.messages[0].text
    page = (noted / "report" / "rings.md").read_text(encoding="utf-8")
    assert "| 1 openings | " in page and "| 3 rewritten | " in page


def test_reviews_by_another_model_are_in_the_log_with_regrets_and_repairs_and_reported(noted: Path) -> None:
    stages = [record for _, record in read_records(noted) if find_items(record) == "notes"]
    asked = 0
    for stage in stages:
        assert (stage["cell"]["reviews"], stage["cell"]["reviewer"]) == (2, "quickstudy/notebook-windows")
        assert [review["game"] for review in stage["reviews"]] == [0, 1]
        assert {row["game"] for row in stage["regrets"]} == {0, 1} and stage["repairs"]
        asked += len(stage["reviews"])
    page = (noted / "report" / "reviews.md").read_text(encoding="utf-8")
    assert f"| fnipil | quickstudy/notebook | {ARM} | 200 | {asked} | " in page
    assert (noted / "report" / "reviews.csv").is_file() and "## What notes mend" in page


def test_another_player_reads_notes_on_chess(noted: Path, tmp_path: Path) -> None:
    task = reading("fnipil", find_log(noted), play_games=2)
    (log,) = run(task, model="quickstudy/greedy", log_dir=str(tmp_path), display="none")
    assert log.status == "success"
    records = [record for _, record in read_records(tmp_path)]
    assert len({record["cell"]["notes_hash"] for record in records} - {""}) == 1 and len(records) == 2
    assert {record["cell"]["author"] for record in records} == {"quickstudy/notebook-lines"}
    with pytest.raises(PrerequisiteError, match="has no notes on vrarkuvit"):
        reading("vrarkuvit", find_log(noted))


def test_a_practice_can_be_read_in_the_log(tmp_path: Path) -> None:
    log = evaluate(tmp_path, regime="practice", games=16, verifier_calls=5, own_tasks=2, chains=1)
    assert log.status == "success", log.error
    study = read_eval_log_sample(log.location, "fnipil-chain0-generation1-study", resolve_attachments=True)
    shown = [str(event.data) for event in study.events if event.event == "info"]
    (record,) = (record for _, record in read_records(tmp_path) if find_items(record) == "notes")
    made, score = record["practice"]["tasks"], record["practice"]["score"]
    valid = [task for task in made if task["valid"]]
    assert len(made) == 2 and valid == [task for task in made if task["reading"] == "verified"]
    assert score["legal"] == 1.0 and record["cell"]["own_tasks"] == 2
    told = f"2 tasks, {len(valid) / 2:.2f} of them valid, 1.00 of these solved"
    assert any("3 questions (" in text and told in text for text in shown)
    asked = [event.input[0].text for event in study.events if event.event == "model"]
    assert sum("in Forsyth-Edwards notation (FEN)" in text for text in asked) == 3, "one game in each reply"
    assert sum("You make training tasks" in text for text in asked) == 1
    assert sum("You are asked a question" in text for text in asked) == len(valid) > 0
    assert all(" " in entry["position"] for entry in record["practice"]["questions"])
    write_report(tmp_path)
    assert "| fnipil | " in (tmp_path / "report" / "practice.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"regime": "practice", "own_tasks": 64}, "task parameter own_tasks: choose fewer than verifier_calls"),
        ({"regime": "practice", "control": "random"}, "task parameter control: the regime practice has empty"),
        ({"artefact": "examples"}, "task parameter artefact: only practice can hand on examples"),
        ({"verifier_calls": "many"}, "task parameter verifier_calls: 'many' is not a whole number"),
        (
            {"rings": "family"},
            "task parameter rings: family: Fnipil has the rings seen, openings, skin, rewritten, sibl",
        ),
        (
            {"rings": "skin", "variant": "orthodox"},
            "task parameter rings: skin: Chess has the rings seen, openings, for",
        ),
        ({"control": "sleep"}, "task parameter control"),
        ({"rules": "half"}, "task parameter rules: choose full, none or wrong"),
        ({"budget": "much"}, "task parameter budget: 'much' is not a whole number"),
        ({"window": 9000}, "does not hold the rules of fnipil beside .* 400 for notes and 8192 for the reply"),
        ({"variant": "vrarkuvit-sibling"}, "calibrate-chess vrarkuvit-sibling"),
        ({"reviews": 9}, "task parameter reviews: choose 0"),
        ({"reviews": "many"}, "task parameter reviews: 'many' is not a whole number"),
        ({"reviews": 1, "regime": "distil"}, "task parameter reviews: only a player's own games can be reviewed"),
        ({"reviews": 1, "variant": "horde"}, "horde has no probes .* `quickstudy probes-chess horde`"),
    ],
)
def test_what_cannot_be_run_is_refused_in_a_sentence(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(PrerequisiteError, match=message) as error:
        chess_memory(**{"variant": "fnipil", **SMALL, **changes})
    assert "\n" not in str(error.value.message)


def write_hostile(folder: Path, texts: Sequence[str], monkeypatch: pytest.MonkeyPatch, **changes: Any) -> EvalLog:
    """A run whose player names the first legal move, and whose author writes these texts."""
    forget_calls()
    monkeypatch.setattr(Author, "texts", texts)
    return evaluate(folder, "paid/m", "hostile/author", **{"legal_moves": True, "chains": 1, **changes})


def test_not_one_byte_of_scoring_changes_whatever_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scored = []
    for name, texts in (("a", TEXTS), ("b", tuple(map(soothe, TEXTS)))):
        assert write_hostile(tmp_path / name, texts, monkeypatch, budget=400).status == "success"
        records = [record for _, record in read_records(tmp_path / name)]
        games = [[{**game, "seconds": 0} for game in record["games"]] for record in records]
        plays = [{**r, "games": g} for r, g in zip(records, games, strict=True) if find_items(r) == "games"]
        scored.append(sorted(json.dumps(play, sort_keys=True) for play in plays))
        (stage,) = (record for record in records if find_items(record) == "notes")
        assert stage["notes"] and stage["tokens"] <= 400
    assert scored[0] == scored[1] and len(scored[0]) == 2


def test_the_name_of_a_game_of_another_chain_fails_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    course = Course(ChessStudy("fnipil", examples=(0,), sets=2, legal_moves=True), **SMALL)
    other = course.name_games(1, 1)[0]
    log = write_hostile(tmp_path, [f"As in {other.upper()}'s end."], monkeypatch, chains=2)
    assert log.status == "error" and log.error is not None
    assert f"the word '{other}', which names a studied game, is in a prompt of play" in log.error.message
