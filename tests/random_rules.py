"""Random rule specs over every atom and topology, for property tests of everything that reads a `Rules`."""

from __future__ import annotations

from typing import Any

import numpy as np

from quickstudy.tasks.games.board import Board, Coordinate, name_of
from quickstudy.tasks.games.patterns import HEX_SHAPES, LEAPS, SQUARE_SHAPES
from quickstudy.tasks.games.rule_checks import RulesError
from quickstudy.tasks.games.rules import Kind, Rules

NAMES = ("man", "rook", "lion", "crow")
DIRECTED = ("step", "capture", "slide", "slide_capture", "jump", "vault")


def random_rules(rng: np.random.Generator) -> Rules:
    """Draw a valid spec of a small game; every atom and every topology has a positive chance.

    Deterministic in the state of `rng`. Contradictory drafts are drawn again, so the call always succeeds.
    """
    while True:
        try:
            return _draft(rng)
        except RulesError:
            continue


def _chance(rng: np.random.Generator, probability: float) -> bool:
    return bool(rng.random() < probability)


def _pick(rng: np.random.Generator, *choices: Any) -> Any:
    return choices[int(rng.integers(len(choices)))]


def random_board(rng: np.random.Generator) -> Board:
    """Draw a small board of any shape, edges and holes."""
    shape = _pick(rng, "square", "square", "rhombus", "hexagon")
    if shape == "hexagon":
        side = int(rng.integers(2, 6)) if _chance(rng, 0.3) else int(rng.integers(2, 5))
        board = Board("hexagon", side, side)
    else:
        edges = _pick(rng, "plain", "plain", "cylinder", "torus")
        low = 5 if edges != "plain" else 2
        high = 9 if _chance(rng, 0.3) else 7
        width, height = (int(n) for n in rng.integers(low, high, size=2))
        if edges == "cylinder":
            height = int(rng.integers(2, high))
        board = Board(shape, width, height, edges)
    if _chance(rng, 0.3):
        count = int(rng.integers(1, 4))
        names = [name_of(place) for place in board.outline]
        holes = sorted({names[int(i)] for i in rng.integers(len(names), size=count)})
        board = Board(board.shape, board.width, board.height, board.edges, tuple(holes))
    return board


def _directions(rng: np.random.Generator, board: Board) -> tuple[str, ...]:
    names = tuple(board.steps)
    form = int(rng.integers(4))
    if form == 0:
        return names
    if form == 1:
        return tuple(name for name in names if "N" in name)
    chosen = rng.random(len(names)) < 0.5
    return tuple(name for name, kept in zip(names, chosen, strict=True) if kept)


def _kind(rng: np.random.Generator, board: Board, name: str) -> Kind:
    atoms: dict[str, Any] = {}
    for atom in DIRECTED:
        if _chance(rng, 0.35):
            atoms[atom] = _directions(rng, board)
    leaps = tuple(LEAPS) if board.shape == "square" else ("ring",)
    for atom in ("leap", "leap_capture"):
        if _chance(rng, 0.2):
            atoms[atom] = _pick(rng, *leaps)
    if _chance(rng, 0.25) and atoms.get("step") and not atoms.get("slide"):
        atoms["clone"] = True
    return Kind(name, **atoms)


def _opposite_cell(board: Board, place: Coordinate) -> Coordinate:
    return board.files - 1 - place[0], board.ranks - 1 - place[1]


def _setup(rng: np.random.Generator, board: Board, kinds: int) -> tuple[tuple[tuple[str, ...], ...], ...]:
    """Pieces for both players: turned by 180 degrees, or (one time in three) drawn independently."""
    free = list(range(len(board.cells)))
    rng.shuffle(free)
    if _chance(rng, 0.5):
        free.sort(key=lambda cell: board.cells[cell][1])
    counts = [int(rng.integers(1, 4)) for _ in range(kinds)]
    x: list[list[int]] = [[] for _ in range(kinds)]
    o: list[list[int]] = [[] for _ in range(kinds)]
    turned = _chance(rng, 2 / 3)
    taken: set[int] = set()
    for kind, count in enumerate(counts):
        for _ in range(count):
            for mine, theirs in ((x, o), (o, x)):
                cell = next((cell for cell in free if cell not in taken), None)
                if cell is None:
                    break
                mirror = board.places.get(_opposite_cell(board, board.cells[cell]))
                if turned and mine is x and mirror is not None and mirror != cell and mirror not in taken:
                    mine[kind].append(cell)
                    theirs[kind].append(mirror)
                    taken |= {cell, mirror}
                    break
                if _chance(rng, 0.9):
                    mine[kind].append(cell)
                taken.add(cell)
    return tuple(tuple(tuple(board.names[c] for c in sorted(cells)) for cells in side) for side in (x, o))


