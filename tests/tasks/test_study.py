"""Studies: conditions are checked before anything is played, and name the cell that they are."""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest

from quickstudy.scorers.recall import View
from quickstudy.tasks.cell import TASK_VERSION, YOUNGER, Cell
from quickstudy.tasks.challenge import compute_inline
from quickstudy.tasks.direct import play_study
from quickstudy.tasks.examples.corpus import MAX_EXAMPLES
from quickstudy.tasks.examples.teachers import MIXED, TEACHER, WEAK
from quickstudy.tasks.game_challenge import GameSkill
from quickstudy.tasks.games.game import load_game
from quickstudy.tasks.games.notation import format_move
from quickstudy.tasks.games.siblings import find_sibling, find_wrong_rules, list_differences
from quickstudy.tasks.games.skin import find_skin
from quickstudy.tasks.games.wording import write_rules
from quickstudy.tasks.match import MatchPlan
from quickstudy.tasks.opponents.ladder import LadderError
from quickstudy.tasks.prompts.play import WORDINGS, write_system
from quickstudy.tasks.study import Study

CHEAP: dict[str, Any] = {"teacher": "random", "sets": 2}


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUICKSTUDY_CACHE", str(tmp_path))


def plan(study: Study, n: int = 1, number: int = 0, model: str = "model", arguments: str = "{}") -> MatchPlan:
    return study.plan(model, arguments, View.plain(n), number)


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
        ({"rules": "some"}, "task parameter rules: choose full, none or wrong"),
        ({"kind": "films"}, "task parameter kind: choose one of games, annotated, outcomes, moves"),
        ({"skin": -1}, "task parameter skin: choose 0"),
        ({"skin": 1_000_001}, "task parameter skin: choose 0"),
        ({"layouts": ()}, "task parameter layouts: choose from plain, early"),
        ({"layouts": ("diagonal",)}, "task parameter layouts: 'diagonal' is none"),
        ({"layouts": ("late", "late")}, "task parameter layouts: one is listed twice"),
        ({"layouts": ("filler",)}, "task parameter slots: padded layouts need 1 to"),
        ({"layouts": ("late",), "slots": 4}, "task parameter m: padded layouts need 1 to 4 informative"),
        ({"layouts": ("late",), "slots": 4, "m": 5}, "task parameter m: padded layouts need 1 to 4 informative"),
        (
            {"layouts": ("filler",), "slots": 4, "filler": "morvane"},
            "task parameter filler: morvane is the game itself or shown",
        ),
        ({"layouts": ("filler",), "slots": 4, "filler": "chess"}, "unknown game 'chess'"),
        ({"teacher": "random/random/random"}, "teacher 'random/random/random': give one level, two"),
        ({"teacher": "random/god"}, "unknown level 'god'"),
        ({"teacher": "mixed", "kind": "moves"}, "task parameter teacher: single positions"),
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
    assert text in full.write_system(View.plain(1), 0) and line in full.write_system(View.plain(1), 0)
    assert text not in none.write_system(View.plain(1), 0) and line in none.write_system(View.plain(1), 0)
    assert "Morvane" not in none.write_system(View.plain(1), 0)
    assert line not in full.write_system(View.plain(0), 0)
    assert full.write_system(View.plain(1), 0) != replace(full, wording=1).write_system(View.plain(1), 0)


def test_evidence_of_another_game_replaces_the_examples_only() -> None:
    study = Study("morvane", examples=(1,), evidence="velun", **CHEAP)
    text = study.write_system(View.plain(1), 0)
    assert Study("velun", examples=(1,), **CHEAP).examples_of(1, 0)[0] in text
    assert load_game("morvane").text in text
    assert plan(study).cell["evidence"] == "velun" and plan(study).skill == GameSkill(load_game("morvane"))


def test_wrong_rules_are_told_and_the_true_game_is_played() -> None:
    study = Study("morvane", examples=(1,), rules="wrong", **CHEAP)
    text, told = study.write_system(View.plain(1), 0), find_wrong_rules(study.game.rules)
    assert write_rules(told) in text and study.game.text not in text
    assert list_differences(study.game.rules, told) == ["place"]
    assert study.examples_of(1, 0) == Study("morvane", examples=(1,), **CHEAP).examples_of(1, 0)
    made = plan(study)
    assert made.skill == GameSkill(load_game("morvane")) and made.cell["rules"] == "wrong"
    assert made.cell["rules_hash"] == load_game("morvane").rules.hash


