"""Kernel and reference interpreter play the same random games: positions, legal moves and results must be equal."""

from collections import Counter
from dataclasses import replace
from typing import Any, Literal, get_args, get_origin, get_type_hints

import pytest

from quickstudy.tasks.games import reference
from quickstudy.tasks.games.board import Board, Edges, Shape
from quickstudy.tasks.games.families import FAMILIES
from quickstudy.tasks.games.game import list_games, load_game
from quickstudy.tasks.games.generate import draft_rules
from quickstudy.tasks.games.patterns import HEX_SHAPES, LEAPS, SQUARE_SHAPES
from quickstudy.tasks.games.rule_checks import RulesError
from quickstudy.tasks.games.rules import ENDINGS, Kind, Rules
from quickstudy.tasks.seeds import new_generator
from tests.lock_step import play_in_step
from tests.random_rules import DIRECTED, TOPOLOGIES, random_rules

SPECS = 2000
PLAYED = 800  # of them; test_lockstep_at_scale.py plays 10,000 others


# Numbers as they are told apart in the coverage; a larger one counts as the last.
NUMBERS = {
    "kinds": (1, 2, 3, 4),
    "setup_x": (0, 1),
    "setup_o": (0, 1),
    "holes": (0, 1, 2),
    "hand": (0, 1, 2, 8),
    "line": (0, 3, 4, 5, 6, 7),
    "flank_length": (0, 1, 2, 3, 16),
    "eliminate": (0, 1, 2, 3),
    "captures": (0, 1, 2, 3),
    "points": (0, 2, 3),
    "rhythm": (0, 3, 5),
}


def allowed_values(shape: Shape, edges: Edges) -> set[tuple[str, Any]]:
    """All values of all atoms that a board of this topology allows."""
    square, plain, steps = shape == "square", edges == "plain", Board(shape, 5, 5, edges).steps
    values: dict[str, Any] = {name: set(numbers) for name, numbers in NUMBERS.items()}
    for owner in (Rules, Kind):
        for name, hint in get_type_hints(owner).items():
            if hint is bool or get_origin(hint) is Literal:
                values[name] = {False, True} if hint is bool else set(get_args(hint))
    values |= {"promotes": {False, True}, "only_x": set(ENDINGS), "only_o": set(ENDINGS)}
    values |= {name: set(steps) for name in DIRECTED}
    values |= {name: {"", *(LEAPS if square else ["ring"])} for name in ("leap", "leap_capture")}
    values["shape"] = {"", *(SQUARE_SHAPES if square else HEX_SHAPES)}
    if not square:
        values["axes"] = {"all"}
    lacking = set() if plain else {"connect"}
    if not plain:
        values["connect"] = {"none"}
    if edges == "torus":
        lacking.add("far")
        values["place"] -= {"drop"}
        values |= {"far": {False}, "promotes": {False}}
    for name in ("only_x", "only_o"):
        values[name] -= lacking
    return {(name, value) for name, found in values.items() for value in found}


def values_of(rules: Rules) -> set[tuple[str, Any]]:
    """The values of all atoms of a spec, as `allowed_values` has them."""
    atoms = {**vars(rules), "holes": len(rules.board.holes), "kinds": len(rules.kinds)}
    atoms |= {name: sum(map(len, atoms[name])) for name in ("setup_x", "setup_o")}
    atoms |= {name: max(n for n in numbers if n <= atoms[name]) for name, numbers in NUMBERS.items()}
    sides = {(name, ending) for name in ("only_x", "only_o") for ending in atoms.pop(name)}
    found = {(name, value) for name, value in atoms.items() if name not in ("name", "board", "cap")} | sides
    for kind in rules.kinds:
        for name, value in {**vars(kind), "promotes": kind.promotes != ""}.items():
            found |= {(name, item) for item in value} if name in DIRECTED else {(name, value)} - {("name", value)}
    return found


def test_random_specs_hold_every_value_of_every_atom_on_every_topology() -> None:
    counts: dict[tuple[Shape, Edges], Counter[tuple[str, Any]]] = {topology: Counter() for topology in TOPOLOGIES}
    for number in range(SPECS):
        rules = random_rules(new_generator("lockstep", number))
        counts[rules.board.shape, rules.board.edges].update(values_of(rules))
    for topology, found in counts.items():
        allowed = allowed_values(*topology)
        assert set(found) == allowed
        assert [(topology, value, found[value]) for value in sorted(allowed, key=str) if found[value] < 3] == []


@pytest.fixture(scope="module")
def played() -> list[tuple[Rules, list[str]]]:
    """The first specs with a random game that kernel and reference played alike."""
    games = []
    for number in range(PLAYED):
        rng = new_generator("lockstep", number)
        rules = random_rules(rng)
        games.append((rules, play_in_step(rules, rng)))
    return games


def test_random_specs_play_alike_on_kernel_and_reference(played: list[tuple[Rules, list[str]]]) -> None:
    assert sum(len(history) for _, history in played) > 10 * PLAYED


def changes_game(rules: Rules, history: list[str], **atoms: Any) -> bool:
    """Whether a game, as far as it was played, goes otherwise under rules with other atoms."""
    try:
        other = replace(rules, **atoms)
    except RulesError:  # the rest of the rules hangs on the atom
        return False
    position, changed = reference.start(rules), reference.start(other)
    for text in history:
        if reference.legal_moves(rules, position) != reference.legal_moves(other, changed):
            return True
        position, changed = reference.play(rules, position, text), reference.play(other, changed, text)
    return (position.cells, position.result) != (changed.cells, changed.result)


def test_random_games_depend_on_every_one_of_the_rarer_atoms(played: list[tuple[Rules, list[str]]]) -> None:
    found: Counter[str] = Counter()
    plain: dict[str, dict[str, Any]] = {atom: {atom: ()} for atom in ("only_x", "only_o")}
    plain |= {"points": {"points": 0}, "swap": {"swap": False}, "rhythm": {"rhythm": 0}}
    plain |= {f"score {score}": {"score": "draw"} for score in ("captures", "points")}
    for rules, history in played:
        changes = {atom: plain[atom] for atom in plain if getattr(rules, atom, False) or atom == f"score {rules.score}"}
        if any(kind.promotes for kind in rules.kinds):
            changes["promotes"] = {"kinds": tuple(replace(kind, promotes="") for kind in rules.kinds)}
        for atom, change in changes.items():
            if found[atom] < 3:
                found[atom] += changes_game(rules, history, **change)
    assert {atom: found[atom] for atom in (*plain, "promotes")} == dict.fromkeys([*plain, "promotes"], 3)


@pytest.mark.parametrize("name", list_games())
def test_catalogue_games_play_alike_on_kernel_and_reference(name: str) -> None:
    rng = new_generator("lockstep", name)
    for _ in range(12):
        assert len(play_in_step(load_game(name).rules, rng)) >= 5


@pytest.mark.parametrize("family", FAMILIES)
def test_drafts_of_the_generator_play_alike_on_kernel_and_reference(family: str) -> None:
    for number in range(4):
        rng = new_generator("lockstep of drafts", family, number)
        assert len(play_in_step(draft_rules(family, "Draft", rng), rng)) >= 2
