"""The Inspect task on probes of chess: asked as in a game, the same as a direct run, and reported beside games."""

from __future__ import annotations

import asyncio
import json
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest
from inspect_ai import eval as run_eval
from inspect_ai._util.error import PrerequisiteError
from inspect_ai.log import EvalLog

from quickstudy.reports.probes import read_answers, tabulate_regrets, write_probes_page
from quickstudy.reports.tables import read_games
from quickstudy.scorers.recall import View
from quickstudy.tasks.chess_challenge import ChessChallenge
from quickstudy.tasks.chess_probes import chess_probe
from quickstudy.tasks.chess_study import ChessStudy
from quickstudy.tasks.chess_variants.variant import load_variant
from quickstudy.tasks.direct import probe_study, write_records
from quickstudy.tasks.match import Question, Reply
from quickstudy.tasks.opponents.engine_choice import VARIABLE
from quickstudy.tasks.sitting import SittingPlan, answer_probes, plan_sitting, pose
from tests.same_tables import same_answers
from tests.tasks.opponents.engines import FAKE

SMALL: dict[str, Any] = {"variant": "fnipil", "examples": [0, 2], "sets": 2, "teacher": "weak"}
STUDY = ChessStudy("fnipil", examples=(0, 2), sets=2, teacher="weak")