def test_a_siblings_examples_stand_beside_the_games_own_rules() -> None:
    study = Study("morvane", examples=(8,), evidence="sibling", **CHEAP)
    assert study.game.text in study.write_system(View.plain(8), 0)
    assert study.source.rules == find_sibling(study.game.rules) and study.source.name == "morvane-sibling"
    own = Study("morvane", examples=(8,), **CHEAP).examples_of(8, 0)
    assert len(set(study.examples_of(8, 0)) - set(own)) == 8
    assert plan(study, 8).cell["evidence"] == "sibling"


def test_a_skin_is_on_everything_that_is_read_and_on_nothing_that_is_recorded() -> None:
    plain, study = (Study("morvane", examples=(2,), skin=skin, **CHEAP) for skin in (0, 3))
    skin, text = find_skin(plain.game.rules, 3), study.write_system(View.plain(2), 1)
    assert skin.write_rules(plain.game.rules) in text and "Morvane" not in text
    for line in plain.examples_of(2, 1):
        moves, result = line.split(" | ")
        assert f"{' '.join(skin.write_moves(moves.split()))} | {skin.write_result(result)}" in text
    assert f'{{"move": "{skin.write_move("a1")}"}}' in text
    challenge = study.skill.begin("random", 1, (0, 0, 0))
    assert asyncio.run(challenge.advance(compute_inline))
    question = challenge.write_question()
    assert f": {' '.join(skin.write_moves(challenge.steps))}\n" in question
    assert skin.draw_board(plain.game.rules, challenge.state) in question
    assert f"You play {skin.sides[1]} ({skin.sides[1].lower()} on the board)" in question
    move = format_move(plain.game.rules, int(challenge.legal[0]))
    assert challenge.accept(move) is None, "the plain notation is not that of the skin"
    assert challenge.accept(skin.write_move(move)) == move == challenge.steps[-1]
    assert challenge.describe() == plain.skill.begin("random", 1, (0, 0, 0)).describe()
    assert plan(study, 2).cell["skin"] == 3


def test_records_keep_the_games_notation_and_the_answers_as_given() -> None:
    study = Study("morvane", examples=(0,), sets=1, games_per_match=2, skin=2, opponents=("random",))
    skin = study.skill.skin
    (match,) = play_study(study, "quickstudy/greedy")
    for game in match["games"]:
        assert set(re.findall("[a-z]+", game["moves"])) <= {*"abcdef", "pass"} and game["illegal"] == 0
        for answer in game["answers"]:
            assert answer["move"] in game["moves"].split()
            assert (
                answer["text"] == f'{{"move": "{skin.write_move(answer["move"])}"}}'
                and answer["move"] not in answer["text"]
            )


def test_kinds_of_evidence_are_written_so() -> None:
    def lines(kind: str, **conditions: Any) -> list[str]:
        study = Study("morvane", examples=(2,), kind=kind, **{**CHEAP, **conditions})
        text = study.write_system(View.plain(2), 0)
        assert plan(study, 2).cell["kind"] == kind
        return [line for line in text.split("\n") if re.match(r"(Game|Position) \d", line)]

    games, annotated, outcomes, moves = map(lines, ("games", "annotated", "outcomes", "moves"))
    for game, valued in zip(games, annotated, strict=True):
        assert re.sub(r" \(\d{1,3}\)", "", valued) == game
        assert len(re.findall(r" \(\d{1,3}\)", valued)) == len(game.split(" | ")[0].split()) - 2
    for game, end in zip(games, outcomes, strict=True):
        assert re.fullmatch(r"Game \d: [xo.]{6}(/[xo.]{6}){5} \| (.*)", end)
        assert end.split(" | ")[1] == game.split(" | ")[1]
    assert all(re.fullmatch(r"Position \d: [a-f]\d( [a-f]\d)* \| [a-f]\d", line) for line in moves)
    worn = lines("outcomes", skin=2)
    assert not re.search("[xo]", "".join(line.split()[2] for line in worn))


