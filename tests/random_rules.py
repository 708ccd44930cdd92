"""Random rule specs over every atom and topology, for property tests of everything that reads a `Rules`."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from quickstudy.tasks.games.board import FILES, MAX_CELLS, Board, Coordinate, Edges, Shape, name_of
from quickstudy.tasks.games.patterns import HEX_SHAPES, LEAPS, SQUARE_SHAPES
from quickstudy.tasks.games.rule_checks import RulesError
from quickstudy.tasks.games.rules import ENDINGS, Kind, Rules

NAMES = ("man", "rook", "lion", "crow", "archer", "elk", "imp", "owl", "umpire", "yak")
TITLES = ("random", "One of your 2 pieces: you win.", "a", "X and O", "Sch\u00e4fchen \u56f2\u7881", "z" * 40)
TOPOLOGIES: tuple[tuple[Shape, Edges], ...] = (
    ("square", "plain"),
    ("square", "cylinder"),
    ("square", "torus"),
    ("rhombus", "plain"),
    ("rhombus", "cylinder"),
    ("rhombus", "torus"),
    ("hexagon", "plain"),
)
DIRECTED = ("step", "capture", "slide", "slide_capture", "jump", "vault")


def random_rules(rng: np.random.Generator, *, wide: bool = False) -> Rules:
    """Draw a valid spec of a small game; every atom and every topology has a positive chance.

    With `wide`, boards are of any size and numbers as large as can be: for readers of the spec, since such games
    are long. Deterministic in the state of `rng`. Contradictory drafts are drawn again, so the call always succeeds.
    """
    while True:
        try:
            return _draft(rng, wide)
        except RulesError:
            continue


def _chance(rng: np.random.Generator, probability: float) -> bool:
    return bool(rng.random() < probability)


def _pick(rng: np.random.Generator, *choices: Any) -> Any:
    return choices[int(rng.integers(len(choices)))]


def random_board(rng: np.random.Generator, *, wide: bool = False) -> Board:
    """Draw a small board (with `wide`: of any size) of any shape, edges and holes."""
    shape, edges = _pick(rng, *TOPOLOGIES)
    if shape == "hexagon":
        side = _pick(rng, 2, 3, 4, 4, 5)
        board = Board("hexagon", side, side)
    else:
        wrapped, rolled = edges != "plain", edges == "torus"
        high = _pick(rng, 7, 9)
        width = int(rng.integers(5 if wrapped else 2, high))
        height = int(rng.integers(5 if rolled else 2, high))
        if wide:
            width = int(rng.integers(5 if wrapped else 1, (MAX_CELLS // 5 if rolled else len(FILES)) + 1))
            height = int(rng.integers(5 if rolled else -(-4 // width), MAX_CELLS // width + 1))
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


def _draft(rng: np.random.Generator, wide: bool) -> Rules:
    board = random_board(rng, wide=wide)
    count = _pick(rng, 1, 1, 1, 2, 2, 3, 4)
    placing = _chance(rng, 0.6)
    moving = not placing or _chance(rng, 0.5)
    names = [NAMES[i] for i in rng.permutation(len(NAMES))[:count]]
    kinds = [_kind(rng, board, name) if moving else Kind(name) for name in names]
    if (not placing and _chance(rng, 0.3)) or (placing and count > 1 and _chance(rng, 0.3)):
        royal = int(rng.integers(1 if placing else 0, count))
        kinds[royal] = Kind(**{**kinds[royal].__dict__, "royal": True})
    atoms: dict[str, Any] = {
        "cap": int(rng.integers(2, 1001) if wide else rng.integers(10, 61)),
        "double": _chance(rng, 0.2),
    }
    atoms["stalemate"] = _pick(rng, "pass", "lose", "win", "draw", "count")
    atoms["effect"] = _pick(rng, "none", "none", "flank_remove", "flank_flip", "infect", "surround")
    flanking = atoms["effect"].startswith("flank")
    if flanking:
        atoms["flank_length"] = int(rng.integers(1, 17)) if wide else _pick(rng, 1, 1, 2, 3, 16)
    if not placing or count > 1 or _chance(rng, 0.4):
        atoms["setup_x"], atoms["setup_o"] = _setup(rng, board, count)
        for atom in ("setup_x", "setup_o"):
            if not any(atoms[atom]):
                del atoms[atom]
    moving = any(kind.moves for kind in kinds)
    if placing:
        places = ["any", "drop", "touch", "touch_own", "apart_own"] + ["flank", "flank"] * flanking
        atoms["place"] = _pick(rng, *places)
        atoms["mixed"] = moving and _chance(rng, 0.4)
        if moving and not atoms["mixed"] and _chance(rng, 0.6):
            atoms["rhythm"] = _pick(rng, 3, 3, 5, 7, 9)
        if (moving and not atoms["mixed"] and "rhythm" not in atoms) or _chance(rng, 0.3):
            atoms["hand"] = _number(rng, 8, 200 if wide else 30)
        atoms["contact"] = _pick(rng, "none", "none", "ban", "must")
        empty = "setup_x" not in atoms and "setup_o" not in atoms
        atoms["swap"] = empty and not atoms["double"] and _chance(rng, 0.5)
    if count > 1 and board.edges != "torus" and _chance(rng, 0.4):
        _promote(rng, kinds, atoms)
    atoms["must_capture"] = any(kind.captures for kind in kinds) and _chance(rng, 0.25)
    atoms["burn"] = moving and _chance(rng, 0.25)
    _goals(rng, board, atoms, kinds, wide)
    _sides(rng, atoms, any(kind.royal for kind in kinds))
    return Rules(_pick(rng, *TITLES) if wide else "random", board, tuple(kinds), **atoms)


def _promote(rng: np.random.Generator, kinds: list[Kind], atoms: dict[str, Any]) -> None:
    """Let one kind become another, which is often not on the board at the start."""
    old, new = (int(i) for i in rng.permutation(len(kinds))[:2])
    if kinds[old].royal or kinds[new].royal or not kinds[old].moves:
        return
    kinds[old] = replace(kinds[old], promotes=kinds[new].name)
    if _chance(rng, 0.5):
        for atom in ("setup_x", "setup_o"):
            if any(cells for kind, cells in enumerate(atoms.get(atom, ())) if kind != new):
                atoms[atom] = tuple(() if kind == new else cells for kind, cells in enumerate(atoms[atom]))


def _sides(rng: np.random.Generator, atoms: dict[str, Any], royal: bool) -> None:
    """Make some of the endings goals of one player alone."""
    if not atoms.get("swap") and _chance(rng, 0.6):
        endings = [name for name in ENDINGS if atoms.get(name, name == "royal" and royal)]
        players = {name: _pick(rng, "only_x", "only_o", "only_x", "only_o", "both") for name in endings}
        for atom in ("only_x", "only_o"):
            atoms[atom] = tuple(name for name in endings if players[name] == atom)


def _number(rng: np.random.Generator, few: int, many: int) -> int:
    """A positive number: 1, below `few` or below `many`."""
    return int(rng.integers(1, _pick(rng, 2, few, few, few, few, many)))


def _goals(rng: np.random.Generator, board: Board, atoms: dict[str, Any], kinds: list[Kind], wide: bool) -> None:
    """Add up to three endings, and their twists, to the atoms of a draft."""
    removing = any(kind.captures for kind in kinds) or atoms["effect"] in ("flank_remove", "surround")
    losing = removing or atoms["effect"] in ("flank_flip", "infect")
    goals = ["line", "line", "shape", "shape"] + ["captures"] * removing + ["eliminate", "eliminate"] * losing
    goals += ["connect"] * (board.edges == "plain")
    goals += ["far", "far"] * (board.edges != "torus" and not any(kind.promotes for kind in kinds))
    if "place" not in atoms:
        goals += ["unify", "unify"]
    for _ in range(_pick(rng, 0, 1, 2, 2, 3, 3)):
        goal = _pick(rng, *goals)
        if goal == "line":
            atoms["line"] = min(_pick(rng, 3, 4, 5, 6, 6, 7, 7, 7, 7), max(board.files, board.ranks))
            if "hand" in atoms and _chance(rng, 0.9):
                atoms["hand"] = max(atoms["hand"], atoms["line"])
            if board.shape == "square":
                atoms["axes"] = _pick(rng, "all", "orthogonal", "diagonal")
        elif goal == "shape":
            atoms["shape"] = _pick(rng, *(SQUARE_SHAPES if board.shape == "square" else HEX_SHAPES))
        elif goal == "connect":
            atoms["connect"] = _pick(rng, "own_sides", "same_sides")
        elif goal in ("far", "unify"):
            atoms[goal] = True
        else:
            atoms[goal] = _number(rng, 5, 100 if wide else 12)
    if {"line", "shape"} & set(atoms) and _chance(rng, 0.25):
        atoms["points"] = int(rng.integers(2, 16)) if wide else _pick(rng, 2, 2, 3, 4)
    elif {"line", "shape", "connect", "far"} & set(atoms):
        atoms["misere"] = _chance(rng, 0.25)
    scores = ["draw", "most", "fewest"] + ["captures"] * removing + ["points", "points"] * ("points" in atoms)
    atoms["score"] = _pick(rng, *scores)
