"""Specs of games: JSON in and out, hashes of content, and refusals that name the atom."""

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
from tests.known_games import connect_four, tic_tac_toe
from tests.random_rules import random_rules

MAN: dict[str, Any] = {"name": "man", "step": ["N", "E"], "capture": ["N"]}
PLACING: dict[str, Any] = {"name": "Game", "board": {"width": 5, "height": 5}, "place": "any", "line": 4}
MOVING: dict[str, Any] = {
    "name": "Game",
    "board": {"width": 5, "height": 5},
    "kinds": [MAN],
    "setup_x": [["a1", "b1"]],
    "setup_o": [["a5", "b5"]],
    "eliminate": 1,
}
SLANTED = {"shape": "rhombus", "width": 5, "height": 5}
WALLED = {"width": 5, "height": 5, "holes": ["a3", "b3", "c3", "d3", "e3"]}
FREE = ("any", "drop", "touch", "touch_own", "apart_own")


def test_the_specs_that_are_spoilt_below_are_sound() -> None:
    assert Rules.from_json(PLACING).line == 4 and Rules.from_json(MOVING).eliminate == 1


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


def bad(spec: dict[str, Any], **atoms: Any) -> dict[str, Any]:
    return {**spec, **atoms}


def man(**atoms: Any) -> dict[str, Any]:
    return {**MOVING, "kinds": [{**MAN, **atoms}]}


def promoting(**atoms: Any) -> dict[str, Any]:
    """A game of men, whose atoms these are, and of kings."""
    kinds = [{**MAN, **atoms}, {"name": "king"}]
    return {**MOVING, "kinds": kinds, "setup_x": [["a1"], ["b1"]], "setup_o": [["a5"], ["b5"]]}