def test_teachers_are_named_by_their_levels() -> None:
    named = {
        name: plan(Study("morvane", teacher=name, sets=2), n=0).cell["teacher"] for name in ("strong", "weak", "mixed")
    }
    assert named == {"strong": TEACHER, "weak": WEAK, "mixed": MIXED}
    same = [plan(Study("morvane", teacher=name, sets=2), n=0).cell["cell_id"] for name in ("strong", TEACHER)]
    assert same[0] == same[1]
    mixed = Study("morvane", examples=(1,), sets=1, teacher="random/mcts-30").write_system(View.plain(1), 0)
    assert WORDINGS[0].unequal % 4 in mixed and WORDINGS[0].examples % 4 not in mixed


def test_prior_only_shows_the_form_of_an_answer_and_nothing_else() -> None:
    study = Study("morvane", examples=(0,), rules="none", skin=1, **CHEAP)
    text = study.write_system(View.plain(0), 0)
    assert text == write_system(None, [], 4, find_skin(study.game.rules, 1).write_move("a1"))


def test_a_plan_carries_the_conditions() -> None:
    study = Study("velun", games_per_match=6, legal_moves=True, wording=2, retries=1, seed=5, **CHEAP)
    made = study.plan("model", "{}", View.plain(1), 1, 3, requested=View.plain(4))
    assert (made.set, made.match, made.games, made.seed, made.retries) == (1, 3, 6, 5, 1)
    assert (made.skill, made.wording, made.opponents) == (GameSkill(load_game("velun"), True, 2), 2, None)
    assert made.system == study.write_system(View.plain(1), 1)
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
    task_version="2-A",
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
    changed: dict[str, Any] = {name: value + "+" if isinstance(value, str) else value + 1}
    other = replace(CELL, **changed)
    assert other.cell_id != CELL.cell_id


def test_younger_conditions_leave_earlier_cells_their_ids() -> None:
    assert CELL.cell_id == "7652d22490f7c5e2", "as it was before there were skins and kinds of evidence"
    stored = CELL.to_dict()
    for name in YOUNGER:
        del stored[name]
    del stored["cell_id"]
    assert Cell(**stored) == CELL


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


PADDED = Study(
    "morvane", examples=(0, 2), layouts=("plain", "early", "middle", "late", "filler"), m=2, slots=9, **CHEAP
)


def test_a_study_shows_every_n_and_every_padded_layout() -> None:
    names = ["n0", "n2", "early-m2-slots9", "middle-m2-slots9", "late-m2-slots9", "filler-m0-slots9"]
    assert [view.name for view in PADDED.views] == names
    assert [view.name for view in replace(PADDED, layouts=("filler",)).views] == names[-1:]