def _draft(rng: np.random.Generator) -> Rules:
    board = random_board(rng)
    count = _pick(rng, 1, 1, 1, 2, 2, 3, 4)
    placing = _chance(rng, 0.6)
    moving = not placing or _chance(rng, 0.5)
    kinds = [_kind(rng, board, name) if moving else Kind(name) for name in NAMES[:count]]
    if (not placing and _chance(rng, 0.3)) or (placing and count > 1 and _chance(rng, 0.3)):
        royal = int(rng.integers(1 if placing else 0, count))
        kinds[royal] = Kind(**{**kinds[royal].__dict__, "royal": True})
    atoms: dict[str, Any] = {"cap": int(rng.integers(10, 61)), "double": _chance(rng, 0.2)}
    atoms["stalemate"] = _pick(rng, "pass", "lose", "win", "draw", "count")
    atoms["score"] = _pick(rng, "draw", "most", "fewest")
    atoms["effect"] = _pick(rng, "none", "none", "flank_remove", "flank_flip", "infect", "surround")
    flanking = atoms["effect"].startswith("flank")
    if flanking:
        atoms["flank_length"] = _pick(rng, 1, 2, 3, 16)
    if not placing or count > 1 or _chance(rng, 0.4):
        atoms["setup_x"], atoms["setup_o"] = _setup(rng, board, count)
        for atom in ("setup_x", "setup_o"):
            if not any(atoms[atom]):
                del atoms[atom]
    moving = any(kind.moves for kind in kinds)
    if placing:
        places = ["any", "drop", "touch", "touch_own", "apart_own"] + ["flank", "flank"] * flanking
        atoms["place"] = _pick(rng, *places)
        atoms["mixed"] = moving and _chance(rng, 0.5)
        if (moving and not atoms["mixed"]) or _chance(rng, 0.3):
            atoms["hand"] = int(rng.integers(1, 8))
        atoms["contact"] = _pick(rng, "none", "none", "ban", "must")
    captures = any(kind.captures for kind in kinds)
    atoms["must_capture"] = captures and _chance(rng, 0.25)
    atoms["burn"] = moving and _chance(rng, 0.25)
    _goals(rng, board, atoms, captures)
    return Rules("random", board, tuple(kinds), **atoms)


def _goals(rng: np.random.Generator, board: Board, atoms: dict[str, Any], captures: bool) -> None:
    """Add one or two endings, and their twists, to the atoms of a draft."""
    removing = captures or atoms["effect"] in ("flank_remove", "surround")
    losing = removing or atoms["effect"] in ("flank_flip", "infect")
    goals = ["line", "shape", "connect", "far"] + ["captures"] * removing + ["eliminate"] * losing
    if "place" not in atoms:
        goals.append("unify")
    for _ in range(int(rng.integers(0, 3))):
        goal = _pick(rng, *goals)
        if goal == "line":
            atoms["line"] = int(rng.integers(3, 6))
            if board.shape == "square":
                atoms["axes"] = _pick(rng, "all", "all", "orthogonal", "diagonal")
        elif goal == "shape":
            atoms["shape"] = _pick(rng, *(SQUARE_SHAPES if board.shape == "square" else HEX_SHAPES))
        elif goal == "connect":
            atoms["connect"] = _pick(rng, "own_sides", "same_sides")
        elif goal in ("far", "unify"):
            atoms[goal] = True
        else:
            atoms[goal] = int(rng.integers(1, 5))
    if {"line", "shape", "connect", "far"} & set(atoms):
        atoms["misere"] = _chance(rng, 0.25)
