"""The Inspect task on chess, really run: logs, records, tables and the report."""

from __future__ import annotations

from pathlib import Path

import pytest
from inspect_ai import eval as inspect_eval
from inspect_ai._util.error import PrerequisiteError

from quickstudy.reports.report import write_report
from quickstudy.reports.tables import load_games
from quickstudy.tasks.chess_games import chess_game
from quickstudy.tasks.chess_variants.variant import load_variant


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of the imitator on orthodox chess, and its report."""
    folder = tmp_path_factory.mktemp("chess")
    (log,) = inspect_eval(
        chess_game("orthodox", "0,2", sets=2, games_per_match=2, teacher="weak", opponents="nodes-1-e90"),
        model="quickstudy/imitator",
        log_dir=str(folder / "logs"),
        display="none",
    )
    assert log.status == "success", log.error
    assert log.eval.metadata is not None and log.eval.metadata["engine"]["published"] is True
    write_report(folder)
    return folder


def test_every_game_is_legal_to_its_end_and_scored_by_the_rules(run: Path) -> None:
    games = load_games(run / "games.parquet")
    assert len(games) == 2 * 2 * 2 and set(games["skill"]) == {"orthodox"} and not games["forfeit"].any()
    for _, game in games.iterrows():
        position = load_variant("orthodox").start()
        for text in game["moves"].split():
            move = position.read_move(text)
            assert move is not None
            position.push(move)
        points = 0.5 if position.result == 2 else float(("White", "Black")[position.result or 0] == game["colour"])
        assert game["result"] == points and game["moves"].startswith(game["opening"])


def test_both_colours_are_played_from_the_same_opening(run: Path) -> None:
    pairs = load_games(run / "games.parquet").groupby(["n", "set", "match", "pair"])
    assert all(set(pair["colour"]) == {"White", "Black"} and pair["opening"].nunique() == 1 for _, pair in pairs)


def test_the_report_sets_examples_beside_what_humans_studied(run: Path) -> None:
    page = (run / "report" / "parity.md").read_text(encoding="utf-8")
    assert "| imitator | 2 | " in page and "5,000 to 50,000" in page
    assert (run / "report" / "parity.png").is_file() and (run / "report" / "learning_curves.png").is_file()


@pytest.mark.parametrize(
    ("variant", "said"),
    [
        ("ches", "unknown chess variant"),
        ("vrarkuvit-sibling", "calibrate-chess vrarkuvit-sibling"),
        ("a.json", "a.json"),
    ],
)
def test_a_variant_that_cannot_be_played_is_refused_in_a_sentence(variant: str, said: str) -> None:
    with pytest.raises(PrerequisiteError) as error:
        chess_game(variant)
    assert said in str(error.value.message) and "\n" not in str(error.value.message)
