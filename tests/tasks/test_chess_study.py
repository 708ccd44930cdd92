"""A study of chess: prompts, views and plans, against the ladder of the variant."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from quickstudy.scorers.recall import View
from quickstudy.tasks.chess_study import ChessStudy
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
        ({"rules": "wrong"}, "task parameter rules: choose full or none"),
        ({"kind": "moves"}, "task parameter kind"),
        ({"skin": 1}, "task parameter skin"),
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
    made = ChessStudy("horde", **TINY)
    with pytest.raises(ValueError, match="quickstudy calibrate-chess horde"):
        made.plan("m", "{}", View.plain(0), 0)


def test_parameters_of_a_task_make_the_same_study() -> None:
    made = read_conditions(ChessStudy, "orthodox", "0,2", None, sets=2, games_per_match=2, teacher="weak")
    assert made == study()
    with pytest.raises(ValueError, match="least_rating: '2000' is not a whole number"):
        read_conditions(ChessStudy, "orthodox", 0, None, least_rating="2000")
