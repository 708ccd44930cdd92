"""Specs of games: JSON in and out, hashes of content, spec files and the catalogue."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, get_args, get_type_hints

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quickstudy.tasks.games.board import Board
from quickstudy.tasks.games.game import CATALOGUE, REFERENCES, Game, UnknownGame, list_games, load_game
from quickstudy.tasks.games.patterns import patterns
from quickstudy.tasks.games.rule_checks import RulesError
from quickstudy.tasks.games.rules import Kind, Rules, load_rules
from quickstudy.tasks.opponents.ladder import ladder_file
from tests.json_specs import MAN, MOVING, PLACING, SLANTED
from tests.known_games import connect_four, tic_tac_toe
from tests.random_rules import random_rules


@given(st.integers(0, 10_000))
def test_specs_survive_json_and_keep_their_hash(seed: int) -> None:
    rules = random_rules(np.random.default_rng(seed))
    again = Rules.from_json(json.loads(json.dumps(rules.to_json())))
    assert again == rules and again.hash == rules.hash


@pytest.mark.parametrize("name", list_games())
def test_catalogue_files_are_written_as_specs_write_themselves(name: str) -> None:
    path = CATALOGUE / name / "rules.json"
    assert json.loads(path.read_text()) == load_rules(path).to_json()


def test_json_leaves_out_what_is_not_in_the_game() -> None:
    assert set(connect_four().to_json()) == {"name", "board", "kinds", "place", "line", "cap"}


def test_hash_of_a_game_without_the_younger_atoms_is_what_it_was_before_them() -> None:
    assert load_game("morvane").rules.hash == json.loads(ladder_file(load_game("morvane")).read_text())["rules_hash"]


def test_hash_ignores_the_name() -> None:
    assert replace(connect_four(), name="Vier gewinnt").hash == connect_four().hash


CHANGES: dict[str, tuple[Any, ...]] = {
    "board": (
        Board("square", 5, 6),
        Board("square", 6, 5),
        Board("square", 5, 5, "cylinder"),
        Board("square", 5, 5, "torus"),
        Board("square", 5, 5, holes=("c3",)),
    ),
    "kinds": tuple(
        (replace(Kind("man", step=("N", "E"), capture=("N",)), **atoms),)
        for atoms in (
            {"name": "rook"},
            {"step": ("E",), "capture": ("N",)},
            {"capture": ("E",)},
            {"slide": ("N",)},
            {"slide_capture": ("N",)},
            {"jump": ("N",)},
            {"vault": ("N",)},
            {"leap": "knight"},
            {"leap_capture": "knight"},
            {"clone": True},
            {"royal": True},
        )
    ),
    "setup_x": ((("a1",),),),
    "setup_o": ((("b5",),),),
    "place": (),  # these need several atoms at once: see the pairs below
    "hand": (),
    "mixed": (),
    "contact": (),
    "flank_length": (),
    "axes": (),
    "misere": (),
    "only_x": (),
    "only_o": (),
    "points": (),
    "swap": (),
    "rhythm": (),
    "double": (True,),
    "must_capture": (True,),
    "burn": (True,),
    "effect": ("infect", "surround"),
    "line": (3,),
    "shape": ("square",),
    "connect": ("own_sides", "same_sides"),
    "far": (True,),
    "eliminate": (2,),
    "captures": (1,),
    "unify": (True,),
    "stalemate": ("pass", "lose", "win", "count"),
    "score": ("most", "fewest", "captures"),
    "cap": (99,),
}
PAIRS: tuple[tuple[dict[str, Any], dict[str, Any]], ...] = (
    ({**MOVING, "place": "any", "mixed": True}, {"place": "drop"}),
    ({**MOVING, "place": "any", "hand": 2}, {"hand": 3}),
    ({**MOVING, "place": "any", "hand": 2}, {"mixed": True}),
    (PLACING, {"board": SLANTED}),
    (PLACING, {"contact": "ban"}),
    (PLACING, {"axes": "diagonal"}),
    (PLACING, {"misere": True}),
    *(({**PLACING, "score": "most"}, {atom: ["line"]}) for atom in ("only_x", "only_o")),
    (PLACING, {"points": 2}),
    (PLACING, {"swap": True}),
    ({**PLACING, "points": 2}, {"score": "points"}),
    ({**PLACING, "kinds": [MAN], "rhythm": 3}, {"rhythm": 5}),
    (
        {**MOVING, "kinds": [MAN, {"name": "king"}], "setup_x": [["a1"], ["b1"]], "setup_o": [["a5"], ["b5"]]},
        {"kinds": [{**MAN, "promotes": "king"}, {"name": "king"}]},
    ),
    ({**PLACING, "effect": "flank_flip", "flank_length": 1}, {"flank_length": 2}),
)


def test_hash_follows_every_atom() -> None:
    ranks = {f"setup_{player}": [[f"{file}{rank}" for file in "abcde"]] for player, rank in (("x", 1), ("o", 5))}
    base = Rules.from_json({**MOVING, **ranks})
    assert set(CHANGES) == {field.name for field in fields(Rules)} - {"name"}
    changed = [replace(base, **{atom: value}) for atom, values in CHANGES.items() for value in values]
    pairs = [(Rules.from_json(spec), Rules.from_json({**spec, **change})) for spec, change in PAIRS]
    assert {atom for atom, values in CHANGES.items() if not values} <= {atom for _, change in PAIRS for atom in change}
    games = {base, *changed, *(game for pair in pairs for game in pair)}
    assert len({game.hash for game in games}) == len(games) == 1 + len(changed) + len({*sum(pairs, ())})


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "Expecting value"),
        (b"{", "Expecting property name"),
        (b"[]", "one JSON object"),
        (b"\xff\xfe\x00", "decode"),
        (b"[" * 100_000, "nested too deep"),
        (b'{"name": ' + b"9" * 5000 + b"}", "4300"),
        (b'{"name": "Game", "board": {}, "cap": NaN}', "NaN is not JSON"),
    ],
)
def test_an_unreadable_spec_file_is_refused_with_its_name(content: bytes, message: str, tmp_path: Path) -> None:
    path = tmp_path / "odd.json"
    path.write_bytes(content)
    with pytest.raises(RulesError, match=rf"cannot read the game spec .*odd\.json: .*{message}"):
        load_rules(path)


def test_a_missing_spec_file_is_refused_with_its_name(tmp_path: Path) -> None:
    with pytest.raises(RulesError, match=r"none\.json"):
        load_rules(tmp_path / "none.json")


def test_games_load_by_name_and_by_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "nought"
    home.mkdir()
    for name in ("rules.json", "misere.json"):
        (home / name).write_text(json.dumps(tic_tac_toe().to_json()))
    assert load_game("morvane").rules.name == "Morvane"
    assert load_game(str(home / "misere.json")) == Game("misere", tic_tac_toe(), home)
    assert load_game(str(home / "rules.json")).name == "nought"
    monkeypatch.chdir(home)
    load_game.cache_clear()  # it knows files by the names that they were asked for
    assert load_game("rules.json").name == "nought"


@pytest.mark.parametrize("name", ["morvane/rules.json", "nothing.json"])
def test_a_spec_that_is_not_there_is_named(name: str) -> None:
    with pytest.raises(UnknownGame, match=f"^there is no file {name}: check the path$"):
        load_game(name)


@pytest.mark.parametrize("name", ["chess", "", "../morvane"])
def test_an_unknown_game_is_refused_with_the_known_ones(name: str) -> None:
    with pytest.raises(UnknownGame, match=r"choose one of .*morvane.*othello"):
        load_game(name)


def test_invented_games_come_first() -> None:
    names = list_games()
    invented = [load_game(name).invented for name in names]
    assert invented == sorted(invented, reverse=True) and set(names[-len(REFERENCES) :]) == set(REFERENCES)
    assert len(invented) - len(REFERENCES) >= 4


def test_patterns_are_the_lines_and_shapes_of_the_board() -> None:
    assert len(patterns(tic_tac_toe())) == 8
    assert len(patterns(connect_four())) == 69
    assert len(patterns(replace(connect_four(), axes="orthogonal"))) == 24 + 21
    assert len(patterns(replace(connect_four(), axes="diagonal"))) == 24
    assert len(patterns(replace(connect_four(), line=0, shape="square"))) == 6 * 5


def test_every_choice_of_an_atom_is_documented() -> None:
    hints = get_type_hints(Rules)
    text = " ".join((Path(CATALOGUE).parent / "rules.py").read_text().split('"""')[1].split())
    for atom in ("place", "effect", "contact", "stalemate", "score"):
        assert f"`{atom}`" in text
        assert [choice for choice in get_args(hints[atom]) if choice not in text] == []
