"""A study of chess: prompts, views and plans, against the ladder of the variant."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from quickstudy.scorers.recall import View
from quickstudy.tasks.answers import read_answer
from quickstudy.tasks.chess_study import ChessStudy
from quickstudy.tasks.learners.directory import find_learner
from quickstudy.tasks.parameters import read_conditions

TINY: dict[str, Any] = {"examples": (0, 2), "sets": 2, "games_per_match": 2, "teacher": "weak"}
PGN = '[Result "1-0"]\n\n1. e4 e5 2. Nf3 Nc6 3. Bb5 a6 4. Ba4 Nf6 5. O-O 1-0\n'


def study(**changes: Any) -> ChessStudy:
    return ChessStudy("orthodox", **{**TINY, **changes})


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUICKSTUDY_CACHE", str(tmp_path / "cache"))


def test_the_prompt_has_rules_notation_examples_and_answer_format() -> None:
    system = study().write_system(View.plain(2), 0)
    assert "## Rules\nChess.\n" in system and "standard algebraic notation" in system
    lines = [line for line in system.split("\n") if line.startswith("Game ")]
    assert [line[:8] for line in lines] == ["Game 1: ", "Game 2: "] and all(" 1. " in line for line in lines)
    assert lines[0].split()[-1] in ("1-0", "0-1", "1/2-1/2")
    assert "The first 4 moves of each game were made at random." in system and '{"move": "Kb2"}' in system


def test_withheld_rules_say_nothing_of_chess() -> None:
    system = study(rules="none").write_system(View.plain(2), 0)
    assert "castling" not in system.lower() and "Chess." not in system


def test_wrong_rules_and_a_siblings_games_reach_the_prompt() -> None:
    own, wrong, sibling = (
        ChessStudy("fnipil", **{**TINY, "teacher": "random", **changes})
        for changes in ({}, {"rules": "wrong"}, {"evidence": "sibling"})
    )
    told, false = (made.write_system(View.plain(2), 0).split("\n") for made in (own, wrong))
    assert len(set(told) - set(false)) == len(set(false) - set(told)) == 1 and told[-1] == false[-1]
    assert sibling.examples_of(2, 0) != own.examples_of(2, 0) and sibling.source_hash != own.source_hash
    assert f"Game 1: {sibling.examples_of(2, 0)[0]}" in sibling.write_system(View.plain(2), 0).split("\n")
    cells = [made.plan("m", "{}", View.plain(2), 0).cell for made in (own, wrong, sibling)]
    assert len({cell["cell_id"] for cell in cells}) == 3 and len({cell["rules_hash"] for cell in cells}) == 1
    assert [(cell["rules"], cell["evidence"]) for cell in cells[1:]] == [("wrong", "own"), ("full", "sibling")]


@pytest.mark.parametrize("wording", range(3))
def test_kinds_of_examples_reach_the_prompt(wording: int) -> None:
    ends, moves = (
        ChessStudy("fnipil", **{**TINY, "teacher": "random", "kind": kind, "wording": wording})
        for kind in ("outcomes", "moves")
    )
    shown = ends.write_system(View.plain(2), 0)
    assert re.search(r"^Game 2: ([A-Za-z1-5]+/){5}[A-Za-z1-5]+ \| (1-0|0-1|1/2-1/2)$", shown, re.MULTILINE)
    assert "FEN" in shown and "burnt" not in shown and "1." not in shown.split("## Example games")[1]
    asked = moves.write_system(View.plain(2), 0)
    assert re.search(r"^Position 2: 1\. \S+ .*\S \| [A-Za-z0-9+#=]+$", asked, re.MULTILINE)
    assert "## Example positions" in asked
    assert ends.plan("m", "{}", View.plain(2), 0).cell["kind"] == "outcomes"


def test_the_imitator_is_misled_by_wrong_rules_and_taught_something_else_by_a_sibling() -> None:
    own, wrong, sibling = (
        ChessStudy("fnipil", **{**TINY, "examples": (2,), "sets": 1, "teacher": "nodes-1", **changes})
        for changes in ({}, {"rules": "wrong"}, {"evidence": "sibling"})
    )
    turns = own.skill.revisit(own.take(2, 0)[1].moves[:12])[5:]

    def choose(made: ChessStudy) -> list[str | None]:
        system, learner = made.write_system(View.plain(2), 0), find_learner("imitator")
        answers = [learner.answer([("system", system), ("user", turn.write_question())]) for turn in turns]
        return [turn.accept(read_answer(answer) or "") for turn, answer in zip(turns, answers, strict=True)]

    told, misled, taught = choose(own), choose(wrong), choose(sibling)
    assert None not in told + taught and told != taught
    assert None in misled


def test_padded_layouts_are_filled_with_another_variants_games() -> None:
    made = study(layouts=("early", "filler"), m=1, slots=2)
    before, lines, after = made.list_lines(View("early", 1, 2), 0)
    assert (len(before), len(lines)) == (0, 1) and made.filler_name == "king-of-the-hill"
    assert len("\n".join(after)) <= len(made.examples_of(2, 0)[1])


def test_cells_of_different_conditions_have_different_ids() -> None:
    ids = [
        made.plan("m", "{}", View.plain(n), 0).cell["cell_id"]
        for made, n in ((study(), 0), (study(), 2), (study(teacher="nodes-1"), 2), (study(evidence="atomic"), 2))
    ]
    assert len(set(ids)) == 4
    cell = study().plan("m", "{}", View.plain(2), 0).cell
    assert (cell["skill"], cell["teacher"], cell["kind"]) == ("orthodox", "nodes-1-e50", "games")
    assert cell["ladder_version"].startswith("chess-1-")


def test_games_of_a_file_are_the_examples_and_name_their_content(tmp_path: Path) -> None:
    path = tmp_path / "mine.pgn"
    path.write_text(PGN, encoding="utf-8")
    made = study(examples=(1,), sets=1, examples_from=str(path))
    system = made.write_system(View.plain(1), 0)
    assert "Game 1: 1. e4 e5 2. Nf3 Nc6 3. Bb5 a6 4. Ba4 Nf6 5. O-O 1-0" in system and "at random" not in system
    assert made.plan("m", "{}", View.plain(1), 0).cell["teacher"] == made.teacher_name
    assert made.teacher_name.startswith("pgn-") and "mine" not in made.teacher_name


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"rules": "some"}, "task parameter rules: choose full, none or wrong"),
        ({"rules": "wrong"}, "task parameter rules: wrong needs a variant that was invented, which orthodox was not"),
        ({"evidence": "sibling"}, "task parameter evidence: sibling needs a variant that was invented"),
        ({"kind": "moves", "teacher": "mixed"}, "single positions show the choices of one player"),
        (
            {"teacher": "random/nodes-1/random"},
            "two as in nodes-300/nodes-1-e50, or strong, weak, mixed",
        ),
        ({"kind": "annotated"}, "task parameter kind: values of moves of chess are not shown"),
        ({"kind": "outcomes", "examples_from": "a.pgn"}, "games from a file are shown whole"),
        ({"skin": 1}, "task parameter skin: 1 needs a variant that was invented, which orthodox was not"),
        ({"skin": -1}, r"task parameter skin: choose 0 \(none\) to 1000000"),
        ({"least_rating": 2000}, "task parameter least_rating"),
        ({"teacher": "alphabeta-1000"}, "unknown level 'alphabeta-1000'"),
        ({"opponents": ("mcts-30",)}, "not on this ladder"),
        ({"evidence": "go"}, "unknown chess variant 'go'"),
        ({"examples_from": "nowhere.pgn"}, r"cannot read the PGN file nowhere\.pgn"),
        ({"layouts": ("early",), "m": 1, "slots": 2, "filler": "orthodox"}, "task parameter filler"),
        ({"examples": (-1,)}, "task parameter examples"),
    ],
)
def test_impossible_conditions_are_refused_in_a_sentence(change: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said) as error:
        study(**change)
    assert "\n" not in str(error.value)


def test_a_variant_without_a_ladder_says_how_to_make_one(tmp_path: Path) -> None:
    made = ChessStudy("vrarkuvit-sibling", **TINY)
    with pytest.raises(ValueError, match="quickstudy calibrate-chess vrarkuvit-sibling"):
        made.plan("m", "{}", View.plain(0), 0)


def test_parameters_of_a_task_make_the_same_study() -> None:
    made = read_conditions(ChessStudy, "orthodox", "0,2", None, sets=2, games_per_match=2, teacher="weak")
    assert made == study()