@pytest.mark.parametrize(
    ("spec", "atom"),
    [
        # not a spec at all
        ([], "the spec must be an object"),
        ({}, "atom name is missing"),
        ({"name": "Game"}, "atom board is missing"),
        (bad(PLACING, goal="line"), "unknown atom goal"),
        (bad(PLACING, board={"size": 5}), "unknown atom board.size"),
        (man(speed=2), r"unknown atom kinds\[0\].speed"),
        # wrong types
        (bad(PLACING, name=3), "name must be str"),
        (bad(PLACING, line="4"), "line must be int"),
        (bad(PLACING, line=True), "line must be int"),
        (bad(PLACING, cap=50.0), "cap must be int"),
        (bad(PLACING, double=1), "double must be bool"),
        (bad(PLACING, board=[5, 5]), "board must be an object"),
        (bad(PLACING, board={"width": None}), "board.width must be int"),
        (bad(PLACING, board={"holes": "a1"}), "board.holes must be a list"),
        (bad(PLACING, board={"holes": [1]}), r"board.holes\[0\] must be str"),
        (bad(PLACING, kinds={}), "kinds must be a list"),
        (man(step="N"), r"kinds\[0\].step must be a list"),
        # unknown choices
        (bad(PLACING, place="anywhere"), "place is 'anywhere'; it must be one of none, any"),
        (bad(PLACING, stalemate=None), "stalemate is None"),
        (bad(PLACING, board={"shape": "cube"}), "board.shape is 'cube'"),
        (bad(PLACING, board={"edges": "joined"}), "board.edges is 'joined'"),
        (bad(PLACING, line=0, shape="blob"), "shape: no shape 'blob' on a square board"),
        (bad(PLACING, line=0, shape="propeller"), "shape: no shape 'propeller'"),
        (man(step=["U"]), "kinds.man.step: no direction 'U'"),
        (bad(man(step=["N"]), board=SLANTED), "kinds.man.step: no direction 'N' on a rhombus board"),
        (man(leap="horse"), "kinds.man.leap: no leap 'horse'"),
        (
            bad(man(step=["E"], capture=[], leap="knight"), board=SLANTED),
            "kinds.man.leap: no leap 'knight' on a rhombus",
        ),
        # names
        (bad(PLACING, name=""), "name: 1 to 40"),
        (bad(PLACING, name="G" * 41), "name: 1 to 40"),
        (bad(PLACING, name="two\nlines"), "name: 1 to 40"),
        (bad(PLACING, name=" Game"), "name: 1 to 40"),
        (man(name="Man"), "kinds: 'Man' is not a lower-case word"),
        (man(name=""), "kinds: '' is not a lower-case word"),
        (bad(MOVING, kinds=[MAN, MAN]), "kinds: two kinds have the same name"),
        (bad(MOVING, kinds=[MAN, {"name": "mole"}]), "kinds: two kinds have the same first letter"),
        (bad(MOVING, kinds=[]), "kinds: a game has 1 to 4 kinds"),
        # boards
        (bad(PLACING, board={"width": 0}), "board.width"),
        (bad(PLACING, board={"width": -5}), "board.width"),
        (bad(PLACING, board={"width": 17, "height": 2}), "board.width: at most 16 files"),
        (bad(PLACING, board={"width": 1, "height": 10**12}), "board.height: at most 64"),
        (bad(PLACING, board={"width": 9, "height": 9}), "board: 81 cells; at most 64"),
        (bad(PLACING, board={"width": 3, "height": 1}), "board: fewer than 4 cells"),
        (bad(PLACING, board={"holes": ["g1"]}), "board.holes: 'g1' is not a cell"),
        (bad(PLACING, board={"holes": ["b1", "a1"]}), "board.holes: list each hole once"),
        (bad(PLACING, board={"width": 4, "edges": "cylinder"}), "board.edges: joined"),
        (bad(PLACING, board={"width": 5, "height": 4, "edges": "torus"}), "board.edges: a torus"),
        (bad(PLACING, board={"shape": "hexagon", "width": 3, "height": 4}), "board.height: a hexagon"),
        (bad(PLACING, board={"shape": "hexagon", "width": 3, "height": 3, "edges": "torus"}), "board.edges: a hexagon"),
        # pieces
        (man(step=["E", "N"]), "kinds.man.step: list directions once each"),
        (man(step=[], clone=True), "kinds.man.clone: a clone needs steps"),
        (man(slide=["N"], clone=True), "kinds.man.clone: a clone cannot slide"),
        (man(capture=[], step=[]), "place: pieces can neither be placed nor moved"),
        (bad(man(capture=[]), must_capture=True), "must_capture: no kind can capture"),
        (bad(man(capture=[], clone=True), eliminate=0, burn=True, score="most"), "burn: no piece ever leaves"),
        (bad(MOVING, kinds=[MAN, {"name": "rook"}]), "setup_x: one list of cells for each kind"),
        (bad(MOVING, setup_x=[[]]), "setup_x: leave it out"),
        (bad(MOVING, setup_x=[["a9"]]), "setup_x: 'a9' is not a cell"),
        (bad(MOVING, setup_x=[["b1", "a1"]]), "setup_x: list cells in board order"),
        (bad(MOVING, setup_o=[["a1"]]), "setup_o: a1 is set up twice"),
        (bad(MOVING, setup_x=[["a1", "a1"]]), "setup_x: a1 is set up twice"),
        (bad(MOVING, setup_x=[]), "setup_x: without placing"),
        (
            bad(MOVING, kinds=[MAN, {"name": "rook"}], setup_x=[["a1"], []], setup_o=[["a5"], []]),
            "kinds.rook: this kind never gets onto the board",
        ),
        (
            bad(MOVING, kinds=[MAN, {"name": "king", "royal": True}], setup_x=[["a1"], []], setup_o=[["a5"], ["b5"]]),
            "kinds.king.royal: X must start with royal pieces, or O would win at once",
        ),
        # placing
        (bad(PLACING, hand=-1), "hand: must not be negative"),
        (bad(MOVING, hand=3), "hand: nothing is placed"),
        (bad(MOVING, mixed=True), "mixed: needs both"),
        (bad(MOVING, contact="ban"), "contact: nothing is placed"),
        (bad(MOVING, place="any"), "hand: pieces could never move"),
        (bad(PLACING, board={"edges": "torus"}, place="drop"), "place: a torus has no bottom"),
        (bad(PLACING, place="flank"), "place: flank needs effect"),
        (bad(PLACING, place="flank", effect="flank_flip", flank_length=2), "place: flank needs pieces"),
        (bad(PLACING, effect="flank_flip"), "flank_length: set it"),
        (bad(PLACING, flank_length=2), "flank_length: set it"),
        (bad(PLACING, flank_length=-1), "flank_length: set it"),
        (bad(PLACING, effect="flank_flip", flank_length=17), "flank_length: at most 16"),
        # swap and rhythm
        (bad(PLACING, swap=1), "swap must be bool"),
        (bad(MOVING, swap=True), "swap: needs placing on an empty board"),
        (bad(PLACING, swap=True, setup_o=[["a1"]]), "swap: needs placing on an empty board"),
        (bad(PLACING, swap=True, double=True), "swap: a double turn"),
        (bad(PLACING, swap=True, far=True, misere=True), "swap: the piece that changes owner"),
        (bad(PLACING, swap=True, hand=1), "swap: both hands"),
        (bad(PLACING, swap=True, only_x=["line"], score="most"), "swap: the players have different goals"),
        *((bad(PLACING, kinds=[MAN], rhythm=rhythm), "rhythm: 3, 5, 7 or 9") for rhythm in (-3, 1, 2, 4, 11)),
        (bad(PLACING, rhythm=3), "rhythm: needs placing and moving"),
        (bad(MOVING, rhythm=3), "rhythm: needs placing and moving"),
        (bad(MOVING, place="any", mixed=True, rhythm=3), "rhythm: needs placing and moving, and not mixed"),
        # promotion
        *((promoting(promotes=name), "kinds.man.promotes: no other kind") for name in ("man", "queen")),
        (promoting(promotes=3), r"kinds\[0\].promotes must be str"),
        (
            bad(promoting(), kinds=[{"name": "man", "promotes": "king"}, {**MAN, "name": "king"}]),
            "kinds.man.promotes: this kind never moves",
        ),
        (promoting(promotes="king", royal=True), "kinds.man.promotes: a royal piece"),
        (bad(promoting(promotes="king"), board={"edges": "torus"}), "kinds.man.promotes: a torus"),
        (
            bad(
                promoting(promotes="king"),
                board={"width": 7, "height": 1},
                setup_x=[["a1"], ["b1"]],
                setup_o=[["g1"], ["f1"]],
            ),
            "kinds.man.promotes: the only rank",
        ),
        (bad(promoting(promotes="king"), far=True), "kinds.man.promotes: a piece on the far rank"),
        (bad(promoting(), setup_x=[["a1"], []], setup_o=[["a5"], []]), "kinds.king: this kind never gets"),
        # goals of one side
        (bad(PLACING, only_x="line"), "only_x must be a list"),
        (bad(PLACING, only_o=["draw"]), r"only_o\[0\] is 'draw'; it must be one of royal, line"),
        (bad(PLACING, only_x=["far"]), "only_x: the game has no ending 'far'"),
        (bad(PLACING, only_o=["royal"]), "only_o: the game has no ending 'royal'"),
        (bad(MOVING, only_x=["eliminate", "eliminate"]), "only_x: list endings once, in order"),
        (bad(MOVING, captures=1, only_o=["captures", "eliminate"]), "only_o: list endings once, in order"),
        (bad(MOVING, only_x=["eliminate"], only_o=["eliminate"]), "only_o: an ending cannot be of one side"),
        (bad(PLACING, only_x=["line"]), "only_x: O could never win"),
        (bad(PLACING, only_o=["line"]), "only_o: X could never win"),
        # points
        *((bad(PLACING, points=points), "points: 2 to 15") for points in (-2, 1, 16)),
        (bad(MOVING, points=2), "points: needs line or shape"),
        (bad(PLACING, points=2, misere=True), "points: a goal that is to be avoided"),
        (bad(PLACING, score="points"), "score: there are no points"),
        (bad(PLACING, score="captures"), "score: nothing is ever removed"),
        # endings
        (bad(PLACING, shape="square"), "shape: line and shape"),
        (bad(PLACING, line=2), "line: 3 to 7"),
        (bad(PLACING, line=-1), "line: 3 to 7"),
        (bad(PLACING, line=7), "line: does not fit"),
        (bad(PLACING, board={"width": 2, "height": 2}, line=0, shape="cross"), "shape: does not fit"),
        (bad(PLACING, line=0, axes="diagonal", score="most"), "axes: applies to line only"),
        (bad(PLACING, board=SLANTED, axes="diagonal"), "axes: hexagons"),
        (bad(PLACING, board={"edges": "cylinder"}, connect="own_sides"), "connect: needs plain edges"),
        (
            bad(PLACING, board={"width": 2, "height": 4, "holes": ["a1", "b1"]}, line=0, connect="same_sides"),
            "connect: holes remove a whole side",
        ),
        (bad(MOVING, board={"edges": "torus"}, far=True), "far: a torus has no far rank"),
        (bad(MOVING, setup_x=[["a1", "a5"]], setup_o=[["b5"]], far=True), "setup_x: a piece starts on its far rank"),
        (bad(MOVING, setup_o=[["b1"]], setup_x=[["a1"]], far=True), "setup_o: a piece starts on its far rank"),
        (bad(MOVING, eliminate=-1), "eliminate: must not be negative"),
        (bad(MOVING, captures=-1), "captures: must not be negative"),
        (bad(MOVING, eliminate=3), "eliminate: a player would be eliminated"),
        (man(capture=[]), "eliminate: no piece is ever lost"),
        (bad(PLACING, captures=2), "captures: nothing is ever removed"),
        (bad(man(capture=[], royal=True), eliminate=0), "kinds.royal: no piece is ever lost"),
        (bad(PLACING, unify=True), "unify: the first placed piece"),
        # goals out of reach, and goals reached by the first piece to come
        (bad(PLACING, hand=3), "line: needs 4 pieces"),
        (bad(PLACING, hand=1, setup_x=[["a1", "b1"]], setup_o=[["a5"]]), "line: needs 4 pieces"),
        (bad(PLACING, hand=3, line=0, shape="ell"), "shape: needs 4 pieces"),
        (bad(PLACING, hand=1, effect="infect"), "line: needs 4 pieces"),
        (bad(MOVING, line=3), "line: needs 3 pieces"),
        (bad(MOVING, line=3, place="any", hand=1, setup_x=[["a1"]], setup_o=[["a5"]]), "line: needs 3 pieces"),
        (bad(PLACING, hand=4, line=0, connect="same_sides"), "connect: needs 5 pieces"),
        (bad(PLACING, hand=4, line=0, connect="own_sides"), "connect: needs 5 pieces"),
        (bad(PLACING, line=0, connect="same_sides", board=WALLED), "connect: holes part the sides"),
        (bad(PLACING, line=0, connect="same_sides", board={"width": 7, "height": 1}), "connect: two opposite sides"),
        (bad(PLACING, line=0, connect="own_sides", board={"width": 7, "height": 1}), "connect: two opposite sides"),
        (bad(PLACING, line=0, connect="own_sides", board={"width": 1, "height": 7}), "connect: two opposite sides"),
        (bad(MOVING, captures=3), "captures: needs 3 enemy pieces"),
        (bad(PLACING, hand=4, effect="surround", captures=5), "captures: needs 5 enemy pieces"),
        *((bad(PLACING, far=True, place=place), "far: a piece placed") for place in FREE),
        (bad(PLACING, far=True, place="touch_own", setup_x=[["a1"]]), "far: a piece placed"),
        (bad(MOVING, misere=True), "misere: needs line"),
        (bad(PLACING, line=0), "score: nobody could ever win"),
        (bad(PLACING, cap=1), "cap: 2 to 1000"),
        (bad(PLACING, cap=1001), "cap: 2 to 1000"),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) else "",
)
def test_a_wrong_spec_is_refused_with_the_atom_named(spec: Any, atom: str) -> None:
    with pytest.raises(RulesError, match=f"^{atom}"):
        Rules.from_json(spec)


