"""Which track a game is of: by its name, or by what the file of its spec holds."""

from __future__ import annotations

from pathlib import Path

import pytest

from quickstudy.tasks import registry
from quickstudy.tasks.chess_variants.variant import CATALOGUE, list_variants
from quickstudy.tasks.games.game import list_games, load_game
from quickstudy.tasks.tracks import BOARDS, CHESS, find_track, name_parameter, split_task


def test_every_name_is_of_one_track() -> None:
    assert not set(list_games()) & set(list_variants())
    assert {find_track(name) for name in list_games()} == {BOARDS}
    assert {find_track(name) for name in list_variants()} == {CHESS}
    assert find_track("tvafindil-sibling") is BOARDS


def test_a_file_is_of_the_track_whose_spec_it_holds(tmp_path: Path) -> None:
    board, variant = tmp_path / "a.json", tmp_path / "b.json"
    board.write_text((load_game("velun").folder / "rules.json").read_text(encoding="utf-8"), encoding="utf-8")
    variant.write_text((CATALOGUE / "fnipil" / "variant.json").read_text(encoding="utf-8"), encoding="utf-8")
    assert (find_track(str(board)), find_track(str(variant))) == (BOARDS, CHESS)
    assert find_track(str(board)).identify(str(board)).name == "a"
    assert find_track(str(variant)).identify(str(variant)) == ("b", CHESS.identify("fnipil").rules_hash)
    for name, text, said in (("c", '{"pieces": []}', "cannot use the variant spec"), ("d", "no JSON", r"d\.json")):
        path = tmp_path / f"{name}.json"
        path.write_text(text, encoding="utf-8")
        with pytest.raises(ValueError, match=said):
            find_track(str(path)).identify(str(path))


def test_an_unknown_game_is_told_with_the_names_of_both_tracks() -> None:
    with pytest.raises(ValueError, match=r"unknown game 'nosuch': choose one of .*velun.*fnipil.*\(\.json\)$"):
        find_track("nosuch")


def test_tasks_are_named_by_track_and_what_they_do() -> None:
    assert [split_task(task) for task in ("board_probe", "chess_game", "memory")] == [
        (BOARDS, "probe"),
        (CHESS, "game"),
        (None, "memory"),
    ]
    assert [name_parameter(task) for task in ("board_replay", "chess_replay", "reading")] == ["game", "variant", "game"]
    for track in (BOARDS, CHESS):
        assert all(hasattr(registry, f"{track.prefix}{work}") for work in ("game", "replay"))


def test_each_track_builds_its_skill_from_a_cell_and_reads_its_ladder() -> None:
    cell = {"legal_moves": True, "wording": 2, "skin": 0}
    assert [find_track(name).build_skill(name, cell).sample_answer for name in ("velun", "fnipil")] == ["a1-b1", "Kb2"]
    assert [find_track(name).read_ladder(name).levels[0] for name in ("velun", "fnipil")] == ["random", "random"]
