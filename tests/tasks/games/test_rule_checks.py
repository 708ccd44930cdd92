"""Refusals of specs: ill-formed and contradictory ones, each with the atom named, and what is accepted."""

from __future__ import annotations

from typing import Any, cast

import pytest

from quickstudy.tasks.games.board import Board
from quickstudy.tasks.games.rule_checks import RulesError
from quickstudy.tasks.games.rules import Rules
from tests.json_specs import FREE, MAN, MOVING, PLACING, SLANTED, WALLED


def test_the_specs_that_are_spoilt_below_are_sound() -> None:
    assert Rules.from_json(PLACING).line == 4 and Rules.from_json(MOVING).eliminate == 1


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
        (man(name="m" * 41), r"kinds: 'm{40}'\.\.\. is longer than 40 letters"),
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
        (
            bad(PLACING, kinds=[{**MAN, "royal": True}], mixed=True, setup_x=[["a1"]], setup_o=[["a5"]]),
            "kinds.man.royal: royal pieces start on the board",
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
        (bad(PLACING, kinds=[MAN], swap=True, rhythm=3), "swap: X would have to move at ply 3"),
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
        (bad(man(step=["E"], capture=["E", "S"]), far=True), "far: no piece can ever get nearer"),
        (bad(man(step=["E"], capture=["E", "S"]), far=True, misere=True), "far: no piece can ever get nearer"),
        *((bad(PLACING, cap=cap), "cap: 2 to 1000") for cap in (-1, 0, 1, 1001, 10**9)),
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
        bad(man(step=["E"], capture=["E"]), far=True, effect="infect"),
        bad(man(step=["E"], leap="knight"), far=True),
        bad(man(step=["N"], capture=[]), far=True, eliminate=0),
        bad(PLACING, far=True, place="touch_own", setup_x=[["a1"]], setup_o=[["a5"]]),
        bad(PLACING, far=True, place="flank", effect="flank_flip", flank_length=2, setup_x=[["a1"]]),
        bad(PLACING, score="most", only_x=["line"]),
        bad(PLACING, stalemate="lose", only_o=["line"]),
        bad(MOVING, captures=1, only_x=["eliminate"], only_o=["captures"]),
        bad(MOVING, score="most", eliminate=2, only_x=["eliminate"], setup_x=[["a1"]]),  # O, not X, loses so
        bad(PLACING, hand=2, kinds=[MAN], line=0, score="most", swap=True),
        bad(PLACING, kinds=[MAN], swap=True, rhythm=5),
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


def test_a_board_of_no_known_shape_is_refused() -> None:
    with pytest.raises(RulesError, match=r"^board\.shape: unknown shape 'cube'"):
        Rules("Game", Board(cast("Any", "cube"), 5, 5), place="any", line=4)


@pytest.mark.parametrize(
    ("spec", "named"),
    [
        (bad(PLACING, **{"x" * 10_000: 1}), "unknown atom x{60}"),
        (bad(PLACING, **{"a\n\x1b[2J": 1}), r"unknown atom 'a\\n\\x1b\[2J'"),
        (bad(PLACING, place="y" * 10_000), "place is 'y{59}"),
        (bad(PLACING, cap="z" * 10_000), "cap must be int, not 'z{59}"),
        (bad(PLACING, cap=10**4000), "cap: 2 to 1000"),
        (bad(PLACING, board={"holes": ["a" * 10_000]}), "board.holes: 'a{199}"),
        (bad(PLACING, board={"holes": "a" * 10_000}), "board.holes must be a list, not 'a{59}"),
        (bad(PLACING, board={"holes": ["a1"] * 65}), "board.holes has 65 entries; at most 64"),
        (bad(PLACING, kinds=[{}] * 100_000), "kinds has 100000 entries; at most 64"),
    ],
    ids=lambda value: value[:30] if isinstance(value, str) else "",
)
def test_a_refusal_is_short_whatever_the_spec_holds(spec: dict[str, Any], named: str) -> None:
    with pytest.raises(RulesError, match=f"^{named}") as error:
        Rules.from_json(spec)
    assert len(str(error.value)) < 600 and str(error.value).isprintable()


def test_two_royal_kinds_are_refused() -> None:
    king, queen = ({"name": name, "step": ["N"], "capture": ["N"], "royal": True} for name in ("king", "queen"))
    spec = bad(MOVING, kinds=[king, queen], setup_x=[["a1"], ["b1"]], setup_o=[["a5"], ["b5"]])
    with pytest.raises(RulesError, match=r"^kinds\.royal: only one"):
        Rules.from_json(spec)