@pytest.mark.parametrize(
    "spec",
    [
        bad(PLACING, hand=4),
        bad(PLACING, hand=2, setup_x=[["a1", "b1"]]),
        bad(PLACING, hand=2, effect="infect"),
        bad(PLACING, hand=2, effect="flank_flip", flank_length=2),
        bad(man(clone=True), line=7, board={"width": 7, "height": 5}),
        bad(MOVING, line=3, place="any", hand=1, setup_x=[["a1", "b1"]], setup_o=[["a5"]]),
        bad(PLACING, hand=5, line=0, connect="own_sides"),
        bad(PLACING, line=0, connect="own_sides", board=WALLED),
        bad(PLACING, line=0, connect="same_sides", board={"width": 1, "height": 7}),
        bad(MOVING, captures=2),
        bad(man(clone=True), captures=12),
        bad(MOVING, captures=4, effect="infect"),
        bad(PLACING, captures=12, effect="surround"),
        *(bad(PLACING, far=True, place=place, misere=True) for place in FREE),
        bad(PLACING, far=True, place="touch_own", setup_x=[["a1"]], setup_o=[["a5"]]),
        bad(PLACING, far=True, place="flank", effect="flank_flip", flank_length=2, setup_x=[["a1"]]),
        bad(PLACING, score="most", only_x=["line"]),
        bad(PLACING, stalemate="lose", only_o=["line"]),
        bad(MOVING, captures=1, only_x=["eliminate"], only_o=["captures"]),
        bad(MOVING, score="most", eliminate=2, only_x=["eliminate"], setup_x=[["a1"]]),  # O, not X, loses so
        bad(PLACING, hand=2, kinds=[MAN], line=0, score="most", swap=True),
        bad(promoting(promotes="king"), setup_x=[["a1"], []], setup_o=[["a5"], []]),  # kings come by promotion
    ],
    ids=lambda spec: " ".join(f"{atom}={spec[atom]}" for atom in sorted(set(spec) - set(PLACING))),
)
def test_a_goal_that_somebody_can_reach_is_accepted(spec: dict[str, Any]) -> None:
    Rules.from_json(spec)


