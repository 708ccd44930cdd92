"""`quickstudy make`, `fingerprint` and `catalogue`: a game is made step by step, and made anew it is the same."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from quickstudy.benchmarks.catalogue import COLUMNS, describe_game, format_catalogue, list_catalogue
from quickstudy.benchmarks.cli import main
from quickstudy.benchmarks.making import FILES, judge_ladder
from quickstudy.tasks.fingerprint import read_versions
from quickstudy.tasks.games.game import list_games, load_game
from quickstudy.tasks.opponents.ladder import ladder_file
from quickstudy.tasks.screening.screen import VERSION as SCREENING_VERSION
from quickstudy.tasks.screening.screen import find_duplicate


def call(*words: str) -> Result:
    return CliRunner().invoke(main, list(words))


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """The files of a game of the catalogue, as an interrupted command leaves them before the fingerprint."""
    folder = tmp_path / "made" / "lattic"
    folder.mkdir(parents=True)
    for name in FILES:
        shutil.copy(load_game("lattic").folder / name, folder / name)
    return folder


def test_a_game_whose_files_are_there_is_compared_with_the_catalogue(copied: Path) -> None:
    result = call("make", "lattic", "--out", str(copied.parent))
    assert result.exit_code == 0, result.output
    assert result.stdout.count("the same") == len(FILES) + 1 and "fit for the catalogue" in result.stdout
    assert (
        read_versions(load_game(str(copied / "rules.json")))["1-A"]
        == list(read_versions(load_game("lattic")).values())[-1]
    )


def test_a_file_that_is_made_otherwise_is_named(copied: Path) -> None:
    path = copied / "screening.json"
    path.write_text(path.read_text().replace('"seed": 0', '"seed":  0'))
    result = call("make", "lattic", "--out", str(copied.parent))
    assert result.exit_code == 1
    assert [line.split()[0] for line in result.stdout.splitlines() if "DIFFERENT" in line] == ["screening.json"]
    assert "lattic could not be made anew as the catalogue holds it" in result.stderr


def test_a_game_that_screening_rejects_gets_no_ladder(tmp_path: Path) -> None:
    result = call("make", "--family", "line", "--seed", "2000", "--out", str(tmp_path))
    assert result.exit_code == 0, result.output
    assert "rejected: draws: 95% at equal strength" in result.stdout
    (folder,) = tmp_path.iterdir()
    assert sorted(path.name for path in folder.iterdir()) == ["rules.json", "screening.json"]


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("make",), "name a game of the catalogue, or give --family and --seed"),
        (("make", "velun", "--seed", "1"), "name a game of the catalogue, or give --family and --seed"),
        (("make", "nosuch"), "unknown game 'nosuch': choose one of the catalogue"),
        (("make", "--family", "chess", "--seed", "1"), "unknown family 'chess'"),
        (("calibrate",), "name at least one game, or give --all"),
        (("calibrate", "velun", "--all"), "name at least one game, or give --all"),
        (("calibrate", "nosuch"), "unknown game 'nosuch'"),
        (("fingerprint", "velun", "--version", "x"), "version 'x': write it as 2-A"),
    ],
)
def test_what_cannot_be_made_is_refused_in_a_sentence(words: tuple[str, ...], named: str, tmp_path: Path) -> None:
    result = call(*words, *(["--out", str(tmp_path)] if words[0] == "make" else []))
    assert result.exit_code == 1 and result.stderr.startswith(f"Error: {named}")


def test_a_game_of_another_generator_is_not_made_anew(copied: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    origin = {"family": "line", "seed": "1", "generator": "0"}
    monkeypatch.setattr("quickstudy.benchmarks.making.read_origin", lambda game: origin)
    result = call("make", "lattic", "--out", str(copied.parent))
    assert result.exit_code == 1 and "lattic was made by version 0 of the generator" in result.stderr


def test_ladders_of_few_rungs_or_without_a_common_scale_are_not_fit() -> None:
    fit = {"ratings": [0, 100, 200, 300, 400], "chi2": 100.0, "df": 10}
    assert judge_ladder(fit) == []
    assert judge_ladder(fit | {"ratings": [0, 100, 200, 300, 399], "chi2": 101.0}) == [
        "rungs: 4 levels of its ladder with 100 Elo between them",
        "misfit: chi2 of its ladder is 10.1 per degree of freedom",
    ]


@pytest.mark.parametrize("name", [name for name in list_games() if load_game(name).invented])
def test_every_invented_game_of_the_catalogue_was_accepted(name: str) -> None:
    game = load_game(name)
    report = json.loads((game.folder / "screening.json").read_text())
    assert report["accepted"] and report["version"] == SCREENING_VERSION and report["rules_hash"] == game.rules.hash
    assert judge_ladder(json.loads(ladder_file(game).read_text())) == []


def test_no_two_games_of_the_catalogue_are_played_alike() -> None:
    games = [load_game(name) for name in list_games()]
    assert [find_duplicate(game, games[:place]) for place, game in enumerate(games)] == [None] * len(games)


def test_the_catalogue_lists_every_game_with_what_was_measured() -> None:
    rows = json.loads(call("catalogue", "--json").stdout)
    assert [row["game"] for row in rows] == list_games() and list(rows[0]) == list(COLUMNS)
    for row in rows:
        measured = [key for key, value in row.items() if value is not None]
        assert set(measured) == (set(COLUMNS) if load_game(row["game"]).invented else {"game", "family", "board"})
    text = call("catalogue").stdout
    assert len(text.splitlines()) == len(rows) + 1 and text.startswith("Game ")


def test_the_table_of_the_catalogue_is_aligned() -> None:
    lines = format_catalogue(list_catalogue()[:3]).splitlines()
    assert len({len(line) for line in lines}) == 1
    assert all(" %" not in line for line in lines) and "%" in lines[1]


def test_a_users_game_is_described_as_far_as_it_is_measured(tmp_path: Path) -> None:
    spec = tmp_path / "mine.json"
    spec.write_text(json.dumps(load_game("tarsk").rules.to_json()))
    row = describe_game(load_game(str(spec)))
    assert (row["game"], row["board"], row["levels"], row["version"]) == ("mine", "hexagon 4x4", None, None)
