"""Tests of the rules reader: a game's text holds its whole spec, and nothing in it is passed over."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quickstudy.tasks.games.board import Board
from quickstudy.tasks.games.patterns import HEX_SHAPES, LEAPS, SQUARE_SHAPES
from quickstudy.tasks.games.rules import Kind, Rules, load_rules
from quickstudy.tasks.games.wording import write_rules
from quickstudy.tasks.learners.draft import ReadError
from quickstudy.tasks.learners.reader import read_rules
from quickstudy.tasks.learners.sentences import SENTENCES
from tests import known_games
from tests.random_rules import random_rules

CATALOGUE = Path(__file__).parents[3] / "tasks" / "games" / "catalogue"
SQUARE = Board("square", 5, 6)
RHOMBUS = Board("rhombus", 6, 5)
HEXAGON = Board("hexagon", 3, 3)
STONES = Rules("Stones", SQUARE, place="any", line=4)
FEW = Rules("Few", SQUARE, place="any", hand=2, score="most")
HEX_STONES = Rules("Hex stones", RHOMBUS, place="any", line=4)
MAN = Kind("man", step=("N", "E"), capture=("N",))
KING = Kind("king", step=("N", "S"))
ARMY = Rules("Army", SQUARE, (MAN, KING), (("a1", "b1"), ("c1",)), (("a6", "b6"), ("c6",)), line=3)
HEX_MAN = Kind("man", step=("NE", "E"), capture=("NE",))
HEX_ARMY = Rules("Hex army", HEXAGON, (HEX_MAN,), (("c1", "d1"),), (("b5", "c5"),), eliminate=1)
HAND = replace(ARMY, name="Hand", place="any", hand=3)
RHYTHM = replace(HAND, name="Rhythm", rhythm=3)
PLACED = Rules("Placed", SQUARE, place="any", score="most", cap=20)
REMOVING = replace(STONES, name="Removing", effect="surround")
HOLED = replace(ARMY, name="Holed", board=replace(SQUARE, holes=("d4",)))
FLANKS = replace(ARMY, name="Flanks", place="flank", hand=3, effect="flank_flip", flank_length=2)
HOLDS = "The first that holds ends the game."
DIRECTED = ("step", "capture", "slide", "slide_capture", "jump", "vault")
LEAPING = ("leap", "leap_capture")
WINDS, HEX_WINDS = tuple(SQUARE.steps), tuple(RHOMBUS.steps)


def recast(game: Rules, **atoms: Any) -> dict[str, Any]:
    """The change that gives the first kind of a game other atoms."""
    return {"kinds": (replace(game.kinds[0], **atoms), *game.kinds[1:])}


ONE_SIDED = Rules(
    "One-sided",
    SQUARE,
    (MAN, replace(KING, royal=True)),
    (("a1", "b1", "d1"), ("c1",)),
    (("a6", "b6", "d6"), ("c6",)),
    shape="ell",
    far=True,
    eliminate=2,
    captures=3,
    unify=True,
    score="most",
)

# Each flip is a game and what is changed in it: the new text must differ and read back.
FLIPS: tuple[tuple[Rules, dict[str, Any]], ...] = (
    (STONES, {"name": "Is X a game for two players, X and O"}),
    (PLACED, {"cap": 2}),
    (STONES, {"cap": 1000}),
    (STONES, {"double": True}),
    *((STONES, {"stalemate": value}) for value in ("pass", "lose", "win", "count")),
    *((STONES, {"score": value}) for value in ("most", "fewest")),
    *((STONES, {"place": value}) for value in ("drop", "touch", "touch_own", "apart_own")),
    (HEX_STONES, {"place": "drop"}),
    *((STONES, {"contact": value}) for value in ("ban", "must")),
    (STONES, {"hand": 4}),
    (FEW, {"hand": 1}),
    (HAND, {"hand": 12}),
    (HAND, {"mixed": True}),
    (HAND, {"mixed": True, "hand": 0}),
    (HAND, {"mixed": True, "must_capture": True}),
    (FLANKS, {"place": "any"}),
    (FLANKS, {"effect": "flank_remove"}),
    (FLANKS, {"flank_length": 1}),
    (FLANKS, {"flank_length": 16}),
    *((STONES, {"effect": value}) for value in ("infect", "surround")),
    (STONES, {"line": 3}),
    (STONES, {"line": 0, "score": "most"}),
    *((STONES, {"axes": value}) for value in ("orthogonal", "diagonal")),
    (HEX_STONES, {"line": 5}),
    *((STONES, {"line": 0, "shape": value}) for value in SQUARE_SHAPES),
    *((HEX_STONES, {"line": 0, "shape": value}) for value in HEX_SHAPES),
    *((game, {"connect": value}) for game in (STONES, HEX_STONES) for value in ("own_sides", "same_sides")),
    *((HEX_STONES, {"line": 0, "misere": True, **goal}) for goal in ({"far": True}, {"line": 3})),
    *((STONES, {"line": 0, "misere": True, **goal}) for goal in ({"shape": "ell"}, {"connect": "own_sides"})),
    *((ARMY, {atom: True}) for atom in ("far", "unify", "burn", "must_capture", "misere")),
    *((ARMY, {"eliminate": value}) for value in (1, 2)),
    (HEX_ARMY, {"eliminate": 2}),
    *((ARMY, {"captures": value}) for value in (1, 3)),
    (REMOVING, {"score": "captures"}),
    (STONES, {"score": "points", "points": 2}),
    *((STONES, {"points": value}) for value in (2, 15)),
    (STONES, {"line": 0, "shape": "ell", "points": 3}),
    *((PLACED, {"swap": True, **atoms}) for atoms in ({}, {"hand": 2}, {"contact": "ban"}, {"contact": "must"})),
    *((HAND, {"rhythm": value}) for value in (3, 5, 7, 9)),
    (RHYTHM, {"hand": 0}),
    (RHYTHM, {"must_capture": True}),
    *((RHYTHM, recast(HAND, name=name)) for name in ("ox", "archer")),
    *((STONES, {"score": "most", atom: ("line",)}) for atom in ("only_x", "only_o")),
    *((ONE_SIDED, {atom: ONE_SIDED.endings}) for atom in ("only_x", "only_o")),
    (ONE_SIDED, {"only_x": ("royal", "shape", "far"), "only_o": ("eliminate", "captures")}),
    (ONE_SIDED, {"misere": True, "only_x": ("shape", "far"), "only_o": ("unify",)}),
    (ONE_SIDED, {"points": 4, "only_x": ("shape",)}),
    *((HEX_STONES, {"connect": value, "only_o": ("connect",)}) for value in ("own_sides", "same_sides")),
    (ARMY, {"eliminate": 1, "only_o": ("eliminate",)}),
    *((game, recast(game, promotes="king")) for game in (ARMY, HAND, HOLED)),
    (ARMY, {"kinds": (replace(MAN, promotes="earl"), replace(KING, name="earl", promotes="man"))}),
    (ARMY, {"kinds": (replace(MAN, promotes="king"), KING), "setup_x": (("a1", "b1", "c1"), ())}),
    (ARMY, {"kinds": (KING, MAN)}),
    (ARMY, {"kinds": (MAN, replace(KING, royal=True))}),
    (ARMY, {"kinds": (MAN, replace(KING, name="pieces", royal=True))}),
    (ARMY, {"kinds": (MAN, Kind("king"))}),
    (
        ARMY,
        {"kinds": (MAN, Kind("wall"), KING), "setup_x": (("a1", "b1"), (), ("c1",)), "setup_o": (("a6",), ("b6",), ())},
    ),
    (ARMY, {"kinds": (MAN, replace(KING, name="action"))}),
    (ARMY, {"kinds": (MAN, replace(KING, name="self"))}),
    (ARMY, {"setup_x": (("a1", "c1"), ("b1",))}),
    (ARMY, {"setup_o": (("a6",), ("b6", "c6"))}),
    (HAND, {"setup_x": (("a1",), ())}),
    (HAND, {"setup_x": ()}),
    (HAND, {"kinds": (MAN,), "setup_x": (), "setup_o": ()}),
    (STONES, {"setup_x": (("a1",),)}),
    (STONES, {"setup_o": (("a1", "e6"),)}),
    (STONES, {"kinds": (Kind("stone"), Kind("wall")), "setup_o": ((), ("c3",))}),
    (STONES, {"board": Board("square", 6, 5)}),
    (STONES, {"board": Board("rhombus", 5, 6)}),
    (STONES, {"board": Board("hexagon", 5, 5)}),
    (STONES, {"board": Board("square", 4, 16, holes=("a1", "a10", "a2", "d16"))}),
    (STONES, {"board": Board("square", 16, 1)}),
    *((STONES, {"board": replace(SQUARE, edges=value)}) for value in ("cylinder", "torus")),
    *((HEX_STONES, {"board": replace(RHOMBUS, edges=value)}) for value in ("cylinder", "torus")),
    *((STONES, {"board": replace(SQUARE, holes=holes)}) for holes in (("c3",), ("a1", "c3"))),
    (HEX_ARMY, {"board": replace(HEXAGON, holes=("c3",))}),
    (HEX_STONES, {"line": 0, "connect": "own_sides", "board": replace(RHOMBUS, holes=("a1", "b5"))}),
    *((ARMY, recast(ARMY, **{atom: value})) for atom in DIRECTED for value in (("NE", "S", "NW"), WINDS)),
    *((HEX_ARMY, recast(HEX_ARMY, **{atom: value})) for atom in DIRECTED for value in (("SE", "NW"), HEX_WINDS)),
    *((ARMY, recast(ARMY, **{atom: ()})) for atom in ("step", "capture")),
    (ARMY, recast(ARMY, clone=True)),
    *((game, recast(game, name=name)) for game in (ARMY, HAND) for name in ("ox", "archer", "a", "an")),
    *((game, recast(game, **{atom: leap})) for game in (ARMY, HOLED) for atom in LEAPING for leap in LEAPS),
    *((HEX_ARMY, recast(HEX_ARMY, **{atom: "ring"})) for atom in LEAPING),
)
GAMES = [*(game for game, _ in FLIPS), *(replace(game, **changes) for game, changes in FLIPS)]
MEANT = write_rules(replace(ARMY, line=3, far=True, board=replace(SQUARE, edges="cylinder", holes=("d4",))))
seeds = st.integers(0, 2**32 - 1)


def draw_rules(seed: int) -> Rules:
    """Draw a random game."""
    return random_rules(np.random.default_rng(seed))


def lines(text: str) -> list[str]:
    """The sentences of a text."""
    return [line for line in text.split("\n") if line]


@pytest.mark.parametrize("wide", [False, True])
def test_two_thousand_specs_are_recovered_from_their_texts(wide: bool) -> None:
    for number in range(1000):
        rules = random_rules(np.random.default_rng((number, wide)), wide=wide)
        assert read_rules(write_rules(rules)) == rules, number


@given(seeds, st.booleans())
@settings(deadline=None)
def test_any_spec_is_recovered_from_its_text(seed: int, wide: bool) -> None:
    rules = random_rules(np.random.default_rng(seed), wide=wide)
    assert read_rules(write_rules(rules)) == rules


@pytest.mark.parametrize("number", range(len(FLIPS)))
def test_changing_one_atom_changes_the_text_and_reads_back(number: int) -> None:
    rules, changes = FLIPS[number]
    flipped = replace(rules, **changes)
    assert flipped != rules
    assert write_rules(flipped) != write_rules(rules)
    assert read_rules(write_rules(rules)) == rules
    assert read_rules(write_rules(flipped)) == flipped


def test_every_atom_and_every_value_of_a_closed_atom_is_among_the_flips() -> None:
    boards, kinds = [game.board for game in GAMES], [kind for game in GAMES for kind in game.kinds]
    for owner, found in ((Rules, GAMES), (Board, boards), (Kind, kinds)):
        for atom, hint in get_type_hints(owner).items():
            values = {getattr(item, atom) for item in found}
            assert len(values) > 1, atom
            if get_origin(hint) is Literal:
                assert values == set(get_args(hint)), atom


@pytest.mark.parametrize("path", sorted(CATALOGUE.glob("*/rules.json")), ids=lambda path: path.parent.name)
def test_the_games_of_the_catalogue_are_recovered(path: Path) -> None:
    rules = load_rules(path)
    assert read_rules(write_rules(rules)) == rules


@pytest.mark.parametrize("name", ["connect_four", "tic_tac_toe", "breakthrough", "hex_game", "othello"])
def test_known_games_are_recovered(name: str) -> None:
    rules = getattr(known_games, name)()
    assert read_rules(write_rules(rules)) == rules


def test_kinds_that_the_text_leaves_unordered_are_recovered_in_some_order() -> None:
    kinds, x, o = (Kind("stone"), Kind("wall"), Kind("hill")), ((), (), ("a1",)), ((), ("b1",), ())
    rules = Rules("Open", SQUARE, kinds, x, o, place="any", line=3)
    read = read_rules(write_rules(rules))
    assert set(zip(read.kinds, read.setup_x, read.setup_o, strict=True)) == set(zip(kinds, x, o, strict=True))
    assert read.kinds[0] == Kind("stone")


@given(seeds, st.sampled_from(["\n", "  \n", "\r\n", "\n\n\t\n"]))
@settings(max_examples=30, deadline=None)
def test_blank_lines_and_trailing_spaces_do_not_matter(seed: int, end: str) -> None:
    rules = draw_rules(seed)
    assert read_rules(f"{end}{write_rules(rules)}".replace("\n", end) + end) == rules


@given(seeds)
@settings(max_examples=100, deadline=None)
def test_every_sentence_is_understood_by_exactly_one_pattern(seed: int) -> None:
    for line in lines(write_rules(random_rules(np.random.default_rng(seed)))):
        assert sum(row.pattern.fullmatch(line) is not None for row in SENTENCES) == 1, line


def test_every_pattern_has_a_text_that_needs_it() -> None:
    written = {line for game in GAMES for line in lines(write_rules(game))}
    for row in SENTENCES:
        assert any(row.pattern.fullmatch(line) for line in written), row.pattern.pattern


@given(seeds, st.data())
@settings(max_examples=200, deadline=None)
def test_no_single_character_is_passed_over(seed: int, data: st.DataObject) -> None:
    rules = draw_rules(seed)
    text = write_rules(rules)
    place = data.draw(st.sampled_from([i for i, letter in enumerate(text) if letter != "\n"]))
    try:
        assert read_rules(text[:place] + text[place + 1 :]) != rules
    except ReadError:
        pass


@given(seeds, seeds, st.data())
@settings(max_examples=200, deadline=None)
def test_a_text_made_of_parts_of_two_is_refused_or_understood_and_never_breaks_the_reader(
    seed: int, other: int, data: st.DataObject
) -> None:
    text = lines(write_rules(random_rules(np.random.default_rng(seed))))
    spare = data.draw(st.sampled_from(lines(write_rules(random_rules(np.random.default_rng(other))))))
    place = data.draw(st.integers(0, len(text) - 1))
    text[place : place + data.draw(st.integers(0, 3))] = [spare] * data.draw(st.integers(0, 2))
    try:
        assert isinstance(read_rules("\n".join(text)), Rules)
    except ReadError as error:
        assert str(error)


@pytest.mark.parametrize("sentence", ["A man may swim: N.", "A man never moves. Or so.", "x"])
def test_an_unknown_sentence_is_quoted(sentence: str) -> None:
    with pytest.raises(ReadError) as error:
        read_rules(f"{write_rules(ARMY)}\n{sentence}")
    assert repr(sentence) in str(error.value)


@pytest.mark.parametrize(
    "missing",
    [
        "Army is a game",
        "The board has",
        "X starts",
        "O starts",
        "The players take",
        "An action is",
        "A game that",
    ],
)
def test_a_missing_sentence_is_named(missing: str) -> None:
    text = lines(write_rules(ARMY))
    kept = [line for line in text if not line.startswith(missing)]
    assert len(kept) == len(text) - 1
    with pytest.raises(ReadError, match="the text has no sentence on"):
        read_rules("\n".join(kept))


@pytest.mark.parametrize(
    ("known", "other"),
    [
        ("files a to e", "files a to d"),
        ("E of file e", "E of file d"),
        ("no cell at d4", "no cell at z4"),
        ("has a hole there", "has holes there"),
        ("no cell at d4", "no cell at d4 or e4"),
        ("A man may step", "An man may step"),
        ("like c2-c3", "like c2-d4"),
        ("like c2-c3", "like c2-c2"),
        ("like c2xd3", "like c2xz3"),
        ("in these eight directions.", "in these six directions."),
        ("X starts with: man a1 b1", "X starts with: man a1 a6"),
        ("man a1 b1; king c1", "man a1 a1; king c1"),
        ("man a1 b1; king c1", "king c1; man a1 b1"),
        ("N and S, E and W", "E and W"),
        ("2. One of your", "3. One of your"),
        ("you win.", "you lose."),
        ("rank 6 for X", "rank 5 for X"),
        ("(N-S, E-W, NE-SW or NW-SE)", "(E-W, NE-SW or NW-SE)"),
        ("A king may step", "A queen may step"),
        ("A man that captures", "A king that captures"),
        ("A man that captures takes the cell of the captured piece, which is removed.", "A man never moves."),
        ("A move is written with", "A placement is written as its cell, like c3.\nA move is written with"),
        ("A game that is scored", "A pass is made automatically and shown as pass.\nA game that is scored"),
        (
            "The first that holds ends",
            "After each action all flanked pieces are removed.\nThe first that holds ends",
        ),
        (
            "a turn is one action.",
            "a turn is one action.\nThere is no limit on the pieces a player may place.",
        ),
        ("An action is to move one of your pieces.", "An action is to place a man."),
    ],
)
def test_a_sentence_that_contradicts_the_others_is_refused(known: str, other: str) -> None:
    assert known in MEANT
    assert read_rules(MEANT).far
    with pytest.raises(ReadError):
        read_rules(MEANT.replace(known, other, 1))


@pytest.mark.parametrize(
    ("game", "known", "other"),
    [
        (HEX_ARMY, "with 5 ranks", "with 6 ranks"),
        (HEX_ARMY, "c1 to e1, b2 to e2", "c1 to e1, a2 to e2"),
        (replace(HEX_STONES, line=0, connect="own_sides"), "a1 b1 c1", "b1 c1"),
        (replace(STONES, line=0, shape="ell"), "a1 b1 c1 a2", "a1 b1 c1 d1"),
        (replace(STONES, line=0, shape="ell"), "an ell", "a ell"),
        (FEW, "2 pieces to place", "1 pieces to place"),
        (replace(FEW, hand=1), "1 piece to place", "2 piece to place"),
        (FLANKS, "1 to 2 of them", "1 to 1 of them"),
        (replace(HAND, eliminate=2), "fewer than 2 pieces", "fewer than 1 pieces"),
        (STONES, "like c3", "like f3"),
        (replace(STONES, points=2), "2 points", "1 points"),
        (replace(STONES, points=2), "score one point, however many there are, and with 2 points you win", "win"),
        (replace(STONES, points=2), "The first that ends the game counts; a point alone does not end it.", HOLDS),
        (STONES, HOLDS, "The first that ends the game counts; a point alone does not end it."),
        (replace(PLACED, swap=True), "becomes O's, where", "becomes O's and counts as placed by O, where"),
        (replace(PLACED, swap=True, hand=2), " and counts as placed by O", ""),
        (replace(PLACED, swap=True, contact="ban"), "a pass or a swap", "a pass"),
        (replace(PLACED, contact="ban"), "a pass.", "a pass or a swap."),
        (PLACED, "A placement is", "A swap is written as swap.\nA placement is"),
        (RHYTHM, "every 3rd ply", "every 3th ply"),
        (RHYTHM, "every 3rd ply", "every 4th ply"),
        (RHYTHM, "; once you have placed all of yours, it is always a move", ""),
        (replace(RHYTHM, must_capture=True), "At a ply for moving, if", "If"),
        (replace(HAND, must_capture=True), "If one of your moves", "At a ply for moving, if one of your moves"),
        (replace(ARMY, kinds=(replace(MAN, promotes="king"), KING)), "becomes a king", "becomes a man"),
        (replace(ARMY, kinds=(replace(MAN, promotes="king"), KING)), "becomes a king", "becomes a queen"),
        (replace(ARMY, kinds=(replace(MAN, promotes="king"), KING)), "rank 6 for X", "rank 5 for X"),
        (replace(STONES, score="most", only_x=("line",)), "Only for X", "Only for Y"),
        (replace(HAND, kinds=(replace(MAN, name="archer"), KING)), "to place an archer", "to place a archer"),
        (replace(HAND, kinds=(replace(MAN, name="archer"), KING)), "An archer may step", "A archer may step"),
        (replace(STONES, line=0, shape="ell"), "a1 b1 c1 a2", "a1 b1 c1 z2"),
        (
            replace(STONES, board=Board("square", 5, 5, "torus")),
            "rank 1 follows rank 5",
            "rank 1 follows rank 4",
        ),
    ],
)
def test_what_a_sentence_repeats_must_agree_with_the_spec(game: Rules, known: str, other: str) -> None:
    text = write_rules(game)
    assert known in text
    with pytest.raises(ReadError):
        read_rules(text.replace(known, other, 1))


DROPS = replace(STONES, place="drop")
JOINS = replace(HEX_STONES, line=0, connect="same_sides")
BOUND = replace(HAND, must_capture=True)


@pytest.mark.parametrize(
    ("game", "other", "start"),
    [
        (HEX_ARMY, ARMY, "Directions: "),
        (ARMY, HEX_ARMY, "Directions: "),
        (HEX_ARMY, ARMY, "The directions of moves"),
        (ARMY, HEX_ARMY, "The directions of moves"),
        (replace(HEX_STONES, place="drop"), DROPS, "A stone may be placed"),
        (DROPS, replace(HEX_STONES, place="drop"), "A stone may be placed"),
        (JOINS, replace(JOINS, board=Board("rhombus", 5, 5)), "1. One group"),
        (HAND, ARMY, "An action is"),
        (HAND, replace(HAND, kinds=(Kind("man"), Kind("king"))), "An action is"),
        (FEW, replace(FEW, kinds=(Kind("stone", step=("N",)),)), "An action is"),
        (replace(BOUND, mixed=True), BOUND, "If one of your moves"),
        (replace(ARMY, must_capture=True), replace(BOUND, mixed=True), "If one of your moves"),
        (STONES, ARMY, "A move is written"),
        (STONES, ARMY, "A move that captures"),
    ],
)
def test_a_sentence_that_holds_for_another_game_only_is_refused(game: Rules, other: Rules, start: str) -> None:
    foreign = [line for line in lines(write_rules(other)) if line.startswith(start)]
    kept = [line for line in lines(write_rules(game)) if not line.startswith(start)]
    at = next((i for i, line in enumerate(lines(write_rules(game))) if line.startswith(start)), len(kept))
    assert len(foreign) == 1
    with pytest.raises(ReadError, match="contradicts the rest of the text"):
        read_rules("\n".join([*kept[:at], *foreign, *kept[at:]]))


def test_an_empty_text_is_refused() -> None:
    with pytest.raises(ReadError, match="name"):
        read_rules(" \n")