def test_a_player_who_cannot_lose_by_royal_pieces_needs_none() -> None:
    kinds = [MAN, {"name": "king", "royal": True}]
    spec = bad(MOVING, kinds=kinds, setup_x=[["a1"], []], setup_o=[["a5"], ["b5"]], eliminate=0, score="most")
    assert Rules.from_json(bad(spec, only_x=["royal"])).endings_of(1) == ()
    with pytest.raises(RulesError, match="X must start with royal pieces"):
        Rules.from_json(bad(spec, only_o=["royal"]))


def test_two_royal_kinds_are_refused() -> None:
    king, queen = ({"name": name, "step": ["N"], "capture": ["N"], "royal": True} for name in ("king", "queen"))
    spec = bad(MOVING, kinds=[king, queen], setup_x=[["a1"], ["b1"]], setup_o=[["a5"], ["b5"]])
    with pytest.raises(RulesError, match=r"^kinds\.royal: only one"):
        Rules.from_json(spec)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "Expecting value"),
        (b"{", "Expecting property name"),
        (b"[]", "one JSON object"),
        (b"\xff\xfe\x00", "decode"),
        (b"[" * 100_000, "recursion"),
        (b'{"name": ' + b"9" * 5000 + b"}", "4300"),
        (b'{"name": "Game", "board": {}, "cap": NaN}', "cap must be int"),
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


@pytest.mark.parametrize("name", ["chess", "", "../morvane", "morvane/rules.json", "nothing.json"])
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
