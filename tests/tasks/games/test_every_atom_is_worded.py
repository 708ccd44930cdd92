"""Whatever atom of a spec is changed, the rules text changes: on games of every family, known and random ones.

Every change that gives a valid spec is tried, one atom at a time (with those that mean nothing without it). The text of
one spec is also never that of another one, wherever the two come from.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import fields, replace
from functools import lru_cache
from typing import Any, get_args, get_type_hints

import pytest

from quickstudy.tasks.games.board import Board, name_of
from quickstudy.tasks.games.families import FAMILIES
from quickstudy.tasks.games.game import list_games, load_game
from quickstudy.tasks.games.generate import draft_rules, generate_rules
from quickstudy.tasks.games.patterns import HEX_SHAPES, LEAPS, SQUARE_SHAPES
from quickstudy.tasks.games.rule_checks import RulesError
from quickstudy.tasks.games.rules import Kind, Rules
from quickstudy.tasks.games.wording import write_rules
from quickstudy.tasks.seeds import new_generator
from tests import known_games
from tests.random_rules import DIRECTED, random_rules

RANDOM = 60
NUMBERS = ("hand", "flank_length", "line", "eliminate", "captures", "points", "cap")
Change = tuple[str, Any, dict[str, Any]]
"""The atom, what it becomes, and the changed atoms of the spec."""


def sources() -> Iterator[Rules]:
    """The specs that are changed: games and drafts of every family, some of the catalogue, known and random games."""
    for family in FAMILIES:
        yield generate_rules(family, 1)
        yield draft_rules(family, "Draft", new_generator("every atom", family))
    yield from (load_game(name).rules for name in list_games()[::6])
    yield from (known_games.tic_tac_toe(), known_games.clobber(), known_games.othello(6))
    for number in range(RANDOM):
        yield random_rules(new_generator("every atom", number), wide=number % 3 == 0)


def changes_of(rules: Rules) -> Iterator[Change]:
    """Every change of one atom, valid or not."""
    yield "name", "other", {"name": f"{rules.name[:30]} II"}
    for atom, hint in get_type_hints(Rules).items():
        old = getattr(rules, atom)
        if hint is bool:
            yield atom, not old, {atom: not old}
        elif get_args(hint) and all(isinstance(value, str) for value in get_args(hint)):
            yield from ((atom, value, {atom: value, **needed(rules, atom, value)}) for value in get_args(hint))
    for atom in NUMBERS:
        old = getattr(rules, atom)
        yield from ((atom, "number", {atom: number}) for number in {0, 1, 2, 3, 5, old - 1, old + 1})
    yield from (("rhythm", number, {"rhythm": number}) for number in (0, 3, 5, 7, 9))
    shapes = SQUARE_SHAPES if rules.board.shape == "square" else HEX_SHAPES
    yield from (("shape", shape, {"shape": shape, "line": 0, "axes": "all"}) for shape in ("", *shapes))
    yield from change_sides(rules)
    yield from (("board", what, {"board": board}) for what, board in change_board(rules.board))
    yield from change_setups(rules)
    for index, kind in enumerate(rules.kinds):
        for atom, value, changed in change_kind(rules, kind):
            kinds = (*rules.kinds[:index], changed, *rules.kinds[index + 1 :])
            others = tuple(replace(k, promotes=changed.name) if k.promotes == kind.name else k for k in kinds)
            yield f"kind.{atom}", value, {"kinds": others}


def needed(rules: Rules, atom: str, value: str) -> dict[str, Any]:
    """What else a value needs: a length for flanks, none without them."""
    if (atom, value) == ("place", "none"):
        return {"hand": 0, "mixed": False, "contact": "none", "rhythm": 0, "swap": False}
    if atom == "effect":
        return {"flank_length": (rules.flank_length or 2) if value.startswith("flank") else 0}
    return {}


def change_sides(rules: Rules) -> Iterator[Change]:
    """Each ending in turn as that of X, of O and of both."""
    for ending in rules.endings:
        rest = [tuple(name for name in names if name != ending) for names in (rules.only_x, rules.only_o)]
        for side, atom in ((0, "only_x"), (1, "only_o"), (2, "only_x" if ending in rules.only_x else "only_o")):
            lists = [names + (ending,) * (place == side) for place, names in enumerate(rest)]
            x, o = (tuple(name for name in rules.endings if name in names) for names in lists)
            yield atom, ending, {"only_x": x, "only_o": o}


def change_board(board: Board) -> Iterator[tuple[str, Board]]:
    """Boards of another shape, size, kind of edges, and with one hole more or less."""
    hints = get_type_hints(Board)
    yield from (("shape", replace(board, shape=shape)) for shape in get_args(hints["shape"]))
    yield from (("edges", replace(board, edges=edges)) for edges in get_args(hints["edges"]))
    for step in (-1, 1):
        both = board.shape == "hexagon"
        yield "width", replace(board, width=board.width + step, height=board.height + step * both)
        yield "height", replace(board, height=board.height + step, width=board.width + step * both)
    cells = [name_of(place) for place in board.outline]
    for cell in (cells[0], cells[len(cells) // 2], cells[-1]):
        yield "holes", replace(board, holes=tuple(sorted({*board.holes} ^ {cell})))


def change_setups(rules: Rules) -> Iterator[Change]:
    """Pieces taken away, added, moved, given to the other player, and turned into another kind."""
    index = rules.board.index
    sides = [
        [set(cells) for cells in setup] or [set() for _ in rules.kinds] for setup in (rules.setup_x, rules.setup_o)
    ]
    taken = set().union(*sides[0], *sides[1])
    free = [name for name in rules.board.names if name not in taken]

    def build(side: int, kind: int, cells: set[str], also: tuple[int, int, str] | None = None) -> Change:
        changed = [[set(own) for own in setup] for setup in sides]
        changed[side][kind] = cells
        if also:
            changed[also[0]][also[1]].add(also[2])
        x, o = (tuple(tuple(sorted(own, key=index.__getitem__)) for own in setup) for setup in changed)
        return ("setup_x", "setup_o")[side], "cells", {"setup_x": x if any(x) else (), "setup_o": o if any(o) else ()}

    for side in (0, 1):
        for kind in range(len(rules.kinds)):
            cells = sides[side][kind]
            if free:
                yield build(side, kind, cells | {free[0]})
            for cell in sorted(cells)[:2]:
                yield build(side, kind, cells - {cell})
                yield build(side, kind, cells - {cell}, (1 - side, kind, cell))
                yield build(side, kind, cells - {cell}, (side, (kind + 1) % len(rules.kinds), cell))
                if free:
                    yield build(side, kind, cells - {cell} | {free[-1]})


def change_kind(rules: Rules, kind: Kind) -> Iterator[tuple[str, Any, Kind]]:
    """Another name, each direction of each way to move, leaps, and the rest."""
    yield "name", "other", replace(kind, name="quill" if kind.name[0] != "q" else "vole")
    all_directions, first = list(rules.board.steps), kind is rules.kinds[0]
    for atom in DIRECTED:
        for direction in all_directions if first else all_directions[:2]:  # texts of other kinds are made alike
            chosen = {*getattr(kind, atom)} ^ {direction}
            names: dict[str, Any] = {atom: tuple(name for name in rules.board.steps if name in chosen)}
            yield atom, direction, replace(kind, **names)
    for atom in ("leap", "leap_capture"):
        leaps: list[dict[str, Any]] = [{atom: leap} for leap in ("", *LEAPS)]
        yield from ((atom, leap[atom], replace(kind, **leap)) for leap in leaps)
    yield "clone", not kind.clone, replace(kind, clone=not kind.clone)
    yield "royal", not kind.royal, replace(kind, royal=not kind.royal)
    yield from (("promotes", "", replace(kind, promotes=name)) for name in ("", *(k.name for k in rules.kinds)))


@lru_cache(maxsize=1)
def tried() -> tuple[list[tuple[str, Any, Rules, Rules]], dict[tuple[str, str], str], Counter[tuple[str, Any]]]:
    """Pairs of specs that one atom tells apart; the text of each, by name and hash; how often atoms became values."""
    pairs, texts, counts = [], dict[tuple[str, str], str](), Counter[tuple[str, Any]]()
    for rules in sources():
        texts[rules.name, rules.hash] = write_rules(rules)
        for atom, value, changed in changes_of(rules):
            try:
                other = replace(rules, **changed)
            except RulesError:
                continue
            if other != rules:
                pairs.append((atom, value, rules, other))
                texts[other.name, other.hash] = write_rules(other)
                counts[f"board.{value}" if atom == "board" else atom, value] += 1
    return pairs, texts, counts


def test_changing_any_atom_of_any_spec_changes_its_text() -> None:
    pairs, texts, _ = tried()
    assert len(pairs) > 4000
    same = [
        (atom, value, old.to_json())
        for atom, value, old, new in pairs
        if texts[old.name, old.hash] == texts[new.name, new.hash]
    ]
    assert same == []


def test_no_two_specs_share_a_text() -> None:
    _, texts, _ = tried()
    shared = [key for text, n in Counter(texts.values()).items() if n > 1 for key in texts if texts[key] == text]
    assert shared == [] and len(texts) > 4000


def expected_values() -> set[tuple[str, Any]]:
    """Every atom, and every value of those that have few."""
    values: set[tuple[str, Any]] = {("name", "other"), ("setup_x", "cells"), ("setup_o", "cells")}
    for atom, hint in get_type_hints(Rules).items():
        if hint is bool:
            values |= {(atom, False), (atom, True)}
        elif get_args(hint) and all(isinstance(value, str) for value in get_args(hint)):
            values |= {(atom, value) for value in get_args(hint)}
    values |= {(atom, "number") for atom in NUMBERS} | {("rhythm", number) for number in (0, 3, 5, 7, 9)}
    values |= {("shape", shape) for shape in ("", *SQUARE_SHAPES, *HEX_SHAPES)}
    values |= {(f"board.{field.name}", field.name) for field in fields(Board)}
    values |= {(f"kind.{atom}", leap) for atom in ("leap", "leap_capture") for leap in ("", *LEAPS)}
    values |= {(f"kind.{atom}", value) for atom in ("clone", "royal") for value in (False, True)}
    values |= {(f"kind.{atom}", name) for atom in DIRECTED for name in Board("square").steps}
    return values | {("kind.name", "other"), ("kind.promotes", "")}


def test_every_atom_is_changed_to_every_value_that_it_can_have() -> None:
    _, _, counts = tried()
    assert {value: counts[value] for value in expected_values() if counts[value] < 2} == {}


@pytest.mark.parametrize(("kind", "prefix"), [(Rules, ""), (Kind, "kind."), (Board, "board.")])
def test_no_atom_is_left_out(kind: type[Any], prefix: str) -> None:
    changed = {atom for atom, _ in tried()[2]} | {"kinds", "board"}
    assert {f"{prefix}{field.name}" for field in fields(kind)} <= changed
