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
from tests.tasks.learners.small_games import (
    ARMY,
    FEW,
    FLANKS,
    HAND,
    HEX_ARMY,
    HEX_STONES,
    HEXAGON,
    HOLED,
    KING,
    MAN,
    PLACED,
    REMOVING,
    RHOMBUS,
    RHYTHM,
    SQUARE,
    STONES,
    lines,
)

CATALOGUE = Path(__file__).parents[3] / "tasks" / "games" / "catalogue"
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
seeds = st.integers(0, 2**32 - 1)


def draw_rules(seed: int) -> Rules:
    """Draw a random game."""
    return random_rules(np.random.default_rng(seed))


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
