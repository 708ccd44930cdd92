"""Fingerprints: they tell what changed, and a version stands for one content only."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from quickstudy.tasks.fingerprint import (
    PLAYERS,
    VersionError,
    compute_fingerprint,
    find_changes,
    find_version,
    fingerprint_file,
    read_origin,
    read_versions,
    write_fingerprint,
)
from quickstudy.tasks.games import game as games
from quickstudy.tasks.games import kernel
from quickstudy.tasks.games.game import Game, list_games, load_game
from quickstudy.tasks.opponents.levels import ENGINES, find_level
from tests.known_games import breakthrough

CATALOGUE = [name for name in list_games() if load_game(name).invented]


@pytest.mark.parametrize("name", CATALOGUE)
def test_every_game_of_the_catalogue_is_what_its_version_stands_for(name: str) -> None:
    changed = find_changes(load_game(name))
    assert not changed, f"{changed} of {name} changed: see `quickstudy fingerprint --help` for a new version"
    assert find_version(load_game(name)) is not None


def race(folder: Path) -> Game:
    return Game("race", breakthrough(5), folder)


def test_a_game_keeps_its_fingerprint_and_its_first_version(tmp_path: Path) -> None:
    origin = {"family": "race", "seed": "7", "generator": "1"}
    write_fingerprint(race(tmp_path), origin=origin)
    path = fingerprint_file(race(tmp_path))
    before = path.read_bytes()
    write_fingerprint(race(tmp_path))
    assert path.read_bytes() == before
    assert (find_version(race(tmp_path)), read_origin(race(tmp_path))) == ("1-A", origin)
    assert find_changes(race(tmp_path)) == []


def test_a_game_without_a_fingerprint_has_no_version(tmp_path: Path) -> None:
    assert find_version(race(tmp_path)) is None and read_origin(race(tmp_path)) is None
    assert set(find_changes(race(tmp_path))) == set(compute_fingerprint(race(tmp_path)))


def test_other_rules_are_noticed(tmp_path: Path) -> None:
    write_fingerprint(race(tmp_path))
    shorter = Game("race", replace(breakthrough(5), cap=60), tmp_path)
    # openings and examples do not follow: they are drawn anew since the rules' hash is in their seeds
    assert set(find_changes(shorter)) == {"rules", "text", "kernel", "openings", "examples"}


def test_another_wording_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_fingerprint(race(tmp_path))
    monkeypatch.setattr(games, "write_rules", lambda rules: "Other words.")
    assert find_changes(race(tmp_path)) == ["text"]


def test_another_engine_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_fingerprint(race(tmp_path))
    whole = kernel.legal_moves
    monkeypatch.setattr(kernel, "legal_moves", lambda tables, state: whole(tables, state)[:-1])
    assert "kernel" in find_changes(race(tmp_path))


def test_files_that_appear_or_change_are_noticed(tmp_path: Path) -> None:
    write_fingerprint(race(tmp_path))
    (tmp_path / "race.ladder.json").write_text("{}")
    assert find_changes(race(tmp_path)) == ["ladder"]


def test_a_changed_game_needs_a_new_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_fingerprint(race(tmp_path))
    monkeypatch.setattr(games, "write_rules", lambda rules: "Other words.")
    with pytest.raises(VersionError, match=r"^race is no longer what version 1-A stands for \(text changed\)"):
        write_fingerprint(race(tmp_path))
    write_fingerprint(race(tmp_path), "2-A")
    assert list(read_versions(race(tmp_path))) == ["1-A", "2-A"] and find_changes(race(tmp_path)) == []
    monkeypatch.undo()
    with pytest.raises(VersionError, match="has had version 1-A before 2-A"):
        write_fingerprint(race(tmp_path), "1-A")


@pytest.mark.parametrize("version", ["2", "A-2", "0-A", "1-a", "1-A "])
def test_a_version_is_written_as_number_and_letters(version: str, tmp_path: Path) -> None:
    with pytest.raises(VersionError, match="write it as 2-A"):
        write_fingerprint(race(tmp_path), version)


@pytest.mark.parametrize("text", ["", "[]", '{"origin": null}', '{"origin": {}, "versions": {"1-A": {}}}'])
def test_a_spoilt_file_is_refused(text: str, tmp_path: Path) -> None:
    fingerprint_file(race(tmp_path)).write_text(text)
    with pytest.raises(VersionError, match=r"^cannot read .*race\.fingerprint\.json"):
        find_version(race(tmp_path))


def test_games_of_all_engines_are_in_the_fingerprint() -> None:
    assert {find_level(name).engine for name in PLAYERS} == set(ENGINES)
