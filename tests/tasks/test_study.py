"""Studies: conditions are checked before anything is played, and name the cell that they are."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest

from quickstudy.tasks.cell import TASK_VERSION, Cell
from quickstudy.tasks.examples.corpus import MAX_EXAMPLES
from quickstudy.tasks.game_challenge import GameSkill
from quickstudy.tasks.games.game import load_game
from quickstudy.tasks.match import MatchPlan
from quickstudy.tasks.opponents.ladder import LadderError
from quickstudy.tasks.study import Study

CHEAP: dict[str, Any] = {"teacher": "random", "sets": 2}


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUICKSTUDY_CACHE", str(tmp_path))


def plan(study: Study, n: int = 1, number: int = 0, model: str = "model", arguments: str = "{}") -> MatchPlan:
    return study.plan(model, arguments, n, n, number)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"examples": ()}, "task parameter examples: give at least one n"),
        ({"examples": (-1,)}, "task parameter examples: n = -1"),
        ({"examples": (0, MAX_EXAMPLES + 1)}, "task parameter examples: n = 65537 is beyond the corpus"),
        ({"examples": (1, 1)}, "task parameter examples: an n is listed twice"),
        ({"sets": 0}, "task parameter sets: choose 1 to 32"),
        ({"sets": 33}, "task parameter sets: choose 1 to 32"),
        ({"games_per_match": 0}, "task parameter games_per_match: .* even"),
        ({"games_per_match": 3}, "task parameter games_per_match: .* even"),
        ({"rules": "some"}, "task parameter rules: choose full or none"),
        ({"wording": 3}, "task parameter wording: choose 0 to 2"),
        ({"wording": -1}, "task parameter wording"),
        ({"retries": -1}, "task parameter retries"),
        ({"retries": 11}, "task parameter retries"),
        ({"teacher": "god"}, "unknown level 'god'"),
        ({"opponents": ("god",)}, "level 'god' is not on this ladder"),
        ({"evidence": "chess"}, "unknown game 'chess'"),
    ],
)
def test_conditions_that_cannot_be_run_are_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}"):
        Study("morvane", **options)


def test_a_game_without_a_ladder_cannot_be_planned() -> None:
    with pytest.raises(LadderError, match="othello has no ladder"):
        plan(Study("othello", **CHEAP), n=0)


def test_n_takes_a_prefix_of_a_set() -> None:
    study = Study("morvane", examples=(0, 2, 3), **CHEAP)
    three = study.examples_of(3, 1)
    assert len(three) == 3 and three != study.examples_of(3, 0)
    assert study.examples_of(2, 1) == three[:2] and study.examples_of(0, 1) == []
    assert Study("morvane", examples=(5,), **CHEAP).examples_of(5, 1)[:3] == three


def test_the_prompt_holds_rules_and_examples_as_asked() -> None:
    full, none = (Study("morvane", examples=(1,), rules=rules, **CHEAP) for rules in ("full", "none"))
    line, text = full.examples_of(1, 0)[0], load_game("morvane").text
    assert text in full.write_system(1, 0) and line in full.write_system(1, 0)
    assert text not in none.write_system(1, 0) and line in none.write_system(1, 0)
    assert "Morvane" not in none.write_system(1, 0)
    assert line not in full.write_system(0, 0)
    assert full.write_system(1, 0) != replace(full, wording=1).write_system(1, 0)


def test_evidence_of_another_game_replaces_the_examples_only() -> None:
    study = Study("morvane", examples=(1,), evidence="velun", **CHEAP)
    text = study.write_system(1, 0)
    assert Study("velun", examples=(1,), **CHEAP).examples_of(1, 0)[0] in text
    assert load_game("morvane").text in text
    assert plan(study).cell["evidence"] == "velun" and plan(study).skill == GameSkill(load_game("morvane"))


def test_a_plan_carries_the_conditions() -> None:
    study = Study("velun", games_per_match=6, legal_moves=True, wording=2, retries=1, seed=5, **CHEAP)
    made = study.plan("model", "{}", 1, 4, 1, match=3)
    assert (made.set, made.match, made.games, made.seed, made.retries) == (1, 3, 6, 5, 1)
    assert (made.skill, made.wording, made.opponents) == (GameSkill(load_game("velun"), True, 2), 2, None)
    assert made.system == study.write_system(1, 1)
    cell = made.cell
    assert (cell["skill"], cell["regime"], cell["n"], cell["n_requested"]) == ("velun", "examples", 1, 4)
    assert (cell["m"], cell["slots"], cell["layout"], cell["teacher"]) == (1, 1, "plain", "random")
    assert cell["rules_hash"] == load_game("velun").rules.hash
    assert cell["ladder_version"] == study.ladder.version and cell["task_version"] == TASK_VERSION
    assert cell["opponents"] == "adaptive"
    assert plan(study, n=0).cell["regime"] == "rules"
    fixed = Study("velun", opponents=("random", "mcts-30"), **CHEAP)
    assert plan(fixed).opponents == ("random", "mcts-30") and plan(fixed).cell["opponents"] == "random,mcts-30"


CELL = Cell(
    model="m",
    arguments="{}",
    skill="velun",
    rules_hash="h",
    regime="examples",
    layout="plain",
    n=4,
    n_requested=4,
    m=4,
    slots=4,
    rules="full",
    evidence="own",
    teacher="random",
    legal_moves=False,
    wording=0,
    retries=2,
    reply_tokens=8192,
    opponents="adaptive",
    seed=0,
    ladder_version="1",
)


@pytest.mark.parametrize("name", [field.name for field in fields(Cell) if field.name != "n_requested"])
def test_every_condition_makes_another_cell(name: str) -> None:
    value = getattr(CELL, name)
    other = replace(CELL, **{name: value + "+" if isinstance(value, str) else value + 1})  # type: ignore[arg-type]
    assert other.cell_id != CELL.cell_id


def test_what_was_asked_for_makes_no_other_cell() -> None:
    assert replace(CELL, n_requested=9).cell_id == CELL.cell_id
    assert len(CELL.cell_id) == 16 and int(CELL.cell_id, 16) >= 0


def test_a_cell_is_stored_with_its_id() -> None:
    stored = json.loads(json.dumps(CELL.to_dict()))
    assert stored.pop("cell_id") == CELL.cell_id
    assert Cell(**stored) == CELL


def test_sets_share_a_cell_and_models_do_not() -> None:
    study = Study("morvane", **CHEAP)
    ids = {plan(study, number=number).cell["cell_id"] for number in (0, 1)}
    assert len(ids) == 1
    assert plan(study, model="other").cell["cell_id"] not in ids
    assert plan(study, arguments='{"effort": "high"}').cell["cell_id"] not in ids
    assert plan(study, n=0).cell["cell_id"] not in ids