def test_a_padded_prompt_holds_the_first_examples_in_their_place_among_those_of_another_game() -> None:
    plain = PADDED.write_system(View.plain(9), 1)
    own = PADDED.examples_of(9, 1)
    for view in PADDED.views[2:]:
        text = PADDED.write_system(view, 1)
        lines = [line for line in text.split("\n") if re.match(r"(Other game|Game) \d+: ", line)]
        marks = [line.startswith("Game") for line in lines]
        assert [line.partition(": ")[2] for line in lines if line.startswith("Game")] == own[: view.m]
        others = [line.partition(": ")[2] for line in lines if line.startswith("Other")]
        assert len(set(others)) == len(others) > 0 and all(line in _velun_games() for line in others)
        assert [int(re.findall(r"\d+", line)[0]) for line in lines if line.startswith("Other")] == [
            *range(1, len(others) + 1)
        ]
        place = {"early": marks[:2], "late": marks[-2:], "middle": marks[len(marks) // 2 - 1 :][:2]}.get(view.layout)
        assert place in (None, [True, True])
        assert WORDINGS[0].filler in text and WORDINGS[0].filler not in plain
        assert 0.8 * len(plain) < len(text) <= len(plain) + len(WORDINGS[0].filler) + 1


def _velun_games() -> list[str]:
    return Study("velun", examples=(64,), **CHEAP).examples_of(64, 1)


def test_a_padded_cell_names_its_layout_its_slots_and_its_filler() -> None:
    cells = [plan.cell for plan in (PADDED.plan("model", "{}", view, 0) for view in PADDED.views)]
    assert len({cell["cell_id"] for cell in cells}) == len(cells)
    assert [cell["layout"] for cell in cells] == ["plain", "plain", "early", "middle", "late", "filler"]
    assert [(cell["n"], cell["m"], cell["slots"]) for cell in cells[1:]] == [(2, 2, 2), *[(2, 2, 9)] * 3, (0, 0, 9)]
    assert [cell["filler"] for cell in cells] == ["", "", *["velun"] * 4]
    named = replace(PADDED, filler="lattic").plan("model", "{}", View("late", 2, 9), 0).cell
    assert named["filler"] == "lattic" and named["cell_id"] not in {cell["cell_id"] for cell in cells}
    assert replace(PADDED, game_name="velun").other.name == "lattic"
    assert replace(PADDED, game_name="lattic", evidence="velun").other.name == "morvane", "filler must teach nothing"


def test_plain_cells_are_the_same_with_and_without_padded_ones_beside_them() -> None:
    alone = Study("morvane", examples=(0, 2), **CHEAP)
    assert plan(alone, 2).cell == plan(PADDED, 2).cell and plan(alone, 2).system == plan(PADDED, 2).system


REPEATED = replace(PADDED, layouts=("plain", "duplicate"))


def example_lines(text: str) -> list[str]:
    return [line.partition(": ")[2] for line in text.split("\n") if re.match(r"Game \d+: ", line)]


def test_duplicates_repeat_the_first_examples_in_the_tokens_of_all_slots() -> None:
    view = View("duplicate", 2, 9)
    plain, text = REPEATED.write_system(View.plain(9), 1), REPEATED.write_system(view, 1)
    lines, own = example_lines(text), REPEATED.examples_of(9, 1)
    assert lines == [own[i % 2] for i in range(len(lines))] and len(lines) > 6
    assert len(plain) - max(map(len, own)) - len("Game 10: ") <= len(text) <= len(plain)
    assert "Other game" not in text and WORDINGS[0].filler not in text
    assert REPEATED.write_system(replace(view, slots=2), 1) == REPEATED.write_system(View.plain(2), 1)


def test_duplicates_are_a_cell_of_their_own_without_a_filler() -> None:
    assert [view.name for view in REPEATED.views] == ["n0", "n2", "duplicate-m2-slots9"]
    cell = REPEATED.plan("model", "{}", REPEATED.views[-1], 0).cell
    assert (cell["layout"], cell["n"], cell["m"], cell["slots"], cell["filler"]) == ("duplicate", 2, 2, 9, "")
    assert cell == replace(REPEATED, filler="lattic").plan("model", "{}", REPEATED.views[-1], 0).cell


@pytest.mark.parametrize("view", [View.plain(6), View("late", 6, 9), View("duplicate", 6, 20)], ids=str)
def test_another_order_shows_the_same_examples(view: View) -> None:
    drawn = example_lines(PADDED.write_system(view, 1))[:6]
    orders = [example_lines(replace(PADDED, order=k).write_system(view, 1)) for k in (1, 1, 2)]
    assert orders[0] == orders[1] and len({tuple(lines[:6]) for lines in (drawn, *orders)}) == 3
    assert all(sorted(lines[:6]) == sorted(drawn) for lines in orders)
    assert example_lines(replace(PADDED, order=1).write_system(view, 0))[:6] != orders[0][:6]


def test_an_order_is_a_condition_and_the_order_as_drawn_is_that_of_earlier_cells() -> None:
    cells = [plan(replace(PADDED, order=k), 2).cell for k in (0, 1, 2)]
    assert len({cell["cell_id"] for cell in cells}) == 3
    known = Cell(**{name: value for name, value in cells[0].items() if name not in ("order", "cell_id")})
    assert known.cell_id == cells[0]["cell_id"]
    with pytest.raises(ValueError, match="task parameter order: choose 0"):
        replace(PADDED, order=-1)