def evaluate(task: str, folder: Path, model: str, **arguments: Any) -> EvalLog:
    (log,) = run_eval(
        f"quickstudy/{task}", task_args={**SMALL, **arguments}, model=model, log_dir=str(folder), display="none"
    )
    assert log.status == "success", log.error
    return log


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Logs of probes, and of games under the same conditions without examples."""
    home = tmp_path_factory.mktemp("probed")
    evaluate("chess_probe", home, "quickstudy/imitator", probes=5)
    evaluate("chess_game", home, "quickstudy/imitator", examples=[0], games_per_match=2)
    return home


def plan_of(name: str, probes: int, **conditions: Any) -> SittingPlan:
    study = ChessStudy(name, examples=(0,), sets=1, retries=1, **conditions)
    plan = study.plan("remote/model", "{}", View.plain(0), 0)
    return plan_sitting(plan, study.skill, study.probe_set, probes)


def say(move: str) -> Reply:
    return Reply(json.dumps({"move": move}))


def test_an_inspect_log_and_a_direct_run_hold_the_same_answers(folder: Path, tmp_path: Path) -> None:
    write_records(probe_study(STUDY, "quickstudy/imitator", 5), tmp_path / "a.jsonl")
    logged = read_answers(folder)
    assert same_answers(logged, read_answers(tmp_path)) and len(logged) == 2 * 2 * 5
    assert (logged["outcome"] == "answered").all() and set(logged["colour"]) == {"White", "Black"}
    assert set(logged["probe_version"]) == {STUDY.probe_set.version}


def test_answers_are_worth_what_the_probes_say(folder: Path) -> None:
    for _, row in read_answers(folder).iterrows():
        probe = STUDY.probe_set.probes[row["probe"]]
        assert row["moves"] == " ".join(probe.moves) and row["ply"] == len(probe.moves)
        assert row["value"] == probe.values[row["move"]] and row["best"] == probe.best
        assert row["regret"] == round(probe.best - row["value"], 3)


def test_regret_is_mapped_to_elo_beside_the_games_of_the_same_cells(folder: Path) -> None:
    games = read_games(folder)
    table = tabulate_regrets(read_answers(folder), games)
    table = table.sort_values("n")
    assert list(table["n"]) == [0, 2] and table["regret"].between(0.0, 1.0).all()
    assert list(table["cell_id"].isin(games["cell_id"])) == [True, False]
    mapped = table[table["flag"] == ""]
    assert len(mapped) and mapped["elo"].notna().all() and (mapped["effective_games"] > 0.0).all()
    page = write_probes_page(table)
    assert "| fnipil | imitator | 0 |" in page.replace("quickstudy/", "")


@pytest.mark.parametrize("name", ["orthodox", "vrarkuvit"])
def test_a_probe_is_asked_in_the_words_of_a_game_at_that_point(name: str) -> None:
    plan, variant = plan_of(name, 4, legal_moves=True), load_variant(name)
    seen: list[Question] = []

    async def ask(question: Question) -> Reply:
        seen.append(question)
        return say(next(iter(plan.probe_set.probes[question.game].values)))

    record = asyncio.run(answer_probes(plan, ask))
    for question, answered in zip(seen, record["probes"], strict=True):
        played = plan.skill.begin("random", 0, (0, 0, 0))
        assert isinstance(played, ChessChallenge)
        played.position, played.steps = variant.start(), []
        for text in answered["moves"].split():
            move = played.position.read_move(text)
            assert move is not None
            played._play(move)
        assert question.messages == (("system", plan.planned.system), ("user", played.write_question()))
        assert question.ply == answered["ply"] == len(played.steps)
        assert ("White", "Black")[played.position.turn] == answered["colour"]


@pytest.mark.parametrize("name", ["orthodox", "fnipil", "vrarkuvit"])
def test_who_plays_the_best_move_has_no_regret(name: str) -> None:
    plan = plan_of(name, 20)

    async def best(question: Question) -> Reply:
        values = plan.probe_set.probes[question.game].values
        return say(max(values, key=values.__getitem__))

    async def worst(question: Question) -> Reply:
        values = plan.probe_set.probes[question.game].values
        return say(min(values, key=values.__getitem__))

    assert [probe["regret"] for probe in asyncio.run(answer_probes(plan, best))["probes"]] == [0.0] * 20
    assert min(probe["regret"] for probe in asyncio.run(answer_probes(plan, worst))["probes"]) > 0.15


def test_moves_in_uci_are_read_and_faulty_answers_are_forfeits_without_a_regret() -> None:
    plan = plan_of("orthodox", 3)
    legal = [pose(plan.skill, plan.probe_set.probes[k]) for k in plan.numbers]

    async def ask(question: Question) -> Reply:
        position = legal[question.game].position  # type: ignore[attr-defined]
        good = position.list_moves()[0]
        return [[say("Zz9"), say(good)], [say("Zz9"), say("Ke9")], [Reply("hm"), Reply("hm")]][question.game][
            question.attempt
        ]

    first, *others = asyncio.run(answer_probes(plan, ask))["probes"]
    assert first["outcome"] == "answered" and first["move"] in plan.probe_set.probes[0].values
    assert (first["illegal"], first["asked"]) == (1, 2)
    assert [probe["outcome"] for probe in others] == ["forfeit_illegal", "forfeit_unreadable"]
    assert all((probe["move"], probe["value"], probe["regret"]) == (None, None, None) for probe in others)


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ({"variant": "nosuch"}, "'nosuch'"),
        ({"variant": "horde"}, "horde has no probes (probes.json): make them with `quickstudy probes-chess horde`"),
        ({"probes": 0}, "choose 1 to 100"),
        ({"probes": 101}, "choose 1 to 100, for that many has fnipil"),
        ({"probes": "many"}, "'many'"),
        ({"examples": "a"}, "'a'"),
        ({"rules": "some"}, "full, none or wrong"),
    ],
)
def test_impossible_parameters_are_refused_in_a_sentence(arguments: dict[str, Any], named: str) -> None:
    with pytest.raises(PrerequisiteError) as caught:
        chess_probe(**{**SMALL, **arguments})
    message = str(caught.value.message)
    assert named in message and "\n" not in message


def test_probes_of_another_engine_are_not_those_of_the_published_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, f"{sys.executable} {FAKE} sound {tmp_path}")
    monkeypatch.setenv("QUICKSTUDY_CACHE", str(tmp_path))
    with pytest.raises(PrerequisiteError, match="fnipil has no"):
        chess_probe(**SMALL)


def test_a_users_variant_is_probed_from_its_own_files(tmp_path: Path) -> None:
    source = load_variant("fnipil").folder
    shutil.copy(source / "variant.json", tmp_path / "mine.json")
    for content in ("ladder", "probes"):
        shutil.copy(source / f"{content}.json", tmp_path / f"mine.{content}.json")
    study = ChessStudy(str(tmp_path / "mine.json"), examples=(0,), sets=1)
    assert [probe.values for probe in study.probe_set.probes] == [p.values for p in STUDY.probe_set.probes]
    (record,) = probe_study(study, "quickstudy/random", 3)
    assert [probe["outcome"] for probe in record["probes"]] == ["answered"] * 3
